"""Questions and passages that do not fit: the right subject, and the answer not there."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.language import FRACTIONS, MONTH, MONTHS, NUMBER_WORD, SCALES
from scripts.reader.rows import OPENERS, Passage, Row, Span

PLACES = (
    "England",
    "Scotland",
    "Wales",
    "Ireland",
    "Northern Ireland",
    "London",
    "Manchester",
    "Leeds",
    "Glasgow",
    "Cardiff",
    "Belfast",
    "Birmingham",
    "Liverpool",
    "Bristol",
    "France",
    "Germany",
    "Spain",
    "Italy",
    "China",
    "India",
    "Japan",
    "Russia",
    "Canada",
    "Australia",
    "Brazil",
    "Mexico",
    "Egypt",
    "Kenya",
    "Nigeria",
    "Poland",
    "Sweden",
    "Norway",
    "Denmark",
    "Turkey",
    "Iran",
    "Iraq",
    "Israel",
    "Greece",
    "Portugal",
    "New York",
    "California",
    "Texas",
    "Chicago",
    "Boston",
    "Washington",
    "Paris",
    "Berlin",
    "Madrid",
    "Rome",
    "Europe",
    "Asia",
    "Africa",
    "America",
    "the United States",
    "the United Kingdom",
    "the European Union",
)
KINDS = (
    PLACES,
    (
        "English",
        "Scottish",
        "Welsh",
        "Irish",
        "French",
        "German",
        "Spanish",
        "Italian",
        "Chinese",
        "Indian",
        "Japanese",
        "Russian",
        "Canadian",
        "Australian",
        "American",
        "British",
        "Dutch",
        "Polish",
        "Greek",
    ),
    tuple(month.capitalize() for month in MONTHS),
    (
        "men",
        "women",
        "children",
        "students",
        "teachers",
        "doctors",
        "nurses",
        "patients",
        "workers",
        "managers",
        "directors",
        "members",
        "farmers",
        "drivers",
        "voters",
        "pupils",
        "parents",
        "players",
    ),
    ("first", "second", "third", "fourth", "fifth", "last"),
    ("north", "south", "east", "west"),
    ("increase", "decrease"),
    ("highest", "lowest"),
    ("largest", "smallest"),
    ("oldest", "youngest"),
    ("best", "worst"),
    ("more", "fewer"),
    ("before", "after"),
    ("won", "lost"),
    ("father", "mother"),
    ("brother", "sister"),
    ("son", "daughter"),
    ("husband", "wife"),
    ("began", "ended"),
    ("born", "buried"),
    ("died", "married"),
    ("buy", "sell"),
    ("spring", "summer", "autumn", "winter"),
    ("morning", "afternoon", "evening", "night"),
    (
        "council",
        "government",
        "union",
        "association",
        "college",
        "ministry",
        "party",
        "commission",
        "court",
        "committee",
        "university",
        "church",
        "company",
        "agency",
        "charity",
        "police",
    ),
)
_SAME_KIND = {word.lower(): kind for kind in KINDS for word in kind}
_TOKEN = re.compile(r"[A-Za-z][\w'’-]*|\d[\d,.]*\d|\d")
_TIME = re.compile(
    rf"(?i)\b(?:\d{{3,4}}s?|{MONTH}|"
    r"\w+day|years?|months?|weeks?|days?|hours?|century|yesterday|tomorrow|today|ago|morning|evening|night|"
    r"summer|winter|spring|autumn|recently|now|once|when|while|after|before|until|during|since|last|next)\b"
)
_NUMBER = re.compile(
    rf"(?i)\d|\b(?:{NUMBER_WORD}|{'|'.join((*SCALES, *FRACTIONS))}|"
    r"several|few|many|both|none|no|every|all|each|some|majority|most)\b"
)
_BEFORE = r"(?:,? ?\b(?:in|on|at|from|since|during|by|around|about|of|until|near|to|for)(?: the)? )?"


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the training questions, by their number of words, for one to take another's place."""

    by_length: dict[int, list[str]]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Names:
        found: defaultdict[int, list[str]] = defaultdict(list)
        for row in rows:
            for start, end in names(row.question):
                name = row.question[start:end]
                found[len(name.split())].append(name)
        return cls(dict(found))


def names(question: str) -> list[Span]:
    """The names and numbers of a question, but for its first word."""
    found: list[Span] = []
    end = -1
    for match in _TOKEN.finditer(question):
        word = match.group()
        if word[0].isdigit():
            found.append(match.span())
            end = -1
        elif word[0].isupper() and match.start() > 0 and word not in OPENERS:
            if found and end >= 0 and question[end : match.start()] == " ":
                found[-1] = found[-1][0], match.end()
            else:
                found.append(match.span())
            end = match.end()
        else:
            end = -1
    return found


