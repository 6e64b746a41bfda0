"""The words of a report: how numbers are written, what became of a question, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eval.faults import LOOKED_AT
from eval.measures.compare import Comparison
from eval.measures.metrics import Score
from eval.record import Record

FEW = 10
"""A value of fewer questions says little, and is greyed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question. `key` names it in files and styles."""

    key: str
    words: str
    good: bool


RIGHT = Outcome("right", "right", True)
FURTHER_DOWN = Outcome("further-down", "right only further down", False)
WRONG = Outcome("wrong", "wrong", False)
REFUSED = Outcome("refused", "abstained, though there is an answer", False)
FALSE_ANSWER = Outcome("false-answer", "answered, though nothing does", False)
ABSTAINED = Outcome("abstained", "abstained, rightly", True)
FIRST = Outcome("first", "evidence found first", True)
FOUND = Outcome("found", "evidence found further down", True)
NOT_FOUND = Outcome("not-found", "evidence not among the first ten", False)
NOTHING = Outcome("nothing", "nothing to find", True)
OUTCOMES = (
    RIGHT, FURTHER_DOWN, WRONG, REFUSED, FALSE_ANSWER, ABSTAINED, FIRST, FOUND, NOT_FOUND, NOTHING,
)  # fmt: skip
"""In the order in which they are shown."""


def outcome(record: Record) -> Outcome:
    """What became of a question; of a system that only ranks passages, where it ranked the evidence."""
    if not record.reads:
        if not record.relevant:
            return NOTHING
        ranks = [rank for rank, name in enumerate(record.ranking, start=1) if name in record.relevant]
        return NOT_FOUND if not ranks or ranks[0] > LOOKED_AT else FIRST if ranks[0] == 1 else FOUND
    if not record.answerable:
        return FALSE_ANSWER if record.answered else ABSTAINED
    if not record.answered:
        return REFUSED
    if record.first_right:
        return RIGHT
    return FURTHER_DOWN if any(citation.right for citation in record.citations) else WRONG


FAULTS: Mapping[str, str] = {
    "cleaned away": "The evidence was taken for page furniture when its article was read. Look at "
    "`cuttings show ARTICLE --removed`; where it is part of the story, report the page.",
    "not in a passage": "No passage holds the evidence, or its article is not in the collection. "
    "Add the article, or correct the evidence (`cuttings gold check`).",
    "retrieval": "No passage that was read holds the evidence. Look how question and evidence differ in "
    "words; more passages read (`passages_read`) help where the evidence ranks just below.",
    "reading": "The right passage was read, and another sentence was put first. Where that one answers too, "
    "add it as an alternative; otherwise look how far apart the scores are.",
    "refusal": "The right sentence stood first, but the confidence was below the threshold. "
    "`cuttings calibrate` fits the threshold to your questions.",
    "follow-up": "The question is answered rightly where it stands alone, not as a follow-up. Compare what "
    "it was searched as with its stand-alone form.",
    "false answer": "Nothing in the articles is known to answer, yet an answer was given. Where it does, "
    "correct the gold; otherwise raise the threshold (`cuttings calibrate`).",
}
"""By fault: what happened, and what to do about it. In the order in which they are shown."""


def why(record: Record, threshold: float | None) -> str:
    """What went wrong with a question, in a sentence or two; "" where nothing did."""
    limit = "the threshold" if threshold is None else f"the threshold, {threshold:g}"
    said = f"confidence, {record.confidence:.2f},"
    best = record.best_right
    match record.fault:
        case "":
            return ""
        case "cleaned away":
            return "The evidence was taken for page furniture when its article was read: it cannot be found."
        case "not in a passage":
            lacking = sorted({place.article_id for place in record.expected if place.fate == "no article"})
            return (
                f"Not in the collection: {', '.join(lacking)}."
                if lacking
                else "No passage holds the evidence."
            )
        case "retrieval":
            ranks = [rank for rank, name in enumerate(record.ranking, start=1) if name in record.relevant]
            if ranks:
                return f"The first passage that holds the evidence stands at rank {ranks[0]} only."
            return f"None of the {len(record.ranking)} passages that were found holds the evidence."
        case "reading" if best:
            return (
                f"The best right sentence came {ordinal(best.rank)} of {best.read} that were read, with a "
                f"score of {best.score:.2f}; that of the first was {best.best_score:.2f}."
            )
        case "reading":
            return "A passage with the evidence was read, and another sentence was put first."
        case "refusal":
            return f"The right sentence stood first, but the {said} is below {limit}."
        case "follow-up":
            return f"In its stand-alone form, “{record.standalone}”, it was served rightly."
        case _:
            return f"Nothing is known to answer it, but the {said} is not below {limit}."


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, ..., 11th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def count(number: int, of: str) -> str:
    """A number of things, with thousands apart: "1 question", "1,200 questions"."""
    return f"{number:,} {of}{'' if number == 1 else 's'}"


def number(value: float | None) -> str:
    """Three digits behind the point; one for what is not small, such as milliseconds."""
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"


def signed(value: float | None) -> str:
    """With its sign, a true minus; no sign where it would be written as zero."""
    if value is None:
        return "–"
    written = number(abs(value))
    if not written.strip("0."):
        return written
    return f"{'+' if value > 0 else '−'}{written}"


def interval(score: Score) -> str:
    """Its interval, "0.712 to 0.861"; "–" without one."""
    return "–" if score.low is None or score.high is None else f"{number(score.low)} to {number(score.high)}"


SURE = 0.05
"""A difference is marked where p, by Holm's correction, is below that."""

COMPARED = ("n", "difference", "95% interval", "p", "p (Holm)", "d", "won", "lost", "tied")
"""The cells of a comparison: a paired randomisation test, Cohen's d for pairs, and questions."""


def ends_of(one: Comparison) -> str:
    """The interval of a difference; "–" without one."""
    return "–" if one.low is None else f"{signed(one.low)} to {signed(one.high)}"


def compared(one: Comparison) -> list[str]:
    """The cells of `COMPARED`."""
    questions = ("–" if counted is None else f"{counted:,}" for counted in (one.won, one.lost, one.tied))
    tests = p_value(one.p), p_value(one.p_holm), signed(one.effect)
    return [f"{one.n:,}", signed(one.difference), ends_of(one), *tests, *questions]


def p_value(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def percent(share: float) -> str:
    """A share as a person says it: no decimals, but 0% and 100% only where it is that."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def duration(seconds: float | None) -> str:
    if seconds is None:
        return "not ended"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def size(bytes: int) -> str:
    """In the largest unit that leaves a whole number before the point."""
    value = float(bytes)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} bytes" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


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
    """The few measures that are told as sentences, those that were measured."""
    found = []
    for measure, rest in _HEADLINES:
        score = scores.get(measure)
        if score is None or score.value is None:
            continue
        told = (lambda value: f"{value:,.0f} ms") if measure.endswith("_ms") else percent
        if score.low is None or score.high is None:
            span = ""
        elif told(score.low) == told(score.high):
            span = "" if told(score.low) == told(score.value) else told(score.low)
        else:
            span = f"between {told(score.low).removesuffix(' ms')} and {told(score.high)}"
        found.append(Figure(measure, told(score.value), rest, span, score))
    return found
