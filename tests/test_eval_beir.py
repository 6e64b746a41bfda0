"""BEIR's folders: documents become articles, grades stay, and what cannot be asked is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import CuttingsError
from eval.manifest import LeftOut
from eval.questions.beir import load_beir
from eval.questions.gold import Evidence
from eval.questions.jsonl import Wrong, stop

DOCUMENTS = [
    {"_id": "MED-1", "title": "Bread", "text": "Bread is baked.", "metadata": {"url": "x"}},
    {"_id": "MED-2", "title": "Only a title", "text": ""},
    {"_id": "MED-3", "title": "", "text": "Milk is white."},
]
QUERIES = [{"_id": f"q{n}", "text": f"Question {n}?", "metadata": {}} for n in range(1, 7)]
HEADING = "query-id\tcorpus-id\tscore"
JUDGED = [HEADING, "q1\tMED-1\t2", "q1\tMED-2\t1", "q1\tMED-3\t0", "q2\tMED-9\t1", "q2\tMED-3\t1"]
TEXTS = {"med-1": "Bread is baked.", "med-2": "Only a title", "med-3": "Milk is white."}


def beir(folder: Path, *lines: str, name: str = "test.tsv") -> Path:
    (folder / "qrels").mkdir(exist_ok=True)
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, DOCUMENTS)))
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, QUERIES)))
    (folder / "qrels" / name).write_text("\n".join(lines))
    return folder


def test_documents_are_articles_and_judgements_are_graded_evidence(tmp_path):
    found = load_beir(beir(tmp_path, *JUDGED), stop)
    assert {raw.metadata.id: raw.text for raw in found.raws} == TEXTS
    assert [raw.metadata.title for raw in found.raws] == ["Bread", "Only a title", None]
    first, second = found.loaded.golds
    assert (first.id, first.question, first.answerable, first.unit) == ("q1", "Question 1?", True, "article")
    assert first.evidence == (Evidence("med-1", 0, 15, grade=2), Evidence("med-2", 0, 12, grade=1))
    assert second.evidence == (Evidence("med-3", 0, 14),)


def test_what_is_not_asked_is_told(tmp_path):
    more = ["q3\tMED-8\t1", "q3\tMED-9\t1", "q4\tMED-1\t0", "q7\tMED-1\t1"]
    loaded = load_beir(beir(tmp_path, *JUDGED, *more), stop).loaded
    test = tmp_path / "qrels" / "test.tsv"
    assert loaded.left_out == (
        LeftOut("q3", f"{test}:7", "no relevant article is there: 'MED-8', 'MED-9'"),
        LeftOut("q4", f"{test}:9", "none of its documents is judged relevant"),
        LeftOut("q7", f"{test}:10", f"no question 'q7' in {tmp_path / 'queries.jsonl'}"),
    )
    assert loaded.notes == (
        LeftOut("q2", f"{test}:5", "asked without relevant articles that are not there: 'MED-9'"),
        LeftOut("", str(tmp_path / "queries.jsonl"), "questions that are not judged, and not asked: 2"),
    )
    assert [(one.id, one.quotation.article_id) for one in loaded.unresolved] == [
        ("q2", "MED-9"),
        ("q3", "MED-8"),
        ("q3", "MED-9"),
    ]


def test_test_tsv_is_taken_before_others_and_another_only_where_it_is_alone(tmp_path):
    beir(tmp_path, HEADING, "q1\tMED-1\t1", name="dev.tsv")
    assert [gold.id for gold in load_beir(tmp_path, stop).loaded.golds] == ["q1"]
    beir(tmp_path, HEADING, "q2\tMED-1\t1", name="train.tsv")
    with pytest.raises(CuttingsError, match=r"no test\.tsv, but dev\.tsv, train\.tsv\. Copy one"):
        load_beir(tmp_path, stop)
    beir(tmp_path, HEADING, "q3\tMED-1\t1", name="test.tsv")
    assert [gold.id for gold in load_beir(tmp_path, stop).loaded.golds] == ["q3"]


def test_without_judgements_there_is_nothing_to_ask(tmp_path):
    beir(tmp_path, name="notes.txt")
    with pytest.raises(CuttingsError, match=r"BEIR has them in qrels/test\.tsv"):
        load_beir(tmp_path, stop)


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("qrels/test.tsv", "q1\tMED-1", "2 columns"),
        ("qrels/test.tsv", "q1\tMED-1\thigh", "the grade is 'high'"),
        ("qrels/test.tsv", "q1\tMED-1\t1.5", "the grade is '1.5'"),
        ("qrels/test.tsv", "q1\tMED-1\t3", "'MED-1' has another grade for 'q1' already"),
        ("corpus.jsonl", "{", "not JSON"),
        ("corpus.jsonl", '{"_id": "MED-1", "text": "Again."}', "a second article with the id 'MED-1'"),
        ("corpus.jsonl", '{"text": "Nameless."}', "'_id' is missing"),
        ("corpus.jsonl", '{"_id": "MED-5", "text": null}', "text is None"),
        ("queries.jsonl", '{"_id": "q1", "text": "Again?"}', "the id 'q1' stands at"),
        ("queries.jsonl", '{"_id": "q9", "text": ""}', "text is empty"),
    ],
)
def test_what_does_not_fit_is_told_with_file_and_line_and_the_rest_is_read(tmp_path, file, line, complaint):
    beir(tmp_path, *JUDGED)
    lines = [*(tmp_path / file).read_text().split("\n"), line]
    (tmp_path / file).write_text("\n".join(lines))
    told: list[Wrong] = []
    assert len(load_beir(tmp_path, told.append).loaded.golds) == 2
    (wrong,) = told
    assert wrong.where == f"{tmp_path / file}:{len(lines)}" and wrong.what.startswith(complaint)
    with pytest.raises(CuttingsError, match=complaint):
        load_beir(tmp_path, stop)