def exchanged(
    question: str, passage: Passage, answers: Sequence[int], bank: Names, random_: random.Random
) -> str:
    """The question about another name, number, place or kind that the passage does not tell of; or ""."""
    text = passage.text.lower()
    told = " ".join(passage.text[slice(*passage.sentences[i])] for i in answers).lower()
    places = names(question)
    for match in _TOKEN.finditer(question):
        if match.group().lower() in _SAME_KIND and not any(a <= match.start() < b for a, b in places):
            places.append(match.span())
    random_.shuffle(places)
    for start, end in places:
        old = question[start:end]
        if old.lower() not in text:
            continue
        for _ in range(8):
            new = _other(old, passage, told, bank, random_)
            if not new or new.lower() == old.lower() or new.lower() in told:
                continue
            inside = new.lower() in text
            if inside and (old[0].isdigit() or old.lower() in _SAME_KIND or random_.random() < 0.6):
                continue
            return question[:start] + new + question[end:]
    return ""


def _other(old: str, passage: Passage, told: str, bank: Names, random_: random.Random) -> str:
    if kind := _SAME_KIND.get(old.lower()):
        return random_.choice(kind)
    if old[0].isdigit():
        digits = re.sub(r"\D", "", old)
        if len(digits) == 4 and digits[0] in "12" and "," not in old:
            return str(int(digits) + random_.choice((-30, -12, -5, -3, -2, -1, 1, 2, 3, 4, 7, 15, 40)))
        number = int(digits or 1)
        return str(max(2, number + random_.choice((-3, -2, -1, 1, 2, 5, 10, number, number * 2))))
    if random_.random() < 0.35:  # one that the passage names elsewhere: the hardest
        own = [passage.text[a:b] for a, b in names(passage.text)]
        own = [name for name in own if name.lower() not in told and not name[0].isdigit()]
        if own:
            return random_.choice(own)
    known = bank.by_length.get(len(old.split())) or bank.by_length.get(1, [""])
    return random_.choice(known)


def without_attribute(passage: Passage, row: Row, random_: random.Random) -> Passage | None:
    """The passage with the event and without its date, place or number, where these words are known."""
    span = row.span or single(passage, row)
    if span is None or len(row.answers) != 1:
        return None
    start, end = span
    first, last = passage.sentences[row.answers[0]]
    if not first <= start < end <= last or end - start > 40:
        return None
    told = passage.text[start:end]
    if passage.text.lower().count(told.lower()) != 1:
        return None
    before = re.search(_BEFORE + "$", passage.text[first:start])
    cut = first + before.start() if before else start
    how_many = re.match(r"(?i)how (?:many|much)", row.question)
    if not how_many and cut == start:
        return None  # without it the sentence could not stand
    filler = random_.choice(("", "the ", "many ", "some ")) if how_many else ""
    if how_many:
        cut = start
    sentence = (passage.text[first:cut].rstrip() + " " + filler + passage.text[end:last].lstrip()).strip()
    sentence = re.sub(r" ([,.;:])", r"\1", re.sub(r"\s+", " ", sentence)).lstrip(",; ")
    if len(sentence.split()) < 4:
        return None
    return with_sentence(passage, row.answers[0], sentence[:1].upper() + sentence[1:])


def single(passage: Passage, row: Row) -> Span | None:
    """The only year or number of the answering sentence, where the question asks for one."""
    if len(row.answers) != 1:
        return None
    first, last = passage.sentences[row.answers[0]]
    text = passage.text[first:last]
    if re.match(r"(?i)(?:in )?(?:when|what year|which year)\b", row.question):
        found = list(
            re.finditer(
                rf"(?i)\b(?:\d{{1,2}} )?(?:{MONTH} )?(?:\d{{1,2}}, )?[12]\d{{3}}\b",
                text,
            )
        )
    elif re.match(r"(?i)how (?:many|much)", row.question):
        found = list(
            re.finditer(
                r"[£$€]?\d[\d,.]*\d%?(?: (?:million|billion|thousand|per cent|percent))?|\b\d\b", text
            )
        )
    else:
        return None
    return (first + found[0].start(), first + found[0].end()) if len(found) == 1 else None


def other_attribute(question: str, passage: Passage, answers: Sequence[int], random_: random.Random) -> str:
    """The question for the time or the number of what is told without one; "" where that cannot be made."""
    near = {j for i in answers for j in (i - 1, i, i + 1)}
    text = " ".join(passage.text[slice(*span)] for i, span in enumerate(passage.sentences) if i in near)
    match = re.match(r"(?i)(?:where|how|why|who|whom) (did|does|do|was|were|is|are|has|have)\b", question)
    if match and not _TIME.search(text):
        return f"When {question[match.start(1) :]}"
    match = re.match(r"(?i)(?:what|which) (\w+s) ", question)
    if match and not _NUMBER.search(text):
        return f"How many {question[match.start(1) :]}"
    return ""


def cut(passage: Passage, gone: Sequence[int]) -> Passage:
    """The passage without some of its sentences, the others joined by a blank."""
    kept = [passage.text[a:b] for i, (a, b) in enumerate(passage.sentences) if i not in set(gone)]
    return joined(kept)


def joined(sentences: Sequence[str]) -> Passage:
    spans: list[Span] = []
    at = 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return Passage(" ".join(sentences), tuple(spans))


def with_sentence(passage: Passage, place: int, sentence: str, *, insert: bool = False) -> Passage:
    """The passage with another sentence at a place, or with one more before it."""
    parts = [passage.text[a:b] for a, b in passage.sentences]
    parts[place : place if insert else place + 1] = [sentence]
    return joined(parts)
