"""Terms: what a question and a passage have to agree on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import STOP_WORDS, fold, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NHS England", ["nhs", "england"]),
        ("Élections à Genève", ["elect", "genev"]),  # "à" folds to a stop word
        ("ﬁnal ﬂood", ["final", "flood"]),
        ("the Prime Minister's", ["prime", "minist"]),
        ("don’t they can't", []),
        ("funding funded funds", ["fund", "fund", "fund"]),
        ("30,000 patients", ["30000", "patient"]),
        ("1,234,567.89", ["1234567.89"]),
        ("6.5 or 6,5", ["6.5", "6", "5"]),
        ("81%", ["81", "81%"]),
        ("81 per cent, 81 percent", ["81", "81%", "81", "81%"]),
        ("per cent", ["per", "cent"]),
        ("2.5 %", ["2.5", "2.5%"]),
        ("the 1990s", ["1990"]),
        ("COVID-19", ["covid", "19"]),
        ("U.S. and US", ["us", "us"]),
        ("N.H.S. staff", ["nhs", "staff"]),
        ("the 2019¹ census of Xbox™", ["2019", "census", "xbox"]),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize("text", ["", " \n\t", "🎉🙂", "…—“”", "the of and", "?!", "\x00", "\ud800"])
def test_nothing_to_count(text: str) -> None:
    assert terms(text) == []


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("How many directors resigned?", "The DIRECTORS are resigning"),
        ("Zurich", "Zürich"),
        ("election", "Elections"),
        ("What is 40 percent of 5000?", "40% of 5,000"),
        ("the minister’s plan", "The minister's plans"),
        ("cafe", "cafe\u0301"),  # the accent as a character of its own
    ],
)
def test_a_question_and_a_passage_meet(question: str, passage: str) -> None:
    assert terms(passage)
    assert set(terms(passage)) <= set(terms(question))


def test_repeats_and_order_are_kept() -> None:
    assert terms("rust, salt and rust") == ["rust", "salt", "rust"]


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_folding_any_single_character_twice_changes_nothing() -> None:
    for code in range(0x3000):
        assert fold(fold(chr(code))) == fold(chr(code)), hex(code)


@given(st.text())
def test_terms_are_not_empty_and_hold_no_space(text: str) -> None:
    # The collection stores them joined by spaces.
    found = terms(text)
    assert " ".join(found).split() == found


@given(st.text(), st.text())
def test_terms_of_two_lines_are_those_of_each(first: str, second: str) -> None:
    assert terms(f"{first}\n;\n{second}") == terms(first) + terms(second)


def test_stop_words_are_as_folding_leaves_words() -> None:
    assert all(fold(word) == word for word in STOP_WORDS)
    assert "us" not in STOP_WORDS
