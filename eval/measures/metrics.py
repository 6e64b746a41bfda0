"""The measures of one system's records: their names, what each is, and how sure it is.

Definitions, conventions and papers are in docs/measures.md. Two rules hold for all: a question is left out
of a measure only where there is nothing to measure, and `n` says how many were not; and the stand-alone form
of a follow-up (a record with `of`) counts in the measures of follow-ups alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.errors import CuttingsError
from eval.measures import values
from eval.measures.intervals import Statistic, conversations, interval, interval_of_error, once
from eval.measures.retrieval import CUT, is_retrieval
from eval.measures.values import Column, Columns, Overall
from eval.record import DEPTH, Record

SEED = 7


@dataclass(frozen=True, slots=True)
class Score:
    """A measure over `n` questions, with its 95 % bootstrap interval.

    `value` is None where there is nothing to measure, which is not the same as zero; `low` and `high` are
    None where nothing can be said of how sure it is.
    """

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure; `about` is what it is, in a line.

    `reads`: only a system that answers has it. Either `each` gives the value of every record, and the measure
    is their mean, or `overall` gives it for records that count several times each. Its values lie within
    `bounds`, where it has any. `sort` tells the two sorts of questions that it needs, where it needs both;
    `by_chance` gives values of it, from records and a seed, where it is an error that has truly none.
    """

    name: str
    about: str
    each: Columns | None = None
    overall: Overall | None = None
    lower_is_better: bool = False
    reads: bool = True
    bounds: tuple[float, float] | None = (0.0, 1.0)
    sort: Callable[[Record], bool] | None = None
    by_chance: Callable[[Sequence[Record], int], np.ndarray] | None = None

    def column(self, records: Sequence[Record]) -> Column:
        """The value of each record; for an `overall` measure 0 where it is counted. None where it is not."""
        if self.each:
            return self.each(records)
        return [None if one.of or (self.reads and not one.reads) else 0.0 for one in records]

    def statistic(self, records: Sequence[Record]) -> tuple[list[Record], Statistic]:
        """The n records that it is measured on, and its value for counts (b, n) of them."""
        column = self.column(records)
        measured = [one for one, value in zip(records, column, strict=True) if value is not None]
        if overall := self.overall:
            return measured, lambda counts: overall(measured, counts)
        each = np.array([value for value in column if value is not None], float)
        return measured, lambda counts: (counts @ each) / counts.sum(axis=1)

    def whole(self, records: Sequence[Record]) -> float | None:
        """Its value over the records of one system; None where there is nothing to measure."""
        measured, statistic = self.statistic(records)
        value = once(statistic, len(measured)) if measured else np.nan
        return None if np.isnan(value) else value

    def score(self, records: Sequence[Record], seed: int = SEED) -> Score:
        """Its value over the records of one system, with n and interval."""
        measured, statistic = self.statistic(records)
        value = once(statistic, len(measured)) if measured else np.nan
        if np.isnan(value):
            return Score(None, len(measured))
        groups = conversations(measured)
        if self.by_chance:
            low, high = interval_of_error(statistic, groups, seed, self.by_chance(measured, seed))
        else:
            low, high = interval(statistic, groups, seed, self.bounds, self._fewest(measured, groups))
        return Score(value, len(measured), low, high)

    def _fewest(self, measured: Sequence[Record], groups: np.ndarray) -> int | None:
        """The conversations with questions of the rarer of two sorts."""
        if not self.sort:
            return None
        sorts = np.array([self.sort(one) for one in measured], bool)
        return min(len(set(groups[sorts].tolist())), len(set(groups[~sorts].tolist())))


def measure(name: str) -> Measure:
    """The measure of this name, `recall@7` among them. CuttingsError, with the names, where there is none."""
    if name in MEASURES:
        return MEASURES[name]
    if is_retrieval(name):
        return _ranking(name)
    raise CuttingsError(
        f"no measure {name!r}. Choose from: {', '.join(MEASURES)}; "
        f"{', '.join(f'{family}@K' for family in CUT)} for any K from 1 to {DEPTH}."
    )


def summary(
    records: Sequence[Record], seed: int = SEED, names: Iterable[str] | None = None
) -> dict[str, Score]:
    """The measures called `names`, or all of `MEASURES`, over the records of one system."""
    return {name: measure(name).score(records, seed) for name in (MEASURES if names is None else names)}


_RANKED = {
    "hit": "Questions with a relevant passage at rank {k} or above.",
    "recall": "The share of the relevant passages that stands at rank {k} or above.",
    "MRR": "One over the rank of the first relevant passage.",
    "MAP": "The precision at the rank of a relevant passage, averaged over all that are relevant.",
    "nDCG": "The gain of the first {k} passages, less for a lower rank, as a share of the best ranking's.",
}


def _ranking(name: str) -> Measure:
    family, _, k = name.partition("@")
    return Measure(name, _RANKED[family].format(k=k), each=values.ranking(name), reads=False)


