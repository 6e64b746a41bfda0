"""Which sentences come first when a question goes on from the last answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chatbot.extract import Candidate
from chatbot.followup import Standalone
from chatbot.resume import resumed
from corpus.article import Article, Passage, Sentence
from index.hit import Hit
from tests.fakes import UNREAD

TEXTS = {
    "bridge": [
        "Inspector Ann Leeds looked at the bridge.",
        "It was closed at once.",
        "Rust is everywhere.",
        "Repairs take a year.",
    ],
    "ferry": ["A free ferry carries commuters.", "It runs until midnight."],
}
LEANS = Standalone("why?", "bridge", 0.5, "because")


def candidates(recent: dict[str, float]) -> list[Candidate]:
    """All sentences, each with the score 0."""
    found = []
    for id, parts in TEXTS.items():
        text = " ".join(parts)
        article = Article(id, id, text, f"{id}.txt")
        at = [text.index(part) for part in parts]
        spans = tuple(Sentence(id, start, start + len(part)) for start, part in zip(at, parts, strict=True))
        passage = Passage(id, 0, len(text), "", spans)
        hit = Hit(1, 0.0, 1, id, id, f"{id}.txt", 0, len(text), text, 1, 1, recent=recent.get(id, 0.0))
        found += [Candidate(one, passage, article, hit, 0.0, np.zeros(1), UNREAD) for one in spans]
    return found


def gains(alone: Standalone, recent: dict[str, float] | None = None) -> dict[str, float]:
    """What is added for each sentence."""
    return {candidate.quote: candidate.score for candidate in resumed(candidates(recent or {}), alone)}


def test_what_comes_next_gains_and_what_was_quoted_loses() -> None:
    gained = gains(replace(LEANS, said="They say: Rust is everywhere."))
    assert gained["Repairs take a year."] == pytest.approx(1 + 2)
    assert gained["It was closed at once."] == pytest.approx(1)
    # two of its words, "rust" and "everywhere", were said; a sentence counts as four words at least
    assert gained["Rust is everywhere."] == pytest.approx(-2 * 2 / 4)
    assert gained["It runs until midnight."] == 0


def test_who_only_asks_for_more_stays_in_the_article() -> None:
    leans = replace(LEANS, said="They say: Rust is everywhere.")
    plain, more = gains(leans), gains(replace(leans, goes_on=True))
    assert more["Repairs take a year."] == pytest.approx(plain["Repairs take a year."] + 6)
    assert more["It runs until midnight."] == plain["It runs until midnight."]


def test_the_article_that_is_like_what_was_said_gains() -> None:
    gained = gains(LEANS, {"bridge": 1.0, "ferry": 0.5})
    assert {gained[quote] for quote in TEXTS["bridge"]} == {2.0}
    assert {gained[quote] for quote in TEXTS["ferry"]} == {1.0}


def test_who_said_it_is_the_nearest_who_is_named_before() -> None:
    said = "Rust is everywhere."
    first = resumed(candidates({}), replace(LEANS, said=said, asks_speaker=True))[0]
    assert first.quote == "Inspector Ann Leeds looked at the bridge."
    usual = resumed(candidates({}), replace(LEANS, said=said))[0]
    assert usual.quote == "Repairs take a year."


def test_a_question_that_stands_alone_changes_nothing() -> None:
    before = candidates({"ferry": 1.0})
    assert resumed(before, Standalone("why?", said="Rust is everywhere.")) == before
