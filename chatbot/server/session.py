"""A browser that has signed in: a cookie that this collection's key has sealed, with nothing secret in it."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.types import Scope

from chatbot import seal

COOKIE = "cuttings_session"

HOURS = 12
"""After which a browser has to sign in again."""

_PURPOSE = b"cuttings session 1\0"
"""So that no other thing that the key has sealed can be shown as a session."""
_LONGEST = 1000
"""Characters of a cookie that are looked at."""


@dataclass(frozen=True, slots=True)
class Session:
    """`key`: the name of the API key that was shown, "" where it was the password. `until`: as time.time.

    `proof` is of the key or the password as it was then: the session ends when that is changed.
    """

    key: str
    proof: str
    until: int


def begun(key: str, kept: str) -> Session:
    """A session that begins now; `kept` is the hash that is stored of what was shown."""
    return Session(key, proof(kept), int(time.time()) + HOURS * 3600)


def proof(kept: str) -> str:
    """What a session holds of a stored hash: enough to tell whether it is still the same, and no more."""
    return hashlib.sha256(_PURPOSE + kept.encode("ascii")).hexdigest()[:32]


def header(sealing: bytes, session: Session | None, secure: bool) -> str:
    """The Set-Cookie header that begins a session, or ends whichever there is."""
    value = _packed(sealing, session) if session else ""
    age = HOURS * 3600 if session else 0
    return f"{COOKIE}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"


def of(sealing: bytes, scope: Scope) -> Session | None:
    """The session that a request shows; None where there is none, it is over, or it was not sealed here."""
    cookies: SimpleCookie = SimpleCookie()
    for line in Headers(scope=scope).getlist("cookie"):
        try:
            cookies.load(line)
        except CookieError:
            return None
    morsel = cookies.get(COOKIE)
    session = _unpacked(sealing, morsel.value) if morsel else None
    return session if session and session.until > time.time() else None


def _packed(sealing: bytes, session: Session) -> str:
    data = json.dumps([session.key, session.proof, session.until]).encode("ascii")
    return base64.urlsafe_b64encode(data + seal.seal(sealing, _PURPOSE + data)).rstrip(b"=").decode("ascii")


def _unpacked(sealing: bytes, text: str) -> Session | None:
    if len(text) > _LONGEST:
        return None
    try:
        whole = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
    except ValueError:
        return None
    data, given = whole[: -seal.BYTES], whole[-seal.BYTES :]
    if not seal.is_sealed(sealing, _PURPOSE + data, given):
        return None
    return Session(*json.loads(data))
