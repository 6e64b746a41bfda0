"""A collection on Milvus: the same articles, passages and guarantees as in a folder, shared by many machines.

There is no lock, and no transaction over several rows. So what belongs to a version of an article is written
first and the article's own row last, at once: before it the old version counts, after it the new one, and a
passage of any other version is never shown. What is no longer needed is deleted afterwards, and what a killed
process leaves is cleared by whoever changes the collection later (`index/milvus/change.py`).
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from corpus.article import INFO_CHARACTERS, Article, Passage, info_of
from corpus.errors import CuttingsError
from index.address import Address
from index.encoding.encoder import Encoder
from index.hit import Located
from index.milvus import histories
from index.milvus import tables as tables
from index.milvus.cache import Cache
from index.milvus.change import MilvusChange
from index.milvus.engine import Engine, Row
from index.milvus.texts import Span, Text, Texts, split
from index.original import Original
from index.search import Searcher
from index.store import Encoded, Store, Stored, Summary, setting
from index.versions import History
from index.visibility import Restricted, Rules, Sight

CACHED = 5000
"""Passages whose bounds and sentences are held in memory: some 10 MB."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A passage with the key and the version of the article that it is of; neither ever changes."""

    article: int
    version: int
    passage: Passage

    @classmethod
    def of(cls, row: Row) -> _Placed:
        return cls(row["article"], row["version"], tables.passage(row))


