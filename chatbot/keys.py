"""API keys: who may do what on a server of a collection, in `keys.json` in the collection's folder.

A key is 256 random bits. Only its SHA-256 is kept: a slow hash makes guessing dear where what is guessed was
chosen by a person, and of 256 random bits nobody guesses any, however fast.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from chatbot.append_file import appending
from chatbot.whole_file import OWNER_ONLY, write_whole
from corpus.errors import CuttingsError, reason

FILE = "keys.json"
_LOCK = ".keys.lock"
"""Held by who changes it: the file itself is replaced."""

ASK = "ask"
READ = "read"
FEEDBACK = "feedback"
INGEST = "ingest"
ADMIN = "admin"

SCOPES = (ASK, READ, FEEDBACK, INGEST, ADMIN)
"""What a key may be for: asking; searching, listing and reading; judging answers; adding articles; and the
operator's own, such as metrics and the evaluation. None holds another."""

VISITOR = frozenset({ASK, READ, FEEDBACK})
"""What is a visitor's."""

KEYS_BEGIN = "cuttings_"
"""By which scanners for leaked secrets, and people, know one."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST = 1000
"""Keys of a collection."""


@dataclass(frozen=True, slots=True)
class Key:
    """`digest`: SHA-256 of the secret, in hex. `site`: the only site whose pages may use it; None: anybody.

    `expires`: the last day on which it holds, an ISO day in UTC; None: it always does. `groups`: those whose
    articles it may read beside what is public. `collections`: the names of those that it is for, on a server
    of several; None: of all.
    """

    name: str
    digest: str
    scopes: tuple[str, ...]
    site: str | None
    expires: str | None
    made: str
    groups: tuple[str, ...] = ()
    collections: tuple[str, ...] | None = None

    def holds_on(self, day: date) -> bool:
        return self.expires is None or day.isoformat() <= self.expires

    def told(self) -> dict[str, Any]:
        """What may be shown of it, in JSON."""
        return {
            "name": self.name,
            "may": list(self.scopes),
            "site": self.site,
            "expires": self.expires,
            "expired": not self.holds_on(today()),
            "made": self.made,
            "read": list(self.groups),
            "collections": None if self.collections is None else list(self.collections),
        }


class Keys:
    """The keys of a folder, read anew when their file has changed. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE
        self._lock = threading.Lock()
        self._state: object = None
        self._read: tuple[Key, ...] = ()

    def all(self) -> tuple[Key, ...]:
        """By name. CuttingsError where the file is damaged."""
        with self._lock:
            state = _state(self.file)
            if state != self._state:
                self._read, self._state = _keys(self.file), state
            return self._read

    def of(self, secret: str) -> Key | None:
        """The key with this secret, where there is one that holds today. CuttingsError as `all`."""
        digest = _digest(secret)
        found = None
        for key in self.all():  # every one, whether or not it was found: the time tells nothing
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found if found and found.holds_on(today()) else None

    def named(self, name: str) -> Key | None:
        """The key of this name, where it holds today. CuttingsError as `all`."""
        return next((key for key in self.all() if key.name == name and key.holds_on(today())), None)

    def add(
        self,
        name: str,
        scopes: tuple[str, ...],
        site: str | None = None,
        expires: date | None = None,
        groups: tuple[str, ...] = (),
        collections: tuple[str, ...] | None = None,
    ) -> str:
        """Store a new key and give its secret, which is kept nowhere. CuttingsError says what is wrong."""
        if not _NAME.fullmatch(name):
            raise CuttingsError(
                f"{name!r:.80} is no name for a key; take up to 64 letters, digits, dots, - and _"
            )
        if expires and expires < today():
            raise CuttingsError(f"{expires} is over; give the last day on which the key is to hold")
        with self._changing() as keys:
            if name in keys:
                raise CuttingsError(
                    f"there is a key {name!r}; `cuttings keys rotate {name}` gives it a new secret"
                )
            if len(keys) >= _MOST:
                raise CuttingsError(f"there are {_MOST} keys; remove some with `cuttings keys remove`")
            secret = _secret()
            made = datetime.now(UTC).isoformat(timespec="seconds")
            until = expires.isoformat() if expires else None
            ordered = tuple(scope for scope in SCOPES if scope in scopes)
            read = tuple(sorted({*groups}))
            keys[name] = Key(name, _digest(secret), ordered, site, until, made, read, collections)
        return secret

    def rotate(self, name: str) -> str:
        """Give the key a new secret, and return it; the old one holds no longer. CuttingsError as `add`."""
        with self._changing() as keys:
            key = _named(keys, name)
            secret = _secret()
            keys[name] = replace(
                key, digest=_digest(secret), made=datetime.now(UTC).isoformat(timespec="seconds")
            )
        return secret

    def remove(self, name: str) -> None:
        """CuttingsError where there is none of this name."""
        with self._changing() as keys:
            del keys[_named(keys, name).name]

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Key]]:
        """The keys by name, to be changed by nobody else meanwhile; stored when the block ends well."""
        try:
            with appending(self.file.with_name(_LOCK), OWNER_ONLY):
                keys = {key.name: key for key in _keys(self.file)}
                yield keys
                rows = [asdict(keys[name]) for name in sorted(keys)]
                write_whole(self.file, json.dumps({"keys": rows}, indent=2).encode("ascii") + b"\n")
        except OSError as error:
            raise CuttingsError(f"cannot write {self.file}: {reason(error)}; put that right") from error


def today() -> date:
    """In UTC, as days of expiry are."""
    return datetime.now(UTC).date()


def _secret() -> str:
    return KEYS_BEGIN + secrets.token_urlsafe(32)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _named(keys: dict[str, Key], name: str) -> Key:
    if name not in keys:
        raise CuttingsError(f"there is no key {name!r:.80}; `cuttings keys list` shows those that there are")
    return keys[name]


def _state(file: Path) -> object:
    """What differs when the file was replaced; None where there is none."""
    try:
        stat = file.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CuttingsError(f"cannot read {file}: {reason(error)}; put that right") from error
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _keys(file: Path) -> tuple[Key, ...]:
    try:
        return tuple(_key(row) for row in json.loads(file.read_bytes())["keys"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        what = reason(error) if isinstance(error, OSError) else "it is damaged"
        raise CuttingsError(
            f"cannot read {file}: {what}; put that right, or delete it and make new keys"
        ) from error


def _key(row: dict[str, Any]) -> Key:
    """TypeError, KeyError or ValueError where it is none."""
    only = row.get("collections")  # an older version stored neither this nor groups
    lists = {
        "scopes": tuple(row["scopes"]),
        "groups": tuple(row.get("groups", ())),
        "collections": None if only is None else tuple(only),
    }
    key = Key(**{**row, **lists})
    texts = [key.name, key.digest, key.made, key.site or "", key.expires or ""]
    texts += [*key.groups, *(key.collections or ())]
    whole = all(isinstance(text, str) and text.isascii() for text in texts) and {*key.scopes} <= {*SCOPES}
    if not whole or not re.fullmatch("[0-9a-f]{64}", key.digest):
        raise ValueError("no key")
    if key.expires:
        date.fromisoformat(key.expires)
    return key
