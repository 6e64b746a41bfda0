"""Several rankings to one; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the rankings of the retrievers become one."""

    k: int = 60
    """The constant of Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion", SIGIR 2009: the smaller it
    is, the more a first rank counts against a later one."""

    depth: int = 100
    """Passages that each retriever gives."""


STANDARD = Fusion()


def reciprocal_rank(rankings: Iterable[Sequence[Item]], k: int = STANDARD.k) -> list[tuple[Item, float]]:
    """Items with the sum of 1 / (k + rank) over the rankings that hold them, best first.

    Ranks count from 1. Ties keep the order of first appearance.
    """
    scores: defaultdict[Item, float] = defaultdict(float)
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] += 1 / (k + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
