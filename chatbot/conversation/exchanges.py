"""The conversation as questions with their answers, and the one that a new question speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.answer import Turn
from chatbot.conversation.smalltalk import reply
from corpus.language import LATE_YEAR, NAME, opens_sentence
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
_YEAR = re.compile(
    rf"(?<!of the )\b{LATE_YEAR}\b(?![,.]?\d|%)"
    r"(?! \w{2,}[^\Wsui]s\b)"  # "the 2000 patients" are counted; "the 2021 census" is dated
)
_NAME = re.compile(rf"\b{NAME}")
_REFUSES = re.compile(
    r"\W*(?:(?:unfortunately|(?:i['’]?m |i am )?sorry)\W+(?:but )?)?"
    r"(?:unknown\W*$|there is nothing in this question to search for"
    r"|the (?:articles?|documents?|passages?|context|text) do(?:es)?(?: not|n['’]t)"
    r" (?:answer|say|provide|contain|mention)"
    r"|i do(?: not|n['’]t) (?:know\W*$|have (?:\w+ ){0,3}(?:information|knowledge|answer)\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer; either is "" where there was none.

    `refused`: the answer was that there is none, and is not kept.
    """

    question: str
    answer: str
    refused: bool = False


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
            waits = bool(found) and not (found[-1].answer or found[-1].refused)
            asked = found.pop().question if waits else ""
            refused = refuses(turn.content)
            found.append(Exchange(asked, "" if refused else turn.content, refused))
    return found


def refuses(answer: str) -> bool:
    """Whether an assistant's turn says that there is no answer; so does one without words."""
    return not answer.strip() or bool(_REFUSES.match(answer))


def spoken_of(question: str, spoken: Sequence[Exchange]) -> list[Exchange]:
    """The exchanges that a question can go on from: those that were answered.

    The last may have been refused where the question asks it anew: corrects it, or exchanges a year.
    """
    kept = [one for one in spoken if not one.refused]
    last = spoken[-1] if spoken else None
    if last and last.refused and (corrects(question) or exchanged(last.question, question) != last.question):
        kept.append(last)
    return kept


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
        if opens_sentence(text, match.start()):  # a capital there makes no name
            words = words[1:] if len(words) == 1 or not terms(words[0]) else words
        if words and terms(" ".join(words)):
            found.append(" ".join(words))
    return list(dict.fromkeys(found))
