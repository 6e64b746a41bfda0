"""Who says what in an article: its sentences that are somebody's words or views, with who that is.

A sentence is a statement where somebody is said to say it (`corpus/attribution.py`), and where all of it
stands between quotation marks: then it is said by whoever the quotation is given to where it ends, or by who
spoke before it. What is told without either, though somebody may have said it, is nobody's.
`python -m scripts.speech` measures it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from corpus.article import Article, Sentence
from corpus.attribution import (
    PRONOUNS,
    QUOTATION,
    group_at_start,
    is_body_word,
    is_opener,
    is_person,
    name_at_start,
    subjects,
    untitled,
)
from corpus.language import TITLES

Form = Literal["direct", "reported"]

_ACRONYM = re.compile(
    r"\b((?:[A-ZÀ-Þ][\w’'&-]{0,40}(?: (?:of|for|and|the)){0,3}[ -]){1,8})"
    r"\((?:the )?([A-Z][A-Za-z&]{0,12}?[A-Z&])s?\)"
)
_WORD = r"(?:[a-z]{2}-)?[A-ZÀ-Þ](?:[\w’'-]{0,40}|\.)"
_NAMES = re.compile(rf"\b{_WORD}(?: (?:(?:de|van|von|der|of|for|of the|for the) )?{_WORD}){{1,7}}")
_QUOTED = re.compile(
    r"“[^“”]*(?:”|$)|\"[^\"]*(?:\"|$)"
    r"|(?<![\w’'])[‘'](?=\w)[^‘\"“”\n]{0,400}?[\w.,?!…][’'](?!\w)"
)
_SEX = {
    "Mr": "he",
    "Sir": "he",
    "Lord": "he",
    "Mrs": "she",
    "Ms": "she",
    "Miss": "she",
    "Dame": "she",
    "Lady": "she",
}
_ONE_PERSON = re.compile(
    r"[Tt]he (?:\d+-year-old|\w+ist|(?!spokes)\w+man|\w+woman|\w+ician|professor|doctor|actor|singer)"
)
"""What a person is called whose name was told before."""
_UNNAMED = re.compile(r"(?:one|an?|another) .*(?:er|or|ist|ian|man|woman)", re.IGNORECASE)
"""A single person without a name, whom "he" and "she" may mean."""
_SINGULAR = re.compile(r"^[A-ZÀ-Þ].*|[^s]$")
"""A body's name, or one word for it."""
_ONE_OF = frozenset(
    ("one", "another", "the other", "others", "some", "many", "most", "both", "a third", "few")
)
"""What those are called who are some of a group that was told of."""
_HOW_MANY = re.compile(
    r"^(?:(?:one|two|three|four|five|six|some|many|several|most|half of|the|a|an|\d+) )+", re.IGNORECASE
)
_BESIDE = (
    (re.compile(r"^, ([^,.;:]{3,120})[,:]"), "after"),
    (re.compile(r"^ (?:of|from|at) ((?:the )?[A-Z][\w&]*(?: [A-Z][\w&]*){0,5})"), "after"),
    (re.compile(rf"([^,.;:]{{3,100}}),? (?:(?:{'|'.join(TITLES)})\.? )?$"), "before"),
)
"""Where a person's post stands: after a comma or "of", or before the name."""
_NEAR = 3
"""Sentences over which "it" and "they" reach back."""
_LONG = 6
"""Sentences over which "he" and "she" are rather one who spoke than one who is spoken of."""
_SUBJECT = 2
"""Sentences that who speaks, or is the subject, counts as nearer than who is only mentioned."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that is somebody's words or views.

    `speaker` is the name in full where the article gives it ("Ann Leeds" for "Ms Leeds" and "she"), otherwise
    what the article calls them ("One director"). `form` is "direct" where some of it is in quotation marks.
    """

    sentence: Sentence
    speaker: str
    form: Form


def statements(article: Article, sentences: Iterable[Sentence]) -> list[Statement]:
    """The statements among sentences of an article, given in order; one of two speakers is there twice."""
    reading = _Reading(article)
    for number, sentence in enumerate(sentences):
        reading.read(number, sentence)
    reading.settle()
    return sorted(reading.found, key=lambda one: one.sentence.start)


def short_names(text: str) -> dict[str, str]:
    """The short names that a text explains ("Harbour Board (HB)"), each with the long one."""
    found: dict[str, str] = {}
    for match in _ACRONYM.finditer(text):
        found.setdefault(match[2], untitled(match[1].strip(" -")))
    return found


def posts(text: str, person: str) -> str:
    """What a text says of a person beside the name in full ("chair of the Harbour Board"), or ""."""
    at = text.find(person)
    if at < 0 or not is_person(person):
        return ""
    before, after = text[max(0, at - 120) : at], text[at + len(person) : at + len(person) + 160]
    beside = [
        match[1]
        for pattern, side in _BESIDE
        if (match := pattern.search(before if side == "before" else after))
    ]
    return " ".join(beside)


