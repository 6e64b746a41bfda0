"""Whether two systems differ, judged by the questions that both were asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

FLIPS = 10_000
SEED = 7
_ALL_WAYS = 13
"""Questions up to which every way is tried: 2 ** 13 are fewer than `FLIPS`."""
_AT_ONCE = 2_000_000
"""Questions times ways that are held in memory at a time."""


def paired_p(differences: Sequence[float] | np.ndarray, less: bool = False) -> float:
    """The p value of the paired randomisation test on the mean difference; 1 without any.

    Were the systems the same, each question's difference could as well have the other sign. See
    `randomised_p`; with `less`, only means as low as the observed one count.
    """
    telling = np.asarray(differences, float)
    telling = telling[telling != 0]
    total = telling.sum()
    return randomised_p(lambda turned: total - 2 * (turned @ telling), len(telling), less)


def randomised_p(
    statistic: Callable[[np.ndarray], np.ndarray], k: int, less: bool = False, flips: int = FLIPS
) -> float:
    """The share of all ways to exchange two systems, on any of k questions, in which they differ as much.

    `statistic` gives the difference of the two for each of b ways, for (b, k) of 0 and 1: what is exchanged.
    Two-sided, or with `less` the share in which it is as low as it is with none exchanged. Beyond `_ALL_WAYS`
    questions the share is that of `flips` random ways and the observed one. Smucker, Allan and Carterette,
    "A Comparison of Statistical Significance Tests for Information Retrieval Evaluation", CIKM 2007.
    """
    observed = float(statistic(np.zeros((1, k), np.int8))[0])
    # A hair, so that a sum in another order is not taken for another; what has no value counts as differing.
    hair = 1e-9 * max(1.0, abs(observed))
    as_much = total = int(k > _ALL_WAYS)
    for turned in _ways(k, flips):
        values = statistic(turned)
        short = values > observed + hair if less else np.abs(values) < abs(observed) - hair
        as_much += int((~short).sum())
        total += len(turned)
    return as_much / total


def _ways(k: int, flips: int) -> Iterator[np.ndarray]:
    """Which of k are exchanged, some (b, k) of 0 and 1 at a time: all there are, or `flips` at random."""
    if k <= _ALL_WAYS:
        yield (np.arange(2**k)[:, None] >> np.arange(k)) & 1
        return
    rng = np.random.default_rng(SEED)
    step = max(1, _AT_ONCE // k)
    for start in range(0, flips, step):
        yield rng.integers(0, 2, (min(step, flips - start), k), np.int8)


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


def effect_size(differences: Sequence[float] | np.ndarray) -> float | None:
    """The mean difference in standard deviations of the differences; None where they do not vary.

    Cohen, "Statistical Power Analysis for the Behavioral Sciences", 2nd edition 1988, section 2.3.5 (d_z).
    """
    values = np.asarray(differences, float)
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    return float(values.mean()) / spread if spread > 1e-12 else None
