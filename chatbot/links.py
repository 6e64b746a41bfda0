"""Links that open an answer or an article until a day, in `links.json` in the collection's folder.

A link's token is a random name and the seal of the collection's key on all that the link is: who can read the
file cannot make a token of it, and nobody can lengthen a link or turn it to something else by changing it.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

from chatbot import seal
from chatbot.append_file import appending
from chatbot.keys import today
from chatbot.whole_file import OWNER_ONLY, write_whole
from corpus.errors import CuttingsError, reason
from index.visibility import Sight

FILE = "links.json"
_LOCK = ".links.lock"
_PURPOSE = b"cuttings link 1\0"
"""So that nothing else that the key has sealed can be shown as a link."""

Kind = Literal["answer", "article"]

_MOST = 1000
"""Links of a collection that hold."""
_REMEMBERED = timedelta(days=90)
"""For so long a link that is over says so; then it is not known any more."""
_NAME_BYTES = 12
_LONGEST_TARGET = 16_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")

UNKNOWN = "this link is not whole, or was altered; ask whoever sent it for another"


class Refused(CuttingsError):
    """The link opens nothing. `over`: it once did."""

    def __init__(self, line: str, over: bool = False) -> None:
        super().__init__(line)
        self.over = over


@dataclass(frozen=True, slots=True)
class Link:
    """`target`: an answer's id, or an article's. `until`: the last day on which it opens, an ISO day in UTC.

    `groups`: of whose articles it may show something, those of its maker; None: of any. `by`: the key that
    made it; "" who has the collection itself. `revoked`: when, an ISO time; None: it was not.
    """

    name: str
    kind: Kind
    target: str
    until: str
    groups: tuple[str, ...] | None
    by: str
    made: str
    revoked: str | None = None

    @property
    def sight(self) -> Sight:
        return Sight(None if self.groups is None else frozenset(self.groups))

    @property
    def ended(self) -> str:
        """The ISO day on which it opens last, or was revoked."""
        return (self.revoked or self.until)[:10]

    @property
    def over(self) -> str:
        """Why it opens nothing any more, in a line; "" while it does."""
        if self.revoked:
            return "this link was withdrawn; ask whoever sent it for another"
        if today().isoformat() > self.until:
            return f"this link was good until {self.until}; ask whoever sent it for another"
        return ""

    @property
    def told(self) -> dict[str, Any]:
        """All that may be shown of it, which does not open it."""
        names = ("name", "kind", "target", "until", "by", "made", "revoked")
        return {**{name: getattr(self, name) for name in names}, "open": not self.over}

    def _sealed(self) -> bytes:
        told = [self.name, self.kind, self.target, self.until, self.groups]
        return _PURPOSE + json.dumps(told).encode("ascii")

    def token(self, key: bytes) -> str:
        """What opens it; `key` as `chatbot.seal.key_of` gives it."""
        name = bytes.fromhex(self.name)
        return base64.urlsafe_b64encode(name + seal.seal(key, self._sealed())).decode("ascii")


class Links:
    """The links of a collection's folder."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE
        self._folder = folder

    def all(self) -> tuple[Link, ...]:
        """In the order in which they were made. CuttingsError where the file is damaged."""
        return _links(self.file)

    def make(self, kind: Kind, target: str, until: date, sight: Sight, by: str = "") -> tuple[Link, str]:
        """Store a link; gives it and its token, which is kept nowhere. CuttingsError says what is wrong."""
        if until < today():
            raise CuttingsError(f"{until} is over; give the last day on which the link is to open")
        if len(target) > _LONGEST_TARGET:
            raise CuttingsError("nothing has so long an id")
        name = secrets.token_hex(_NAME_BYTES)
        groups = None if sight.groups is None else tuple(sorted(sight.groups))
        made = datetime.now(UTC).isoformat(timespec="seconds")
        link = Link(name, kind, target, until.isoformat(), groups, by, made)
        with self._changing() as links:
            if sum(not one.over for one in links) >= _MOST:
                raise CuttingsError(f"there are {_MOST} links; revoke some with `cuttings link revoke`")
            links.append(link)
        return link, link.token(seal.key_of(self._folder))

    def revoke(self, name: str) -> None:
        """CuttingsError where there is none of this name that still opens."""
        with self._changing() as links:
            at = next((at for at, one in enumerate(links) if one.name == name and not one.over), None)
            if at is None:
                raise CuttingsError(
                    f"no link {name!r:.40} opens anything; `cuttings link list` shows those that do"
                )
            links[at] = replace(links[at], revoked=datetime.now(UTC).isoformat(timespec="seconds"))

    def open(self, token: str) -> Link:
        """The link of a token. Refused says in one line why it opens nothing. CuttingsError as `all`."""
        if not _TOKEN.fullmatch(token):
            raise Refused(UNKNOWN)
        whole = base64.urlsafe_b64decode(token)
        name, given = whole[:_NAME_BYTES].hex(), whole[_NAME_BYTES:]
        link = next((one for one in self.all() if one.name == name), None)
        if link is None or not seal.is_sealed(seal.key_of(self._folder), link._sealed(), given):
            raise Refused(UNKNOWN)
        if link.over:
            raise Refused(link.over, over=True)
        return link

    @contextmanager
    def _changing(self) -> Iterator[list[Link]]:
        """The links, to be changed by nobody else meanwhile; stored when the block ends well."""
        oldest = (today() - _REMEMBERED).isoformat()
        try:
            with appending(self.file.with_name(_LOCK), OWNER_ONLY):
                links = [one for one in _links(self.file) if one.ended >= oldest]
                yield links
                rows = [asdict(link) for link in links]
                write_whole(self.file, json.dumps({"links": rows}, indent=2).encode("ascii") + b"\n")
        except OSError as error:
            raise CuttingsError(f"cannot write {self.file}: {reason(error)}; put that right") from error


def _links(file: Path) -> tuple[Link, ...]:
    try:
        return tuple(_link(row) for row in json.loads(file.read_bytes())["links"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, LookupError, RecursionError) as error:
        what = reason(error) if isinstance(error, OSError) else "it is damaged"
        raise CuttingsError(
            f"cannot read {file}: {what}; put that right, or delete it, which ends all links"
        ) from error


def _link(row: dict[str, Any]) -> Link:
    """TypeError or ValueError where it is none."""
    groups = row["groups"]
    link = Link(**{**row, "groups": None if groups is None else tuple(map(str, groups))})
    date.fromisoformat(link.until)
    if cast(str, link.kind) not in ("answer", "article") or not isinstance(link.target, str):
        raise ValueError("no link")
    return link
