"""A question that a person has written, with its sentences, as a gold question and as a line of the file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot.answer import Turn
from corpus.article import Article, Sentence
from eval.questions.gold import Evidence, Gold
from eval.write.gold_file import Fields

Place = tuple[Article, Sentence]
Choices = Sequence[Sequence[Place]]
"""The sentences that answer together; then its alternatives."""

_KINDS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("number", r"\bhow much\b.*\b(?:costs?|paid|pay|earns?|money|spen[dt]|worth|charged?|funding|price)\b"
                   r"|\bwhat\b.*\b(?:salary|price|cost|fee|budget|pay)\b"
                   r"|\b(?:what|which) (?:percentage|per ?cent|proportion|share|fraction)\b"),
        ("date", r"\b(?:what|which) year\b"),
        ("number", r"\bhow (?:many|much|long|old|far|tall|big|large|high|often)\b"
                   r"|\b(?:what|which) (?:number|age|amount|size|figure)\b"),
        ("date", r"\bwhen\b|\b(?:what|which) (?:date|day|month|century|decade|time)\b"),
        ("person", r"\b(?-i:who|Who)(?:m|se)?\b"),  # the WHO asks nothing
        ("fact", r"\bwhere\b|\b(?:what|which) (?:country|city|town|place|state|county)\b"),
        ("reason", r"\bwhy\b|\bwhat (?:caused|reason|led)\b|\bhow come\b"),
        ("opinion", r"\b(?:what|how) (?:do|does|did|is|was)\b"
                    r".*\b(?:say|think|feel|believe|make of|view|opinion)\b"),
    )
)  # fmt: skip


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
    return next((kind for kind, pattern in _KINDS if pattern.search(question)), "fact")
