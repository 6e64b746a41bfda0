"""The articles in a collection's file, their texts in parts: the only file that knows how they are cut.

The first part is in the article's own row, so that a short article has no other. Of a long one only the
parts are read that are asked for. An article of formats 1 and 2 has its whole text in its row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from corpus.article import Article, Removed

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
_NO_PARTS = "(SELECT '' AS article_id, 0 AS start_offset, '' AS text LIMIT 0)"


class Texts:
    """The articles as one connection sees them, within a transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        # Another process may bring the file to this version's format at any moment.
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'parts'").fetchone()
        self.parts = "parts" if found else _NO_PARTS
        """The table of all parts but the first of each article, to select from."""

    def beginnings(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles with these ids that there are, each with the first part of its text only."""
        wanted = list(ids)
        rows = self._connection.execute(
            "SELECT id, title, text, source, publisher, published, url, topics, removed FROM articles"
            f" WHERE id IN ({', '.join('?' * len(wanted))})",
            wanted,
        )
        return {
            row[0]: Article(*row[:7], tuple(json.loads(row[7])), removed_of(row[8]))  # type: ignore[call-arg]
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


def removed_of(stored: str) -> tuple[Removed, ...]:
    """The removed spans of an article, as its row has them."""
    return tuple(Removed(*row) for row in json.loads(stored))


def first_part(text: str) -> str:
    return text[:PART]


def put_parts(connection: Any, article_id: str, text: str) -> None:
    """Store all parts but the first of an article that has none."""
    starts = range(PART, len(text), PART)
    rows = ([article_id, start, text[start : start + PART]] for start in starts)
    connection.executemany("INSERT INTO parts VALUES (?, ?, ?)", rows)
