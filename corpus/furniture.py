"""Whether a block is page furniture by its words alone; rules.py looks at its place on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.metadata import DATES, day
from corpus.vocabulary import BAR, CREDIT, NETWORKS, SHARE, SPOKEN, WHOLE, WITHIN, WORDED, Label

LONGEST = 90
"""Words. A longer block is never furniture by what it says."""

_AGENCY = (
    r"(?:getty(?: images)?|shutterstock|alamy|istock(?:photo)?|pa (?:media|wire|images)|afp|epa|ap photo"
    r"|rex features|adobe stock|unsplash)"
)
_PICTURE = r"(?:photo(?:graph)?|image|picture|pic|credit|illustration)s?"
_CREDITED = re.compile(
    rf"(?:[(\[]\s*(?:{_PICTURE}|source)\b[^)\]]{{0,80}}[)\]]"
    rf"|\b{_PICTURE}(?: credit)?(?: ?: ?| by (?-i:(?=[A-Z]))|/| courtesy (?:of )?)[^.!?]{{2,60}}"
    rf"|[(|,–/—-]?\s*(?:©\s*)?(?:[\w ./-]{{0,30}}/\s*)?\b{_AGENCY}(?:/[\w ]{{2,30}})?\)?)\.?$",
    re.IGNORECASE,
)
_CREDIT_WORDS = re.compile(
    r"[\s(]*(?:©|\b(?:photo(?:graph)?s?|image|picture|pic|credit|source|foto|bild|quelle|crédit|llun)"
    r"(?: (?:credit|by|courtesy of|source))? ?[:/©]).{2,80}$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“”\"]|(?<!\w)[‘'](?=\w)")
_EDGES = " \t\n.:;,!?…>»›→↓▼▲×✕+|·•–—-_[]()\"'“”‘’*#"
_BYLINE = re.compile(
    r"[Bb]y\s+(?:(?:in|on)\s+\S.{0,60}"
    r"|[A-Z][\w'’.-]+(?:[ ,|&/–-]+(?:and |of |for |at |the |de |van |von )*[A-Z@][\w'’.-]+){0,11})"
    r"(?:\s*[|,–-]?\s*\S*\d.*)?",
)
_AUTHOR = re.compile(
    r"(?:[A-Z][\w'’.-]+\s+){1,4}(?:is|was) (?:an?|the|our)\b.{0,80}"
    r"\b(?:reporter|journalist|correspondent|editor|writer|columnist|freelancer?|contributor|blogger|producer)\b"
)
_EMPHASIS = " *_()[]"
"""Marks of italics and brackets around a line."""
_APART = re.compile(r"\s*[,|–—·•()]\s*|\s+[-/]\s+")
_NAMED = r"[A-Z][\w'’.&-]*"
_PUBLISHER = re.compile(
    rf"(?:[Tt]he )?{_NAMED}(?: (?:(?:of|the|and|for|on|de|der|le|la|y|&) )*{_NAMED}){{0,5}}"
)
_PERSON = re.compile(rf"(?!The ){_NAMED}(?: {_NAMED}){{1,2}}")
_ONE_WORD = re.compile(
    r"Reuters|Bloomberg|Guardian|Pulse|Telegraph|Independent|Times|Economist|\w+(?:\.com|online)", re.I
)
_CITY = re.compile(
    r"(?:New York|Los Angeles|San Francisco|New Delhi|Hong Kong|Tel Aviv|Buenos Aires|Kuala Lumpur"
    r"|Rio de Janeiro|Mexico City|Cape Town|São Paulo|Saint Petersburg|Washington,? D\.?C\.?)"
)
_DAY_WORDS = re.compile(
    r"(?:(?:first |originally )?(?:published|posted|issued|released|date|dated)(?: on| in)?:?|on"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\s*$",
    re.IGNORECASE,
)
_FULL_NAME = rf"{_NAMED}(?: (?:(?:de|van|von|der|la|le|al|bin|ap) )*{_NAMED}){{1,4}}"
_WRITTEN_BY = re.compile(rf"\b[Bb]y:?\s+({_FULL_NAME}(?:(?:, | and | & |, and ){_FULL_NAME}){{0,4}})")
_READING_TIME = re.compile(r"\W*\b\d+[ -]min(?:ute)?s? read\W*$", re.IGNORECASE)
_SPACED = re.compile(r"\S+(?: \S+){0,2}(?:(?: {2,}|\t)\S+(?: \S+){0,2}){2,}")
_CLOCK = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|at|on|date|\d{1,2}[:.]\d\d(?:[:.]\d\d)?|[ap]\.?m\.?"
    r"|gmt|bst|utc|e[sd]t|c[e]?s?t|p[sd]t|[|,.:•·–-]|\s)*",
    re.IGNORECASE,
)


def furniture(text: str) -> Label | None:
    """What kind of furniture the block `text` is by what it says; None for everything else."""
    words = text.split()
    if len(words) > LONGEST:
        return None
    line = " ".join(words).casefold().replace("’", "'")
    bare = line.strip(_EDGES)
    if not bare:
        return None
    # A full stop makes a sentence of all but the shortest labels ("Log in to the console and open the tab.").
    sentence = len(words) > 4 and text.rstrip("”’\"') \n").endswith(".")
    if len(words) <= 30:
        for label, pattern in WHOLE:
            if pattern.fullmatch(bare) and not (sentence and label in WORDED):
                return label
    if len(words) <= 14 and _share_bar(bare):
        return SHARE
    if (
        len(words) <= 45
        and bare[-1] != "'"
        and line[-1] not in '.!?”"'
        and _CREDITED.search(text, max(0, len(text) - 120))
    ):
        return CREDIT
    if not SPOKEN.search(line) or _QUOTED.search(text):
        return None
    return next((label for label, pattern in WITHIN if pattern.search(bare)), None)


def caption_alone(text: str) -> str:
    """The caption `text` without the credit at its end."""
    match = _CREDITED.search(text) or _CREDIT_WORDS.search(text)
    return text[: match.start()].rstrip(" \n(|,–/—-") if match else text


def date_line(text: str) -> bool:
    """Whether `text` is a date, perhaps with a weekday or a time, and nothing else."""
    text = _READING_TIME.sub("", text.strip(_EMPHASIS))
    if len(text) > 60:
        return False
    match = next((m for p in DATES if (m := p.search(text))), None)
    return bool(match and _CLOCK.fullmatch(text[: match.start()] + " " + text[match.end() :]))


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line that says where a text appeared: "The Harbour Post, 2 April 2025"."""

    publisher: str
    published: str
    """ISO date"""
    author: str | None


