"""How much one request may send."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.problems import Problem

BODY = 256 * 1024
"""Largest body of a request, in bytes: a question with its conversation."""


class Limits:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            replay = await _body(receive)
            if replay is None:
                app = Problem(413, f"the request is over {BODY // 1024} KB; send less", scope["path"])
            else:
                receive = replay
        await app(scope, receive, send)


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
