"""The collection on disk: one SQLite file is the truth, and everything else is derived from it.

A change is one transaction: readers go on with the state before it, and a process that is killed
leaves that state. Committing raises `revision`, which tells a reader that what it derived is old.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from corpus.article import Article, Passage, Removed, Sentence
from corpus.errors import CuttingsError
from index.encoding.encoder import Encoder
from index.folder.database import FILE, create, explained, open_existing
from index.folder.snapshot import Snapshot
from index.folder.upgrade import give_space_back, upgrade
from index.scope import Scope
from index.search import Searcher
from index.stored import Encoded, Located, Stored, Summary, setting


class Collection:
    """A collection of articles in a folder. One process writes at a time; any number read."""

    shared = False
    """Whether several processes may change it at a time."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, writes: bool) -> None:
        self.folder = folder
        self.where = str(folder)
        self._connection = connection
        self._lock = threading.RLock()
        self._writes = writes
        self._idle: list[sqlite3.Connection] = []
        """Further connections to read with, as many as threads have read at a time."""

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
    def revision(self) -> int:
        """Raised by one with each change; 0 while nothing was ever stored."""
        return int(self.meta("revision") or 0)

    def meta(self, key: str) -> str | None:
        """A setting that is stored with the collection."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", [key])
        return setting(key, rows[0][0]) if rows else None

    def require(self, key: str, value: str) -> None:
        """CuttingsError when the collection was made with another value of a setting."""
        stored = self.meta(key)
        if stored is not None and stored != value:
            raise CuttingsError(
                f"the collection in {self.folder} was made with {key} {stored!r}, "
                f"the settings now say {value!r}; take that change in settings.toml back, "
                "or ingest into a new folder with --collection DIR"
            )

    def articles(self) -> list[Summary]:
        """Every article, newest first, those without a date last."""
        rows = self._rows(
            "SELECT id, title, publisher, published, url, source, location, length(text),"
            " (SELECT count(*) FROM passages WHERE article_id = articles.id) FROM articles"
            " ORDER BY published IS NULL, published DESC, id"
        )
        return [Summary(*row) for row in rows]

    def article(self, article_id: str) -> Article:
        """CuttingsError when there is no such article."""
        try:
            found = self._articles([article_id])
        except UnicodeEncodeError:  # an argument that is not UTF-8, which SQLite cannot be asked for
            found = {}
        if not found:
            raise CuttingsError(
                f"there is no article {article_id!r} in {self.folder}; `cuttings list` shows what there is"
            )
        return found[article_id]

    def stored(self) -> dict[str, Stored]:
        """What is stored, by location."""
        rows = self._rows("SELECT location, id, digest, removed FROM articles")
        return {location: Stored(id, digest, _removed(removed)) for location, id, digest, removed in rows}

    def located(self, ids: Iterable[int]) -> dict[int, Located]:
        """The passages with these ids, those that are still there."""
        wanted = [int(id) for id in ids]
        rows = self._rows(
            "SELECT id, article_id, start_offset, end_offset, heading, sentences FROM passages"
            f" WHERE id IN ({_marks(wanted)})",
            wanted,
        )
        articles = self._articles({row[1] for row in rows})
        return {
            id: Located(
                Passage(article_id, start, end, heading, _sentences(article_id, sentences)),
                article.info,
                article.text[start:end],
            )
            for id, article_id, start, end, heading, sentences in rows
            if (article := articles.get(article_id))  # None: removed between the two queries
        }

    def opening(self, article_id: str, characters: int) -> Article:
        """An article with at most so many characters of its text. CuttingsError as `article`."""
        return self.article(article_id).opening(characters)

    def passages(self, article_id: str) -> list[Passage]:
        """The passages of an article, in the order of the text."""
        rows = self._rows(
            "SELECT start_offset, end_offset, heading, sentences FROM passages"
            " WHERE article_id = ? ORDER BY start_offset, id",
            [article_id],
        )
        return [
            Passage(article_id, start, end, heading, _sentences(article_id, sentences))
            for start, end, heading, sentences in rows
        ]

    def encoded(self, article_id: str) -> list[Encoded]:
        """The passages of an article as another store takes them, in the order of the text."""
        ids = self.passage_ids(article_id)
        passages = self.located(ids)
        rows = self._rows("SELECT id, terms, vector FROM passages WHERE article_id = ?", [article_id])
        kept = {id: (terms.split(), np.frombuffer(vector, np.float32)) for id, terms, vector in rows}
        return [
            Encoded(passages[id][0], *kept[id])
            for id in ids
            if id in passages and id in kept  # else removed meanwhile
        ]

    def passage_ids(self, article_id: str) -> list[int]:
        """The ids of the passages of an article, as `located` knows them."""
        rows = self._rows("SELECT id FROM passages WHERE article_id = ? ORDER BY id", [article_id])
        return [id for (id,) in rows]

    def sizes(self) -> dict[str, int]:
        """Bytes that the parts of what is stored take, by name; "file" is the whole of it on disk."""
        sums = {
            "text": "SELECT sum(length(CAST(text AS BLOB))) FROM articles",
            "terms": "SELECT sum(length(CAST(terms AS BLOB))) FROM passages",
            "sentences": "SELECT sum(length(CAST(sentences AS BLOB))) FROM passages",
            "vectors": "SELECT sum(length(vector)) FROM passages",
        }
        parts = {name: int(self._rows(sql)[0][0] or 0) for name, sql in sums.items()}
        files = [self.folder / f"{FILE}{suffix}" for suffix in ("", "-wal")]
        return {**parts, "file": sum(file.stat().st_size for file in files if file.exists())}

    def unsound(self) -> list[str]:
        """What is wrong with the passages as a whole, a line each."""
        wrong = []
        sizes = [size for (size,) in self._rows("SELECT DISTINCT length(vector) FROM passages ORDER BY 1")]
        if len(sizes) > 1:
            told = ", ".join(map(str, sizes))
            wrong.append(f"the vectors of the passages do not fit together (they have {told} bytes)")
        lost = self._rows(
            "SELECT id FROM passages WHERE article_id NOT IN (SELECT id FROM articles) ORDER BY id"
        )
        return wrong + [f"passage {id} belongs to no article" for (id,) in lost]

    def searcher(self, encoder: Encoder) -> Searcher:
        """Search, with the model that it was made with. CuttingsError where that is another."""
        from index.folder.searcher import LocalSearcher

        return LocalSearcher(self, encoder)

    def settle(self) -> None:
        """Merge what searching derives from the articles, so that the next search does not wait for it."""
        from index.folder.segments import Segments

        Segments(self).settle()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """All passages at one state, on a connection of its own: others go on reading and writing."""
        with explained(self.folder), closing(open_existing(self.folder)) as connection:
            connection.execute("BEGIN")
            yield Snapshot(connection)

    # What filters ask of the articles

    def count(self, scope: Scope) -> int:
        """The number of articles that a scope leaves."""
        condition, values = _within(scope)
        return int(self._rows(f"SELECT count(*) FROM articles WHERE {condition}", values)[0][0])

    def by_date(self, scope: Scope, count: int, oldest: bool = False) -> list[str]:
        """The ids of so many articles in a scope, newest or oldest first; those without a date last."""
        condition, values = _within(scope)
        rows = self._rows(
            f"SELECT id FROM articles WHERE {condition} ORDER BY published IS NULL OR published = '',"
            f" published {'ASC' if oldest else 'DESC'}, id LIMIT ?",
            [*values, count],
        )
        return [id for (id,) in rows]

    def undated(self) -> int:
        """The number of articles without a date."""
        return int(
            self._rows("SELECT count(*) FROM articles WHERE published IS NULL OR published = ''")[0][0]
        )

    def publishers(self) -> set[str]:
        """The names of those whose articles there are."""
        return {name for (name,) in self._rows("SELECT DISTINCT publisher FROM articles") if name}

    # Changing

    @contextmanager
    def change(self) -> Iterator[Change]:
        """One transaction: all that is done in it is stored at its end, or nothing of it."""
        with self._lock, explained(self.folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                upgrade(self._connection)
                change = Change(self._connection)
                yield change
                if change.made:
                    revision = self.revision + 1
                    change.set("revision", str(revision))
                    change.set(f"state {revision}", uuid.uuid4().hex)  # which no copy will have by itself
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            give_space_back(self._connection)

    def _articles(self, ids: Iterable[str]) -> dict[str, Article]:
        wanted = list(ids)
        rows = self._rows(
            "SELECT id, title, text, source, publisher, published, url, topics, removed FROM articles"
            f" WHERE id IN ({_marks(wanted)})",
            wanted,
        )
        return {
            row[0]: Article(*row[:7], tuple(json.loads(row[7])), _removed(row[8]))  # type: ignore[call-arg]
            for row in rows
        }

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple]:
        with explained(self.folder), self._reading() as connection:
            return connection.execute(sql, parameters).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for each thread that reads; who may write reads with the one that writes."""
        if self._lock.acquire(blocking=self._writes):
            try:
                yield self._connection
            finally:
                self._lock.release()
            return
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = open_existing(self.folder)
        try:
            yield connection
        finally:
            self._idle.append(connection)


