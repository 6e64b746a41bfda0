"""A question in a conversation: whether it needs what was said before, and how it is completed.

A question that points back, continues, or names next to nothing is made one that stands alone
(`rewrite.py`), which is shown and searched. The reader is asked it as it was typed, with the last exchange:
so it was trained, and so it finds more (on Abg-CoQA and the bundled follow-ups) than with people's own
rewrites. Only the last question with another time or name is read for itself. The words of the last two
questions and the names of the last two answers complete the search, and count less than the question's own.
Of the two exchanges the first counts only where the second is about the same; small talk and what was
refused never count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.answer import Turn
from chatbot.conversation.asking import tells_more
from chatbot.conversation.clause import bare
from chatbot.conversation.exchanges import (
    Exchange,
    exchanges,
    is_correction,
    names,
    returned_to,
)
from chatbot.conversation.pointing import person_in
from chatbot.conversation.rewrite import asks_again, rewritten
from corpus.language import CAPITALISED, POSSESSIVE
from index.tokens import terms

_EXCHANGES = 2
"""Exchanges whose words are taken; the cost does not grow with the conversation."""

_SHORT_ANSWER = 8
"""Words. A shorter answer is taken whole, of a longer one the names."""

_NAMES_TAKEN = 4

_FEW_TERMS = 3
"""A longer question mostly has in itself what its "their" points to."""

_NAMES_WITHIN = 300
"""Characters of an answer that are looked through for names."""

_READ = 600
"""Characters of a question or an answer whose words are searched for again."""

_POINTING = re.compile(
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
_CONTINUES = re.compile(
    r"\W*(?:and|but|or|so|also|then|why(?=\W*$| not| so)|how so|how come|really|tell me more|more|go on"
    r"|(?:what|how) about|what of|wh(?:o|at|ich)(?: ones?| else)\b|(?:no\W+)?i mean\w*)\b",
    re.IGNORECASE,
)
_ASKS_WHAT_IT_IS = re.compile(  # "So what is a PCN?", "And who is Ruth Rankine?"
    r"\W*(?i:so|and|but|then)\W+(?i:what|who)(?:['’]s| is| are| was| were)"
    rf" (?:an? |(?:the )?(?:[a-z]+ )?(?={CAPITALISED}))"
)
_CLAUSE = re.compile(r"[,;.?!]|\b(?:and|but|or|so|if|when|since|because|that)\b", re.IGNORECASE)
_NAMED = re.compile(rf"(?<!^)\b(?:{CAPITALISED}|\d)")
_WORD = re.compile(r"\w(?:[\w'’%.,-]*\w)?%?")


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question with what it takes from the conversation; where it takes nothing, the rest is empty.

    `question`: as it was asked.
    `rewritten`: as a person would ask it who had said nothing before; "" where no rule makes it one.
    `sure`: whether that one is surely meant.
    `context`: the words that complete it for the search; `weight`: what they count against its own, 0 to 1.
    `topic`: the last question, which is shown where there is no `rewritten` one.
    `reason`: why the words were taken, in a few words.
    `last_answer`: the answer that it follows; "" where the question may want the same sentence again.
    `said`: all answers of the conversation.
    `recent`: the text of the exchanges that it follows, by which their articles are found again.
    `history`: the (question, answer) that it follows, for the reader; None where it is the last question with
    another time or name, which is read for itself.
    `asks_for_more`: whether it only asks for what comes next ("go on").
    """

    question: str
    rewritten: str = ""
    sure: bool = True
    context: str = ""
    weight: float = 0.0
    topic: str = ""
    reason: str = ""
    last_answer: str = ""
    said: str = ""
    recent: str = ""
    history: tuple[str, str] | None = None
    asks_for_more: bool = False

    @property
    def searched(self) -> str:
        """The question whose words count in full in the search."""
        return self.rewritten if self.rewritten and self.sure else self.question

    @property
    def read_as(self) -> str:
        """The question that the reader is asked: as it was typed with its history, else rewritten."""
        return self.question if self.history else self.rewritten or self.question

    @property
    def text(self) -> str:
        """The completed question, as it is shown."""
        if self.rewritten or not self.topic:
            return self.rewritten or self.question
        return f"{self.question} ({self.topic})"


