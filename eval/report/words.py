"""The words of a report: what became of a question, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eval.faults import LOOKED_AT
from eval.record import Record


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
        rank = record.first_rank
        return NOT_FOUND if rank is None or rank > LOOKED_AT else FIRST if rank == 1 else FOUND
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
            if record.first_rank:
                return f"The first passage that holds the evidence stands at rank {record.first_rank} only."
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


BREAKDOWNS: Mapping[str, str] = {
    "kind": "By kind of question",
    "tag": "By tag",
    "article": "By article that answers, the worst first",
    "length": "By length of the question, in terms",
    "history": "By what was said before",
}

FATES: Mapping[str, str] = {
    "removed": "cleaned away",
    "no passage": "in no passage",
    "no article": "article not in the collection",
}
"""Of a place of evidence that cannot be cited: what became of it."""
