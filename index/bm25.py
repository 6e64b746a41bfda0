"""BM25 as BM25Okapi of the package rank-bm25 defines it: constants and formula, for both kinds of store."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from rank_bm25 import BM25Okapi

Numbers = TypeVar("Numbers", float, np.ndarray)

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


@dataclass(frozen=True, slots=True)
class Bm25:
    """What the formula needs of all passages together. A frequency is the number of passages with a term."""

    passages: int
    length: float
    """terms of a passage, on average"""
    mean_idf: Callable[[], float]
    """over all terms; needed only for a term that more than half of the passages have"""

    @property
    def unseen(self) -> float:
        """The idf of a term in no passage."""
        return _idf(self.passages, 0)

    def idf(self, frequency: int) -> float:
        idf = _idf(self.passages, frequency)
        if idf < 0:
            idf = EPSILON * self.mean_idf()
        return idf if idf > 0 else FLOOR

    def norm(self, length: Numbers) -> Numbers:
        """What the length of a passage, in terms, weighs."""
        return K1 * (1 - B + B * length / self.length)

    def rarity(self, frequency: int) -> float:
        """How much a term tells, 0 to 1: its idf against that of a term in no passage."""
        if not self.passages or not frequency:
            return 1.0
        return min(max(self.idf(frequency) / self.unseen, 0.0), 1.0)

    def highest(self, rarities: Iterable[float]) -> float:
        """A score that no passage exceeds, for such terms; one in no passage counts as any could."""
        return (K1 + 1) * self.unseen * sum(rarities)


def saturated(count: Numbers, norm: Numbers) -> Numbers:
    """What a term counts that a passage has so often, times its idf."""
    return count * (K1 + 1) / (count + norm)


def mean_idf(passages: int, frequencies: np.ndarray) -> float:
    """Of terms with these frequencies, (v,) integers of 1 and more."""
    if not len(frequencies):
        return 0.0
    return float(np.mean(np.log(passages - frequencies + 0.5) - np.log(frequencies + 0.5)))


def scores(passages: Sequence[Sequence[str]], query: Iterable[str]) -> np.ndarray:
    """The score of each of a few passages, given as their terms, (n,) float64; by rank-bm25 itself."""
    if not any(passages):
        return np.zeros(len(passages))
    okapi = BM25Okapi(passages, k1=K1, b=B)
    okapi.idf = {term: idf if idf > 0 else FLOOR for term, idf in okapi.idf.items()}
    return np.asarray(okapi.get_scores(query))


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


def _idf(passages: int, frequency: int) -> float:
    return math.log(passages - frequency + 0.5) - math.log(frequency + 0.5)