def complete(question: str, turns: Sequence[Turn]) -> Standalone:
    """The question, with the topic of the conversation where it does not name its own."""
    past = can_follow(question, completed(exchanges(turns)))
    weight, reason = _dependence(question)
    earlier = returned_to(question, past)
    if earlier:
        weight, reason, past = 0.5, "it goes back to what was said before", [earlier]
    if not weight or not past:
        return Standalone(question)
    last = past[-1]
    before = [one for one in past[-_EXCHANGES:-1] if _same_topic(one, last)]
    made = None if earlier else rewritten(question, last, _person(past))
    searched = made.text if made and made.sure else question
    answer = "" if is_correction(question) else last.answer  # which answers what was not meant
    followed = [*before, Exchange(made.text if made and made.anew else last.question, answer)]
    context = _context(followed, set(terms(searched)))
    if not context and not made:
        return Standalone(question)
    return Standalone(
        question,
        made.text if made else "",
        made is None or made.sure,
        context,
        weight,
        bare(last.question[:_READ]),
        f"{reason}, so the articles talked about last count more",
        last_answer="" if earlier else answer,
        said="\n".join(one.answer for one in past),
        recent=" ".join(text[:_READ] for one in followed for text in (one.question, one.answer)),
        history=None if made and made.anew else (last.question[:_READ], answer[:_READ]),
        asks_for_more=tells_more(question),
    )


def _person(past: Sequence[Exchange]) -> str:
    """Who was spoken of last, by the questions."""
    return next(filter(None, (person_in(one.question[:_READ]) for one in reversed(past))), "")


def can_follow(question: str, past: Sequence[Exchange]) -> list[Exchange]:
    """The exchanges that a question can follow: those that were answered.

    The last one also where it was refused, if the question asks it again: corrects it, or changes a part.
    """
    answered = [one for one in past if not one.refused]
    last = past[-1] if past else Exchange("", "")
    again = last.refused and (is_correction(question) or asks_again(question, last.question))
    return [*answered, last] if again else answered


def completed(past: Sequence[Exchange]) -> list[Exchange]:
    """The exchanges with each question as it stands alone, where a rule makes it so."""
    made: list[Exchange] = []
    for one in past:
        before = next((other for other in reversed(made) if not other.refused), None)
        alone = (
            rewritten(one.question, before, _person(made))
            if before and _dependence(one.question)[0]
            else None
        )
        made.append(replace(one, question=alone.text) if alone else one)
    return made


def _dependence(question: str) -> tuple[float, str]:
    """How much a question needs what was said before, 0 to 1, and why."""
    content = terms(question)
    if not content:
        return 0.5, "it names nothing itself"
    if _CONTINUES.match(question) and not _ASKS_WHAT_IT_IS.match(question):
        return 0.5, "it carries on from what was said"
    match = _POINTING.search(question)
    if match and not _points_within(question, match):
        return 0.5, f"“{match.group()}” points back"
    if len(set(content)) == 1 and not _NAMED.search(question):
        return 0.4, "it is a single word"
    return 0.0, ""


def _points_within(question: str, match: re.Match[str]) -> bool:
    """Whether the word points to something in the question itself."""
    before = question[: match.start()]
    # "What did Ms Rankine say of her members?", "How do I become an agent, and does it pay?"
    named = bool(match["whose"] and _NAMED.search(before))
    return named or (len(terms(before)) > 1 and bool(_CLAUSE.search(before)))


def _same_topic(before: Exchange, last: Exchange) -> bool:
    """Whether the last exchange was still about the topic of the one before it."""
    if len(terms(last.question)) <= _FEW_TERMS and _dependence(last.question)[0]:
        return True
    known = set(terms(f"{before.question} {before.answer[:_READ]}"))
    return not known.isdisjoint(terms(f"{last.question} {last.answer[:_READ]}"))


def _context(followed: Sequence[Exchange], known: set[str]) -> str:
    """What the questions and the key words of the answers add to the `known` terms."""
    questions = [one.question for one in followed]
    parts = [text.strip(" ?!.") for text in questions[-1:]]  # whole, so that it reads well
    parts += [word for text in questions[:-1] for word in _WORD.findall(text)]
    parts += [word for one in followed for word in _key_words(one.answer)]
    taken: list[str] = []
    seen = set(known)
    for part in parts:
        new = set(terms(part))
        if new - seen:
            taken.append(part)
            seen |= new
    return ", ".join(taken)


def _key_words(answer: str) -> list[str]:
    """All words of a short answer, the first names of a longer one."""
    words = _WORD.findall(answer)
    return words if len(words) <= _SHORT_ANSWER else names(answer[:_NAMES_WITHIN])[:_NAMES_TAKEN]
