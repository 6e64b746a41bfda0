"""What is found for a question, without an answer; and one collection under several settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from chatbot.answer import Turn
from chatbot.bot import Chatbot
from chatbot.request import Request
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from index.fusion import Fusion
from index.search import Mode
from tests.small import small_bot

TURNS = (Turn("user", "Who opened the new bridge?"), Turn("assistant", "The mayor opened the new bridge."))
QUESTIONS = (
    "Who opened the bridge?",
    "And what did it cost?",
    "What was written in May 2024?",
    "What about June 2024?",
)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    return small_bot(tmp_path_factory.mktemp("found"))


@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("without", [(), ("bridge",)])
def test_what_is_found_is_what_an_answer_is_read_from(
    bot: Chatbot, question: str, mode: Mode, without: tuple[str, ...]
) -> None:
    request = Request(question, TURNS, without=without, mode=mode)
    found, run = bot.run(request, "search"), bot.run(request)
    assert run.answer and found.searched == run.answer.standalone_question
    # A passage is listed by what is read in it, so the order may be another.
    assert {hit.passage_id for hit in found.hits} == {hit.passage_id for hit in run.hits}
    assert [hit.rank for hit in found.hits] == list(range(1, len(found.hits) + 1))
    assert not {hit.article_id for hit in found.hits} & set(without)
    assert found.answer is None and found.passages == found.candidates == ()
    assert list(found.milliseconds) == ["understand", "search"]


def test_k_bounds_what_is_found(bot: Chatbot) -> None:
    assert len(bot.run(Request("Who opened the bridge?", passages=2), "search").hits) == 2


def test_nothing_is_found_for_what_is_no_question(bot: Chatbot) -> None:
    for question in ("Thank you!", "who is it?"):
        run = bot.run(Request(question), "search")
        assert (run.searched, run.hits) == (question, ())
    with pytest.raises(CuttingsError, match="the question is empty"):
        bot.run(Request("  "), "search")


def test_other_settings_share_the_indexes_and_change_nothing_of_the_first(bot: Chatbot) -> None:
    other = bot.having(Settings(reader="none", threshold=1.0, citations=1, fusion=Fusion(depth=1)))
    assert other._pipeline.searcher is bot._pipeline.searcher and other.collection is bot.collection
    question = "Who opened the bridge?"
    before, after = bot.ask(question), other.ask(question)
    assert not before.abstained and after.abstained and len(after.citations) <= 1
    # Each of the two retrievers gives one passage, and not all.
    assert len(bot.run(Request(question)).hits) > 2 >= len(other.run(Request(question)).hits)
    assert bot.settings == Settings(reader="none", threshold=0.0)


@pytest.mark.model
def test_another_reader_reads_the_same_passages(bot: Chatbot, tmp_path: Path) -> None:
    crossed = bot.having(replace(bot.settings, reader=str(tmp_path)))
    with pytest.raises(CuttingsError, match="cannot load the reader"):  # an empty folder
        crossed.ask("Who opened the bridge?")
    back = crossed.having(bot.settings)
    assert back.ask("Who opened the bridge?") == bot.ask("Who opened the bridge?")
