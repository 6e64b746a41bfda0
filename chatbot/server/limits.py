"""How much one request may send, and how many the pages of one site may."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.server.problems import Problem
from corpus.formats.document import LIMIT

BODY = 256 * 1024
"""Largest body of a request, in bytes: a question with its conversation."""

SITE_RATE = 5.0
"""Requests a second that the pages of one site may send, all visitors together, over some time."""

SITE_BURST = 50
"""Requests that they may send at once after a pause."""


class Limits:
    """ASGI middleware. Only `sites` are counted: the server's own pages wait at the gate like anyone.

    With `uploads`, what adds an article may be as large as an article.
    """

    def __init__(self, app: ASGIApp, sites: frozenset[str] = frozenset(), uploads: bool = False) -> None:
        self.app = app
        self._largest = {("POST", "/api/v1/articles"): LIMIT} if uploads else {}
        self._buckets = {site: Bucket(SITE_RATE, SITE_BURST) for site in sites}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None and scope["method"] not in ("GET", "HEAD"):
            largest = self._largest.get((scope["method"], scope["path"]), BODY)
            replay = await _body(receive, largest)
            if replay is None:
                refusal = Problem(413, f"the request is over {largest // 1024} KB; send less", scope["path"])
            else:
                receive = replay
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Problem | None:
        site = Headers(scope=scope).get("origin", "")
        bucket = self._buckets.get(site)
        wait = bucket.take() if bucket else 0.0
        if not wait:
            return None
        seconds = math.ceil(wait)
        detail = f"pages of {site} send more than {SITE_RATE:g} requests a second; try again in {seconds} s"
        return Problem(429, detail, scope["path"], {"retry-after": str(seconds)})


class Bucket:
    """A token bucket: `rate` a second flow in, up to `burst`, and each request takes one."""

    def __init__(self, rate: float, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._now = now
        self._tokens = float(burst)
        self._counted = now()

    def take(self) -> float:
        """Take a token and return 0; where there is none, the seconds until there will be one."""
        now = self._now()
        self._tokens = min(self._burst, self._tokens + (now - self._counted) * self._rate)
        self._counted = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._rate
        self._tokens -= 1
        return 0.0


async def _body(receive: Receive, largest: int) -> Receive | None:
    """Read the request's body and return a `receive` that plays it back; None where it is too large.

    Reading it here bounds a body that does not say its length, and so cannot be refused by its header.
    """
    messages: list[Message] = []
    size = 0
    while not messages or messages[-1].get("more_body", False):
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))
        if size > largest:
            return None
    pending = iter(messages)

    async def replay() -> Message:
        return next(pending, None) or await receive()

    return replay
