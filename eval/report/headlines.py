"""The few measures that are written as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eval.measures.metrics import Score
from eval.report.numbers import percent


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline: what a person reads first. `rest` continues the figure to a sentence."""

    measure: str
    figure: str
    rest: str
    span: str
    score: Score

    @property
    def share(self) -> bool:
        """Whether it is a share of something, from 0 to 1."""
        return not self.measure.endswith("_ms")


_HEADLINES = (
    (
        "served",
        "of questions are served rightly: the right sentence first, or rightly none",
    ),
    ("first_citation", "of answerable questions get the right sentence first"),
    ("hit@10", "of answerable questions have evidence among the first ten passages"),
    ("wrong_answers", "of the answers given have a wrong first sentence"),
    ("false_answers", "of unanswerable questions are answered all the same"),
    ("latency_p95_ms", "within which 95% of questions are through"),
)


def headlines(scores: Mapping[str, Score]) -> list[Figure]:
    """The few measures that are written as sentences, those that were measured."""
    found = []
    for measure, rest in _HEADLINES:
        score = scores.get(measure)
        if score is None or score.value is None:
            continue
        show = (lambda value: f"{value:,.0f} ms") if measure.endswith("_ms") else percent
        if score.low is None or score.high is None:
            span = ""
        elif show(score.low) == show(score.high):
            span = "" if show(score.low) == show(score.value) else show(score.low)
        else:
            span = f"between {show(score.low).removesuffix(' ms')} and {show(score.high)}"
        found.append(Figure(measure, show(score.value), rest, span, score))
    return found
