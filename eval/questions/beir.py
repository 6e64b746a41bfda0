"""Folders in the format of BEIR (Thakur et al., NeurIPS 2021): documents, queries and graded judgements."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import CuttingsError
from eval.questions.brought import Brought, QuestionSet
from eval.questions.jsonl import Complain, check_fields, parse_row, read_lines, reporting
from eval.questions.judgements import gather, read_judgements, read_topics

CORPUS, QUERIES = "corpus.jsonl", "queries.jsonl"


def load_beir(folder: Path, complain: Complain) -> QuestionSet:
    """The articles to ingest, and the questions that are judged. CuttingsError where a file is not there."""
    judged = read_judgements(judgements(folder), "BEIR", complain)
    brought = _articles(folder / CORPUS, complain)
    topics = read_topics(folder / QUERIES, complain)

    def find(name: str) -> tuple[str, str] | None:
        return brought.find(name, "") if name in brought else None

    return QuestionSet(brought.raws, gather(judged, topics, folder / QUERIES, find).loaded())


def _articles(path: Path, complain: Complain) -> Brought:
    """A title stands for a text that is blank, as some documents have it."""
    brought = Brought()
    for where, line in read_lines(path):
        with reporting(complain):
            row = check_fields(
                parse_row(line, where), {"_id": str}, where, {"text": str, "title": str}, others=True
            )
            title, text = row.get("title", ""), row.get("text", "")
            brought.add(row["_id"], text if text.strip() else title, title.strip() or None, where)
    return brought


def judgements(folder: Path) -> Path:
    """The file of `qrels` that is used: test.tsv, else the only one. CuttingsError where neither is there."""
    files = sorted((folder / "qrels").glob("*.tsv"))
    for file in files:
        if file.name == "test.tsv" or len(files) == 1:
            return file
    if not files:
        raise CuttingsError(f"{folder}: no judgements; BEIR has them in qrels/test.tsv. Add that file.")
    names = ", ".join(file.name for file in files)
    raise CuttingsError(f"{folder / 'qrels'}: no test.tsv, but {names}. Copy one of them to test.tsv.")
