"""The best sentences read a second time, by a cross-encoder that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chatbot.extract import Candidate
from index.cross import CrossReader

_AGAIN = 10
"""Sentences that are read again; on XQuAD the right one is among the first ten for 99 of 100 questions."""


def reread(question: str, candidates: Sequence[Candidate], reader: CrossReader) -> list[Candidate]:
    """The candidates in their new order: of the best, the one that the cross-encoder puts first, and so on.

    Its scores are on a scale of its own, which confidence does not know, so only its order is taken: the
    best sentences exchange their scores.
    """
    again = list(candidates[:_AGAIN])
    order = np.argsort(-reader.scores(question, [candidate.quote for candidate in again]), kind="stable")
    read = [replace(again[i], score=candidate.score) for i, candidate in zip(order, again, strict=True)]
    return read + list(candidates[_AGAIN:])
