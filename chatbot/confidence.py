"""How sure an answer is: the probability that a sentence answers the question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from chatbot.extract import Candidate, fitted
from chatbot.features import NAMES, Asked

FEATURES = (
    *NAMES,
    "score",  # what it is ranked by
    "ahead",  # its lead over the mean of the other candidates
    "agreement",  # how many of the two retrievers put its passage first
    "unknown",  # share of the question, by rarity, that stands nowhere in the collection
)


def confidence(asked: Asked, candidates: Sequence[Candidate], knows: Callable[[str], bool]) -> np.ndarray:
    """The probability, 0 to 1, that each candidate answers, (n,); `candidates` are ordered, best first.

    `knows` tells whether the collection has a term at all.
    """
    if not candidates:
        return np.empty(0)
    model = fitted("confidence")
    rows = confidence_features(asked, candidates, knows)[:, [FEATURES.index(name) for name in model.names]]
    return 1 / (1 + np.exp(-model(rows)))


def confidence_features(
    asked: Asked, candidates: Sequence[Candidate], knows: Callable[[str], bool]
) -> np.ndarray:
    """(n, len(FEATURES)) float32"""
    scores = np.array([candidate.score for candidate in candidates])
    others = (scores.sum() - scores) / max(len(scores) - 1, 1)
    agreement = [(c.hit.bm25_rank == 1) + (c.hit.dense_rank == 1) for c in candidates]
    total = sum(asked.rarity.values())
    unknown = (
        sum(weight for term, weight in asked.rarity.items() if not knows(term)) / total if total else 0.0
    )
    own = np.stack([candidate.features for candidate in candidates])
    extra = np.stack([scores, scores - others, agreement, np.full(len(scores), unknown)], axis=1)
    return np.hstack([own, extra]).astype(np.float32)