class Change:
    """What can be done to a collection within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.made = False
        """Whether anything was stored or removed."""

    def set(self, key: str, value: str) -> None:
        """Store a setting with the collection."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])

    def put(self, article: Article, location: str, digest: str, passages: Iterable[Encoded]) -> None:
        """Store an article in place of the one that has its id."""
        self.remove(article.id)
        self._connection.execute(
            "INSERT INTO articles (id, location, digest, source, title, publisher, published, url, topics,"
            " text, removed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                article.id,
                location,
                digest,
                article.source,
                article.title,
                article.publisher,
                article.published,
                article.url,
                json.dumps(article.topics),
                article.text,
                json.dumps([[gone.start, gone.end, gone.reason] for gone in article.removed]),
            ],
        )
        for encoded in passages:
            self._put_passage(encoded)
        self.made = True

    def move(self, article_id: str, location: str, source: str) -> None:
        """Note that an article's source now lies elsewhere."""
        self._connection.execute(
            "UPDATE articles SET location = ?, source = ? WHERE id = ?", [location, source, article_id]
        )
        self.made = True

    def remove(self, article_id: str) -> bool:
        """Whether there was an article to remove."""
        gone = self._connection.execute("DELETE FROM articles WHERE id = ?", [article_id]).rowcount > 0
        self.made |= gone
        return gone

    def _put_passage(self, encoded: Encoded) -> None:
        passage = encoded.passage
        self._connection.execute(
            "INSERT INTO passages (article_id, start_offset, end_offset, heading, sentences, terms, vector)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                passage.article_id,
                passage.start,
                passage.end,
                passage.heading,
                json.dumps([[s.start, s.end, s.kind] for s in passage.sentences]),
                " ".join(encoded.terms),
                encoded.vector.astype(np.float32).tobytes(),
            ],
        )


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _within(scope: Scope) -> tuple[str, list[str]]:
    """The condition that an article fits a scope, with its values."""
    conditions, values = ["id NOT IN (SELECT value FROM json_each(?))"], [json.dumps([*scope.without])]
    if scope.publishers:
        conditions.append("publisher IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([*scope.publishers]))
    if scope.start or scope.end:
        conditions.append("published BETWEEN ? AND ?")
        values += [scope.start or "0", scope.end or "9999-12-31"]
    return " AND ".join(conditions), values


def _removed(stored: str) -> tuple[Removed, ...]:
    return tuple(Removed(*row) for row in json.loads(stored))


def _sentences(article_id: str, stored: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(article_id, *row) for row in json.loads(stored))
