"""Gold questions: what was asked, and where in the articles the answer stands.

A gold file has one JSON object a line, all of these fields required:

    {"id": "q1", "question": "...", "kind": "single", "history": [{"role": "user", "content": "..."}],
     "answerable": true, "evidence": [{"article_id": "...", "quote": "..."}]}

`cuttings feedback export` adds "feedback", a list of what people said, which is not read here.

A quote is written down as text so that a person can read and edit the file. It becomes offsets here,
once, while the file is read, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from chatbot.answer import Turn
from corpus.errors import CuttingsError
from eval.jsonl import check_fields, parse_row, read_lines
from index.store import Store

_FIELDS = {"id": str, "question": str, "kind": str, "history": list, "answerable": bool, "evidence": list}
_NOT_READ = {"feedback": list}
_TURN = {"role": str, "content": str}
_EVIDENCE = {"article_id": str, "quote": str}


@dataclass(frozen=True, slots=True)
class Evidence:
    """`article.text[start:end]`: a place where an answer stands.

    Places of one `choice` answer together: 0 is the evidence itself, 1, 2, ... are its alternatives, each of
    which answers by itself. `grade` is how relevant the place is, 1 or more.
    """

    article_id: str
    start: int
    end: int
    choice: int = 0
    grade: int = 1


@dataclass(frozen=True, slots=True)
class Gold:
    """One question with every place where its answer stands; an unanswerable one has none.

    `unit` says how finely the evidence was marked: "passage" for spans, "article" where whole
    articles were marked, so that a second hit of the same article is no second find. `without` names the
    articles that are passed over when it is asked, see `eval/absence.py`. `standalone` is a follow-up put so
    that it needs no history, "" without one; `of` is the id of the question whose stand-alone form this one
    is, "" else.
    """

    id: str
    question: str
    kind: str
    history: tuple[Turn, ...]
    answerable: bool
    evidence: tuple[Evidence, ...]
    unit: Literal["passage", "article"] = "passage"
    without: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    standalone: str = ""
    of: str = ""


def load_gold(path: Path, collection: Store) -> tuple[Gold, ...]:
    """The questions of a gold file, their quotes looked up in the collection's articles.

    Raises CuttingsError, with file, line and value, for anything that does not fit: a gold question
    that is silently left out would make every mean below it wrong.
    """
    known = {article.id for article in collection.articles()}
    return check_golds([parse_gold(line, where, collection, known) for where, line in read_lines(path)], path)


def parse_gold(line: str, where: str, collection: Store, known: Set[str]) -> Gold:
    """The question of one line of a gold file; `known` are the ids of the articles. Raises as `load_gold`."""
    row = parse_row(line, where, _FIELDS, _NOT_READ)
    for quoted in row["evidence"]:
        check_fields(quoted, _EVIDENCE, f"{where}: evidence")
    # The same quote given twice is one place.
    places = dict.fromkeys(
        place for quoted in row["evidence"] for place in _resolve(quoted, collection, known, where)
    )
    history = read_turns(row["history"], where)
    gold = Gold(row["id"], row["question"], row["kind"], history, row["answerable"], tuple(places))
    _check(gold, where)
    return gold


def read_turns(history: list[Any], where: str) -> tuple[Turn, ...]:
    for turn in history:
        check_fields(turn, _TURN, f"{where}: history")
        if turn["role"] not in ("user", "assistant"):
            raise CuttingsError(f"{where}: history: role is {turn['role']!r}. Make it 'user' or 'assistant'.")
    return tuple(Turn(turn["role"], turn["content"]) for turn in history)


def _check(gold: Gold, where: str) -> None:
    """Raises CuttingsError where `answerable` and the evidence contradict each other."""
    if gold.answerable and not gold.evidence:
        raise CuttingsError(f"{where}: {gold.id!r} is answerable but has no evidence. Add it.")
    if gold.evidence and not gold.answerable:
        raise CuttingsError(f"{where}: {gold.id!r} is unanswerable but has evidence. Remove it.")


def check_golds(golds: Sequence[Gold], path: Path) -> tuple[Gold, ...]:
    """Raises CuttingsError for a file without questions, or with two of the same id."""
    if not golds:
        raise CuttingsError(f"{path}: no questions. Write one JSON object a line.")
    seen = set()
    for gold in golds:
        if gold.id in seen:
            raise CuttingsError(f"{path}: two questions have the id {gold.id!r}. Rename one of them.")
        seen.add(gold.id)
    return tuple(golds)


def _resolve(quoted: dict[str, str], collection: Store, known: Set[str], where: str) -> tuple[Evidence, ...]:
    article_id, quote = quoted["article_id"], quoted["quote"]
    if article_id not in known:
        raise CuttingsError(
            f"{where}: no article {article_id!r} in the collection. `cuttings list` shows those it has."
        )
    text = collection.article(article_id).text
    places = []
    start = text.find(quote)
    while start >= 0:
        places.append(Evidence(article_id, start, start + len(quote)))
        start = text.find(quote, start + len(quote))
    if not places:
        raise CuttingsError(
            f"{where}: the quote {quote[:80]!r} is not in article {article_id!r}. "
            f"Copy it from `cuttings show {article_id}`, line breaks included."
        )
    return tuple(places)
