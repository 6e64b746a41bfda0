"""How a server knows who calls: by an API key, by a session, by what a trusted proxy says, or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot import password
from chatbot.keys import KEYS_BEGIN, VISITOR, Key, Keys
from chatbot.seal import key_of
from chatbot.server import session
from chatbot.server.access import OPERATOR, Caller, Refused
from chatbot.server.embed import EMBED
from chatbot.server.openai_errors import PREFIX as OPENAI
from chatbot.server.sites import is_own
from corpus.errors import CuttingsError
from index.visibility import Sight

log = logging.getLogger(__name__)

Result = TypeVar("Result")

PEER = "cuttings.peer"
"""Where a request's scope has the address that the connection comes from, whatever its headers say."""

_LONGEST_NAME = 200
_FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded")
"""Headers of a proxy: a server behind one is reached by more than its own machine."""


@dataclass(frozen=True, slots=True)
class Mode:
    """What `serve --access` says. `kind` is open, password, keys or header; `header` the name of that header.

    `local`: only its own machine reaches the server. `proxies` are addresses whose headers are believed.
    `groups`: whose articles may be seen by who signs in by the password or the header.
    """

    kind: str = "open"
    header: str = ""
    proxies: tuple[str, ...] = ()
    local: bool = False
    groups: tuple[str, ...] = ()

    @classmethod
    def of(cls, access: str, proxies: Sequence[str], local: bool, groups: Sequence[str] = ()) -> Mode:
        """CuttingsError where it makes no sense."""
        kind, _, header = access.partition(":")
        if header and not proxies:
            raise CuttingsError(
                f"--access {access} needs --trusted-proxy, the address that may send {header}"
            )
        if groups and kind not in ("password", "header"):
            raise CuttingsError(
                f"--read {','.join(groups)} is for those who sign in by a password or a proxy's header; to a "
                "key its groups are given by `cuttings keys add --read`"
            )
        trusted = tuple(str(ip_address(proxy)) for proxy in proxies)
        return cls(kind, header.lower(), trusted, local, tuple(groups))

    @property
    def sight(self) -> Sight:
        """Of who has signed in by the password or the header."""
        return Sight(frozenset(self.groups))

    def check(self, folder: Path) -> None:
        """CuttingsError where nobody could sign in."""
        if self.kind == "password" and password.stored(folder) is None:
            raise CuttingsError("no password is set; set it with `cuttings keys password`")
        if self.kind == "keys" and not Keys(folder).all():
            raise CuttingsError("there is no key; make one with `cuttings keys add NAME --may ask,read`")


ONLY_HERE = Mode(local=True)
"""Open, on a server that only its own machine reaches."""


class Recognition:
    """Says who sent a request to the server of a collection, in a mode.

    A key counts in every mode. A session is of the password or of a key, and is looked at only in requests of
    the server's own pages; it holds as long as what it was begun with does.
    """

    def __init__(self, folder: Path, mode: Mode) -> None:
        self.mode = mode
        self.keys = Keys(folder)
        self._folder = folder
        self._sealing: bytes | None = None

    @property
    def sealing(self) -> bytes:
        """The collection's key, which is made when it is first needed."""
        if self._sealing is None:
            self._sealing = key_of(self._folder)
        return self._sealing

    def __call__(self, scope: Scope) -> Caller:
        signed_on = self._signed_on(scope)  # first, since it takes the header off
        headers = Headers(scope=scope)
        scheme, _, secret = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and not self._is_placeholder(scope, secret.strip()):
            return self._of_key(secret.strip(), headers)
        return signed_on or self._of_session(scope, headers) or self._anonymous(scope, headers)

    def key(self, secret: str) -> Key | None:
        """The key with this secret that holds; None too where the keys cannot be read."""
        return self._reading(lambda: self.keys.of(secret))

    def password(self) -> password.Password | None:
        """The one that is set; None too where it cannot be read."""
        return self._reading(lambda: password.stored(self._folder))

    def _is_placeholder(self, scope: Scope, secret: str) -> bool:
        """Whether it is what a client of OpenAI's interface sends where no key is needed: "none", say."""
        unneeded = self.mode.kind == "open" and scope["path"].startswith(OPENAI)
        return unneeded and not secret.startswith(KEYS_BEGIN)

    def _of_key(self, secret: str, headers: Headers) -> Caller:
        key = self.key(secret)
        if key is None:
            raise Refused("this key is not known, or holds no longer; ask who runs this server for another")
        if key.site and headers.get("origin") != key.site and not _is_embedded(headers):
            raise Refused(f"this key is for pages of {key.site} only")
        return _caller(key)

    def _of_session(self, scope: Scope, headers: Headers) -> Caller | None:
        origin = headers.get("origin")
        if origin is not None and not is_own(origin, headers.get("host", "")):
            return None
        shown = session.of(self.sealing, scope) if session.COOKIE in headers.get("cookie", "") else None
        if shown is None:
            return None
        if shown.key:
            key = self._reading(lambda: self.keys.named(shown.key))
            return _caller(key) if key and session.proof(key.digest) == shown.proof else None
        kept = self.password() if self.mode.kind == "password" else None
        return (
            Caller("", VISITOR, sight=self.mode.sight)
            if kept and session.proof(kept.hash) == shown.proof
            else None
        )

    def _signed_on(self, scope: Scope) -> Caller | None:
        """Who the proxy says it is. The header is dropped, so that nothing behind this believes it."""
        if not self.mode.header:
            return None
        wanted = self.mode.header.encode("ascii")
        given = [value for name, value in scope["headers"] if name.lower() == wanted]
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name.lower() != wanted]
        if _plain(scope.get(PEER, "")) not in self.mode.proxies:
            return None
        if len(given) > 1:
            raise Refused(
                f"{self.mode.header} comes {len(given)} times; the proxy is to drop that of its client"
            )
        name = given[0].decode("latin-1").strip() if given else ""
        if not name.isprintable() or len(name) > _LONGEST_NAME:
            raise Refused(f"{self.mode.header} has no name that can be read")
        return Caller(f"user:{name}", VISITOR, sight=self.mode.sight) if name else None

    def _anonymous(self, scope: Scope, headers: Headers) -> Caller:
        if self.mode.kind != "open":
            return Caller()
        if self.mode.local and not any(name in headers for name in _FORWARDED):
            return OPERATOR
        return Caller("", VISITOR)

    def _reading(self, read: Callable[[], Result | None]) -> Result | None:
        try:
            return read()
        except CuttingsError as error:
            log.error("%s", error)  # with a path, which is for the operator alone
            return None


class Peer:
    """ASGI middleware, outside of everything that believes a header: notes whom the connection is with."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[PEER] = (scope.get("client") or ("",))[0]
        await self.app(scope, receive, send)


def _caller(key: Key) -> Caller:
    only = None if key.collections is None else frozenset(key.collections)
    return Caller(
        f"key:{key.name}", frozenset(key.scopes), sight=Sight(frozenset(key.groups)), collections=only
    )


def _is_embedded(headers: Headers) -> bool:
    """Whether our page for frames asks, which none but allowed sites can show."""
    host, referer = headers.get("host", ""), urlsplit(headers.get("referer", ""))
    own = is_own(f"{referer.scheme}://{referer.netloc}", host) and referer.path.endswith(EMBED)
    return own and is_own(headers.get("origin", f"{referer.scheme}://{referer.netloc}"), host)


def _plain(address: str) -> str:
    """An IPv4 address as such, where a socket for both kinds names it as IPv6."""
    return address.removeprefix("::ffff:")
