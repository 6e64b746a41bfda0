"""SQuAD 1.1 and 2.0 (Rajpurkar et al., EMNLP 2016; ACL 2018): one JSON file -> articles and gold questions.

An article is all paragraphs of one title, with a blank line between them. What several annotators marked are
alternatives. A question that is said to be impossible is unanswerable: in its paragraph, that is; that
nowhere else in the file an answer stands is taken on trust. `plausible_answers` are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import CuttingsError, reason
from eval.questions.brought import Brought, QuestionSet
from eval.questions.gold import Evidence, Gathering, Gold
from eval.questions.jsonl import Complain, Wrong, check_fields, reporting

_BETWEEN = "\n\n"


def load_squad(path: Path, complain: Complain) -> QuestionSet:
    """The articles and questions of a file. CuttingsError where it is not JSON."""
    brought, gathering = Brought(), Gathering()
    whole = check_fields(_json(path), {"data": list}, str(path), others=True)
    for where, article in _each(whole, "data", f"{path}:"):
        with reporting(complain):
            check_fields(article, {"paragraphs": list}, where, {"title": str}, others=True)
            _read(article, where, brought, gathering, complain)
    return QuestionSet(brought.raws, gathering.loaded())


def _json(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise CuttingsError(f"cannot read {path}: {reason(error)}. Give a file in SQuAD's format.") from error
    except (ValueError, RecursionError) as error:
        raise Wrong(str(path), f"not JSON ({error}). Give a file in SQuAD's format.") from error


def _read(
    article: Mapping[str, Any], where: str, brought: Brought, gathering: Gathering, complain: Complain
) -> None:
    """One title with all its questions."""
    asked: list[tuple[int, str, list[tuple[str, object]]]] = []
    text = ""
    for place, paragraph in _each(article, "paragraphs", f"{where}."):
        with reporting(complain):
            check_fields(paragraph, {"context": str, "qas": list}, place, others=True)
            text += _BETWEEN if text else ""
            context = paragraph["context"]
            asked.append((len(text), context, list(_each(paragraph, "qas", f"{place}."))))
            text += context
    title = article.get("title", "").strip()
    name = title or where.rpartition(":")[2]
    if name in brought:
        name = f"{name} {where.rpartition(':')[2]}"
    brought.add(name, text, title.replace("_", " ") or None, where)
    id, _ = brought.find(name, where)
    for offset, context, questions in asked:
        for place, question in questions:
            with reporting(complain):
                gold = _gold(question, place, id, context, offset)
                gathering.claim(gold.id, place)
                gathering.golds.append(gold)


def _gold(question: object, where: str, article_id: str, context: str, offset: int) -> Gold:
    optional = {"is_impossible": bool, "answers": list}
    row = check_fields(question, {"id": str, "question": str}, where, optional, others=True)
    impossible = row.get("is_impossible", False)
    spans: dict[tuple[int, int], None] = {}
    for place, answer in _each(row, "answers", f"{where}."):
        checked = check_fields(answer, {"text": str, "answer_start": int}, place, others=True)
        start, stop = checked["answer_start"], checked["answer_start"] + len(checked["text"])
        if start < 0 or context[start:stop] != checked["text"]:
            raise Wrong(
                place,
                f"question {row['id']!r}: the paragraph has {context[max(start, 0) : stop]!r} at {start}, "
                f"not {checked['text']!r}. Correct answer_start.",
            )
        spans[offset + start, offset + stop] = None
    if impossible == bool(spans):
        what = "has answers but is said to be impossible" if impossible else "has no answer"
        raise Wrong(where, f"question {row['id']!r} {what}. Correct is_impossible or answers.")
    evidence = tuple(Evidence(article_id, *span, choice) for choice, span in enumerate(spans))
    kind = "unanswerable" if impossible else "single"
    return Gold(row["id"], row["question"], kind, (), not impossible, evidence)


def _each(row: Mapping[str, Any], name: str, where: str) -> Iterator[tuple[str, Any]]:
    """The items of a list, each with its place, such as `file:data[0].paragraphs[2]`."""
    for number, item in enumerate(row.get(name, ())):
        yield f"{where}{name}[{number}]", item
