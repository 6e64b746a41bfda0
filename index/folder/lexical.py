"""BM25 over the terms of the passages, as BM25Okapi of the package rank-bm25 defines it.

That scores every passage in Python for each query, half a second at 100,000 passages. Here a query reads the
postings of its own terms, of one or several parts of the collection, and everything that a score needs of the
whole collection is reckoned from their sums, over the passages that are live. The order of the arithmetic is
rank-bm25's too, so that the scores are equal to the last bit; but for the mean idf, whose sum has another
order, and with it the idf of a term that more than half of the passages have.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from rank_bm25 import BM25Okapi

from index.folder.postings import Postings, counted, key

K1 = 0.9
"""How soon a term that a passage repeats counts no more."""
B = 0.4
"""How much of a passage's length is taken into account. Both are Anserini's for passages (Yang, Fang and Lin,
"Anserini", JDIQ 2018): passages are of like length, and few repeat a term because they are about it."""
EPSILON: float = BM25Okapi([["term"]]).epsilon
"""The share of the mean idf that a term has whose own is negative, rank-bm25's default."""

FLOOR = 0.25
"""The idf of a term whose own is not positive, as in a collection of one or two passages: sharing a term must
never count against a passage. rank-bm25 does so only while the mean idf is positive."""


class Lexical:
    """A BM25 index of passages, known by their position in the parts, one after the other (0 to n - 1)."""

    def __init__(self, parts: Sequence[Postings], live: Sequence[np.ndarray | None]) -> None:
        """`live` says of each part which passages count, (n,) bool; None: all."""
        self._parts = parts
        self._live = live
        self._firsts = np.cumsum([0, *(len(part.lengths) for part in parts)]).tolist()
        self._count = 0
        total = 0
        for part, alive in zip(parts, live, strict=True):
            lengths = part.lengths if alive is None else part.lengths[alive]
            self._count += len(lengths)
            total += int(lengths.sum(dtype=np.int64))
        self._mean = total / self._count if total else 1.0  # no passage has a term, none has a score
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

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> Lexical:
        """The index of passages that are given as their terms."""
        return cls([counted(documents, [len(document) for document in documents])], [None])

    def scores(self, query: Iterable[str]) -> np.ndarray:
        """The BM25 score of every passage, (n,) float64. A term that the query repeats counts again."""
        scores = np.zeros(self._firsts[-1])
        for term in query:
            found = self._found(term)
            idf = self._idf(sum(spread for *_, spread in found))
            for number, places, _ in found:
                part, norms = self._parts[number], self._norms[number]
                docs, counts = part.docs[places], part.counts[places].astype(np.float64)
                own = scores[self._firsts[number] : self._firsts[number + 1]]
                own[docs] += idf * (counts * (K1 + 1) / (counts + norms[docs]))
        scores[self._dead] = 0.0
        return scores

    def rarity(self, term: str) -> float:
        """How much a term tells, 0 to 1: its idf against that of a term in no passage."""
        if not self._count:
            return 1.0
        spread = sum(spread for *_, spread in self._found(term))
        return min(max(self._idf(spread) / self._unseen, 0.0), 1.0) if spread else 1.0

    def most(self, query: Iterable[str]) -> float:
        """A score that no passage exceeds. A term in no passage counts as much as one can."""
        return (K1 + 1) * self._unseen * sum(map(self.rarity, query))

    @property
    def _unseen(self) -> float:
        """The idf of a term in no passage."""
        return math.log(self._count + 0.5) - math.log(0.5)

    def _found(self, term: str) -> list[tuple[int, slice, int]]:
        """The parts that have a term, where in their postings, and in how many live passages."""
        wanted = key(term)
        found = []
        for number, (part, alive) in enumerate(zip(self._parts, self._live, strict=True)):
            places = part.of(wanted)
            if places is not None:
                docs = part.docs[places]
                spread = len(docs) if alive is None else int(np.count_nonzero(alive[docs]))
                found.append((number, places, spread))
        return found

    def _idf(self, spread: int) -> float:
        """The idf of a term that is in so many passages."""
        idf = math.log(self._count - spread + 0.5) - math.log(spread + 0.5)
        if idf < 0:
            idf = EPSILON * self._mean_idf
        return idf if idf > 0 else FLOOR

    @cached_property
    def _norms(self) -> list[np.ndarray]:
        """What the length of each passage weighs, by part."""
        return [K1 * (1 - B + B * part.lengths / self._mean) for part in self._parts]

    @cached_property
    def _mean_idf(self) -> float:
        """Over all terms that a live passage has."""
        unique, places = np.unique(np.concatenate([part.keys for part in self._parts]), return_inverse=True)
        spreads = [part.spread(alive) for part, alive in zip(self._parts, self._live, strict=True)]
        spread = np.bincount(places, np.concatenate(spreads), len(unique))
        spread = spread[spread > 0]
        return float(np.mean(np.log(self._count - spread + 0.5) - np.log(spread + 0.5)))


def best(scores: np.ndarray, k: int, allowed: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Positions and values of the k largest positive scores, largest first, ties by position.

    `allowed`, (n,) bool, says which may be among them; None: all.
    """
    candidates = np.flatnonzero(scores > 0)
    if allowed is not None:
        candidates = candidates[allowed[candidates]]
    values = scores[candidates]
    if k and len(values) > k:
        near = values >= np.partition(values, -k)[-k]
        candidates, values = candidates[near], values[near]
    order = np.argsort(-values, kind="stable")[:k]
    return candidates[order], values[order]
