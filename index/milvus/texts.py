"""An article's text on Milvus, and what else its row has no field for, in parts that fit into a row each.

The parts one after the other are a JSON list, the text first. Each is cut between two characters of the text,
and its row says at which; so of a long article only the parts are read that are asked for. (Versions before
this one cut anywhere and did not say where: of their long articles all parts are read.)
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from corpus.article import Article, Removed
from index.milvus import tables as tables
from index.milvus.cache import Cache
from index.milvus.engine import Engine, Row

_PART = 60_000
"""Bytes of an article that one row holds."""
_OPENED = '["'
"""What stands before the text."""

CACHED = 32 * 1024 * 1024
"""Characters of parts that are held in memory."""
CACHED_STARTS = 500_000
"""Starts of parts that are held in memory."""

Span = tuple[int, int]
"""Characters of a text, the end exclusive."""
_Key = tuple[int, int]
"""The key and the version of an article."""


def split(article: Article) -> list[tables.Part]:
    """The parts of an article, one at least."""
    spans = [[removed.start, removed.end, removed.reason] for removed in article.removed]
    rest = [article.title, article.publisher, article.published, article.url, article.topics, spans]
    pieces = list(_pieces(article.text))
    start, body = pieces.pop()
    body += '", ' + json.dumps(rest, ensure_ascii=False)[1:]
    parts = [*pieces, *((start if not at else len(article.text), one) for at, one in enumerate(_rows(body)))]
    parts[0] = 0, _OPENED + parts[0][1]
    return [tables.Part(*part) for part in parts]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text as JSON writes it, in pieces with the first character of each; one at least."""
    start = 0
    while start < len(text) or not start:
        size = _PART
        while (taken := len((piece := _written(text[start : start + size])).encode())) > _PART:
            size = size * _PART // taken
        yield start, piece
        start += size


def _written(text: str) -> str:
    """As it stands in JSON, without the quotation marks."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _rows(body: str) -> Iterator[str]:
    """What is longer than a row, cut between characters."""
    whole = body.encode()
    first = 0
    while first < len(whole):
        stop = min(first + _PART, len(whole))
        while stop < len(whole) and whole[stop] & 0xC0 == 0x80:  # not inside a character
            stop -= 1
        yield whole[first:stop].decode()
        first = stop


@dataclass(frozen=True, slots=True)
class Text:
    """What was read of an article: some of its parts, by number."""

    row: Row
    starts: Sequence[int]
    """of each part, the first character of the text in it"""
    bodies: Mapping[int, str]

    def between(self, start: int, end: int) -> str:
        """`text[start:end]`, of a span that was asked for."""
        numbers = _numbers(self.starts, (start, end))
        text = "".join(_decoded(self.bodies[number], number)[0] for number in numbers)
        first = self.starts[numbers[0]]
        return text[start - first : end - first]

    def opening(self, characters: int) -> Article:
        """The article with at most so many characters of its text, which were asked for."""
        last = _holding(self.starts, self.row["characters"])
        body = "".join(self.bodies[number] for number in range(last, len(self.starts)))
        _, end = _decoded(body, last)
        title, publisher, published, url, topics, spans = json.loads(f"[{body[end:].lstrip(', ')}")
        removed = tuple(Removed(*span) for span in spans)
        text = self.between(0, min(characters, self.row["characters"]))
        about = self.row["source"], publisher, published, url, tuple(topics), removed
        return Article(self.row["name"], title, text, *about).opening(characters)


def _decoded(body: str, number: int) -> tuple[str, int]:
    """The text in a part, and where in the part what follows the text begins."""
    text, end = json.JSONDecoder().raw_decode(f'"{body}"' if number else f'{body}"', 0 if number else 1)
    return text, end - bool(number)


def _holding(starts: Sequence[int], end: int) -> int:
    """The part that has the last character before `end`."""
    return max(bisect_left(starts, end) - 1, 0)


def _numbers(starts: Sequence[int], span: Span) -> range:
    """The parts that a span lies in, one at least."""
    first = max(bisect_right(starts, span[0]) - 1, 0)
    return range(first, max(_holding(starts, span[1]), first) + 1)


class Texts:
    """Reads parts of articles; those that were used last are kept."""

    def __init__(self, engine: Engine, table: str) -> None:
        self._engine = engine
        self._table = table
        self._starts: Cache[_Key, list[int]] = Cache(CACHED_STARTS, len)
        self._bodies: Cache[tuple[_Key, int], str] = Cache(CACHED, len)

    def read(self, rows: Iterable[Row], spans: Mapping[int, Sequence[Span]]) -> dict[int, Text]:
        """Of articles, given by their rows (`tables.ARTICLE`), what lies in some spans, by the article's key.

        Without articles that were changed since their row was read.
        """
        articles = {(row["id"], row["version"]): row for row in rows}
        starts = self._starts_of(articles)
        wanted: dict[_Key, list[int]] = {}
        for key, own in starts.items():
            asked = [_numbers(own, span) for span in spans[key[0]]]
            rest = range(_holding(own, articles[key]["characters"]), len(own))
            wanted[key] = list(dict.fromkeys(chain(*asked, rest)))
        bodies = self._bodies_of(articles, starts, wanted)
        return {
            key[0]: Text(articles[key], starts[key], {number: bodies[key, number] for number in numbers})
            for key, numbers in wanted.items()
            if all((key, number) in bodies for number in numbers)
        }

    def _starts_of(self, articles: Mapping[_Key, Row]) -> dict[_Key, list[int]]:
        """Where the parts of each article start; one start where they can only be read together."""
        found = self._starts.get(articles)
        ids = {key: tables.Version.of(row).part_ids for key, row in articles.items() if key not in found}
        parts = self._engine.get(self._table, list(chain(*ids.values())), ["characters"])
        start = {part["id"]: part["characters"] for part in parts}
        read = {
            key: [0, *(start[id] for id in own)] if all(start[id] for id in own) else [0]
            for key, own in ids.items()
            if all(id in start for id in own)
        }
        self._starts.put(read)
        return found | read

    def _bodies_of(
        self, articles: Mapping[_Key, Row], starts: Mapping[_Key, list[int]], wanted: Mapping[_Key, list[int]]
    ) -> dict[tuple[_Key, int], str]:
        found = self._bodies.get((key, number) for key, numbers in wanted.items() for number in numbers)
        missing: dict[tuple[_Key, int], list[int]] = {}
        for key, numbers in wanted.items():
            ids = [key[0], *tables.Version.of(articles[key]).part_ids]
            for number in numbers:
                if (key, number) not in found:
                    missing[key, number] = [ids[number]] if len(starts[key]) == len(ids) else ids
        ids = list(chain(*missing.values()))
        rows = {row["id"]: row for row in self._engine.get(self._table, ids, ["version", "body"])}
        read = {
            (key, number): "".join(rows[id]["body"] for id in own)
            for (key, number), own in missing.items()
            if all(id in rows and rows[id]["version"] == key[1] for id in own)
        }
        self._bodies.put(read)
        return found | read
