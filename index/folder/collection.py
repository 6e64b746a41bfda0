"""The collection on disk: one SQLite file is the truth, and everything else is derived from it.

A change is one transaction: readers go on with the state before it, and a process that is killed
leaves that state. Committing raises `revision`, which tells a reader that what it derived is old.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.article import Article, Passage, Sentence, info_of
from corpus.errors import CuttingsError
from index.encoding.encoder import Encoder
from index.folder.change import Change
from index.folder.database import FILE, create, explained, open_existing
from index.folder.digests import damage, has_digests
from index.folder.facts import Facts
from index.folder.histories import damaged_versions, former, history_of
from index.folder.rows import fetched, lenient
from index.folder.sizes import sizes
from index.folder.snapshot import Snapshot
from index.folder.texts import Damaged, Texts, removed_of
from index.folder.upgrade import give_space_back, upgrade
from index.hit import Located
from index.original import Original
from index.search import Searcher
from index.store import Encoded, Store, Stored, Summary, setting
from index.versions import History
from index.visibility import Sight

if TYPE_CHECKING:
    from index.folder.segments import Segments
    from index.folder.state import State

_PASSAGE = "article_id, start_offset, end_offset, heading, sentences"
_OF_ARTICLE = "WHERE article_id = ? ORDER BY start_offset, id"

_logger = logging.getLogger(__name__)


_UNREADABLE = (ValueError, TypeError)
"""What a passage raises whose sentences have not their form."""


class Collection(Facts):
    """A collection of articles in a folder. One process writes at a time; any number read."""

    shared = False
    """Whether several processes may change it at a time."""

    hides = True

    largest_original = 512 * 1024**2
    """Bytes; SQLite holds twice that in one value."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, writes: bool) -> None:
        self.folder = folder
        self.where = str(folder)
        self._connection = connection
        self._lock = threading.RLock()
        self._writes = writes
        self._data_version = -1
        self._opened = (folder / FILE).stat()
        self._told: set[str] = set()
        """Articles that the log was told are damaged."""
        self._idle: list[sqlite3.Connection] = []
        """Further connections to read with, as many as threads have read at a time."""
        super().__init__()

    @classmethod
    def open(cls, folder: Path) -> Collection:
        """To read. CuttingsError when there is none, or none that this version can read."""
        return cls(folder, open_existing(folder), writes=False)

    @classmethod
    def create(cls, folder: Path) -> Collection:
        """To read and change; an empty collection is made where there is none."""
        return cls(folder, create(folder), writes=True)

    def close(self) -> None:
        """Nobody may be reading any more."""
        self._connection.close()
        while self._idle:
            self._idle.pop().close()

    # Reading

    @property
    def gone(self) -> bool:
        try:
            return not os.path.samestat((self.folder / FILE).stat(), self._opened)
        except OSError:
            return True

    @property
    def revision(self) -> int:
        """Raised by one with each change; 0 while nothing was ever stored."""
        return int(self.meta("revision") or 0)

    def meta(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", [key])
        return setting(key, rows[0][0]) if rows else None

    def require(self, key: str, value: str) -> None:
        stored = self.meta(key)
        if stored is not None and stored != value:
            raise CuttingsError(
                f"the collection in {self.folder} was made with {key} {stored!r}, "
                f"the settings now say {value!r}; take that change in settings.toml back, "
                "or ingest into a new folder with --collection DIR"
            )

    def articles(self) -> list[Summary]:
        with self._reading() as connection:
            rows = fetched(
                connection,
                "SELECT id, title, publisher, published, url, source, location, length(text) +"
                f" (SELECT coalesce(sum(length(text)), 0) FROM {Texts(connection).parts}"
                " WHERE article_id = articles.id),"
                " (SELECT count(*) FROM passages WHERE article_id = articles.id), topics FROM articles"
                " ORDER BY published IS NULL, published DESC, id",
            )
            return [Summary(*(*row, tuple(json.loads(topics)))) for *row, topics in rows]

    def article(self, article_id: str) -> Article:
        return self.opening(article_id, sys.maxsize)

    def opening(self, article_id: str, characters: int) -> Article:
        with self._reading() as connection:
            texts = Texts(connection)
            try:
                found = texts.beginnings([article_id])
            except UnicodeEncodeError:  # an argument that is not UTF-8, which SQLite cannot be asked for
                found = {}
            if article_id in found:
                return texts.opening(found[article_id], characters)
            if article_id in texts.damaged:
                raise Damaged(article_id)
        raise self.without(article_id)

    def without(self, article_id: str) -> CuttingsError:
        """That there is no such article."""
        return CuttingsError(
            f"there is no article {article_id!r} in {self.folder}; `cuttings list` shows what there is"
        )

    def original(self, article_id: str) -> Original | None:
        with self._reading() as connection:
            return Texts(connection).original(article_id)

    def history(self, article_id: str) -> History:
        with self._reading() as connection:
            return history_of(connection, article_id)

    def former(self, article_id: str) -> str | None:
        with self._reading() as connection:
            return former(connection, article_id)

    def stored(self) -> dict[str, Stored]:
        rows = self._rows("SELECT location, id, digest, removed FROM articles")
        return {location: Stored(id, digest, removed_of(removed)) for location, id, digest, removed in rows}

    def located(self, ids: Iterable[int]) -> dict[int, Located]:
        wanted = [int(id) for id in ids]
        with self._reading() as connection:
            sql = f"SELECT id, {_PASSAGE} FROM passages WHERE id IN ({', '.join('?' * len(wanted))})"
            rows = {id: row for id, *row in fetched(connection, sql, wanted)}
            texts = Texts(connection)
            articles = texts.beginnings({row[0]: None for row in rows.values()})
            infos = {}
            located = {}
            for id, row in rows.items():
                if row[0] not in articles:  # it belongs to none, or to one that is damaged
                    continue
                with suppress(Damaged, *_UNREADABLE):
                    one, passage = articles[row[0]], _passage(*row)
                    if one.id not in infos:
                        infos[one.id] = info_of(partial(texts.opening, one))
                    located[id] = Located(
                        passage, infos[one.id], texts.between(one, passage.start, passage.end)
                    )
            self._tell(texts.damaged)
            return located

    def passages(self, article_id: str) -> list[Passage]:
        rows = self._rows(f"SELECT {_PASSAGE} FROM passages {_OF_ARTICLE}", [article_id])
        return [_passage(*row) for row in rows]

    def encoded(self, article_id: str) -> list[Encoded]:
        rows = self._rows(f"SELECT terms, vector, {_PASSAGE} FROM passages {_OF_ARTICLE}", [article_id])
        return [
            Encoded(_passage(*row), terms.split(), np.frombuffer(vector, np.float32))
            for terms, vector, *row in rows
        ]

    def passage_ids(self, article_id: str) -> list[int]:
        rows = self._rows("SELECT id FROM passages WHERE article_id = ? ORDER BY id", [article_id])
        return [id for (id,) in rows]

    def sizes(self) -> dict[str, int]:
        """Bytes that the parts of what is stored take, by name; "file" is the whole of it on disk."""
        with self._reading() as connection:
            found = sizes(connection)
        return {**found, "file": sum(file.stat().st_size for file in self._files())}

    @property
    def disk(self) -> int:
        """Bytes on this machine's disk, with what searching derives from the articles."""
        files = [*self._files(), *(self.folder / "derived").rglob("*")]
        return sum(file.stat().st_size for file in files)

    def _files(self) -> list[Path]:
        return list(self.folder.glob(f"{FILE}*"))

    def unsound(self) -> list[str]:
        checked = self._rows("PRAGMA integrity_check(10)")
        wrong = [f"{FILE} is damaged: {one}" for (one,) in checked if one != "ok"]
        sizes = [size for (size,) in self._rows("SELECT DISTINCT length(vector) FROM passages ORDER BY 1")]
        if len(sizes) > 1:
            listed = ", ".join(map(str, sizes))
            wrong.append(f"the vectors of the passages do not fit together (they have {listed} bytes)")
        lost = self._rows(
            "SELECT id FROM passages WHERE article_id NOT IN (SELECT id FROM articles) ORDER BY id"
        )
        wrong += [f"passage {id} belongs to no article" for (id,) in lost]
        others = [row[0] for row in self._rows("PRAGMA foreign_key_check") if row[0] != "passages"]
        wrong += [f"{count} of the {table} belong to no article" for table, count in Counter(others).items()]
        return wrong + self._derived().unsound()

    def damage(self, article_id: str) -> list[str]:
        with self._reading() as connection:
            found = list(damage(connection, article_id)) if has_digests(connection) else []
            return [*found, *damaged_versions(connection, article_id)]

    def mend(self) -> list[str]:
        done = []
        with self.change() as change:
            if change.drop_lost():
                done.append("what belonged to no article was removed")
        if any(one != "ok" for (one,) in self._rows("PRAGMA integrity_check(1)")):
            with self._lock, explained(self.folder):
                self._connection.execute("REINDEX")
            done.append(f"the indexes of {FILE} were made anew")
        if self._derived().unsound():
            self._derived().forget()
            done.append("what searching derives from the articles is made anew")
        return done

    def searcher(self, encoder: Encoder) -> Searcher:
        from index.folder.searcher import LocalSearcher

        return LocalSearcher(self, encoder)

    @cached_property
    def segments(self) -> Segments:
        """What every search of this process reads, whatever it may see."""
        return self._derived()

    def state(self, whole: Callable[[], State]) -> State:
        """What a search reads: `whole`, since nothing is hidden."""
        return whole()

    def settle(self) -> None:
        """Merge what searching derives from the articles, so that the next search does not wait for it."""
        self._derived().settle()

    def _derived(self) -> Segments:
        from index.folder.segments import Segments

        return Segments(self)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """All passages at one state, on a connection of its own: others go on reading and writing."""
        with explained(self.folder), closing(open_existing(self.folder)) as connection:
            connection.text_factory = lenient  # a word that is damaged is found by nobody, and ends no search
            connection.execute("BEGIN")
            yield Snapshot(connection)

    def seeing(self, sight: Sight) -> Store:
        from index.folder.seen import SeenCollection

        return SeenCollection(self, sight)

    # Changing

    def changed_by_others(self) -> bool:
        """Whether another connection has changed it since this was asked before, within a change."""
        with self._lock, explained(self.folder):
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        before, self._data_version = self._data_version, version
        return version != before

    @contextmanager
    def change(self) -> Iterator[Change]:
        """One transaction: all that is done in it is stored at its end, or nothing of it."""
        with self._lock, explained(self.folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                upgrade(self._connection)
                change = Change(self._connection)
                yield change
                if change.changed:
                    revision = self.revision + 1
                    change.set("revision", str(revision))
                    change.set(f"state {revision}", uuid.uuid4().hex)  # which no copy will have by itself
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            give_space_back(self._connection)

    def _tell(self, damaged: Iterable[str]) -> None:
        for id in {*damaged} - self._told:
            self._told.add(id)
            _logger.warning("%s", Damaged(id))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state, of its own for each thread; who may write reads with the one that
        writes."""
        with explained(self.folder):
            if self._lock.acquire(blocking=self._writes):
                try:
                    with _transaction(self._connection):
                        yield self._connection
                finally:
                    self._lock.release()
                return
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = open_existing(self.folder)
            try:
                with _transaction(connection):
                    yield connection
            finally:
                self._idle.append(connection)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is read within it is of one state."""
    if connection.in_transaction:  # a change that reads
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _passage(article_id: str, start: int, end: int, heading: str, sentences: str) -> Passage:
    """Of the columns `_PASSAGE`."""
    spans = tuple(Sentence(article_id, *span) for span in json.loads(sentences))
    return Passage(article_id, start, end, heading, spans)
