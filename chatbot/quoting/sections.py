"""Under which headings an answer stands: those that its kind and its question give, or those of its articles.

An answer that is opened again has the same: its id holds which heading each citation is under, and the
headings come from the question, so that no link can put words of its own over a quotation.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.answer import COLLECTING, Citation, Kind, Section, State
from chatbot.conversation.parts import parts_of
from chatbot.quoting.article_list import each_article
from chatbot.quoting.collect import by_article
from chatbot.quoting.comparison import BOTH, sides_of
from chatbot.quoting.compose import Group
from chatbot.quoting.timeline import by_time

Division = tuple[tuple[int, int, State], ...]
"""Of each section the place of its heading among those of the question, how many citations it has, its
state."""


def headings(kind: Kind, question: str) -> tuple[str, ...]:
    """The headings that a question gives: its parts, or the sides that it compares; else nothing."""
    if kind == "several at once":
        return tuple(part.question for part in parts_of(question))
    sides = sides_of(question) if kind == "comparison" else None
    return (BOTH, *sides) if sides else ()


def arranged(
    kind: Kind, question: str, citations: Sequence[Citation], division: Division
) -> tuple[Section, ...]:
    """The citations of an answer under headings, in order; nothing where its kind has none.

    `question` is the question as it was searched. IndexError where `division` is not one of this question.
    """
    if kind == "timeline":
        return by_time(citations)
    if kind in ("articles", "counting"):
        return each_article(citations)
    if not division:
        return by_article(citations) if kind in COLLECTING else ()
    names = headings(kind, question)
    sections, start = [], 0
    for place, count, state in division:
        sections.append(Section(names[place], tuple(citations[start : start + count]), state=state))
        start += count
    return tuple(sections)


def division(kind: Kind, question: str, sections: Sequence[Section]) -> Division:
    """How `arranged` makes these sections; nothing where they are those of articles."""
    places = {name: place for place, name in enumerate(headings(kind, question))}
    if any(section.heading not in places for section in sections):
        return ()
    return tuple((places[one.heading], len(one.citations), one.state) for one in sections)


def under(divided: dict[str, list[Group]], citations: Sequence[Citation]) -> tuple[Section, ...]:
    """The citations, one of each group and in their order, under the headings that have any."""
    sections, start = [], 0
    for heading, groups in divided.items():
        if groups:
            sections.append(Section(heading, tuple(citations[start : start + len(groups)])))
        start += len(groups)
    return tuple(sections)
