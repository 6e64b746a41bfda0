"""One line of a gold file: which fields it has, and whether they fit together. What the quotations are about
is not looked at here.

`gold.schema.json` says the same to other programs; `tests/test_eval_rows.py` holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chatbot.answer import Turn
from eval.questions.jsonl import Wrong, check_fields, check_text, parse_row

_FIELDS = {"id": str, "question": str, "answerable": bool, "evidence": list}
_OPTIONAL = {
    "kind": str,
    "history": list,
    "alternatives": list,
    "tags": list,
    "standalone": str,
    "feedback": list,
}
_TURN = {"role": str, "content": str}
_QUOTATION = {"article_id": str, "quote": str}
_JUDGED = {"grade": int, "point": int}
_GRADES = (1, 2)


@dataclass(frozen=True, slots=True)
class Quotation:
    """What an article says, in its words.

    `grade` is 2 where an answer is not complete without it, 1 where it is good to have. Quotations of one
    choice with the same `point`, 1 or more, say the same, so that one of them is enough; 0: none is given.
    """

    article_id: str
    quote: str
    grade: int = 1
    point: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A question as it is written down.

    `choices` are its evidence and then its alternatives, each of which answers by itself; none where it is
    unanswerable. `standalone` is "" without one.
    """

    id: str
    question: str
    kind: str
    history: tuple[Turn, ...]
    answerable: bool
    choices: tuple[tuple[Quotation, ...], ...]
    tags: tuple[str, ...]
    standalone: str


def read_row(line: str, where: str) -> Row:
    """Raises Wrong, with `where` and the value, where the line does not fit."""
    row = check_fields(parse_row(line, where), _FIELDS, where, _OPTIONAL)
    history = read_turns(row.get("history", []), where)
    evidence = _quotations(row["evidence"], f"{where}: evidence")
    alternatives = []
    for number, one in enumerate(row.get("alternatives", []), start=1):
        place = f"{where}: alternative {number}"
        if not isinstance(one, list) or not one:
            raise Wrong(place, f"expected a list of quotations, found {one!r:.60}. Write them, or remove it.")
        alternatives.append(_quotations(one, place))
    for tag in row.get("tags", []):
        if not isinstance(tag, str) or not tag.strip():
            raise Wrong(where, f"the tag {tag!r:.60} is no text. Make it one, or remove it.")
        check_text(tag, "a tag", where)
    _agree(row, bool(evidence), bool(alternatives), where)
    return Row(
        row["id"],
        row["question"],
        row.get("kind") or ("follow-up" if history else "single"),
        history,
        row["answerable"],
        (evidence, *alternatives) if evidence else (),
        tuple(dict.fromkeys(row.get("tags", []))),
        row.get("standalone", ""),
    )


def read_turns(history: list[Any], where: str) -> tuple[Turn, ...]:
    """The turns before a question."""
    return tuple(_turn(turn, where) for turn in history)


def _turn(turn: object, where: str) -> Turn:
    checked = check_fields(turn, _TURN, f"{where}: history")
    if checked["role"] not in ("user", "assistant"):
        raise Wrong(where, f"history: role is {checked['role']!r}. Make it 'user' or 'assistant'.")
    return Turn(**checked)


def _quotations(rows: list[Any], where: str) -> tuple[Quotation, ...]:
    return tuple(_quotation(row, where) for row in rows)


def _quotation(row: object, where: str) -> Quotation:
    checked = check_fields(row, _QUOTATION, where, _JUDGED)
    if checked.get("grade", 1) not in _GRADES:
        raise Wrong(
            where, f"the grade is {checked['grade']}. Make it 2 (essential) or 1 (good), or remove it."
        )
    if checked.get("point", 1) < 1:
        raise Wrong(where, f"the point is {checked['point']}. Make it 1 or more, or remove it.")
    return Quotation(**checked)


def _agree(row: dict[str, Any], evidence: bool, alternatives: bool, where: str) -> None:
    if row["answerable"] and not evidence:
        raise Wrong(where, f"{row['id']!r} is answerable but has no evidence. Add it.")
    if not row["answerable"] and (evidence or alternatives):
        raise Wrong(where, f"{row['id']!r} is unanswerable but has evidence. Remove it.")
    if "standalone" in row and not row.get("history"):
        raise Wrong(
            where, f"{row['id']!r} has a stand-alone form but no history. Remove one, or add the other."
        )
