"""Citations against evidence, by the characters that they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    A citation and its `also` say the same and count as one, by whichever shares most with the evidence. Evidence
    is widened to whole sentences, as no less can be quoted. None where there are no citations or no evidence.
    """
    shown = record.citations[:SHOWN]
    choices: dict[int, list[Expected]] = {}
    for place in record.expected:
        choices.setdefault(place.choice, []).append(place)
    if not shown or not choices:
        return None
    if record.unit == "article":
        articles = [{place.article_id for place in places} for places in choices.values()]
        return Overlap(max(_precision_by_article(shown, wanted) for wanted in articles), None, None)
    return max((_of_choice(shown, places) for places in choices.values()), key=lambda one: one.f1 or 0.0)


def _of_choice(shown: Sequence[Quoted], places: Sequence[Expected]) -> Overlap:
    evidence = _characters(
        (place.article_id, *(place.sentences or (place.start, place.end))) for place in places
    )
    cited: set[tuple[str, int]] = set()
    for citation in shown:
        cited |= max((_characters([place]) for place in said(citation)), key=lambda one: len(one & evidence))
    both = len(cited & evidence)
    return Overlap(both / len(cited), both / len(evidence), 2 * both / (len(cited) + len(evidence)))


def _precision_by_article(shown: Sequence[Quoted], articles: set[str]) -> float:
    cited: set[tuple[str, int]] = set()
    for citation in shown:
        cited |= _characters([max(said(citation), key=lambda place: place[0] in articles)])
    return sum(article_id in articles for article_id, _ in cited) / len(cited)


def said(citation: Quoted) -> list[Place]:
    """The places of a citation: its own, then those that say the same."""
    return [(citation.article_id, citation.start, citation.end), *citation.also]


def _characters(places: Iterable[Place]) -> set[tuple[str, int]]:
    return {(article_id, at) for article_id, start, end in places for at in range(start, end)}
