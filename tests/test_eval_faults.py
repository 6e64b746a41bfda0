"""What went wrong, by class: each decided by the first part of the chain that lost the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.faults import LOOKED_AT, fault, right
from eval.record import BestRight, Expected, Fate, Found, Quoted, Record

HERE = Expected("a", 0, 9, "evidence.", 0, 1, (0, 9), "passage")
RIGHT = Quoted(1, "evidence.", "a", 0, 9, 0.9, True)
WRONG = Quoted(1, "other.", "b", 0, 6, 0.9, False)
BEST = BestRight(3, 30, 2, 0.1, 0.4)


def found(name: str) -> Found:
    return Found(name, "a", 0, 9, int(name == "wanted"), 1.0, 1.0, 1, 0.5, 1)


def record(**changed: object) -> Record:
    """A question that was answered, the right sentence first."""
    whole = Record(
        system="hybrid+reader", id="q", question="?", kind="fact", tags=(), history=(), standalone="", of="",
        answerable=True, unit="passage", without=(), hidden=(), expected=(HERE,),
        relevant={"wanted": 1}, searched="?", hits=(found("wanted"),), reads=True, state="answer",
        confidence=0.9, citations=(RIGHT,), best_right=BEST, fault="", milliseconds=1.0,
    )  # fmt: skip
    return replace(whole, **changed)  # type: ignore[arg-type]


def placed(*fates: Fate) -> tuple[Expected, ...]:
    return tuple(replace(HERE, fate=fate) for fate in fates)


SERVED = record()
REFUSED = record(state="none")
MISREAD = record(citations=(WRONG, RIGHT))
MISSED = record(citations=(WRONG,), hits=(found("other"),), best_right=None)
NOTHING = {"answerable": False, "expected": (), "relevant": {}, "best_right": None, "citations": (WRONG,)}
RANKED = {"reads": False, "state": "none", "citations": (), "best_right": None}
LATE = tuple(found(f"other {n}") for n in range(LOOKED_AT))


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (SERVED, ""),
        (REFUSED, "refusal"),
        (MISREAD, "reading"),
        (record(state="none", citations=(WRONG,)), "reading"),
        (record(citations=()), "reading"),
        (MISSED, "retrieval"),
        # The passage was read, though it lies deeper than those that are kept.
        (replace(MISSED, best_right=BEST), "reading"),
        (record(citations=(WRONG,), expected=placed("removed", "removed"), hits=()), "cleaned away"),
        (record(citations=(WRONG,), expected=placed("removed", "no passage")), "not in a passage"),
        (record(citations=(WRONG,), expected=placed("no passage")), "not in a passage"),
        (record(citations=(WRONG,), expected=placed("no article")), "not in a passage"),
        (replace(MISREAD, expected=placed("removed", "passage")), "reading"),
        (replace(MISSED, expected=placed("whole article")), "retrieval"),
        # What was right is right, wherever the rest of the evidence is.
        (record(expected=placed("removed")), ""),
        (record(**NOTHING), "false answer"),
        (record(**NOTHING, state="none"), ""),
        (record(**RANKED), ""),
        (record(**RANKED, hits=(*LATE[:-1], found("wanted"))), ""),
        (record(**RANKED, hits=(*LATE, found("wanted"))), "retrieval"),
        (record(**RANKED, hits=()), "retrieval"),
        (record(**RANKED, hits=(), expected=placed("removed")), "cleaned away"),
        (record(**{**NOTHING, **RANKED}), ""),
    ],
)
def test_the_class_of_what_went_wrong(asked: Record, why: str) -> None:
    assert fault(asked) == why
    assert right(asked) == (why == "")


@pytest.mark.parametrize("asked", [REFUSED, MISREAD, MISSED, record(**NOTHING)])
def test_a_follow_up_whose_stand_alone_form_is_served_is_lost_by_its_history(asked: Record) -> None:
    assert fault(asked, SERVED) == "follow-up"
    assert fault(asked, asked) == fault(asked) != ""


def test_what_no_search_could_find_is_not_the_history_s_doing() -> None:
    assert fault(record(citations=(WRONG,), expected=placed("removed")), SERVED) == "cleaned away"
    assert fault(SERVED, MISSED) == ""
