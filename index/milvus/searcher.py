"""Hybrid search on Milvus: its BM25 and its dense retrieval, filtered there, and fused as everywhere else.

The engine finds; what it found is scored once more with the statistics of the whole collection. Milvus takes
those of a shard, and milvus-lite those of each of its segments, where a passage that was stored a moment ago
would hardly be found by its words. And the scores are fused here, not by the engine's `hybrid_search`: it
has no scale for them that its lists do not move, and gives neither the ranks nor the scores that the reader
goes by.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import TypeVar

import numpy as np

from index.encoding.encoder import Encoder
from index.folder.lexical import EPSILON, FLOOR, K1, B
from index.fusion import STANDARD, Fusion, fused
from index.hit import Hit
from index.milvus import tables as tables
from index.milvus.engine import MOST, Row
from index.milvus.store import MilvusStore
from index.scope import EVERYWHERE, Scope
from index.search import Mode, Query, read

Value = TypeVar("Value")

_KNOWN = 50_000
"""Terms whose number of passages is kept."""

COUNTED = MOST
"""Passages up to which all terms are read and counted when the collection has changed: 11 MB, a second."""

_CANDIDATE = ["article", "article_id", "version", "start", "length", "terms"]


@dataclass(slots=True)
class _Statistics:
    """What BM25 knows of the collection, at one revision."""

    revision: int
    size: int
    """passages"""
    length: float
    """terms of a passage, on average"""
    mean_idf: float
    frequencies: dict[str, int] = field(default_factory=dict)
    """passages that hold a term: of all terms, or of those that were asked for"""
    whole: bool = False
    """whether they are those of all terms"""
    counts: dict[str, object] = field(default_factory=dict)
    """numbers of articles, and their publishers"""

    @property
    def unseen(self) -> float:
        """The idf of a term in no passage."""
        return _idf(self.size, 0)

    def idf(self, frequency: int) -> float:
        """As rank-bm25 has it, see `index/folder/lexical.py`."""
        idf = _idf(self.size, frequency)
        if idf < 0:
            idf = EPSILON * self.mean_idf
        return idf if idf > 0 else FLOOR


class MilvusSearcher:
    """Search over a collection on Milvus. Safe to use from several threads."""

    def __init__(self, store: MilvusStore, encoder: Encoder) -> None:
        store.require("model", encoder.name)
        self.store = store
        self.encoder = encoder
        self._statistics = _Statistics(-1, 0, 1.0, 0.0)
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(4, "milvus")

    @property
    def revision(self) -> int:
        return self._current().revision

    def query(self, question: str, context: str = "", weight: float = 0.0, recent: str = "") -> Query:
        """A question, with the words of a conversation that it leans on and their weight."""
        return read(self.encoder, question, context, weight, recent)

    def search(
        self,
        query: Query,
        k: int,
        mode: Mode = "hybrid",
        scope: Scope = EVERYWHERE,
        fusion: Fusion = STANDARD,
    ) -> list[Hit]:
        """The k best passages of the scope, best first; fewer where there are no more."""
        statistics = self._current()
        if not statistics.size:
            return []
        own = Counter(map(tables.written, query.terms))
        weights = {term: float(count) for term, count in own.items()}
        for term in map(tables.written, query.context_terms):
            weights[term] = weights.get(term, 0.0) + query.context_weight
        recent = dict.fromkeys(map(tables.written, query.recent_terms), 1.0)
        filter = tables.expression(scope, "article")
        lists = self._found(
            [
                ("sparse", _text(own, query), filter),
                ("vector", query.vector.astype(np.float32), filter),
                ("sparse", " ".join(recent), filter),
            ],
            fusion.depth,
        )
        by_words = self._best(lists[0], weights, fusion.depth, statistics)
        by_meaning = [row["id"] for row in lists[1]][: fusion.depth]
        by_recent = self._best(lists[2], recent, fusion.depth, statistics)
        highest = by_recent[0][1] if by_recent else 0.0
        lexical_order = [id for id, _ in by_words]
        orders = {
            "bm25": [lexical_order],
            "dense": [by_meaning],
            "hybrid": [lexical_order, by_meaning, [id for id, _ in by_recent]],
        }[mode]
        candidates = list(dict.fromkeys(chain(*orders)))
        fields = [*tables.PASSAGE, "length", "terms", "vector"]
        rows = {row["id"]: row for row in self.store.rows(candidates, fields)}
        most = max(self._most(weights, statistics), 1e-9)
        most_recent = max(self._most(recent, statistics), 1e-9)
        scores = {}
        for id in candidates:
            if id not in rows:  # removed since it was found
                continue
            share = self._score(rows[id], weights, statistics) / most
            if mode == "hybrid":
                share += self._score(rows[id], recent, statistics) / most_recent
            vector = np.asarray(rows[id]["vector"], np.float32)
            scores[id] = float(np.dot(vector, query.vector)), share
        ranked = fused(scores, fusion.weight(mode))[:k]
        placed = self.store.placed([rows[id] for id, _ in ranked])
        lexical_ranks = {id: rank for rank, id in enumerate(lexical_order, start=1)}
        dense_ranks = {id: rank for rank, id in enumerate(by_meaning, start=1)}
        hits: list[Hit] = []
        for id, score in ranked:
            if id not in placed:  # removed since it was found
                continue
            hits.append(
                Hit(
                    len(hits) + 1,
                    score,
                    id,
                    *placed[id],
                    bm25_rank=lexical_ranks.get(id),
                    dense_rank=dense_ranks.get(id),
                    bm25=self._score(rows[id], weights, statistics),
                    cosine=scores[id][0],
                    recent=self._score(rows[id], recent, statistics) / max(highest, 1e-9),
                )
            )
        return hits

    def rarity(self, term: str) -> float:
        """How much a term tells, 0 to 1: its idf against that of a term in no passage."""
        # Of a question, whose search has just looked for changes.
        return self._rarity(term, self._statistics if self._statistics.revision >= 0 else self._current())

    def _rarity(self, term: str, statistics: _Statistics) -> float:
        if not statistics.size:
            return 1.0
        frequency = self._frequency(statistics, tables.written(term))
        idf = statistics.idf(frequency) if frequency else statistics.unseen
        return float(np.clip(idf / statistics.unseen, 0.0, 1.0))

    def count(self, scope: Scope) -> int:
        """Articles in the scope."""
        clause = tables.expression(scope, "id")
        return self._counted(f'kind == "article" and {clause}' if clause else 'kind == "article"')

    def undated(self) -> int:
        """Articles without a date."""
        return self._counted('kind == "article" and published == 0')

    def publishers(self) -> set[str]:
        """Who published the articles; all of them are looked at once for each revision."""

        def read() -> set[str]:
            rows = self.store.engine.each(self.store.articles_table, 'kind == "article"', ["publisher"])
            return {row["publisher"] for row in rows} - {""}

        return self._once("publishers", read)

    def by_date(self, scope: Scope, count: int, oldest: bool = False) -> list[str]:
        """As `Searcher.by_date`; the dates of all articles in the scope are looked at."""
        clause = tables.expression(scope, "id")
        kind = f'kind == "article" and {clause}' if clause else 'kind == "article"'
        rows = self.store.engine.each(self.store.articles_table, kind, ["name", "published"])
        dated = sorted((row["published"] if oldest else -row["published"], row["name"]) for row in rows)
        last = [name for day, name in dated if not day]
        return [*(name for day, name in dated if day), *last][:count]

    def settle(self) -> None:
        """Count what the first question would wait for."""
        self._current()

    # What the engine finds

    def _found(
        self, wanted: Sequence[tuple[str, str | np.ndarray, str]], depth: int, strong: bool = False
    ) -> list[list[Row]]:
        """What each search finds, best first, without passages that do not count."""
        lists = list(self._pool.map(lambda one: self._asked(one, depth, strong), wanted))
        current = self.store.versions((row["article"] for rows in lists for row in rows), strong)
        counting = [
            [
                row
                for row in rows
                if (version := current.get(row["article"])) and version.version == row["version"]
            ]
            for rows in lists
        ]
        dropped = max(len(rows) - len(kept) for rows, kept in zip(lists, counting, strict=True))
        if dropped and not strong:
            # Articles that are being changed: what is newer was not there yet, or took no part in the ranks.
            return self._found(wanted, depth + dropped, strong=True)
        return counting

    def _asked(self, wanted: tuple[str, str | np.ndarray, str], depth: int, strong: bool) -> list[Row]:
        field, data, filter = wanted
        if isinstance(data, str) and not data:
            return []
        # In milvus-lite the scores of two segments cannot be compared: all that share a term are looked at.
        limit = MOST if field == "sparse" and self.store.engine.lite else min(depth, MOST)
        table = self.store.passages_table
        return self.store.engine.search(table, field, data, limit, filter, _CANDIDATE, strong)

    def _best(
        self, rows: Sequence[Row], weights: Mapping[str, float], depth: int, statistics: _Statistics
    ) -> list[tuple[int, float]]:
        """Ids and scores of the passages that share a term, best first, ties in the order of the articles."""
        scored = [(self._score(row, weights, statistics), row) for row in rows]
        scored = [(score, row) for score, row in scored if score > 0]
        scored.sort(key=lambda one: (-one[0], one[1]["article_id"], one[1]["start"]))
        return [(row["id"], score) for score, row in scored[:depth]]

    def _score(self, row: Row, weights: Mapping[str, float], statistics: _Statistics) -> float:
        """The BM25 score of a passage, as rank-bm25 has it; all of a search by the same statistics."""
        counts = Counter(term for term in row["terms"].split() if term in weights)
        norm = K1 * (1 - B + B * row["length"] / statistics.length)
        return sum(
            weights[term]
            * statistics.idf(self._frequency(statistics, term))
            * (count * (K1 + 1) / (count + norm))
            for term, count in counts.items()
        )

    def _most(self, weights: Mapping[str, float], statistics: _Statistics) -> float:
        """A score that no passage exceeds, see `index/folder/lexical.py`."""
        rarities = sum(weight * self._rarity(term, statistics) for term, weight in weights.items())
        return (K1 + 1) * statistics.unseen * rarities

    # What is known of the collection

    def _current(self) -> _Statistics:
        """The statistics of the newest revision."""
        revision = self.store.revision
        with self._lock:
            if self._statistics.revision != revision:
                self._statistics = self._counted_anew(revision)
            return self._statistics

    def _counted_anew(self, revision: int) -> _Statistics:
        if not self.store.searchable:
            return _Statistics(revision, 0, 1.0, 0.0)
        engine, table = self.store.engine, self.store.passages_table
        size = engine.count(table)
        if size > COUNTED:
            # The mean of so many moves a score by less than a hundredth. The mean idf, of which a term of
            # most passages gets a part, was log(n) - 0.8 to - 1.2 in collections of 51 to 28,007 passages.
            lengths = [row["length"] for row in engine.some(table, ["length"], MOST)]
            return _Statistics(revision, size, float(np.mean(lengths)) or 1.0, math.log(size) - 1.1)
        rows = engine.some(table, ["length", "terms"], MOST)
        frequencies = Counter(term for row in rows for term in set(row["terms"].split()))
        lengths = [row["length"] for row in rows]
        idfs = [_idf(len(rows), frequency) for frequency in frequencies.values()]
        return _Statistics(
            revision,
            len(rows),
            float(np.mean(lengths)) if any(lengths) else 1.0,
            float(np.mean(idfs)) if idfs else 0.0,
            dict(frequencies),
            True,
        )

    def _frequency(self, statistics: _Statistics, term: str) -> int:
        """Passages that hold a term, as `tables.written` writes it."""
        if statistics.whole:
            return statistics.frequencies.get(term, 0)
        known = statistics.frequencies.get(term)
        if known is None:
            known = self._holding(term)  # without the lock, as it waits for the engine
            with self._lock:
                if len(statistics.frequencies) >= _KNOWN:
                    statistics.frequencies.clear()
                statistics.frequencies[term] = known
        return known

    def _holding(self, term: str) -> int:
        engine, table = self.store.engine, self.store.passages_table
        if engine.lite:  # which takes a hundred times as long to count
            return len(engine.search(table, "sparse", term, MOST, "", []))
        return engine.count(table, f"TEXT_MATCH(terms, {tables.quoted(term)})")

    def _counted(self, filter: str) -> int:
        return self._once(filter, lambda: self.store.engine.count(self.store.articles_table, filter))

    def _once(self, what: str, read: Callable[[], Value]) -> Value:
        """Something that holds for one revision, read when it is first asked for."""
        statistics = self._current()
        known = statistics.counts.get(what)
        if known is None:
            known = read()
            with self._lock:
                if len(statistics.counts) >= _KNOWN:
                    statistics.counts.clear()
                statistics.counts[what] = known
        return known  # type: ignore[return-value]


def _idf(size: int, frequency: int) -> float:
    return math.log(size - frequency + 0.5) - math.log(frequency + 0.5)


def _text(own: Mapping[str, int], query: Query) -> str:
    """A question as Milvus's BM25 reads it, which counts a term as often as it stands there.

    A term that counts two thirds stands there twice, where the others stand three times.
    """
    share = Fraction(query.context_weight).limit_denominator(10)
    words = [term for term, count in own.items() for _ in range(count * share.denominator)]
    words += [term for term in map(tables.written, query.context_terms) for _ in range(share.numerator)]
    return " ".join(words)
