"""The chat at the terminal: as a person has it, through a pseudo-terminal, and as a program that pipes it."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answer import Answer, Citation, Difference, State
from chatbot.bot import Chatbot
from chatbot.cli import chat_text
from chatbot.cli.chat import Chat
from chatbot.cli.console import QUOTE, QUOTE_END, WORDS, WORDS_END, Screen, rendered
from chatbot.render import terminal
from chatbot.render.markdown import markdown
from chatbot.render.outline import numbered
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder
from tests.reading import found_hit
from tests.terminal import CUTTINGS, ROOT, Person, environment

COMMAND = [*CUTTINGS, "chat"]
QUESTION = "How many clinical directors plan to quit?"
FOREIGN = "Who won the football world cup in 1998?"
DATED = "What was reported in articles from January 2020 on targets?"
NO_TERMINAL = Screen(None, 24, False, False)


@pytest.fixture
def say(bundled, capsys) -> Callable[[str], str]:
    """A conversation over the bundled articles: what each line is answered with."""
    chat = Chat(bundled, NO_TERMINAL)

    def said(line: str) -> str:
        capsys.readouterr()
        assert chat.take(line)
        return capsys.readouterr().out

    return said


# What is said


@pytest.mark.model
def test_citations_are_numbered_and_open_in_their_article(say, bundled):
    answer = bundled.ask(QUESTION)
    said = say(QUESTION)
    for number, citation in numbered(answer).items():
        assert f"{number}. “{citation.quote}”" in said or f"   {number} also in {citation.title}" in said
        opened = say(f"open {number}")
        assert f">>>{citation.quote}<<<" in opened and opened.startswith(citation.title)
    assert "1b" in numbered(answer)  # or else the letters were not looked at


@pytest.mark.model
def test_a_follow_up_is_completed_and_can_be_asked_as_typed(say):
    say(QUESTION)
    said = say("What about the BMA survey of them?")
    assert said.startswith("Searched for: What about the BMA survey of them? (") and "quit" in said
    assert "Searched for" not in say("as typed")
    assert say("As  Typed") == "It was searched as it was typed.\n"
    assert "Searched for" in say("and why do they?")
    say("new")
    assert "Searched for" not in say("and why do they?")


@pytest.mark.model
def test_the_time_of_a_question_can_be_taken_off(say):
    assert "Only articles published in January 2020; `any time` takes that off." in say(DATED)
    assert "Only articles" not in say("any time")
    assert say("any time") == "No time was read in it.\n"


@pytest.mark.model
def test_what_is_not_answered_is_told_and_its_closest_passages_can_be_opened(say):
    said = say(FOREIGN)
    assert said.startswith("The articles do not answer that.\n\nClosest passages (not an answer):\n\n1. “")
    assert ">>>" in say("open 3")
    assert say("open 4") == "There is no citation 4; the last answer has 1, 2, 3.\n"


@pytest.mark.model
def test_why_and_sources_tell_of_the_last_answer(say):
    for line in ("sources", "as typed", "any time", "save x.md"):
        assert say(line) == "Nothing was asked yet.\n"
    say(QUESTION)
    reason = say("why 1")
    assert reason.startswith("Citation 1 ranks 1 of ")
    assert "clinical, directors" in reason and "The reader gave it +" in reason
    lines = say("sources").splitlines()
    assert lines[0].startswith("1: ") and lines[1].startswith("1b: ")
    labels = ", ".join(line.partition(":")[0] for line in lines)
    assert say("open") == f"There is no citation without a number; the last answer has {labels}.\n"
    assert say("why 9").startswith("There is no citation 9;")
    say("hello")
    assert say("open 1") == "There is no citation 1; the last answer has none.\n"


@pytest.mark.model
def test_a_question_may_begin_with_a_command(say):
    for question in ("open the door to whom?", "why do directors quit?", "new surveys?", "save money how?"):
        said = say(question)
        assert said.startswith(
            ("1. “", "Possibly:", "Sources differ:", "Searched for:", "The articles do not answer that.")
        )


def test_quit_ends_it(bundled):
    chat = Chat(bundled, NO_TERMINAL)
    assert not chat.take("quit") and not chat.take(" EXIT ")


@pytest.mark.model
def test_a_conversation_is_saved_as_markdown_and_no_file_is_overwritten(say, tmp_path):
    say(QUESTION)
    say(FOREIGN)
    file = tmp_path / "our talk.md"
    assert say(f"save {file}") == f"Saved in {file}.\n"
    saved = file.read_text(encoding="utf-8")
    stated = saved.replace("Possibly:\n\n", "")  # how sure it is is not the matter here
    assert f"## {QUESTION}\n\n> “January 2020: The BMA reports that 11% of" in stated
    assert "The articles do not answer that.\n\nClosest passages (not an answer):" in saved
    with pytest.raises(CuttingsError, match=r"is there already; give another name"):
        say(f"save {file}")
    assert file.read_text(encoding="utf-8") == saved
    with pytest.raises(CuttingsError, match=r"cannot write .*nowhere"):
        say(f"save {tmp_path}/nowhere/x.md")
    for name in ("~nobody-of-that-name/x.md", "a\0b.md"):
        with pytest.raises(CuttingsError, match=r"cannot write .*; give another name"):
            say(f"save {name}")
    assert "ends in .md" in say("save") and "ends in .md" in say("save talk.doc")


HIT = found_hit("a", "First", "a.txt", "It opens in May.")


def cited(article_id: str, quote: str = "It opens in May.", **more: Any) -> Citation:
    return Citation(1, quote, article_id, article_id.title(), f"{article_id}.txt", 0, len(quote), 0.9, **more)


def given_answer(*citations: Citation, state: State = "answer", **more: Any) -> Answer:
    return Answer("When?", "When?", "", state, 0.9, citations, (HIT,), **more)


def test_sentences_that_differ_have_numbers_of_their_own():
    may, june, july = cited("may"), cited("june", "It opens in June."), cited("july", "It opens in July.")
    answer = given_answer(may, july, differ=(Difference((june, may)),))
    assert [one.article_id for one in numbered(answer).values()] == ["june", "may", "july"]
    blocks = chat_text.answered(answer, None).split("\n\n")
    assert blocks[0] == "Sources differ:"
    assert [block[:6] for block in blocks[1:]] == ["1. “It", "2. “It", "3. “It"]


@pytest.mark.parametrize(
    "shown",
    [
        lambda answer: chat_text.answered(answer, None),
        lambda answer: terminal.answer(answer, None),
        lambda answer: markdown([answer]).split("## When?\n\n")[1],
    ],
)
def test_what_is_possibly_the_answer_says_so_before_it(shown):
    possibly, stated = (shown(given_answer(cited("may"), state=state)) for state in ("possibly", "answer"))
    assert possibly == f"Possibly:\n\n{stated}" and "It opens in May." in stated


def test_the_words_that_answer_are_marked():
    said = chat_text.answered(given_answer(cited("may", highlight=(12, 15))), 40)
    assert f"1. “It opens in {WORDS}May{WORDS_END}.”" in said


@pytest.mark.slow
def test_an_article_that_changed_is_not_shown_with_a_wrong_mark(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("It opens in May. Or so they say, and nobody knows it better.")
    collection = Collection.create(tmp_path / "collection")
    ingest(collection, HashEncoder(), read([tmp_path / "a.txt"]), 50)
    chat = Chat(Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0)), NO_TERMINAL)
    chat.take("When does it open?")
    (tmp_path / "a.txt").write_text("It opened in 2019, long before. Or so they say.")
    ingest(collection, HashEncoder(), read([tmp_path / "a.txt"]), 50)
    capsys.readouterr()
    chat.take("open 1")
    assert capsys.readouterr().out == "The article has changed since; ask again.\n"


HOSTILE = """\
---
title: "Bridge \\u202e\\u0007"
url: "javascript:alert(1)"
---

