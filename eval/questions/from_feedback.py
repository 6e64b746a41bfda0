"""`cuttings gold from-feedback`: feedback as gold questions, candidates for a person to look through first.

A thumb up says where the answer stands, and so makes a whole gold question. Each sentence that was shown was
shown as an answer by itself, so the first is the evidence and every other one an alternative to it. Of an
answer that there is none, a thumb up makes an unanswerable question. A thumb down says only where the answer
does not stand. It makes a question without evidence that is yet called answerable, which `rows.py` refuses to
read until somebody has filled it in: so it can never count as unanswerable by mistake.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chatbot.feedback import FILE, Quoted, Stored, stored
from chatbot.render.text import counted, one_line
from corpus.errors import CuttingsError
from eval.questions.texts import Texts, of_collection
from index.stores import Where, open_store

Row = dict[str, Any]


@dataclass(slots=True)
class Candidates:
    """Rows of a gold file, and what became of the feedback that is not in them, a line each."""

    rows: list[Row] = field(default_factory=list)
    to_fill_in: int = 0
    """Rows among them that have no evidence yet."""
    left_out: list[str] = field(default_factory=list)


def from_feedback(where: Where, out: Path | None, with_down: bool) -> int:
    """Write the candidates of a collection's feedback to `out`, or print them; the exit code, 0.

    Standard error says what was left out and why. CuttingsError, with nothing written, where there is no
    candidate or `out` is there already.
    """
    collection = open_store(where)
    folder = collection.folder
    feedback, damaged = stored(folder)
    if not feedback and not damaged:
        raise CuttingsError(f"there is no feedback in {folder} yet; the thumbs in the chat page store it")

    made = candidates(feedback, of_collection(collection), with_down)
    for line in damaged:
        print(f"left out: line {line} of {folder / FILE} is damaged", file=sys.stderr)
    for why in made.left_out:
        print(f"left out: {one_line(why)}", file=sys.stderr)
    if not made.rows:
        raise CuttingsError(f"no gold question can be made of {folder / FILE}; what it holds was left out")
    rows = "".join(f"{json.dumps(row)}\n" for row in made.rows)
    if out is None:
        print(rows, end="")
    else:
        _written(out, rows)
    print(_summary(made), file=sys.stderr)
    return 0


def candidates(feedback: Iterable[Stored], texts: Texts, with_down: bool) -> Candidates:
    """One row for each question, in the order in which they were first asked.

    With `with_down` also for those that were only ever voted down. `texts` tell which quotations still stand.
    """
    made = Candidates()
    questions: dict[str, list[Stored]] = {}
    for one in feedback:
        if why := _no_question(one):
            made.left_out.append(f"{_about(one)}: {why}")
        else:
            questions.setdefault(_key(one), []).append(one)
    for key, said in questions.items():
        _add(made, key, said, texts, with_down)
    return made


def _add(made: Candidates, key: str, said: Sequence[Stored], texts: Texts, with_down: bool) -> None:
    """The row of a question, of which `said` is the feedback; or the reason why there is none."""
    up = [one for one in said if one.verdict == "up"]
    down = [one for one in said if one.verdict == "down"]
    if both := {_answer(one) for one in up} & {_answer(one) for one in down}:
        of = [one for one in said if _answer(one) in both]
        made.left_out.append(
            f"{_about(*of)}: thumbs up and down on the same answer; decide and write it yourself"
        )
        return
    if len({one.abstained for one in up}) > 1:
        made.left_out.append(
            f"{_about(*up)}: thumbs up on an answer and on there being none; decide and write it yourself"
        )
        return
    if not up and not with_down:
        made.left_out.append(f"{_about(*down)}: thumbs down only; with --all it is written, to be filled in")
        return
    quoted = dict.fromkeys((one.article_id, one.quote) for stored in up for one in stored.quoted)
    standing = [
        {"article_id": article_id, "quote": quote}
        for article_id, quote in quoted
        if article_id in texts and texts.places(article_id, quote)
    ]
    for article_id, quote in quoted:
        if {"article_id": article_id, "quote": quote} not in standing:
            made.left_out.append(f"{_about(*up)}: {quote[:60]!r} no longer stands in article {article_id!r}")
    if quoted and not standing:
        made.left_out.append(f"{_about(*up)}: none of its quotations stands any more")
        return
    answerable = not (up and up[0].abstained)
    made.to_fill_in += answerable and not standing
    made.rows.append(
        {
            "id": f"f-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:12]}",
            "question": said[0].standalone_question,
            "kind": "feedback",
            "answerable": answerable,
            "evidence": standing[:1],
            "alternatives": [[one] for one in standing[1:]],
            "feedback": [
                {
                    "time": one.time,
                    "verdict": one.verdict,
                    "comment": one.comment,
                    "asked": one.question,
                    "versions": one.versions,
                }
                for one in said
            ],
        }
    )


def _written(out: Path, rows: str) -> None:
    try:
        with out.open("x", encoding="ascii") as file:
            file.write(rows)
    except FileExistsError as error:
        # It may hold evidence that somebody filled in.
        raise CuttingsError(f"{out} is there already; name another file, or remove it first") from error
    except OSError as error:
        raise CuttingsError(f"cannot write {out} ({error.strerror}); name another file") from error


def _summary(made: Candidates) -> str:
    line = f"{counted(len(made.rows), 'candidate')}; look through them before you measure with them"
    if made.to_fill_in:
        line += f"; {made.to_fill_in} to be filled in, until then `cuttings eval` refuses the file"
    return line


def _no_question(one: Stored) -> str:
    """Why the feedback is of nothing that can be asked again, or "" where it is."""
    if one.notice:
        return "it was no question to the articles"
    if one.lost:
        return "its articles had changed before it was judged"
    if one.filters:
        return "asked with filters set, which `cuttings eval` does not do"
    if "any_time" in one.taken_off:
        return "asked with its time taken off, which `cuttings eval` does not do"
    return ""


def _key(one: Stored) -> str:
    """The same for a question asked again, as it was searched: a follow-up means nothing by itself."""
    return " ".join(one.standalone_question.casefold().split())


def _answer(one: Stored) -> tuple[bool, frozenset[Quoted]]:
    return one.abstained, frozenset(one.quoted)


def _about(*said: Stored) -> str:
    lines = ", ".join(str(one.line) for one in said)
    return f"line{'s' if len(said) > 1 else ''} {lines}, {said[0].question[:60]!r}"
