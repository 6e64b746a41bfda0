"""A question that a person has written, with its sentences, as a gold question and as a line of the file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot.answer import Turn
from chatbot.features import kind_of
from corpus.article import Article, Sentence
from eval.questions.gold import Evidence, Gold
from eval.write.growing import Fields

Place = tuple[Article, Sentence]
Choices = Sequence[Sequence[Place]]
"""The sentences that answer together; then its alternatives."""

_KINDS = {
    "money": "number",
    "share": "number",
    "number": "number",
    "year": "date",
    "date": "date",
    "person": "person",
    "reason": "reason",
}
_OPINION = re.compile(
    r"\b(?:what|how) (?:do|does|did|is|was)\b.*\b(?:say|think|feel|believe|make of|view|opinion)\b",
    re.IGNORECASE,
)


def quote(place: Place) -> str:
    article, sentence = place
    return article.text[sentence.start : sentence.end]


def gold_question(
    question: str, history: tuple[Turn, ...], standalone: str, choices: Choices, tags: tuple[str, ...]
) -> Gold:
    """The gold question, without an id yet; one without choices is unanswerable."""
    return Gold(
        id="",
        question=question,
        kind=kind(question, bool(history), bool(choices)),
        history=history,
        answerable=bool(choices),
        evidence=tuple(
            Evidence(article.id, sentence.start, sentence.end, number)
            for number, places in enumerate(choices)
            for article, sentence in places
        ),
        tags=tags,
        standalone=standalone,
    )


def fields(gold: Gold, choices: Choices) -> Fields:
    """Its fields as a gold file has them, without the id; optional ones only where there is something."""
    evidence, *alternatives = [
        [{"article_id": place[0].id, "quote": quote(place)} for place in places] for places in choices or [()]
    ]
    needed: Fields = {
        "question": gold.question,
        "kind": gold.kind,
        "history": [{"role": turn.role, "content": turn.content} for turn in gold.history],
        "answerable": gold.answerable,
        "evidence": evidence,
    }
    more = {"alternatives": alternatives, "tags": list(gold.tags), "standalone": gold.standalone}
    return needed | {name: value for name, value in more.items() if value}


def kind(question: str, followup: bool, answerable: bool) -> str:
    """One of the kinds that the bundled questions have, by the word that asks."""
    if followup:
        return "follow-up"
    if not answerable:
        return "unanswerable"
    if found := _KINDS.get(kind_of(question)):
        return found
    return "opinion" if _OPINION.search(question) else "fact"
