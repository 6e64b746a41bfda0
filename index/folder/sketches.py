"""Sketches of the articles in a collection's file, by which copies are known (`index/copies.py`)."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

from corpus.article import Article
from index.copies import sketch
from index.folder.rows import fetched
from index.folder.texts import Damaged, Texts

SKETCHES = """
CREATE TABLE IF NOT EXISTS sketches (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    sketch BLOB NOT NULL
) WITHOUT ROWID
"""


def put_sketch(connection: Any, article: Article) -> None:
    connection.execute("INSERT OR REPLACE INTO sketches VALUES (?, ?)", [article.id, sketch(article)])


def sketches(connection: Any) -> dict[str, bytes]:
    """By the article's id, the newest first; nothing of a file of an older version."""
    if not has_sketches(connection):
        return {}
    rows = fetched(
        connection,
        "SELECT id, sketch FROM articles JOIN sketches ON article_id = id"
        " ORDER BY published IS NULL, published DESC, id",
    )
    return dict(rows)


def put_all_sketches(connection: Any) -> None:
    """Those of every article of a file that has none, but of those that are damaged."""
    connection.execute(SKETCHES)
    texts = Texts(connection)
    for (id,) in fetched(connection, "SELECT id FROM articles"):
        with suppress(LookupError, Damaged):
            put_sketch(connection, texts.opening(texts.beginnings([id])[id], sys.maxsize))


def has_sketches(connection: Any) -> bool:
    """Whether the file has a place for them."""
    return bool(fetched(connection, "SELECT 1 FROM sqlite_master WHERE name = 'sketches'"))
