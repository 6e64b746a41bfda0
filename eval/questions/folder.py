"""The question sets beside the project (XQuAD, Abg-CoQA, MTRAG): their files -> articles and gold questions.

A set is known by its files, not by its name. XQuAD and Abg-CoQA have `articles.jsonl` and mark the
supporting span of each question; MTRAG has `passages.jsonl`, each passage an article of its own, and
marks whole passages.
"""

from __future__ import annotations

from pathlib import Path

from eval.questions.brought import Brought, QuestionSet
from eval.questions.gold import Evidence, Gathering, Gold
from eval.questions.jsonl import Complain, Wrong, check_fields, parse_row, read_lines, reporting, stop
from eval.questions.rows import read_turns

SPANS, MARKED = "articles.jsonl", "passages.jsonl"
QUESTIONS = "questions.jsonl"

_SPAN = {"id": str, "question": str, "article_id": str, "start": int, "end": int, "answer": str}
_MARKED = {"id": str, "question": str, "history": list, "gold": list, "answerability": str, "reference": str}

ANSWERABLE = {"ANSWERABLE": True, "PARTIAL": True, "UNANSWERABLE": False, "CONVERSATIONAL": False}
"""MTRAG's four values. PARTIAL counts as answerable: people marked passages that belong in the answer,
and to show those is right. CONVERSATIONAL ("Thank you!") does not: a quote in reply would be wrong."""


def load_folder(folder: Path, complain: Complain = stop) -> QuestionSet:
    """The articles to ingest, their text exactly as in the file, and the questions about them."""
    spans = (folder / SPANS).is_file()
    brought = _articles(folder / (SPANS if spans else MARKED), complain)
    read = _span if spans else _marked
    gathering = Gathering()
    for where, line in read_lines(folder / QUESTIONS):
        with reporting(complain):
            gold = read(line, where, brought)
            gathering.claim(gold.id, where)
            gathering.golds.append(gold)
    return QuestionSet(brought.raws, gathering.loaded())


def _articles(path: Path, complain: Complain) -> Brought:
    brought = Brought()
    for where, line in read_lines(path):
        with reporting(complain):
            row = check_fields(parse_row(line, where), {"id": str, "text": str}, where, {"title": str})
            brought.add(row["id"], row["text"], row.get("title"), where)
    return brought


def _span(line: str, where: str, brought: Brought) -> Gold:
    row = check_fields(parse_row(line, where), _SPAN, where, {"history": list})
    id, text = brought.find(row["article_id"], where)
    if not 0 <= row["start"] < row["end"] <= len(text):
        raise Wrong(
            where,
            f"{row['start']}-{row['end']} is no span of {row['article_id']!r}, which has "
            f"{len(text)} characters. Correct the offsets.",
        )
    history = row.get("history", [])
    kind = "later turn" if history else "first turn"
    evidence = Evidence(id, row["start"], row["end"])
    return Gold(row["id"], row["question"], kind, read_turns(history, where), True, (evidence,))


def _marked(line: str, where: str, brought: Brought) -> Gold:
    row = check_fields(parse_row(line, where), _MARKED, where)
    value = row["answerability"]
    if value not in ANSWERABLE:
        raise Wrong(where, f"answerability is {value!r}. Make it one of {', '.join(ANSWERABLE)}.")
    found = [brought.find(name, where) for name in row["gold"]]
    if ANSWERABLE[value] != bool(found):
        raise Wrong(where, f"{value} with {len(found)} gold passages. Correct one of them.")
    kind = value.lower()
    if value == "ANSWERABLE":
        kind = "later turn" if row["history"] else "first turn"
    evidence = tuple(Evidence(id, 0, len(text)) for id, text in found)
    history = read_turns(row["history"], where)
    return Gold(row["id"], row["question"], kind, history, ANSWERABLE[value], evidence, "article")
