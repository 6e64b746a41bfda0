"""What a path is, by what is in it; and whose articles its questions are about."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from corpus.errors import CuttingsError
from eval.questions.sources import format_of, load
from tests.test_eval_beir import JUDGED, beir
from tests.test_eval_folder import SPAN, folder_of
from tests.test_eval_gold import ROW, made, written
from tests.test_eval_squad import asked, data, file

HEADS = {
    json.dumps(ROW): "gold file",
    "": "gold file",
    "{": "gold file",
    '{"id": "data", "question"': "gold file",
    '{"version": "1.1", "data": [': "SQuAD",
    '\ufeff\n{\n  "data":\n[': "SQuAD",
    "1 0 bridge 2\n": "TREC judgements",
    "\n1\tQ0\tbridge\t-1\r\n2 0 x 1": "TREC judgements",
    "When did it close": "gold file",
    "1 0 bridge": "gold file",
}


@pytest.mark.parametrize(("head", "format"), HEADS.items())
def test_a_file_is_known_by_its_beginning_and_not_by_its_name(tmp_path, head, format):
    path = tmp_path / "questions.txt"
    path.write_text(head, encoding="utf-8")
    assert format_of(path) == format


def test_each_format_says_whose_articles_it_is_about(tmp_path):
    collection = made(tmp_path / "collection")
    for name in ("beir", "set", "squad", "gold"):
        (tmp_path / name).mkdir()
    (tmp_path / "qrels").write_text("1 0 bridge 1\n")
    (tmp_path / "topics").write_text("1\tWhen did it close?\n")
    paths = {
        "BEIR": beir(tmp_path / "beir", *JUDGED),
        "question set": folder_of(tmp_path / "set", "articles.jsonl", SPAN),
        "SQuAD": file(tmp_path / "squad", data(asked("cost", "May"))),
        "gold file": written(tmp_path / "gold", ROW),
        "TREC judgements": tmp_path / "qrels",
    }
    counts = {}
    for format, path in paths.items():
        source = load(path, tmp_path / "topics" if format == "TREC judgements" else None)
        assert (source.format, source.path) == (format, path)
        articles = None if source.raws is None else len(source.raws)
        counts[format] = (articles, len(source.questions(collection).golds))
    assert counts == {
        "BEIR": (3, 2),
        "question set": (2, 1),
        "SQuAD": (1, 2),
        "gold file": (None, 1),
        "TREC judgements": (None, 1),
    }


def test_topics_go_with_judgements_and_judgements_with_topics(tmp_path):
    (tmp_path / "qrels").write_text("1 0 bridge 1\n")
    with pytest.raises(CuttingsError, match="give the questions with --topics FILE"):
        load(tmp_path / "qrels")
    path = written(tmp_path, ROW)
    with pytest.raises(CuttingsError, match=r"--topics belongs to TREC judgements; .* is a gold file"):
        load(path, tmp_path / "qrels")


def test_what_is_nothing_of_these_is_refused(tmp_path):
    with pytest.raises(CuttingsError, match="not a question set"):
        load(tmp_path)
    with pytest.raises(CuttingsError, match="nowhere"):
        load(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CuttingsError, match="pipe is no file"):
        load(tmp_path / "pipe")


def test_a_set_without_questions_is_refused_once_they_are_asked_for(tmp_path):
    collection = made(tmp_path / "collection")
    path: Path = file(tmp_path)
    with pytest.raises(CuttingsError, match=r"squad\.json: no questions"):
        load(path).questions(collection)
