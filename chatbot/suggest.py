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

_TITLE = r"(?:Dr|Prof|Professor|Sir|Dame|Lord|Lady|Mr|Mrs|Ms)\.? "
_SAYS = r"(?:said|says|told|warned|argued|argues|thinks|found|wants|believes|urged|added|described)\b"
_SPEAKER = re.compile(
    rf"\b((?:{_TITLE}|(?<![a-z] )(?!The |This |In |But |And |A ))[A-Z][a-z]+ [A-Z][a-z'’-]+)"
    rf"(?:,[^.,]{{3,90}},)? (?:has |had )?{_SAYS}"
)
_SPELT_OUT = re.compile(r"\b[A-Za-z][\w'’&-]* [A-Za-z][\w'’&-]* \(([A-Z]{2,6})(s?)\)")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that the collection can answer, and the name that it is about."""

    question: str
    name: str


def suggestions(articles: Iterable[Article], answered: Callable[[str], str]) -> list[Suggestion]:
    """Suggestions for a collection, the most common names first.

    `answered` tries a question: the first sentence that is quoted for it, or "".
    """
    people: Counter[str] = Counter()
    bodies: Counter[tuple[str, str]] = Counter()
    texts = [article.text for article in articles]
    for text in texts:
        people.update(set(_SPEAKER.findall(text)))
        bodies.update({(acronym, plural) for acronym, plural in _SPELT_OUT.findall(text)})
    ranked = [(-count, name, f"What did {name} say?") for name, count in people.items()]
    for (acronym, plural), count in bodies.items():
        if plural:
            ranked.append((-count, acronym, f"What are {acronym}s?"))
        elif any(re.search(rf"\b{acronym}\)? (?:had |has )?{_SAYS}", text) for text in texts):
            ranked.append((-count, acronym, f"What did the {acronym} say?"))
    ranked.sort()
    found: list[Suggestion] = []
    for _, name, question in ranked[:_TRIED]:
        surname = name.split()[-1]
        # An answer about somebody else is none.
        if not any(other.name.endswith(surname) for other in found) and surname in answered(question):
            found.append(Suggestion(question, name))
    return found


def fitting(found: Iterable[Suggestion], said: str, asked: str, number: int) -> tuple[str, ...]:
    """Those about names that `said` (an answer's articles) has and `asked` (the conversation) has not."""
    fits = (other.question for other in found if other.name in said and other.name not in asked)
    return tuple(islice(fits, number))
