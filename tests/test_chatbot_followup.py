"""When a question takes words of the conversation with it, and which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answer import Turn
from chatbot.followup import complete

WORKLOAD = [
    Turn("user", "How many leaders of small networks cannot manage their workload?"),
    Turn("assistant", "In networks with fewer than 40,000 patients it is 63%, the Medical Union (MU) found."),
]


@pytest.mark.parametrize(
    "question",
    [
        "why?",
        "Why not?",
        "and the large ones?",
        "Who said that?",
        "what about 2019?",
        "no, I meant the union one",
        "tell me more",
        "Did they say so before?",
        "How does it compare?",
        "patients?",
    ],
)
def test_a_question_that_leans_takes_the_topic_with_it(question: str) -> None:
    alone = complete(question, WORKLOAD)
    assert "workload" in alone.context
    assert alone.text.startswith(question)
    assert alone.text != question
    assert alone.reason
    assert 0 < alone.weight < 1


@pytest.mark.parametrize(
    "question",
    [
        "What did Dr Nav Chana tell GPonline?",
        "Why did Richard Vautrey speak of realistic goals?",
        "What did Ms Rankine say of her members?",
        "Is there a podcast about general practice?",
        "Why is the sky blue?",
        "How do I bake sourdough bread?",
    ],
)
def test_a_new_topic_is_left_alone(question: str) -> None:
    alone = complete(question, WORKLOAD)
    assert (alone.text, alone.context, alone.weight, alone.reason) == (question, "", 0.0, "")


def test_nothing_is_taken_where_nothing_was_said() -> None:
    assert complete("why?", []).text == "why?"


def test_the_answers_names_come_along_but_not_its_other_words() -> None:
    context = complete("why?", WORKLOAD).context
    assert "Medical Union" in context
    assert "found" not in context


def test_a_short_answer_comes_along_whole() -> None:
    turns = [Turn("user", "Who chairs the committee?"), Turn("assistant", "a doctor from Leeds")]
    assert "doctor" in complete("since when is she there?", turns).context


def test_what_the_question_says_itself_is_not_repeated() -> None:
    turns = [Turn("user", "Which networks?"), Turn("assistant", "Large Networks")]
    assert complete("and what of those networks?", turns).context == "Large"


def test_thanks_are_no_topic() -> None:
    alone = complete(
        "and the large ones?", [*WORKLOAD, Turn("user", "thanks"), Turn("assistant", "Welcome.")]
    )
    assert "workload" in alone.context
    assert "thanks" not in alone.context


def test_what_was_said_long_ago_does_not_count() -> None:
    old = [Turn("user", "Who owns the lighthouse?"), Turn("assistant", "The county.")]
    later = [turn for _ in range(3) for turn in WORKLOAD]
    assert complete("why?", [*old, *later]) == complete("why?", later)


@pytest.mark.parametrize("before", ["", "\n", " “", "He left.\n\n", "("])
def test_a_name_at_the_beginning_of_a_long_answer(before: str) -> None:
    said = f"{before}Ann Leeds told the harbour board of the town that the old ferries were slow."
    context = complete("why?", [Turn("user", "Who spoke?"), Turn("assistant", said)]).context
    assert "Ann Leeds" in context


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=12))
def test_a_question_is_never_changed_only_added_to(question: str, said: list[str]) -> None:
    turns = [Turn("assistant" if i % 2 else "user", text) for i, text in enumerate(said)]
    alone = complete(question, turns)
    assert alone.question == question
    assert bool(alone.context) == bool(alone.weight) == bool(alone.reason)
