"""What belongs into an answer that is a selection of sentences: a list, a summary, a comparison.

A sentence is worth what the reader says of it and how well its passage was found, in equal parts: on the
questions of `eval/gold/people.jsonl` either alone finds less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from statistics import mean, pstdev

from chatbot.answer import Citation, Section
from chatbot.conversation.kind import COMMANDS
from chatbot.reading.candidate import Candidate
from corpus.passages import heading_at
from index.tokens import terms

OPENING = 0.5
"""What it is worth for a summary that a sentence stands early in its article, against the other two."""
_EARLY = 3_000
"""Characters of an article behind which no sentence stands early."""
_OF_SECTION = 8
"""Sentences of a section that is offered whole, at most."""
_TERMS, _COVERED, _BACK = 2, 2 / 3, 0.5
"""Terms of the question in a heading and its title at least; their share by rarity; and that of the
heading's."""
_WORTHY = 1.5
"""Standard deviations, of both parts together, above the average of what was read."""


def whole_section(
    question: str,
    candidates: Sequence[Candidate],
    confidences: Sequence[float],
    rarity: Callable[[str], float],
) -> list[tuple[Candidate, float]]:
    """The sentences of the section or of the article whose heading or title is what is asked for, as they
    stand.

    Nothing where none fits: two thirds of the telling terms of the question, by their `rarity` (0 to 1) and
    two at least, are among those of heading and title, and half of these among the question's. Of more
    sentences than `_OF_SECTION` the worthiest are left.
    """
    asked = set(terms(question))
    above = [heading_above(candidate) for candidate in candidates]
    fits = {}
    for candidate, heading in zip(candidates, above, strict=True):
        place, title = (candidate.article.id, heading), set(terms(candidate.article.title))
        if place not in fits:
            fits[place] = _fit(asked, set(terms(heading)), title, rarity) if heading else 0.0
            fits[candidate.article.id, ""] = _fit(asked, title, set(), rarity)
    best = max(fits, key=lambda place: fits[place], default=None)
    if best is None or not fits[best]:
        return []
    id, heading = best
    worth = worths(candidates, OPENING)
    within = [i for i, one in enumerate(candidates) if one.article.id == id and heading in ("", above[i])]
    chosen = sorted(within, key=lambda i: -worth[i])[:_OF_SECTION]
    return [
        (candidates[i], confidences[i]) for i in sorted(chosen, key=lambda i: candidates[i].sentence.start)
    ]


def heading_above(candidate: Candidate) -> str:
    """The heading under which a sentence stands: what stands between it and those before it in its
    passage."""
    return heading_at(candidate.passage, candidate.hit.text, candidate.sentence.start)


def _fit(asked: Set[str], heading: Set[str], title: Set[str], rarity: Callable[[str], float]) -> float:
    """How well a heading under a title is what is asked for: 0 where it is not, else up to 1."""
    telling = {term for term in asked if term not in COMMANDS or term in heading}
    shared = telling & (heading | title)
    weight = sum(map(rarity, telling))
    covered = sum(map(rarity, shared)) / weight if weight else 0.0
    own = sum(map(rarity, heading))
    back = sum(rarity(term) for term in heading & asked) / own if own else 0.0
    fits = len(shared) >= _TERMS and covered >= _COVERED and back >= _BACK
    return covered * back if fits else 0.0


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


def worths(candidates: Sequence[Candidate], opening: float = 0.0) -> list[float]:
    """What each sentence is worth against the others that were read, in standard deviations above the
    average."""
    margins = _standardised([candidate.signals.margin for candidate in candidates])
    found = _standardised([candidate.signals.found for candidate in candidates])
    early = _standardised([-min(candidate.sentence.start, _EARLY) for candidate in candidates])
    return [m + hit + opening * place for m, hit, place in zip(margins, found, early, strict=True)]


def worthy(
    candidates: Sequence[Candidate],
    confidences: Sequence[float],
    opening: float = 0.0,
    least: float = _WORTHY,
) -> list[tuple[Candidate, float]]:
    """The sentences that belong in: the best of the candidates, then the worthiest, worth `least`."""
    worth = worths(candidates, opening)
    # What answers best comes first, however its passage was found.
    order = sorted(range(len(candidates)), key=lambda i: (i > 0, -worth[i]))
    return [(candidates[i], confidences[i]) for i in order if i == 0 or worth[i] >= least]


def _standardised(values: Sequence[float]) -> list[float]:
    if not values:
        return []
    middle, spread = mean(values), pstdev(values) or 1.0
    return [(value - middle) / spread for value in values]
