"""Relevance judgements: which documents a question should find, and how relevant each is.

TREC's form is `question 0 document grade`, BEIR's `question<TAB>document<TAB>grade` below a heading. A grade
of 0 or less says that a document was looked at and is not relevant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from eval.manifest import LeftOut
from eval.questions.gold import Evidence, Gathering, Gold, Loaded, Unresolved
from eval.questions.jsonl import Complain, Wrong, check_fields, parse_row, read_lines, reporting
from eval.questions.rows import Quotation
from eval.questions.texts import Texts

Form = Literal["TREC", "BEIR"]
Topics = Mapping[str, tuple[str, str]]
"""(where, question) by id."""

Find = Callable[[str], tuple[str, str] | None]
"""(id, text) of an article by the name that judgements have for it; None where there is none."""


@dataclass(slots=True)
class Judged:
    """The grades of one question's documents, and where the first of them stands."""

    where: str
    grades: dict[str, int] = field(default_factory=dict)


def read_judgements(path: Path, form: Form, complain: Complain) -> dict[str, Judged]:
    """What a file says of each question, by its id."""
    found: dict[str, Judged] = {}
    for number, (where, line) in enumerate(read_lines(path)):
        with reporting(complain):
            cells = line.split() if form == "TREC" else [cell.strip() for cell in line.split("\t")]
            if form == "BEIR" and not number and len(cells) == 3 and not _is_grade(cells[2]):
                continue  # the heading
            question, document, grade = _cells(cells, form, where)
            judged = found.setdefault(question, Judged(where))
            if judged.grades.setdefault(document, grade) != grade:
                raise Wrong(where, f"{document!r} has another grade for {question!r} already. Keep one.")
    return found


def _cells(cells: list[str], form: Form, where: str) -> tuple[str, str, int]:
    columns = "question 0 document grade" if form == "TREC" else "question, document and grade between tabs"
    if len(cells) != (4 if form == "TREC" else 3) or not all(cells):
        raise Wrong(where, f"{len(cells)} columns ({' '.join(cells)[:60]!r}). Write {columns}.")
    if not _is_grade(cells[-1]):
        raise Wrong(where, f"the grade is {cells[-1]!r}. Make it a whole number.")
    return cells[0], cells[-2], int(cells[-1])


def _is_grade(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 10


def read_topics(path: Path, complain: Complain) -> dict[str, tuple[str, str]]:
    """Questions by their id: JSON lines with id and question or, as BEIR has them, _id and text; else
    `id<TAB>question`."""
    found: dict[str, tuple[str, str]] = {}
    for where, line in read_lines(path):
        with reporting(complain):
            id, question = _topic(line, where)
            if id in found:
                raise Wrong(where, f"the id {id!r} stands at {found[id][0]} already. Rename one of them.")
            found[id] = where, question
    return found


def _topic(line: str, where: str) -> tuple[str, str]:
    if line.lstrip().startswith("{"):
        row = parse_row(line, where)
        names = ("_id", "text") if isinstance(row, dict) and "_id" in row else ("id", "question")
        checked = check_fields(row, dict.fromkeys(names, str), where, others=True)
        return checked[names[0]].strip(), checked[names[1]]
    id, _, question = (part.strip() for part in line.partition("\t"))
    if not id or not question:
        raise Wrong(where, f"{line[:60]!r} is no topic. Write id<TAB>question, or an object with both.")
    return id, question


def gather(judged: Mapping[str, Judged], topics: Topics, topics_file: Path, find: Find) -> Gathering:
    """The questions that are judged, their relevant documents looked up.

    Told is what is not asked: questions without a relevant document, or with none that is there.
    """
    gathering = Gathering()
    for id, one in judged.items():
        gathering.claim(id, one.where)
        if id not in topics:
            gathering.left_out.append(LeftOut(id, one.where, f"no question {id!r} in {topics_file}"))
            continue
        relevant = {name: grade for name, grade in one.grades.items() if grade > 0}
        if not relevant:
            gathering.left_out.append(LeftOut(id, one.where, "none of its documents is judged relevant"))
            continue
        evidence = []
        missing = []
        for name, grade in relevant.items():
            if article := find(name):
                evidence.append(Evidence(article[0], 0, len(article[1]), grade=grade))
            else:
                missing.append(name)
        _note_missing(id, one.where, missing, bool(evidence), gathering)
        if evidence:
            gathering.golds.append(Gold(id, topics[id][1], "single", (), True, tuple(evidence), "article"))
    if unjudged := len(topics.keys() - judged.keys()):
        why = f"questions that are not judged, and not asked: {unjudged}"
        gathering.notes.append(LeftOut("", str(topics_file), why))
    return gathering


def _note_missing(id: str, where: str, missing: list[str], asked: bool, gathering: Gathering) -> None:
    """Note which relevant documents are not there."""
    if not missing:
        return
    gathering.unresolved += [
        Unresolved(id, where, "relevant", Quotation(name, ""), f"no article {name!r}") for name in missing
    ]
    named = ", ".join(map(repr, missing[:5])) + (f" and {len(missing) - 5} more" if missing[5:] else "")
    if asked:
        why = f"asked without relevant articles that are not there: {named}"
        gathering.notes.append(LeftOut(id, where, why))
    else:
        gathering.left_out.append(LeftOut(id, where, f"no relevant article is there: {named}"))


def read_qrels(qrels: Path, topics: Path, texts: Texts, complain: Complain) -> Loaded:
    """TREC's judgements of the articles in a collection, by the ids that `cuttings list` shows.

    `complain` hears of each line that does not fit; there may be no question.
    """

    def find(name: str) -> tuple[str, str] | None:
        return (name, texts.article(name).text) if name in texts else None

    judged = read_judgements(qrels, "TREC", complain)
    return gather(judged, read_topics(topics, complain), topics, find).loaded()
