"""Two systems, or two runs of one, on the questions that both were asked: pairs, differences, tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.measures.intervals import conversations, interval, once
from eval.measures.metrics import SEED, Measure, measure
from eval.measures.significance import effect_size, holm, paired_p, randomised_p
from eval.measures.values import Overall, asked
from eval.record import Record

HEADLINE = ("served", "first_citation", "citation_F1", "nDCG@10", "recall@5", "MRR")
"""The measures by which systems are compared where none are named."""
FLIPS_OF_OVERALL = 2_000
"""Random exchanges for a measure that is no mean: fewer than for a mean, as each is computed anew."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A measure of a system against that of a baseline, on the `n` questions on which both have it.

    `mean` and `baseline_mean` are the measure of each; `difference` is the first less the second, `low` and
    `high` its 95 % bootstrap interval. `p` is of the paired randomisation test, two-sided; `p_holm` is
    corrected for all systems that are compared with the baseline by this measure. `effect` is Cohen's d_z.
    `won` counts the questions on which the system is the better one, `lost` those on which it is worse.
    `effect`, `won`, `lost` and `tied` are None where single questions have no value, as for a percentile.
    `left_out` are the questions that only one of the two was asked, or that it is measured on for one only.
    """

    measure: str
    system: str
    baseline: str
    n: int
    mean: float
    baseline_mean: float
    difference: float
    low: float | None
    high: float | None
    p: float
    p_holm: float
    effect: float | None
    won: int | None
    lost: int | None
    tied: int | None
    left_out: int


@dataclass(frozen=True, slots=True)
class Matched:
    """The questions of two runs. `pairs` are (before, after) of what is the same question in both.

    `other` are the ids that stand for another question, another conversation or other evidence than before.
    """

    pairs: tuple[tuple[Record, Record], ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """A measure on the n questions on which two runs have it.

    `old` and `new` are their records, in one order, and then the stand-alone forms of follow-ups; `before`
    and `after` the values, (n,). `left_out` counts the questions on which only one of the runs has it.
    """

    old: Sequence[Record]
    new: Sequence[Record]
    before: np.ndarray
    after: np.ndarray
    left_out: int

    @property
    def groups(self) -> np.ndarray:
        """The conversation of each question, (n,)."""
        return conversations(asked(self.new))

    def p(self, less: bool = False) -> float:
        """Of the paired randomisation test on the mean, the questions of a conversation changing together."""
        return paired_p(np.bincount(self.groups, weights=self.after - self.before), less)


def compare(
    records_by_system: Mapping[str, Sequence[Record]],
    baseline: str,
    measures: Sequence[str] = HEADLINE,
    seed: int = SEED,
) -> list[Comparison]:
    """Each system against the baseline, by each measure that both have, measure by measure.

    No line where there is no question on which both have it. CuttingsError for an unknown measure.
    """
    rows = []
    for one in map(measure, measures):
        found = [
            compared
            for system, records in records_by_system.items()
            if system != baseline
            and (compared := _compared(one, system, records, baseline, records_by_system[baseline], seed))
        ]
        ps = holm([row.p for row in found])
        rows += [replace(row, p_holm=p) for row, p in zip(found, ps, strict=True)]
    return rows


def match(before: Sequence[Record], after: Sequence[Record]) -> Matched:
    """The questions of two runs of a system each, by id; stand-alone forms of follow-ups are passed over."""
    old, new = ({one.id: one for one in asked(records)} for records in (before, after))
    both = [(old[id], new[id]) for id in old if id in new]
    return Matched(
        tuple(pair for pair in both if _question(pair[0]) == _question(pair[1])),
        tuple(id for id in old if id not in new),
        tuple(id for id in new if id not in old),
        tuple(one.id for one, other in both if _question(one) != _question(other)),
    )


def _question(record: Record) -> tuple[object, ...]:
    """What makes it the same question: what is asked, and what answers it. Articles may be read otherwise."""
    expected = {
        (place.article_id, "" if record.unit == "article" else place.text, place.choice, place.grade)
        for place in record.expected
    }
    missing = record.without, record.hidden
    return record.question, record.history, record.answerable, record.unit, missing, expected


def paired(one: Measure, before: Sequence[Record], after: Sequence[Record]) -> Paired:
    """A measure on those questions of two runs on which both have it."""
    old, new = (
        {
            record.id: value
            for record, value in zip(records, one.column(records), strict=True)
            if value is not None
        }
        for records in (before, after)
    )
    ids = [id for id in (pair[0].id for pair in match(before, after).pairs) if id in old and id in new]
    return Paired(
        _only(before, ids),
        _only(after, ids),
        np.array([old[id] for id in ids]),
        np.array([new[id] for id in ids]),
        len(old.keys() | new.keys()) - len(ids),
    )


def _compared(
    one: Measure, system: str, new: Sequence[Record], baseline: str, old: Sequence[Record], seed: int
) -> Comparison | None:
    """The comparison by one measure, not yet corrected; None where both have it on no question."""
    both = paired(one, old, new)
    n = len(both.before)
    if not n:
        return None
    (_, of_old), (_, of_new) = one.statistic(both.old), one.statistic(both.new)
    baseline_mean, mean = once(of_old, n), once(of_new, n)
    if np.isnan(baseline_mean) or np.isnan(mean):
        return None
    bounds = (one.bounds[0] - one.bounds[1], one.bounds[1] - one.bounds[0]) if one.bounds else None
    low, high = interval(lambda counts: of_new(counts) - of_old(counts), both.groups, seed, bounds)
    differences = both.after - both.before
    better = -differences if one.lower_is_better else differences
    p = _overall_p(one.overall, both) if one.overall else both.p()
    return Comparison(
        measure=one.name,
        system=system,
        baseline=baseline,
        n=n,
        mean=mean,
        baseline_mean=baseline_mean,
        difference=mean - baseline_mean,
        low=low,
        high=high,
        p=p,
        p_holm=p,
        effect=None if one.overall else effect_size(differences),
        won=None if one.overall else int((better > 0).sum()),
        lost=None if one.overall else int((better < 0).sum()),
        tied=None if one.overall else int((better == 0).sum()),
        left_out=both.left_out,
    )


def _only(records: Sequence[Record], ids: Sequence[str]) -> list[Record]:
    """The records of these questions, in this order, and then the stand-alone forms of them."""
    place = {id: number for number, id in enumerate(ids)}
    found = [one for one in records if (one.of or one.id) in place]
    return sorted(found, key=lambda one: (bool(one.of), place[one.of or one.id]))


def _overall_p(overall: Overall, both: Paired) -> float:
    """The p value of a measure that is no mean: the questions of a conversation change sides together."""
    records, groups = [*asked(both.old), *asked(both.new)], both.groups

    def exchanged(turned: np.ndarray) -> np.ndarray:
        turned = turned[:, groups]
        new, old = np.hstack([turned, 1 - turned]), np.hstack([1 - turned, turned])
        return overall(records, new) - overall(records, old)

    return randomised_p(exchanged, int(groups.max()) + 1, flips=FLIPS_OF_OVERALL)
