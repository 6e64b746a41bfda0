"""The versions of articles in a collection's file, each with a digest of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from index.folder.digests import digest
from index.folder.rows import fetched
from index.versions import History, Version

VERSIONS = """
CREATE TABLE IF NOT EXISTS versions (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,        -- from 1, the oldest
    was TEXT NOT NULL,              -- the id that the article had then
    source_digest TEXT NOT NULL,    -- sha256 of the source's bytes
    seen TEXT NOT NULL,             -- ISO time (UTC) at which it was first seen, or ''
    characters INTEGER NOT NULL,
    content BLOB NOT NULL,          -- index/versions.py
    own_digest BLOB NOT NULL,       -- of the columns before
    PRIMARY KEY (article_id, number)
);
CREATE INDEX IF NOT EXISTS versions_by_former_id ON versions (was)
"""

_COLUMNS = "article_id, number, was, source_digest, seen, characters, content"


def make_versions(connection: Any) -> None:
    """The table, within a transaction."""
    for statement in VERSIONS.split(";"):
        connection.execute(statement)


def put_versions(connection: Any, article_id: str, history: History) -> None:
    """Store the versions of an article in place of those that it has."""
    connection.execute("DELETE FROM versions WHERE article_id = ?", [article_id])
    for one in history.earlier:
        row = (article_id, one.number, one.was, one.digest, one.seen, one.characters, one.content)
        connection.execute("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [*row, digest(row)])


def history_of(connection: Any, article_id: str) -> History:
    """The past of an article, without versions that are damaged; empty where there is no such article."""
    if not has_versions(connection):
        return History()
    rows = fetched(connection, "SELECT more FROM articles WHERE id = ?", [article_id])
    seen = str(json.loads(rows[0][0]).get("seen", "")) if rows else ""
    earlier = tuple(Version(*row[1:-1]) for row in _rows(connection, article_id) if _is_sound(row))
    return History(seen, earlier)


def former(connection: Any, article_id: str) -> str | None:
    """The id of the article that had this one as an older version; None where there is none."""
    if not has_versions(connection):
        return None
    try:
        rows = fetched(connection, "SELECT article_id FROM versions WHERE was = ? LIMIT 1", [article_id])
    except UnicodeEncodeError:  # an argument that is not UTF-8, which SQLite cannot be asked for
        return None
    return str(rows[0][0]) if rows else None


def damaged_versions(connection: Any, article_id: str) -> Iterator[str]:
    """What of the versions of an article is not as it was stored, a line each."""
    for row in _rows(connection, article_id) if has_versions(connection) else ():
        if not _is_sound(row):
            yield f"its version {row[1]} is not as it was stored"


def has_versions(connection: Any) -> bool:
    """Whether the file has a place for them."""
    return bool(fetched(connection, "SELECT 1 FROM sqlite_master WHERE name = 'versions'"))


def _rows(connection: Any, article_id: str) -> list[tuple]:
    sql = f"SELECT {_COLUMNS}, own_digest FROM versions WHERE article_id = ? ORDER BY number"
    return fetched(connection, sql, [article_id])


def _is_sound(row: tuple) -> bool:
    return digest(row[:-1]) == row[-1]
