"""The paired randomisation test against the exact one, and Holm's correction with its arithmetic."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.significance import FLIPS, holm, paired_p


def test_no_difference_is_no_evidence():
    assert paired_p([]) == paired_p([0.0] * 50) == 1.0


@given(st.lists(st.sampled_from([-1.0, -0.4, 0.0, 0.1, 0.7]), min_size=1, max_size=8))
def test_it_comes_near_the_test_that_tries_all_signs(differences):
    observed = abs(sum(differences))
    signs = product((-1, 1), repeat=len(differences))
    sums = [abs(sum(s * d for s, d in zip(chosen, differences, strict=True))) for chosen in signs]
    exact = np.mean([one >= observed - 1e-9 for one in sums])
    assert paired_p(differences) == pytest.approx(exact, abs=0.025)
    assert paired_p([-difference for difference in differences]) == pytest.approx(exact, abs=0.025)


def test_thirty_wins_and_no_loss_are_as_sure_as_the_flips_can_tell():
    assert paired_p([1.0] * 30) == 1 / (FLIPS + 1)
    assert paired_p([1.0, -1.0] * 15) > 0.9


def test_holm_arithmetic():
    """Sorted 0.01, 0.02, 0.04: three times, twice, once; 0.04 is no less than the 0.04 before it."""
    assert holm([0.04, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([0.5, 0.6]) == [1.0, 1.0]
    assert holm([0.03, 0.02]) == pytest.approx([0.04, 0.04])  # 0.03 alone would be below
    assert holm([]) == []
