"""Turns and a question to a question that stands alone, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.answer import Turn
from index.tokens import terms

_MEMORY = 6
"""Messages that are looked back on, so that the cost does not grow with the conversation."""

_TOPIC_WORDS = 12
"""Words of the conversation that are added to a question at most."""

_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|these|those|there|ones?|"
    r"that(?=\s*(?:\?|$|is\b|was\b|happen|mean|so\b))|do(?:es)? so|did so|the (?:other|same|former|latter|first|second|last)|"
    r"another|others?|else|the (?:large|small|big|rest|remaining)\w*)\b",
    re.IGNORECASE,
)
_CARRIES_ON = re.compile(
    r"^\W*(?:and|but|or|so|also|then|what about|how about|what of|why|why not|how so|how come|really|which ones?|who else|"
    r"anything else|what else|tell me more|more|no,?\s+i mean\w*|i mean\w*|go on|ok(?:ay)?,? and)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w'’-]*(?:\s+(?:of|the|and|de|van|von|for)?\s*[A-Z][\w'’-]*)*")
_WORD = re.compile(r"\w[\w'’%.,-]*\w|\w")


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question with what it takes from the conversation.

    `context` is what was added, in words of the conversation ("" when the question stands alone), and
    `reason` why, in a few words.
    """

    question: str
    context: str = ""
    reason: str = ""

    @property
    def text(self) -> str:
        """The completed question, as it is shown."""
        return f"{self.question} ({self.context})" if self.context else self.question


def complete(question: str, turns: Sequence[Turn]) -> Standalone:
    """The question, with the topic of the conversation where it cannot be understood without."""
    recent = list(turns)[-_MEMORY:]
    reason = _leans(question) if recent else ""
    if not reason:
        return Standalone(question)
    context = _topic(recent, set(terms(question)))
    return Standalone(question, context, reason) if context else Standalone(question)


def _leans(question: str) -> str:
    """Why a question needs what was said before, or "" when it does not."""
    content = terms(question)
    if not content:
        return "it names nothing itself"
    if _CARRIES_ON.match(question):
        return "it carries on from the question before"
    if match := _POINTS_BACK.search(question):
        return f"“{match.group()}” points back"
    return ""


def _topic(turns: Sequence[Turn], known: set[str]) -> str:
    """The words of the last question, and the names of its answer, that the new question does not have."""
    asked = next((turn.content for turn in reversed(turns) if turn.role == "user"), "")
    said = next((turn.content for turn in reversed(turns) if turn.role == "assistant"), "")
    chosen: list[str] = []
    seen = set(known)
    for word in [*_WORD.findall(asked), *(name for name in _NAME.findall(said[:300]))]:
        new = set(terms(word)) - seen
        if new and len(chosen) < _TOPIC_WORDS:
            chosen.append(word)
            seen |= new
    return " ".join(chosen)
