"""Sentences that restate a question, or heap up its words, and answer nothing."""

from __future__ import annotations

import random
import re

from scripts.reader.wordings import keywords

_ASKED = (
    "Many people ask {q}.",
    "Readers often want to know {q}.",
    "One question keeps coming up: {Q}?",
    "{Q}? That is what this article is about.",
    "The question of {q} has been discussed for a long time.",
    "It is worth asking {q}.",
    "Everyone is talking about {q}.",
    "This page looks at {q}.",
    "The answer to the question {q} matters to many.",
    "Nobody at the meeting could say {q}.",
    "Experts have been asked {q}.",
    "We will report {q}.",
    "See also: {Q}?",
    "The answer to “{Q}?” is",
    "Here you can read {q}.",
    "There has been much debate about {q}.",
    "People wonder {q}.",
)
_HEAPED = (
    "Key words: {k}.",
    "{k}.",
    "Topics: {k}.",
    "More about {k}.",
    "{k}: everything you need to know.",
    "This is about {k}.",
    "Much has been written about {k}.",
    "News on {k}.",
    "{k}, {k}.",
    "Readers' comments on {k}.",
)
_SUBJECT = re.compile(r"(?i)^(?P<ask>who|what|which \w+|how many \w+|how much \w+) (?P<rest>.+)$")
_PASSIVE = re.compile(r"(?i)^(?:when|where|why|how) (?P<aux>was|were|is|are|has|have) (?P<rest>.+)$")
_DID = re.compile(r"(?i)^(?:when|where|why|how) (?:did|does|do) (?P<rest>.+)$")
_AUX = frozenset("did does do is are was were has have had can could will would should".split())


def restated(question: str, random_: random.Random) -> str:
    """One sentence, with the question's words, that does not answer it."""
    plain = question.strip().rstrip("? ")
    lower = plain[:1].lower() + plain[1:]
    draw = random_.random()
    if draw < 0.35:
        return random_.choice(_ASKED).format(q=lower, Q=plain[:1].upper() + plain[1:])
    if draw < 0.6:
        listed = keywords(plain, random_)
        listed = listed.replace(" ", ", ") if random_.random() < 0.4 else listed
        return random_.choice(_HEAPED).format(k=listed)
    made = _stated(plain, random_)
    return made or random_.choice(_ASKED).format(q=lower, Q=plain[:1].upper() + plain[1:])


def _stated(plain: str, random_: random.Random) -> str:
    """The question as a statement without what it asks for; "" where its form is another."""
    if match := _DID.match(plain):
        return f"{_capital(match['rest'])}, as is well known."
    if match := _PASSIVE.match(plain):
        words = match["rest"].split()
        if len(words) < 2:
            return ""
        return f"{_capital(' '.join(words[:-1]))} {match['aux']} {words[-1]}."
    if match := _SUBJECT.match(plain):
        ask, rest = match["ask"].split(), match["rest"]
        first = rest.split()[0].lower()
        if first in _AUX and ask[0].lower() in ("what", "who") and len(ask) == 1:
            return f"{_capital(' '.join(rest.split()[1:]))}: so much is certain."
        noun = ask[-1]
        subject = {"who": "somebody", "what": "something"}.get(noun.lower())
        if subject is None:
            subject = f"the {noun}" if ask[0].lower() == "which" else noun
            if first in _AUX:
                return f"{_capital(rest.split(' ', 1)[-1])} {noun}."
        return f"{_capital(subject)} {rest}."
    return ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
