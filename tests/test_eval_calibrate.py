"""Choosing the thresholds: the guard against small samples, and what is said where none will do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from eval.calibrate import CERTAINTY, Outcome, lowest, needed, outcome, report, unreachable, upper_bound


@given(st.integers(1, 300), st.data())
def test_the_bound_is_where_so_few_wrong_answers_become_unlikely(answered, data):
    wrong = data.draw(st.integers(0, answered - 1))
    bound = upper_bound(wrong, answered)
    assert wrong / answered < bound < 1
    assert binom.cdf(wrong, answered, bound) == pytest.approx(1 - CERTAINTY)


def test_nothing_answered_or_nothing_right_shows_nothing():
    assert upper_bound(0, 0) == upper_bound(3, 3) == 1.0


def test_the_fewest_answers_that_show_a_share():
    """0.95 ** 45 = 0.0994 <= 0.1 < 0.1047 = 0.95 ** 44."""
    assert needed(0.05) == 45
    assert upper_bound(0, 45) <= 0.05 < upper_bound(0, 44)


def test_the_bound_is_kept_in_nine_samples_of_ten():
    """Of answers of which 0.2 are wrong, the bound lies below 0.2 in at most a tenth of the samples."""
    wrong = np.random.default_rng(1).binomial(80, 0.2, size=2000)
    assert np.mean([upper_bound(int(number), 80) < 0.2 for number in wrong]) < 0.115


def test_an_outcome_counts_what_reaches_the_threshold():
    said = np.array([0.9, 0.5, 0.5, 0.2])
    right = np.array([True, True, False, False])
    assert outcome(said, right, 6, 0.5) == Outcome(0.5, 6, answered=3, wrong=1)
    assert outcome(said, right, 6, 0.501) == Outcome(0.501, 6, answered=1, wrong=0)
    assert outcome(said, right, 6, 1.0) == Outcome(1.0, 6, answered=0, wrong=0)


def test_the_lowest_threshold_that_is_shown_to_be_right_often_enough():
    """44 right of 44 show 0.051, 45 of 45 show 0.050; nothing answered shows nothing."""
    outcomes = [
        Outcome(0.1, 50, 50, 5),
        Outcome(0.4, 50, 45, 0),
        Outcome(0.5, 50, 44, 0),
        Outcome(1, 50, 0, 0),
    ]
    assert lowest(outcomes, 0.05).threshold == 0.4
    assert lowest(outcomes, 1 - 0.95).threshold == 0.4
    assert lowest(outcomes, 0.3).threshold == 0.1
    assert lowest(outcomes[2:], 0.05) is None


def test_what_is_told_before_and_after():
    before = [Outcome(0.3, 100, 80, 20), Outcome(0.6, 100, 60, 9)]
    now = [Outcome(0.35, 100, 70, 14), Outcome(0.7, 100, 50, 5)]
    told = report(before, now, unanswerable=30)
    lines = [line.split() for line in told.splitlines()]
    assert lines[1:5] == [
        "threshold before 0.3 80 of 100 (80%) 20 of 80 (25%)".split(),
        "threshold now 0.35 70 of 100 (70%) 14 of 70 (20%)".split(),
        "sure_threshold before 0.6 60 of 100 (60%) 9 of 60 (15%)".split(),
        "sure_threshold now 0.7 50 of 100 (50%) 5 of 50 (10%)".split(),
    ]
    assert (
        f"at most {upper_bound(14, 70):.1%} of all" in told and f"at most {upper_bound(5, 50):.1%} of" in told
    )
    assert "Every one of these questions has an answer" not in told
    assert "Every one of these questions has an answer" in report(before, now, 0)


def test_where_no_threshold_will_do_it_is_said_what_would():
    outcomes = [Outcome(0.0, 40, 40, 12), Outcome(0.5, 40, 20, 1)]
    told = unreachable(outcomes, 0.05)
    least = float(told.split("--max-wrong ")[1].split(",")[0])
    assert least - 0.001 < upper_bound(1, 20) <= least
    assert "1 of 20 (5%)" in told and "45 answers without a wrong one" in told and "\n" not in told
    assert "--max-wrong" not in unreachable([Outcome(0.0, 3, 3, 3)], 0.05)
    told = unreachable(outcomes, 0.05, sure=True)
    assert float(told.split("--sure-right ")[1].split(",")[0]) == pytest.approx(1 - least)
    assert "without “Possibly:”" in told and "--max-wrong" not in told
