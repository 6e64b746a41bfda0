"""How many independent sources several articles are."""

from __future__ import annotations

from chatbot.quoting.independence import independent
from corpus.article import Article, Removed

WIRE = (
    "The harbour bridge closed on Monday after inspectors found rust in two of its cables. "
    "Repairs will take until spring, the council said, and a free ferry will run each day."
)
OWN = (
    "Rust has shut the bridge over the harbour, inspectors announced. Commuters can take a ferry without "
    "charge while workers replace both cables, which the council expects to last until next spring."
)


def article(id: str, text: str, publisher: str | None = None, removed: tuple[Removed, ...] = ()) -> Article:
    return Article(id, id, text, f"{id}.txt", publisher, removed=removed)


def test_a_story_that_is_printed_five_times_is_one_source() -> None:
    assert independent([article(f"a{n}", f"{WIRE} Page {n}.", f"Paper {n}") for n in range(5)]) == 1


def test_a_story_that_was_cut_is_still_the_same_source() -> None:
    assert independent([article("a", WIRE), article("b", WIRE[:86])]) == 1


def test_two_reports_in_their_own_words_are_two() -> None:
    assert independent([article("a", WIRE), article("b", OWN)]) == 2
    assert independent([article("a", WIRE), article("b", OWN), article("c", WIRE)]) == 2


def test_one_publisher_is_one_source() -> None:
    assert independent([article("a", WIRE, "The Ferryman"), article("b", OWN, "the ferryman")]) == 1


def test_what_was_removed_makes_no_copy() -> None:
    foot = "Subscribe to our letter and never miss what the harbour has to say to you, dear reader. " * 3
    articles = [
        article(id, text + foot, removed=(Removed(len(text), len(text + foot), "footer"),))
        for id, text in (("a", WIRE), ("b", OWN))
    ]
    assert independent(articles) == 2


def test_the_smallest_cases() -> None:
    assert independent([]) == 0
    assert independent([article("a", "")]) == 1
    assert independent([article("a", "Rust."), article("b", "Salt.")]) == 2
    assert independent([article("a", ""), article("b", "")]) == 2
