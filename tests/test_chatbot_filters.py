"""Filters: which articles fit them, and what becomes of an answer under them."""

from __future__ import annotations

from datetime import date

import pytest

from chatbot.bot import Chatbot
from chatbot.filters import Filters
from corpus.errors import CuttingsError

QUESTION = "What did the BMA survey of clinical directors find?"


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        (Filters(), True),
        (Filters(("The Post",)), True),
        (Filters(("The Times", "The Post")), True),
        (Filters(("The Times",)), False),
        (Filters(start=date(2020, 5, 3), end=date(2020, 5, 3)), True),
        (Filters(start=date(2020, 5, 4)), False),
        (Filters(end=date(2020, 5, 2)), False),
        (Filters(("The Post",), date(2020, 5, 4)), False),
    ],
)
def test_what_fits(filters: Filters, fits: bool) -> None:
    assert filters.hold("The Post", "2020-05-03") is fits


def test_an_article_without_a_date_or_publisher_fits_no_filter_on_it() -> None:
    assert not Filters(start=date(2020, 1, 1)).hold("The Post", None)
    assert not Filters(("The Post",)).hold(None, "2020-05-03")


@pytest.mark.parametrize("filters", [Filters(("A", "B"), date(2020, 1, 1)), Filters(end=date(2020, 1, 1))])
def test_filters_are_read_as_they_are_written(filters: Filters) -> None:
    assert Filters.of_json(filters.as_json()) == filters


def test_no_filters_are_written_as_none() -> None:
    assert not Filters() and Filters().as_json() is None
    assert Filters.of_json(None) == Filters.of_json({}) == Filters()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "an object"),
        ({"publishers": "The Post"}, "a list"),
        ({"publishers": [3]}, "not all text"),
        ({"from": "May"}, "'May'"),
        ({"to": 2020}, "2020"),
        ({"from": "2020-02-01", "to": "2020-01-01"}, "before it begins"),
    ],
)
def test_wrong_filters_are_named(given: object, says: str) -> None:
    with pytest.raises(CuttingsError, match=says):
        Filters.of_json(given)


@pytest.mark.model
def test_only_what_fits_is_quoted_found_and_listed(bundled: Chatbot) -> None:
    whole = bundled.ask(QUESTION)
    publisher = next(c.publisher for c in whole.citations if c.publisher)
    others = [a for a in bundled.collection.articles() if a.publisher not in (publisher, None)]
    assert others
    only = bundled.ask(QUESTION, filters=Filters((publisher,)))
    assert only.citations and {c.publisher for c in only.citations} == {publisher}
    ids = {a.id for a in bundled.collection.articles() if a.publisher == publisher}
    assert {hit.article_id for hit in only.hits} <= ids
    assert {hit.article_id for hit in bundled.search(QUESTION, filters=Filters((publisher,)))} <= ids
    late = bundled.ask(QUESTION, filters=Filters(start=date(2999, 1, 1)))
    assert late.abstained and late.citations == () and late.filters.start == date(2999, 1, 1)


@pytest.mark.model
def test_a_publisher_that_no_article_is_by_is_named(bundled: Chatbot) -> None:
    for use in (bundled.ask, bundled.search):
        with pytest.raises(CuttingsError, match="no article is by 'The Tims'"):
            use(QUESTION, filters=Filters(("The Tims",)))
