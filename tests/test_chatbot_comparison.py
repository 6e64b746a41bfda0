"""The two sides of a comparison, and which sentence is about which."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.quoting.collect import heading_above, whole_section
from chatbot.quoting.comparison import BOTH, compared, sides_of
from chatbot.quoting.statements import Nearness
from chatbot.reading.candidate import Candidate
from chatbot.settings import Settings
from corpus.article import Passage
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder
from tests.reading import article_of, neighbours


def always(_: str) -> float:
    return 1.0


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Compare Labour and the Greens on tax", ("Labour", "the Greens")),
        ("cats vs dogs", ("cats", "dogs")),
        ("What is the difference between a PCN and an ICS?", ("a PCN", "an ICS")),
        ("difference between poor roads and poor rails", ("poor roads", "poor rails")),
        ("is London bigger than Paris", ("London", "Paris")),
        ("Which is bigger, London or Paris?", ("London", "Paris")),
        ("How does the Post differ from the Echo?", ("the Post", "the Echo")),
        ("Leeds and Moore: how do their views differ?", ("Leeds", "Moore")),
        ("what do leeds and moore want", ("leeds", "moore")),
        ("compare the two surveys", None),
        ("where do the figures differ", None),
        ("the cat vs cats", None),
    ],
)
def test_the_sides_are_those_that_the_question_names(question: str, sides: tuple[str, str] | None) -> None:
    assert sides_of(question) == sides


def test_each_sentence_stands_with_the_side_that_it_names() -> None:
    found = neighbours(
        "a",
        "Leeds and Moore met on Monday.",
        "Leeds wants more money.",
        "He also asked for time.",
        "Moore wants less money.",
        "Rain fell.",
    )
    sides = sides_of("Compare Leeds and Moore")
    assert sides
    divided = compared(sides, found, [0.5] * 5, article_of, Nearness(HashEncoder()), always)
    assert divided
    quotes = {side: sorted(group.statement.quote for group in groups) for side, groups in divided.items()}
    assert quotes == {
        BOTH: ["Leeds and Moore met on Monday."],
        "Leeds": ["He also asked for time.", "Leeds wants more money."],
        "Moore": ["Moore wants less money."],
    }
    nearest, _ = divided["Leeds"]
    assert nearest.statement.quote == "Leeds wants more money."  # like beside like


def test_there_is_no_comparison_where_nothing_is_said_of_one_side() -> None:
    found = neighbours("a", "Leeds wants more money.", "Rain fell.")
    sides = sides_of("Compare Leeds and Moore")
    assert sides
    assert compared(sides, found, [0.5, 0.5], article_of, Nearness(HashEncoder()), always) is None


def test_a_section_whose_heading_is_asked_for_is_offered_whole() -> None:
    lines = (
        "Rain fell.",
        "## Where the figures differ",
        "One says 48%.",
        "Another says 49%.",
        "## Else",
        "No.",
    )
    found = [
        replace(one, hit=replace(one.hit, passage=_without_headings(one)))
        for one in neighbours("a", *lines)
        if not one.quote.startswith("#")
    ]
    assert [heading_above(one) for one in found] == ["", *["Where the figures differ"] * 2, "Else"]
    sure = [0.1, 0.2, 0.3, 0.4]
    whole = whole_section("where do the figures differ", found[::-1], sure[::-1], always)
    assert [one.quote for one, _ in whole] == ["One says 48%.", "Another says 49%."]
    assert [value for _, value in whole] == [0.2, 0.3]
    assert whole_section("where do the birds differ from cats", found, sure, always) == []


def _without_headings(candidate: Candidate) -> Passage:
    kept = (
        one
        for one in candidate.passage.sentences
        if not candidate.hit.slice(one.start, one.end).startswith("#")
    )
    return replace(candidate.passage, sentences=tuple(kept))


def test_a_fragment_that_joined_the_sentence_before_it_has_a_side(tmp_path: Path) -> None:
    text = "The mayor wants the bridge. He wants no toll.\n\nNo. The council wants a ferry. It is free. Yes."
    (tmp_path / "said.txt").write_text(f"Bridge and ferry\n\n{text}\n", encoding="utf-8")
    collection = Collection.create(tmp_path / "collection")
    ingest(collection, HashEncoder(), read([tmp_path / "said.txt"]), 200)
    bot = Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))
    answer = bot.ask("Compare the mayor and the council")
    assert answer.kind == "comparison" and answer.citations
    article = bot.collection.article(answer.citations[0].article_id)
    for one in answer.citations:
        assert one.quote == article.text[one.start : one.end] and one.quote not in ("No.", "Yes.")
