"""The measures: what each one is, over which questions, and how many those were.

Retrieval is measured by ir-measures (MacAvaney et al., "Streamlining Evaluation with ir-measures",
ECIR 2022); what that has no measure for (citations, abstaining, latency) is written out here.
Two spans overlap when they share at least one character of the same article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chatbot.answer import Citation
from corpus.article import Passage
from eval import counted
from eval.gold import Evidence, Gold
from eval.metrics import Score
from index.hit import Hit
from index.store import Store

Span = Hit | Citation | Passage | Evidence
RETRIEVAL = ("hit@1", "recall@5", "MRR", "nDCG@5", "nDCG@10")


@dataclass(frozen=True, slots=True)
class Judged:
    """What the measures need to know about one answer.

    `answered`: the person is shown an answer. `right`: for each citation, best first, whether it or
    one of its `also` overlaps the evidence; an abstained question has them too.
    `latency_ms`: wall-clock time of the whole chain.
    """

    answerable: bool
    answered: bool
    confidence: float
    right: tuple[bool, ...]
    latency_ms: float


# --- Retrieval ----------------------------------------------------------------------------------


def relevant(gold: Gold, collection: Store) -> frozenset[str]:
    """Names of what should be found: each passage that overlaps evidence, or each marked article.

    Evidence that no passage holds (in text that was removed, say) stands for itself: it can't be
    found, and counts as not found.
    """
    if gold.unit == "article":
        return frozenset(place.article_id for place in gold.evidence)
    passages = {id: collection.passages(id) for id in {place.article_id for place in gold.evidence}}
    names: set[str] = set()
    for place in gold.evidence:
        holding = {_name(passage) for passage in passages[place.article_id] if _overlap(passage, place)}
        names |= holding or {_name(place)}
    return frozenset(names)


def retrieved(hits: Sequence[Hit], gold: Gold) -> tuple[str, ...]:
    """Names of what was found, best first, in the same terms as `relevant`.

    Where whole articles were marked, an article's best hit stands for it and the others take no rank.
    """
    names = [hit.article_id if gold.unit == "article" else _name(hit) for hit in hits]
    return tuple(dict.fromkeys(names))


def retrieval(
    found: Mapping[str, Sequence[str]], wanted: Mapping[str, frozenset[str]]
) -> dict[str, dict[str, float]]:
    """The retrieval measures of each question in `wanted`, by question id and measure.

    With g(r) = 1 where what stands at rank r is relevant, else 0, and R the number of relevant ones:
    hit@1 = g(1); recall@5 = (g(1) + ... + g(5)) / R; MRR: 1 / (first r with g(r) = 1), 0 without one;
    nDCG@k = sum over r <= k of g(r) / log2(r + 1), divided by the same sum with all R at the top.
    A question without hits counts zero on each. MRR looks no deeper than the hits that it is given.
    """
    import ir_measures

    measures = {
        "hit@1": ir_measures.Success @ 1,
        "recall@5": ir_measures.R @ 5,
        "MRR": ir_measures.RR,
        "nDCG@5": ir_measures.nDCG @ 5,
        "nDCG@10": ir_measures.nDCG @ 10,
    }
    qrels = [ir_measures.Qrel(id, name, 1) for id, names in wanted.items() for name in sorted(names)]
    run = [
        ir_measures.ScoredDoc(id, name, -rank)
        for id, names in found.items()
        for rank, name in enumerate(names, start=1)
    ]
    scores = {id: dict.fromkeys(RETRIEVAL, 0.0) for id in wanted}
    for metric in ir_measures.iter_calc(list(measures.values()), qrels, run) if run else ():
        name = next(name for name, measure in measures.items() if measure == metric.measure)
        scores[metric.query_id][name] = float(metric.value)
    return scores


def mean(values: Iterable[float]) -> Score:
    """sum / n; no value without a question."""
    values = list(values)
    return Score(sum(values) / len(values) if values else None, len(values))


# --- Answers ------------------------------------------------------------------------------------


def judge(citations: Sequence[Citation], gold: Gold) -> tuple[bool, ...]:
    """For each citation, whether it or one of its `also` overlaps evidence."""
    return tuple(
        any(_overlap(one, place) for one in (citation, *citation.also) for place in gold.evidence)
        for citation in citations
    )


def first_citation(judged: Iterable[Judged]) -> Score:
    """Share of answerable questions whose first citation is right, shown or not.

    n: the answerable questions. One without citations counts zero.
    """
    return mean(float(any(one.right[:1])) for one in judged if one.answerable)


def any_of_3(judged: Iterable[Judged]) -> Score:
    """Share of answerable questions with a right one among the first three citations, shown or not.

    n: the answerable questions. One without citations counts zero.
    """
    return mean(float(any(one.right[:3])) for one in judged if one.answerable)


def answered_right(judged: Iterable[Judged]) -> Score:
    """Share of answerable questions that were answered and whose first citation is right.

    n: the answerable questions. One that was abstained on counts zero.
    """
    return mean(float(one.answered and any(one.right[:1])) for one in judged if one.answerable)


def citation_precision(judged: Iterable[Judged]) -> Score:
    """Mean over questions of (right citations shown / citations shown).

    n: the questions that are answerable and were answered.
    """
    return mean(sum(one.right) / len(one.right) for one in judged if one.answerable and one.answered)


# --- Abstaining ---------------------------------------------------------------------------------


def auroc(judged: Iterable[Judged]) -> Score:
    """Area under the ROC curve of `confidence` as a sign that the question is answerable.

    See `calibration.area_under_roc`. n: all questions; no value unless both sorts are there.
    """
    judged = list(judged)
    said, answerable = [one.confidence for one in judged], [one.answerable for one in judged]
    return _once(counted.area_under_roc, said, answerable)


def false_answers(judged: Iterable[Judged]) -> Score:
    """Share of unanswerable questions that were answered. n: the unanswerable questions."""
    return mean(float(one.answered) for one in judged if not one.answerable)


def false_refusals(judged: Iterable[Judged]) -> Score:
    """Share of answerable questions that were abstained on. n: the answerable questions."""
    return mean(float(not one.answered) for one in judged if one.answerable)


# --- Confidence: the probability that the first citation is right, which for an unanswerable question it
# --- never is, so that the measures are over all questions, answered or not


def auroc_right(judged: Iterable[Judged]) -> Score:
    """Area under the ROC curve of `confidence` as a sign that the first citation is right.

    See `calibration.area_under_roc`. n: all questions; no value unless some are right and some are not.
    """
    return _once(counted.area_under_roc, *foretold(judged))


def ece(judged: Iterable[Judged]) -> Score:
    """Expected calibration error, see `calibration.calibration_error`. n: all questions."""
    return _once(counted.expected_error, *foretold(judged))


def aurc(judged: Iterable[Judged]) -> Score:
    """Area under the risk-coverage curve, see `calibration.area_under_risk`. n: all questions."""
    return _once(counted.area_under_risk, *foretold(judged))


def _once(measure: Callable[..., Any], said: Sequence[float], right: Sequence[bool]) -> Score:
    if not said:
        return Score(None, 0)
    value = float(measure(np.array(said), np.array(right), np.ones((1, len(said)), int))[0])
    return Score(None if np.isnan(value) else value, len(said))


def coverage(judged: Iterable[Judged]) -> Score:
    """Share of all questions that were answered. n: all questions."""
    return mean(float(one.answered) for one in judged)


def wrong_answers(judged: Iterable[Judged]) -> Score:
    """Share of the questions that were answered whose first citation is not right, for whatever reason.

    n: the questions that were answered.
    """
    return mean(float(not any(one.right[:1])) for one in judged if one.answered)


def foretold(judged: Iterable[Judged]) -> tuple[list[float], list[bool]]:
    """The confidence of each question, and whether what it foretells came true."""
    judged = list(judged)
    return [one.confidence for one in judged], [any(one.right[:1]) for one in judged]


# --- Speed --------------------------------------------------------------------------------------


def latency_p50_ms(judged: Iterable[Judged]) -> Score:
    """Median latency in milliseconds; linear between the two middle ones. n: all questions."""
    return _percentile(judged, 50)


def latency_p95_ms(judged: Iterable[Judged]) -> Score:
    """Latency in milliseconds that 95 % of questions stay within; linear between ranks. n: all questions."""
    return _percentile(judged, 95)


def _percentile(judged: Iterable[Judged], percent: float) -> Score:
    import numpy as np

    times = [one.latency_ms for one in judged]
    return Score(float(np.percentile(times, percent)) if times else None, len(times))


def _overlap(one: Span, place: Evidence) -> bool:
    return one.article_id == place.article_id and one.start < place.end and place.start < one.end


def _name(one: Span) -> str:
    return f"{one.article_id}:{one.start}-{one.end}"


ANSWERS: Mapping[str, Callable[[Iterable[Judged]], Score]] = {
    "first_citation": first_citation,
    "any_of_3": any_of_3,
    "answered_right": answered_right,
    "citation_precision": citation_precision,
    "AUROC": auroc,
    "false_answers": false_answers,
    "false_refusals": false_refusals,
    "coverage": coverage,
    "wrong_answers": wrong_answers,
    "AUROC_right": auroc_right,
    "ECE": ece,
    "AURC": aurc,
    "latency_p50_ms": latency_p50_ms,
    "latency_p95_ms": latency_p95_ms,
}
LOWER_IS_BETTER = frozenset(
    {"false_answers", "false_refusals", "wrong_answers", "ECE", "AURC", "latency_p50_ms", "latency_p95_ms"}
)
