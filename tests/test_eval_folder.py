"""The three question sets beside the project, in small; the real ones where they are at hand."""

import json
import os
from pathlib import Path

import pytest

from corpus.errors import CuttingsError
from eval.questions.folder import load_folder
from eval.questions.gold import Evidence

TEXT = "  Ann rowed home.\r\nBen swam. "
TURNS = [{"role": "user", "content": "Who rowed?"}, {"role": "assistant", "content": "Ann."}]
SPAN = {"id": "q1", "question": "Who swam?", "article_id": "a", "start": 19, "end": 22, "answer": "Ben"}
MARKED = {
    "id": "q1",
    "question": "Who swam?",
    "history": [],
    "gold": ["a"],
    "answerability": "ANSWERABLE",
    "reference": "Ben swam.",
}


def folder_of(folder: Path, articles: str, *questions: dict) -> Path:
    rows = [{"id": "a", "text": TEXT}, {"id": "b", "text": TEXT}]
    (folder / articles).write_text("\n".join(map(json.dumps, rows)))
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, questions)))
    return folder


def test_spans_refer_to_the_text_as_it_is_in_the_file(tmp_path):
    found = load_folder(folder_of(tmp_path, "articles.jsonl", SPAN, SPAN | {"id": "q2", "history": TURNS}))
    first, later = found.loaded.golds
    assert [raw.text for raw in found.raws] == [TEXT, TEXT]
    assert first.evidence == (Evidence("a", 19, 22),) and TEXT[19:22] == "Ben"
    assert (first.kind, first.unit, first.history) == ("first turn", "passage", ())
    assert later.kind == "later turn" and [turn.content for turn in later.history] == ["Who rowed?", "Ann."]


def test_the_same_text_under_two_ids_is_two_sources(tmp_path):
    raws = load_folder(folder_of(tmp_path, "articles.jsonl", SPAN)).raws
    assert len({raw.digest for raw in raws}) == len({raw.location for raw in raws}) == 2
    assert [raw.metadata.id for raw in raws] == ["a", "b"]


@pytest.mark.parametrize(
    ("value", "gold", "answerable", "kind"),
    [
        ("ANSWERABLE", ["a"], True, "first turn"),
        ("PARTIAL", ["a", "b"], True, "partial"),
        ("UNANSWERABLE", [], False, "unanswerable"),
        ("CONVERSATIONAL", [], False, "conversational"),
    ],
)
def test_marked_passages_and_the_four_sorts_of_answerability(tmp_path, value, gold, answerable, kind):
    row = MARKED | {"answerability": value, "gold": gold}
    (read,) = load_folder(folder_of(tmp_path, "passages.jsonl", row)).loaded.golds
    assert (read.answerable, read.kind, read.unit) == (answerable, kind, "article")
    assert read.evidence == tuple(Evidence(id, 0, len(TEXT)) for id in gold)


@pytest.mark.parametrize(
    ("articles", "row", "complaint"),
    [
        ("articles.jsonl", SPAN | {"end": 900}, "19-900 is no span"),
        ("articles.jsonl", SPAN | {"end": 19}, "19-19 is no span"),
        ("articles.jsonl", SPAN | {"start": True}, "start is True"),
        ("articles.jsonl", SPAN | {"article_id": "z"}, "no article 'z'"),
        ("passages.jsonl", MARKED | {"gold": ["z"]}, "no article 'z'"),
        ("passages.jsonl", MARKED | {"answerability": "MAYBE"}, "answerability is 'MAYBE'"),
        ("passages.jsonl", MARKED | {"gold": []}, "ANSWERABLE with 0 gold passages"),
    ],
)
def test_what_does_not_fit_is_refused_with_file_and_line(tmp_path, articles, row, complaint):
    with pytest.raises(CuttingsError, match=complaint) as error:
        load_folder(folder_of(tmp_path, articles, row))
    assert "questions.jsonl:1: " in str(error.value)


@pytest.mark.parametrize(
    ("name", "articles", "questions", "answerable"),
    [("xquad", 24, 612, 612), ("abgcoqa", 468, 961, 961), ("mtrag", 350, 159, 150)],
)
def test_the_real_sets_resolve(name, articles, questions, answerable):
    folder = Path(os.environ.get("CUTTINGS_DEV_SETS", "../shared/dev")) / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here; set CUTTINGS_DEV_SETS to the folder of the question sets")
    found = load_folder(folder)
    golds = found.loaded.golds
    assert (len(found.raws), len(golds)) == (articles, questions)
    assert sum(gold.answerable for gold in golds) == answerable
