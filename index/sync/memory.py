"""What is remembered from one sync to the next, in `sync.sqlite` beside the collection.

Nothing in it is needed to answer. It may be deleted: the next sync then looks at every file and page again,
and the journal begins anew.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from corpus.errors import CuttingsError

FILE = "sync.sqlite"

INGESTS = 20
"""Of so many the result is remembered; one of 20,000 files takes 1 MB."""

_PATIENCE = 30
"""Seconds to wait for another process that writes to it."""

_TABLES = """
CREATE TABLE IF NOT EXISTS files (
    source TEXT NOT NULL,
    location TEXT NOT NULL,
    mtime INTEGER NOT NULL,         -- nanoseconds; -1 where the file may have changed since without a trace
    size INTEGER NOT NULL,          -- bytes
    skipped TEXT NOT NULL,          -- why nothing of it was read, '' where it was
    PRIMARY KEY (source, location)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    stamp TEXT NOT NULL,            -- what the list says of its last change
    listed INTEGER NOT NULL,        -- whether the list still has it
    by_hand INTEGER NOT NULL,       -- whether it was an article before the list had it
    etag TEXT,
    modified TEXT,
    checked REAL NOT NULL,          -- seconds since 1970, 0 where it never came
    misses INTEGER NOT NULL,        -- times in a row that it was not found
    digest TEXT NOT NULL,           -- of what was read of it
    skipped TEXT NOT NULL,
    PRIMARY KEY (source, url)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known (  -- the articles as they were when the journal was last written
    location TEXT PRIMARY KEY,
    article_id TEXT NOT NULL,
    digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,             -- ISO, UTC
    source TEXT NOT NULL,
    article_id TEXT NOT NULL,
    what TEXT NOT NULL,
    location TEXT NOT NULL,
    before TEXT,                    -- the digest that it had
    after TEXT                      -- the digest that it has
);
CREATE TABLE IF NOT EXISTS ingests (    -- index/ingest/again.py
    key TEXT PRIMARY KEY,
    found BLOB NOT NULL,
    time REAL NOT NULL              -- seconds since 1970
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as it was when it was last looked at, as the table has it."""

    mtime: int
    size: int
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page as it was when it was last looked at, as the table has it."""

    url: str
    stamp: str = ""
    listed: bool = True
    by_hand: bool = False
    etag: str | None = None
    modified: str | None = None
    checked: float = 0.0
    misses: int = 0
    digest: str = ""
    skipped: str = ""


_PAGE = "url, stamp, listed, by_hand, etag, modified, checked, misses, digest, skipped"


class Memory:
    """The file's tables. Of one thread; other processes may have it open too."""

    def __init__(self, file: Path, connection: sqlite3.Connection) -> None:
        self._file = file
        self._connection = connection

    @classmethod
    def open(cls, folder: Path) -> Memory:
        """Of the collection whose folder this is; made where there is none. CuttingsError."""
        file = folder / FILE
        with _explained(file):
            folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
            memory = cls(file, connection)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN IMMEDIATE;{_TABLES}COMMIT;")
            return memory

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Meanwhile no other process syncs this collection. CuttingsError where one does already."""
        if sys.platform == "win32":
            yield
            return
        import fcntl

        with _explained(self._file), open(self._file.with_suffix(".lock"), "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CuttingsError(
                    "this collection is being synced already; wait until that is done"
                ) from error
            yield

    @contextmanager
    def change(self) -> Iterator[None]:
        """All that is written within it is there afterwards, or nothing of it."""
        with _explained(self._file):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with _explained(self._file):
            return self._connection.execute(sql, values).fetchall()

    def write(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement with each of the rows' values."""
        with _explained(self._file):
            self._connection.executemany(sql, rows)

    def about(self, key: str) -> str | None:
        rows = self.rows("SELECT value FROM about WHERE key = ?", [key])
        return str(rows[0][0]) if rows else None

    def tell(self, key: str, value: str) -> None:
        """Remember a value; "" forgets it."""
        with self.change():
            self.write("DELETE FROM about WHERE key = ?", [[key]])
            self.write("INSERT INTO about VALUES (?, ?)", [[key, value]] if value else [])

    def files(self, source: str) -> dict[str, SeenFile]:
        """What was seen of a folder, by location."""
        rows = self.rows("SELECT location, mtime, size, skipped FROM files WHERE source = ?", [source])
        return {location: SeenFile(*seen) for location, *seen in rows}

    def keep_files(self, source: str, seen: Mapping[str, SeenFile], gone: Iterable[str]) -> None:
        """Remember files of a folder, and forget those that are gone."""
        with self.change():
            self.write(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                ((source, location, one.mtime, one.size, one.skipped) for location, one in seen.items()),
            )
            self.write(
                "DELETE FROM files WHERE source = ? AND location = ?",
                ((source, location) for location in gone),
            )

    def pages(self, source: str) -> dict[str, SeenPage]:
        """What was seen of the pages of a feed, a sitemap or an address, by URL."""
        rows = self.rows(f"SELECT {_PAGE} FROM pages WHERE source = ?", [source])
        return {row[0]: SeenPage(row[0], row[1], bool(row[2]), bool(row[3]), *row[4:]) for row in rows}

    def keep_pages(self, source: str, seen: Iterable[SeenPage]) -> None:
        with self.change():
            self.write(
                f"INSERT OR REPLACE INTO pages (source, {_PAGE}) VALUES (?{', ?' * 10})",
                ((source, *astuple(one)) for one in seen),
            )

    def ingest(self, key: str) -> bytes | None:
        """What the last ingest of some files has found."""
        rows = self.rows("SELECT found FROM ingests WHERE key = ?", [key])
        return bytes(rows[0][0]) if rows else None

    def keep_ingest(self, key: str, found: bytes) -> None:
        with self.change():
            self.write("INSERT OR REPLACE INTO ingests VALUES (?, ?, ?)", [[key, found, time.time()]])
            self.write(
                "DELETE FROM ingests WHERE key NOT IN (SELECT key FROM ingests ORDER BY time DESC LIMIT ?)",
                [[INGESTS]],
            )

    def sources_of_pages(self) -> dict[str, str]:
        """By URL, a source that has it."""
        return dict(self.rows("SELECT url, source FROM pages WHERE NOT by_hand"))

    def forget(self, source: str) -> None:
        """What was seen of a source; the journal stays."""
        with self.change():
            for table in ("files", "pages"):
                self.write(f"DELETE FROM {table} WHERE source = ?", [[source]])
            self.write("DELETE FROM about WHERE key = ?", [[f"list {source}"], [f"last {source}"]])


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """SQLite's errors and the system's as one line that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "locked" in text:
            advice = "another process is writing to it; wait until that is done and try again"
        elif "not a database" in text or "malformed" in text or "no such column" in text:
            advice = "it is damaged; delete it, and the next sync looks at everything again"
        else:
            advice = f"SQLite says: {text}; check the disk and the rights, and try again"
        raise CuttingsError(f"{file} cannot be used: {advice}") from error
    except OSError as error:
        raise CuttingsError(f"{file} cannot be used ({error.strerror}); check its rights") from error
