"""The time that a question names, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

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


_DAYS = st.dates(date(1900, 1, 1), TODAY)
_LEADS = [("articles from", "filter"), ("What happened on", "prefer")]


def _ordinal(n: int) -> str:
    return f"{n}{'th' if 10 < n < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


_PRINTED = [
    lambda day: day.isoformat(),
    lambda day: f"{day.day} {day:%B %Y}",
    lambda day: f"{_ordinal(day.day)} of {day:%B}, {day.year}",
    lambda day: f"{day:%B} {day.day}, {day.year}",
    lambda day: f"{day:%B} {_ordinal(day.day)} {day.year}".upper(),
]


@given(_DAYS, st.sampled_from(_PRINTED), st.sampled_from(_LEADS))
def test_a_day_is_read_in_every_form(
    day: date, printed: Callable[[date], str], lead: tuple[str, str]
) -> None:
    words, kind = lead
    found = period(f"{words} {printed(day)}", TODAY)
    assert found and (found.kind, found.start, found.end) == (kind, day, day)


@given(_DAYS)
def test_a_month_and_a_year_hold_their_days_and_no_others(day: date) -> None:
    for words, same in ((f"{day:%B %Y}", (day.year, day.month)), (f"{day.year}", (day.year,))):
        found = period(f"articles from {words}", TODAY)
        assert found and found.start and found.end
        assert found.holds(day.isoformat())
        assert (found.start.year, found.start.month)[: len(same)] == same
        assert (found.end.year, found.end.month)[: len(same)] == same
        for outside in (found.start - timedelta(1), found.end + timedelta(1)):
            assert (outside.year, outside.month)[: len(same)] != same


@given(_DAYS, _DAYS)
def test_from_one_day_to_another_is_read_and_the_wrong_way_round_is_not(one: date, other: date) -> None:
    first, last = sorted((one, other))
    found = period(f"What happened between {first.isoformat()} and {last.day} {last:%B %Y}?", TODAY)
    assert found and (found.start, found.end) == (first, last)
    if first < last:
        assert period(f"What happened between {last.isoformat()} and {first.isoformat()}?", TODAY) is None


@given(
    st.integers(1, 99), st.sampled_from(["day", "week", "month", "year"]), st.dates(date(1990, 1, 1), TODAY)
)
def test_what_is_counted_back_ends_today(count: int, unit: str, today: date) -> None:
    found = period(f"news of the last {count} {unit}s", today)
    assert found and found.start and (found.kind, found.end) == ("filter", today)
    days = {"day": 1, "week": 7, "month": 30.5, "year": 365.25}[unit]
    assert abs((today - found.start).days - count * days) <= 0.5


@pytest.mark.parametrize(
    ("words", "number"), [("eight", 8), ("eleven", 11), ("twenty-one", 21), ("dozen", 12), ("two", 2)]
)
def test_a_count_may_be_spelt(words: str, number: int) -> None:
    assert period(f"news of the last {words} days", TODAY) == replace(
        period(f"news of the last {number} days", TODAY), words=f"of the last {words} days"
    )
