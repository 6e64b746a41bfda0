"""Courtesies are answered, questions are searched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.conversation.smalltalk import reply


@pytest.mark.parametrize(
    "message",
    [
        "hi",
        "Hello!",
        "hey there",
        "Good morning.",
        "  HELLO  ",
        "hello again",
        "Hello, how are you today?",
        "How is it going?",
        "thanks",
        "Thank you very much!",
        "ok, thanks",
        "OK",
        "cheers",
        "great",
        "got it",
        "nice",
        "bye",
        "Goodbye!",
        "see you later",
        "help",
        "Who are you?",
        "What can you do?",
    ],
)
def test_a_courtesy_gets_a_reply(message: str) -> None:
    assert reply(message)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "?",
        "🎉",
        "hi, when did the bridge close?",
        "How is it going with the bridge?",
        "Thanks to whom was it repaired?",
        "thanks, and the ferry?",
        "help for flood victims",
        "Who are you going to believe?",
        "good mornings in harbour towns",
        "What can you do about rust?",
        "the good, the bad",
        "tax",
    ],
)
def test_a_question_gets_none(message: str) -> None:
    assert reply(message) == ""


@given(st.sampled_from(["hello", "thank you", "bye"]), st.text("!?. ,🙂", max_size=5))
def test_marks_and_spaces_around_change_nothing(message: str, marks: str) -> None:
    assert reply(message + marks) == reply(marks + message) == reply(message)


def test_kinds_of_courtesy_are_told_apart() -> None:
    assert len({reply("hello"), reply("thanks"), reply("nice"), reply("bye"), reply("help")}) == 5


@pytest.mark.parametrize(("message", "thanks"), [("ok, thanks", True), ("nice", False), ("OK then", False)])
def test_only_who_thanks_is_welcome(message: str, thanks: bool) -> None:
    assert ("welcome" in reply(message)) == thanks
