"""The question sets beside the project (XQuAD, Abg-CoQA, MTRAG): their files -> sources and gold questions.

A set is known by its files, not by its name. XQuAD and Abg-CoQA have `articles.jsonl` and mark the
supporting span of each question; MTRAG has `passages.jsonl`, each passage an article of its own, and
marks whole passages.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from corpus.errors import CuttingsError
from corpus.metadata import Metadata
from corpus.read import Raw
from eval.gold import Evidence, Gold, check_golds, read_turns
from eval.jsonl import read_rows

_SPAN = {"id": str, "question": str, "article_id": str, "start": int, "end": int, "answer": str}
_MARKED = {"id": str, "question": str, "history": list, "gold": list, "answerability": str, "reference": str}

ANSWERABLE = {"ANSWERABLE": True, "PARTIAL": True, "UNANSWERABLE": False, "CONVERSATIONAL": False}
"""MTRAG's four values. PARTIAL counts as answerable: people marked passages that belong in the answer,
and to show those is right. CONVERSATIONAL ("Thank you!") does not: a quote in reply would be wrong."""


def load_folder(folder: Path) -> tuple[list[Raw], tuple[Gold, ...]]:
    """The articles to ingest, their text exactly as in the file, and the questions about them."""
    if (folder / "questions.jsonl").is_file():
        if (folder / "articles.jsonl").is_file():
            return _spans(folder)
        if (folder / "passages.jsonl").is_file():
            return _marked(folder)
    raise CuttingsError(
        f"{folder} is not a question set: it needs questions.jsonl, and articles.jsonl or passages.jsonl. "
        f"Give such a folder, or a gold file."
    )


def _spans(folder: Path) -> tuple[list[Raw], tuple[Gold, ...]]:
    raws = _sources(folder / "articles.jsonl")
    texts = {raw.source: raw.text for raw in raws}
    golds = []
    for where, row in read_rows(folder / "questions.jsonl", _SPAN, {"history": list}):
        text = _known(texts, row["article_id"], where)
        if not 0 <= row["start"] < row["end"] <= len(text):
            raise CuttingsError(
                f"{where}: {row['start']}-{row['end']} is no span of {row['article_id']!r}, which has "
                f"{len(text)} characters. Correct the offsets."
            )
        history = row.get("history", [])
        kind = "later turn" if history else "first turn"
        evidence = Evidence(row["article_id"], row["start"], row["end"])
        golds.append(Gold(row["id"], row["question"], kind, read_turns(history, where), True, (evidence,)))
    return raws, check_golds(golds, folder / "questions.jsonl")


def _marked(folder: Path) -> tuple[list[Raw], tuple[Gold, ...]]:
    raws = _sources(folder / "passages.jsonl")
    texts = {raw.source: raw.text for raw in raws}
    golds = []
    for where, row in read_rows(folder / "questions.jsonl", _MARKED):
        value = row["answerability"]
        if value not in ANSWERABLE:
            known = ", ".join(ANSWERABLE)
            raise CuttingsError(f"{where}: answerability is {value!r}. Make it one of {known}.")
        evidence = tuple(Evidence(id, 0, len(_known(texts, id, where))) for id in row["gold"])
        if ANSWERABLE[value] != bool(evidence):
            raise CuttingsError(f"{where}: {value} with {len(evidence)} gold passages. Correct one of them.")
        kind = value.lower()
        if value == "ANSWERABLE":
            kind = "later turn" if row["history"] else "first turn"
        history = read_turns(row["history"], where)
        golds.append(Gold(row["id"], row["question"], kind, history, ANSWERABLE[value], evidence, "article"))
    return raws, check_golds(golds, folder / "questions.jsonl")


def _sources(path: Path) -> list[Raw]:
    raws = []
    seen: set[str] = set()
    for where, row in read_rows(path, {"id": str, "text": str}, {"title": str}):
        if row["id"] in seen:
            raise CuttingsError(f"{where}: a second article with the id {row['id']!r}. Rename one of them.")
        seen.add(row["id"])
        raws.append(_raw(row))
    return raws


def _raw(row: dict[str, Any]) -> Raw:
    # The id belongs to the digest: the sets hold some texts twice, under two ids, and both are wanted.
    digest = hashlib.sha256(f"{row['id']}\n{row['text']}".encode()).hexdigest()
    metadata = Metadata(title=row.get("title"), id=row["id"])
    return Raw(f"gold:{row['id']}", row["id"], row["text"], "txt", metadata, (), digest)


def _known(texts: dict[str, str], article_id: object, where: str) -> str:
    if not isinstance(article_id, str) or article_id not in texts:
        raise CuttingsError(f"{where}: no article {article_id!r} in this set. Add it or correct the id.")
    return texts[article_id]
