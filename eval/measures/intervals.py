"""How sure a measure is: its 95 % interval, by resampling the questions (the bootstrap).

Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13 (percentiles). Questions of one
conversation are drawn together, as what befalls one is likely to befall the next (Field and Welsh,
"Bootstrapping clustered data", Journal of the Royal Statistical Society B 69, 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from eval.record import Record

RESAMPLES = 2000
TAIL = 0.025
"""What lies beyond each end of an interval."""
DEVIATIONS = 1.96
"""From the mean of a normal distribution to where its tail begins."""
_AT_ONCE = 2_000_000
"""Counts that are held in memory at a time."""

Interval = tuple[float | None, float | None]
Statistic = Callable[[np.ndarray], np.ndarray]
"""For counts (b, n) of n questions b values, NaN where there is none; see `eval/measures/weighted.py`."""


def conversations(records: Sequence[Record]) -> np.ndarray:
    """The number of each record's conversation, (n,) from 0.

    Questions are of one conversation where it begins with the same words of a person. So one that is asked
    twice (in its stand-alone form, or without its articles) is in one too.
    """
    firsts = {one.id: _first_words(one) for one in records}
    return numbered([firsts.get(one.of) or firsts[one.id] for one in records])


def numbered(labels: Sequence[object]) -> np.ndarray:
    """Equal labels as equal numbers, (n,), from 0 in the order in which they come."""
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    return np.array([numbers[label] for label in labels], int)


def interval(
    statistic: Statistic,
    groups: np.ndarray,
    seed: int,
    bounds: tuple[float, float] | None,
    fewest: int | None = None,
) -> Interval:
    """The 95 % interval of a statistic over n questions, by percentiles of its resamples.

    `groups` are the conversations of the questions, as `numbered`. Where every resample gives the same value
    v, all that is known is that others are rare: where none of k conversations is another, the exact interval
    of Clopper and Pearson (Biometrika 26, 1934) has a share of at most 1 - 0.025 ** (1 / k) of them. These
    may lie anywhere in the `bounds` of the statistic; without bounds there is no interval. `fewest` is the k
    of a statistic that takes two sorts of questions, of the rarer sort.
    """
    k = len(set(groups.tolist())) if fewest is None else fewest
    if not k:
        return None, None
    if k > 1:
        values = _values(statistic, groups, seed)
        if np.ptp(values) > 1e-12:
            low, high = np.quantile(values, [TAIL, 1 - TAIL])
            return float(low), float(high)
    if bounds is None:
        return None, None
    value, share = once(statistic, len(groups)), TAIL ** (1 / k)
    return share * value + (1 - share) * bounds[0], share * value + (1 - share) * bounds[1]


def interval_of_error(statistic: Statistic, groups: np.ndarray, seed: int, by_chance: np.ndarray) -> Interval:
    """The 95 % interval of an error that chance alone puts above 0, such as that of a confidence.

    Resampling adds to such an error once more, so that percentiles lie above what they should hold. Here the
    resamples give only the deviation s and, by their mean, what they add, b: v - b - 1.96 s to v + 1.96 s. It
    begins at 0 where v is no more than what `by_chance`, values of the error where there truly is none, reach
    in 97.5 of 100 cases (as Broecker and Smith judge reliability diagrams, "Increasing the Reliability of
    Reliability Diagrams", Weather and Forecasting 22, 2007).
    """
    value, values = once(statistic, len(groups)), _values(statistic, groups, seed)
    reach = DEVIATIONS * float(values.std())
    if reach < 1e-12:
        return interval(statistic, groups, seed, (0.0, 1.0))
    low = 0.0 if value <= np.quantile(by_chance, 1 - TAIL) else value - (float(values.mean()) - value) - reach
    return max(low, 0.0), min(value + reach, 1.0)


def resampled(groups: np.ndarray, seed: int) -> Iterator[np.ndarray]:
    """How often each question is drawn, some (b, n) at a time, b being `RESAMPLES` in all.

    Each time as many conversations are drawn, with replacement, as there are.
    """
    k = int(groups.max()) + 1
    step = max(1, _AT_ONCE // len(groups))
    for start in range(0, RESAMPLES, step):
        drawn = _drawn(k, min(step, RESAMPLES - start), (seed, start))
        yield drawn if k == len(groups) else drawn[:, groups]


@lru_cache(maxsize=2)  # most measures are over all questions, or over the answerable ones
def _drawn(k: int, b: int, seed: tuple[int, int]) -> np.ndarray:
    """How often each of k is drawn in k draws, b times, (b, k)."""
    drawn = np.random.default_rng(seed).integers(0, k, (b, k)) + k * np.arange(b)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=b * k).reshape(b, k).astype(float)
    counts.flags.writeable = False
    return counts


def once(statistic: Statistic, n: int) -> float:
    """The statistic of n questions as they are."""
    return float(statistic(np.ones((1, n), int))[0])


def _values(statistic: Statistic, groups: np.ndarray, seed: int) -> np.ndarray:
    values = np.concatenate([statistic(counts) for counts in resampled(groups, seed)])
    return values[~np.isnan(values)]


def _first_words(record: Record) -> str:
    return next((content for role, content in record.history if role == "user"), record.question)
