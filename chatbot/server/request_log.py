"""The outermost layer of the server: each request gets its id, a line in the log, and is counted.

The line names the template of the address and never what was asked: questions are not logged.
"""

from __future__ import annotations

import logging
import time

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.server import gate, request_id
from chatbot.server.disconnect import CLIENT_CLOSED_REQUEST
from chatbot.server.metrics import Metrics
from chatbot.server.served import KEY as COLLECTION

log = logging.getLogger(__name__)


class RequestLog:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # What is mounted within writes its own into the scope.
        headers, method, path, app = Headers(scope=scope), scope["method"], scope["path"], scope["app"]
        id = request_id.chosen(headers.get(request_id.HEADER))
        request_id.current.set(id)
        gate.caller.set((scope["client"] or ("",))[0])
        status, sent, began = CLIENT_CLOSED_REQUEST, 0, time.perf_counter()

        async def send_counted(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[request_id.HEADER] = id
            sent += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, send_counted)
        finally:
            seconds = time.perf_counter() - began
            route = _template(scope, path, app)
            self._metrics.requested(route, method, status, seconds)
            entry = {
                "method": method,
                "path": route,
                "collection": scope.get(COLLECTION),
                "status": status,
                "milliseconds": round(1000 * seconds, 1),
                "bytes": sent,
                "site": headers.get("origin"),
            }
            log.info("%s %s %d", method, route, status, extra={"request": entry})


def _template(scope: Scope, path: str, app: Starlette) -> str:
    """The path of the route that answered, with names where addresses vary; "none" where none did."""
    if "route" in scope:
        return str(scope["route"].path)
    # FastAPI does not tell of a route that is not its own; those here have one address each.
    return path if any(getattr(route, "path", None) == path for route in app.routes) else "none"
