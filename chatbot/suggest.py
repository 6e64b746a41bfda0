"""Questions to suggest: about the people and bodies of the articles, each tried before it is shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from corpus.article import Article

_TRIED = 40
"""Questions tried at most, those about the names that most articles have first."""

_PERSON = re.compile(
    r"\b(?:(?:Dr|Prof|Professor|Sir|Dame|Lord|Lady|Mr|Mrs|Ms)\.? )?[A-Z][a-z]+ [A-Z][a-z'’-]+\b"
)
_SPEAKS = re.compile(
    r"\b(?:said|says|told|warned|argued|argues|thinks?|believes?|urged|called|added|described|according to)\b"
)
_SPELT_OUT = re.compile(r"\b([A-Za-z][\w'’&-]*(?: [A-Za-z][\w'’&-]*){1,6}) \(([A-Z]{2,6})(s?)\)")
_TITLE = re.compile(r"^(?:Dr|Prof|Professor|Sir|Dame|Lord|Lady|Mr|Mrs|Ms)\.? ")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that the collection can answer, and the name that it is about."""

    question: str
    name: str


def suggestions(articles: Iterable[Article], answers: Callable[[str], bool]) -> list[Suggestion]:
    """Suggestions for a collection, the most common names first; `answers` tries a question."""
    people: Counter[str] = Counter()
    bodies: Counter[tuple[str, str]] = Counter()
    speakers: set[str] = set()
    for article in articles:
        people.update(set(_PERSON.findall(article.text)))
        bodies.update({(acronym, plural) for _, acronym, plural in _SPELT_OUT.findall(article.text)})
        for line in article.text.splitlines():
            if _SPEAKS.search(line):
                speakers.update(_PERSON.findall(line))
    ranked = [(-count, name, f"What did {name} say?") for name, count in people.items() if name in speakers]
    for (acronym, plural), count in bodies.items():
        question = f"What are {acronym}s?" if plural else f"What did the {acronym} say?"
        ranked.append((-count, acronym, question))
    ranked.sort()
    found: list[Suggestion] = []
    for _, name, question in ranked[:_TRIED]:
        bare = _TITLE.sub("", name)
        if not any(bare in other.name or other.name in bare for other in found) and answers(question):
            found.append(Suggestion(question, name))
    return found


def fitting(found: Iterable[Suggestion], said: str, asked: str, number: int) -> tuple[str, ...]:
    """Those about names that `said` (an answer's articles) has and `asked` (the conversation) has not."""
    fits = (other.question for other in found if other.name in said and other.name not in asked)
    return tuple(islice(fits, number))
