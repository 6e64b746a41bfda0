"""Signing in: the page, and what it posts; a cookie is all that comes of it."""

from __future__ import annotations

import logging
import math
import re
from html import escape
from string import Template
from urllib.parse import parse_qs

from anyio import to_thread
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from chatbot.server import session
from chatbot.server.access import is_operators
from chatbot.server.bucket import Buckets, address_of
from chatbot.server.files import WEB, file
from chatbot.server.gate import Gate, QueueFull
from chatbot.server.recognition import Recognition

log = logging.getLogger(__name__)

RATE, BURST = 1 / 20, 5
"""Tries a second that one address has over some time, and at once."""

AT_ONCE, WAITING = 2, 16
"""Passwords that are checked side by side, of 32 MB each, and that wait for it."""

_PLACE = re.compile(r"(operator|evaluation)?(\?[\w.~%=&+-]{1,1000})?(#[\w/.~%=&,:+-]{1,100000})?", re.ASCII)
"""Which page, which collection of the server, and what in it."""

_HINTS = {
    "password": "The password of this server, or a key.",
    "header": "Sign on where the way to this server leads through, or show a key.",
}

_OPERATOR = "This page is for who runs the server: a key that may admin, from `cuttings keys add`."


class SignIn:
    """The page and its two routes; `recognition` says what is right."""

    def __init__(self, recognition: Recognition) -> None:
        self._recognition = recognition
        self._tries = Buckets(RATE, BURST)
        self._gate = Gate(AT_ONCE, WAITING, what="people")
        self._page = Template((WEB / "sign-in.html").read_text(encoding="utf-8"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The page in the place of one that is not for everybody, at that one's address."""
        hint = _OPERATOR if is_operators(scope["path"]) else ""
        await self._shown(401, hint=hint)(scope, receive, send)

    def add_routes(self, app: FastAPI) -> None:
        app.add_route("/sign-in", lambda _: self._shown(200), methods=["GET", "HEAD"])
        app.add_route("/sign-in", self._sign_in, methods=["POST"])
        app.add_route("/sign-out", self._sign_out, methods=["POST"])
        for name in ("sign-in.css", "sign-in.js"):
            app.add_route(f"/assets/{name}", file(name))

    async def _sign_in(self, request: Request) -> Response:
        wait = self._tries.take(address_of(request.scope))
        if wait:
            seconds = math.ceil(wait)
            told = f"Too many tries; try again in {seconds} seconds."
            return self._shown(429, told, {"retry-after": str(seconds)})
        try:
            form = parse_qs((await request.body()).decode("utf-8"), max_num_fields=10)
        except ValueError:
            return self._shown(400, "This was no form of this page.")
        given, place = (form.get(name, [""])[0] for name in ("secret", "place"))
        try:
            began = await self._began(given)
        except QueueFull:
            return self._shown(503, "Too many people are signing in; try again in a few seconds.")
        if began is None:
            log.warning("somebody at %s could not sign in", address_of(request.scope))
            return self._shown(401, "That is not right, or holds no longer.")
        return self._with_cookie(request, began, place if _PLACE.fullmatch(place) else "")

    async def _began(self, given: str) -> session.Session | None:
        key = self._recognition.key(given)
        if key:  # that of a site is for its pages, and this is none of them
            return None if key.site else session.begun(key.name, key.digest)
        kept = self._recognition.password() if self._recognition.mode.kind == "password" else None
        if kept is None:
            return None
        async with self._gate:
            right = await to_thread.run_sync(kept.is_it, given)
        return session.begun("", kept.hash) if right else None

    async def _sign_out(self, request: Request) -> Response:
        return self._with_cookie(request, None, "")

    def _with_cookie(self, request: Request, began: session.Session | None, place: str) -> Response:
        secure = request.url.scheme == "https"
        cookie = session.header(self._recognition.sealing, began, secure)
        # Relative, since a proxy may have the server below a path of its own.
        return RedirectResponse(f"./{place}", 303, {"set-cookie": cookie, "cache-control": "no-store"})

    def _shown(
        self, status: int, wrong: str = "", headers: dict[str, str] | None = None, hint: str = ""
    ) -> Response:
        hint = hint or _HINTS.get(
            self._recognition.mode.kind, "A key that the operator of this server gave you."
        )
        shown = self._page.substitute(
            hint=escape(hint), wrong=f'<p role="alert">{escape(wrong)}</p>' if wrong else ""
        )
        return HTMLResponse(shown, status, {"cache-control": "no-store", **(headers or {})})
