"""How much one request may send and in which time, and how many may come from one site or one address."""

from __future__ import annotations

import asyncio
import math
import tempfile
from typing import IO

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.server.access import Caller, caller_of
from chatbot.server.addresses import plain
from chatbot.server.bucket import Bucket, Buckets, address_of
from chatbot.server.problems import Problem
from corpus.formats.document import LIMIT

BODY = 256 * 1024
"""Largest body of a request, in bytes: a question with its conversation."""

BODY_SECONDS = 60
"""In which a body must be there. The largest, of 20 MB, takes a line of 3 megabits a second."""

_IN_MEMORY = BODY
"""Bytes of a body that are held in memory; a larger one waits on disk."""

_CHUNK = 64 * 1024

FEEDBACK_RATE, FEEDBACK_BURST = 0.2, 20
"""Judgements a second that one address may send over some time, and at once: an office behind one address."""

SITE_RATE = 5.0
"""Requests a second that the pages of one site may send, all visitors together, over some time."""

SITE_BURST = 50
"""Requests that they may send at once after a pause."""


_QUESTION = {
    ("POST", "/api/v1/ask"),
    ("GET", "/api/v1/search"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/mcp"),
    ("POST", "/gradio_api/queue/join"),
}
"""What counts as a question: whatever may take the model."""


class Limits:
    """ASGI middleware. Requests are counted of each of `sites`, and questions of each caller.

    `questions`: those that an address may ask in a minute, and one who has said who it is. With `uploads`,
    what adds an article may be as large as an article.
    """

    def __init__(
        self,
        app: ASGIApp,
        sites: frozenset[str] = frozenset(),
        uploads: bool = False,
        questions: tuple[int, int] = (60, 600),
    ) -> None:
        self.app = app
        self._largest = {("POST", "/api/v1/articles"): LIMIT} if uploads else {}
        self._sites = {site: Bucket(SITE_RATE, SITE_BURST) for site in sites}
        self._judging = Buckets(FEEDBACK_RATE, FEEDBACK_BURST)
        self._by_address, self._by_name = (Buckets(number / 60, number) for number in questions)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal or scope["method"] in ("GET", "HEAD"):
            await (refusal or self.app)(scope, receive, send)
            return
        largest = self._largest.get((scope["method"], plain(scope["path"])), BODY)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    size = await _read(receive, body, largest)
            except TimeoutError:
                detail = f"the request was not whole after {BODY_SECONDS} s; send it again"
                refusal = Problem(408, detail, scope["path"], {"connection": "close"})
            else:
                if size > largest:
                    detail = f"the request is over {largest // 1024} KB; send less"
                    refusal = Problem(413, detail, scope["path"])
            await (refusal or self.app)(scope, _played(body, receive), send)

    def _refusal(self, scope: Scope) -> Problem | None:
        wait, what = self._wait(scope, caller_of(scope))
        if not wait:
            return None
        seconds = math.ceil(wait)
        detail = f"{what}; try again in {seconds} s"
        return Problem(429, detail, scope["path"], {"retry-after": str(seconds)})

    def _wait(self, scope: Scope, caller: Caller) -> tuple[float, str]:
        """Seconds until the request may come, and what there was too much of."""
        site, asked = Headers(scope=scope).get("origin", ""), (scope["method"], plain(scope["path"]))
        if site in self._sites and (wait := self._sites[site].take()):
            return wait, f"pages of {site} send more than {SITE_RATE:g} requests a second"
        who = caller.name or address_of(scope)
        if asked == ("POST", "/api/v1/feedback") and (wait := self._judging.take(who)):
            return wait, f"{who} sends more feedback than anyone can give"
        if asked in _QUESTION and caller.limited:
            buckets = self._by_name if caller.name else self._by_address
            return buckets.take(who), f"{who} asks more than this server answers in a minute"
        return 0.0, ""


async def _read(receive: Receive, body: IO[bytes], largest: int) -> int:
    """Read the request's body to the file; its bytes, of which no more than `largest` are kept.

    Reading it here bounds a body that does not say its length, and so cannot be refused by its header.
    """
    size, more = 0, True
    while more and size <= largest:
        message = await receive()
        data = message.get("body", b"")
        size += len(data)
        more = message.get("more_body", False)
        if size <= largest:
            body.write(data)
    body.seek(0)
    return size


def _played(body: IO[bytes], receive: Receive) -> Receive:
    """A `receive` that gives the body, and then what comes after it."""
    over = False

    async def next_message() -> Message:
        nonlocal over
        if over:
            return await receive()
        data = body.read(_CHUNK)
        over = len(data) < _CHUNK
        return {"type": "http.request", "body": data, "more_body": not over}

    return next_message
