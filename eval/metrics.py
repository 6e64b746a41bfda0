"""The measures of one system's records: their names, what each is, and over which questions it is taken.

Definitions, conventions and papers are in docs/measures.md. Two rules hold for all: a question is left out
of a measure only where there is nothing to measure (and `n` says how many were not), and a stand-alone form
of a follow-up (a record with `of`) counts in the measures of follow-ups alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.errors import CuttingsError
from eval import counted
from eval.overlap import Overlap, overlap
from eval.record import Record
from eval.retrieval import CUT, DEPTH, is_retrieval, rankings

SEED = 7

Column = list[float | None]
"""The value of each record, in order; None where it is not measured."""


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

    `reads`: only a system that answers has it. Either `each` gives the value of every record and the measure
    is their mean, or `overall` gives it for questions that are counted several times: for counts (b, n) of
    the n records, b values, NaN where there is none.
    """

    name: str
    about: str
    lower_is_better: bool
    reads: bool
    each: Callable[[Sequence[Record]], Column] | None
    overall: Callable[[Sequence[Record], np.ndarray], np.ndarray] | None = None

    def whole(self, records: Sequence[Record]) -> float | None:
        """Its value over the records of one system; None where there is nothing to measure."""
        return self.score(records).value

    def score(self, records: Sequence[Record]) -> Score:
        """Its value and the number of questions behind it, without an interval."""
        if self.each:
            values = [value for value in self.each(records) if value is not None]
            return Score(sum(values) / len(values) if values else None, len(values))
        questions = self.counted(records)
        if not questions:
            return Score(None, 0)
        assert self.overall
        value = float(self.overall(questions, np.ones((1, len(questions)), int))[0])
        return Score(None if np.isnan(value) else value, len(questions))

    def counted(self, records: Sequence[Record]) -> list[Record]:
        """The records that an `overall` measure is taken over."""
        return [one for one in asked(records) if one.reads or not self.reads]


def asked(records: Sequence[Record]) -> list[Record]:
    """The questions of the gold set, without the stand-alone forms of follow-ups."""
    return [record for record in records if not record.of]


def foretold(records: Sequence[Record]) -> tuple[list[float], list[bool]]:
    """The confidence of each question, and whether what it foretells, a right first citation, came true."""
    own = asked(records)
    return [one.confidence for one in own], [one.answerable and one.first_right for one in own]


def measure(name: str) -> Measure:
    """The measure of this name, `recall@7` among them. CuttingsError, with the names, where there is none."""
    if name in MEASURES:
        return MEASURES[name]
    if is_retrieval(name):
        return _ranking(name, "As those with another k.")
    raise CuttingsError(
        f"no measure {name!r}. Choose from: {', '.join(MEASURES)}; "
        f"{', '.join(f'{family}@K' for family in CUT)} for any K from 1 to {DEPTH}."
    )


def summary(records: Sequence[Record], seed: int = SEED) -> dict[str, Score]:
    """Every measure of `MEASURES`, over the records of one system."""
    return {name: one.score(records) for name, one in MEASURES.items()}


# --- What a measure is made of --------------------------------------------------------------------


def _share(of: Callable[[Record], bool], among: Callable[[Record], bool]) -> Callable[..., Column]:
    """1 where `of` holds, else 0, of the questions that a system which answers was asked `among` which it is."""
    return lambda records: [
        float(of(one)) if one.reads and not one.of and among(one) else None for one in records
    ]


def _everyone(record: Record) -> bool:
    return True


def _answerable(record: Record) -> bool:
    return record.answerable


def _ranking(name: str, about: str) -> Measure:
    def each(records: Sequence[Record]) -> Column:
        values = rankings(records, name)
        return [None if one.of else value for one, value in zip(records, values, strict=True)]

    return Measure(name, about, False, False, each)


