"""Digests of what is stored of each article, so that what the disk has changed is found, and not quoted.

They tell of a disk that fails, not of who can write the file, for he can make them anew. An article has one
row of them, which is read with it; those of its passages come last, since only a check of the whole
collection reads them. A file of format 4 that an unreleased version made has no such table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

from index.folder.rows import fetched

SIZE = 16
"""Bytes of a digest (BLAKE2b): 128 bits, of which no damage hits the same by chance."""

DIGESTS = """
CREATE TABLE IF NOT EXISTS digests (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    characters INTEGER NOT NULL,    -- of the whole text
    about BLOB NOT NULL,            -- of the article's row without its text
    parts BLOB NOT NULL,            -- of each part of the text, one after the other
    original BLOB NOT NULL,         -- of its file; empty where there is none
    passages BLOB NOT NULL          -- of each passage, by id, one after the other
) WITHOUT ROWID
"""

ABOUT = (
    "id",
    "location",
    "digest",
    "source",
    "title",
    "publisher",
    "published",
    "url",
    "topics",
    "removed",
    "more",
)
"""Columns of an article's row that have one digest together."""

PASSAGE = ("start_offset", "end_offset", "heading", "sentences", "terms", "vector")
"""Columns of a passage's row that have one digest together."""

_ORIGINAL = ("media_type", "content", "pages")

Field = str | bytes | int | None


def digest(fields: Iterable[Field]) -> bytes:
    """(SIZE,) of some columns of a row, in order."""
    whole = hashlib.blake2b(digest_size=SIZE)
    for field in fields:
        if field is None:
            whole.update(b"-")
            continue
        written = field if isinstance(field, bytes) else str(field).encode("utf-8", "surrogatepass")
        whole.update(b"%d:" % len(written))
        whole.update(written)
    return whole.digest()


def part_digest(start: int, text: str) -> bytes:
    """Of a part of a text that begins at `start`."""
    return digest((start, text))


def split(digests: bytes) -> list[bytes]:
    """Digests that are stored one after the other."""
    return [digests[at : at + SIZE] for at in range(0, len(digests), SIZE)]


def has_digests(connection: Any) -> bool:
    """Whether the file has a place for them."""
    return bool(fetched(connection, "SELECT 1 FROM sqlite_master WHERE name = 'digests'"))


def stamp(connection: Any, without: Set[str]) -> int:
    """A number for all articles but those, another when one has changed; of an older file its revision."""
    if not has_digests(connection):
        rows = fetched(connection, "SELECT value FROM meta WHERE key = 'revision'")
        return int(rows[0][0]) if rows else 0
    whole = hashlib.blake2b(digest_size=6)  # a number that every reader of JSON keeps exactly
    sql = (
        "SELECT id, digest, source, title, publisher, published, url, topics, removed, digests.parts"
        " FROM articles JOIN digests ON article_id = id ORDER BY id"
    )
    for id, *of in fetched(connection, sql):
        if id not in without:
            whole.update(digest((id, *of)))
    return int.from_bytes(whole.digest())


def put_digests(connection: Any, article_id: str) -> None:
    """Those of an article as it is stored now, with its parts, its file and its passages."""
    about, parts, characters = _text_of(connection, article_id)
    of_parts = b"".join(of for _, _, of in parts)
    original = _original_of(connection, article_id)
    of_passages = b"".join(of for _, _, of in _passages_of(connection, article_id))
    connection.execute(
        "INSERT OR REPLACE INTO digests VALUES (?, ?, ?, ?, ?, ?)",
        [article_id, characters, about, of_parts, original, of_passages],
    )


def put_all_digests(connection: Any) -> None:
    """Those of every article of a file that has none."""
    connection.execute(DIGESTS)
    for (id,) in fetched(connection, "SELECT id FROM articles"):
        put_digests(connection, id)


def moved(connection: Any, article_id: str, location: str, source: str) -> None:
    """Note where an article's source lies now. Where its row is damaged it stays known as damaged."""
    sound = _about_of(connection, article_id) == _stored_about(connection, article_id)
    connection.execute(
        "UPDATE articles SET location = ?, source = ? WHERE id = ?", [location, source, article_id]
    )
    if sound:
        about = _about_of(connection, article_id)
        connection.execute("UPDATE digests SET about = ? WHERE article_id = ?", [about, article_id])


def damage(connection: Any, article_id: str) -> Iterator[str]:
    """What of an article is not as it was stored, a line each."""
    rows = fetched(
        connection,
        "SELECT characters, about, parts, original, passages FROM digests WHERE article_id = ?",
        [article_id],
    )
    if not rows:
        yield "the digests of what is stored of it are lost"
        return
    characters, about, parts, original, passages = rows[0]
    about_now, parts_now, characters_now = _text_of(connection, article_id)
    if about_now != about:
        yield "its title, or what else is stored of it beside its text, is not as it was stored"
    known = set(split(parts))
    for start, end, of in parts_now:
        if of not in known:
            yield f"its text {start}-{end} is not as it was stored"
    if (characters_now, len(parts_now)) != (characters, len(known)):
        yield f"its text has {characters_now} characters, and {characters} were stored"
    if _original_of(connection, article_id) != original:
        yield "its file is not as it was stored"
    yield from _damaged_passages(split(passages), list(_passages_of(connection, article_id)))


def _damaged_passages(stored: Sequence[bytes], now: Sequence[tuple[int, int, bytes]]) -> Iterator[str]:
    for start, end, of in now:
        if of not in stored:
            yield f"passage {start}-{end} is not as it was stored: its sentences, its words or its vector"
    if len(now) != len(stored):
        yield f"it has {len(now)} passages, and {len(stored)} were stored"


def _about_of(connection: Any, article_id: str) -> bytes:
    rows = fetched(connection, f"SELECT {', '.join(ABOUT)} FROM articles WHERE id = ?", [article_id])
    return digest(rows[0]) if rows else b""


def _text_of(connection: Any, article_id: str) -> tuple[bytes, list[tuple[int, int, bytes]], int]:
    """The digest of an article's row; start, end and digest of each part of its text; its characters."""
    first = fetched(connection, "SELECT text FROM articles WHERE id = ?", [article_id])
    others = fetched(
        connection, "SELECT start_offset, text FROM parts WHERE article_id = ? ORDER BY 1", [article_id]
    )
    parts = [(0, text) for (text,) in first] + others
    found = [(start, start + len(text), part_digest(start, text)) for start, text in parts]
    return _about_of(connection, article_id), found, sum(len(text) for _, text in parts)


def _original_of(connection: Any, article_id: str) -> bytes:
    sql = f"SELECT {', '.join(_ORIGINAL)} FROM originals WHERE article_id = ?"
    return b"".join(digest(row) for row in fetched(connection, sql, [article_id]))


def _passages_of(connection: Any, article_id: str) -> Iterator[tuple[int, int, bytes]]:
    sql = f"SELECT {', '.join(PASSAGE)} FROM passages WHERE article_id = ? ORDER BY id"
    for row in fetched(connection, sql, [article_id]):
        yield row[0], row[1], digest(row)


def _stored_about(connection: Any, article_id: str) -> bytes | None:
    rows = fetched(connection, "SELECT about FROM digests WHERE article_id = ?", [article_id])
    return rows[0][0] if rows else None
