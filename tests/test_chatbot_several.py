"""A question that asks several things is answered in parts, and every format tells them apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.answer import Answer
from chatbot.bot import Chatbot
from chatbot.cli.chat_text import answered
from chatbot.permalink import answer_id, reopen
from chatbot.quoting.several import together
from chatbot.render import terminal
from chatbot.render.markdown import markdown
from chatbot.render.message import message
from chatbot.render.outline import NO_ANSWER
from chatbot.request import Request
from tests.small import small_bot

ASKED = "Who opened the new bridge and when does the ferry run?"
PARTS = ["Who opened the new bridge?", "When does the ferry run?"]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    return small_bot(tmp_path_factory.mktemp("several"))


@pytest.fixture(scope="module")
def half(bot: Chatbot) -> Answer:
    """Of two parts only the first is answered."""
    whole = bot.ask(ASKED)
    first, second = (bot.ask(part) for part in PARTS)
    return together(replace(whole, sections=(), citations=()), [first, replace(second, state="none")])


def test_each_part_is_answered_under_its_own_question(bot: Chatbot) -> None:
    answer = bot.ask(ASKED)
    assert answer.kind == "several at once"
    assert [section.heading for section in answer.sections] == PARTS
    bridge, ferry = (section.citations[0].quote for section in answer.sections)
    assert "opened the new bridge" in bridge and "ferry runs" in ferry
    assert [one.rank for one in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert tuple(one for section in answer.sections for one in section.citations) == answer.citations
    assert answer.confidence == max(one.score for one in answer.citations)


def test_no_more_passages_are_read_than_for_one_question(bot: Chatbot) -> None:
    run = bot.run(Request(ASKED))
    most = bot.settings.passages_read
    assert 2 <= len(run.passages) <= most
    assert all(len(part.passages) <= most // 2 for part in run.parts)
    assert [hit.rank for hit in run.hits] == list(range(1, len(run.hits) + 1))


def test_as_typed_it_is_one_question(bot: Chatbot) -> None:
    assert bot.ask(ASKED, as_typed=True).kind != "several at once"


def test_a_part_that_is_not_answered_cites_nothing_and_takes_nothing_from_the_other(half: Answer) -> None:
    assert [section.state for section in half.sections] == [half.state, "none"]
    assert half.citations and half.sections[1].citations == ()


def test_where_no_part_is_answered_the_closest_sentences_are_those_of_all(bot: Chatbot) -> None:
    whole = bot.ask(ASKED)
    parts = [replace(bot.ask(part), state="none") for part in PARTS]
    answer = together(replace(whole, sections=(), citations=()), parts)
    assert answer.abstained and not answer.sections
    places = [(one.article_id, one.start) for one in answer.citations]
    assert len(set(places)) == len(places)
    assert {part.citations[0].quote for part in parts} <= {one.quote for one in answer.citations}


def test_every_format_says_which_part_is_not_answered(half: Answer) -> None:
    shown = [
        terminal.answer(half, None),
        answered(half, None),
        markdown([half]).replace("\\", ""),
        message(half).replace("&#63;", "?").replace("&#46;", "."),
    ]
    for text in shown:
        first, second = (text.index(part) for part in PARTS)
        assert text.count(NO_ANSWER) == 1
        assert first < text.index("new bridge on Friday") < second < text.index(NO_ANSWER)


def test_a_kept_link_opens_the_parts_again(bot: Chatbot, half: Answer) -> None:
    for answer in (bot.ask(ASKED), half):
        opened = reopen(answer_id(answer, b""), bot.collection).answer
        assert opened.kind == "several at once"
        assert [(one.heading, one.state, len(one.citations)) for one in opened.sections] == [
            (one.heading, one.state, len(one.citations)) for one in answer.sections
        ]


def test_what_is_gone_from_a_kept_link_moves_no_citation_to_another_part(tmp_path: Path) -> None:
    bot = small_bot(tmp_path)
    answer = bot.ask(ASKED)
    kept = answer.id
    last = answer.sections[1].citations[-1].article_id
    with bot.collection.change() as change:
        change.remove(last)
    opened = reopen(kept, bot.collection)
    assert opened.lost
    for before, now in zip(answer.sections, opened.answer.sections, strict=False):
        assert {one.quote for one in now.citations} <= {one.quote for one in before.citations}
    assert opened.answer.sections[0].citations


def test_the_sides_of_a_comparison_stand_beside_each_other_on_the_page(bot: Chatbot) -> None:
    answer = bot.ask("What is the difference between a tunnel and a ferry?")
    assert {"a tunnel", "a ferry"} <= {section.heading for section in answer.sections}
    assert '<div class="sides"><section><h3 class="part">a tunnel</h3>' in message(answer)
    opened = reopen(answer.id, bot.collection).answer
    assert [one.heading for one in opened.sections] == [one.heading for one in answer.sections]
