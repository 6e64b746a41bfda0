"""Questions about speech: whose words are wanted, or of which words the speaker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corpus.language import PERSONAL

_TELLING = (
    r"(?:say|says|said|saying|think|thinks|thought|thinking|tell|told|claim|claimed|argue|argued|write|wrote"
    r"|warn|warned"
    r"|believe|believes|suggest|suggested|mean|complain|complained|announce|announced|reply|feel)"
)
_VIEW = r"(?:views?|opinions?|positions?|comments?|words?|reactions?|responses?|quotes?|statements?|take)"
_ABOUT = r"(?:about|on|of|regarding|concerning|over|to|in|when|at|that|after|since|why|how)"
_OF_ONE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"what (?:(?:did|does|do|has|have|had|is|are|was|were|would) )?(?P<who>.{{1,80}}?) "
        rf"(?:ever |actually |have to |had to )?"
        rf"{_TELLING}\b(?: {_ABOUT}\b)?(?P<about>.*)",
        r"(?:(?:give|show|find|get) (?:me |us )?)?(?:any |all |some |the )?"
        r"(?:quotes?|quotations?|words|statements?)"
        r" (?:from |by |of )?(?P<who>.{1,80}?)(?: (?:about|on|regarding)\b(?P<about>.*)|\W*$)",
        rf"what (?:is|are|was|were|['’]s) (?P<who>.{{1,80}}?)(?:['’]s?) (?:own )?{_VIEW}\b"
        rf"(?: {_ABOUT}\b)?(?P<about>.*)",
        rf"what (?:is|are|was|were) the (?:own )?{_VIEW} of (?P<who>.{{1,80}}?)"
        r"(?: (?:about|on|regarding)\b(?P<about>.*)|\W*$)",
    )
)
_LEAD = re.compile(r"\W*(?:(?:and|so|but|please|ok|okay|now|then|can you|could you) )*", re.IGNORECASE)
_WHO = re.compile(
    r"who(?:se| else)?\b(?: (?:has|had|have|was it (?:who|that)|was it|is it that"
    r"|used the (?:words?|phrases?|terms?)|made the claim"
    r"|said|says?|thinks?|thought|told|warned|warns|argued|argues|claimed|claims|called|calls"
    r"|described|complained|asked"
    r"|wrote|referred|talked|spoke|believes?|insisted|mentioned|suggested|for|to|about|of|that|it|on)\b)*",
    re.IGNORECASE,
)
_WHO_SAID_THAT = re.compile(
    r"\W*(?:and |so |but )?(?:who (?:\w+ )?(?:said|says|told|claimed|wrote|argued|is saying|was)"
    r" (?:that|this|it|so|them|those)"
    r"|whose (?:words|view|opinion|claim|quote)s? (?:is|are|was|were) (?:that|this|it|those|these)"
    r"|who is (?:speaking|talking|that quote from|being quoted)|according to who[m]?|says who)\W*",
    re.IGNORECASE,
)
_ANYBODY = frozenset("people they anyone anybody everyone everybody you we articles article it".split())
_SELVES = re.compile(
    r"\b(?:themselves|himself|herself|itself|actually|really|exactly|ever)\b|^the\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class WhoSaid:
    """What is asked about speech.

    "of one": what `speaker` said, `about` something ("" for anything); the speaker may be "he" or "she".
    "who": who said `about`. "that": who said what was quoted last.
    """

    asks: Literal["of one", "who", "that"]
    speaker: str = ""
    about: str = ""


def who_said(question: str) -> WhoSaid:
    """How a question of the kind "who said" is meant."""
    plain = question[_LEAD.match(question).end() :]  # type: ignore[union-attr]  # it matches the empty string
    if _WHO_SAID_THAT.fullmatch(plain):
        return WhoSaid("that")
    who = _WHO.match(plain)
    if not who:
        for pattern in _OF_ONE:
            if match := pattern.match(plain):
                speaker = " ".join(_SELVES.sub("", match["who"].strip(" ?!.,'’\"")).split())
                about = (match["about"] or "").strip(" ?!.")
                about = "" if about.lower().startswith("and ") else about
                if not speaker or speaker.lower() in _ANYBODY:
                    return WhoSaid("who", about=about)
                return WhoSaid("of one", speaker, about)
    return WhoSaid("who", about=plain[who.end() if who else 0 :].strip(" ?!."))


def is_pronoun(speaker: str) -> bool:
    """Whether the speaker is one whom the conversation has named."""
    return speaker.lower() in PERSONAL
