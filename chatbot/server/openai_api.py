"""OpenAI's interface under /v1: a collection as a model, so that any client of that interface can ask it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from chatbot.render.linked import linked
from chatbot.server import events
from chatbot.server.async_chatbot import GatedChatbot
from chatbot.server.disconnect import unless_disconnected
from chatbot.server.openai_answer import Reply, beside
from chatbot.server.openai_errors import Refusal, error_json
from chatbot.server.openai_request import Asked, asked
from chatbot.server.openai_tasks import FOLLOW_UPS, Task, task

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from index.store import Store

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?", re.ASCII)


def add_routes(api: FastAPI, bot: Chatbot, gated: GatedChatbot) -> None:
    """They are not in the OpenAPI document, which is about an interface of our own."""
    served = _models(bot, gated)
    created = int(bot.collection.folder.stat().st_ctime)

    def model_json(name: str) -> dict[str, object]:
        return {"id": name, "object": "model", "created": created, "owned_by": "cuttings"}

    @api.exception_handler(Refusal)
    def refused(_: Request, error: Refusal) -> JSONResponse:
        body = error_json(error.status_code, error.detail, error.param, error.code)
        return JSONResponse(body, error.status_code)

    @api.get("/v1/models", include_in_schema=False)
    def models() -> JSONResponse:
        return JSONResponse({"object": "list", "data": [model_json(name) for name in served]})

    @api.get("/v1/models/{name:path}", include_in_schema=False)
    def model(name: str) -> JSONResponse:
        _known(name, served)
        return JSONResponse(model_json(name))

    @api.post("/v1/chat/completions", include_in_schema=False)
    async def completions(request: Request) -> Response:
        # Reading 256 KB of messages takes moments in which no other request would be answered.
        given = await run_in_threadpool(asked, await request.body())
        chatbot = _known(given.model, served)
        page = _page(request, bot.settings.public_address)
        reply = await unless_disconnected(request, _reply(given, chatbot, page))
        if not given.stream:
            return JSONResponse(reply.completion())
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(reply.events(), media_type=events.MEDIA_TYPE, headers=headers)

    # Else an address that does not exist would fall through to the page, and be answered in its way.
    @api.api_route("/v1/{rest:path}", methods=_METHODS, include_in_schema=False, name="unknown")
    def unknown(request: Request, rest: str) -> None:
        raise Refusal(
            404,
            f"{request.method} {request.scope['path']!r:.80} is not served; there are GET /v1/models and "
            "POST /v1/chat/completions",
        )


def model_name(collection: Store) -> str:
    """A collection's name as a model: the last part of where it is."""
    name = re.sub(r"[^\w.-]+", "-", collection.where.rstrip("/\\").replace("\\", "/").rpartition("/")[2])
    return name.strip("-") or "cuttings"


def _models(bot: Chatbot, gated: GatedChatbot) -> dict[str, GatedChatbot]:
    """What is served, by the name that a request gives as its model."""
    return {model_name(bot.collection): gated}


def _known(name: str, served: Mapping[str, GatedChatbot]) -> GatedChatbot:
    if name not in served:
        raise Refusal(
            404, f"there is no model {name!r:.80}; there is {', '.join(served)}", "model", "model_not_found"
        )
    return served[name]


async def _reply(given: Asked, chatbot: GatedChatbot, page: str) -> Reply:
    if errand := task(given.message, given.form):
        return Reply(given, [await _done(errand, chatbot)])
    if given.form != "text":
        raise Refusal(
            400, f"response_format is {given.form!r:.80}; quotations come as text only", "response_format"
        )
    answer = await chatbot.ask(given.message, given.turns)
    shown = linked(answer, page)
    return Reply(given, shown.pieces, beside(answer, shown, page))


async def _done(errand: Task, chatbot: GatedChatbot) -> str:
    if errand.wants != FOLLOW_UPS or not errand.question:
        return errand.done()
    answer = await chatbot.ask(errand.question, errand.before)
    return errand.done(answer.suggestions)


def _page(request: Request, public: str) -> str:
    """The address of the page: that of the settings, else the one that the request came to."""
    if public:
        return public
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else "http://localhost"
