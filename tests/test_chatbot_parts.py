"""Questions that ask for several things at once, and those that only seem to."""

from __future__ import annotations

import time

import pytest

from chatbot.conversation.parts import MOST, parts_of


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who is the mayor and when was he elected?", ["Who is the mayor?", "When was the mayor elected?"]),
        ("What did Ann say and who is she?", ["What did Ann say?", "Who is Ann?"]),
        (
            "How many ships did the Navy lose, and the Admiralty?",
            ["How many ships did the Navy lose?", "How many ships did the Admiralty lose?"],
        ),
        ("who are leeds and moore", ["who is Leeds?", "who is Moore?"]),
        ("what are PCNs and ICSs", ["what are PCNs?", "what are ICSs?"]),
        (
            "how many nurses and how many doctors did the clinic hire",
            ["how many nurses did the clinic hire?", "how many doctors did the clinic hire?"],
        ),
        (
            "what do the council and the unions want",
            ["what does the council want?", "what do the unions want?"],
        ),
        ("the tunnel: what is it and who built it", ["what is the tunnel?", "who built the tunnel?"]),
        ("Where and when was it signed?", ["Where was it signed?", "When was it signed?"]),
        ("Did it pass and why?", ["Did it pass?", "Why did it pass?"]),
        ("What should be done and what should not?", ["What should be done?", "What should not be done?"]),
        (
            "What share of firms pay more, and what share pay late?",
            ["What share of firms pay more?", "What share of firms pay late?"],
        ),
        ("how many live in York, and in Leeds", ["how many live in York?", "how many live in Leeds?"]),
        (
            "When did trams start and how many people does each carry?",
            ["When did trams start?", "How many people does each tram carry?"],
        ),
        ("Is it open? And what does it cost?", ["Is it open?", "What does it cost?"]),
    ],
)
def test_each_part_reads_as_a_person_would_write_it(question: str, parts: list[str]) -> None:
    assert [part.question for part in parts_of(question)] == parts


@pytest.mark.parametrize(
    "question",
    [
        "What were the terms and conditions of the deal?",
        "Who founded Marks and Spencer?",
        "How far is it between Leeds and York?",
        "What did the salt and pepper pots cost?",
        "How big is the research and development budget?",
        "What is the difference between what he said and what he did?",
        "Who is the man who founded the firm and who later sold it?",
        "Do you know what it is and how it works?",
        "What did Smith say and do?",
        "When did the war start and end?",
        "Compare Labour and the Tories",
        "How many cats, dogs and birds were found?",
        "and?",
        "What is it and",
        "networks and money",
    ],
)
def test_one_thing_is_left_whole(question: str) -> None:
    assert parts_of(question) == ()


def test_what_cannot_be_completed_leans_on_the_part_before_it() -> None:
    first, second = parts_of("Was the plan rejected and what happens next?")
    assert not first.leans_on
    assert (second.question, second.leans_on) == ("What happens next?", "Was the plan rejected?")


def test_what_a_conversation_added_in_parentheses_changes_nothing() -> None:
    question = "When did it open and what did it cost?"
    assert parts_of(f"{question} (the bridge, York)") == parts_of(question) != ()


def test_more_than_three_questions_are_left_whole() -> None:
    question = " and ".join(f"what is the x{i}" for i in range(MOST + 1))
    assert parts_of(question.rsplit(" and ", 1)[0])
    assert parts_of(question) == ()


@pytest.mark.parametrize(
    "piece", ["how many a ", "and what is ", "the a ", "who is a, ", "is it (", ": ", "did A "]
)
def test_a_long_question_takes_no_time(piece: str) -> None:
    begun = time.perf_counter()
    parts_of((piece * 2000)[:2000])
    parts_of((piece * 300)[:300])
    assert time.perf_counter() - begun < 1
