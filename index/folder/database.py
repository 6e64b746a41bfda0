"""The SQLite file of a collection: its tables, how it is opened, and what its errors mean to a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import CuttingsError
from index.folder.digests import DIGESTS
from index.folder.histories import VERSIONS
from index.folder.sketches import SKETCHES
from index.folder.texts import MORE, ORIGINALS, PARTS
from index.folder.visibility import VISIBILITY
from index.store import Busy

FILE = "collection.sqlite"

FORMAT = 5
"""Version of the tables; raised by a change that older code cannot read."""

READABLE = ("1", "2", "3", "4", "5")
"""Formats that are read as they are; the next change makes an older one the newest (`upgrade.py`)."""

PASSAGES = """
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again, so that a stale reader is not misled
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start_offset INTEGER NOT NULL,
    end_offset INTEGER NOT NULL,
    heading TEXT NOT NULL,
    sentences TEXT NOT NULL,        -- JSON [[start, end, kind], ...]
    terms TEXT NOT NULL,            -- joined by spaces
    vector BLOB NOT NULL            -- float32 (d,)
)
"""
PASSAGES_OF_ARTICLE = "CREATE INDEX IF NOT EXISTS passages_of_article ON passages (article_id)"

_TABLES = f"""
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY,
    location TEXT NOT NULL UNIQUE,  -- absolute path or URL: what makes it the same article again
    digest TEXT NOT NULL,           -- sha256 of the source's bytes
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT,
    published TEXT,
    url TEXT,
    topics TEXT NOT NULL,           -- JSON list
    text TEXT NOT NULL,             -- of a long article the beginning; the rest is in parts
    removed TEXT NOT NULL,          -- JSON [[start, end, reason], ...]
    {MORE}
);
{PARTS};
{ORIGINALS};
{DIGESTS};
{VISIBILITY};
{VERSIONS};
{SKETCHES};
{PASSAGES};
{PASSAGES_OF_ARTICLE};
"""

_FILTERS = "CREATE INDEX IF NOT EXISTS articles_by_time ON articles (publisher, published, id)"
"""Answers what filters ask without reading the texts. An older collection gets it when it is changed."""


def create(folder: Path) -> sqlite3.Connection:
    """A connection that may write; an empty collection is made where the folder has none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CuttingsError(
            f"cannot make the folder {folder} ({error.strerror}); choose another with --collection DIR"
        ) from error
    if _emptied(folder):
        raise CuttingsError(
            f"{folder / FILE} was emptied, but there was a collection; restore it from a copy, or delete "
            f"{folder} and ingest the articles again"
        )
    with explained(folder):
        connection = _connect(f"file:{_quoted(folder)}?mode=rwc")
        # Readers go on with the state before a change while it is being written.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        if not _has_tables(connection):
            connection.executescript(
                f"BEGIN IMMEDIATE;{_TABLES}INSERT OR IGNORE INTO meta VALUES ('format', '{FORMAT}');COMMIT;"
            )
        _check_format(connection, folder)
        connection.execute(_FILTERS)
        return connection


def open_existing(folder: Path) -> sqlite3.Connection:
    """A connection that only reads. CuttingsError when the folder holds no collection."""
    if not (folder / FILE).is_file():
        raise _none_there(folder)
    with explained(folder):
        connection = _connect(f"file:{_quoted(folder)}?mode=ro")
        try:
            complete = _has_tables(connection)
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            # A folder without the right to write has no place for the files of write-ahead mode.
            # Without them the file cannot change under us, but what waits in its log cannot be read either.
            if _waiting(folder):
                raise CuttingsError(
                    f"the newest changes of the collection in {folder} wait in {FILE}-wal, which cannot be "
                    "read without the right to write there; run `cuttings list` once as who has it"
                ) from error
            connection = _connect(f"file:{_quoted(folder)}?mode=ro&immutable=1")
            complete = _has_tables(connection)
        if not complete:
            raise _none_there(folder)
        _check_format(connection, folder)
        return connection


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """SQLite's errors as one line that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        problem = CuttingsError
        if "locked" in text:
            advice = "another ingest is writing to it; wait until it has finished and try again"
            problem = Busy
        elif "full" in text:
            advice = "the disk is full; what was stored before is kept, make room and try again"
        elif "readonly" in text or "unable to open" in text:
            advice = "no right to write there; check the rights or choose another with --collection DIR"
        elif "not a database" in text or "malformed" in text:
            advice = (
                f"{FILE} is damaged; restore a backup with `cuttings restore`, or delete it and ingest the "
                "articles again"
            )
        else:
            advice = f"SQLite says: {text}; what was stored before is kept, check the disk and try again"
        raise problem(f"the collection in {folder} cannot be used: {advice}") from error


def _none_there(folder: Path) -> CuttingsError:
    return CuttingsError(
        f"there is no collection in {folder}; make one with `cuttings ingest PATH --collection {folder}`"
    )


def _emptied(folder: Path) -> bool:
    """Whether the file is empty beside what only a collection that held articles has."""
    try:
        return (folder / FILE).stat().st_size == 0 and (folder / "derived").exists()
    except FileNotFoundError:
        return False


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=5, isolation_level=None, check_same_thread=False)


def _waiting(folder: Path) -> bool:
    """Whether there are changes that are not in the file itself yet."""
    log = folder / f"{FILE}-wal"
    try:
        return log.stat().st_size > 0
    except FileNotFoundError:
        return False


def _quoted(folder: Path) -> str:
    return (folder / FILE).resolve().as_uri().removeprefix("file://")


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'passages'").fetchone() is not None


def _check_format(connection: sqlite3.Connection, folder: Path) -> None:
    row = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    stored = row[0] if row else "unknown"
    if stored not in READABLE:
        raise CuttingsError(
            f"the collection in {folder} has format {stored}, this version reads format {FORMAT}; "
            "ingest the articles again into a new folder with --collection DIR"
        )
