"""The convex combination of two scores, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import STANDARD, Fusion, fused

SCORES = st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 2)), max_size=12)


def of(pairs: list[tuple[float, float]], dense: float) -> tuple[list[int], list[float]]:
    ranked = fused(dict(enumerate(pairs)), dense)
    return [place for place, _ in ranked], [score for _, score in ranked]


def test_two_scores_by_hand() -> None:
    # 0.25 * 0.8 + 0.75 * 0.1 = 0.275, 0.25 * 0.2 + 0.75 * 0.5 = 0.425, 0.25 * -0.4 + 0.75 * 0 = -0.1
    order, scores = of([(0.8, 0.1), (0.2, 0.5), (-0.4, 0.0)], 0.25)
    assert order == [1, 0, 2]
    assert scores == pytest.approx([0.425, 0.275, -0.1])


def test_by_how_much_one_is_ahead_counts() -> None:
    # By ranks the two would be equal: each is first once and second once.
    assert of([(0.9, 0.30), (0.2, 0.31)], 0.5)[0] == [0, 1]
    assert of([(0.21, 0.1), (0.2, 0.8)], 0.5)[0] == [1, 0]


def test_at_the_ends_one_score_alone_counts() -> None:
    pairs = [(0.1, 0.9), (0.9, 0.1), (0.5, 0.5)]
    assert of(pairs, 0.0)[0] == [0, 2, 1]
    assert of(pairs, 1.0)[0] == [1, 2, 0]
    assert [Fusion(dense=0.3).weight(mode) for mode in ("bm25", "hybrid", "dense")] == [0.0, 0.3, 1.0]


def test_ties_and_last_digits_keep_the_order_given() -> None:
    assert of([(0.5, 0.2), (0.5, 0.2)], 0.4)[0] == [0, 1]
    assert of([(0.5, 0.2), (0.5 + 1e-8, 0.2)], 0.4)[0] == [0, 1]
    assert of([(0.5, 0.2), (0.5 + 1e-4, 0.2)], 0.4)[0] == [1, 0]


def test_nothing_to_fuse() -> None:
    assert of([], 0.4) == ([], [])


@given(SCORES)
def test_each_place_once_best_first_and_between_its_scores(pairs: list[tuple[float, float]]) -> None:
    order, scores = of(pairs, STANDARD.dense)
    assert sorted(order) == list(range(len(pairs)))
    assert scores == sorted(scores, reverse=True)
    for place, score in zip(order, scores, strict=True):
        assert min(pairs[place]) - 1e-6 <= score <= max(pairs[place]) + 1e-6
