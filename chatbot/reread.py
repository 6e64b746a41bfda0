"""The best sentences read a second time, each together with the question.

The first reading compares the question with sentences that were encoded without it, which is fast enough
for all of them; the second is dearer and sees more, so it is for the few that may win.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chatbot.extract import Candidate, fitted
from chatbot.features import NAMES, Asked
from index.cross import CrossReader
from index.embed import Encoder, Encoding

AGAIN = 10
"""Sentences that are read again; on XQuAD the right one is among the first ten for 99 of 100 questions."""

FEATURES = (*NAMES, "joint")
"""What the second score is made of: all that was known, and the joint reader's logit."""


def reread(
    asked: Asked, encoding: Encoding, candidates: Sequence[Candidate], encoder: Encoder
) -> list[Candidate]:
    """The candidates in their order after the joint reader has read the best of them again.

    The others keep their order behind those. Without a joint reader nothing changes. `encoding` is the
    question's.
    """
    states = [(candidate, candidate.states()) for candidate in candidates[:AGAIN]]
    again = [candidate for candidate, lower in states if lower is not None]
    if not again:
        return list(candidates)
    joint = encoder.reread(encoding, [lower for _, lower in states if lower is not None])
    rows = np.column_stack([np.stack([candidate.features for candidate in again]), joint])
    scores = fitted(asked.reader, "again")(rows)
    read = [
        replace(candidate, score=float(score) + candidate.prior, joint=float(logit))
        for candidate, score, logit in zip(again, scores, joint, strict=True)
    ]
    rest = [candidate for candidate in candidates if candidate not in again]
    lowest = min(candidate.score for candidate in read)
    highest = max((candidate.score for candidate in rest), default=0.0)
    rest = [replace(candidate, score=lowest + candidate.score - highest) for candidate in rest]
    return sorted(read, key=lambda candidate: -candidate.score) + rest


def reordered(question: str, candidates: Sequence[Candidate], reader: CrossReader) -> list[Candidate]:
    """The same with a cross-encoder, whose scores are on a scale of its own: only its order is taken.

    The best sentences exchange their scores, the best score going to the one that it puts first.
    """
    again = list(candidates[:AGAIN])
    order = np.argsort(-reader.scores(question, [candidate.quote for candidate in again]), kind="stable")
    read = [replace(again[i], score=candidate.score) for i, candidate in zip(order, again, strict=True)]
    return read + list(candidates[AGAIN:])
