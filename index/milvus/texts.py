"""An article's text on Milvus, and what else its row has no field for, in parts that fit into a row each.

The parts one after the other are a JSON list, the text first. Each part has the same number of characters of
the text, so that of a long article only the parts are read that are asked for; the last, or the last few,
also have what follows the text. In format 1 all are cut anywhere, and are read together. An article that says
who wrote it, or has pages, has an object of these at the end, which formats 1 and 2 never had.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from corpus.article import Article, Removed
from index.milvus import tables as tables
from index.milvus.cache import Cache
from index.milvus.engine import Engine, Row

PART = 10_000
"""Characters of the text in a part. JSON writes one with 6 bytes at most."""
_ROW = 60_000
"""Bytes of an article that one row holds."""
CACHED = 32 * 1024 * 1024
"""Characters of parts that are held in memory."""

_MORE = ("author", "updated", "fetched", "section", "language", "pages")
"""What few articles have."""
_SEEN = "seen"
_ABOUT = 7
"""What follows a text that has more."""

Span = tuple[int, int]
"""Characters of a text, the end exclusive."""


def split(article: Article, size: int, seen: str = "") -> list[str]:
    """The parts of an article, `size` characters of its text in each; one at least.

    `seen` as `index/versions.py` has it.
    """
    spans = [[removed.start, removed.end, removed.reason] for removed in article.removed]
    rest: list[object] = [article.title, article.publisher, article.published, article.url, article.topics]
    more = {name: value for name in _MORE if (value := getattr(article, name))}
    more |= {_SEEN: seen} if seen else {}
    rest += [spans, more] if more else [spans]
    text = article.text
    *parts, last = [_written(text[start : start + size])[1:-1] for start in range(0, len(text) or 1, size)]
    parts += _rows(f'{last}", {_written(rest)[1:]}')
    return [f'["{parts[0]}', *parts[1:]]


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _rows(body: str) -> Iterable[str]:
    """What may be longer than a row, cut between characters."""
    whole = body.encode()
    first = 0
    while first < len(whole):
        stop = min(first + _ROW, len(whole))
        while stop < len(whole) and whole[stop] & 0xC0 == 0x80:  # not inside a character
            stop -= 1
        yield whole[first:stop].decode()
        first = stop


def _last(row: Row, size: int) -> int:
    """The part in which an article's text ends; what follows the text is in it and those after it."""
    return max(-(-row["characters"] // size) - 1, 0)


def _parts(row: Row, size: int, span: Span) -> range:
    """The parts that a span of an article lies in, one at least."""
    first = min(span[0] // size, _last(row, size))
    return range(first, max(first, min(-(-span[1] // size) - 1, _last(row, size))) + 1)


@dataclass(frozen=True, slots=True)
class Text:
    """What was read of an article: some of its parts, by number."""

    row: Row
    size: int
    """characters of the text in each part"""
    bodies: Mapping[int, str]

    def between(self, start: int, end: int) -> str:
        """`text[start:end]`, of a span that was asked for."""
        numbers = _parts(self.row, self.size, (start, end))
        first = numbers[0] * self.size
        return "".join(self._decoded(number)[0] for number in numbers)[start - first : end - first]

    def opening(self, characters: int) -> Article:
        """The article with at most so many characters of its text, which were asked for."""
        title, publisher, published, url, topics, spans, more = self._about()
        more = {name: value for name, value in more.items() if name != _SEEN}
        more |= {"pages": tuple(more.get("pages", ()))}
        removed = tuple(Removed(*span) for span in spans)
        about = self.row["source"], publisher, published, url, tuple(topics), removed
        text = self.between(0, min(characters, self.row["characters"]))
        return Article(self.row["name"], title, text, *about, **more).opening(characters)

    @property
    def seen(self) -> str:
        return str(self._about()[-1].get(_SEEN, ""))

    def _about(self) -> list[Any]:
        """What follows the text."""
        _, rest = self._decoded(_last(self.row, self.size))
        found = json.loads(f"[{rest.lstrip(', ')}")
        return found if len(found) == _ABOUT else [*found, {}]

    def _decoded(self, number: int) -> tuple[str, str]:
        """The text in a part, and what follows the whole text where that is in it."""
        stop = self.row["parts"] if number == _last(self.row, self.size) else number + 1
        body = "".join(self.bodies[one] for one in range(number, stop))
        written = f'{body}"' if number == 0 else f'["{body}"'
        text, end = json.JSONDecoder().raw_decode(written, 1)
        return text, written[end:-1]


class Texts:
    """Reads and cuts texts; the parts that were read last are held in memory."""

    def __init__(self, engine: Engine, table: str) -> None:
        self._engine = engine
        self._table = table
        self._bodies: Cache[tuple[int, int, int], str] = Cache(CACHED, len)
        self.size = PART
        """Characters of a text in a part."""

    def not_cut(self) -> None:
        """The texts are those of format 1."""
        self.size = sys.maxsize

    def read(self, rows: Iterable[Row], spans: Mapping[int, Sequence[Span]]) -> dict[int, Text]:
        """Of articles, given by their rows (`tables.ARTICLE`), what lies in some spans, by the article's key.

        Without articles that were changed since their row was read.
        """
        given = {row["id"]: row for row in rows}
        needed = {
            id: [(id, row["version"], number) for number in self._numbers(row, spans[id])]
            for id, row in given.items()
        }
        bodies = self._bodies.get(chain(*needed.values()))
        missing: dict[int, tuple[int, int, int]] = {}
        for id, parts in needed.items():
            ids = [id, *tables.Version.of(given[id]).part_ids]
            missing |= {ids[part[2]]: part for part in parts if part not in bodies}
        read = self._engine.get(self._table, list(missing), ["version", "body"])
        new = {missing[row["id"]]: row["body"] for row in read if row["version"] == missing[row["id"]][1]}
        self._bodies.put(new)
        bodies |= new
        return {
            id: Text(given[id], self.size, {part[2]: bodies[part] for part in parts})
            for id, parts in needed.items()
            if all(part in bodies for part in parts)
        }

    def _numbers(self, row: Row, spans: Sequence[Span]) -> set[int]:
        """The parts that are needed for some spans, and for what follows the text."""
        of_spans = (_parts(row, self.size, span) for span in spans)
        return {*chain(*of_spans), *range(_last(row, self.size), row["parts"])}
