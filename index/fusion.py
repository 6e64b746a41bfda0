"""Several rankings to one; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)

RRF_K = 60
"""The constant of Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion", SIGIR 2009."""


def reciprocal_rank(rankings: Iterable[Sequence[Item]], k: int = RRF_K) -> list[tuple[Item, float]]:
    """Items with the sum of 1 / (k + rank) over the rankings that hold them, best first.

    Ranks count from 1. Ties keep the order of first appearance.
    """
    scores: defaultdict[Item, float] = defaultdict(float)
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] += 1 / (k + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
