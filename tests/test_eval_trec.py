"""TREC judgements about a collection: articles by their ids, questions from the topics."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import CuttingsError
from eval.manifest import LeftOut
from eval.questions.gold import Evidence, Loaded, some
from eval.questions.jsonl import stop
from eval.questions.judgements import read_qrels
from eval.questions.texts import of_collection
from index.folder.collection import Collection
from tests.test_eval_gold import TEXT, made


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return made(tmp_path / "collection")


def files(
    folder: Path, qrels: str, topics: str = "1\tWhen did it close?\n2\tWho left?\n"
) -> tuple[Path, Path]:
    (folder / "qrels").write_text(qrels)
    (folder / "topics").write_text(topics)
    return folder / "qrels", folder / "topics"


def loaded_from(collection: Collection, qrels: Path, topics: Path) -> Loaded:
    return some(read_qrels(qrels, topics, of_collection(collection), stop), qrels)


def test_a_judged_article_is_evidence_as_a_whole(tmp_path, collection):
    loaded = loaded_from(collection, *files(tmp_path, "1 0 bridge 2\r\n1  0  other  0\r\n"))
    (gold,) = loaded.golds
    assert (gold.id, gold.question, gold.unit) == ("1", "When did it close?", "article")
    assert gold.evidence == (Evidence("bridge", 0, len(TEXT), grade=2),)
    assert loaded.notes == (
        LeftOut("", str(tmp_path / "topics"), "questions that are not judged, and not asked: 1"),
    )


def test_articles_that_are_not_in_the_collection_are_told(tmp_path, collection):
    qrels = "1 0 bridge 1\n1 0 tunnel 1\n2 0 tunnel 1\n3 0 bridge 1\n4 0 bridge -2\n"
    loaded = loaded_from(collection, *files(tmp_path, qrels, "1\tWhen?\n2\tWho?\n4\tWhy?\n"))
    where = tmp_path / "qrels"
    assert [gold.id for gold in loaded.golds] == ["1"]
    assert loaded.notes == (
        LeftOut("1", f"{where}:1", "asked without relevant articles that are not there: 'tunnel'"),
    )
    assert loaded.left_out == (
        LeftOut("2", f"{where}:3", "no relevant article is there: 'tunnel'"),
        LeftOut("3", f"{where}:4", f"no question '3' in {tmp_path / 'topics'}"),
        LeftOut("4", f"{where}:5", "none of its documents is judged relevant"),
    )


@pytest.mark.parametrize(
    "topics",
    [
        "1\tWhen, and\twhy?",
        '\n{"id": "1", "question": "When, and\\twhy?", "narrative": ""}',
        '{"_id": "1", "text": "When, and\\twhy?"}',
    ],
)
def test_topics_may_be_written_in_three_ways(tmp_path, collection, topics):
    (gold,) = loaded_from(collection, *files(tmp_path, "1 0 bridge 1", topics)).golds
    assert gold.question == "When, and\twhy?"


@pytest.mark.parametrize(
    ("qrels", "topics", "complaint"),
    [
        ("1 0 bridge", "1\tWhen?", r"qrels:1: 3 columns"),
        ("1 0 bridge 1\n1 0 bridge 2", "1\tWhen?", r"qrels:2: 'bridge' has another grade"),
        ("1 0 bridge 1", "1 When?", r"topics:1: '1 When\?' is no topic"),
        ("1 0 bridge 1", "1\tWhen?\n1\tWho?", r"topics:2: the id '1' stands at"),
        ("1 0 bridge 1", '{"id": 1, "question": "When?"}', r"topics:1: id is 1"),
        ("1 0 tunnel 1", "1\tWhen?", r"qrels:1: '1' cannot be asked: no relevant article is there: 'tunnel'"),
        ("", "1\tWhen?", r"qrels: no questions"),
    ],
)
def test_what_does_not_fit_is_refused_with_file_and_line(tmp_path, collection, qrels, topics, complaint):
    with pytest.raises(CuttingsError, match=complaint):
        loaded_from(collection, *files(tmp_path, qrels, topics))
