"""The conversation as questions with their answers, and which of them a new question speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.answer import Turn
from chatbot.conversation.smalltalk import reply
from corpus.language import NAME, opens_sentence
from index.tokens import terms

_REMEMBERED = 10
"""Exchanges that a question can return to; older ones are forgotten."""

_RETURNS = re.compile(
    r"\W*(?:(?:so|ok|okay|and|but|now)\W+)?"
    r"(?:(?:can we |let's |let us |to )?(?:go|going|come|coming|get|getting) )?"
    r"(?:back|returning) to (?P<topic>[^:,;.?!]+)",
    re.IGNORECASE,
)
_CORRECTS = re.compile(r"\W*(?:no|not that|sorry)\W+(?:\w+\W+){0,2}?i mean\w*|\W*i meant\b", re.IGNORECASE)
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

    `refused` is true where the assistant had no answer; `answer` is then "".
    """

    question: str
    answer: str
    refused: bool = False


def exchanges(turns: Sequence[Turn]) -> list[Exchange]:
    """The last exchanges, oldest first, without small talk and the replies to it."""
    found: list[Exchange] = []
    small_talk = False
    for turn in turns[-2 * _REMEMBERED :]:
        if turn.role == "user":
            small_talk = bool(reply(turn.content))
            if not small_talk:
                found.append(Exchange(turn.content, ""))
        elif not small_talk:
            unanswered = bool(found) and not (found[-1].answer or found[-1].refused)
            question = found.pop().question if unanswered else ""
            refused = is_refusal(turn.content)
            found.append(Exchange(question, "" if refused else turn.content, refused))
    return found


def is_refusal(answer: str) -> bool:
    """Whether an assistant's turn says that it has no answer, or is empty."""
    return not answer.strip() or bool(_REFUSES.match(answer))


def is_correction(question: str) -> bool:
    """Whether the question corrects the one before ("no, I meant ...")."""
    return bool(_CORRECTS.match(question))


def returned_to(question: str, past: Sequence[Exchange]) -> Exchange | None:
    """The exchange that "back to ..." returns to; None where the question returns to none.

    That is the one whose question, or else answer, shares most terms with the topic; the latest of equals.
    """
    match = _RETURNS.match(question)
    topic = set(terms(match["topic"])) if match else set()

    def shared(place: int) -> tuple[int, int, int]:
        one = past[place]
        return len(topic & set(terms(one.question))), len(topic & set(terms(one.answer))), place

    best = max(map(shared, range(len(past))), default=(0, 0, 0))
    return past[best[2]] if any(best[:2]) else None


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