def source_line(text: str) -> SourceLine | None:
    """What a line of its own says of publisher and date, with or without the author; None for other lines.

    The names are set apart from the date and from each other by commas, bars, dashes, dots or brackets.
    """
    line = " ".join(text.split()).strip(_EMPHASIS)
    if len(line) > 140:
        return None
    match = next((m for p in DATES if (m := p.search(line))), None)
    published = day(match.group()) if match else None
    if not match or not published:
        return None
    parts = [
        part.strip(" .:" + _EMPHASIS)
        for part in _APART.split(f"{line[: match.start()]}|{line[match.end() :]}")
    ]
    author, names = None, []
    for part in parts:
        if byline(part):
            author = author or writers(part)
        elif not _CLOCK.fullmatch(part) and not _DAY_WORDS.fullmatch(part):
            names.append(part)
    if len(names) == 2 and author is None and _PERSON.fullmatch(names[0]):
        author = names.pop(0)
    # Words run into the date without a mark between them are a sentence's.
    joined = line[: match.start()].rstrip()[-1:].isalnum() and not _DAY_WORDS.search(line[: match.start()])
    if len(names) != 1 or joined or not _PUBLISHER.fullmatch(names[0]) or _CITY.fullmatch(names[0]):
        return None
    if len(names[0].split()) == 1 and not names[0].isupper() and not _ONE_WORD.fullmatch(names[0]):
        return None  # "London, 2 April 2025" says where, and not in what
    return SourceLine(names[0], published, author)


def writers(text: str) -> str | None:
    """The names in a byline, joined by ", "; None where there are none."""
    match = _WRITTEN_BY.search(" ".join(text.split()).strip(_EMPHASIS))
    if not match:
        return None
    parts = re.split(r"\s*(?:,| and | & )\s*", match[1])
    names = [parts[0]]
    for part in parts[1:]:  # after a comma may come what they are
        if f" and {part}" in match[1] or f" & {part}" in match[1]:
            names.append(part)
    return ", ".join(names)


def spaced(text: str) -> bool:
    """Whether `text` is a bar of links: short labels set apart by gaps, no figures among them."""
    return _SPACED.fullmatch(text) is not None and not any(c.isdigit() for c in text)


def byline(text: str) -> bool:
    """Whether `text` only says who wrote it ("By Jane Doe, Health Editor")."""
    text = " ".join(text.split()).strip(_EMPHASIS)
    return len(text) <= 110 and _BYLINE.fullmatch(text) is not None


def author_note(text: str) -> str:
    """The name at the head of a note on the author ("Jane Doe is a reporter ..."), or ""."""
    match = _AUTHOR.match(text)
    if not match or len(text.split()) > 60:
        return ""
    return re.split(r"\s+(?:is|was)\s+", text, maxsplit=1)[0]


def _share_bar(bare: str) -> bool:
    words = [word.strip(_EDGES) for word in bare.split()]
    words = [word for word in words if word and not word.isdigit()]
    return bool(words) and all(w in BAR or w in NETWORKS for w in words) and any(w in NETWORKS for w in words)
