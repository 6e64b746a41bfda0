"""The curves of confidence against what came true: arithmetic, and ties that are never parted."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.curves import Bin, Point, reliability, risk_coverage
from eval.measures.weighted import BINS

PAIRS = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=1)


def test_equal_confidences_are_one_bin():
    for right in ([True] * 3 + [False] * 7, [False] * 7 + [True] * 3):
        assert reliability([0.9] * 10, right) == (Bin(10, 0.9, 0.9, pytest.approx(0.9), 0.3),)
    assert reliability([], []) == risk_coverage([], []) == ()


def test_reliability_arithmetic():
    """Twenty confidences, two a bin; the first bin holds 0.00 and 0.05, of which one came true."""
    said = [place / 20 for place in range(20)]
    right = [place % 2 == 1 for place in range(20)]
    bins = reliability(said, right)
    assert len(bins) == BINS
    assert bins[0] == Bin(2, 0.0, 0.05, pytest.approx(0.025), 0.5)
    assert bins[-1] == Bin(2, 0.9, 0.95, pytest.approx(0.925), 0.5)


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


@given(PAIRS, st.randoms())
def test_no_curve_depends_on_the_order_of_the_questions(pairs, random):
    other = random.sample(pairs, len(pairs))
    assert risk_coverage(*zip(*pairs, strict=True)) == risk_coverage(*zip(*other, strict=True))
    bins, others = (reliability(*zip(*some, strict=True)) for some in (pairs, other))
    assert [(one.n, one.low, one.high) for one in bins] == [(one.n, one.low, one.high) for one in others]
    assert [one.right for one in bins] == pytest.approx([one.right for one in others])


@given(PAIRS)
def test_the_curve_ends_with_everything_answered(pairs):
    said, right = zip(*pairs, strict=True)
    points = risk_coverage(said, right)
    assert points[-1] == Point(min(said), 1.0, pytest.approx(1 - sum(right) / len(right)))
    for point in points:
        answered = [came_true for confidence, came_true in pairs if confidence >= point.threshold]
        assert point.coverage == len(answered) / len(pairs)
        assert point.risk == answered.count(False) / len(answered)
