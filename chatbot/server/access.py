"""Whether a caller may: one layer before the routes, and one table of what each route needs.

What is not in the table is refused to everybody but an administrator, so that a new route is closed until
someone says here who may use it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.keys import ADMIN, ASK, FEEDBACK, INGEST, READ, SCOPES
from chatbot.server.addresses import plain
from chatbot.server.problems import Problem
from index.visibility import EVERY_GROUP, EVERYBODY, Sight

KEY = "cuttings.caller"
"""Where a request's scope has its Caller."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request. `name` is "" for who is unknown; `limited`: whether questions are counted.

    `sight`: which articles there are for it. `collections`: the names of those that it may use; None: of all.
    """

    name: str = ""
    scopes: frozenset[str] = frozenset()
    limited: bool = True
    sight: Sight = EVERYBODY
    collections: frozenset[str] | None = None

    @property
    def who(self) -> str:
        """As a line of the log has it."""
        return self.name or "somebody here"

    def may(self, *scopes: str) -> bool:
        return self.scopes.issuperset(scopes)

    def may_use(self, collection: str) -> bool:
        return self.collections is None or collection in self.collections


OPERATOR = Caller("", frozenset(SCOPES), limited=False, sight=EVERY_GROUP)
"""Whoever reaches a server that only its own machine reaches."""


current: ContextVar[Caller] = ContextVar("current", default=Caller())  # noqa: B039 -- it is frozen
"""The caller of the request that is being answered, for what is given no request."""


def caller_of(scope: Mapping[str, object]) -> Caller:
    """The caller of a request that passed `Access`; one who may do nothing where it did not."""
    caller = scope.get(KEY)
    return caller if isinstance(caller, Caller) else Caller()


@dataclass(frozen=True, slots=True)
class Rule:
    """`scopes`: all of them are needed, or any of them with `any_will_do`, where what is behind the address
    asks for more by itself. With none the address is open to everybody."""

    methods: tuple[str, ...]
    path: re.Pattern[str]
    scopes: tuple[str, ...]
    any_will_do: bool = False

    def lets(self, caller: Caller) -> bool:
        return caller.may(*self.scopes) or (self.any_will_do and any(map(caller.may, self.scopes)))


_GET = ("GET", "HEAD")


def _rule(methods: tuple[str, ...], path: str, *scopes: str, any_will_do: bool = False) -> Rule:
    return Rule(methods, re.compile(path), scopes, any_will_do)


_CLOSED = _rule((), "", ADMIN)
"""For what no rule is about."""


RULES = (
    _rule(_GET, r"/(healthz|readyz)"),
    _rule((*_GET, "POST"), r"/sign-in"),
    _rule(("POST",), r"/sign-out"),
    # The code of page and widget, which is everywhere the same and holds nothing of a collection.
    _rule(_GET, r"/(widget\.js|widget-demo|embed|theme\.css|(assets|static)/.*|api/v1/openapi\.json)"),
    _rule(("POST",), r"/(api/v1/ask|v1/chat/completions)", ASK),
    _rule(_GET, r"/v1/models(/.+)?", ASK),
    _rule(_GET, r"/api/v1/(search|collections?|articles|articles/.+|answers/.+)", READ),
    _rule(("POST",), r"/api/v1/citations", READ),
    _rule(("POST",), r"/api/v1/feedback", FEEDBACK),
    _rule(("POST",), r"/api/v1/articles", INGEST),
    _rule(("PATCH", "DELETE"), r"/api/v1/articles/.+", INGEST),
    _rule((*_GET, "POST", "DELETE"), r"/mcp", ASK, READ, any_will_do=True),
    _rule(_GET, r"/(config)?", ASK, READ),
    _rule((*_GET, "POST"), r"/gradio_api/.*", ASK, READ),
    _rule(_GET, r"/(metrics|evaluation)", ADMIN),
    _rule(("GET", "PUT"), r"/api/v1/visibility", ADMIN),
    _rule(("GET", "POST"), r"/api/v1/links", ADMIN),
    _rule(("DELETE",), r"/api/v1/links/[^/]+", ADMIN),
    _rule(_GET, r"/(link|api/v1/linked)/[^/]+"),
    _rule(_GET, r"/(metrics|evaluation|operator)", ADMIN),
    _rule(_GET, r"/api/v1/operator/(sources|sync|journal|keys|feedback(\.jsonl)?|evaluation)", ADMIN),
    _rule(("POST",), r"/api/v1/operator/(sources|sync|keys|keys/[^/]+/rotate)", ADMIN),
    _rule(("DELETE",), r"/api/v1/operator/(sources|keys/[^/]+)", ADMIN),
)
"""The first that fits holds. What holds under `/api/v1` does so under `/api/v1/collections/NAME` too."""


class Refused(Exception):
    """What a caller shows of itself is wrong: an unknown key, say. The message is one line."""


Recognise = Callable[[Scope], Caller]
"""Says who sent a request. Raises Refused."""

SignIn = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An application that answers with the page to sign in on."""


