"""Measures that are no means, over questions that count several times each; pure arithmetic.

`counts` is (b, n): b times, how often each of n questions counts, whole numbers from 0. Ones give the measure
of the questions as they are, counts drawn at random that of a bootstrap resample (`intervals.py`), so
both come from the same lines. Each function gives b values, NaN where there is nothing to measure. `said` are
confidences, (n,) numbers from 0 to 1, and `right` whether what they foretold came true. Equal confidences are
never told apart.
"""

from __future__ import annotations

import numpy as np

BINS = 10
"""Of confidences, at most; fewer where many are equal."""


def area_under_roc(said: np.ndarray, right: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The share of pairs (a right one, another) in which the right one was said surer, a tie being one half.

    Hanley and McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC)
    curve", Radiology 143, 1982. 0.5 is chance; NaN unless both sorts are there.
    """
    order, starts = _levels(said)
    counts, right = counts[:, order], right[order]
    yes, no = _per_level(counts * right, starts), _per_level(counts * ~right, starts)
    won = (yes * (np.cumsum(no, axis=1) - no / 2)).sum(axis=1)
    return _divided(won, yes.sum(axis=1) * no.sum(axis=1))


def passed_at(said: np.ndarray, positive: np.ndarray, share: float, counts: np.ndarray) -> np.ndarray:
    """The share of the others that pass the highest threshold that `share` of the positive ones pass.

    To pass is to have a confidence of the threshold or above. For `share` 0.95 it is the false positive rate
    at 95 % true positive rate: Liang, Li and Srikant, "Enhancing The Reliability of Out-of-distribution Image
    Detection in Neural Networks", ICLR 2018. 0 is best; NaN unless both sorts are there.
    """
    order, starts = _levels(-said)
    counts, positive = counts[:, order], positive[order]
    yes, no = (np.cumsum(_per_level(counts * sort, starts), axis=1) for sort in (positive, ~positive))
    enough = np.ceil(share * yes[:, -1:] - 1e-9)
    at = np.minimum((yes < enough).sum(axis=1), len(starts) - 1)
    passed = _divided(no[np.arange(len(counts)), at], no[:, -1])
    return np.where(yes[:, -1] > 0, passed, np.nan)


def expected_error(said: np.ndarray, right: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Expected calibration error: the mean of |share that came true - mean confidence|, by number in a bin.

    Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, equation 3; over
    the bins of `calibration.reliability`. 0 is best; by chance alone it is above that.
    """
    order, starts = _levels(said)
    counts, right, said = counts[:, order], right[order], said[order]
    n = counts.sum(axis=1)
    upto = np.cumsum(_per_level(counts, starts), axis=1)
    apart = np.cumsum(_per_level(counts * (right - said), starts), axis=1)
    error, before = np.zeros(len(counts)), np.zeros(len(counts))
    for place in range(1, BINS + 1):
        # The bin ends with the confidence that holds the place-th tenth of the questions.
        tenth = np.maximum(np.rint(place * n / BINS), 1)
        end = np.minimum((upto < tenth[:, None]).sum(axis=1), len(starts) - 1)
        here = apart[np.arange(len(counts)), end]
        error += np.abs(here - before)
        before = here
    return _divided(error, n)


def area_under_risk(said: np.ndarray, right: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The mean, over k = 1 ... n, of the share that is wrong among the k most confident.

    Geifman, Uziel and El-Yaniv, "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers", ICLR 2019.
    Within equal confidences the wrong ones are spread evenly, which is the mean over all their orders. An
    order by chance has the share that is wrong of all as its area; lower is better.
    """
    order, starts = _levels(-said)
    counts, right = counts[:, order], right[order]
    held, wrong = _per_level(counts, starts), _per_level(counts * ~right, starts)
    n = np.cumsum(held, axis=1)
    before, wrong_before = n - held, np.cumsum(wrong, axis=1) - wrong
    share = wrong / np.maximum(held, 1)
    # Of the j-th of a level, (wrong_before + j * share) / (before + j) are wrong; the sum over j has a closed
    # form in the harmonic numbers.
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, n.max(initial=0) + 1))])
    spread = (wrong_before - share * before) * (harmonic[n.astype(int)] - harmonic[before.astype(int)])
    return _divided((held * share + spread).sum(axis=1), counts.sum(axis=1))


def percentile(values: np.ndarray, percent: float, counts: np.ndarray) -> np.ndarray:
    """What `percent` % of the values stay within, linear between the two nearest, as `numpy.percentile`."""
    order = np.argsort(values, kind="stable")
    ordered, upto = values[order], np.cumsum(counts[:, order], axis=1)
    place = percent / 100 * (upto[:, -1] - 1)
    below, above = (
        ordered[np.minimum((upto <= at[:, None]).sum(axis=1), len(ordered) - 1)]
        for at in (np.floor(place), np.ceil(place))
    )
    return np.where(upto[:, -1] > 0, below + (place - np.floor(place)) * (above - below), np.nan)


def per_second(milliseconds: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """How many that took so long, one after the other, go into a second on the mean."""
    return _divided(1000 * counts.sum(axis=1), counts @ milliseconds)


def _levels(said: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The order that sorts them, and where in it each different value begins."""
    order = np.argsort(said, kind="stable")
    return order, np.flatnonzero(np.diff(said[order], prepend=-np.inf))


def _per_level(weights: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The sums of weights (b, n), in order, over each level."""
    return weights if len(starts) == weights.shape[1] else np.add.reduceat(weights, starts, axis=1)


def _divided(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.divide(a, b, out=np.full(len(a), np.nan), where=b > 0)
