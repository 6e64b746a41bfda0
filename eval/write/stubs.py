"""Stubs of questions for who writes gold questions: what a passage could be asked, to be gone on with.

A stub is taken only where the sentence says plainly enough whom or what it is about, since a silly one costs
more time than none. One that ends in "..." has to be completed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from corpus.language import CAPITALISED, MONTHS, NAME, SMALL_NUMBERS, TITLE, WEEKDAYS, YEAR
from index.tokens import terms

SHOWN = 3

_TIMES = tuple(name.capitalize() for name in (*WEEKDAYS, *MONTHS))
_ROLE = (
    r"(?:chair|chairman|chairwoman|chief|director|head|leader|president|minister|secretary|professor|adviser"
    r"|spokesman|spokeswoman|spokesperson|founder|author|editor|mayor|manager|captain|coach)\b"
)

_ASKED = {
    "What did {} say about ...?": "said told added noted explained replied reported announced",
    "What does {} say about ...?": "says tells",
    "What did {} warn of?": "warned",
    "What does {} warn of?": "warns",
    "What did {} argue?": "argued",
    "What does {} think about ...?": "argues thinks believes",
    "What does {} want?": "wants",
    "What does {} fear?": "fears",
    "What did {} find out about ...?": "found",
    "What did {} suggest?": "suggested proposed",
    "What did {} call for?": "urged demanded",
}
_QUESTION = {verb: question for question, verbs in _ASKED.items() for verb in verbs.split()}
_SPEAKER = re.compile(
    r"(?:^(?:But |And |Yet |So )?|[,;:] |\b(?:but|while|although|because|that) )"
    rf"(?P<the>[Tt]he )?(?P<name>{NAME})"
    rf"(?: \([A-Z]\w*\))?(?:, [^,.;]{{3,90}},|,)? (?:has |have |had )?"
    rf"(?P<verb>{'|'.join(_QUESTION)})\b(?! by\b)"
)
_APPOSED = re.compile(
    rf"(?P<name>(?:{TITLE} )?{CAPITALISED} {CAPITALISED}),"
    rf" (?:(?:an?|the|who is) )?(?:[\w’'&-]+ ){{0,5}}{_ROLE}"
)
_IS = re.compile(
    rf"^(?:(?P<person>{TITLE} {NAME})|(?P<thing>(?:An?|The) (?:[\w’'-]+ ){{0,3}}[\w’'-]+))"
    r"(?: \([^)]{2,60}\)|, or [^,]{2,40},)? (?P<is>is|was|are|were) (?:an?|the) "
)
_PREPOSITION = re.compile(r"\b(?:of|in|on|at|for|to|by|with|from|that|who|which|and|as|than)\b")

_SMALL = "|".join((*SMALL_NUMBERS[2:12], "dozens", "hundreds", "thousands"))
_COUNT = re.compile(
    rf"(?<![\w.,£$€-])(?:\d+(?:,\d{{3}})*(?:\.\d+)?(?: (?:million|billion)|m|bn)?|{_SMALL})"
    r"(?P<noun>(?: [A-Za-z][\w’'-]*){1,4})"
)
_OF = r"(?:\d\s?%|per ?cent|\b(?:half|third|quarter|fifth|tenth)s?)\)? of"
_IN = rf"\b(?i:{_SMALL}|one|two|\d+) in (?:\d+|three|four|five|ten)(?: of)?"
_ANY = r"[A-Za-z][\w’'-]*"
_SHARE = re.compile(
    rf"(?:{_OF}|{_IN}) (?P<noun>(?:all |the |their |its |these |those )*{_ANY}(?: {_ANY}){{0,3}})"
)
_SOME_SHARE = re.compile(
    r"(?:\d\s?%|\bper ?cent)\)? (?:say|said|had|have|was|were|are|took|thought|felt|described|reported"
    r"|call|called|wanted|want|mean|expect|lack|regard|consider)\b"
)
_MONEY = re.compile(r"[£$€]\s?\d|\b(?:pounds|euros|dollars)\b")
_NOT_COUNTED = re.compile(
    rf"\b(?:in|the|these|those|both|its|his|her|their|our|other|last|next|past|first|over|every|a further"
    rf"|{'|'.join(_TIMES)}) $"
)
_SPAN = re.compile(r" (?:full )?(?:hour|day|week|month|year|decade)s\b")
_PLURAL = re.compile(r"[a-z]{2,}s|people|men|women|children|staff|[A-Z]{2,}s")
_NO_PLURAL = re.compile(
    "was|is|has|does|goes|its|this|thus|plus|less|says|as|us|years?|times|always|towards|per|means|things"
    "|others|kinds|ways"
)
_YEAR = re.compile(rf"{YEAR}\b")

_DATE = rf"(?:\d\d? )?(?:{'|'.join(_TIMES)})\b(?: \d\d?\b)?|{YEAR}\b"
_DATED = re.compile(
    rf"\b(?:in|on|since|until|from|by) (?:late |early |mid-)?(?:{_DATE})|^(?:Late |Early )?(?:{_DATE})[^,.]*:"
)
_DONE_THEN = re.compile(
    r"^(?P<thing>(?:The )?[\w’' -]{3,40}?) (?P<was>was|were)"
    r" (?P<done>(?:first )?(?:\w+ed|\w+en|built|held|set up|sold|won))"
    rf"(?: [\w ]{{2,30}})? (?:in|on) (?:{_DATE})"
)
_REASON = re.compile(
    r"\b(?:because|due to|owing to|thanks to|in order to|so that|as a result|put this down to|blames?|blamed"
    r"|the reasons?|explains? why)\b",
    re.IGNORECASE,
)

_BARE = ("What share ...?", "How much ...?", "How long ...?", "When ...?", "Why ...?")
"""Stubs that say nothing of the sentence, for want of better ones."""


def stubs(sentences: Sequence[str], article: str) -> tuple[str, ...]:
    """At most `SHOWN` stubs for a passage, of as many kinds as there are; `article` is the whole text.

    That tells a name from a word which only opens a sentence.
    """
    plain = [" ".join(re.sub(r"[*_`#>\[\]|]", "", sentence).split()) for sentence in sentences]
    kinds = [
        list(dict.fromkeys(stub for sentence in plain for stub in find(sentence, article)))
        for find in (_who_or_what, _speakers, _counts, _reasons, _times)
    ]
    found = [stub for some in zip_longest(*kinds) for stub in some if stub]
    return tuple(sorted(dict.fromkeys(found), key=lambda stub: stub in _BARE)[:SHOWN])


def _who_or_what(sentence: str, article: str) -> Iterator[str]:
    for match in _APPOSED.finditer(sentence):
        if name := _name(match["name"], match.start() == 0, article):
            yield f"Who is {name}?"
    if about := _IS.match(sentence):
        if about["person"]:
            yield f"Who {about['is']} {about['person']}?"
        elif thing := _thing(about["thing"]):
            yield f"What {about['is']} {thing}?"


def _thing(words: str) -> str:
    """The thing that a sentence begins with, where it can be asked about without the text before; else ""."""
    article, _, rest = words.partition(" ")
    named = article in ("A", "An") or re.search(r"[A-Z]", rest)
    return f"{article.lower()} {rest}" if named and not _PREPOSITION.search(rest) else ""


def _speakers(sentence: str, article: str) -> Iterator[str]:
    for match in _SPEAKER.finditer(sentence):
        opening = match.start("name") == 0
        if name := _name(match["name"], opening, article):
            the = "the " if match["the"] else ""
            yield _QUESTION[match["verb"]].format(f"{the}{name}")


def _name(name: str, opening: bool, article: str) -> str:
    """The name without the words before it that only open the sentence; "" where none is left."""
    if titled := re.search(rf"\b{TITLE} {CAPITALISED}.*", name):
        return titled[0]
    words = name.split()
    while words and (not terms(words[0]) or words[0] in _TIMES):
        words.pop(0)
    if opening and len(words) == 1 and not re.search(rf"[a-z,] {re.escape(words[0])}\b", article):
        return ""  # "Respondents said"
    return re.sub(r"['’]s$", "", " ".join(words))


def _counts(sentence: str, article: str) -> Iterator[str]:
    if match := _SHARE.search(sentence):
        if noun := _plural(match["noun"], 4):
            yield f"What share of {noun} ...?"
    elif _SOME_SHARE.search(sentence):
        yield "What share ...?"
    elif _MONEY.search(sentence):
        yield "How much ...?"
    for match in _COUNT.finditer(sentence):
        if _YEAR.match(match[0]) or _NOT_COUNTED.search(sentence[: match.start()]):
            continue
        if _SPAN.match(match["noun"]):
            yield "How long ...?"
        elif noun := _plural(match["noun"], 3):
            yield f"How many {noun} ...?"


def _plural(words: str, most: int) -> str:
    """The words up to the first plural, at most so many; "" where there is none."""
    taken: list[str] = []
    for word in words.split()[:most]:
        if not re.search(r"[A-Z]|[aeiouy]", word):  # "dlrs", "mln", "vs"
            return ""
        if _PREPOSITION.fullmatch(word) or _NO_PLURAL.fullmatch(word) or word.title() in _TIMES:
            return ""
        taken.append(word)
        if _PLURAL.fullmatch(word):
            return " ".join(taken)
    return ""


def _reasons(sentence: str, article: str) -> Iterator[str]:
    if _REASON.search(sentence):
        yield "Why ...?"


def _times(sentence: str, article: str) -> Iterator[str]:
    match = _DONE_THEN.match(sentence)
    thing = re.sub(r"^The\b", "the", match["thing"]) if match else ""
    if match and not _PREPOSITION.search(thing) and (thing.startswith("the ") or terms(thing.split()[0])):
        yield f"When {match['was']} {thing} {match['done']}?"
    elif _DATED.search(sentence):
        yield "When ...?"
