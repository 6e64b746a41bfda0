"""Citations against evidence, by the characters that they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.record import Expected, Quoted, Record

SHOWN = 5
"""Citations that count: as many as a person is shown."""

Place = tuple[str, int, int]
"""(article_id, start, end)"""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What shown citations share with the evidence.

    With C the characters cited, E those of the evidence and B those of both: `precision` is |B| / |C|,
    `recall` |B| / |E|, `f1` 2 |B| / (|C| + |E|), which is the harmonic mean of the two. `recall` and `f1` are
    None where whole articles were marked, of which nobody should quote all.
    """

    precision: float
    recall: float | None
    f1: float | None


def overlap(record: Record) -> Overlap | None:
    """The overlap of the first `SHOWN` citations with the choice of evidence that they fit best, by F1.

    A citation and its `also` say the same and count as one: the one that shares most with the evidence.
    Evidence is widened to whole sentences, as no less can be quoted. None where there are no citations or no
    evidence.
    """
    cited = record.citations[:SHOWN]
    choices: dict[int, list[Expected]] = {}
    for place in record.expected:
        choices.setdefault(place.choice, []).append(place)
    if not cited or not choices:
        return None
    if record.unit == "article":
        articles = [{place.article_id for place in places} for places in choices.values()]
        return Overlap(max(_within(cited, ids) for ids in articles), None, None)
    return max((_of_choice(cited, places) for places in choices.values()), key=lambda one: one.f1 or 0.0)


def _of_choice(citations: Sequence[Quoted], places: Sequence[Expected]) -> Overlap:
    evidence = [(place.article_id, *(place.sentences or (place.start, place.end))) for place in places]
    cited = [max(_said(citation), key=lambda one: _shared([one], evidence)) for citation in citations]
    both, c, e = _shared(cited, evidence), _characters(cited), _characters(evidence)
    return Overlap(both / c, both / e, 2 * both / (c + e))


def _within(citations: Sequence[Quoted], articles: set[str]) -> float:
    """The share of the characters cited that stand in these articles."""
    cited = [max(_said(citation), key=lambda place: place[0] in articles) for citation in citations]
    return _characters([place for place in cited if place[0] in articles]) / _characters(cited)


def _said(citation: Quoted) -> list[Place]:
    """The places of a citation: its own, then those that say the same."""
    return [(citation.article_id, citation.start, citation.end), *citation.also]


def _shared(some: list[Place], others: list[Place]) -> int:
    return _characters(some) + _characters(others) - _characters(some + others)


def _characters(places: list[Place]) -> int:
    """How many characters lie in any of the places, each counted once."""
    total, article, reached = 0, "", 0
    for article_id, start, end in sorted(places):
        if article_id != article:
            article, reached = article_id, start
        total += max(end - max(start, reached), 0)
        reached = max(reached, end)
    return total
