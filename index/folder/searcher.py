"""Search over a collection in a folder: BM25 and dense retrieval, and their fusion."""

from __future__ import annotations

from itertools import chain

from index.encoding.encoder import Encoder
from index.folder.collection import Collection
from index.folder.lexical import best
from index.folder.segments import Segments
from index.fusion import STANDARD, Fusion, fused
from index.hit import Hit
from index.scope import EVERYWHERE, Scope
from index.search import Mode, Query, read


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

    def by_date(self, scope: Scope, count: int, oldest: bool = False) -> list[str]:
        return self.collection.by_date(scope, count, oldest)

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
        lexical = state.lexical
        bm25, most = lexical.scores(query.terms), lexical.most(query.terms)
        if query.context_terms:
            bm25 += query.context_weight * lexical.scores(query.context_terms)
            most += query.context_weight * lexical.most(query.context_terms)
        lexical_order = best(bm25, fusion.depth, allowed)[0].tolist()
        dense_order = state.nearest(query.vector, fusion.depth, allowed)
        recent = lexical.scores(query.recent_terms)
        recent_order, recent_best = best(recent, fusion.depth, allowed)
        most_recent = recent_best.max(initial=1e-9)
        orders = {
            "bm25": [lexical_order],
            "dense": [dense_order],
            "hybrid": [lexical_order, dense_order, recent_order.tolist()],
        }[mode]
        candidates = list(dict.fromkeys(chain(*orders)))
        cosines = state.cosines(candidates, query.vector)
        shares = bm25[candidates] / max(most, 1e-9)
        if mode == "hybrid":
            shares += recent[candidates] / max(lexical.most(query.recent_terms), 1e-9)
        scores = dict(zip(candidates, zip(cosines, shares.tolist(), strict=True), strict=True))
        ranked = fused(scores, fusion.weight(mode))[:k]
        lexical_ranks = {position: rank for rank, position in enumerate(lexical_order, start=1)}
        dense_ranks = {position: rank for rank, position in enumerate(dense_order, start=1)}
        ids = state.ids([position for position, _ in ranked])
        located = self.collection.located(ids)
        hits: list[Hit] = []
        for (position, score), id in zip(ranked, ids, strict=True):
            if id not in located:  # removed meanwhile
                continue
            hits.append(
                Hit(
                    len(hits) + 1,
                    score,
                    id,
                    *located[id],
                    bm25_rank=lexical_ranks.get(position),
                    dense_rank=dense_ranks.get(position),
                    bm25=float(bm25[position]),
                    cosine=scores[position][0],
                    recent=float(recent[position] / most_recent),
                )
            )
        return hits
