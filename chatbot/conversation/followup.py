"""Turns and a question to a question that can be searched for by itself, and why it was completed.

The rule was chosen on Abg-CoQA and MTRAG: a question that points back, carries on, or names next to
nothing takes the words of the last two questions and the names of the last two answers with it. They
count less than its own, so that a wrong guess does not drown it; any other question stands as it is.
Of the two exchanges the first counts only where the second is about the same; what was refused, and small
talk, never count.
A model that picks single words, fitted to people's rewrites (CANARD), chose words nearer to theirs and
found fewer answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.answer import Turn
from chatbot.conversation.exchanges import (
    Exchange,
    corrects,
    exchanged,
    exchanges,
    names,
    returned_to,
    spoken_of,
)
from corpus.language import CAPITALISED, POSSESSIVE
from index.tokens import terms

_LOOKED_BACK = 2
"""Exchanges whose words are taken; the cost does not grow with the conversation."""

_SHORT_ANSWER = 8
"""Words. A shorter answer is taken whole, of a longer one the names."""

_NAMES_TAKEN = 4

_FEW = 3
"""Terms. A longer question has in itself what its "their" points back to, more often than not."""

_NAMES_WITHIN = 300
"""Characters of an answer that are looked through for names."""

_READ = 600
"""Characters of a question or an answer whose words may find the article again."""

_POINTS_BACK = re.compile(
    rf"\b(?:(?P<whose>{'|'.join(POSSESSIVE)}|he|she)|it|they|them|him|ones?"
    r"|th(?:is|ese)(?! (?:government|parliament|country|nation|world|planet|century|decade|years?|months?"
    r"|weeks?|weekend|season|spring|summer|autumn|winter|morning|afternoon|evening)\b)|those"
    r"|that(?=\s*(?:\?|$|is\b|was\b|happen|mean|one\b|so\b))|d(?:o|oes|id) so"
    r"|(?<!one )another(?! (?:name|word|term|way) (?:for|to)\b)"
    r"|(?<!each )others?(?! than\b)|else"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )there"
    r"|the (?:others?|same|former|latter|large|small|big|rest|remaining)\w*)\b",
    re.IGNORECASE,
)
_CARRIES_ON = re.compile(
    r"\W*(?:and|but|or|so|also|then|why(?=\W*$| not| so)|how so|how come|really|tell me more|more|go on"
    r"|(?:what|how) about|what of|wh(?:o|at|ich)(?: ones?| else)\b|(?:no\W+)?i mean\w*)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(  # "So what is a PCN?", "And who is Ruth Rankine?"
    r"\W*(?i:so|and|but|then)\W+(?i:what|who)(?:['’]s| is| are| was| were)"
    rf" (?:an? |(?:the )?(?:[a-z]+ )?(?={CAPITALISED}))"
)
_GOES_ON = re.compile(
    r"\W*(?:(?:and|ok|okay|please|yes)\W+)*(?:(?:can you |could you )?(?:tell|show|give) me |say |what )?"
    r"(?:more|go on|continue|carry on|else|next|anything else)(?: (?:about|on) (?:that|this|it))?"
    r"(?:\W+please)?\W*",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;.?!]|\b(?:and|but|or|so|if|when|since|because|that)\b", re.IGNORECASE)
_NAMED = re.compile(rf"(?<!^)\b(?:{CAPITALISED}|\d)")
_WORD = re.compile(r"\w(?:[\w'’%.,-]*\w)?%?")


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question with what it takes from the conversation.

    `context` holds the words that were taken ("" when the question stands alone), `weight` (0 to 1) what
    they count against its own, and `reason` says why in a few words. `said` is the last answer, where the
    question goes on from it, and `recent` what was said last by both, by which articles are found
    again. `history` is the exchange that the question follows. `exchanged` is the last question with the year
    or name that this one puts in its place, "" else, and what is read then. `goes_on`: what comes after that?
    """

    question: str
    context: str = ""
    weight: float = 0.0
    reason: str = ""
    said: str = ""
    recent: str = ""
    history: tuple[str, str] | None = None
    exchanged: str = ""
    goes_on: bool = False

    @property
    def read_as(self) -> str:
        return self.exchanged or self.question

    @property
    def text(self) -> str:
        """The completed question, as it is shown."""
        return f"{self.question} ({self.context})" if self.context else self.question


def complete(question: str, turns: Sequence[Turn]) -> Standalone:
    """The question, with the topic of the conversation where it does not say its own."""
    spoken = spoken_of(question, exchanges(turns))
    weight, reason = _leans(question)
    earlier = returned_to(question, spoken)
    if earlier:
        weight, reason, spoken = 0.5, "it goes back to what was said before", [earlier]
    if not weight or not spoken:
        return Standalone(question)
    last = spoken.pop()
    # Who corrects a question has no use for its answer.
    answer = "" if corrects(question) else last.answer
    before = [one for one in spoken[1 - _LOOKED_BACK :] if _goes_with(one, last)]
    meant = exchanged(last.question, question)
    spoken = [*before, Exchange(meant, answer)]
    context = _topic(spoken, set(terms(question)))
    if not context:
        return Standalone(question)
    return Standalone(
        question,
        context,
        weight,
        f"{reason}, so the articles talked about last count more",
        "" if earlier else answer,  # who goes back may want the same sentence again
        " ".join(text[:_READ] for one in spoken for text in (one.question, one.answer)),
        (meant[:_READ], answer[:_READ]) if meant == last.question else None,
        meant if meant != last.question else "",
        bool(_GOES_ON.fullmatch(question)),
    )


def _goes_with(before: Exchange, last: Exchange) -> bool:
    """Whether the last exchange was still about what the one before it was about."""
    if len(terms(last.question)) <= _FEW and _leans(last.question)[0]:
        return True
    told = set(terms(f"{before.question} {before.answer[:_READ]}"))
    return not told.isdisjoint(terms(f"{last.question} {last.answer[:_READ]}"))


def _leans(question: str) -> tuple[float, str]:
    """How much a question needs what was said before (0 to 1), and why."""
    content = terms(question)
    if not content:
        return 0.5, "it names nothing itself"
    if _CARRIES_ON.match(question) and not _DEFINES.match(question):
        return 0.5, "it carries on from what was said"
    match = _POINTS_BACK.search(question)
    if match and not _within(question, match):
        return 0.5, f"“{match.group()}” points back"
    if len(set(content)) == 1 and not _NAMED.search(question):
        return 0.4, "it is a single word"
    return 0.0, ""


def _within(question: str, match: re.Match[str]) -> bool:
    """Whether the question itself has what the word points back to."""
    before = question[: match.start()]
    # "What did Ms Rankine say of her members?", "How do I become an agent, and does it pay?"
    named = bool(match["whose"] and _NAMED.search(before))
    return named or (len(terms(before)) > 1 and bool(_CLAUSE.search(before)))


def _topic(spoken: Sequence[Exchange], known: set[str]) -> str:
    """What the questions and the names of the answers add to what the new question has."""
    asked = [one.question for one in spoken]
    parts = [text.strip(" ?!.") for text in asked[-1:]]  # whole, so that it reads well
    parts += [word for text in asked[:-1] for word in _WORD.findall(text)]
    parts += [word for one in spoken for word in _telling(one.answer)]
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
    return words if len(words) <= _SHORT_ANSWER else names(answer[:_NAMES_WITHIN])[:_NAMES_TAKEN]
