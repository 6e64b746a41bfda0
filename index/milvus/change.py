"""Changing a collection on Milvus, from any number of processes at once, so that killing one harms nothing.

What a process is about to change it notes in a row of kind "writing" first, and takes the note back when it
has. A note that is still there after an hour is of a process that was killed: what it left is deleted.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.article import Article
from corpus.errors import CuttingsError
from index.languages import REMEMBERED, is_foreign, with_language
from index.milvus import tables as tables
from index.milvus.engine import Row
from index.milvus.texts import split
from index.original import Original
from index.store import Encoded
from index.versions import NO_HISTORY, History, followed, now
from index.visibility import Rules

if TYPE_CHECKING:
    from index.milvus.store import MilvusStore

_WINDOW = 256
"""Passages written together."""
_BELONGINGS = 512
"""Rows of texts and files written together, 60 kB each."""
_ARTICLES = 128
"""Articles written together at most, so that a note of them fits into a row."""

ABANDONED = 3600
"""Seconds after which a process that has not finished writing a window (a second's work) has ended."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An article that is ready to be written."""

    version: tables.Version
    row: Row
    belongings: list[Row]
    """in the table of the articles: the parts of its text, and its file"""
    passages: list[Row]


def _hides_nothing() -> CuttingsError:
    return CuttingsError(
        "a collection on Milvus cannot hide articles, whose words its figures would give away; keep those "
        "that not everybody may see in a folder"
    )


class MilvusChange:
    """What can be done to a collection on Milvus."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store
        self._engine = store.engine
        self._table = store.articles_table
        self._waiting: dict[int, _Waiting] = {}
        self._languages: set[str] = set()
        self._changed = False

    def set(self, key: str, value: str) -> None:
        self._engine.put(self._table, [tables.row_of("meta", tables.meta_key(key), key, body=value)])

    def put(
        self,
        article: Article,
        location: str,
        digest: str,
        passages: Iterable[Encoded],
        original: Original | None = None,
        history: History = NO_HISTORY,
    ) -> None:
        """Store an article in place of the one that has its id; written with the next ones, or at the end."""
        encoded = list(passages)
        key = tables.article_key(article.id)
        if key in self._waiting:
            self._write()
        parts = split(article, self._store.texts.size, history.seen)
        version = tables.version_of(article, digest, parts, encoded, original, history)
        files = tables.original_rows(version, original) if original else []
        files += tables.history_rows(version, history) if history.earlier else []
        self._waiting[key] = _Waiting(
            version,
            tables.article_row(article, location, digest, version, parts[0]),
            tables.part_rows(version, parts) + files,
            list(tables.passage_rows(article, version, encoded)),
        )
        if is_foreign(article.language) and article.language not in self._languages:
            self._languages.add(article.language)
            self.set(REMEMBERED, with_language(self._store.meta(REMEMBERED), article.language))
        if encoded:
            self._store.make_passages_table(len(encoded[0].vector))
        passages_waiting = sum(len(waiting.passages) for waiting in self._waiting.values())
        belongings_waiting = sum(len(waiting.belongings) for waiting in self._waiting.values())
        if (
            passages_waiting >= _WINDOW
            or len(self._waiting) >= _ARTICLES
            or belongings_waiting >= _BELONGINGS
        ):
            self._write()

    def show(self, article_id: str, visibility: str) -> None:
        raise _hides_nothing()

    def show_by(self, rules: Rules) -> None:
        raise _hides_nothing()

    def move(self, article_id: str, location: str, source: str) -> None:
        self._write()
        fields = [field["name"] for field in tables.article_fields()]
        for row in self._engine.get(self._table, [tables.article_key(article_id)], fields, strong=True):
            self._engine.put(self._table, [{**row, "location": location, "source": source}])
            self._changed = True

    def followed(self, article_id: str, by: Article) -> History:
        self._write()
        row = self._row(article_id, ["digest"])
        if row is None:
            return History(now())
        old, history = self._store.article(article_id), self._store.history(article_id)
        return followed(history, old, row["digest"], by)

    def keep(self, article_id: str, history: History) -> None:
        self._write()
        if row := self._row(article_id, ["location", "digest"]):
            store = self._store
            article, encoded = store.article(article_id), store.encoded(article_id)
            original = store.original(article_id)
            self.put(article, row["location"], row["digest"], encoded, original, history)

    def _row(self, article_id: str, fields: list[str]) -> Row | None:
        rows = self._engine.get(self._table, [tables.article_key(article_id)], fields, strong=True)
        return rows[0] if rows else None

    def remove(self, article_id: str) -> bool:
        self._write()
        key = tables.article_key(article_id)
        versions = list(self._store.versions([key], strong=True).values())
        if versions:
            note = self._note(versions)
            self._engine.delete(self._table, [key])  # from now on none of it is found
            self._delete(versions)
            self._engine.delete(self._table, [note])
            self._changed = True
        return bool(versions)

    def finish(self) -> None:
        """Write what waits, and tell readers that something has changed."""
        self._write()
        if self._changed:
            self._tell()
            self._engine.settle(self._table)
            if self._store.searchable:
                self._engine.settle(self._store.passages_table)

    def clear(self) -> None:
        """Delete what killed processes left behind."""
        notes = list(self._engine.each(self._table, 'kind == "writing"', ["version", "body"]))
        begun = {note["id"]: _noted(note) for note in notes}
        old = [note["id"] for note in notes if note["version"] < time.time() - ABANDONED]
        busy = {version for id, versions in begun.items() if id not in old for version in versions}
        for id in old:
            keys = [tables.article_key(version.article_id) for version in begun[id]]
            current = set(self._store.versions(keys, strong=True).values())
            self._delete([version for version in begun[id] if version not in current | busy])
            self._engine.delete(self._table, [id])

    def _write(self) -> None:
        """Store what waits: first what belongs to the articles, then their own rows."""
        waiting, self._waiting = self._waiting, {}
        if not waiting:
            return
        before = self._store.versions(waiting, strong=True)
        for key, old in before.items():
            new = waiting[key].version
            if old.article_id != new.article_id:
                raise CuttingsError(
                    f"the articles {old.article_id!r} and {new.article_id!r} share a key; rename one of them"
                )
        olds = [old for key, old in before.items() if old != waiting[key].version]
        note = self._note([*olds, *(one.version for one in waiting.values())])
        self._put_belongings(waiting.values())
        # Each of these rows is the moment from which its article is the new one.
        self._engine.put(self._table, [one.row for one in waiting.values()])
        self._changed = True
        self._tell()
        after = self._store.versions(waiting, strong=True)
        won = [one for key, one in waiting.items() if after.get(key) == one.version]
        lost = [one.version for key, one in waiting.items() if after.get(key) != one.version]
        self._mend(won)
        self._delete([*olds, *lost])
        self._engine.delete(self._table, [note])

    def _put_belongings(self, articles: Iterable[_Waiting]) -> None:
        one_by_one = list(articles)
        passages = [row for one in one_by_one for row in one.passages]
        if passages:
            self._engine.put(self._store.passages_table, passages)
        self._engine.put(self._table, [row for one in one_by_one for row in one.belongings])

    def _mend(self, written: Sequence[_Waiting]) -> None:
        """Write again what another process cleared, which took it for what was left of this very version."""
        for _ in range(3):
            passages = {row["id"] for row in self._store.rows(_passage_ids(written), ["id"])}
            belongings = [row["id"] for one in written for row in one.belongings]
            found = {row["id"] for row in self._engine.get(self._table, belongings, ["id"], strong=True)}
            there = passages | found
            harmed = [
                one
                for one in written
                if not there.issuperset(row["id"] for row in one.passages + one.belongings)
            ]
            if not harmed:
                return
            self._put_belongings(harmed)

    def _note(self, versions: Sequence[tables.Version]) -> int:
        """Note which versions are being written or deleted; gives the note's id."""
        id = tables.key("writing", uuid.uuid4())
        body = json.dumps([[one.article_id, one.version, one.passages, one.parts] for one in versions])
        row = tables.row_of("writing", id, "", version=int(time.time()), body=body)
        self._engine.put(self._table, [row])
        return id

    def _delete(self, versions: Sequence[tables.Version]) -> None:
        """The passages, parts and files of versions that do not count."""
        passages = [id for version in versions for id in version.passage_ids]
        if passages and self._store.searchable:
            self._engine.delete(self._store.passages_table, passages)
        self._engine.delete(self._table, [id for version in versions for id in version.part_ids])
        files = {one.file_id(kind, 0): (one, kind) for one in versions for kind in tables.FILES}
        for first in self._engine.get(self._table, list(files), ["id", "body"], strong=True):
            version, kind = files[first["id"]]
            # The first row last: a process that is killed meanwhile leaves what tells of the others.
            others = range(1, tables.file_parts(first) + 1)
            self._engine.delete(self._table, [version.file_id(kind, at) for at in others])
            self._engine.delete(self._table, [first["id"]])

    def _tell(self) -> None:
        # The time, and not one more than before, which two processes might count to at once.
        self.set("revision", str(time.time_ns() // 1000))


def _noted(note: Row) -> list[tables.Version]:
    return [tables.Version(*one) for one in json.loads(note["body"])]


def _passage_ids(written: Sequence[_Waiting]) -> list[int]:
    return [row["id"] for one in written for row in one.passages]
