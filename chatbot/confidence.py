"""How sure an answer is: the probability that a sentence answers the question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from chatbot.extract import Candidate, fitted
from chatbot.features import NAMES, Asked, covered, word_set

_OWN = (
    "late",
    "late_content",
    "late_weakest",
    "late_rare",
    "late_passage",
    "covered",
    "names_covered",
    "passage_bm25",
)
"""What of a sentence's own features tells whether it answers at all, and not only better than others."""

FEATURES = (
    *_OWN,
    "score",  # its logit among the sentences
    "margin",  # its lead in score over the best of the others
    "agreement",  # how many of the two retrievers put its passage first
    "missing",  # share of the question, by rarity, that stands in no sentence that was read
)


def confidence(asked: Asked, candidates: Sequence[Candidate]) -> np.ndarray:
    """The probability, 0 to 1, that each candidate answers, (n,); `candidates` are ordered, best first."""
    if not candidates:
        return np.empty(0)
    model = fitted(asked.reader, "confidence")
    rows = confidence_features(asked, candidates)[:, [FEATURES.index(name) for name in model.names]]
    return expit(model(rows))


def confidence_features(asked: Asked, candidates: Sequence[Candidate]) -> np.ndarray:
    """(n, len(FEATURES)) float32"""
    scores = np.array([candidate.score for candidate in candidates])
    rival = np.full(len(scores), scores[0])  # of all but the first, which has the second
    rival[0] = scores[1] if len(scores) > 1 else scores[0]
    agreement = [(c.hit.bm25_rank == 1) + (c.hit.dense_rank == 1) for c in candidates]
    words = [word_set(candidate.quote) | word_set(candidate.article.title) for candidate in candidates]
    missing = 1 - covered(asked.rarity, frozenset().union(*words))
    own = np.stack([candidate.features for candidate in candidates])[:, [NAMES.index(name) for name in _OWN]]
    extra = np.stack([scores, scores - rival, agreement, np.full(len(scores), missing)], axis=1)
    return np.hstack([own, extra]).astype(np.float32)
