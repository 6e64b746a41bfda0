"""Writing gold questions: what is typed and what then stands in the file, as a person and through a pipe."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from corpus.read import read
from eval.questions.check import check
from eval.questions.gold import load_gold
from eval.write.dialogue import chosen
from eval.write.draft import kind
from eval.write.sitting import write
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder
from tests.small import small_bot
from tests.terminal import CUTTINGS, ROOT, Person, environment

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    return small_bot(tmp_path)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return tmp_path / "gold.jsonl"


@pytest.fixture
def say(bot, gold, monkeypatch, capsys) -> Say:
    """A sitting in which these lines are piped in: its exit code, and what was shown."""

    def said(*lines: str, bot: Chatbot = bot, ends: str = "\n") -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(line + ends for line in lines)))
        code = write(bot, gold, 1)
        told = capsys.readouterr()
        return code, told.out + told.err

    return said


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def to(title: str, shown: str) -> list[str]:
    """So many empty lines as it takes to come to the passage of an article."""
    passages = shown.split("question> ")
    return [""] * next(n for n, passage in enumerate(passages) if title in passage)


def all_passages(say: Say) -> str:
    return say("", "", "")[1]


def quotes_stand(path: Path, bot: Chatbot) -> int:
    """How many quotations the file has, each of which is found in its article."""
    count = 0
    for row in rows(path):
        for quoted in [*row["evidence"], *chain(*row.get("alternatives", []))]:
            assert quoted["quote"] in bot.collection.article(quoted["article_id"]).text
            count += 1
    return count


# A sitting


def test_a_question_is_written_with_the_sentences_that_answer_and_those_elsewhere(say, gold, bot):
    there = to("The mayor opens the bridge", all_passages(say))
    code, shown = say(*there, "tags:  money ,bridge,", "How much did the bridge cost?", "1-2", "1, 2", "q")
    assert code == 0 and "g001 is written (number)." in shown
    (row,) = rows(gold)
    assert row["id"] == "g001" and row["question"] == "How much did the bridge cost?"
    assert row["kind"] == "number" and row["answerable"] and row["history"] == []
    assert row["evidence"] == [
        {"article_id": "bridge", "quote": "The mayor opened the new bridge on Friday."},
        {"article_id": "bridge", "quote": "It cost nine million pounds."},
    ]
    assert len(row["alternatives"]) == 2 and all(len(choice) == 1 for choice in row["alternatives"])
    assert "bridge" not in {choice[0]["article_id"] for choice in row["alternatives"]}
    assert row["tags"] == ["money", "bridge"] and "standalone" not in row
    assert quotes_stand(gold, bot) == 4
    assert shown.endswith(f"1 question written; {gold} has 1.\n")


def test_what_was_written_is_whole_for_the_rest_of_the_tools(say, gold, bot):
    there = to("The mayor opens the bridge", all_passages(say))
    say(
        *there,
        "What was opened?",
        "1",
        "1",
        "f And at what cost?",
        "Its price?",
        "2",
        "",
        "u Why?",
        "",
    )
    loaded, found = check(gold, None, bot.collection.folder)
    assert [one.kind for one in found] == []
    assert [one.kind for one in loaded.golds] == ["fact", "follow-up", "unanswerable"]
    assert loaded == load_gold(gold, bot.collection)
    assert [place.choice for place in loaded.golds[0].evidence] == [0, 1]


def test_a_follow_up_has_the_conversation_and_stands_alone_too(say, gold):
    there = to("The mayor opens the bridge", all_passages(say))
    say(
        *there,
        "Who opened the bridge?",
        "1",
        "",
        "f and what did it cost?",
        "",
        "2",
        "",
        "f Why?",
        "Why was the bridge opened?",
        "",
        "",
        "y",
    )
    first, second, third = rows(gold)
    turns = [
        {"role": "user", "content": first["question"]},
        {"role": "assistant", "content": "The mayor opened the new bridge on Friday."},
    ]
    assert second["kind"] == "follow-up" and second["history"] == turns
    assert second["standalone"] == "What did the bridge cost?"
    turns += [
        {"role": "user", "content": "and what did it cost?"},
        {"role": "assistant", "content": "It cost nine million pounds."},
    ]
    assert third["history"] == turns and third["standalone"] == "Why was the bridge opened?"
    assert (third["answerable"], third["evidence"], third["kind"]) == (False, [], "follow-up")


def test_one_that_the_articles_do_not_answer_may_be_answered_after_all(say, gold, bot):
    say("u When does the ferry run?", "2", "u Who swam?", "")
    ferry, swam = rows(gold)
    assert ferry["answerable"] and len(ferry["evidence"]) == 1 and "alternatives" not in ferry
    assert ferry["kind"] == "date" and quotes_stand(gold, bot) == 1
    assert (swam["answerable"], swam["evidence"], swam["kind"]) == (False, [], "unanswerable")


def test_what_is_nearly_there_already_or_gives_itself_away_is_told_at_once(say, gold):
    there = to("The mayor opens the bridge", all_passages(say))
    question = "Which mayor opened the new bridge on Friday and was traffic light?"
    _, shown = say(*there, question, "1", "", question.upper(), "back", "f So?", "", "1", "")
    assert f"is nearly '{question}' at g001; `back` drops it.\nevidence> back\nDropped" in shown
    assert "But the conversation has its evidence already" in shown
    _, shown = say(*there, "The mayor opened the new bridge on Friday: friday, mayor, bridge?", "1", "")
    assert "asked in the words of its evidence" not in shown  # five terms are too few to say
    assert [row["id"] for row in rows(gold)] == ["g001", "g002", "g003"]


def test_undo_takes_out_what_was_written_here_and_no_more(say, gold):
    _, shown = say("u First?", "", "undo", "undo", "u Second?", "", "u Third?", "", "back")
    assert "g001 is taken out: First?" in shown and "g002 is taken out: Third?" in shown
    assert "Nothing was written in this sitting that could be taken out." in shown
    assert [row["question"] for row in rows(gold)] == ["Second?"]
    _, shown = say("undo", "u Fourth?", "")
    assert "Nothing was written in this sitting" in shown
    assert [row["id"] for row in rows(gold)] == ["g001", "g002"]


def test_input_that_ends_in_a_question_writes_nothing_of_it(say, gold):
    assert say("u One?", "")[0] == 0
    for lines in (["Two?"], ["Two?", "1"], ["f Two?"], ["Two?", ""], ["Two?", "", ""], ["u Two?"]):
        if lines[0].startswith("f"):
            lines = ["u One and a half?", "", *lines, "Two?"]
        code, shown = say(*lines)
        assert code == 1 and "cuttings: nothing more to read; not written: " in shown
    assert [row["question"] for row in rows(gold)] == ["One?", "One and a half?"]


def test_a_wrong_number_is_asked_again_and_back_drops_the_question(say, gold):
    who = "Who opened it?"
    code, shown = say(who, "9", "x", "back", who, "1", "7", "back", "f Who?", "u ", "f", "?")
    assert code == 1  # there was nothing to follow up
    assert shown.count("Enter for none, `back` drops it.") == 3
    assert shown.count("Dropped; nothing of it was written.") == 2
    assert "there is no question yet to follow up" in shown and "there is no question after 'u'" in shown
    assert "tags: a, b" in shown and not gold.exists()


def test_every_passage_comes_and_then_it_ends(say):
    code, shown = say(*[""] * 9)
    assert code == 0 and shown.count("question> ") == 3 and "That was the last passage." in shown
    assert say()[0] == 0 and say("EXIT")[0] == 0


def test_a_file_with_an_error_or_that_cannot_be_written_is_told_first(say, gold, bot):
    gold.write_text('{"id": "a"}\n', encoding="utf-8")
    with pytest.raises(CuttingsError, match=r"gold\.jsonl:1: 'question' is missing"):
        say("u Why?", "")
    assert gold.read_text(encoding="utf-8") == '{"id": "a"}\n'
    gold.unlink()
    gold.mkdir()
    with pytest.raises(CuttingsError, match=r"gold\.jsonl is no file; name the gold file"):
        say("u Why?", "")


def test_questions_whose_quotations_are_gone_are_told_and_kept(say, gold):
    gone = {"article_id": "bridge", "quote": "Never said."}
    gold.write_text(
        json.dumps({"id": "g004", "question": "What?", "answerable": True, "evidence": [gone]}),
        encoding="utf-8",
    )
    _, shown = say("u Why?", "")
    assert "1 question of" in shown and "cannot be asked; `cuttings gold check" in shown
    assert [row["id"] for row in rows(gold)] == ["g004", "g005"]


def test_what_can_no_longer_be_written_is_shown_to_be_kept(say, gold, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, shown = say("u Who came?", "")
    assert code == 1 and 'so that you can keep it: {"question": "Who came?"' in shown
    assert "cannot write" in shown and "No space left on device" in shown
    assert gold.read_bytes() == b"" and f"0 questions written; {gold} has 0.\n" in shown


# Odd text


def test_odd_text_is_stored_as_it_stands_and_shown_so_that_it_harms_nobody(tmp_path, say, gold):
    written = tmp_path / "odd"
    written.mkdir()
    text = "📰 The mayor of the town stood at the very window and he\r\nwaved \x1b]0;owned\x07 to all."
    text += " A “boat”\u00a0sank\u2028there. The \u202eend\u202c."
    (written / "odd.txt").write_bytes(text.encode())
    collection = Collection.create(tmp_path / "one")
    ingest(collection, HashEncoder(), read([written]), 60)
    one = Chatbot(collection, HashEncoder(), Settings(reader="none"))
    code, shown = say("Who\u2028 waved 👋?", "1", "", bot=one, ends="\r\n")
    assert code == 0 and "\x1b" not in shown and "\u202e" not in shown
    (row,) = rows(gold)
    assert row["question"] == "Who waved 👋?" and quotes_stand(gold, one) == len(row["evidence"]) == 1
    assert "\r\n" in row["evidence"][0]["quote"] and "alternatives" not in row
    assert check(gold, None, collection.folder)[1] == []


def test_a_collection_without_a_passage_is_told(tmp_path, gold):
    empty = Chatbot(Collection.create(tmp_path / "empty"), HashEncoder(), Settings(reader="none"))
    with pytest.raises(CuttingsError, match="there is no passage in the collection"):
        write(empty, gold, None)


# What is typed


@pytest.mark.parametrize(
    ("line", "numbers"),
    [("2", (2,)), ("1,3", (1, 3)), ("2-4", (2, 3, 4)), ("4 – 5, 1 1", (1, 4, 5)), (",3,", (3,))],
)
def test_numbers_of_sentences_are_read(line, numbers):
    assert chosen(line, 5) == numbers


@pytest.mark.parametrize("line", ["", "0", "6", "3-2", "2-", "-2", "1-6", "two", "1.2", "²", "99999"])
def test_what_names_no_sentence_is_none(line):
    assert chosen(line, 5) is None


@given(st.sets(st.integers(1, 12), min_size=1), st.sampled_from([",", " ", ", "]))
def test_numbers_are_read_in_whatever_order_they_are_typed(numbers, between):
    assert chosen(between.join(map(str, numbers)), 12) == tuple(sorted(numbers))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who opened it?", "person"),
        ("How much did it cost?", "number"),
        ("What share of them left?", "number"),
        ("In which year was it built?", "date"),
        ("Why?", "reason"),
        ("What does Dr Bell think of it?", "opinion"),
        ("What is a weir?", "fact"),
    ],
)
def test_the_kind_is_that_of_the_word_that_asks(question, expected):
    assert kind(question, False, True) == expected
    assert kind(question, True, True) == "follow-up" and kind(question, False, False) == "unanswerable"


# At a terminal

if sys.platform == "win32":
    pytest.skip("needs pseudo-terminals", allow_module_level=True)


@pytest.mark.model
def test_a_person_writes_at_a_terminal_and_ctrl_c_costs_no_more_than_a_question(tmp_path, bundled_folder):
    command = [*CUTTINGS, "gold", "new", "gold.jsonl", "--collection", str(bundled_folder), "--seed", "3"]
    someone = Person(command, tmp_path)
    try:
        shown = someone.sees("question> ")
        assert "0 questions in gold.jsonl; 42 of 42 passages without one.\r\n`?` says" in shown
        assert all(len(line) <= 80 for line in shown.splitlines())
        someone.types("What share of GP partners would leave?\n")
        someone.sees("evidence> ")
        someone.types("8\n")
        someone.sees("also> ")
        someone.types("1\n")
        someone.sees("g001 is written (number).")
        someone.sees("question> ")
        someone.types("What will be lost?\n")
        someone.sees("evidence> ")
        time.sleep(0.5)  # readline sleeps over a signal that comes while it still shows a letter
        someone.types("\x03")
        someone.sees("Dropped; nothing of it was written.")
        someone.sees("question> ")
        time.sleep(0.5)
        someone.types("\x03")
        assert someone.leaves() == 0
    finally:
        someone.close()
    (row,) = rows(tmp_path / "gold.jsonl")
    assert row["question"] == "What share of GP partners would leave?"
    assert row["evidence"][0]["article_id"] == "network-contract-timeline" and len(row["alternatives"]) == 1


@pytest.mark.model
def test_a_pipe_gives_a_clean_transcript(tmp_path, bundled_folder):
    done = subprocess.run(
        [*CUTTINGS, "gold", "new", str(tmp_path / "gold.jsonl"), "--collection", str(bundled_folder)],
        input="What is \xff?\nback\n?\nWhat?\n".encode("latin-1"),
        capture_output=True,
        cwd=ROOT,
        env=environment(tmp_path),
    )
    out = done.stdout.decode()
    assert "question> What is \ufffd?\nevidence> back\nDropped; nothing of it was written.\n" in out
    assert "question> ?\nType a question" in out and "question> What?\nevidence> " not in out
    assert "\x1b" not in out
    assert done.stderr.decode() == "\ncuttings: nothing more to read; not written: What?\n"
    assert done.returncode == 1 and not (tmp_path / "gold.jsonl").exists()
