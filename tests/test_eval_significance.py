"""The paired randomisation test against the exact one; Holm's correction and effect sizes: arithmetic."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.measures.significance import FLIPS, effect_size, holm, paired_p, randomised_p

DIFFERENCES = st.lists(st.sampled_from([-1.0, -0.4, 0.0, 0.1, 0.7]), min_size=1, max_size=8)


def sums(differences):
    """The sum for each choice of the signs."""
    return [
        sum(s * d for s, d in zip(signs, differences, strict=True))
        for signs in product((-1, 1), repeat=len(differences))
    ]


def test_no_difference_is_no_evidence():
    assert paired_p([]) == paired_p([0.0] * 50) == paired_p([], less=True) == 1.0


@given(DIFFERENCES)
def test_of_few_differences_all_signs_are_tried(differences):
    observed = sum(differences)
    two_sided = np.mean([abs(one) >= abs(observed) - 1e-9 for one in sums(differences)])
    assert paired_p(differences) == pytest.approx(two_sided)
    assert paired_p([-difference for difference in differences]) == pytest.approx(two_sided)
    as_low = np.mean([one <= observed + 1e-9 for one in sums(differences)])
    assert paired_p(differences, less=True) == pytest.approx(as_low)


def test_arithmetic():
    """Five of five are worse: one choice of the signs in 32 is as low, two are as far from zero."""
    assert paired_p([-0.3] * 5 + [0.0] * 20, less=True) == 1 / 32
    assert paired_p([-0.3] * 5, less=False) == 2 / 32
    assert paired_p([0.3] * 5, less=True) == 1.0


@settings(max_examples=20)
@given(st.lists(st.sampled_from([-1.0, -0.4, 0.1, 0.7]), min_size=14, max_size=14))
def test_random_signs_come_near_all_of_them(differences):
    """With 10,000 flips a share is right to 4 * sqrt(0.25 / 10,000) = 0.02, all but surely."""
    signs = np.array(list(product((-1, 1), repeat=14)))
    exact = np.mean(np.abs(signs @ np.array(differences)) >= abs(sum(differences)) - 1e-9)
    assert paired_p(differences) == pytest.approx(exact, abs=0.021)


def test_thirty_wins_and_no_loss_are_as_sure_as_the_flips_can_tell():
    assert paired_p([1.0] * 30) == 1 / (FLIPS + 1)
    assert paired_p([1.0, -1.0] * 15) > 0.9


def test_equal_systems_seldom_look_different():
    """Of 400 pairs of equal systems about 5 % have p < 0.05: 0.05 +- 2.6 * 0.011."""
    random = np.random.default_rng(3)
    ps = np.array([paired_p(random.normal(size=40)) for _ in range(400)])
    assert 0.02 < (ps < 0.05).mean() < 0.08


def test_what_has_no_value_counts_as_differing():
    assert randomised_p(lambda turned: np.where(turned[:, 0] == 1, np.nan, 1.0), 2) == 1.0


def test_holm_arithmetic():
    """Sorted 0.01, 0.02, 0.04: three times, twice, once; 0.04 is no less than the 0.04 before it."""
    assert holm([0.04, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([0.5, 0.6]) == [1.0, 1.0]
    assert holm([0.03, 0.02]) == pytest.approx([0.04, 0.04])  # 0.03 alone would be below
    assert holm([]) == []


def test_effect_size_arithmetic():
    """Mean 0.5 of 0, 0, 1, 1; squares of 0.5 four times, divided by three: 0.5 / sqrt(1 / 3)."""
    assert effect_size([0.0, 0.0, 1.0, 1.0]) == pytest.approx(0.5 * 3**0.5)
    assert effect_size([0.0, 0.0, -1.0, -1.0]) == pytest.approx(-0.5 * 3**0.5)
    assert effect_size([0.2, 0.2]) is effect_size([1.0]) is effect_size([]) is None
