"""A follow-up as a question that stands alone."""

from __future__ import annotations

import time

import pytest

from chatbot.answer import Turn
from chatbot.conversation.exchanges import Exchange
from chatbot.conversation.followup import complete
from chatbot.conversation.rewrite import rewritten


def alone(before: str, question: str, answer: str = "", person: str = "") -> str:
    """What is made of the question; "" where no rule makes anything."""
    made = rewritten(question, Exchange(before, answer), person)
    return made.text if made else ""


@pytest.mark.parametrize(
    ("before", "question", "after"),
    [
        ("How many ferry captains plan to quit?", "why?", "Why do ferry captains plan to quit?"),
        ("Who set up the harbour board?", "when?", "When was the harbour board set up?"),
        ("Who rejected the plans?", "why?", "Why were the plans rejected?"),
        ("When were the ferries sold?", "who", "Who sold the ferries?"),
        ("Did somebody call it a pipedream?", "who?", "Who called it a pipedream?"),
        ("What did the council promise?", "When?", "When did the council promise that?"),
        ("How many boats did the council buy?", "where?", "Where did the council buy boats?"),
        ("Did Ann like him?", "why not?", "Why didn't Ann like him?"),
        ("Are there draft plans?", "how many?", "How many draft plans are there?"),
        (
            "Did the union question ferry captains?",
            "how many?",
            "How many ferry captains did the union question?",
        ),
        ("Did any boards criticise the plans?", "which ones?", "Which boards criticised the plans?"),
        ("Does the ferry stop?", "on which day?", "On which day does the ferry stop?"),
        ("Who is Ann Leeds?", "tell me more", "Tell me more about Ann Leeds"),
    ],
)
def test_another_asking_word(before: str, question: str, after: str) -> None:
    assert alone(before, question) == after


@pytest.mark.parametrize(
    ("before", "question", "after"),
    [
        ("How many left in 2018?", "what about 2019?", "How many left in 2019?"),
        ("How many left?", "and in 2019?", "How many left in 2019?"),
        ("What happened in February 2020?", "and in 2019?", "What happened in 2019?"),
        ("How many of the 1500 left in 2019?", "And in 2020?", "How many of the 1500 left in 2020?"),
        ("Why did 1900 captains quit?", "And in 2020?", "Why did 1900 captains quit in 2020?"),
        ("How many captains replied to the BMA?", "and the RAF?", "How many captains replied to the RAF?"),
        ("What do the Greens want?", "and Labour?", "What does Labour want?"),
        ("Who answered the Leeds survey?", "no, I meant the BMA one", "Who answered the BMA survey?"),
        ("Do leaders of small ferries cope?", "and the large ones?", "Do leaders of large ferries cope?"),
        ("What is planned for large towns?", "and for small towns?", "What is planned for small towns?"),
        (
            "How many captains want to quit?",
            "and in Scotland?",
            "How many captains want to quit in Scotland?",
        ),
        ("How many GPs were lost?", "and partners?", "How many partners were lost?"),
        (
            "What did the council report?",
            "what about pensions",
            "What did the council report about pensions?",
        ),
    ],
)
def test_a_like_part(before: str, question: str, after: str) -> None:
    assert alone(before, question) == after


@pytest.mark.parametrize(
    ("before", "question", "after"),
    [
        ("Who is Ann Leeds?", "what does she want", "What does Ann Leeds want?"),
        ("Who is Ann Leeds?", "who are her members?", "Who are Ann Leeds' members?"),
        ("When were the ferries bought?", "How big are they?", "How big are the ferries?"),
        ("What did the RAF call for?", "Why do they want that?", "Why does the RAF want that?"),
        (
            "What is the harbour plan?",
            "When was its draft published?",
            "When was the harbour plan's draft published?",
        ),
        (
            "How many captains quit?",
            "how many of those are in London?",
            "How many of the captains are in London?",
        ),
        ("When were the boats sold?", "Do the town's captains like their work?", ""),
        ("Who ran the ferry?", "Did Ann Leeds say she did?", ""),
    ],
)
def test_what_a_pointing_word_means(before: str, question: str, after: str) -> None:
    assert alone(before, question) == after


def test_he_is_who_was_named_last() -> None:
    assert alone("Who chairs it?", "how old is he", "Dr Hall chairs it.") == "How old is Dr Hall?"
    assert alone("Does it pay?", "how old is he", "Yes.", "Ann Hall") == "How old is Ann Hall?"
    assert alone("Does it pay?", "how old is he", "In February, yes.") == ""


def test_a_survey_that_the_answer_names() -> None:
    said = "In a recent poll by Pulse, 80% said so."
    assert alone("What did Pulse find?", "Who answered that poll?", said) == "Who answered the poll by Pulse?"


@pytest.mark.parametrize("text", ["the " * 500, "how many of " * 180, "A b " * 500, "and what about " * 140])
def test_long_questions_stay_cheap(text: str) -> None:
    begun = time.perf_counter()
    rewritten(text, Exchange(text, text))
    assert time.perf_counter() - begun < 0.2


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("and why do they?", "Why do clinical directors plan to quit?"),
        ("When will they?", "When do clinical directors plan to quit?"),
        ("do they?", "do they? (How many clinical directors plan to quit)"),
    ],
)
def test_a_verb_that_is_left_out_is_that_of_the_last_question(asked: str, text: str) -> None:
    turns = [
        Turn("user", "How many clinical directors plan to quit?"),
        Turn("assistant", "Eleven per cent of them intend to give up the post."),
    ]
    assert complete(asked, turns).text == text
