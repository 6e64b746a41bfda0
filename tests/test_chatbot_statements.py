"""Whether two sentences say the same, or the same but for a figure."""

from __future__ import annotations

import pytest

from chatbot.statements import Statement, differ, nearness, same
from corpus.article import Article
from tests.fakes import HashEncoder


def statement(text: str) -> Statement:
    return Statement.of(text, Article("a", "a", text, "a.txt"), HashEncoder().encode_query(text).tokens)


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
    ],
)
def test_two_sentences(one: str, other: str, is_same: bool, is_different: bool) -> None:
    for first, second in ((one, other), (other, one)):
        assert same(statement(first), statement(second)) == is_same
        assert differ(statement(first), statement(second)) == is_different


def test_nearness_is_that_of_the_worse_side() -> None:
    short, long = statement("rust rust"), statement("rust and a good deal of other trouble")
    assert nearness(short, short) == pytest.approx(1)
    assert nearness(short, long) == nearness(long, short) < 0.5
    assert nearness(short, statement("")) <= 0.5
