"""Search over a collection in a folder: BM25 and dense retrieval, and their fusion."""

from __future__ import annotations

from index.bm25 import best
from index.encoding.encoder import Encoder
from index.folder.collection import Collection
from index.folder.seen import SeenCollection
from index.folder.state import State
from index.fusion import STANDARD, Fusion
from index.hit import Hit
from index.languages import REMEMBERED
from index.scope import EVERYWHERE, Scope
from index.search import Mode, Query, Rankings, Scores, combined, read, terms_in


class LocalSearcher:
    """The `Searcher` of a collection in a folder. Safe to use from several threads."""

    def __init__(self, collection: Collection | SeenCollection, encoder: Encoder) -> None:
        collection.require("model", encoder.name)
        self.collection = collection
        self.encoder = encoder
        self.segments = collection.segments

    def _state(self) -> State:
        return self.collection.state(self.segments.state)

    @property
    def revision(self) -> int:
        return self.collection.revision

    def query(self, question: str, context: str = "", weight: float = 0.0, recent: str = "") -> Query:
        terms = terms_in(self.collection.meta(REMEMBERED), self._is_held)
        return read(self.encoder, question, context, weight, recent, terms)

    def _is_held(self, term: str) -> bool:
        return self._state().lexical.frequency(term) > 0

    def rarity(self, term: str) -> float:
        return self._state().lexical.rarity(term)

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
        state = self._state()
        allowed = state.allowed(scope)
        lexical = state.lexical
        bm25, highest = lexical.scores(query.terms), lexical.highest(query.terms)
        if query.context_terms:
            bm25 += query.context_weight * lexical.scores(query.context_terms)
            highest += query.context_weight * lexical.highest(query.context_terms)
        recent = lexical.scores(query.recent_terms)
        recent_order, recent_scores = best(recent, fusion.depth, allowed)
        rankings = Rankings(
            best(bm25, fusion.depth, allowed)[0].tolist(),
            state.nearest(query.vector, fusion.depth, allowed),
            recent_order.tolist(),
            recent_scores.max(initial=0.0),
        )
        candidates = rankings.candidates(mode)
        columns = (
            bm25[candidates].tolist(),
            state.cosines(candidates, query.vector),
            recent[candidates].tolist(),
        )
        scores = dict(zip(candidates, map(Scores, *columns), strict=True))
        ranked = combined(scores, highest, lexical.highest(query.recent_terms), mode, fusion)[:k]
        ids = state.ids([position for position, _ in ranked])
        best_ones = [(*one, id) for one, id in zip(ranked, ids, strict=True)]
        return rankings.hits(best_ones, scores, self.collection.located(ids))
