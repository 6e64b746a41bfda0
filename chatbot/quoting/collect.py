"""What belongs into an answer that is a selection of sentences: a list, a summary, a comparison.

A sentence is worth what the reader says of it and how well its passage was found, in equal parts: on the
questions of `eval/gold/people.jsonl` either alone finds less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import mean, pstdev

from chatbot.answer import COLLECTING, Citation, Kind, Section
from chatbot.quoting.compose import Articles, Group
from chatbot.quoting.statements import Nearness, Statement, same
from chatbot.reading.candidate import Candidate

_WORTHY = 1.5
"""Standard deviations, of both parts together, above the average of what was read."""


def collected(
    candidates: Sequence[Candidate],
    confidences: Sequence[float],
    articles: Articles,
    nearness: Nearness,
    most: int,
    least: float = _WORTHY,
) -> list[Group]:
    """The statements worth `least`, at most so many, the worthiest first; one at least where there is any.

    A sentence that says the same as one before joins that one's group.
    """
    groups: list[Group] = []
    for candidate, sure in _worthy(candidates, confidences, least):
        statement = Statement.of(candidate.quote, articles(candidate))
        twin = next((i for i, group in enumerate(groups) if same(group.statement, statement, nearness)), None)
        if twin is None:
            if len(groups) == most:
                break
            groups.append(Group(statement, ((candidate, sure),)))
        elif all(candidate.article.id != member.article.id for member, _ in groups[twin].members):
            groups[twin] = replace(groups[twin], members=(*groups[twin].members, (candidate, sure)))
    return groups


def arranged(kind: Kind, citations: Sequence[Citation]) -> tuple[Section, ...]:
    """The citations of an answer of some kind under headings; nothing where it has none."""
    return by_article(citations) if kind in COLLECTING else ()


def by_article(citations: Sequence[Citation]) -> tuple[Section, ...]:
    """The citations under the titles of their articles, oldest first; in an article as they stand there."""
    sections: dict[str, list[Citation]] = {}
    for citation in citations:
        sections.setdefault(citation.article_id, []).append(citation)
    ordered = sorted(sections.values(), key=lambda cited: cited[0].published or "")
    return tuple(
        Section(cited[0].title, tuple(sorted(cited, key=lambda one: one.start)), cited[0].publisher or "")
        for cited in ordered
    )


def _worthy(
    candidates: Sequence[Candidate], confidences: Sequence[float], least: float
) -> list[tuple[Candidate, float]]:
    margins = _standardised([candidate.signals.margin for candidate in candidates])
    found = _standardised([candidate.signals.found for candidate in candidates])
    worth = [margin + hit for margin, hit in zip(margins, found, strict=True)]
    order = sorted(range(len(candidates)), key=lambda i: -worth[i])
    return [(candidates[i], confidences[i]) for rank, i in enumerate(order) if not rank or worth[i] >= least]


def _standardised(values: Sequence[float]) -> list[float]:
    if not values:
        return []
    middle, spread = mean(values), pstdev(values) or 1.0
    return [(value - middle) / spread for value in values]
