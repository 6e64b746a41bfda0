"""Why somebody was not served rightly: the first part of the chain that lost the answer."""

from __future__ import annotations

from eval.record import Fault, Record

LOOKED_AT = 10
"""First passages in which the answer should be, of a system that only ranks them."""


def fault(record: Record, alone: Record | None = None) -> Fault:
    """The class of what went wrong, the first that holds; "" where nothing did.

    `alone` is the record of the question's stand-alone form, asked of the same system, where there is one.

    - "cleaned away": every place of the evidence was set aside as page furniture;
    - "not in a passage": no place of it is in a passage, for that reason or another;
    - "follow-up": the same question, put so that it stands alone, was served rightly;
    - "false answer": nothing answers, and yet there was an answer;
    - "retrieval": no evidence is among the passages that were read (or the first `LOOKED_AT` found);
    - "reading": it was read, and another sentence was put first;
    - "refusal": the right sentence was put first, and not shown.
    """
    if right(record):
        return ""
    fates = {place.fate for place in record.expected}
    if fates == {"removed"}:
        return "cleaned away"
    if fates and fates <= {"removed", "no passage", "no article"}:
        return "not in a passage"
    if alone is not None and right(alone):
        return "follow-up"
    if not record.answerable:
        return "false answer"
    if not _retrieved(record):
        return "retrieval"
    return "refusal" if record.first_right else "reading"


def right(record: Record) -> bool:
    """Whether the person was served rightly, or, of a system that only ranks passages, can be."""
    return record.served if record.reads or not record.answerable else _retrieved(record)


def _retrieved(record: Record) -> bool:
    """Whether the evidence was read; of a system that does not read, whether it is where one looks."""
    if record.reads:
        return record.best_right is not None
    return record.first_rank is not None and record.first_rank <= LOOKED_AT
