"""Whether two sentences say the same, or the same but for a figure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.quoting.rivals import differ
from chatbot.quoting.statements import Nearness, Statement, same
from corpus.article import Article
from tests.fakes import HashEncoder


def statement(text: str) -> Statement:
    return Statement.of(text, Article("a", "a", text, "a.txt"))


NEARNESS = Nearness(HashEncoder())

TWELVE = "The repair of the harbour bridge will cost £12m, the council said."


@pytest.mark.parametrize(
    ("one", "other", "is_same", "is_different"),
    [
        (TWELVE, TWELVE, True, False),
        (TWELVE, "The repair of the harbour bridge will cost £18m, the council said.", False, True),
        (TWELVE, "The repair of the harbour bridge will not cost £12m, the council said.", False, False),
        (TWELVE, "The repair of the harbour ferry will take 18 months, the council said.", False, False),
        ("Ann Leeds met 12 owners in York.", "Bob Hull met 18 owners in York.", False, False),
        ("Fares rose by 5% last spring.", "Fares fell by 5% last spring.", False, False),
        ("The bridge opens in May 2021.", "The bridge opens in May 2022.", False, True),
        ("The rail bridge cost £12m.", "The swing bridge cost £18m.", False, False),
        ("The bridge cost £12m in 2019.", "The bridge cost £18m in 2021.", False, False),
        ("The bridge will cost £12m.", "The bridge has cost £18m.", False, False),
        ("The site will have 900 homes.", "The site will have 400 affordable homes.", False, False),
        ("A pass costs £9 a week.", "A pass costs £480 a year.", False, False),
        ("The trust gave £2m to 30 schools.", "The trust gave £2m to 45 schools.", False, True),
        ("The first 30 came, then 30 more and 90.",) * 2 + (True, False),
    ],
)
def test_two_sentences(one: str, other: str, is_same: bool, is_different: bool) -> None:
    for first, second in ((one, other), (other, one)):
        assert same(statement(first), statement(second), NEARNESS) == is_same
        assert differ(statement(first), statement(second), NEARNESS) == is_different


def test_nearness_is_the_cosine_of_whole_sentences_each_encoded_once() -> None:
    encoder = HashEncoder()
    nearness = Nearness(encoder)
    one, other = statement("rust rust"), statement("rust and a good deal of other trouble")
    expected = float(encoder.encode_query(one.quote) @ encoder.encode_query(other.quote))
    assert nearness(one, one) == pytest.approx(1)
    assert nearness(one, other) == nearness(other, one) == pytest.approx(expected)
    assert sorted(encoder.encoded) == sorted([one.quote, other.quote])


def test_what_other_names_or_figures_tell_apart_is_not_encoded() -> None:
    encoder = HashEncoder()
    first = statement("Ann Leeds met 12 owners in York.")
    assert not same(first, statement("Bob Hull met 18 owners in York."), Nearness(encoder))
    assert not same(first, statement("Ann Leeds met 19 people in York."), Nearness(encoder))
    assert encoder.encoded == []


parts = st.sampled_from(
    ["Ann Lee", "on Friday", "1 May", "£3 million", "12%", "last year", "not", "no fewer than 7"]
)


@given(st.lists(parts, min_size=1, max_size=5), st.sampled_from([" ", "\n", "\u00a0"]))
def test_the_same_words_are_one_statement_whatever_figures_they_hold(chosen: list[str], space: str) -> None:
    quote = f"They met {' and '.join(chosen)}."
    one = Statement.of(quote, Article("a", "A", quote, "a", published="2024-05-03"))
    printed = space.join(quote.split(" "))
    other = Statement.of(printed, Article("b", "Another", printed, "b", published="2021-01-01"))
    assert same(one, other, NEARNESS) and not differ(one, other, NEARNESS)
