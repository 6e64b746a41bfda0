"""Whether two systems differ, judged by the questions that both were asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FLIPS = 10_000
SEED = 7


def paired_p(differences: Sequence[float]) -> float:
    """The two-sided p value of the paired randomisation test on the mean difference; 1 without any.

    Were the systems the same, each question's difference could as well have the other sign. p is the share
    of `FLIPS` random choices of the signs, and the one that was observed, whose mean is as far from zero.
    Smucker, Allan and Carterette, "A Comparison of Statistical Significance Tests for Information
    Retrieval Evaluation", CIKM 2007.
    """
    telling = np.array([difference for difference in differences if difference], float)
    signs = np.random.default_rng(SEED).integers(0, 2, (FLIPS, len(telling)), np.int8) * 2 - 1
    # A hair less, so that a sum in another order is not taken for a smaller one.
    as_far = np.abs(signs @ telling) >= abs(telling.sum()) - 1e-9
    return float((as_far.sum() + 1) / (FLIPS + 1))


def holm(ps: Sequence[float]) -> list[float]:
    """The p values of several comparisons, so that one below 0.05 is a chance of 0.05 over all of them.

    The smallest counts as many times as there are, the next one time less, and none is below a smaller
    one's. Holm, Scandinavian Journal of Statistics 6, 1979.
    """
    corrected = [1.0] * len(ps)
    largest = 0.0
    for place, which in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        largest = max(largest, min(1.0, (len(ps) - place) * ps[which]))
        corrected[which] = largest
    return corrected
