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
from typing import TypeVar

import numpy as np

from index.bm25 import Bm25, mean_idf, saturated
from index.encoding.encoder import Encoder
from index.fusion import STANDARD, Fusion
from index.hit import Hit
from index.languages import REMEMBERED
from index.milvus import tables as tables
from index.milvus.engine import MAX_ROWS, Row
from index.milvus.store import MilvusStore
from index.scope import EVERYWHERE, Scope
from index.search import Mode, Query, Rankings, Scores, combined, read, terms_in

Value = TypeVar("Value")

_REMEMBERED_TERMS = 50_000
"""Terms whose number of passages is remembered."""

COUNT_LIMIT = MAX_ROWS
"""Passages up to which all terms are read and counted when the collection has changed: 11 MB, a second."""

_CANDIDATE = ["article", "article_id", "version", "start", "length", "terms"]


@dataclass(slots=True)
class _Statistics:
    """What is known of the collection at one revision. The numbers of all passages never change."""

    revision: int
    bm25: Bm25
    frequencies: dict[str, int] = field(default_factory=dict)
    """passages that hold a term: of all terms, or of those that were asked for"""
    whole: bool = False
    """whether they are those of all terms"""
    counts: dict[str, object] = field(default_factory=dict)
    """numbers of articles, and their publishers"""

    @classmethod
    def empty(cls, revision: int) -> _Statistics:
        return cls(revision, Bm25(0, 1.0, lambda: 0.0))


