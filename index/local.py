"""Search over a collection in a folder: BM25 and dense retrieval, and their fusion."""

from __future__ import annotations

import numpy as np

from index.collection import Collection
from index.embed import Encoder
from index.fusion import STANDARD, Fusion, reciprocal_rank
from index.hit import Hit
from index.lexical import best
from index.scope import EVERYWHERE, Scope
from index.search import Mode, Query, read
from index.segments import Segments


class LocalSearcher:
    """The `Searcher` of a collection in a folder. Safe to use from several threads."""

    def __init__(self, collection: Collection, encoder: Encoder) -> None:
        collection.require("model", encoder.name)
        self.collection = collection
        self.encoder = encoder
        self.segments = Segments(collection)

    @property
    def revision(self) -> int:
        return self.collection.revision

    def query(self, question: str, context: str = "", weight: float = 0.0, recent: str = "") -> Query:
        return read(self.encoder, question, context, weight, recent)

    def rarity(self, term: str) -> float:
        return self.segments.state().lexical.rarity(term)

    def count(self, scope: Scope) -> int:
        return self.collection.count(scope)

    def undated(self) -> int:
        return self.collection.undated()

    def publishers(self) -> set[str]:
        return self.collection.publishers()

    def settle(self) -> None:
        self.segments.settle()

    def search(
        self,
        query: Query,
        k: int,
        mode: Mode = "hybrid",
        scope: Scope = EVERYWHERE,
        fusion: Fusion = STANDARD,
    ) -> list[Hit]:
        state = self.segments.state()
        allowed = state.allowed(scope)
        bm25 = state.lexical.scores(query.terms)
        if query.context_terms:
            bm25 += query.context_weight * state.lexical.scores(query.context_terms)
        lexical_order = best(bm25, fusion.depth, allowed)[0].tolist()
        dense_order = state.nearest(query.vector, fusion.depth, allowed)
        recent = state.lexical.scores(query.recent_terms)
        recent_order, recent_best = np.empty(0, np.int64), np.empty(0)
        if query.recent_terms:
            recent_order, recent_best = best(recent, fusion.depth, allowed)
        most_recent = recent_best.max(initial=1e-9)
        rankings = [lexical_order] if mode != "dense" else []
        if mode != "bm25":
            rankings.append(dense_order)
        if mode == "hybrid":
            rankings.append(recent_order.tolist())
        fused = reciprocal_rank(rankings, fusion.k)[:k]
        lexical_ranks = {position: rank for rank, position in enumerate(lexical_order, start=1)}
        dense_ranks = {position: rank for rank, position in enumerate(dense_order, start=1)}
        positions = [position for position, _ in fused]
        ids = state.ids(positions)
        located = self.collection.located(ids)
        hits: list[Hit] = []
        for (position, score), id, cosine in zip(
            fused, ids, state.cosines(positions, query.vector), strict=True
        ):
            if id not in located:  # removed meanwhile
                continue
            hits.append(
                Hit.of(
                    len(hits) + 1,
                    score,
                    id,
                    *located[id],
                    bm25_rank=lexical_ranks.get(position),
                    dense_rank=dense_ranks.get(position),
                    bm25=float(bm25[position]),
                    cosine=cosine,
                    recent=float(recent[position] / most_recent),
                )
            )
        return hits
