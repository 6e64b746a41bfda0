"""The time that a question names, and what it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.conversation.period import in_words, nothing_then, period

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("question", "kind", "start", "end"),
    [
        ("What was reported in January 2020?", "filter", "2020-01-01", "2020-01-31"),
        ("articles from 2021 about bridges", "filter", "2021-01-01", "2021-12-31"),
        ("stories published in February 2020", "filter", "2020-02-01", "2020-02-29"),
        ("What has changed since March 2023?", "filter", "2023-03-01", None),
        ("What's new since last month?", "filter", "2026-10-01", None),
        ("news of last week about the ferry", "filter", "2026-11-09", "2026-11-15"),
        ("this week's news", "filter", "2026-11-16", "2026-11-22"),
        ("What happened in 1994?", "prefer", "1994-01-01", "1994-12-31"),
        ("How many have died since 2016?", "prefer", "2016-01-01", None),
        ("What was decided before 3 May 2020?", "prefer", None, "2020-05-02"),
        ("What was decided after May 3, 2020?", "prefer", "2020-05-04", None),
        ("Who ruled until 2019?", "prefer", None, "2019-12-31"),
        ("What happened between 2019 and 2021?", "prefer", "2019-01-01", "2021-12-31"),
        ("What happened between January and March 2020?", "prefer", "2020-01-01", "2020-03-31"),
        ("Who won in the 1990s?", "prefer", "1990-01-01", "1999-12-31"),
        ("Who left last year?", "prefer", "2025-01-01", "2025-12-31"),
        ("What happened from January to 2020-03-05?", "prefer", "2020-01-01", "2020-03-05"),
        ("What was reported over the past month?", "filter", "2026-10-23", "2026-11-22"),
        ("articles of the last week", "filter", "2026-11-15", "2026-11-22"),
        ("news from the past year", "filter", "2025-11-22", "2026-11-22"),
        ("articles from 1820s", "filter", "1820-01-01", "1829-12-31"),
        ("articles from the early 1990s", "filter", "1990-01-01", "1999-12-31"),
        ("Who ruled before the 1950s?", "prefer", None, "1949-12-31"),
        ("What was said on 2020-05-03?", "prefer", "2020-05-03", "2020-05-03"),
    ],
)
def test_a_time_that_is_certain_is_read(question: str, kind: str, start: str | None, end: str | None) -> None:
    found = period(question, TODAY)
    assert found is not None
    assert found.kind == kind
    assert (found.start and found.start.isoformat(), found.end and found.end.isoformat()) == (start, end)
    assert found.words in question


@pytest.mark.parametrize(
    "question", ["What is the latest on the bridge?", "Latest news", "the newest articles"]
)
def test_the_latest_prefers_the_newest(question: str) -> None:
    found = period(question, TODAY)
    assert found and (found.kind, found.start, found.end) == ("newest", None, None)


@pytest.mark.parametrize(
    "question",
    [
        "In what year did it open?",
        "What has changed since the election?",
        "What does the 2019 report say?",
        "What does the report of 2019 say?",
        "Who won the election of 1994?",
        "What will happen in 2030?",
        "What happened on 31 June 2020?",
        "What happened in May?",
        "How many of the 2000 patients left?",
        "in the last week of the trial",
    ],
)
def test_what_is_not_certain_is_not_read(question: str) -> None:
    assert period(question, TODAY) is None


def test_a_filter_says_what_it_leaves_and_what_has_no_date() -> None:
    found = period("articles from 2021", TODAY)
    assert found
    days = ["2021-01-01", "2021-12-31", "2020-12-31", "2022-01-01", None]
    assert [found.holds(day) for day in days] == [True, True, False, False, False]
    some = replace(found, articles=2, undated=1)
    assert in_words(some) == "Only articles published in 2021; 1 without a date left out"
    assert not nothing_then(some)
    assert nothing_then(found)
    assert in_words(found) == "No article was published in 2021"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What happened in January 2020?", "Articles published in January 2020 preferred"),
        ("What happened on 3 May 2020?", "Articles published on 3 May 2020 preferred"),
        ("Who ruled until 2019?", "Articles published until 31 December 2019 preferred"),
        ("What happened between 2019 and 2021?", "Articles published in 2019 to 2021 preferred"),
        ("Latest news", "Newest articles preferred"),
    ],
)
def test_it_is_told_in_words(question: str, words: str) -> None:
    found = period(question, TODAY)
    assert found and in_words(found) == words


_PIECES = st.sampled_from(
    "from to between and since after before until in on of the last past this early late articles news"
    " reported January February May December 0 3 29 31st 2nd 99 1820 1820s 1900 2020 2020s 2024 2099"
    " 2020-03-05 2020-02-30 2020-13-01 two twelve day days week weeks month months year years today"
    " yesterday onwards , - ? what's new".split()
)


@given(
    st.one_of(st.text(max_size=40), st.lists(_PIECES, max_size=9).map(" ".join)),
    st.dates(date(1970, 1, 1), date(2100, 12, 31)),
)
def test_whatever_is_asked_a_time_begins_before_it_ends(question: str, today: date) -> None:
    found = period(question, today)
    if found is None:
        return
    assert found.words in question
    assert found.start is None or found.end is None or found.start <= found.end
    assert found.start is None or found.start <= today
    assert in_words(found)
