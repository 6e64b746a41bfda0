"""The kinds of answers that have a way of their own of being put together, and that way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from chatbot.answer import Kind
from chatbot.quoting.article_list import article_list
from chatbot.quoting.collect import OPENING, whole_section, worthy
from chatbot.quoting.comparison import compared, sides_of
from chatbot.quoting.compose import Articles, Group, folded
from chatbot.quoting.material import Composer
from chatbot.quoting.statements import Nearness
from chatbot.quoting.timeline import timeline
from chatbot.reading.candidate import Candidate

COMPOSERS: Mapping[Kind, Composer] = {
    "timeline": timeline,
    "articles": article_list,
    "counting": article_list,
}

_ENOUGH = 4
"""Sentences of a section that answer by themselves; to fewer the worthiest of other places are added."""


def selected(
    kind: Kind,
    question: str,
    candidates: Sequence[Candidate],
    confidences: Sequence[float],
    articles: Articles,
    nearness: Nearness,
    rarity: Callable[[str], float],
    most: int,
) -> dict[str, list[Group]]:
    """The statements of a selection, by headings; "" where these are the titles of the articles."""
    if kind == "comparison" and (sides := sides_of(question)):
        divided = compared(sides, candidates, confidences, articles, nearness, rarity)
        if divided:
            return divided
    opening = OPENING if kind == "summary" else 0.0
    chosen = worthy(candidates, confidences, opening)
    if kind in ("summary", "comparison"):
        whole = whole_section(question, candidates, confidences, rarity)
        if len(whole) < _ENOUGH:
            whole += [one for one in chosen if one not in whole]
        chosen = whole
    return {"": folded(chosen, articles, nearness, most)}
