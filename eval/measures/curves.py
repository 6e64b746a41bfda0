"""What a confidence is worth, as curves: probabilities against what came true; pure arithmetic.

`said` are the confidences, (n,) numbers from 0 to 1, and `right` says of each whether what it foretold came
true. Equal confidences are never told apart: they fall into one bin, and are answered or left together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from eval.measures.weighted import BINS


@dataclass(frozen=True, slots=True)
class Bin:
    """Neighbouring confidences: their number, bounds and mean, and the share of them that came true."""

    n: int
    low: float
    high: float
    said: float
    right: float


@dataclass(frozen=True, slots=True)
class Point:
    """What follows when everything from `threshold` on is answered.

    `coverage` is the share that is answered, `risk` the share of what is answered that is wrong.
    """

    threshold: float
    coverage: float
    risk: float


def reliability(said: Sequence[float], right: Sequence[bool]) -> tuple[Bin, ...]:
    """The confidences in order, cut into bins of equal number, lowest first; empty without any.

    Bins of equal number, not of equal width, as Nguyen and O'Connor have them ("Posterior calibration and
    exploratory analysis for natural language processing models", EMNLP 2015): with few questions, bins of
    equal width hold one or two each where confidences are rare. A bin ends behind equal confidences.
    """
    ordered = sorted(zip(said, right, strict=True))
    n, confidences = len(ordered), [confidence for confidence, _ in ordered]
    lasts = [max(round(place * n / BINS), 1) - 1 for place in range(1, BINS + 1)] if ordered else []
    ends = sorted({bisect_right(confidences, confidences[last]) for last in lasts})
    bins = []
    for start, end in pairwise([0, *ends]):
        mean = sum(confidences[start:end]) / (end - start)
        true = sum(came_true for _, came_true in ordered[start:end]) / (end - start)
        bins.append(Bin(end - start, confidences[start], confidences[end - 1], mean, true))
    return tuple(bins)


def risk_coverage(said: Sequence[float], right: Sequence[bool]) -> tuple[Point, ...]:
    """A point for each different confidence as the threshold, the highest first.

    El-Yaniv and Wiener, "On the Foundations of Noise-free Selective Classification", JMLR 11, 2010.
    """
    points, answered, wrong = [], 0, 0
    ordered = sorted(zip(said, right, strict=True), reverse=True)
    for confidence, equal in groupby(ordered, key=lambda pair: pair[0]):
        outcomes = [came_true for _, came_true in equal]
        answered += len(outcomes)
        wrong += outcomes.count(False)
        points.append(Point(confidence, answered / len(ordered), wrong / answered))
    return tuple(points)
