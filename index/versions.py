"""The versions of an article: those before the newest, which can be shown and cited, and how they are kept.

What is searched and quoted is the newest. A version is another title or another story: a menu that has
changed makes none, nor does a file that says the same in other bytes.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from corpus.article import Article, Removed

MOST = 50
"""Versions before the newest that are kept of an article: a page that is followed all day has as many."""

LARGEST = 8 * 1024**2
"""Characters that they have together: 50 of the longest live page; of a book of that size none is kept."""


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it was. `content` is packed; `article` unpacks it."""

    number: int
    """From 1, the oldest."""
    was: str
    """The id that the article had then."""
    digest: str
    """SHA-256 (hex) of what it was read from."""
    seen: str
    """ISO time (UTC) at which it was first seen; "" where an older version of Cuttings stored it."""
    characters: int
    content: bytes

    @classmethod
    def of(cls, number: int, article: Article, digest: str, seen: str) -> Version:
        return cls(number, article.id, digest, seen, len(article.text), _packed(article))

    @property
    def article(self) -> Article:
        """ValueError where it is damaged."""
        return _unpacked(self.content, self.characters)


@dataclass(frozen=True, slots=True)
class History:
    """The past of an article."""

    seen: str = ""
    """As `Version.seen`, of the newest version."""
    earlier: tuple[Version, ...] = ()
    """The oldest first."""

    @property
    def number(self) -> int:
        """That of the newest version."""
        return self.earlier[-1].number + 1 if self.earlier else 1

    @property
    def first_seen(self) -> str:
        return self.earlier[0].seen if self.earlier else self.seen


NO_HISTORY = History()


def now() -> str:
    """The time as `Version.seen` has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def followed(history: History, old: Article, digest: str, new: Article) -> History:
    """The past of an article once `new` stands in the place of `old`, which was read from `digest`."""
    if told(old) == told(new):
        return history
    last = Version.of(history.number, old, digest, history.seen)
    return History(now(), _bounded((*history.earlier, last)))


def preceded(history: History, newest: Article, older: Article, digest: str, before: int) -> History | None:
    """The past with a version that turned up late, as the one with the index `before`; None: it is known."""
    if any(one.digest == digest for one in history.earlier):
        return None
    if told(older) in (told(newest), *(told(one.article) for one in history.earlier)):
        return None
    late = Version.of(0, older, digest, now())
    earlier = (*history.earlier[:before], late, *history.earlier[before:])
    return History(history.seen, _bounded([replace(one, number=n) for n, one in enumerate(earlier, start=1)]))


def told(article: Article) -> tuple[str, str]:
    """What makes a version: the title, and the words of the story."""
    return article.title, " ".join(" ".join(article.text[a:b] for a, b in article.story()).split())


def _bounded(versions: Sequence[Version]) -> tuple[Version, ...]:
    """Those that are kept: the first, since it tells what was said at first, and the last ones."""
    fitting = [one for one in versions if one.characters <= LARGEST]
    while len(fitting) > MOST or sum(one.characters for one in fitting) > LARGEST:
        del fitting[min(1, len(fitting) - 1)]
    return tuple(fitting)


def _packed(article: Article) -> bytes:
    return zlib.compress(json.dumps(asdict(article), ensure_ascii=False).encode("utf-8", "surrogatepass"), 9)


def _unpacked(content: bytes, characters: int) -> Article:
    try:
        unfold = zlib.decompressobj()
        plain = unfold.decompress(content, _MOST_BYTES * (characters + 1024**2))
        if not unfold.eof:
            raise ValueError("damaged: cut off, or too large")
        found: dict[str, Any] = json.loads(plain.decode("utf-8", "surrogatepass"))
        removed = tuple(Removed(**one) for one in found.pop("removed"))
        topics, pages = tuple(found.pop("topics")), tuple(found.pop("pages"))
        return Article(**found, topics=topics, pages=pages, removed=removed)
    except (zlib.error, TypeError, LookupError) as error:
        raise ValueError(f"damaged: {error}") from error


_MOST_BYTES = 6
"""That JSON writes for a character."""
