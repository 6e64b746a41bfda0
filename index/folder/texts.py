"""The articles in a collection's file, their texts in parts: the only file that knows how they are cut.

The first part is in the article's own row, so that a short article has no other. Of a long one only the
parts are read that are asked for. An article of formats 1 and 2 has its whole text in its row; formats 1 to 3
know neither who wrote it and the like, nor its pages and the file itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from corpus.article import Article, Removed
from index.original import Original, packed, unpacked

PART = 32_768
"""Characters of a part but the last. May be raised, and not lowered: older parts would not be found."""

PARTS = """
CREATE TABLE IF NOT EXISTS parts (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start_offset INTEGER NOT NULL,  -- of the part's first character in the text
    text TEXT NOT NULL,
    PRIMARY KEY (article_id, start_offset)
) WITHOUT ROWID
"""
MORE = "more TEXT NOT NULL DEFAULT '{}'"
"""The column of what few articles have: a JSON object of the fields in `_MORE` that are not empty."""
ORIGINALS = """
CREATE TABLE IF NOT EXISTS originals (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    media_type TEXT NOT NULL,
    content BLOB NOT NULL,
    pages BLOB NOT NULL             -- index/original.py
)
"""
_MORE = ("author", "updated", "fetched", "section", "language", "pages")
_NO_PARTS = "(SELECT '' AS article_id, 0 AS start_offset, '' AS text LIMIT 0)"


class Texts:
    """The articles as one connection sees them, within a transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        # Another process may bring the file to this version's format at any moment.
        (found,) = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        format = int(found)
        self.parts = "parts" if format >= 3 else _NO_PARTS
        """The table of all parts but the first of each article, to select from."""
        self._more = "more" if format >= 4 else "'{}'"
        self._originals = format >= 4

    def beginnings(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles with these ids that there are, each with the first part of its text only."""
        wanted = list(ids)
        rows = self._connection.execute(
            f"SELECT id, title, text, source, publisher, published, url, topics, removed, {self._more}"
            f" FROM articles WHERE id IN ({', '.join('?' * len(wanted))})",
            wanted,
        )
        return {
            row[0]: Article(  # type: ignore[call-arg]
                *row[:7], tuple(json.loads(row[7])), removed_of(row[8]), **_more_of(row[9])
            )
            for row in rows
        }

    def opening(self, beginning: Article, characters: int) -> Article:
        """The article, of which the first part is given, with at most so many characters of its text."""
        return replace(beginning, text=self.between(beginning, 0, characters)).opening(characters)

    def between(self, beginning: Article, start: int, end: int) -> str:
        """`text[start:end]` of the article of which the first part is given."""
        if end <= len(beginning.text):
            return beginning.text[start:end]
        rows = self._connection.execute(
            f"SELECT start_offset, text FROM {self.parts}"
            " WHERE article_id = ? AND start_offset > ? AND start_offset < ? ORDER BY start_offset",
            [beginning.id, start - PART, end],
        )
        return beginning.text[start:] + "".join(part[max(start - at, 0) : end - at] for at, part in rows)

    def original(self, article_id: str) -> Original | None:
        if not self._originals:
            return None
        row = self._connection.execute(
            "SELECT media_type, content, pages FROM originals WHERE article_id = ?", [article_id]
        ).fetchone()
        return Original(row[0], row[1], unpacked(row[2])) if row else None


def removed_of(stored: str) -> tuple[Removed, ...]:
    """The removed spans of an article, as its row has them."""
    return tuple(Removed(*row) for row in json.loads(stored))


def more(article: Article) -> str:
    """What goes into the column `MORE`."""
    return json.dumps({name: value for name in _MORE if (value := getattr(article, name))})


def _more_of(stored: str) -> dict[str, Any]:
    found = json.loads(stored)
    return {**found, "pages": tuple(found["pages"])} if "pages" in found else found


def first_part(text: str) -> str:
    return text[:PART]


def put_parts(connection: Any, article_id: str, text: str) -> None:
    """Store all parts but the first of an article that has none."""
    starts = range(PART, len(text), PART)
    rows = ([article_id, start, text[start : start + PART]] for start in starts)
    connection.executemany("INSERT INTO parts VALUES (?, ?, ?)", rows)


def put_original(connection: Any, article_id: str, original: Original) -> None:
    """Store the file of an article that has none."""
    connection.execute(
        "INSERT INTO originals VALUES (?, ?, ?, ?)",
        [article_id, original.media_type, original.content, packed(original.pages)],
    )