def _citation(part: Callable[[Overlap], float | None], unanswered: float | None) -> Callable[..., Column]:
    """Part of the overlap of each answer; `unanswered` for an answerable question that got none."""

    def one(record: Record) -> float | None:
        if record.of or not record.reads or not record.answerable:
            return None
        if not record.answered:
            return unanswered if record.unit == "passage" else None
        found = overlap(record)
        return part(found) if found else unanswered

    return lambda records: [one(record) for record in records]


def _first_citation(records: Sequence[Record]) -> Column:
    return [float(one.first_right) if one.reads and one.answerable else None for one in records]


def _ndcg(records: Sequence[Record]) -> Column:
    return rankings(records, "nDCG@10")


def _follow_ups(
    values: Callable[[Sequence[Record]], Column], of: Callable[[float, float], float]
) -> Callable[..., Column]:
    """`of` the value of a follow-up and that of its stand-alone form, where both are measured."""

    def each(records: Sequence[Record]) -> Column:
        measured = values(records)
        alone = {one.of: value for one, value in zip(records, measured, strict=True) if one.of}
        pairs = [
            (value, None if one.of else alone.get(one.id))
            for one, value in zip(records, measured, strict=True)
        ]
        return [None if a is None or b is None else of(a, b) for a, b in pairs]

    return each


def _sign(of: Callable[[Record], bool]) -> Callable[[Sequence[Record], np.ndarray], np.ndarray]:
    def overall(records: Sequence[Record], counts: np.ndarray) -> np.ndarray:
        said = np.array([one.confidence for one in records])
        return counted.area_under_roc(said, np.array([of(one) for one in records]), counts)

    return overall


def _confidence(
    of: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
) -> Callable[[Sequence[Record], np.ndarray], np.ndarray]:
    def overall(records: Sequence[Record], counts: np.ndarray) -> np.ndarray:
        said, right = foretold(records)
        return of(np.array(said), np.array(right), counts)

    return overall


def _latency(percent: float) -> Callable[[Sequence[Record], np.ndarray], np.ndarray]:
    return lambda records, counts: counted.percentile(
        np.array([one.milliseconds for one in records]), percent, counts
    )


def _throughput(records: Sequence[Record], counts: np.ndarray) -> np.ndarray:
    return counted.per_second(np.array([one.milliseconds for one in records]), counts)


def _right(record: Record) -> bool:
    return record.answerable and record.first_right