class _Reading:
    """An article as far as it is read: what was found, and who was spoken of."""

    def __init__(self, article: Article) -> None:
        self.found: list[Statement] = []
        self._article = article
        self._short = short_names(article.text)
        self._names = list(dict.fromkeys(filter(None, map(_name, _NAMES.findall(article.text)))))
        self._waiting: list[Sentence] = []
        self._open = False
        self._end = 0
        self._last = ""
        self._number = 0
        self._spoken: set[str] = set()
        self._persons: dict[str, int] = {}
        self._sex: dict[str, str] = {}
        self._body = ("", -_NEAR - 1)
        self._group = ("", -_NEAR - 1)

    def read(self, number: int, sentence: Sentence) -> None:
        """One sentence further."""
        text = self._article.text
        quote = text[sentence.start : sentence.end]
        begins = "\n" in text[self._end : sentence.start].strip(" ") or sentence.kind == "item"
        self._end = sentence.end
        if begins:
            self.settle()
            self._open = False
        if sentence.kind == "heading":
            if untitled(quote) in self._names:
                self._noted(quote, number, at_start=True)
                self._spoken.add(untitled(quote))
            return
        inside = self._open
        masked, self._open = _masked(quote, inside)
        speakers = [name for one in subjects(masked) if (name := self._named(one, number))]
        if speakers:
            self.settle(speakers[0] if inside else "")
            form: Form = "direct" if inside or re.search(r"[“”\"]", quote) else "reported"
            self.found += [Statement(sentence, name, form) for name in speakers]
            self._last = speakers[-1]
        elif _is_quotation(masked, quote, inside):
            if not inside:
                self.settle()
            self._waiting.append(sentence)
        else:
            self.settle()
        self._mentioned(number, masked, speakers)
        self._number = number

    def settle(self, speaker: str = "") -> None:
        """Give the sentences of a quotation to who is named at its end, or else to who spoke before."""
        if speaker := speaker or self._last:
            self.found += [Statement(sentence, speaker, "direct") for sentence in self._waiting]
            if self._waiting and speaker in self._persons:
                self._persons[speaker] = self._number + _SUBJECT
        self._waiting = []

    def _named(self, subject: str, number: int) -> str:
        """Who a subject is; "" where that cannot be said."""
        if subject in ("he", "she"):
            return self._person(subject)
        if subject == "we":
            return self._article.publisher or ""
        if subject in PRONOUNS:
            name, when = self._body if subject == "it" else self._group
            return name if number - when <= _NEAR else ""
        words = subject.split()
        group, when = self._group
        if subject.lower() in _ONE_OF and number - when <= _NEAR and _HOW_MANY.match(group):
            return f"{subject} ({_HOW_MANY.sub('', group)})"
        name = self._in_full(untitled(subject))
        if (title := words[0].rstrip(".")) in _SEX:
            self._sex[name] = _SEX[title]
        if _ONE_PERSON.fullmatch(subject) and self._persons:
            return max(self._persons, key=lambda one: self._persons[one])
        if words[0].lower() == "this" and self._group[0].split()[-1:] == words[-1:]:
            name = self._group[0]
        return name

    def _in_full(self, name: str) -> str:
        """The longest name of the article that a shorter one is of."""
        name = re.sub(r" \(.*", "", name)
        if name in self._short:
            return self._short[name]
        if " " in name:
            return name
        for full in self._names:
            words = full.split()
            if name == words[-1] and (is_person(full) or is_body_word(name)):
                return full
            if name[:1].islower() and name.capitalize() in words and is_body_word(name):
                return full
        return name

    def _person(self, pronoun: str) -> str:
        fitting = {n: at for n, at in self._persons.items() if self._sex.get(n, pronoun) == pronoun}
        spoken = {n: at for n, at in fitting.items() if n in self._spoken and at >= self._number - _LONG}
        if not (fitting := spoken or fitting):
            return ""
        name = max(fitting, key=lambda one: fitting[one])
        self._sex[name] = pronoun
        return name

    def _mentioned(self, number: int, masked: str, speakers: Iterable[str] = ()) -> None:
        """Note who is spoken of, for the pronouns of what follows."""
        for match in _NAMES.finditer(masked):
            self._noted(match.group(), number)
        if first := name_at_start(re.sub(r"[’']s\b", "", masked)):
            self._noted(first, number + _SUBJECT, at_start=True)
        elif people := group_at_start(masked):
            self._called(people, number)
        for name in speakers:
            self._spoken.add(name)
            if is_person(name) or name in self._persons or _UNNAMED.fullmatch(name):
                self._persons[name] = number + _SUBJECT
            else:
                self._called(name, number)

    def _called(self, name: str, number: int) -> None:
        """Note a body or people that "it" or "they" may mean."""
        if (name.split()[-1].endswith("s") and name not in self._names) or not _SINGULAR.search(name):
            self._group = name, number
        if _SINGULAR.search(name):
            self._body = name, number

    def _noted(self, name: str, number: int, at_start: bool = False) -> None:
        title = name.split()[0].rstrip(".")
        full = self._in_full(_name(name))
        if is_person(full) or full in self._persons:
            self._persons[full] = max(number, self._persons.get(full, 0))
            if title in _SEX:
                self._sex[full] = _SEX[title]
            if at_start:
                self._last = full
                if title in TITLES:
                    self._spoken.add(full)
        elif at_start:
            self._called(full, number)


def _name(words: str) -> str:
    """A name without the title, the first word of a sentence or the possessive that it is written with."""
    given = re.sub(r"[’']s?$", "", words.rstrip(".")).split()
    while len(given) > 1 and is_opener(given[0]):
        del given[0]
    return untitled(" ".join(given))


def _masked(quote: str, inside: bool) -> tuple[str, bool]:
    """A sentence with one sign for each of its quotations, and whether one is still open at its end."""
    if inside:
        closes = min((at for mark in '”"' if (at := quote.find(mark)) >= 0), default=-1)
        if closes < 0:
            return QUOTATION, True
        rest, opened = _masked(quote[closes + 1 :], False)
        return QUOTATION + rest, opened
    opened = quote.rfind("“") > quote.rfind("”") or quote.count('"') % 2 == 1
    return _QUOTED.sub(QUOTATION, quote), opened


def _is_quotation(masked: str, quote: str, inside: bool) -> bool:
    """Whether next to nothing of a sentence stands outside its quotation."""
    told = re.findall(r"\w+", masked)
    return QUOTATION in masked and len(told) <= 2 and (inside or len(quote.split()) >= 3 + len(told))
