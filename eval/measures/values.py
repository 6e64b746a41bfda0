"""What each record gives to the measures of `metrics.py`, and what confidences and times give together.

A column is the value of each record of one system, in order, None where it is not measured. Stand-alone forms
of follow-ups (records with `of`) are measured only beside the follow-up itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from eval.measures import weighted
from eval.measures.overlap import Overlap, overlap
from eval.measures.retrieval import rankings
from eval.record import Record

Column = list[float | None]
Columns = Callable[[Sequence[Record]], Column]
Overall = Callable[[Sequence[Record], np.ndarray], np.ndarray]
"""For n records and counts (b, n) of them b values, as in `weighted.py`."""


def asked(records: Sequence[Record]) -> list[Record]:
    """The questions of the gold set, without the stand-alone forms of follow-ups."""
    return [record for record in records if not record.of]


def confidences(records: Sequence[Record]) -> tuple[list[float], list[bool]]:
    """The confidence of each question, and whether what it foretells, a right first citation, came true."""
    own = asked(records)
    return [one.confidence for one in own], [first_right(one) for one in own]


# --- Each record --------------------------------------------------------------------------------


def everyone(_: Record) -> bool:
    return True


def answerable(record: Record) -> bool:
    return record.answerable


def unanswerable(record: Record) -> bool:
    return not record.answerable


def answered(record: Record) -> bool:
    return record.answered


def first_right(record: Record) -> bool:
    """Whether the first citation is right, shown or not; of an unanswerable question none is."""
    return record.answerable and record.first_right


def share(of: Callable[[Record], bool], among: Callable[[Record], bool]) -> Columns:
    """1 where `of` holds, else 0; measured where `among` holds, of systems that answer."""
    return lambda records: [
        float(of(one)) if one.reads and not one.of and among(one) else None for one in records
    ]


def citation(part: Callable[[Overlap], float | None], unanswered: float | None) -> Columns:
    """A part of how the citations shown overlap the evidence, of answerable questions.

    `unanswered` for one that is not answered; none of it where whole articles were marked.
    """

    def one(record: Record) -> float | None:
        if record.of or not record.reads or not record.answerable:
            return None
        if record.answered and (found := overlap(record)):
            return part(found)
        return unanswered if record.unit == "passage" else None

    return lambda records: [one(record) for record in records]


def ranking(name: str) -> Columns:
    """The retrieval measure called `name`."""

    def each(records: Sequence[Record]) -> Column:
        values = rankings(records, name)
        return [None if one.of else value for one, value in zip(records, values, strict=True)]

    return each


def follow_ups(values: Columns, of: Callable[[float, float], float]) -> Columns:
    """`of` a follow-up's value and that of its stand-alone form, at the follow-up, where both are measured.

    `values` are those of every record, with `of` or without.
    """

    def each(records: Sequence[Record]) -> Column:
        measured = list(zip(records, values(records), strict=True))
        alone = {one.of: value for one, value in measured if one.of}
        pairs = [(value, None if one.of else alone.get(one.id)) for one, value in measured]
        return [None if a is None or b is None else of(a, b) for a, b in pairs]

    return each


def first_citation(records: Sequence[Record]) -> Column:
    """Whether the first citation is right, of stand-alone forms too."""
    return [float(first_right(one)) if one.reads and one.answerable else None for one in records]


def ndcg_at_10(records: Sequence[Record]) -> Column:
    """nDCG@10, of stand-alone forms too."""
    return rankings(records, "nDCG@10")


# --- All together -------------------------------------------------------------------------------


def separation(of: Callable[[Record], bool]) -> Overall:
    """How well the confidence tells questions for which `of` holds from others."""
    return lambda records, counts: weighted.area_under_roc(_said(records), _flags(of, records), counts)


def answered_anyway(share: float) -> Overall:
    """The share of the unanswerable questions that are answered where `share` of the answerable ones are."""
    return lambda records, counts: weighted.passed_at(
        _said(records), _flags(answerable, records), share, counts
    )


def risk(records: Sequence[Record], counts: np.ndarray) -> np.ndarray:
    return weighted.area_under_risk(_said(records), _flags(first_right, records), counts)


def calibration_error(records: Sequence[Record], counts: np.ndarray) -> np.ndarray:
    return weighted.expected_error(_said(records), _flags(first_right, records), counts)


def error_by_chance(records: Sequence[Record], seed: int, times: int = 1000) -> np.ndarray:
    """The calibration error in simulations in which each confidence is exactly the probability, (times,)."""
    said, rng = _said(records), np.random.default_rng(seed)
    once = np.ones((1, len(said)), int)
    return np.array(
        [weighted.expected_error(said, rng.random(len(said)) < said, once)[0] for _ in range(times)]
    )


def latency(percent: float) -> Overall:
    """The milliseconds that `percent` % of the questions stay within."""
    return lambda records, counts: weighted.percentile(_milliseconds(records), percent, counts)


def throughput(records: Sequence[Record], counts: np.ndarray) -> np.ndarray:
    return weighted.per_second(_milliseconds(records), counts)


def _said(records: Sequence[Record]) -> np.ndarray:
    return np.array([one.confidence for one in records], float)


def _flags(of: Callable[[Record], bool], records: Sequence[Record]) -> np.ndarray:
    return np.array([of(one) for one in records], bool)


def _milliseconds(records: Sequence[Record]) -> np.ndarray:
    return np.array([one.milliseconds for one in records], float)
