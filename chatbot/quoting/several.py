"""The answers to the parts of a question as one answer, a section for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from chatbot.answer import STATES, Answer, Citation, Difference, Section
from chatbot.reading.candidate import Candidate
from index.hit import Hit


def together(whole: Answer, parts: Sequence[Answer]) -> Answer:
    """The answer to the whole, which has nothing in it yet: citations numbered through, state and confidence
    those of the surest part. A part that is not answered has no citations; where none is, what is closest to
    all of them.
    """
    best = min(parts, key=lambda part: (STATES.index(part.state), -part.confidence))
    whole = replace(whole, state=best.state, confidence=best.confidence)
    if best.abstained:
        closest = sorted((one for part in parts for one in part.citations), key=lambda one: -one.score)
        return replace(whole, citations=_numbered(_once(closest), 1))
    citations: list[Citation] = []
    sections: list[Section] = []
    differ: list[Difference] = []
    for part in parts:
        cited = () if part.abstained else _numbered(part.citations, len(citations) + 1)
        citations += cited
        sections.append(Section(part.question, cited, state=part.state))
        differ += [one for one in part.differ if one not in differ]
    return replace(whole, citations=tuple(citations), sections=tuple(sections), differ=tuple(differ))


def _numbered(citations: Sequence[Citation], first: int) -> tuple[Citation, ...]:
    return tuple(
        replace(one, rank=rank, also=tuple(replace(other, rank=rank) for other in one.also))
        for rank, one in enumerate(citations, first)
    )


def _once(citations: Sequence[Citation]) -> list[Citation]:
    return list({(one.article_id, one.start): one for one in reversed(citations)}.values())[::-1]


def in_turn(found: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    """The hits of several questions, each passage once: the first of each, then the second of each, and so
    on."""
    mixed: dict[int, Hit] = {}
    for hits in zip_longest(*found):
        for hit in hits:
            if hit:
                mixed.setdefault(hit.passage_id, hit)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(mixed.values(), start=1))


def each_once(judged: Sequence[Sequence[Candidate]]) -> tuple[Candidate, ...]:
    """The candidates of several questions, best first, each sentence where it was judged best."""
    ordered = sorted((one for candidates in judged for one in candidates), key=lambda one: -one.score)
    return tuple({(one.article.id, one.sentence.start): one for one in reversed(ordered)}.values())[::-1]
