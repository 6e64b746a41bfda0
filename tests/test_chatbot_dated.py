"""The times that sentences name, by themselves or beside the day of their article."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.quoting.dated import time_of

FRIDAY = "2020-01-31"


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The bridge opened on 27 January 2020.", "27 January 2020"),
        ("The bridge opened on Monday 27 January 2020.", "27 January 2020"),
        ("The bridge opened on January 27th, 2020.", "27 January 2020"),
        ("It was read on 2020-01-05 by all.", "5 January 2020"),
        ("July 2019: The ferry starts.", "July 2019"),
        ("Before December 2019: The board asks for more.", "Before December 2019"),
        ("It was settled in early February 2020.", "Early February 2020"),
        ("It closed at the end of May 1999.", "Late May 1999"),
        ("In 1994 the pier burned down.", "1994"),
        ("The Normans came in 1066 and stayed.", "1066"),
        ("The pier stood there since the late 1990s.", "1990s"),
    ],
)
def test_a_time_with_its_year_needs_no_article(sentence: str, name: str) -> None:
    found = time_of(sentence, None)
    assert found and found.name == name and not found.relative


@pytest.mark.parametrize(
    ("sentence", "name", "words"),
    [
        ("In December the drafts came out.", "December 2019", "In December"),
        ("Drafts are due in February, they say.", "February 2020", "in February"),
        ("Pulse found last month that they leave.", "December 2019", "last month"),
        ("The vote was earlier this month.", "January 2020", "earlier this month"),
        ("The ferry started last July.", "July 2019", "last July"),
        ("They said so last year.", "2019", "last year"),
        ("They said so last week.", "20 to 26 January 2020", "last week"),
        ("They said this week that it was late.", "27 January to 2 February 2020", "this week"),
        ("The board met on Monday.", "27 January 2020", "on Monday"),
        ("The board met on Friday.", "31 January 2020", "on Friday"),
        ("The board meets next Friday.", "7 February 2020", "next Friday"),
        ("The board met yesterday.", "30 January 2020", "yesterday"),
        ("It opened two years ago.", "2018", "two years ago"),
        ("A week later, on 9 January, it closed.", "9 January 2020", "9 January"),
    ],
)
def test_other_times_are_counted_from_the_day_of_the_article(sentence: str, name: str, words: str) -> None:
    found = time_of(sentence, FRIDAY)
    assert found and (found.name, found.words) == (name, words) and found.relative
    assert time_of(sentence, None) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The contract for 2020/21 was refused.",
        "They may march in the streets.",
        "It cost £2000 and took 1990 people.",
        "Between 2,000 and 1,900 replied.",
        "A few weeks ago it rained.",
        "Networks began less than a year ago.",
        "GPs today have no time.",
        "They live in 1200 homes by the sea.",
        "It came on 31 June 2020.",
    ],
)
def test_what_names_no_days_is_not_dated(sentence: str) -> None:
    found = time_of(sentence, FRIDAY)
    assert found is None or (sentence.startswith("It came") and found.name == "June 2020")


def test_the_first_time_of_a_sentence_is_its_own() -> None:
    found = time_of("In January they withdrew what came out in December 2019.", FRIDAY)
    assert found and found.name == "January 2020"


def test_times_lie_within_a_period_or_not() -> None:
    first, last = date(2020, 1, 1), date(2020, 1, 31)

    def within(words: str) -> bool:
        found = time_of(words, FRIDAY)
        assert found
        return found.within(first, last)

    assert (
        within("January 2020: yes.")
        and within("Late January 2020: yes.")
        and within("They said this week so.")
    )
    assert (
        not within("In 2020 it came.") and not within("December 2019: no.") and not within("In February: no.")
    )
    before = time_of("Before December 2019: yes.", None)
    assert before and before.within(date(2019, 1, 1), date(2019, 12, 31)) and not before.within(first, last)


def test_times_are_ordered_the_longer_first() -> None:
    sentences = ["Before December 2019: a.", "July 2019: b.", "Late January 2020: c.", "In 2020 d."]
    sentences.append("In January 2020 e.")
    times = [time_of(sentence, None) for sentence in sentences]
    ordered = sorted((one for one in times if one), key=lambda one: one.order)
    assert [one.name for one in ordered] == [
        "July 2019", "Before December 2019", "2020", "January 2020", "Late January 2020",
    ]  # fmt: skip


@given(st.text(max_size=200), st.none() | st.text(max_size=10) | st.just(FRIDAY) | st.just("0001-01-01"))
def test_any_text_is_read(sentence: str, published: str | None) -> None:
    found = time_of(sentence, published)
    assert found is None or found.words in sentence


def test_long_text_is_read_in_bounded_time() -> None:
    begun = time.perf_counter()
    for part in ("in ", "last ", "1 ", "the past 1 ", "Monday, ", "January ", "20 January, "):
        time_of(part * 100_000, FRIDAY)
    assert time.perf_counter() - begun < 2
