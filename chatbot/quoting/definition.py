"""What a thing is, or who somebody is: the sentence that says so, before those that only mention it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from chatbot.answer import State
from chatbot.quoting.material import NOTHING, Composed, Material
from corpus.language import POINTING, TITLE

_BEFORE = re.compile(
    r"""^\W* (?:(?:please|so|and|but)\s+)?
    (?: wh?at(?:\s+exactly)?(?:['’]?s|\s+(?:is|are|was|were|does|do|did))(?:\s+meant\s+by)?
      | who(?:\s+exactly)?(?:['’]?s|\s+(?:is|are|was|were))
      | which\s+are | define | (?:the\s+)?(?:definition|meaning)\s+of | explain )\s+ (?:(?:an?|the)\s+)?""",
    re.IGNORECASE | re.VERBOSE,
)
_BEHIND = re.compile(
    r"""(?: \s+(?:means?|stands?\s+for|short\s+for|to\s+me)\b.*
      | \s*[-–—:,]\s*wh?at\s+(?:is|are)\s+\w+ )? \W*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""What stands in a question before and behind that which is to be defined."""

_ASKS_WORDS = re.compile(r"\b(?:stands?|short)\s+for\b", re.IGNORECASE)
"""Asks for the words that initials stand for."""

_ONLY_THAT = re.compile(
    rf"\W*(?:wh?at(?:['’]?s|\s+is|\s+are)\s+(?:an?\s+)?(?!(?:the|{POINTING})\b)\S+(?:\s+\S+){{0,2}}\s*$"
    r"|define\b|(?:the\s+)?(?:definition|meaning)\s+of\b|wh?at(?:['’]?s|\s+is|\s+are)\s+meant\s+by\b)",
    re.IGNORECASE,
)
"""Asks what a name means, and for nothing else."""

_INITIALS = re.compile(r"[A-Z]{2,}|\w")
_SMALL = frozenset("a an and for in of on the to".split())
_IN_BRACKETS = re.compile(r" \(([A-Z][A-Za-z&]{1,7}?)s?\)")
_WORDS_BEFORE = re.compile(r"(?:[\w'’&]+[ -]){1,8}[\w'’]+$")
_BEFORE_AT_MOST = 120
"""Characters before initials in which the words are that they stand for."""

_IS = r"(?:is|are|was|were)"
_KIND = (
    r"(?:(?:also|usually|now|often|simply)\s+)?"
    r"(?:an?|the|one|its?|his|her|their|two|three|four|five|any|another|groups?|what|those|people|bodies)\b"
)
_MEANS = r"(?:means?|refers?\s+to|stands?\s+for|consists?\s+of|comprises?|describes?|denotes?)\b"
_WORKS = r"(?:works?|chairs?|leads?|runs?|heads?|directs?|represents?|edits?|used\s+to|founded)\b"
_POST = (
    r"(?:an?|the|one|meaning|who|which|formerly|chair\w*|director|head|president|leader|founder|editor|author"
    r"|professor|spokes\w+|secretary|minister|deputy|senior|chief)\b"
)
_NAMED = r"\b(?:called|named|known\s+as|dubbed|termed|so-called|(?:the|under\s+the)\s+name(?:\s+of)?)"

DEFINES, DESCRIBES, SPELLS_OUT = 3, 2, 1


def definition(material: Material) -> Composed | None:
    """The sentences that define first, as sure as the best one. None without any, but where the question asks
    for nothing else: what only mentions it is possibly an answer then, and no more.
    """
    if material.state(material.best) == "none":
        return NOTHING
    defines = defining(material.question, (hit.text for hit in material.found))
    given = [
        (defines(candidate.quote), candidate, sure)
        for candidate, sure in zip(material.candidates, material.confidences, strict=True)
    ]
    given.sort(key=lambda one: -one[0])
    strongest = given[0][0]
    if not strongest and not _ONLY_THAT.match(material.question):
        return None
    state: State = material.state(material.best) if strongest else "possibly"
    if strongest and _ASKS_WORDS.search(material.question):
        state = "answer"  # that its initials are these is no matter of judgement
    confidences = [max(sure, material.best) if 0 < how == strongest else sure for how, _, sure in given]
    return material.stated(state, [candidate for _, candidate, _ in given], confidences)


def defining(question: str, texts: Iterable[str]) -> Callable[[str], int]:
    """Tells how a sentence says what the question asks the meaning of, 0 where it only mentions it.

    What is spelt out with its initials in the texts is known by both.
    """
    subject = _BEHIND.sub("", _BEFORE.sub("", question, count=1)).strip(" \"'‘’“”?.")
    person = bool(re.match(r"\W*who\b", question, re.IGNORECASE))
    if person:
        subject = re.sub(rf"^{TITLE} ", "", subject)
    if not subject or re.search(rf"\b{POINTING}\b", subject, re.IGNORECASE):
        return lambda _: 0
    known_as = {_singular(subject)}
    for text in texts:
        for short, long in spelt_out(text):
            pair = {_singular(short), _singular(long)}
            if pair & known_as:
                known_as |= pair
    forms = [re.escape(name).replace(r"\ ", "[ -]") for name in known_as]
    if person and " " in subject:
        forms.append(f"{TITLE} {re.escape(subject.split()[-1])}")
    names = "|".join(forms)
    it = rf"['‘“\"]?\b(?:{names})(?:s|es)?\b['’”\"]?(?:\s\([^)]{{1,60}}\))?"
    front = r"^\W*(?:(?:an?|the|each|every)\s+)?"
    known = [
        (DEFINES, rf"(?:{front}|\bor ){it}(?:,? or [^,]{{1,60}})?,? {_IS}\s+{_KIND}"),
        (DEFINES, rf"{front}{it},? {_MEANS}"),
        (DEFINES, rf"^{it}\s*[:–—]\s"),
        (DESCRIBES, rf"{it},\s+{_POST}"),
        (DESCRIBES, rf"{_NAMED}\s+(?:an?\s+|the\s+)?{it}"),
        (DESCRIBES, rf"{it} {_IS}\s+{_KIND}"),
        (SPELLS_OUT, rf"\b(?:{names})s?\s\((?:{names})s?\)"),
    ]
    if person:
        known += [(DEFINES, rf"{front}{it} {_WORKS}"), (DESCRIBES, rf"[^,]{{4,80}}, {it},")]
    patterns = [(strength, re.compile(pattern, re.IGNORECASE)) for strength, pattern in known]
    return lambda sentence: max((strength for strength, one in patterns if one.search(sentence)), default=0)


def spelt_out(text: str) -> list[tuple[str, str]]:
    """Initials in brackets with the words that they stand for, which are before them."""
    found = []
    for match in _IN_BRACKETS.finditer(text):
        before = _WORDS_BEFORE.search(text[max(0, match.start() - _BEFORE_AT_MOST) : match.start()])
        words, wanted = re.split(r"[ -]", before[0] if before else ""), match[1].replace("&", "").casefold()
        large = [number for number, word in enumerate(words) if word.casefold() not in _SMALL]
        for first in reversed(large):
            # Of "GPs" and "NHS" all that is in capitals.
            told = (_INITIALS.match(words[number]) for number in large if number >= first)
            if "".join(one[0] for one in told if one).casefold() == wanted:
                found.append((match[1], " ".join(words[first:])))
    return found


def _singular(name: str) -> str:
    name = re.sub(r"(?<=[A-Z])['’]?s$", "", name).casefold().replace("-", " ")
    return name[:-1] if re.search(r"[^s]s$", name) and " " in name else name
