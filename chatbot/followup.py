"""Turns and a question to a question that can be searched for by itself, and why it was completed.

The rule was chosen on Abg-CoQA and MTRAG: a question that points back, carries on, or names next to
nothing takes the words of the last two questions and the names of the last two answers with it. They
count less than its own, so that a wrong guess does not drown it; any other question stands as it is.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.answer import Turn
from chatbot.smalltalk import reply
from index.tokens import terms

_LOOKED_BACK = 2
"""Exchanges whose words are taken; the cost does not grow with the conversation."""

_SHORT_ANSWER = 8
"""Words. A shorter answer is taken whole, of a longer one the names."""

_NAMES_TAKEN = 4

_POINTS_BACK = re.compile(
    r"\b(?:(?P<whose>its|their|theirs|he|his|she|her|hers)|it|they|them|him|this|these|those|ones?"
    r"|that(?=\s*(?:\?|$|is\b|was\b|happen|mean|one\b|so\b))|d(?:o|oes|id) so|another|others?|else"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )there"
    r"|the (?:others?|same|former|latter|large|small|big|rest|remaining)\w*)\b",
    re.IGNORECASE,
)
_CARRIES_ON = re.compile(
    r"\W*(?:and|but|or|so|also|then|why(?=\W*$| not| so)|how so|how come|really|tell me more|more|go on"
    r"|(?:what|how) about|what of|wh(?:o|at|ich)(?: ones?| else)\b|(?:no )?i mean\w*)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w'’-]*(?: (?:(?:of|the|and|de|van|von|for) )?[A-Z][\w'’-]*)*")
_CAPITAL = re.compile(r"(?<!^)\b[A-Z0-9]")
_OPENING = string.whitespace + "\"'“‘("
_WORD = re.compile(r"\w(?:[\w'’%.,-]*\w)?%?")


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question with what it takes from the conversation.

    `context` holds the words that were taken ("" when the question stands alone), `weight` (0 to 1) what
    they count against its own, and `reason` says why in a few words. `said` is the last answer, which
    such a question goes on from.
    """

    question: str
    context: str = ""
    weight: float = 0.0
    reason: str = ""
    said: str = ""

    @property
    def text(self) -> str:
        """The completed question, as it is shown."""
        return f"{self.question} ({self.context})" if self.context else self.question


def complete(question: str, turns: Sequence[Turn]) -> Standalone:
    """The question, with the topic of the conversation where it does not say its own."""
    weight, reason = _leans(question)
    context = _topic(turns, set(terms(question))) if weight else ""
    if not context:
        return Standalone(question)
    said = next((turn.content for turn in reversed(turns) if turn.role == "assistant"), "")
    return Standalone(question, context, weight, reason, said)


def _leans(question: str) -> tuple[float, str]:
    """How much a question needs what was said before (0 to 1), and why."""
    content = terms(question)
    if not content:
        return 0.5, "it names nothing itself"
    if _CARRIES_ON.match(question):
        return 0.5, "it carries on from what was said"
    match = _POINTS_BACK.search(question)
    # "What did Ms Rankine say of her members?" has its own name to point back to.
    if match and not (match["whose"] and _CAPITAL.search(question[: match.start()])):
        return 0.5, f"“{match.group()}” points back"
    if len(set(content)) == 1 and not _CAPITAL.search(question):
        return 0.4, "it is a single word"
    return 0.0, ""


def _topic(turns: Sequence[Turn], known: set[str]) -> str:
    """What the last questions and the names of the last answers add to what the new question has."""
    asked = [turn.content for turn in turns if turn.role == "user" and not reply(turn.content)]
    said = [turn.content for turn in turns if turn.role == "assistant"]
    parts = [text.strip(" ?!.") for text in asked[-1:]]  # whole, so that it reads well
    parts += [word for text in asked[-_LOOKED_BACK:-1] for word in _WORD.findall(text)]
    parts += [word for text in said[-_LOOKED_BACK:] for word in _telling(text)]
    taken: list[str] = []
    seen = set(known)
    for part in parts:
        new = set(terms(part))
        if new - seen:
            taken.append(part)
            seen |= new
    return ", ".join(taken)


def _telling(answer: str) -> list[str]:
    """The words of a short answer, the first names of a longer one."""
    words = _WORD.findall(answer)
    if len(words) <= _SHORT_ANSWER:
        return words
    text = answer[:300]
    names = []
    for match in _NAME.finditer(text):
        words = match.group().split()
        # A capital at the beginning of a sentence makes no name.
        before = text[: match.start()].rstrip(_OPENING)
        if not before or before[-1] in ".!?:":
            words = words[1:] if len(words) == 1 or not terms(words[0]) else words
        if words and terms(" ".join(words)):
            names.append(" ".join(words))
    return list(dict.fromkeys(names))[:_NAMES_TAKEN]
