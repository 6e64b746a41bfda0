"""How an answer of each kind is put together: a composer a kind, and that of a fact for all others."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from chatbot.answer import Kind, State
from chatbot.quoting.article_list import article_list
from chatbot.quoting.collect import OPENING, by_article, whole_section, worthy
from chatbot.quoting.comparison import compared, sides_of
from chatbot.quoting.compose import folded
from chatbot.quoting.definition import definition
from chatbot.quoting.material import NOTHING, Composed, Composer, Material
from chatbot.quoting.sections import under
from chatbot.quoting.timeline import timeline
from chatbot.quoting.words_of import words_of

LOOKING_WIDELY: frozenset[Kind] = frozenset({"timeline", "articles", "counting"})
"""Kinds for which dates or articles decide what belongs in, whether it was read or not."""

_ENOUGH = 4
"""Sentences of a section that answer by themselves; to fewer the worthiest of other places are added."""


def composed(material: Material) -> tuple[Kind, Composed]:
    """The answer, and the kind that it is of: a fact, where the one asked for gives none."""
    made = COMPOSERS.get(material.kind, fact)(material)
    if made:
        return material.kind, made
    # Nobody of that name speaks: it may be answered otherwise, but not in the words of whom it asks about.
    surest: State = "possibly" if material.kind == "who said" else "answer"
    return "fact", fact(material, surest)


def fact(material: Material, surest: State = "answer") -> Composed:
    """What answers, and what adds something to that; of no more than the state `surest`."""
    state = material.state(material.best)
    if state == "none":
        return NOTHING
    state = surest if state == "answer" else state
    return material.stated(state, material.candidates, material.confidences)


def selection(material: Material) -> Composed:
    """The worthiest statements under the titles of their articles.

    Of a summary early ones go before others, and a section is taken whole whose heading is what is asked for.
    """
    state: State = "answer" if material.topic_is_known else material.state(material.best)
    if state == "none" or not material.candidates:
        return NOTHING
    given = material.candidates, material.confidences
    chosen = worthy(*given, OPENING if material.kind == "summary" else 0.0)
    if material.kind in ("summary", "comparison"):
        whole = whole_section(material.question, *given, material.searcher.rarity)
        if len(whole) < _ENOUGH:
            whole += [one for one in chosen if one not in whole]
        chosen = whole
    groups = folded(chosen, material.articles, material.nearness, material.most)
    return Composed(groups, state, material.most, by_article)


def comparison(material: Material) -> Composed:
    """Like beside like under the two sides that the question names, or a selection where it names none."""
    made, sides = selection(material), sides_of(material.question)
    if made.state == "none" or not sides:
        return made
    divided = compared(
        sides,
        material.candidates,
        material.confidences,
        material.articles,
        material.nearness,
        material.searcher.rarity,
    )
    if not divided:
        return made
    groups = [group for side in divided.values() for group in side]
    return Composed(groups, made.state, material.most, partial(under, divided))


COMPOSERS: Mapping[Kind, Composer] = {
    "definition": definition,
    "timeline": timeline,
    "articles": article_list,
    "counting": article_list,
    "list": selection,
    "summary": selection,
    "comparison": comparison,
    "who said": words_of,
}
