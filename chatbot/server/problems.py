"""Errors as other programs read them: problem details (RFC 9457), whose `detail` is one line.

Under the addresses of OpenAI's interface they are what that interface gives.

It says what failed, with which value, and what to do next. A traceback goes to the log, never to the client.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.server import request_id
from chatbot.server.disconnect import CLIENT_CLOSED_REQUEST, ClientDisconnected
from chatbot.server.gate import RETRY_AFTER, QueueFull
from chatbot.server.openai_errors import PREFIX, error_json
from chatbot.shelf import NotForThisKey, UnknownCollection
from corpus.errors import CuttingsError
from index.store import Gone

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
FAILED = "something failed on the server; its log says what, beside this request's id"


class Problem(JSONResponse):
    """A response that says what is wrong with the request for `path`."""

    media_type = MEDIA_TYPE

    def __init__(self, status: int, detail: str, path: str, headers: Mapping[str, str] | None = None) -> None:
        content = problem_json(status, detail, path)
        if path.startswith(PREFIX):
            content, self.media_type = error_json(status, content["detail"]), "application/json"
        super().__init__(content, status, headers)

    def render(self, content: Any) -> bytes:
        # In ASCII: what is wrong with a request may be half a surrogate pair, which UTF-8 has no bytes for.
        return json.dumps(content).encode("ascii")


def problem_json(status: int, detail: str, path: str) -> dict[str, Any]:
    """`title` says no more than the status does: there is one kind of problem to each status."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": " ".join(detail.split()),
        "instance": path,
        "request_id": request_id.current.get(),
    }


def answer_problems(api: FastAPI) -> None:
    """Have the errors of the app's routes answered as problems."""

    @api.exception_handler(CuttingsError)
    def refused(request: Request, error: CuttingsError) -> Problem:
        return Problem(400, str(error), request.scope["path"])

    @api.exception_handler(QueueFull)
    def full(request: Request, error: QueueFull) -> Problem:
        return Problem(503, str(error), request.scope["path"], {"retry-after": str(RETRY_AFTER)})

    @api.exception_handler(Gone)
    def gone(request: Request, error: Gone) -> Problem:
        return Problem(503, str(error), request.scope["path"])

    @api.exception_handler(UnknownCollection)
    def unknown(request: Request, error: UnknownCollection) -> Problem:
        return Problem(404, str(error), request.scope["path"])

    @api.exception_handler(NotForThisKey)
    def not_yours(request: Request, error: NotForThisKey) -> Problem:
        return Problem(403, str(error), request.scope["path"])

    @api.exception_handler(ClientDisconnected)
    def disconnected(_: Request, __: ClientDisconnected) -> Response:
        return Response(status_code=CLIENT_CLOSED_REQUEST)  # for the log; there is nobody to read it

    @api.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Problem:
        first = error.errors()[0]
        what = "the body is not valid JSON"
        if first["type"] != "json_invalid":
            what = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        return Problem(422, f"{what}; see /api/v1/openapi.json", request.scope["path"])

    @api.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Problem:
        return Problem(error.status_code, error.detail, request.scope["path"], error.headers)


class Failures:
    """ASGI middleware: an unexpected exception is logged and answered with status 500.

    Starlette's own place for that is outside of every other middleware, whose headers the answer would lack.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, started = scope["path"], False

        async def send_noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        except Exception:
            log.exception("request %s failed", request_id.current.get())
            if not started:  # else the server cuts the response off, which tells the client
                await Problem(500, FAILED, path)(scope, receive, send)