_ALL = (
    Measure(
        "served",
        "Questions after which the person is served rightly: answered with a right first citation, or rightly "
        "told that there is no answer.",
        False,
        True,
        _share(lambda one: one.served, _everyone),
    ),
    Measure(
        "first_citation",
        "Answerable questions whose first citation is right, shown or not.",
        False,
        True,
        _share(lambda one: one.first_right, _answerable),
    ),
    Measure(
        "any_of_3",
        "Answerable questions with a right one among the first three citations, shown or not.",
        False,
        True,
        _share(lambda one: any(cited.right for cited in one.citations[:3]), _answerable),
    ),
    Measure(
        "answered_right",
        "Answerable questions that are answered, the first citation being right.",
        False,
        True,
        _share(lambda one: one.answered and one.first_right, _answerable),
    ),
    Measure(
        "citation_precision",
        "Characters cited that are evidence, of those cited; where an answerable question is answered.",
        False,
        True,
        _citation(lambda one: one.precision, None),
    ),
    Measure(
        "citation_recall",
        "Characters of the evidence that are cited, of those of the evidence; 0 without an answer.",
        False,
        True,
        _citation(lambda one: one.recall, 0.0),
    ),
    Measure(
        "citation_F1",
        "The harmonic mean of a question's citation precision and recall; 0 without an answer.",
        False,
        True,
        _citation(lambda one: one.f1, 0.0),
    ),
    Measure(
        "coverage", "Questions that are answered.", False, True, _share(lambda one: one.answered, _everyone)
    ),
    Measure(
        "wrong_answers",
        "Answers whose first citation is not right, for whatever reason.",
        True,
        True,
        _share(lambda one: not _right(one), lambda one: one.answered),
    ),
    Measure(
        "false_answers",
        "Unanswerable questions that are answered.",
        True,
        True,
        _share(lambda one: one.answered, lambda one: not one.answerable),
    ),
    Measure(
        "false_refusals",
        "Answerable questions that are not answered.",
        True,
        True,
        _share(lambda one: not one.answered, _answerable),
    ),
    Measure(
        "AUROC",
        "How well the confidence tells answerable questions from others; 0.5 is chance.",
        False,
        True,
        None,
        _sign(_answerable),
    ),
    Measure(
        "AUROC_right",
        "How well the confidence tells right first citations from others; 0.5 is chance.",
        False,
        True,
        None,
        _sign(_right),
    ),
    Measure(
        "ECE",
        "Expected calibration error: how far confidences lie from the share that is right.",
        True,
        True,
        None,
        _confidence(counted.expected_error),
    ),
    Measure(
        "AURC",
        "Area under the risk-coverage curve: the share that is wrong of the surest one, two, ... all.",
        True,
        True,
        None,
        _confidence(counted.area_under_risk),
    ),
    *(
        _ranking(
            f"hit@{k}",
            f"Questions with a relevant passage among the first {k}."
            if k > 1
            else "Questions whose first passage is relevant.",
        )
        for k in (1, 3, 5, 10)
    ),
    *(
        _ranking(f"recall@{k}", f"The share of the relevant passages that is among the first {k}.")
        for k in (1, 3, 5, 10, 20)
    ),
    _ranking("MRR", "One over the rank of the first relevant passage."),
    _ranking("MAP", "The precision at each relevant passage's rank, averaged over all relevant passages."),
    *(
        _ranking(
            f"nDCG@{k}", f"Gain of the first {k} passages, less the lower it stands, as a share of the best."
        )
        for k in (5, 10, 20)
    ),
    Measure(
        "follow_up_first_citation",
        "first_citation of the follow-ups that are also asked in their stand-alone form.",
        False,
        True,
        _follow_ups(_first_citation, lambda follow_up, alone: follow_up),
    ),
    Measure(
        "stand_alone_first_citation",
        "first_citation of the same follow-ups, asked in their stand-alone form.",
        False,
        True,
        _follow_ups(_first_citation, lambda follow_up, alone: alone),
    ),
    Measure(
        "follow_up_gap",
        "What is lost by asking a follow-up: first_citation of its stand-alone form, less its own.",
        True,
        True,
        _follow_ups(_first_citation, lambda follow_up, alone: alone - follow_up),
    ),
    Measure(
        "follow_up_nDCG@10",
        "nDCG@10 of the follow-ups that are also asked in their stand-alone form.",
        False,
        False,
        _follow_ups(_ndcg, lambda follow_up, alone: follow_up),
    ),
    Measure(
        "stand_alone_nDCG@10",
        "nDCG@10 of the same follow-ups, asked in their stand-alone form.",
        False,
        False,
        _follow_ups(_ndcg, lambda follow_up, alone: alone),
    ),
    Measure(
        "follow_up_gap_nDCG@10",
        "What is lost by asking a follow-up: nDCG@10 of its stand-alone form, less its own.",
        True,
        False,
        _follow_ups(_ndcg, lambda follow_up, alone: alone - follow_up),
    ),
    *(
        Measure(
            f"latency_p{percent}_ms",
            f"Milliseconds within which {percent} % of the questions are through.",
            True,
            False,
            None,
            _latency(percent),
        )
        for percent in (50, 95, 99)
    ),
    Measure(
        "questions_per_second",
        "Questions that one person, who asks the next at once, has answered in a second.",
        False,
        False,
        None,
        _throughput,
    ),
)
MEASURES: Mapping[str, Measure] = {one.name: one for one in _ALL}
"""In the order in which they are shown."""
