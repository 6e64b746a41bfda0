"""Feedback as gold questions: what is made of it, what is left out, and that each is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from chatbot.answer import Answer
from chatbot.bot import Chatbot
from chatbot.cli.main import main
from chatbot.feedback import FILE, Feedback, Versions, store
from chatbot.filters import Filters
from corpus.article import Article
from corpus.errors import CuttingsError
from eval.questions.gold import load_gold
from index.folder.collection import Collection
from tests.test_chatbot_feedback import VERSIONS, answered, cited

TEXT = "It opens in May. It cost three million pounds."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "collection"
    collection = Collection.create(folder)
    with collection.change() as change:
        for name in ("bridge", "ferry"):
            change.put(Article(name, name.title(), TEXT, f"{name}.txt"), f"{name}.txt", "0", [])
    collection.close()
    return folder


def said(folder: Path, verdict: Any, answer: Answer, comment: str = "") -> None:
    store(folder, Feedback(verdict, comment, answer), VERSIONS)


def exported(capsys: pytest.CaptureFixture[str], folder: Path, *more: object) -> tuple[list[Any], list[str]]:
    """The rows, and the lines of standard error."""
    capsys.readouterr()
    assert main(["gold", "from-feedback", "--collection", str(folder), *map(str, more)]) == 0
    out, err = capsys.readouterr()
    return [json.loads(line) for line in out.splitlines()], err.splitlines()


def refused(capsys: pytest.CaptureFixture[str], folder: Path, *more: object) -> list[str]:
    capsys.readouterr()
    assert main(["gold", "from-feedback", "--collection", str(folder), *map(str, more)]) == 1
    out, err = capsys.readouterr()
    assert not out
    return err.splitlines()


def test_thumbs_up_make_a_gold_question_that_the_evaluation_reads(capsys, tmp_path, folder):
    said(folder, "up", answered("When does it open?", cited("bridge", also=(cited("ferry"),))), "Right.")
    out = tmp_path / "gold.jsonl"
    rows, err = exported(capsys, folder, out)
    assert rows == [] and err == ["1 candidate; look through them before you measure with them"]
    (row,) = map(json.loads, out.read_text().splitlines())
    (gold,) = load_gold(out, Collection.open(folder)).golds
    assert (gold.id, gold.question, gold.kind) == (row["id"], "When does it open?", "feedback")
    assert gold.answerable and gold.history == ()
    # Each sentence was shown as an answer by itself.
    assert [(e.choice, e.article_id, e.start, e.end) for e in gold.evidence] == [
        (0, "bridge", 0, 16),
        (1, "ferry", 0, 16),
    ]
    (about,) = row["feedback"]
    assert about["comment"] == "Right." and about["versions"]["revision"] == 7 and about["time"]


def test_a_thumb_down_waits_for_its_evidence_and_never_counts_as_unanswerable(capsys, tmp_path, folder):
    said(folder, "up", answered("What did it cost?", cited("bridge", "It cost three million pounds.")))
    said(folder, "down", answered("When?"), "That is the ferry.")
    said(folder, "down", answered("Who paid?", state="none"))
    rows, err = exported(capsys, folder)
    assert [row["question"] for row in rows] == ["What did it cost?"]
    assert sum("thumbs down only; with --all it is written, to be filled in" in line for line in err) == 2
    out = tmp_path / "gold.jsonl"
    _, err = exported(capsys, folder, "--all", out)
    assert "2 to be filled in, until then `cuttings eval` refuses the file" in err[-1]
    with pytest.raises(CuttingsError, match=r"gold\.jsonl:2: .* is answerable but has no evidence. Add it."):
        load_gold(out, Collection.open(folder))
    row = json.loads(out.read_text().splitlines()[1])
    assert row["feedback"][0]["comment"] == "That is the ferry."


def test_a_thumb_up_for_no_answer_makes_an_unanswerable_question(capsys, tmp_path, folder):
    said(folder, "up", answered("Who won the cup?", cited("bridge"), state="none"))
    exported(capsys, folder, tmp_path / "gold.jsonl")
    (gold,) = load_gold(tmp_path / "gold.jsonl", Collection.open(folder)).golds
    assert not gold.answerable and gold.evidence == ()


def test_the_same_question_is_one_candidate_with_the_evidence_of_all(capsys, folder):
    said(folder, "up", answered("When does it open?", cited("bridge")), "one")
    said(folder, "up", answered("  when DOES it open? ", cited("ferry")), "two")
    said(folder, "down", answered("When does it open?", cited("bridge", TEXT)), "three")
    rows, err = exported(capsys, folder)
    (row,) = rows
    assert [quoted["article_id"] for quoted in row["evidence"]] == ["bridge"]
    assert [[quoted["article_id"] for quoted in one] for one in row["alternatives"]] == [["ferry"]]
    assert [one["comment"] for one in row["feedback"]] == ["one", "two", "three"]
    assert len(err) == 1


def test_contradictions_are_told_and_left_to_a_person(capsys, folder):
    said(folder, "up", answered("When does it open?"))
    said(folder, "down", answered("When does it open?"))
    said(folder, "up", answered("What did it cost?"))
    said(folder, "up", answered("What did it cost?", state="none"))
    said(folder, "up", answered("Which opens?"))
    rows, err = exported(capsys, folder, "--all")
    assert [row["question"] for row in rows] == ["Which opens?"]
    assert err[0] == (
        "left out: lines 1, 2, 'When does it open?': thumbs up and down on the same answer; "
        "decide and write it yourself"
    )
    assert "lines 3, 4, 'What did it cost?': thumbs up on an answer and on there being none" in err[1]


def test_quotations_that_no_longer_stand_are_told_and_left_out(capsys, folder):
    gone = [cited("bridge", "It opened in June."), cited("tunnel")]
    said(folder, "up", answered("When does it open?", cited("bridge"), *gone))
    said(folder, "up", answered("And the tunnel?", cited("tunnel")))
    rows, err = exported(capsys, folder)
    assert [row["evidence"] for row in rows] == [[{"article_id": "bridge", "quote": "It opens in May."}]]
    assert [row["alternatives"] for row in rows] == [[]]
    assert "'It opened in June.' no longer stands in article 'bridge'" in err[0]
    assert "no longer stands in article 'tunnel'" in err[1]
    assert "line 2, 'And the tunnel?': none of its quotations stands any more" in err[3]


def test_what_the_evaluation_cannot_ask_again_is_left_out_and_told(capsys, folder):
    said(folder, "up", answered("Hello", state="none", notice="Hello."))
    said(folder, "up", answered("In May?", filters=Filters(("Herald",))))
    said(folder, "up", answered("In 2019?", taken_off=frozenset({"any_time"})))
    # As where none of its sentences stands any more: that makes no question unanswerable.
    lost = answered("Where?", cited("bridge"), state="none")
    store(folder, Feedback("up", "", lost, lost=1), VERSIONS)
    said(folder, "up", answered("What next?", taken_off=frozenset({"as_typed"})))
    rows, err = exported(capsys, folder)
    assert [row["question"] for row in rows] == ["What next?"]
    assert [line.split(": ")[-1].split(",")[0] for line in err[:4]] == [
        "it was no question to the articles",
        "asked with filters set",
        "asked with its time taken off",
        "its articles had changed before it was judged",
    ]


def test_damaged_lines_are_told(capsys, folder):
    said(folder, "up", answered())
    with (folder / FILE).open("a") as file:
        file.write('{"verdict": "up\n')
    rows, err = exported(capsys, folder)
    assert len(rows) == 1 and err[0] == f"left out: line 2 of {folder / FILE} is damaged"


def test_a_file_is_never_overwritten(capsys, tmp_path, folder):
    out = tmp_path / "gold.jsonl"
    out.write_text("evidence filled in by hand")
    said(folder, "up", answered())
    (line,) = refused(capsys, folder, out)
    assert line == f"cuttings: {out} is there already; name another file, or remove it first"
    assert out.read_text() == "evidence filled in by hand"


def test_where_nothing_can_be_made_nothing_is_written(capsys, tmp_path, folder):
    (line,) = refused(capsys, folder)
    assert line == f"cuttings: there is no feedback in {folder} yet; the thumbs in the chat page store it"
    said(folder, "down", answered())
    line = refused(capsys, folder, tmp_path / "gold.jsonl")[-1]
    assert line.startswith("cuttings: no gold question can be made of")
    assert not (tmp_path / "gold.jsonl").exists()
    (line,) = refused(capsys, tmp_path / "nowhere")
    assert "nowhere" in line


@pytest.mark.model
def test_from_a_real_follow_up_to_a_question_that_stands_alone(capsys, tmp_path, bundled: Chatbot):
    from chatbot.answer import Turn

    turns = [Turn("user", "How many clinical directors plan to quit?"), Turn("assistant", "One in ten.")]
    answer = bundled.ask("and why do they?", turns)
    folder = tmp_path / "copy"
    folder.mkdir()
    shutil.copytree(bundled.collection.folder, folder, dirs_exist_ok=True)
    store(folder, Feedback("up", "", answer), Versions.of(bundled))
    exported(capsys, folder, tmp_path / "gold.jsonl")
    (gold,) = load_gold(tmp_path / "gold.jsonl", bundled.collection).golds
    assert gold.question == answer.standalone_question != answer.question
    places = {(one.article_id, one.start, one.end) for one in gold.evidence}
    assert {(one.article_id, one.start, one.end) for one in answer.citations} <= places or not gold.answerable
