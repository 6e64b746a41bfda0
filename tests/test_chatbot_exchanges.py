"""The conversation as exchanges, and which of them a question speaks of."""

from __future__ import annotations

import pytest

from chatbot.answer import Turn
from chatbot.conversation.exchanges import (
    Exchange,
    exchanges,
    is_correction,
    is_refusal,
    names,
    returned_to,
)

SPOKEN = [
    Exchange("How much funding did the bridge get?", "Two million pounds."),
    Exchange("Who runs the ferry?", "The council, with funding of its own."),
    Exchange("When does it start?", "At six."),
]


def turns(*texts: str) -> list[Turn]:
    return [Turn("assistant" if i % 2 else "user", text) for i, text in enumerate(texts)]


def test_thanks_and_the_reply_to_them_are_no_exchange() -> None:
    said = turns("Who runs the ferry?", "The council.", "thanks", "You are welcome.")
    assert exchanges(said) == [Exchange("Who runs the ferry?", "The council.")]


def test_an_answer_without_a_question_and_a_question_without_an_answer() -> None:
    said = [Turn("assistant", "Hello."), Turn("user", "Who runs the ferry?")]
    assert exchanges(said) == [Exchange("", "Hello."), Exchange("Who runs the ferry?", "")]


def test_ten_exchanges_are_remembered() -> None:
    said = turns(*(text for n in range(15) for text in (f"Question {n}?", f"Answer {n}.")))
    assert [one.question for one in exchanges(said)] == [f"Question {n}?" for n in range(5, 15)]


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("back to the funding: how much was it?", 0),  # asked about first, told of later
        ("OK, let's go back to the council. Who leads it?", 1),
        ("Back to the weather, will it rain?", None),
        ("how much was the funding?", None),
    ],
)
def test_going_back_finds_the_exchange(question: str, place: int | None) -> None:
    assert returned_to(question, SPOKEN) == (None if place is None else SPOKEN[place])


@pytest.mark.parametrize("question", ["no, I meant the BMA one", "I meant Carol", "Sorry, I mean the other"])
def test_a_correction(question: str) -> None:
    assert is_correction(question)


def test_no_correction() -> None:
    assert not is_correction("What did she mean by that?")


def test_an_ampersand_does_not_cut_a_name() -> None:
    assert names("That is what NHSE&I proposed.") == ["NHSE&I"]


def test_a_capital_at_the_beginning_makes_no_name() -> None:
    assert names("Rust was found. Ann Leeds of Harbour Board said so to Bob.") == [
        "Ann Leeds of Harbour Board",
        "Bob",
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        " ",
        "unknown",
        "The articles do not answer that.",
        "The articles do not answer that. Closest: Ann Leeds of the Harbour Board.",
        "I'm sorry, but I don't have that information.",
        "Unfortunately, the documents do not provide an answer to the question.",
    ],
)
def test_an_answer_that_refuses(answer: str) -> None:
    assert is_refusal(answer)
    assert exchanges(turns("Who runs the ferry?", answer)) == [Exchange("Who runs the ferry?", "", True)]


@pytest.mark.parametrize(
    "answer",
    ["The unknown soldier.", "The articles of association.", "I do not have a car.", "Sorry for the delay."],
)
def test_an_answer_that_does_not(answer: str) -> None:
    assert not is_refusal(answer)
