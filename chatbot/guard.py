"""What stands before the page and the REST interface: limits, refused addresses, security headers.

Gradio serves far more than this page uses (uploads, files of the server, a proxy, monitoring). Only what the
page was seen to need is let through; a new Gradio route is refused until someone adds it here.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY = 256 * 1024
"""Largest body of a request, in bytes: a question with its conversation."""

# The page of a Gradio Blocks and its event queue; nothing that reads, writes or fetches a file.
_PAGE = re.compile(
    r"/(config|theme\.css|assets/.*|static/.*"
    r"|gradio_api/(queue/(join|data)|heartbeat/\w+|startup-events|cancel|reset|info))?/?"
)
_API = re.compile(r"/(healthz|mcp|api/v1/.*)")

_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Guard:
    """ASGI middleware; `hosts`, where given, are the only names that a request may call this server by."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None = None) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None and scope["method"] not in ("GET", "HEAD"):
            replay = await _body(receive)
            if replay is None:
                refusal = JSONResponse({"error": f"the request is over {BODY // 1024} KB; send less"}, 413)
            else:
                receive = replay
        await (refusal or self.app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        name = _name(Headers(scope=scope).get("host", ""))
        if self.hosts is not None and name not in self.hosts:
            # Else a site elsewhere could point its own name at this machine and read the articles.
            problem = f"this server answers to localhost only, not to {name!r}; --host 0.0.0.0 lifts that"
            return JSONResponse({"error": problem}, 421)
        if not (_PAGE.fullmatch(scope["path"]) or _API.fullmatch(scope["path"])):
            return JSONResponse({"error": f"nothing is served at {scope['path']}; start at /"}, 404)
        return None


def _name(host: str) -> str:
    """The host header without its port."""
    return re.sub(r":\d+$", "", host).strip("[]").lower()


async def _body(receive: Receive) -> Receive | None:
    """Read the request's body and return a `receive` that plays it back; None where it is too large.

    Reading it here bounds a body that does not say its length, and so cannot be refused by its header.
    """
    messages: list[Message] = []
    size = 0
    while not messages or messages[-1].get("more_body", False):
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))
        if size > BODY:
            return None
    pending = iter(messages)

    async def replay() -> Message:
        return next(pending, None) or await receive()

    return replay
