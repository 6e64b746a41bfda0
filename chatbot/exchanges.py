"""The conversation as questions with their answers, and the one that a new question speaks of."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.answer import Turn
from chatbot.smalltalk import reply
from index.tokens import terms

_REMEMBERED = 10
"""Exchanges that can be gone back to."""

_RETURNS = re.compile(
    r"\W*(?:(?:so|ok|okay|and|but|now)\W+)?"
    r"(?:(?:can we |let's |let us |to )?(?:go|going|come|coming|get|getting) )?"
    r"(?:back|returning) to (?P<topic>[^:,;.?!]+)",
    re.IGNORECASE,
)
_CORRECTS = re.compile(r"\W*(?:no|not that|sorry)\W+(?:\w+\W+){0,2}?i mean\w*|\W*i meant\b", re.IGNORECASE)
_ONE = re.compile(r"\bones?\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1\d{3}|20\d\d)\b")
_NAME = re.compile(r"\b[A-Z][\w'’-]*(?: (?:(?:of|the|and|de|van|von|for) )?[A-Z][\w'’-]*)*")
_OPENING = string.whitespace + "\"'“‘("


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer; either is "" where there was none."""

    question: str
    answer: str


def exchanges(turns: Sequence[Turn]) -> list[Exchange]:
    """The last exchanges, oldest first, without greetings and thanks and the replies to them."""
    found: list[Exchange] = []
    courtesy = False
    for turn in turns[-2 * _REMEMBERED :]:
        if turn.role == "user":
            courtesy = bool(reply(turn.content))
            if not courtesy:
                found.append(Exchange(turn.content, ""))
        elif not courtesy:
            answered = found.pop() if found and not found[-1].answer else Exchange("", "")
            found.append(Exchange(answered.question, turn.content))
    return found


def corrects(question: str) -> bool:
    """Whether it says that the last question was meant otherwise."""
    return bool(_CORRECTS.match(question))


def returned_to(question: str, spoken: Sequence[Exchange]) -> Exchange | None:
    """The exchange that "back to ..." speaks of: the latest that asked about it, or else that told of it."""
    match = _RETURNS.match(question)
    topic = set(terms(match["topic"])) if match else set()

    def told(place: int) -> tuple[int, int, int]:
        one = spoken[place]
        return len(topic & set(terms(one.question))), len(topic & set(terms(one.answer))), place

    best = max(map(told, range(len(spoken))), default=(0, 0, 0))
    return spoken[best[2]] if any(best[:2]) else None


def exchanged(before: str, question: str) -> str:
    """The question before with what the new one puts in its place: a year, or the name of "the X one"."""
    new_years = _YEAR.findall(question)
    if len(new_years) == 1:
        return _YEAR.sub(new_years[0], before)
    old, new = names(before), names(question)
    if len(old) == len(new) == 1 and (_ONE.search(question) or corrects(question)):
        return before.replace(old[0], new[0])
    return before


def names(text: str) -> list[str]:
    """The names in a text, in order, each once."""
    found = []
    for match in _NAME.finditer(text):
        words = match.group().split()
        # A capital at the beginning of a sentence makes no name.
        before = text[: match.start()].rstrip(_OPENING)
        if not before or before[-1] in ".!?:":
            words = words[1:] if len(words) == 1 or not terms(words[0]) else words
        if words and terms(" ".join(words)):
            found.append(" ".join(words))
    return list(dict.fromkeys(found))