class Access:
    """ASGI middleware. `recognise` says who calls; to who opens a page and may not, `sign_in` is shown.

    `private`: what is answered is not for everybody, and no cache on the way is to keep it.
    """

    def __init__(self, app: ASGIApp, recognise: Recognise, sign_in: SignIn, private: bool = False) -> None:
        self.app = app
        self._recognise = recognise
        self._sign_in = sign_in
        self._private = private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            caller = self._recognise(scope)
            refusal = _refusal(scope, caller)
        except Refused as error:
            caller, refusal = Caller(), _unknown(scope, str(error))
        scope[KEY] = caller
        current.set(caller)
        app: SignIn = refusal or self.app
        if refusal and refusal.status_code in (401, 403) and _opens_page(scope):
            app = self._sign_in
        private = self._private or is_operators(scope["path"])
        await app(scope, receive, self._sending(send) if private else send)

    def _sending(self, send: Send) -> Send:
        async def send_private(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("cache-control", "private, no-store")
            await send(message)

        return send_private


def rules(path: str) -> list[Rule]:
    """Those about an address."""
    return [rule for rule in RULES if rule.path.fullmatch(plain(path))]


def is_operators(path: str) -> bool:
    """Whether an address is for operators alone."""
    return any(ADMIN in rule.scopes for rule in rules(path))


def _refusal(scope: Scope, caller: Caller) -> Problem | None:
    method, path = scope["method"], scope["path"]
    about = rules(path)
    fitting = [rule for rule in about if method in rule.methods]
    rule = fitting[0] if fitting else _CLOSED
    if rule.lets(caller):
        return None
    if not about:
        return Problem(404, f"nothing is served at {path}; start at /", path)
    if not fitting:
        allow = ", ".join(dict.fromkeys(one for rule in about for one in rule.methods))
        return Problem(405, f"{method} {path} is not served, {allow} may be", path, {"allow": allow})
    missing = (" or " if rule.any_will_do else " and ").join(
        scope for scope in rule.scopes if scope not in caller.scopes
    )
    if caller.name:
        return Problem(403, f"{caller.name} may not {missing}, which {path} needs; ask who runs this", path)
    return _unknown(scope, f"{path} needs a key that may {missing}; send it as Authorization: Bearer KEY")


def _unknown(scope: Scope, detail: str) -> Problem:
    return Problem(401, detail, scope["path"], {"www-authenticate": 'Bearer realm="cuttings"'})


def _opens_page(scope: Scope) -> bool:
    """Whether a person's browser opens it, and not a program or a script of ours."""
    page = scope["method"] == "GET" and not scope["path"].startswith(
        ("/api/", "/v1/", "/gradio_api/", "/mcp")
    )
    return page and "text/html" in Headers(scope=scope).get("accept", "")