The mayor \x1b]0;owned\x07 **opened** \x01\x04 the \u202eegdirb\u202c <b>today</b> for \x9b2J good.
"""


@pytest.fixture
def hostile(tmp_path) -> Chatbot:
    (tmp_path / "hostile.md").write_text(HOSTILE, encoding="utf-8")
    collection = Collection.create(tmp_path / "collection")
    ingest(collection, HashEncoder(), read([tmp_path / "hostile.md"]), 50)
    return Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))


def test_nothing_in_an_article_commands_the_terminal(hostile, capsys, tmp_path):
    for screen in (NO_TERMINAL, Screen(80, 100, False, True), Screen(80, 100, True, True)):
        chat = Chat(hostile, screen)
        for line in ("Who opened the bridge?", "open 1", "sources", "why 1", "\x1b[2J\u202e?"):
            chat.take(line)
        out = capsys.readouterr().out
        assert "opened" in out
        without = re.sub(r"\x1b\[[017]m", "", out) if screen.colour else out
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", without)


def test_nothing_in_an_article_is_markdown(hostile):
    saved = markdown([hostile.ask("Who opened the bridge?")], "Conversation of 3 May 2024")
    assert saved.startswith("# Conversation of 3 May 2024\n\n## Who opened the bridge?\n")
    assert r"\*\*opened\*\*" in saved and r"\<b\>today\</b\>" in saved and "javascript" not in saved


# Colour


@given(st.lists(st.sampled_from(["a", "b\n", "é", WORDS + "c" + WORDS_END, QUOTE + "d\ne" + QUOTE_END])))
def test_colour_changes_no_letter_and_ends_with_each_line(parts):
    text = "".join(parts)
    bare = re.sub(r"[\x01-\x04]", "", text)
    coloured = rendered(text, True)
    assert re.sub(r"\x1b\[[017]m", "", coloured) == bare
    for line in coloured.split("\n"):
        codes = re.findall(r"\x1b\[[017]m", line)
        assert not codes or codes[-1] == "\x1b[0m"
    assert rendered(text, False).replace(">>>", "").replace("<<<", "") == bare


def test_a_quotation_over_several_lines_is_marked_on_each():
    marked = rendered(f"a {QUOTE}b {WORDS}c\nd{WORDS_END} e{QUOTE_END} f", True)
    assert marked == "a \x1b[7mb \x1b[1mc\x1b[0m\n\x1b[7m\x1b[1md\x1b[0m\x1b[7m e\x1b[0m f"


# Piped


@pytest.mark.model
def test_piped_questions_give_a_clean_transcript(tmp_path, bundled_folder):
    done = subprocess.run(
        [*COMMAND, "--collection", str(bundled_folder)],
        input=f"\n{QUESTION}\nopen 9\n{'a' * 5000}\nopen 1\n\xff\n".encode("latin-1"),
        capture_output=True,
        cwd=ROOT,
        env=environment(tmp_path),
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    stated = out.replace("Possibly:\n\n", "")
    assert stated.startswith(f"> {QUESTION}\n1. “January 2020: The BMA reports that 11%")
    assert "\n\n> open 9\nThere is no citation 9; the last answer has 1, 1b" in out
    assert "\x1b" not in out and ">>>January 2020: The BMA" in out
    assert re.fullmatch(r"cuttings: the question has 5,000 characters, .*\n", err)
    assert done.returncode == 1
    assert not (tmp_path / "data").exists()  # no history of what a program asks


def test_no_question_is_no_error_and_no_collection_is(tmp_path, bundled_folder):
    for folder, code in ((bundled_folder, 0), (tmp_path / "none", 1)):
        done = subprocess.run(
            [*COMMAND, "--collection", str(folder)], input=b"", capture_output=True, cwd=ROOT
        )
        assert (done.returncode, done.stdout) == (code, b"")


# At a terminal

if sys.platform == "win32":
    pytest.skip("needs pseudo-terminals", allow_module_level=True)


@pytest.fixture
def person(bundled_folder, tmp_path) -> Iterator[Callable[..., Person]]:
    people = []

    def one(**more: Any) -> Person:
        people.append(Person([*COMMAND, "--collection", str(bundled_folder)], tmp_path, **more))
        return people[-1]

    yield one
    for each in people:
        each.close()


@pytest.mark.model
def test_a_person_asks_and_sees_the_words_that_answer(person, tmp_path):
    someone = person()
    someone.sees("15 articles. Ask a question; `help` says what else you can type.")
    someone.types(f"{QUESTION}\n")
    said = someone.sees("independent sources")
    assert "\x1b[1m11%\x1b[0m of clinical" in said.replace("\r\n   ", " ")
    (quote,) = (line for line in said.splitlines() if "“" in line)
    assert len(re.sub(r"\x1b\[\??[0-9]*[a-z]", "", quote)) <= 80
    assert someone.leaves() == 0
    history = tmp_path / "data" / "cuttings" / "chat_history"
    assert history.read_text() == f"{QUESTION}\n"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    again = person(NO_COLOR="1")
    again.sees("> ")
    again.types("\x1b[A\n")  # the arrow up
    said = again.sees("independent sources")
    assert said.startswith(QUESTION) and "\x1b[1m" not in said
    again.types("quit\n")
    assert again.ended() == 0


@pytest.mark.model
def test_ctrl_c_stops_a_question_and_a_line_but_not_the_chat(person, tmp_path):
    someone = person(
        XDG_CACHE_HOME=str(tmp_path)
    )  # where the models have to be exported, which takes seconds
    someone.sees("> ")
    someone.types(f"{QUESTION}\n")
    someone.sees("Reading ...")
    someone.types("\x03")
    someone.sees("Stopped.")
    someone.sees("> ")  # what is typed before is shown by the terminal, and once more by readline
    someone.types("half a question")
    someone.sees("half a question")
    time.sleep(0.5)  # readline sleeps over a signal that comes while it still shows a letter
    someone.types("\x03")
    someone.sees("> ")
    someone.types("sources\n")
    someone.sees("Nothing was asked yet.")
    someone.types(f"{QUESTION}\n")
    someone.sees("independent sources", within=240)  # the models are exported once more
    assert someone.leaves() == 0


@pytest.mark.model
def test_a_long_article_opens_in_the_pager_at_the_quotation(person, tmp_path):
    pager = tmp_path / "less"
    pager.write_text(f"#!/bin/sh\necho \"$@\" > '{tmp_path}/asked'\ncat > '{tmp_path}/shown'\n")
    pager.chmod(0o755)
    someone = person(rows=12, PAGER=str(pager))
    someone.types(f"{QUESTION}\n")
    someone.sees("independent sources")
    someone.types("open 1\n")
    someone.sees("> ")
    someone.types("help\n")
    assert "11%" not in someone.sees("Ctrl-D")  # it was shown in the pager only
    option, start = (tmp_path / "asked").read_text().split()
    lines = (tmp_path / "shown").read_text().split("\n")
    quoted = next(number for number, line in enumerate(lines, start=1) if "\x1b[7m" in line)
    assert option == "-R" and quoted - int(start.removeprefix("+")) == 4
    assert len(lines) > 12


@pytest.mark.model
@pytest.mark.parametrize("pager", ["no-such-pager", "less '"])
def test_without_a_pager_the_part_around_the_quotation_is_shown(person, pager):
    someone = person(rows=12, PAGER=pager)
    someone.types(f"{QUESTION}\n")
    someone.sees("independent sources")
    someone.types("open 1\n")
    assert "…" in someone.sees("\x1b[7m")
    assert someone.leaves() == 0


def test_a_history_that_cannot_be_kept_stops_nobody(person, tmp_path):
    (tmp_path / "data").write_text("a file where the folder would be")
    someone = person()
    someone.sees("> ")
    someone.types("help\n")
    someone.sees("Ctrl-D")
    assert someone.leaves() == 0


def test_a_history_that_a_crash_filled_with_zeros_stops_nobody(person, tmp_path):
    file = tmp_path / "data" / "cuttings" / "chat_history"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"help\n\0\0\0\nquit\n")
    someone = person()
    someone.sees("> ")
    someone.types("help\n")
    someone.sees("Ctrl-D")
    assert someone.leaves() == 0