_ANSWERS = (
    Measure(
        "served",
        "Questions answered with a right first citation, or rightly not answered.",
        values.share(lambda one: one.served, values.everyone),
    ),
    Measure(
        "first_citation",
        "Answerable questions whose first citation is right, shown or not.",
        values.share(values.first_right, values.answerable),
    ),
    Measure(
        "any_of_3",
        "Answerable questions with a right one among the first three citations, shown or not.",
        values.share(lambda one: any(cited.right for cited in one.citations[:3]), values.answerable),
    ),
    Measure(
        "answered_right",
        "Answerable questions that are answered, the first citation being right.",
        values.share(lambda one: one.answered and one.first_right, values.answerable),
    ),
    Measure(
        "citation_precision",
        "Of the characters cited, those that are evidence; over answerable questions that are answered.",
        values.citation(lambda one: one.precision, unanswered=None),
    ),
    Measure(
        "citation_recall",
        "Of the characters of the evidence, those that are cited; 0 without an answer.",
        values.citation(lambda one: one.recall, unanswered=0.0),
    ),
    Measure(
        "citation_F1",
        "The harmonic mean of a question's citation precision and recall; 0 without an answer.",
        values.citation(lambda one: one.f1, unanswered=0.0),
    ),
    Measure("coverage", "Questions that are answered.", values.share(values.answered, values.everyone)),
    Measure(
        "wrong_answers",
        "Answers whose first citation is not right, for whatever reason.",
        values.share(lambda one: not values.first_right(one), values.answered),
        lower_is_better=True,
    ),
    Measure(
        "false_answers",
        "Unanswerable questions that are answered.",
        values.share(values.answered, values.unanswerable),
        lower_is_better=True,
    ),
    Measure(
        "false_refusals",
        "Answerable questions that are not answered.",
        values.share(lambda one: not one.answered, values.answerable),
        lower_is_better=True,
    ),
)
_CONFIDENCE = (
    Measure(
        "AUROC",
        "How well the confidence tells answerable questions from others; 0.5 is chance.",
        overall=values.separation(values.answerable),
        sort=values.answerable,
    ),
    Measure(
        "false_answers@0.85",
        "Unanswerable questions that are answered at the threshold that answers 85 % of the answerable ones.",
        overall=values.answered_anyway(0.85),
        lower_is_better=True,
        sort=values.answerable,
    ),
    Measure(
        "AUROC_right",
        "How well the confidence tells right first citations from others; 0.5 is chance.",
        overall=values.separation(values.first_right),
        sort=values.first_right,
    ),
    Measure(
        "ECE",
        "Expected calibration error: how far confidences lie from the share that is right.",
        overall=values.calibration_error,
        lower_is_better=True,
        by_chance=values.error_by_chance,
    ),
    Measure(
        "AURC",
        "Area under the risk-coverage curve: the share that is wrong of the surest one, two, ... all.",
        overall=values.risk,
        lower_is_better=True,
    ),
)
_RANKINGS = tuple(
    _ranking(name)
    for name in (
        *(f"hit@{k}" for k in (1, 3, 5, 10)),
        *(f"recall@{k}" for k in (1, 3, 5, 10, 20)),
        "MRR",
        "MAP",
        *(f"nDCG@{k}" for k in (5, 10, 20)),
    )
)


def _follow_ups(name: str, column: Columns, reads: bool, gap: str) -> tuple[Measure, ...]:
    """The measure called `name` of follow-ups and of their stand-alone forms, and what lies between."""
    return (
        Measure(
            f"follow_up_{name}",
            f"{name} of the follow-ups that are also asked in their stand-alone form.",
            each=values.follow_ups(column, lambda follow_up, alone: follow_up),
            reads=reads,
        ),
        Measure(
            f"stand_alone_{name}",
            f"{name} of the same follow-ups, asked in their stand-alone form.",
            each=values.follow_ups(column, lambda follow_up, alone: alone),
            reads=reads,
        ),
        Measure(
            gap,
            f"What is lost by asking a follow-up: {name} of its stand-alone form, less its own.",
            each=values.follow_ups(column, lambda follow_up, alone: alone - follow_up),
            lower_is_better=True,
            reads=reads,
            bounds=(-1.0, 1.0),
        ),
    )


_FOLLOW_UPS = (
    *_follow_ups("first_citation", values.first_citation, True, "follow_up_gap"),
    *_follow_ups("nDCG@10", values.ndcg_at_10, False, "follow_up_gap_nDCG@10"),
)
_SPEED = (
    *(
        Measure(
            f"latency_p{percent}_ms",
            f"Milliseconds that {percent} % of the questions stay within.",
            overall=values.latency(percent),
            lower_is_better=True,
            reads=False,
            bounds=None,
        )
        for percent in (50, 95, 99)
    ),
    Measure(
        "questions_per_second",
        "Questions that are through in a second, asked one after the other.",
        overall=values.throughput,
        reads=False,
        bounds=None,
    ),
)
MEASURES: Mapping[str, Measure] = {
    one.name: one for one in (*_ANSWERS, *_CONFIDENCE, *_RANKINGS, *_FOLLOW_UPS, *_SPEED)
}
"""In the order in which they are shown."""
