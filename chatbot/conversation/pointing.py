"""What the pointing words of a follow-up mean: "she", "they", "it", "that survey", "the first one"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from chatbot.conversation.clause import (
    PREPOSITIONS,
    Clause,
    agreeing,
    clause,
    is_be,
    is_plural,
    many,
    phrase_end,
)
from chatbot.conversation.exchanges import names
from corpus.language import CAPITALISED, MONTHS, TITLE, WEEKDAYS

_ORDINAL = re.compile(r"\bthe (?P<which>first|second|third|last) one\b", re.IGNORECASE)
_ORDINALS = {"first": 0, "second": 1, "third": 2, "last": -1}
SOMEBODY = re.compile(r"(?:some|any)(?:body|one)\Z", re.IGNORECASE)
_ORGANISED = re.compile(
    r"\b(?:Committee|Council|Association|Union|Confederation|College|Government|Party|Board|Trust|Company|University"
    r"|Institute|Group|Network|Networks|Survey|Report|Index|Society|Commission|Department|Ministry|Service|Club)\b"
)
_PERSON = re.compile(
    rf"(?:{TITLE} )?(?:[A-Z][a-z’'-]+|[A-Z]\.)(?: (?:(?:de|van|von|of the) )?(?:[A-Z][\w’'-]+|[A-Z]\.))*"
)

_TITLED = re.compile(TITLE)

_HE = re.compile(r"\b(?P<word>he|she|him|his|her|hers)\b(?!['’]s\b|['’]d\b)", re.IGNORECASE)
_THEY = re.compile(r"\b(?P<word>they|them|their|theirs|these|those)\b(?! who\b)", re.IGNORECASE)
_IT = re.compile(r"\b(?P<word>its?)\b(?!['’])", re.IGNORECASE)
_THAT_NOUN = re.compile(r"\b(?:that|this|these|those) (?P<noun>[a-z][\w-]+)\b")
_THERE = re.compile(r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere(?= *\Z)", re.IGNORECASE)
_ASKS_WHO = re.compile(r"(?i:who|whose|whom)\b(?!(?:(?i: is| was)|['’]s) [A-Z])")
_EACH = re.compile(r"\b(?:each|every) one\b", re.IGNORECASE)
_EMPTY_IT = re.compile(
    r"\b(?:is|was|does|did|will|would|has|had) it"
    r" (?:true|depend|take|that|possible|likely|mean|(?:the|a|their|his|her) )",
    re.IGNORECASE,
)
_ALL_OF = re.compile(r"\bof \Z", re.IGNORECASE)


NO_PHRASE = frozenset(
    "why when where who what which how it they he she that this these those there them him is are was were do"
    " does did has have had can could will would then so not yes no if because more i you we tell say please"
    " quote list".split()
)


def person_in(question: str) -> str:
    """The first person that a question names, or ""."""
    return next((name for name in names_in(question) if is_person(name)), "")


def with_meant(asked: str, before: str, answer: str, person: str) -> str:
    """The question with what its pointing words mean in their place; "" where that is found for none.

    `before` and `answer` are the last exchange, `person` is who was spoken of before.
    """
    text = _EACH.sub("each of them", asked)
    last = clause(before)
    if ordinal := _ORDINAL.search(text):
        items = _items(answer)
        place = _ORDINALS[ordinal["which"].lower()]
        if len(items) > max(place, 1):
            text = text[: ordinal.start()] + items[place] + text[ordinal.end() :]
            text = text if text != items[place] else f"Tell me more about {text}"
    text = _with_noun_named(text, before, answer)
    for pattern, meant in _MEANT:
        match = pattern.search(text)
        if not match or (pattern is _IT and _EMPTY_IT.search(text)) or _own(pattern, text[: match.start()]):
            continue
        of_object = pattern is _THEY and match["word"].lower() not in ("they", "their")
        phrase = meant(before, _asking_for_noun(last) if of_object else last, answer, person)
        if phrase and _ALL_OF.search(text[: match.start()]) and phrase[:1].islower():
            phrase = phrase if phrase.startswith("the ") else f"the {phrase}"
        text = _put(text, pattern, phrase) if phrase else text
    return text if text != asked else ""


def _own(pattern: re.Pattern[str], before: str) -> bool:
    """Whether the question itself has named, before a pointing word, what that may mean."""
    several = pattern is _THEY and not _ALL_OF.search(before) and any(map(is_plural, before.split()[2:]))
    return several or bool(names_in(before))


def _put(text: str, pattern: re.Pattern[str], phrase: str) -> str:
    """The text with a phrase for the first pronoun, in the genitive where that is."""

    def meant(match: re.Match[str]) -> str:
        word = match.group().lower() if pattern is _THERE else match["word"].lower()
        after = text[match.end() :].split()
        whose = word in ("his", "its", "their", "hers", "theirs") or (
            word == "her"
            and bool(after)
            and after[0].lower() not in PREPOSITIONS | {"to", "and", "or", "that"}
        )
        said = (
            phrase + ("’" if phrase.endswith("s") and is_plural(phrase.split()[-1]) else "’s")
            if whose
            else phrase
        )
        return said.replace("’", "'")

    return _with_agreement(pattern.sub(meant, text, count=1), phrase)


def _with_agreement(text: str, phrase: str) -> str:
    """The auxiliary before the phrase in its number: "do the BMA" -> "does the BMA"."""
    match = re.search(rf"\b(\w+) {re.escape(phrase)}(?!['’])", text)
    if not match:
        return text
    return text[: match.start(1)] + _like(match[1], agreeing(match[1], phrase)) + text[match.end(1) :]


def _like(old: str, new: str) -> str:
    return new.capitalize() if old[:1].isupper() else new


def _person_meant(before: str, last: Clause | None, answer: str, person: str) -> str:
    """The person that "he" or "she" means: of the question, else of the answer."""
    asks_who = _ASKS_WHO.match(before)
    people = [] if asks_who else [person_in(before) or person]
    return next(filter(None, [*people, person_in(answer), person_in(before), person]), "")


def _asking_for_noun(last: Clause | None) -> Clause | None:
    """The clause as one whose subject is what it counts, which "them" means sooner than its subject."""
    return replace(last, subject=last.noun, noun_is_subject=True) if last and last.noun else last


def _several_meant(before: str, last: Clause | None, answer: str, person: str) -> str:
    """What "they" means: the plural phrase of the question, the subject first; or a body that it names."""
    subject = _plain(last.subject) if last else ""
    if last and last.noun and not last.noun_is_subject and not names_in(subject):
        subject = subject if many(subject) else last.noun
    if subject and many(subject):
        return _definite(subject)
    if last and last.asks.lower() in ("what", "who") and is_be(last.auxiliary) and not last.rest and subject:
        return _definite(subject)
    if last:
        words = last.after_verb.split()
        end = phrase_end(words, 0)
        object_ = _plain(" ".join(words[:end]))
        if (
            object_
            and is_plural(object_.split()[-1])
            and not subject[:1].isupper()
            and not subject.startswith("the ")
        ):
            return _definite(object_)
    bodies = [name for name in names_in(before) if not is_person(name)]
    if bodies:
        the = re.search(rf"\b[Tt]he {re.escape(bodies[0])}", before)
        return the.group().replace("The ", "the ") if the else bodies[0]
    return _definite(subject) if subject else ""


def _thing_meant(before: str, last: Clause | None, answer: str, person: str) -> str:
    """What "it" means: the singular phrase of the question, the subject first."""
    if last:
        subject = _plain(last.subject)
        words = last.after_verb.split()
        phrases = [subject, _plain(" ".join(words[: phrase_end(words, 0)]))]
        for phrase in phrases:
            told = phrase[:1].isupper() or re.match(r"(?:the|an?|this|that|his|her|its|their) ", phrase)
            if told and not many(phrase) and not is_person(phrase):
                return _definite(phrase)
    bodies = [name for name in names_in(before) if not is_person(name)]
    if len(bodies) == 1:
        the = re.search(rf"\b[Tt]he {re.escape(bodies[0])}", before)
        return the.group().replace("The ", "the ") if the else bodies[0]
    return ""


def _place_meant(before: str, last: Clause | None, answer: str, person: str) -> str:
    """The place that "there" means, with its preposition."""
    for text in (before, answer):
        if match := re.search(rf"\b(?:in|at|on) (?:the )?{CAPITALISED}(?: {CAPITALISED})*", text):
            return match.group()
    return ""


_MEANT = (
    (_HE, _person_meant),
    (_THERE, _place_meant),
    (_THEY, _several_meant),
    (_IT, _thing_meant),
)
"""What a pointing word means, by the last question, its parts, its answer, and who was spoken of."""


def _with_noun_named(text: str, before: str, answer: str) -> str:
    """ "that survey" as the survey that was named: "the BMA survey"."""
    match = _THAT_NOUN.search(text)
    if not match:
        return text
    noun = match["noun"]
    for said in (before, answer):
        found = re.search(
            rf"\b(?:(?:an?|the|[A-Z][\w’']*['’]s) )?(?P<own>(?:[\w’'&-]+ ){{0,3}}){re.escape(noun)}\b"
            rf"(?P<tail>(?: (?:by|of|on|from) (?:the )?{CAPITALISED}(?: {CAPITALISED})*)?)",
            said,
        )
        if found:
            kept = list(takewhile(_describes, reversed(found["own"].split())))[::-1]
            if kept or found["tail"]:
                named = " ".join(["the", *kept, noun]) + found["tail"]
                return text[: match.start()] + named + text[match.end() :]
    return text


def _describes(word: str) -> bool:
    """Whether a word before a noun belongs to it."""
    lower = word.lower()
    return lower not in PREPOSITIONS and not re.fullmatch(
        r"(?:a|an|the|this|that|these|those|its|his|her|their|did|do|does|is|are|was|were|what|which|how|many|much|in|and"
        r"|or|recent|say|said|to|some|any|has|have)",
        lower,
    )


def _items(answer: str) -> list[str]:
    """The items that an answer lists: its lines, else what its commas divide; each up to eight words."""
    lines = [line.strip(" -*•.;") for line in answer.splitlines() if line.strip()]
    if len(lines) < 2:
        lines = [one.strip(" .") for one in re.split(r",| and ", answer)]
    short = [" ".join(line.split()) for line in lines]
    return short if all(0 < len(line.split()) <= 8 for line in short) else []


def _definite(phrase: str) -> str:
    """A phrase that was introduced, spoken of again: "a network" -> "the network", "directors" as it is."""
    the = re.sub(r"\Aan? ", "the ", phrase, flags=re.IGNORECASE)
    return re.sub(r"\A(?:this|that|these|those|any|some|many) ", "", the, flags=re.IGNORECASE)


def _plain(phrase: str) -> str:
    return "" if SOMEBODY.match(phrase) or phrase.lower() in NO_PHRASE else phrase


def names_in(text: str) -> list[str]:
    """The names in a text, without the genitive."""
    return [re.sub(r"['’]s\Z", "", name) for name in names(text)]


def is_person(name: str) -> bool:
    """Whether a name is, by its look, that of a person: no body, no acronym."""
    known = (
        _ORGANISED.search(name)
        or name.lower() in (*MONTHS, *WEEKDAYS)
        or (" " not in name and is_plural(name))
    )
    return bool(_PERSON.fullmatch(name)) and (not known or bool(_TITLED.match(name)))