class MilvusSearcher:
    """Search over a collection on Milvus. Safe to use from several threads."""

    def __init__(self, store: MilvusStore, encoder: Encoder) -> None:
        store.require("model", encoder.name)
        self.store = store
        self.encoder = encoder
        self._statistics = _Statistics.empty(-1)
        self._languages: tuple[int, str | None] = -1, None
        """of a revision, the languages that the collection remembers"""
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(4, "milvus")

    @property
    def revision(self) -> int:
        return self._current().revision

    def query(self, question: str, context: str = "", weight: float = 0.0, recent: str = "") -> Query:
        """A question, with the words of a conversation that it leans on and their weight."""
        revision = self.revision
        if self._languages[0] != revision:
            self._languages = revision, self.store.meta(REMEMBERED)
        terms = terms_in(self._languages[1], self._is_held)
        return read(self.encoder, question, context, weight, recent, terms)

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
        if not statistics.bm25.passages:
            return []
        own = Counter(map(tables.encoded_term, query.terms))
        weights = {term: float(count) for term, count in own.items()}
        for term in map(tables.encoded_term, query.context_terms):
            weights[term] = weights.get(term, 0.0) + query.context_weight
        recent = dict.fromkeys(map(tables.encoded_term, query.recent_terms), 1.0)
        filter = tables.expression(scope, "article")
        lists = self._retrieved(
            [
                ("sparse", _text(own, query), filter),
                ("vector", query.vector.astype(np.float32), filter),
                ("sparse", " ".join(recent), filter),
            ],
            fusion.depth,
        )
        by_words = self._best(lists[0], weights, fusion.depth, statistics)
        by_recent = self._best(lists[2], recent, fusion.depth, statistics)
        rankings = Rankings(
            [id for id, _ in by_words],
            [row["id"] for row in lists[1]][: fusion.depth],
            [id for id, _ in by_recent],
            by_recent[0][1] if by_recent else 0.0,
        )
        fields = [*tables.PASSAGE, "length", "terms", "vector"]
        candidates = rankings.candidates(mode)
        rows = {row["id"]: row for row in self.store.rows(candidates, fields)}
        scores = {
            id: Scores(
                self._score(row, weights, statistics),
                float(np.dot(np.asarray(row["vector"], np.float32), query.vector)),
                self._score(row, recent, statistics),
            )
            for id in candidates
            if (row := rows.get(id))  # else removed since it was found
        }
        highest = self._highest(weights, statistics), self._highest(recent, statistics)
        ranked = combined(scores, *highest, mode, fusion)[:k]
        located = self.store.located_rows([rows[id] for id, _ in ranked])
        return rankings.hits([(id, score, id) for id, score in ranked], scores, located)

    def _is_held(self, term: str) -> bool:
        return self._frequency(self._current(), tables.encoded_term(term)) > 0

    def rarity(self, term: str) -> float:
        with self._lock:  # of a question, whose search has just looked for changes
            statistics = self._statistics
        return self._rarity(term, statistics if statistics.revision >= 0 else self._current())

    def _rarity(self, term: str, statistics: _Statistics) -> float:
        if not statistics.bm25.passages:
            return 1.0
        return statistics.bm25.rarity(self._frequency(statistics, tables.encoded_term(term)))

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

    def _retrieved(
        self, requests: Sequence[tuple[str, str | np.ndarray, str]], depth: int, strong: bool = False
    ) -> list[list[Row]]:
        """What each search finds, best first, without passages that do not count."""
        lists = list(self._pool.map(lambda one: self._request(one, depth, strong), requests))
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
            return self._retrieved(requests, depth + dropped, strong=True)
        return counting

    def _request(self, request: tuple[str, str | np.ndarray, str], depth: int, strong: bool) -> list[Row]:
        field, data, filter = request
        if isinstance(data, str) and not data:
            return []
        # In milvus-lite the scores of two segments cannot be compared: all that share a term are looked at.
        limit = MAX_ROWS if field == "sparse" and self.store.engine.lite else min(depth, MAX_ROWS)
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
        norm = statistics.bm25.norm(float(row["length"]))
        return sum(
            weights[term]
            * statistics.bm25.idf(self._frequency(statistics, term))
            * saturated(float(count), norm)
            for term, count in counts.items()
        )

    def _highest(self, weights: Mapping[str, float], statistics: _Statistics) -> float:
        """A score that no passage exceeds."""
        rarities = (weight * self._rarity(term, statistics) for term, weight in weights.items())
        return statistics.bm25.highest(rarities)

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
            return _Statistics.empty(revision)
        engine, table = self.store.engine, self.store.passages_table
        size = engine.count(table)
        if size > COUNT_LIMIT:
            # The mean of so many moves a score by less than a hundredth. The mean idf, of which a term of
            # most passages gets a part, was log(n) - 0.8 to - 1.2 in collections of 51 to 28,007 passages.
            lengths = [row["length"] for row in engine.some(table, ["length"], MAX_ROWS)]
            return _Statistics(revision, Bm25(size, _mean(lengths), lambda: math.log(size) - 1.1))
        rows = engine.some(table, ["length", "terms"], MAX_ROWS)
        frequencies = Counter(term for row in rows for term in set(row["terms"].split()))
        mean = mean_idf(len(rows), np.array([*frequencies.values()]))
        bm25 = Bm25(len(rows), _mean([row["length"] for row in rows]), lambda: mean)
        return _Statistics(revision, bm25, dict(frequencies), whole=True)

    def _frequency(self, statistics: _Statistics, term: str) -> int:
        """Passages that hold a term, as `tables.encoded_term` writes it."""
        if statistics.whole:
            return statistics.frequencies.get(term, 0)
        known = statistics.frequencies.get(term)
        if known is None:
            # Without the lock, as it waits for the engine, which may have more passages by now.
            known = min(self._holding(term), statistics.bm25.passages)
            with self._lock:
                if len(statistics.frequencies) >= _REMEMBERED_TERMS:
                    statistics.frequencies.clear()
                statistics.frequencies[term] = known
        return known

    def _holding(self, term: str) -> int:
        engine, table = self.store.engine, self.store.passages_table
        if engine.lite:  # which takes a hundred times as long to count
            return len(engine.search(table, "sparse", term, MAX_ROWS, "", []))
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
                if len(statistics.counts) >= _REMEMBERED_TERMS:
                    statistics.counts.clear()
                statistics.counts[what] = known
        return known  # type: ignore[return-value]


def _mean(lengths: Sequence[int]) -> float:
    """1 where no passage has a term, and none has a score."""
    return float(np.mean(lengths)) if any(lengths) else 1.0


def _text(own: Mapping[str, int], query: Query) -> str:
    """A question as Milvus's BM25 reads it, which counts a term as often as it stands there.

    A term that counts two thirds stands there twice, where the others stand three times.
    """
    share = Fraction(query.context_weight).limit_denominator(10)
    words = [term for term, count in own.items() for _ in range(count * share.denominator)]
    words += [term for term in map(tables.encoded_term, query.context_terms) for _ in range(share.numerator)]
    return " ".join(words)
