"""Months, number words, names and pointing words, as all rooms read them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language import (
    MONTH_OR_SHORT,
    MONTHS,
    NAME,
    NUMBER_WORD,
    POINTING,
    SMALL_NUMBERS,
    TITLE,
    month_number,
    number,
    opens_sentence,
)

_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


@pytest.mark.parametrize(
    ("text", "month"),
    [("january", 1), ("Sept.", 9), ("sep", 9), ("DEC", 12), ("may", 5), ("June", 6)],
)
def test_a_month_is_read_in_full_or_abbreviated(text: str, month: int) -> None:
    assert re.fullmatch(MONTH_OR_SHORT, text.lower())
    assert month_number(text) == month


@pytest.mark.parametrize("text", ["marching", "decade", "mayor", "janet", ""])
def test_what_only_begins_as_a_month_is_none(text: str) -> None:
    assert not re.fullmatch(MONTH_OR_SHORT, text)


def test_a_word_that_is_no_month_has_no_number() -> None:
    assert [month_number(month) for month in MONTHS] == list(range(1, 13))
    with pytest.raises(ValueError):
        month_number("spring")


@given(st.integers(1, 99), st.sampled_from(["-", " "]))
def test_every_spelt_number_is_matched_whole_and_read(value: int, joint: str) -> None:
    if value < 20:
        words = SMALL_NUMBERS[value - 1]
    else:
        units = joint + SMALL_NUMBERS[value % 10 - 1] if value % 10 else ""
        words = _TENS[value // 10 - 2] + units
    assert re.fullmatch(NUMBER_WORD, words)
    assert number(words) == number(words.title()) == number(str(value)) == value


def test_a_dozen_is_twelve_and_a_word_that_is_no_number_is_refused() -> None:
    assert number("dozen") == 12
    assert not re.fullmatch(NUMBER_WORD, "zero")
    with pytest.raises(KeyError):
        number("several")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("said Ann Leeds of the Harbour Board to Bob", ["Ann Leeds of the Harbour Board", "Bob"]),
        ("by NHSE&I and the police", ["NHSE&I"]),
        ("from Lloyd-Jones's house", ["Lloyd-Jones's"]),
        ("of nobody and nothing", []),
    ],
)
def test_a_name_is_a_run_of_words_with_a_capital(text: str, names: list[str]) -> None:
    assert re.findall(rf"\b{NAME}", text) == names


@pytest.mark.parametrize("text", ["Dr", "Dr.", "Professor", "Mrs", "Miss"])
def test_a_title(text: str) -> None:
    assert re.fullmatch(TITLE, text)


def test_a_title_is_a_whole_word() -> None:
    assert not re.match(TITLE, "Missing") and not re.match(TITLE, "Profits")


@pytest.mark.parametrize(
    ("before", "opens"),
    [
        ("", True),
        ("“", True),
        ("He left. ", True),
        ("He left:\n\n(", True),
        ("He left ", False),
        ("He said “", False),
    ],
)
def test_a_capital_at_the_beginning_of_a_sentence(before: str, opens: bool) -> None:
    assert opens_sentence(f"{before}Rust", len(before)) == opens


def test_pointing_words() -> None:
    said = "Did she tell them that its owner and his dog saw this thing?"
    assert re.findall(rf"\b{POINTING}\b", said) == ["she", "them", "that", "its", "his", "this"]
    assert not re.search(rf"\b{POINTING}\b", "The item was thesis work of Sheila")
