"""Reciprocal rank fusion, with the paper's formula by hand: the sum of 1 / (60 + rank)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import STANDARD, reciprocal_rank

RANKINGS = st.lists(st.lists(st.integers(0, 20), unique=True, max_size=10), max_size=4)


def test_two_rankings_by_hand() -> None:
    # a: 1/61 + 1/63, b: 1/62 + 1/61, c: 1/63, d: 1/62
    fused = reciprocal_rank([["a", "b", "c"], ["b", "d", "a"]])
    assert [item for item, _ in fused] == ["b", "a", "d", "c"]
    assert dict(fused) == pytest.approx(
        {"a": 1 / 61 + 1 / 63, "b": 1 / 62 + 1 / 61, "c": 1 / 63, "d": 1 / 62}
    )


def test_the_constant_is_the_papers_and_can_be_set() -> None:
    assert STANDARD.k == 60
    assert reciprocal_rank([["a"]], k=1) == [("a", 0.5)]


def test_second_in_both_goes_before_first_in_one() -> None:
    # 2 / 62 against 1 / 61
    assert reciprocal_rank([["a", "b"], ["c", "b"]])[0][0] == "b"


def test_ties_keep_the_order_of_first_appearance() -> None:
    assert [item for item, _ in reciprocal_rank([["b"], ["a"]])] == ["b", "a"]
    assert [item for item, _ in reciprocal_rank([["a", "b"], ["b", "a"]])] == ["a", "b"]


@pytest.mark.parametrize("rankings", [[], [[]], [[], []]])
def test_nothing_to_fuse(rankings: list[list[str]]) -> None:
    assert reciprocal_rank(rankings) == []


def test_an_empty_ranking_changes_nothing() -> None:
    assert reciprocal_rank([["a", "b"], []]) == reciprocal_rank([["a", "b"]])


@given(RANKINGS)
def test_each_item_once_best_first_and_within_bounds(rankings: list[list[int]]) -> None:
    fused = reciprocal_rank(rankings)
    assert {item for item, _ in fused} == {item for ranking in rankings for item in ranking}
    assert len(fused) == len({item for item, _ in fused})
    scores = [score for _, score in fused]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= len(rankings) / 61 + 1e-12 for score in scores)


@given(st.lists(st.integers(), unique=True, max_size=20))
def test_one_ranking_keeps_its_order(ranking: list[int]) -> None:
    assert [item for item, _ in reciprocal_rank([ranking])] == ranking
