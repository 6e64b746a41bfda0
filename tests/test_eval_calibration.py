"""Confidence against what came true: arithmetic, simulated confidences whose worth is known, and ties."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import metrics
from eval.calibration import (
    BINS,
    Bin,
    Point,
    area_under_risk,
    area_under_roc,
    calibration_error,
    reliability,
    risk_coverage,
)
from eval.metrics import Judged, Score

PAIRS = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=1)


def error(said, right):
    return calibration_error(reliability(said, right))


def test_a_confidence_that_is_right_as_often_as_it_says_has_next_to_no_error():
    """With n = 20,000, chance alone leaves about 0.8 * sqrt(0.25 / 2,000) = 0.009 a bin at most."""
    random = np.random.default_rng(3)
    said = random.uniform(size=20_000)
    right = random.uniform(size=20_000) < said
    assert error(said.tolist(), right.tolist()) < 0.012
    assert error((said**2).tolist(), right.tolist()) == pytest.approx(1 / 6, abs=0.012)  # E[u - u^2]


def test_a_constant_confidence_is_wrong_by_its_distance_from_the_share_that_came_true():
    """0.9 is said of ten, three come true: |0.3 - 0.9| = 0.6, in whichever order they come."""
    for right in ([True] * 3 + [False] * 7, [False] * 7 + [True] * 3):
        assert reliability([0.9] * 10, right) == (Bin(10, 0.9, 0.9, pytest.approx(0.9), 0.3),)
        assert error([0.9] * 10, right) == pytest.approx(0.6)
    assert error([1.0] * 4, [False] * 4) == 1.0
    assert error([], []) is None


def test_reliability_arithmetic():
    """Twenty confidences, two a bin; the first bin holds 0.00 and 0.05, of which one came true."""
    said = [place / 20 for place in range(20)]
    right = [place % 2 == 1 for place in range(20)]
    bins = reliability(said, right)
    assert len(bins) == BINS
    assert bins[0] == Bin(2, 0.0, 0.05, pytest.approx(0.025), 0.5)
    assert bins[-1] == Bin(2, 0.9, 0.95, pytest.approx(0.925), 0.5)
    # |0.5 - 0.025|, |0.5 - 0.125|, ..., |0.5 - 0.925|: the mean of 0.475, 0.375, ..., 0.425
    assert calibration_error(bins) == pytest.approx(sum(abs(0.5 - (0.1 * i + 0.025)) for i in range(10)) / 10)


@given(PAIRS)
def test_bins_hold_everything_once_in_order_and_never_part_equals(pairs):
    said, right = zip(*pairs, strict=True)
    bins = reliability(said, right)
    assert sum(one.n for one in bins) == len(pairs) and len(bins) <= BINS
    assert all(one.high < following.low for one, following in pairwise(bins))
    assert sum(one.n * one.right for one in bins) == pytest.approx(sum(right))
    assert sum(one.n * one.said for one in bins) == pytest.approx(sum(said))


def test_risk_coverage_arithmetic():
    """From 0.9 on one is answered, rightly; from 0.5 on three, one wrongly; then all four, two wrongly."""
    points = risk_coverage([0.5, 0.9, 0.5, 0.1], [True, True, False, False])
    assert points == (Point(0.9, 0.25, 0.0), Point(0.5, 0.75, 1 / 3), Point(0.1, 1.0, 0.5))


def test_the_area_of_the_best_and_of_the_worst_order():
    """Two right, two wrong. Best: (0 + 0 + 1/3 + 2/4) / 4; worst: (1 + 1 + 2/3 + 2/4) / 4."""
    said = [0.9, 0.7, 0.5, 0.3]
    assert area_under_risk(said, [True, True, False, False]) == pytest.approx((1 / 3 + 1 / 2) / 4)
    assert area_under_risk(said, [False, False, True, True]) == pytest.approx((1 + 1 + 2 / 3 + 1 / 2) / 4)
    assert area_under_risk([], []) is None


def test_equal_confidences_have_the_area_of_chance():
    assert area_under_risk([0.4] * 5, [True, False, False, True, True]) == pytest.approx(2 / 5)


@given(PAIRS, st.randoms())
def test_no_measure_depends_on_the_order_of_the_questions(pairs, random):
    other = random.sample(pairs, len(pairs))
    for measure in (error, area_under_risk):
        assert measure(*zip(*pairs, strict=True)) == pytest.approx(measure(*zip(*other, strict=True)))
    assert risk_coverage(*zip(*pairs, strict=True)) == risk_coverage(*zip(*other, strict=True))


@given(PAIRS)
def test_the_curve_ends_with_everything_answered(pairs):
    said, right = zip(*pairs, strict=True)
    points = risk_coverage(said, right)
    assert points[-1] == Point(min(said), 1.0, pytest.approx(1 - sum(right) / len(right)))
    for point in points:
        answered = [came_true for confidence, came_true in pairs if confidence >= point.threshold]
        assert point.coverage == len(answered) / len(pairs)
        assert point.risk == answered.count(False) / len(answered)


def test_the_area_under_roc_needs_both():
    assert area_under_roc([], [0.5]) is area_under_roc([0.5], []) is None
    assert area_under_roc([0.9, 0.5], [0.5, 0.1]) == 3.5 / 4


def test_what_a_confidence_foretells_is_that_the_first_citation_is_right():
    """Not of an unanswerable question, one that is right only further down, or one without citations."""
    judged = [
        Judged(True, True, 0.8, (True, False), 1.0),
        Judged(True, False, 0.3, (True,), 1.0),
        Judged(True, True, 0.6, (False, True), 1.0),
        Judged(False, True, 0.5, (False,), 1.0),
        Judged(False, False, 0.0, (), 1.0),
    ]
    assert metrics.foretold(judged) == ([0.8, 0.3, 0.6, 0.5, 0.0], [True, True, False, False, False])
    assert metrics.auroc_right(judged) == Score(pytest.approx((3 + 1) / 6), 5)
    # Five bins of one each.
    assert metrics.ece(judged) == Score(pytest.approx((0.2 + 0.7 + 0.6 + 0.5 + 0) / 5), 5)
    # In the order 0.8 right, 0.6 wrong, 0.5 wrong, 0.3 right, 0.0 wrong.
    assert metrics.aurc(judged) == Score(pytest.approx((0 + 1 / 2 + 2 / 3 + 2 / 4 + 3 / 5) / 5), 5)
    assert metrics.coverage(judged) == Score(3 / 5, 5)
    assert metrics.wrong_answers(judged) == Score(pytest.approx(2 / 3), 3)
