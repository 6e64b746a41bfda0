"""What is taken for misspelt in a question, and what is meant by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.answer import Correction
from chatbot.conversation.spelling import Vocabulary, Words, corrected
from index.tokens import terms
from tests.small import small_bot

TEXTS = [
    "The network DES was rejected by the Royal College of GPs (RCGP). Networks need clinical directors.",
    "Ruth Rankine told Dr Vautrey that the survey of January 2020 showed coronavirus and a pipedream.",
    "The practice needs treatment of impetigo. Nav Chana wanted more time for the specifications.",
]
VOCABULARY = Vocabulary(TEXTS)
TERMS = {term for text in TEXTS for term in terms(text)}


def meant(question: str) -> str:
    return corrected(question, TERMS.__contains__, lambda: VOCABULARY)[0]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("wat is teh netwrok DES?", "what is the network DES?"),
        ("How many cliical directers want to resign?", "How many clinical directors want to resign?"),
        ("what did the rgcp say", "what did the RCGP say"),
        ("Whta did Dr Vautry say?", "What did Dr Vautrey say?"),
        ("is there a corona virus", "is there a coronavirus"),
        ("who called it a pipe dreem", "who called it a pipedream"),
        ("what happened in janurary 2020", "what happened in January 2020"),
        ("quote nave chana", "quote Nav Chana"),
    ],
)
def test_what_is_misspelt_becomes_what_the_collection_has(typed: str, expected: str) -> None:
    assert meant(typed).casefold() == expected.casefold()


@pytest.mark.parametrize(
    "question",
    [
        "Does the RCN support the network DES?",  # another body's short name
        "which articles mention dentists",  # rightly spelt, and not in the articles
        "What did Labour promise?",
        "What did Boris Johnson say?",
        "how many networks are in Scotland",
        "brexit",
        "summarise the survey",
        "What does NICE recommend for eczema?",
        "Networks' directors",
        "",
        "???",
        "2020 30,000 11%",
    ],
)
def test_what_is_rightly_spelt_or_a_name_is_left_alone(question: str) -> None:
    assert meant(question) == question


def test_nothing_is_read_where_the_collection_has_every_word() -> None:
    def never() -> Vocabulary:
        raise AssertionError("the vocabulary was read")

    question = "What did Ruth Rankine tell the directors about the survey?"
    assert corrected(question, TERMS.__contains__, never) == (question, ())


def test_corrections_name_what_was_typed_in_order() -> None:
    _, corrections = corrected("teh netwrok's servey", TERMS.__contains__, lambda: VOCABULARY)
    assert corrections == (
        Correction("teh", "the"),
        Correction("netwrok's", "network"),
        Correction("servey", "survey"),
    )


def test_a_long_question_of_nonsense_is_quick_to_look_at() -> None:
    question = " ".join(f"zq{letter}xv{letter}wk" for letter in "abcdefghijklmnopqrstuvwxyz" * 8)
    assert meant(question) == question


def test_an_answer_says_what_was_corrected_and_as_typed_takes_it_off(tmp_path: Path) -> None:
    bot = small_bot(tmp_path)
    answer = bot.ask("Who opened the new brigde?")
    assert answer.corrections == (Correction("brigde", "bridge"),)
    assert answer.standalone_question == "Who opened the new bridge?"
    assert answer.question == "Who opened the new brigde?"
    typed = bot.ask("Who opened the new brigde?", as_typed=True)
    assert typed.corrections == () and typed.standalone_question == typed.question


def test_the_words_of_a_collection_are_read_anew_after_a_change(tmp_path: Path) -> None:
    bot = small_bot(tmp_path)
    words = Words(bot.collection)
    before = words()
    assert "ferry" in before and words() is before
    with bot.collection.change() as change:
        change.remove("note")
    assert "ferry" not in words()
