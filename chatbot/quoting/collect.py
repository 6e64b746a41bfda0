"""What belongs into an answer that is a selection of sentences: a list, a summary, a comparison.

A sentence is worth what the reader says of it and how well its passage was found, in equal parts: on the
questions of `eval/gold/people.jsonl` either alone finds less.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, pstdev

from chatbot.answer import COLLECTING, Citation, Kind, Section
from chatbot.quoting.article_list import each_article
from chatbot.quoting.compose import Articles, Group, folded
from chatbot.quoting.statements import Nearness
from chatbot.quoting.timeline import by_time
from chatbot.reading.candidate import Candidate

_WORTHY = 1.5
"""Standard deviations, of both parts together, above the average of what was read."""


def collected(
    candidates: Sequence[Candidate],
    confidences: Sequence[float],
    articles: Articles,
    nearness: Nearness,
    most: int,
) -> list[Group]:
    """The statements that belong in, at most so many: the best of the candidates, then the worthiest.

    A sentence that says the same as one before joins that one's group.
    """
    return folded(_worthy(candidates, confidences), articles, nearness, most)


def arranged(kind: Kind, citations: Sequence[Citation]) -> tuple[Section, ...]:
    """The citations of an answer of some kind under headings; nothing where it has none."""
    if kind == "timeline":
        return by_time(citations)
    if kind in ("articles", "counting"):
        return each_article(citations)
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


def _worthy(candidates: Sequence[Candidate], confidences: Sequence[float]) -> list[tuple[Candidate, float]]:
    margins = _standardised([candidate.signals.margin for candidate in candidates])
    found = _standardised([candidate.signals.found for candidate in candidates])
    worth = [margin + hit for margin, hit in zip(margins, found, strict=True)]
    # What answers best comes first, however its passage was found.
    order = sorted(range(len(candidates)), key=lambda i: (i > 0, -worth[i]))
    return [(candidates[i], confidences[i]) for i in order if i == 0 or worth[i] >= _WORTHY]


def _standardised(values: Sequence[float]) -> list[float]:
    if not values:
        return []
    middle, spread = mean(values), pstdev(values) or 1.0
    return [(value - middle) / spread for value in values]