class MilvusStore:
    """A collection on Milvus. Any number of processes read and write at a time."""

    def __init__(self, address: Address, engine: Engine) -> None:
        self.where = address.url
        self.shared = "://" in address.uri
        """Whether several processes may change it at a time; milvus-lite's file is of one process."""
        self.gone = False  # the database says so itself when it is asked
        self.engine = engine
        self.passages_table = address.name
        self.articles_table = f"{address.name}_articles"
        self.folder: Path = address.folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._loaded = False
        self._passages: Cache[int, _Placed] = Cache(CACHED, lambda _: 1)
        self.texts = Texts(engine, self.articles_table)

    @classmethod
    def open(cls, address: Address) -> MilvusStore:
        """To read: what others change is seen within seconds. CuttingsError when there is no collection."""
        engine = Engine(address, "Bounded")
        if not engine.has(f"{address.name}_articles"):
            raise CuttingsError(
                f"there is no collection {address.name} at {address.url}; "
                f"make one with `cuttings ingest PATH --collection {address.url}`"
            )
        return cls(address, engine)._checked()

    @classmethod
    def create(cls, address: Address) -> MilvusStore:
        """To read and change, seeing every change before; an empty one is made where there is none."""
        engine = Engine(address, "Strong")
        store = cls(address, engine)
        if not engine.has(store.articles_table):
            engine.make(store.articles_table, tables.article_fields(), None)
            engine.put(
                store.articles_table,
                [tables.row_of("meta", tables.meta_key("format"), "format", body=str(tables.FORMAT))],
            )
        return store._checked()

    def _checked(self) -> MilvusStore:
        self.engine.load(self.articles_table)
        format = self.meta("format") or str(tables.FORMAT)  # None: another process makes it at this moment
        if format == "1":
            self.texts.not_cut()
        elif format not in tables.READABLE:
            raise CuttingsError(
                f"the collection at {self.where} has format {format}, this version reads format "
                f"{tables.FORMAT}; ingest the articles again under another name"
            )
        return self

    def close(self) -> None:
        self.engine.close()

    # Reading

    @property
    def searchable(self) -> bool:
        """Whether any passage was ever stored."""
        if not self._loaded and self.engine.has(self.passages_table):
            self.engine.load(self.passages_table)
            self._loaded = True
        return self._loaded

    hides = False
    """Frequencies of terms are counted in Milvus, of all articles."""

    largest_original = 32 * 1024**2
    """Bytes: some 750 rows."""

    @property
    def disk(self) -> int:
        """0, as it is on a server; a file of milvus-lite may hold several collections."""
        return 0

    @property
    def revision(self) -> int:
        """The time of the last change, in microseconds; 0 while nothing was ever stored."""
        return int(self.meta("revision") or 0)

    def meta(self, key: str) -> str | None:
        rows = self.engine.get(self.articles_table, [tables.meta_key(key)], ["body"])
        return setting(key, rows[0]["body"]) if rows else None

    def require(self, key: str, value: str) -> None:
        stored = self.meta(key)
        if stored is not None and stored != value:
            raise CuttingsError(
                f"the collection at {self.where} was made with {key} {stored!r}, the settings now say "
                f"{value!r}; take that change in settings.toml back, or ingest under another name"
            )

    def restricted(self) -> Restricted:
        return Restricted(0)

    def rules(self) -> Rules:
        return Rules()

    def given(self) -> dict[str, str]:
        return {}

    def seeing(self, sight: Sight) -> Store:
        return self

    def stamp(self) -> int:
        return self.revision

    def articles(self) -> list[Summary]:
        rows = self.engine.each(self.articles_table, 'kind == "article"', tables.SUMMARY)
        found = sorted(map(tables.summary, rows), key=lambda article: article.id)
        return sorted(found, key=lambda article: article.published or "", reverse=True)

    def article(self, article_id: str) -> Article:
        return self.opening(article_id, sys.maxsize)

    def opening(self, article_id: str, characters: int) -> Article:
        key = tables.article_key(article_id)
        found = self.texts.read(self._article_rows([key]).values(), {key: [(0, characters)]})
        if not found:
            raise CuttingsError(
                f"there is no article {article_id!r} in {self.where}; `cuttings list` shows what there is"
            )
        return found[key].opening(characters)

    def stored(self) -> dict[str, Stored]:
        found = {}
        for row in self.engine.each(self.articles_table, 'kind == "article"', tables.STORED):
            entry = tables.stored(row)
            if entry is None:
                entry = Stored(row["name"], row["digest"], self.article(row["name"]).removed)
            found[row["location"]] = entry
        return found

    def located(self, ids: Iterable[int]) -> dict[int, Located]:
        wanted = list(ids)
        cached = self._passages.get(wanted)
        return self._located(cached | self._read(self.rows(set(wanted) - cached.keys(), tables.PASSAGE)))

    def original(self, article_id: str) -> Original | None:
        found = self._file(article_id, "original")
        return tables.original(*found) if found else None

    def history(self, article_id: str) -> History:
        key = tables.article_key(article_id)
        text = self.texts.read(self._article_rows([key]).values(), {key: [(0, 0)]}).get(key)
        found = self._file(article_id, "history") if text else None
        return histories.unpacked(text.seen if text else "", found[1] if found else b"")

    def former(self, article_id: str) -> str | None:
        rows = self.engine.get(self.articles_table, [tables.former_key(article_id)], ["body"])
        newest = rows[0]["body"] if rows else ""
        return newest if any(one.was == article_id for one in self.history(newest).earlier) else None

    def _file(self, article_id: str, kind: tables.FileKind) -> tuple[Row, bytes] | None:
        """The first row of a file of an article, and what the others hold; None where there is none."""
        key = tables.article_key(article_id)
        version = self.versions([key]).get(key)
        first = self.engine.get(self.articles_table, [version.file_id(kind, 0)], ["body"]) if version else []
        if not version or not first:
            return None
        ids = [version.file_id(kind, at) for at in range(1, tables.file_parts(first[0]) + 1)]
        rows = self.engine.get(self.articles_table, ids, ["id", "body"])
        bodies = {row["id"]: row["body"] for row in rows}
        if len(bodies) < len(ids):  # another process replaces it at this moment
            return None
        return first[0], base64.b64decode("".join(bodies[id] for id in ids))

    def passages(self, article_id: str) -> list[Passage]:
        rows = self.rows(self.passage_ids(article_id), tables.PASSAGE)
        return sorted(map(tables.passage, rows), key=lambda passage: passage.start)

    def encoded(self, article_id: str) -> list[Encoded]:
        rows = self.rows(self.passage_ids(article_id), [*tables.PASSAGE, "terms", "vector"])
        return sorted(map(tables.encoded, rows), key=lambda encoded: encoded.passage.start)

    def passage_ids(self, article_id: str) -> list[int]:
        """The ids of the passages of an article, in the order of the text."""
        version = self.versions([tables.article_key(article_id)]).get(tables.article_key(article_id))
        return version.passage_ids if version else []

    def unsound(self) -> list[str]:
        """Nothing: a passage that belongs to no article is found by nobody, and vectors have one size."""
        return []

    def damage(self, article_id: str) -> list[str]:
        """What its version, a digest of text, bounds and file, does not fit. Vectors have no digest here."""
        version = self.versions([tables.article_key(article_id)]).get(tables.article_key(article_id))
        row = self.engine.get(self.articles_table, [tables.article_key(article_id)], ["digest"])
        if not version or not row:
            return []
        article, encoded = self.article(article_id), self.encoded(article_id)
        original, history = self.original(article_id), self.history(article_id)
        parts = split(article, self.texts.size, history.seen)
        if tables.version_of(article, row[0]["digest"], parts, encoded, original, history) != version:
            return ["its text, its passages, its file or an older version is not as it was stored"]
        return []

    def copies(self) -> list[list[str]]:
        """Nothing: there is no place for sketches in its rows."""
        return []

    def mend(self) -> list[str]:
        """Nothing is derived here, and what belongs to no article is cleared by every change."""
        return []

    def searcher(self, encoder: Encoder) -> Searcher:
        from index.milvus.searcher import MilvusSearcher

        return MilvusSearcher(self, encoder)

    def settle(self) -> None:
        """Milvus does so by itself."""

    # Rows

    def rows(self, ids: Iterable[int], fields: Sequence[str]) -> list[Row]:
        """Passages as they are stored, whether or not they still count."""
        wanted = list(ids)
        return self.engine.get(self.passages_table, wanted, fields) if wanted and self.searchable else []

    def versions(self, articles: Iterable[int], strong: bool = False) -> dict[int, tables.Version]:
        """The versions that count, by the key of the article."""
        wanted = list(dict.fromkeys(articles))
        rows = self.engine.get(self.articles_table, wanted, tables.VERSION, strong)
        return {row["id"]: tables.Version.of(row) for row in rows}

    def located_rows(self, rows: Sequence[Row]) -> dict[int, Located]:
        """Rows of passages (`tables.PASSAGE`) as `located` gives them, those that count."""
        return self._located(self._read(rows))

    def _read(self, rows: Sequence[Row]) -> dict[int, _Placed]:
        read = {row["id"]: _Placed.of(row) for row in rows}
        self._passages.put(read)
        return read

    def _located(self, read: Mapping[int, _Placed]) -> dict[int, Located]:
        rows = self._article_rows(dict.fromkeys(one.article for one in read.values()))
        current = {
            id: one
            for id, one in read.items()
            if one.article in rows and rows[one.article]["version"] == one.version
        }
        spans: dict[int, list[Span]] = {one.article: [(0, INFO_CHARACTERS)] for one in current.values()}
        for one in current.values():
            spans[one.article].append((one.passage.start, one.passage.end))
        texts = self.texts.read([rows[key] for key in spans], spans)
        infos = {key: info_of(partial(self._opening, text)) for key, text in texts.items()}
        return {
            id: Located(passage, infos[one.article], texts[one.article].between(passage.start, passage.end))
            for id, one in current.items()
            if one.article in texts and (passage := one.passage)
        }

    def _opening(self, text: Text, characters: int) -> Article:
        """Of more characters than were read, unless the article was changed meanwhile."""
        if characters > INFO_CHARACTERS:
            key = text.row["id"]
            more = self.texts.read([text.row], {key: [(0, characters)]})
            text, characters = (more[key], characters) if more else (text, INFO_CHARACTERS)
        return text.opening(characters)

    def _article_rows(self, keys: Iterable[int]) -> dict[int, Row]:
        rows = self.engine.get(self.articles_table, list(keys), tables.ARTICLE)
        return {row["id"]: row for row in rows}

    # Changing

    def changed_by_others(self) -> bool:
        """False: they may at any time, and every article is written by itself."""
        return False

    @contextmanager
    def change(self) -> Iterator[MilvusChange]:
        """Changes that are made as they come, each article's at once; what is done stays done if it fails."""
        change = MilvusChange(self)
        if self.meta("format") in ("2", "3"):
            change.set("format", str(tables.FORMAT))
        change.clear()
        yield change
        change.finish()

    def make_passages_table(self, dimension: int) -> None:
        """Make the table of passages where there is none."""
        if not self.searchable:
            fields = tables.passage_fields(dimension, self.engine.lite)
            self.engine.make(self.passages_table, fields, ("terms", "sparse"))
            self.engine.load(self.passages_table)
            self._loaded = True
