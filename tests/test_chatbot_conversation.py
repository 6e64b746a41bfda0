"""What follow-ups find on the bundled articles, with the real model."""

from __future__ import annotations

import threading

import pytest

from chatbot.answer import Turn
from chatbot.bot import Chatbot

pytestmark = pytest.mark.model

WARNING = (
    "If nothing is done, she said, more clinical directors will leave, and both the network model and the "
    "hopes pinned on primary care could collapse."
)
SAID = [Turn("user", "What happens if nobody acts?"), Turn("assistant", WARNING)]


def first(bot: Chatbot, question: str, turns: list[Turn]) -> str:
    return bot.ask(question, turns).citations[0].quote


def test_who_said_that_finds_who_stands_with_the_quote(bundled: Chatbot) -> None:
    answer = bundled.ask("Who said that?", SAID)
    assert [section.heading for section in answer.sections] == ["Said by Ruth Rankine"]
    assert answer.citations[0].quote == WARNING


def test_thanks_in_between_change_nothing(bundled: Chatbot) -> None:
    thanked = [*SAID, Turn("user", "thanks"), Turn("assistant", "You are welcome.")]
    assert bundled.ask("Who said that?", thanked) == bundled.ask("Who said that?", SAID)


def test_tell_me_more_stays_with_the_article(bundled: Chatbot) -> None:
    answer = bundled.ask("tell me more", SAID)
    assert answer.citations[0].article_id == "election-pledges-at-risk"
    assert answer.citations[0].quote != WARNING


def test_a_correction_is_answered_for_the_other(bundled: Chatbot) -> None:
    turns = [
        Turn("user", "How many directors answered the Confederation survey?"),
        Turn("assistant", "The NHS Confederation had 157 replies."),
    ]
    assert "213" in first(bundled, "no, I meant the BMA one", turns)


def test_ten_exchanges_read_and_encode_no_more_than_two(
    bundled: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = bundled.encoder
    encoded: list[str] = []
    encode = encoder.encode_query

    def counted(text: str):  # type: ignore[no-untyped-def]
        if threading.current_thread() is threading.main_thread():  # another one tries suggestions
            encoded.append(text)
        return encode(text)

    monkeypatch.setattr(encoder, "encode_query", counted)
    two = bundled.ask("why?", SAID * 2)
    first_time, encoded[:] = list(encoded), []
    assert bundled.ask("why?", SAID * 10) == two
    assert encoded == first_time
