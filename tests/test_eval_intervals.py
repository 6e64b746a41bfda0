"""Intervals: that they hold the truth as often as they say, in simulations; conversations; and small sets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import intervals, weighted
from eval.measures.intervals import (
    RESAMPLES,
    conversations,
    interval,
    interval_of_error,
    numbered,
    once,
    resampled,
)
from eval.measures.metrics import measure
from eval.measures.values import error_by_chance
from tests.records import record

SETS, N = 400, 120
"""Question sets that are simulated, and the questions of each."""
ENOUGH, TOO_MUCH = 0.925, 0.975
"""Of 400 intervals that hold the truth with a chance of 0.95, a share between these two does, but for one
time in fifty; of intervals of 0.9 or 0.999 a share that is not, but for one time in twenty at most."""

ALONE = np.arange(N)


def mean(values):
    return lambda counts: (counts @ values) / counts.sum(axis=1)


def share_that_hold(truth, draw, groups=ALONE):
    """The share of the sets whose interval holds the truth; `draw` gives the statistic of a set."""
    random = np.random.default_rng(11)
    held = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intervals, "RESAMPLES", 600)  # more make the ends steadier, and not truer
        for number in range(SETS):
            low, high = interval(draw(random), groups, number, None)
            held += low <= truth <= high
    return held / SETS


def graded(random, n=N):
    """As nDCG@10 lies: often 0, often 1, and between."""
    return random.choice([0.0, 0.3, 0.5, 0.63, 1.0], n, p=[0.2, 0.1, 0.15, 0.15, 0.4])


def test_intervals_of_a_share_hold_the_truth_at_their_level():
    held = share_that_hold(0.7, lambda random: mean(random.random(N) < 0.7))
    assert ENOUGH < held < TOO_MUCH


@pytest.mark.parametrize(("tail", "low", "high"), [(0.05, 0.8, ENOUGH), (0.0005, TOO_MUCH, 1.01)])
def test_those_bounds_tell_intervals_of_another_level(monkeypatch, tail, low, high):
    monkeypatch.setattr(intervals, "TAIL", tail)
    held = share_that_hold(0.545, lambda random: mean(random.random(N) < 0.545))
    assert low < held < high


def test_intervals_of_a_graded_mean_hold_the_truth_at_their_level():
    held = share_that_hold(0.03 + 0.075 + 0.0945 + 0.4, lambda random: mean(graded(random)))
    assert ENOUGH < held < TOO_MUCH


def test_intervals_of_a_paired_difference_hold_the_truth_at_their_level():
    """The second system is the first, but that one question in five is asked anew and some are 0.1 better."""

    def draw(random):
        first = graded(random)
        second = np.where(random.random(N) < 0.2, graded(random), first) + 0.1 * (random.random(N) < 0.5)
        return mean(second - first)

    assert ENOUGH < share_that_hold(0.05, draw) < TOO_MUCH


@pytest.mark.slow
def test_intervals_of_an_area_under_roc_hold_the_truth_at_their_level():
    """Confidences uniform between 0 and 1, right ones the larger of two such: the area is 2/3."""

    def draw(random):
        right = random.random(N) < 0.6
        said = np.where(right, random.random((2, N)).max(axis=0), random.random(N))
        return lambda counts: weighted.area_under_roc(said, right, counts)

    assert ENOUGH < share_that_hold(2 / 3, draw) < TOO_MUCH


@pytest.mark.slow
def test_intervals_hold_the_truth_where_conversations_decide():
    """Forty conversations of three questions, which are all answered or none: drawn alone, too few would."""
    together = np.repeat(np.arange(N // 3), 3)

    def draw(random):
        return mean(np.repeat(random.random(N // 3) < 0.6, 3).astype(float))

    assert ENOUGH < share_that_hold(0.6, draw, together) < TOO_MUCH
    assert share_that_hold(0.6, draw) < 0.85


@pytest.mark.parametrize(("power", "truth"), [(1, 0.0), (2, 2 / 3 - 2 / 4)])
@pytest.mark.slow
def test_intervals_of_a_calibration_error_hold_the_truth(power, truth):
    """Confidences c of density 2 c, right with a chance of c (no error) or c ** 2 (an error of 1/6)."""
    random = np.random.default_rng(5)
    held = sum(low <= truth <= high for low, high in (of_error(random, power) for _ in range(60)))
    assert held >= 54


def test_percentiles_would_never_hold_the_truth_of_a_confidence_without_error():
    random = np.random.default_rng(5)
    assert all(of_error(random, 1, by_percentiles=True)[0] > 0 for _ in range(20))


def of_error(random, power, by_percentiles=False):
    said = np.sqrt(random.random(N))
    right = random.random(N) < said**power

    def error(counts):
        return weighted.expected_error(said, right, counts)

    if by_percentiles:
        return interval(error, ALONE, 7, None)
    records = [record(confidence=confidence) for confidence in said]
    return interval_of_error(error, ALONE, 7, error_by_chance(records, 7, times=100))


# --- Small and even sets -------------------------------------------------------------------------


def test_where_all_are_right_the_interval_is_that_of_clopper_and_pearson():
    """Ten of ten: below 0.025 ** (1 / 10) = 0.6915, ten right ones would have a chance of less than 0.025."""
    assert interval(mean(np.ones(10)), np.arange(10), 7, (0, 1)) == (pytest.approx(0.6915, abs=1e-4), 1.0)
    assert interval(mean(np.zeros(10)), np.arange(10), 7, (0, 1)) == (0.0, pytest.approx(0.3085, abs=1e-4))


def test_values_that_are_all_equal_leave_room_on_both_sides():
    """Others have a share of 0.3085 at most, and are 0 or 1 (of a difference, -1 or 1) at the utmost."""
    half = np.full(10, 0.5)
    assert interval(mean(half), np.arange(10), 7, (0, 1)) == pytest.approx(
        (0.6915 * 0.5, 0.6915 * 0.5 + 0.3085), abs=1e-4
    )
    assert interval(mean(half * 0), np.arange(10), 7, (-1, 1)) == pytest.approx((-0.3085, 0.3085), abs=1e-4)


def test_one_question_says_next_to_nothing_and_none_nothing():
    assert interval(mean(np.ones(1)), np.arange(1), 7, (0, 1)) == (0.025, 1.0)
    assert interval(mean(np.ones(3)), np.zeros(3, int), 7, (0, 1)) == (0.025, 1.0)  # one conversation
    assert interval(mean(np.ones(1)), np.arange(1), 7, None) == (None, None)
    assert interval(mean(np.ones(0)), np.arange(0), 7, (0, 1)) == (None, None)


def test_an_error_of_none_in_ten_sure_answers_may_be_one_of_others():
    sure = [record(str(n), confidence=1.0) for n in range(10)]
    found = measure("ECE").score(sure)
    assert (found.value, found.low, found.high) == (0, 0, pytest.approx(0.3085, abs=1e-4))
    assert measure("ECE").score(sure[:1]).high == pytest.approx(0.975)


def test_of_two_sorts_the_rarer_one_decides():
    """A hundred right ones before two others: of such a pair another order is not yet unlikely."""
    records = [record(str(n), confidence=0.9) for n in range(100)]
    records += [record(str(n), confidence=0.1, answerable=False) for n in (100, 101)]
    found = measure("AUROC").score(records)
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.025 ** (1 / 2))


def test_latencies_that_are_all_equal_have_no_interval():
    assert measure("latency_p95_ms").score([record("1"), record("2")]).low is None


# --- Resamples -----------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.integers(0, 3))
def test_a_resample_draws_as_many_conversations_as_there_are_and_each_as_a_whole(labels, seed):
    groups = numbered(labels)
    counts = np.concatenate(list(resampled(groups, seed)))
    assert counts.shape == (RESAMPLES, len(labels))
    for group in set(groups.tolist()):
        assert (counts[:, groups == group] == counts[:, groups == group][:, :1]).all()
    firsts = [labels.index(label) for label in dict.fromkeys(labels)]
    assert (counts[:, firsts].sum(axis=1) == len(firsts)).all()
    assert counts[:, firsts].mean() == pytest.approx(1)


def test_a_seed_fixes_the_interval():
    values = mean(graded(np.random.default_rng(1)))
    assert interval(values, ALONE, 7, (0, 1)) == interval(values, ALONE, 7, (0, 1))
    assert interval(values, ALONE, 7, (0, 1)) != interval(values, ALONE, 8, (0, 1))


def test_many_questions_are_resampled_a_part_at_a_time():
    parts = list(resampled(np.arange(5000), 7))
    assert len(parts) > 1 and sum(map(len, parts)) == RESAMPLES
    assert (parts[0][0] != parts[1][0]).any()


def test_once_is_the_statistic_of_the_questions_as_they_are():
    assert once(mean(np.array([0.0, 1.0, 1.0])), 3) == pytest.approx(2 / 3)


def test_conversations_begin_with_the_same_words_of_a_person():
    history = (("user", "What of 1?"), ("assistant", "This."))
    records = [
        record("1"),
        record("2", history=history),
        record("3", history=(*history, ("user", "And then?"), ("assistant", "That."))),
        record("2 (stand-alone)", of="2"),
        record("4"),
        record("5", history=(("assistant", "Hello."),)),
    ]
    assert conversations(records).tolist() == [0, 0, 0, 0, 1, 2]
