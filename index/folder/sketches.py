"""Sketches of the articles in a collection's file, by which copies are known (`index/copies.py`)."""

from __future__ import annotations

from typing import Any

from corpus.article import Article
from index.copies import sketch
from index.folder.rows import fetched

SKETCHES = """
CREATE TABLE IF NOT EXISTS sketches (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    sketch BLOB NOT NULL
) WITHOUT ROWID
"""


def put_sketch(connection: Any, article: Article) -> None:
    connection.execute("INSERT OR REPLACE INTO sketches VALUES (?, ?)", [article.id, sketch(article)])


def sketches(connection: Any) -> dict[str, bytes]:
    """By the article's id, the newest first; without articles of an older version that have none yet."""
    if not has_sketches(connection):
        return {}
    rows = fetched(
        connection,
        "SELECT id, sketch FROM articles JOIN sketches ON article_id = id"
        " ORDER BY published IS NULL, published DESC, id",
    )
    return dict(rows)


def without_sketch(connection: Any) -> list[str]:
    sql = "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM sketches)"
    return [id for (id,) in fetched(connection, sql)]


def has_sketches(connection: Any) -> bool:
    """Whether the file has a place for them."""
    return bool(fetched(connection, "SELECT 1 FROM sqlite_master WHERE name = 'sketches'"))
