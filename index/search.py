"""Hybrid search: BM25 and dense retrieval over the passages of a collection, and their fusion."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

import numpy as np

from index.collection import Collection, Table
from index.embed import Encoder
from index.encoding import Encoding
from index.fusion import STANDARD, Fusion, reciprocal_rank
from index.hit import Hit
from index.lexical import Lexical, best
from index.scope import EVERYWHERE, Scope
from index.tokens import terms
from index.vectors import Vectors

Mode = Literal["hybrid", "bm25", "dense"]

TYPED_SHARE = 0.7
"""How much of a completed question's vector is that of the question as it was typed."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the retrievers and the reader see it.

    `terms` are the question's own, `context_terms` those that were added from the conversation, which
    count `context_weight` (0 to 1) of an own one. `vector` is what the dense retriever looks for,
    `encoding` that of `text`, which is the question followed by the context. `recent_terms` are those of
    the conversation itself, which finds the passages that it is about.
    """

    question: str
    text: str
    terms: tuple[str, ...]
    context_terms: tuple[str, ...]
    context_weight: float
    vector: np.ndarray
    encoding: Encoding
    recent_terms: tuple[str, ...] = ()


class Derived:
    """What is derived from one revision of the collection, in memory."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.lexical = Lexical(table.terms)
        self.vectors = Vectors(table.vectors)


class Searcher:
    """Search over a collection; picks up what other processes change in it."""

    def __init__(self, collection: Collection, encoder: Encoder) -> None:
        collection.require("model", encoder.name)
        self.collection = collection
        self.encoder = encoder
        self._lock = threading.Lock()
        self._derived: Derived | None = None

    def derived(self) -> Derived:
        """The indexes of the newest revision."""
        with self._lock:
            if self._derived is None or self._derived.table.revision != self.collection.revision:
                self._derived = Derived(self.collection.table())
            return self._derived

    @property
    def revision(self) -> int:
        """That of the collection when it was last looked at."""
        return self.derived().table.revision

    def query(self, question: str, context: str = "", weight: float = 0.0, recent: str = "") -> Query:
        """A question, with the words of a conversation that it leans on and their weight."""
        return read(self.encoder, question, context, weight, recent)

    def rarity(self, term: str) -> float:
        """How much a term tells, 0 to 1."""
        return self.derived().lexical.rarity(term)

    def count(self, scope: Scope = EVERYWHERE) -> int:
        """Articles in the scope."""
        table = self.derived().table
        return sum(scope.holds(id, table.publishers[id], day) for id, day in table.published.items())

    def undated(self) -> int:
        """Articles without a date."""
        return sum(not day for day in self.derived().table.published.values())

    def publishers(self) -> set[str]:
        """Who published the articles."""
        return {name for name in self.derived().table.publishers.values() if name}

    def search(
        self,
        query: Query,
        k: int,
        mode: Mode = "hybrid",
        scope: Scope = EVERYWHERE,
        fusion: Fusion = STANDARD,
    ) -> list[Hit]:
        """The k best passages of the scope, best first; fewer where there are no more."""
        derived = self.derived()
        table = derived.table
        rankings: list[list[int]] = []
        bm25 = derived.lexical.scores(query.terms)
        bm25 += query.context_weight * derived.lexical.scores(query.context_terms)
        recent = derived.lexical.scores(query.recent_terms)
        among = None
        if scope:  # before the cut, so that k passages are found where there are as many
            fitting = {
                id for id, day in table.published.items() if scope.holds(id, table.publishers[id], day)
            }
            allowed = np.array([article in fitting for article in table.articles], bool)
            bm25[~allowed] = recent[~allowed] = 0.0
            among = np.flatnonzero(allowed)
        lexical_order = best(bm25, fusion.depth)[0].tolist()
        dense_order = derived.vectors.search(query.vector, fusion.depth, among)[0].tolist()
        if mode != "dense":
            rankings.append(lexical_order)
        if mode != "bm25":
            rankings.append(dense_order)
        recent /= max(recent.max(initial=0.0), 1e-9)
        if query.recent_terms and mode == "hybrid":
            rankings.append(best(recent, fusion.depth)[0].tolist())
        fused = reciprocal_rank(rankings, fusion.k)[:k]
        lexical_ranks = {position: rank for rank, position in enumerate(lexical_order, start=1)}
        dense_ranks = {position: rank for rank, position in enumerate(dense_order, start=1)}
        located = self.collection.located(table.ids[position] for position, _ in fused)
        hits: list[Hit] = []
        for position, score in fused:
            passage_id = int(table.ids[position])
            if passage_id not in located:  # removed since the indexes were derived
                continue
            passage, article = located[passage_id]
            hits.append(
                Hit(
                    rank=len(hits) + 1,
                    score=score,
                    passage_id=passage_id,
                    article_id=article.id,
                    title=article.title,
                    source=article.source,
                    start=passage.start,
                    end=passage.end,
                    text=article.text[passage.start : passage.end],
                    bm25_rank=lexical_ranks.get(position),
                    dense_rank=dense_ranks.get(position),
                    bm25=float(bm25[position]),
                    cosine=float(np.dot(table.vectors[position], query.vector)),
                    recent=float(recent[position]),
                )
            )
        return hits


def read(encoder: Encoder, question: str, context: str = "", weight: float = 0.0, recent: str = "") -> Query:
    """A question, with the words of a conversation that it leans on and their weight.

    `recent` is what was said last, as it was said; its words are looked for, and never encoded.
    """
    text = f"{question} {context}" if context else question
    encoding = encoder.encode_query(text)
    vector = encoding.vector
    if context:
        # A wrong context must not drown the question.
        typed = encoder.encode_query(question).vector
        vector = TYPED_SHARE * typed + (1 - TYPED_SHARE) * vector
        vector = vector / np.linalg.norm(vector)
    own = tuple(terms(question))
    added = tuple(term for term in dict.fromkeys(terms(context)) if term not in own)
    said = tuple(dict.fromkeys(terms(recent)))
    return Query(question, text, own, added, weight, vector, encoding, said)
