"""The file of an older version made one of this version, and the space of what was deleted given back.

Format 1 has the vectors of all tokens beside each passage, some 50 kB, which nothing reads any more; formats
1 and 2 have each text in one piece; formats 1 to 3 have no place for authors, pages, files and digests; 4 has
none for older versions, sketches and who may see which article. Such a file is read as it is; the next change
upgrades it, in its own transaction: readers go on with the state before it, and a process that is killed
leaves that state.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from index.folder.database import FORMAT, PASSAGES, PASSAGES_OF_ARTICLE
from index.folder.digests import has_digests, put_all_digests
from index.folder.histories import has_versions, make_versions
from index.folder.sketches import has_sketches, put_all_sketches
from index.folder.texts import MORE, ORIGINALS, PART, PARTS, first_part, put_parts
from index.folder.visibility import VISIBILITY
from index.store import setting

SPARE = 0.25
"""Share of the file that may be free pages, for later changes to fill; above it the file is written anew."""

_COLUMNS = "id, article_id, start_offset, end_offset, heading, sentences, terms, vector"


def upgrade(connection: sqlite3.Connection) -> None:
    """Within a transaction: the tables as this version has them. Passages keep their ids."""
    (format,) = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    if format == "1":
        _leave_token_vectors_out(connection)
    if format in ("1", "2"):
        _cut_texts(connection)
    if format in ("1", "2", "3"):
        connection.execute(f"ALTER TABLE articles ADD COLUMN {MORE}")
        connection.execute(ORIGINALS)
    if not has_digests(connection):
        put_all_digests(connection)
    if not has_versions(connection):
        make_versions(connection)
    connection.execute(VISIBILITY)
    if format != str(FORMAT):
        connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", [str(FORMAT)])
    if not has_sketches(connection):  # they are made of the articles as this version reads them
        put_all_sketches(connection)


def _leave_token_vectors_out(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE passages RENAME TO old_passages")
    connection.execute("DROP INDEX passages_of_article")
    connection.execute(PASSAGES)
    connection.execute(f"INSERT INTO passages ({_COLUMNS}) SELECT {_COLUMNS} FROM old_passages ORDER BY id")
    # The id of a passage that was removed is not used again.
    connection.execute("DELETE FROM sqlite_sequence WHERE name = 'passages'")
    connection.execute("UPDATE sqlite_sequence SET name = 'passages' WHERE name = 'old_passages'")
    connection.execute("DROP TABLE old_passages")
    connection.execute(PASSAGES_OF_ARTICLE)
    for key, value in connection.execute("SELECT key, value FROM meta WHERE key = 'model'").fetchall():
        connection.execute("UPDATE meta SET value = ? WHERE key = ?", [setting(key, value), key])


def _cut_texts(connection: sqlite3.Connection) -> None:
    connection.execute(PARTS)
    long = "SELECT id FROM articles WHERE length(CAST(text AS BLOB)) > ?"  # bytes, at least as many
    for (id,) in connection.execute(long, [PART]).fetchall():
        (text,) = connection.execute("SELECT text FROM articles WHERE id = ?", [id]).fetchone()
        connection.execute("UPDATE articles SET text = ? WHERE id = ?", [first_part(text), id])
        put_parts(connection, id, text)


def give_space_back(connection: sqlite3.Connection) -> None:
    """Write the file anew where much of it is free; outside of a transaction.

    Readers go on meanwhile. Where there is no room for it, or another process writes, the file stays as it is
    until the next change.
    """
    free, pages = (
        connection.execute(f"PRAGMA {count}").fetchone()[0] for count in ("freelist_count", "page_count")
    )
    if free > SPARE * pages:
        with suppress(sqlite3.OperationalError):
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
