"""Measures that are no means: arithmetic, scikit-learn and plain loops, and counts as repetition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from eval.measures import weighted
from eval.measures.curves import reliability

CONFIDENCE = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]) | st.floats(0, 1)
PAIRS = st.lists(st.tuples(CONFIDENCE, st.booleans()), min_size=1, max_size=40)


def once(measure, said, right) -> float:
    (value,) = measure(np.array(said, float), np.array(right, bool), np.ones((1, len(said)), int))
    return value


def roc(said, right):
    return once(weighted.area_under_roc, said, right)


def risk(said, right):
    return once(weighted.area_under_risk, said, right)


def error(said, right):
    return once(weighted.expected_error, said, right)


# --- References, written the long way ------------------------------------------------------------


def roc_by_pairs(said, right):
    yes = [confidence for confidence, true in zip(said, right, strict=True) if true]
    no = [confidence for confidence, true in zip(said, right, strict=True) if not true]
    return sum((a > b) + 0.5 * (a == b) for a in yes for b in no) / (len(yes) * len(no))


def risk_by_steps(said, right):
    """At each k, the wrong ones of the k surest, those of the level that k cuts in proportion."""
    n, total = len(said), 0.0
    for k in range(1, n + 1):
        cut = sorted(said, reverse=True)[k - 1]
        above = [true for confidence, true in zip(said, right, strict=True) if confidence > cut]
        level = [true for confidence, true in zip(said, right, strict=True) if confidence == cut]
        wrong = above.count(False) + (k - len(above)) * level.count(False) / len(level)
        total += wrong / k
    return total / n


def error_by_bins(said, right):
    bins = reliability(said, right)
    return sum(one.n * abs(one.right - one.said) for one in bins) / sum(one.n for one in bins)


@pytest.mark.slow
@given(PAIRS)
def test_they_equal_their_references(pairs):
    said, right = zip(*pairs, strict=True)
    assert risk(said, right) == pytest.approx(risk_by_steps(said, right))
    assert error(said, right) == pytest.approx(error_by_bins(said, right))
    if len(set(right)) == 2:
        assert roc(said, right) == pytest.approx(roc_by_pairs(said, right))
        assert roc(said, right) == pytest.approx(roc_auc_score(right, said))
    else:
        assert np.isnan(roc(said, right))


def passed(said, right, counts):
    return weighted.passed_at(said, right, 0.85, counts)


MEASURES = [weighted.area_under_roc, weighted.area_under_risk, weighted.expected_error, passed]


@pytest.mark.parametrize("measure", MEASURES)
@given(pairs=PAIRS, data=st.data())
def test_a_count_is_a_repetition(measure, pairs, data):
    said, right = zip(*pairs, strict=True)
    counts = data.draw(st.lists(st.integers(0, 3), min_size=len(pairs), max_size=len(pairs)))
    repeated = [pair for pair, count in zip(pairs, counts, strict=True) for _ in range(count)]
    both = measure(np.array(said), np.array(right), np.array([counts, [1] * len(pairs)]))
    assert both[1] == pytest.approx(once(measure, said, right), nan_ok=True)
    if repeated:
        assert both[0] == pytest.approx(once(measure, *zip(*repeated, strict=True)), nan_ok=True)
    else:
        assert np.isnan(both[0])


def test_what_passes_where_enough_of_the_wanted_do():
    """Of 20 wanted ones at 1.00, 0.95, ... 0.05, 85 % are the first 17, from 0.20 on.

    Of the others 0.50 and the equal 0.20 pass, 0.19 and 0.00 do not: 2 of 4.
    """
    wanted = [n / 20 for n in range(20, 0, -1)]
    others = [0.5, 0.2, 0.19, 0.0]
    right = [True] * 20 + [False] * 4
    assert once(passed, wanted + others, right) == 2 / 4
    # With the first of them counted four times more (24), 21 are enough (20.4): from 0.20 on still; and
    # without those below 0.20, 15 of 17 (14.45): from 0.30 on.
    counts = np.array([[5, *[1] * 19, 1, 1, 1, 1], [*[1] * 17, 0, 0, 0, 1, 1, 1, 1]])
    assert passed(np.array(wanted + others), np.array(right), counts) == pytest.approx([2 / 4, 1 / 4])


@given(PAIRS)
def test_what_passes_is_what_trying_every_threshold_gives(pairs):
    said, right = zip(*pairs, strict=True)
    yes = [one for one, true in pairs if true]
    no = [one for one, true in pairs if not true]
    found = once(passed, said, right)
    if not yes or not no:
        assert np.isnan(found)
        return
    reached = [at for at in said if sum(one >= at for one in yes) >= 0.85 * len(yes)]
    assert found == pytest.approx(sum(one >= max(reached) for one in no) / len(no))


@given(
    st.lists(st.tuples(st.sampled_from([1.0, 2.0, 2.5, 9.0]), st.integers(0, 3)), min_size=1),
    st.sampled_from([0, 50, 95, 99, 100]),
)
def test_percentiles_are_numpys(times, percent):
    values, counts = (np.array(column) for column in zip(*times, strict=True))
    (found,) = weighted.percentile(values, percent, counts[None])
    repeated = np.repeat(values, counts)
    if len(repeated):
        assert found == pytest.approx(np.percentile(repeated, percent))
    else:
        assert np.isnan(found)


# --- Arithmetic ----------------------------------------------------------------------------------


def test_pairs_of_confidences():
    """0.9, 0.5 against 0.5, 0.1: won, won, tied, won = 3.5 of 4."""
    assert roc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == 3.5 / 4


def test_the_area_of_the_best_and_of_the_worst_order():
    """Two right, two wrong. Best: (0 + 0 + 1/3 + 2/4) / 4; worst: (1 + 1 + 2/3 + 2/4) / 4."""
    said = [0.9, 0.7, 0.5, 0.3]
    assert risk(said, [True, True, False, False]) == pytest.approx((1 / 3 + 1 / 2) / 4)
    assert risk(said, [False, False, True, True]) == pytest.approx((1 + 1 + 2 / 3 + 1 / 2) / 4)


def test_equal_confidences_have_the_area_of_chance():
    assert risk([0.4] * 5, [True, False, False, True, True]) == pytest.approx(2 / 5)


def test_a_confidence_that_is_right_as_often_as_it_says_has_next_to_no_error():
    """With n = 20,000, chance alone leaves about 0.8 * sqrt(0.25 / 2,000) = 0.009 a bin at most."""
    random = np.random.default_rng(3)
    said = random.uniform(size=20_000)
    right = random.uniform(size=20_000) < said
    assert error(said, right) < 0.012
    assert error(said**2, right) == pytest.approx(1 / 6, abs=0.012)  # E[u - u^2]


def test_a_constant_confidence_is_wrong_by_its_distance_from_the_share_that_came_true():
    """0.9 is said of ten, three come true: |0.3 - 0.9| = 0.6, in whichever order they come."""
    for right in ([True] * 3 + [False] * 7, [False] * 7 + [True] * 3):
        assert error([0.9] * 10, right) == pytest.approx(0.6)
    assert error([1.0] * 4, [False] * 4) == 1.0


def test_the_error_of_ten_bins():
    """Twenty confidences, two a bin: |0.5 - 0.025|, |0.5 - 0.125|, ..., |0.5 - 0.925|."""
    said, right = [place / 20 for place in range(20)], [place % 2 == 1 for place in range(20)]
    assert error(said, right) == pytest.approx(sum(abs(0.5 - (0.1 * i + 0.025)) for i in range(10)) / 10)


def test_questions_a_second():
    """Three in 60 ms; the first one twice in 40 ms; none at all."""
    times = np.array([10.0, 20.0, 30.0])
    found = weighted.per_second(times, np.array([[1, 1, 1], [2, 1, 0], [0, 0, 0]]))
    assert found[:2] == pytest.approx([1000 * 3 / 60, 1000 * 3 / 40])
    assert np.isnan(found[2])
