"""How sure an answer is: the probability that a sentence answers the question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbot.extract import Candidate, fitted
from chatbot.features import NAMES, Asked, covered, word_set

FEATURES = (
    *NAMES,
    "score",  # what it is ranked by
    "ahead",  # its lead over the mean of the other candidates
    "agreement",  # how many of the two retrievers put its passage first
    "missing",  # share of the question, by rarity, that stands in none of the passages read
)


def confidence(asked: Asked, candidates: Sequence[Candidate]) -> np.ndarray:
    """The probability, 0 to 1, that each candidate answers, (n,); `candidates` are ordered, best first."""
    if not candidates:
        return np.empty(0)
    model = fitted("confidence")
    rows = confidence_features(asked, candidates)[:, [FEATURES.index(name) for name in model.names]]
    return 1 / (1 + np.exp(-model(rows)))


def confidence_features(asked: Asked, candidates: Sequence[Candidate]) -> np.ndarray:
    """(n, len(FEATURES)) float32"""
    scores = np.array([candidate.score for candidate in candidates])
    others = (scores.sum() - scores) / max(len(scores) - 1, 1)
    agreement = [(c.hit.bm25_rank == 1) + (c.hit.dense_rank == 1) for c in candidates]
    words = [word_set(candidate.quote) | word_set(candidate.article.title) for candidate in candidates]
    missing = 1 - covered(asked.rarity, frozenset().union(*words))
    own = np.stack([candidate.features for candidate in candidates])
    extra = np.stack([scores, scores - others, agreement, np.full(len(scores), missing)], axis=1)
    return np.hstack([own, extra]).astype(np.float32)
