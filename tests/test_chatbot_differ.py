"""Statements that give other figures for the same thing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chatbot.answer import Answer, Citation, Difference
from chatbot.quoting.compose import grouped
from chatbot.quoting.differences import differing
from chatbot.quoting.statements import Nearness
from chatbot.reading.candidate import Candidate
from tests.fakes import HashEncoder
from tests.reading import article_of, neighbours, no_reason

NEARNESS = Nearness(HashEncoder())


def candidate(article_id: str, text: str, published: str | None = None) -> Candidate:
    return neighbours(article_id, text, published=published)[0]


def differences(*candidates: Candidate, limit: int = 5) -> list[list[str]]:
    return [[c.article_id for c in found.citations] for found in differ(list(candidates), limit)]


def differ(candidates: list[Candidate], limit: int) -> tuple[Difference, ...]:
    groups = grouped(candidates, [0.8] * len(candidates), article_of, NEARNESS)
    citations = [group.citation(rank, article_of, no_reason) for rank, group in enumerate(groups, 1)]
    return differing(groups, citations, limit, NEARNESS)


def undated(one: Candidate) -> Candidate:
    return replace(one, hit=replace(one.hit, article=replace(one.article, published=None)))


TWELVE = "The repair of the harbour bridge will cost £12m, the council said."
EIGHTEEN = "The repair of the harbour bridge will cost £18m, the council said."


def test_other_figures_for_one_thing_stand_side_by_side_newest_first() -> None:
    old, new = candidate("a", TWELVE, "2020-01-01"), candidate("b", EIGHTEEN, "2021-01-01")
    assert differences(old, new) == [["b", "a"]]
    assert differences(old, undated(new)) == [["a", "b"]]


@pytest.mark.parametrize(
    "other",
    [
        TWELVE,
        TWELVE.replace("£12m", "£12.2m"),  # rounded
        EIGHTEEN.replace("repair", "paint").replace("harbour bridge", "school roof"),
        EIGHTEEN.replace("will cost", "will not cost"),
        EIGHTEEN.replace("£18m", "$18m"),
        EIGHTEEN.replace("£18m", "18 jobs"),
        "Cats sleep for 18 hours.",
    ],
)
def test_what_agrees_or_measures_something_else_does_not_differ(other: str) -> None:
    assert differences(candidate("a", TWELVE), candidate("b", other)) == []


def test_other_names_are_other_things() -> None:
    said = "The survey of the {} had {} replies from directors in all."
    first, second = said.format("Ferry Board", 213), said.format("Port Office", 157)
    assert differences(candidate("a", first), candidate("b", second)) == []


def test_two_surveys_of_two_years_are_two_things() -> None:
    said = "In {} some {}% of the drivers in the harbour survey wanted a toll."
    assert differences(candidate("a", said.format(2019, 20)), candidate("b", said.format(2023, 34))) == []
    found = differences(candidate("a", said.format(2023, 33)), candidate("b", said.format(2023, 34)))
    assert sorted(found[0]) == ["a", "b"]


def test_one_of_a_difference_is_cited_and_stands_in_its_place() -> None:
    many = [candidate("c", "Cats sleep."), candidate("a", TWELVE), candidate("b", EIGHTEEN)]
    groups = grouped(many, [0.8] * 3, article_of, NEARNESS)
    citations = tuple(group.citation(rank, article_of, no_reason) for rank, group in enumerate(groups, 1))
    assert differing(groups, citations, 1, NEARNESS) == ()
    found = differing(groups, citations, 2, NEARNESS)
    answer = Answer("q", "q", "", "answer", 0.8, citations[:2], (), differ=found)
    assert [type(part) for part in answer.parts] == [Citation, Difference]
    for difference in found:
        for citation in difference.citations:
            text = {c.article.id: c.hit.text for c in many}[citation.article_id]
            assert citation.quote == text[citation.start : citation.end]
