"""The scores of the retrievers to one; pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)

_DECIMALS = 6
"""Of equal passages the cosines differ in the last digits, as the vectors happen to be multiplied."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the scores of the retrievers become one."""

    dense: float = 0.4
    """What the cosine counts, 0 to 1. The words count the rest."""

    depth: int = 100
    """Passages that each retriever gives."""

    def weight(self, mode: str) -> float:
        """What the cosine counts where one retriever is asked alone ("bm25", "dense") or both are."""
        return {"bm25": 0.0, "dense": 1.0}.get(mode, self.dense)


STANDARD = Fusion()


def fused(scores: Mapping[Item, tuple[float, float]], dense: float) -> list[tuple[Item, float]]:
    """Items with their combined scores, best first, ties in the order given.

    `scores` are those of each item by meaning (a cosine) and by words (a share of the highest that they could
    give, see `index/bm25.py`); `dense` is what the first counts. Both are taken as they are: it counts by how
    much one passage is ahead of the next, as it does not where ranks are fused: Bruch, Gai and Ingber,
    "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023. They divide by the best score that
    was found; with a share of what is possible, words that no passage has leave the choice to the meaning.
    """
    combined = {
        item: round(dense * cosine + (1 - dense) * share, _DECIMALS)
        for item, (cosine, share) in scores.items()
    }
    return sorted(combined.items(), key=lambda pair: -pair[1])
