"""BM25 over the terms of the passages of a folder.

rank-bm25 scores every passage in Python for each query, half a second at 100,000 passages. Here a query reads
the postings of its own terms, of one or several parts of the collection, and everything that a score needs of
the whole collection is computed from their sums, over the passages that are live. The order of the arithmetic
is rank-bm25's too, so that the scores are equal to the last bit; but for the mean idf, whose sum has another
order, and with it the idf of a term that more than half of the passages have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property

import numpy as np

from index.bm25 import Bm25, mean_idf, saturated
from index.folder.postings import Postings, key


class Lexical:
    """A BM25 index of passages, known by their position in the parts, one after the other (0 to n - 1)."""

    def __init__(self, parts: Sequence[Postings], live: Sequence[np.ndarray | None]) -> None:
        """`live` says of each part which passages count, (n,) bool; None: all."""
        self._parts = parts
        self._live = live
        self._firsts = np.cumsum([0, *(len(part.lengths) for part in parts)]).tolist()
        count = total = 0
        for part, alive in zip(parts, live, strict=True):
            lengths = part.lengths if alive is None else part.lengths[alive]
            count += len(lengths)
            total += int(lengths.sum(dtype=np.int64))
        # Where no passage has a term, none has a score.
        self._bm25 = Bm25(count, total / count if total else 1.0, cache(self._mean_idf))
        self._dead = np.concatenate(
            [
                np.empty(0, np.int64),
                *(
                    np.flatnonzero(~alive) + first
                    for alive, first in zip(live, self._firsts, strict=False)
                    if alive is not None
                ),
            ]
        )

    def scores(self, query: Iterable[str]) -> np.ndarray:
        """The BM25 score of every passage, (n,) float64. A term that the query repeats counts again."""
        scores = np.zeros(self._firsts[-1])
        for term in query:
            found = self._found(term)
            idf = self._bm25.idf(sum(frequency for *_, frequency in found))
            for number, places, _ in found:
                part, norms = self._parts[number], self._norms[number]
                docs, counts = part.docs[places], part.counts[places].astype(np.float64)
                own = scores[self._firsts[number] : self._firsts[number + 1]]
                own[docs] += idf * saturated(counts, norms[docs])
        scores[self._dead] = 0.0
        return scores

    def rarity(self, term: str) -> float:
        """How much a term tells, 0 to 1: its idf against that of a term in no passage."""
        return self._bm25.rarity(self.frequency(term))

    def frequency(self, term: str) -> int:
        """The number of passages with a term."""
        return sum(frequency for *_, frequency in self._found(term))

    def highest(self, query: Iterable[str]) -> float:
        """A score that no passage exceeds. A term in no passage counts as much as one can."""
        return self._bm25.highest(map(self.rarity, query))

    def _found(self, term: str) -> list[tuple[int, slice, int]]:
        """The parts that have a term, where in their postings, and in how many live passages."""
        of_term = key(term)
        found = []
        for number, (part, alive) in enumerate(zip(self._parts, self._live, strict=True)):
            places = part.of(of_term)
            if places is not None:
                docs = part.docs[places]
                frequency = len(docs) if alive is None else int(np.count_nonzero(alive[docs]))
                found.append((number, places, frequency))
        return found

    @cached_property
    def _norms(self) -> list[np.ndarray]:
        """What the length of each passage weighs, by part."""
        return [self._bm25.norm(part.lengths) for part in self._parts]

    def _mean_idf(self) -> float:
        """Over all terms that a live passage has."""
        unique, places = np.unique(np.concatenate([part.keys for part in self._parts]), return_inverse=True)
        spreads = [part.spread(alive) for part, alive in zip(self._parts, self._live, strict=True)]
        spread = np.bincount(places, np.concatenate(spreads), len(unique))
        return mean_idf(self._bm25.passages, spread[spread > 0])
