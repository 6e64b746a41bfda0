"""A follow-up as the question that a person would ask who had said nothing before.

Each rule takes the last question, itself completed, and its answer, and gives one grammatical question or
nothing. The rules are of the language: one asking word takes the place of another ("why?"), a like part is
exchanged ("and in 2019?"), a pointing word gives way to what it means ("they"). Where a rule finds no part to
work on, nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chatbot.conversation.asking import leaves_verb_out, of_one_word
from chatbot.conversation.clause import (
    PREPOSITIONS,
    Clause,
    agreeing,
    bare,
    clause,
    is_do,
    is_plural,
    is_verb,
    many,
    phrase_end,
)
from chatbot.conversation.exchanges import Exchange, names
from chatbot.conversation.pointing import NO_PHRASE, is_person, names_in, with_meant
from corpus.language import LATE_YEAR, MONTH_OR_SHORT

_READ = 600
"""Characters that are read of a question and of its answer."""

_WHEN = (
    rf"(?:(?:early|late|mid|spring|summer|autumn|winter|(?:{MONTH_OR_SHORT}))[ -])*"
    rf"(?:{LATE_YEAR}"
    rf"|(?:last|this|next) (?:year|month|week|spring|summer|autumn|winter)|today|yesterday"
    rf"|{MONTH_OR_SHORT}(?= ?\Z))"
)
_COUNTS = r"(?![,.]?\d|%)(?! \w{2,}[^\Wsui]s\b)"
"""Not after a number that counts: "the 2000 patients", but "the 2021 census"."""
_TIME = re.compile(
    rf"(?<!of the )\b(?:(?:in|since|by|before|after|until|during|for|from) )?{_WHEN}{_COUNTS}", re.IGNORECASE
)
_TIME_ONLY = re.compile(
    rf"(?P<prep>(?:in|since|by|before|after|until|during|for|from) )?{_WHEN}", re.IGNORECASE
)

_MORE_ABOUT = re.compile(
    r"(?:(?:can|could) you )?(?:(?:tell|show|give) me )?(?:some |any )?more"
    r" (?:about|on|of) (?P<about>.+?)(?: please)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\W*(?:(?:and|so|but|no|sorry|ok|okay|then|also)\b\W*)*(?:(?:what|how) about|what of|i mean\w*|and|or"
    r"|but)\W+(?P<part>.+?)(?:,? (?:then|too|instead|as well))?\W*",
    re.IGNORECASE,
)
_ONE = re.compile(r"(?:the )?(?P<kind>[\w'’& -]+?) ones?", re.IGNORECASE)

_ALIKE = (
    "small smaller smallest little large larger largest big bigger biggest".split(),
    "old older oldest young younger youngest new newer newest".split(),
    "good better best bad worse worst".split(),
    "high higher highest low lower lowest".split(),
    "male female".split(),
    "men women boys girls children adults".split(),
    "rich richer poor poorer".split(),
    "public private".split(),
    "urban rural".split(),
    "local national regional global".split(),
    "first second third last".split(),
)
"""Words that change places in "and the large ones?"."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question that stands alone.

    `sure` is false where the rule had to choose what is meant, so that its words should not count in full.
    `anew` is true for the last question asked for another time or name.
    """

    text: str
    sure: bool = True
    anew: bool = False


def rewritten(question: str, last: Exchange, person: str = "") -> Rewritten | None:
    """A follow-up to the last exchange, whose question stands alone, as a question of its own.

    `person` is who was spoken of before, for "he" where the last question names nobody. None where no rule
    makes a question; it is then to be completed in another way.
    """
    before, asked = bare(last.question[:_READ]), bare(question)
    if not before or not asked or len(question) > _READ:
        return None
    answer = last.answer[:_READ]
    if more := _MORE_ABOUT.fullmatch(asked):
        asked = f"Tell me more about {more['about']}"
    asks = leaves_verb_out(asked)
    if text := of_one_word(asks or asked, before):
        return Rewritten(_sentence(text))
    if made := _with_part_exchanged(question, asked, before):
        return made
    # With a name for "they", "do they?" would still lack its verb.
    text = "" if asks is not None else with_meant(asked, before, answer, person)
    return Rewritten(_sentence(text)) if text else None


def asks_again(question: str, before: str) -> bool:
    """Whether the question puts another part into the one before ("and in 2020?")."""
    made = _with_part_exchanged(question, bare(question), bare(before[:_READ]))
    return made is not None and made.anew


def _with_part_exchanged(question: str, asked: str, before: str) -> Rewritten | None:
    """The last question with a like part in place of its own: "and in 2019?", "what about the union?"."""
    match = _ABOUT.fullmatch(question)
    part = match["part"].strip(" ?!.,") if match else asked
    words = part.split()
    if not words or len(words) > 10 or clause(part) or words[0].lower() in NO_PHRASE:
        return None
    if any(word.lower() in ("what", "which", "who", "whom", "that", "this") for word in words):
        return None
    if not match and (len(words) > 4 or any(is_verb(word) for word in words)):
        return None
    if time := _TIME_ONLY.fullmatch(part):
        return Rewritten(_sentence(_in_time(before, part, bool(time["prep"]))), anew=True)
    if one := _ONE.fullmatch(part):
        return _of_kind(one["kind"], before)
    if words[0].lower() in PREPOSITIONS:
        return Rewritten(_sentence(_in_place(before, words)))
    return _named(part, before) or _counted(part, before, bool(match))


def _in_time(before: str, time: str, has_preposition: bool) -> str:
    """The question with another time; at its end where it had none."""
    old = _TIME.search(before)
    if not old:
        named = re.match(r"(?:last|this|next|today|yesterday)\b", time, re.IGNORECASE)
        return f"{before} {time if has_preposition or named else 'in ' + time}"
    own = re.match(r"(?:in|since|by|before|after|until|during|for|from) ", old.group(), re.IGNORECASE)
    keeps = own and not has_preposition and re.match(r"\W*(?:\w+ )?\d", time)
    return before[: old.start()] + (own.group() if keeps and own else "") + time + before[old.end() :]


def _of_kind(kind: str, before: str) -> Rewritten | None:
    """The question for others of a kind: "small networks" -> "large networks", another body's survey."""
    words = before.split()
    lower = kind.lower()
    for row in _ALIKE:
        if lower in row:
            for place, word in enumerate(words):
                if word.lower() in row:
                    return Rewritten(_sentence(" ".join([*words[:place], lower, *words[place + 1 :]])))
    found = names_in(before)
    if names(f"x {kind}") and len(found) == 1:
        return Rewritten(_sentence(before.replace(found[0], kind, 1)), anew=True)
    last = clause(before)
    noun = (last.noun or last.subject) if last else ""
    if noun and many(noun) and kind.islower():
        first = re.match(r"(?:the|these|those|any|some) ", noun)
        after = noun[first.end() :] if first else noun
        return Rewritten(
            _sentence(before.replace(noun, f"{first.group() if first else ''}{kind} {after}", 1)), False
        )
    return None


def _in_place(before: str, part: list[str]) -> str:
    """The question with another phrase for that with the same preposition; at its end where it has none."""
    words = before.split()
    for place, word in enumerate(words[1:], 1):
        if word.lower() == part[0].lower():
            end = phrase_end(words, place + 1)
            if end > place + 1:
                return " ".join([*words[:place], *part, *words[end:]])
    return " ".join([*words, *part])


def _named(part: str, before: str) -> Rewritten | None:
    """The question with a name for its own, or for its subject."""
    if not names(f"x {part}") or not part.split()[-1][:1].isupper():
        return None
    found = names_in(before)
    last = clause(before)
    alike = [name for name in found if is_person(name) == is_person(part)] or found
    if len(alike) == 1 or (alike and last and last.subject.startswith(("the " + alike[0], alike[0]))):
        old = alike[0]
        article = re.search(rf"\b[Tt]he {re.escape(old)}", before)
        whole = article.group() if article and not _inside(before, old) else old
        inside = re.sub(r"(?i)\Athe ", "", part) if whole == old and article else part
        changed = before.replace(whole, inside, 1)
        return Rewritten(_sentence(_agreed(changed, last, whole, inside)), len(alike) == 1, len(alike) == 1)
    if not found and last and last.subject and last.subject != "there" and not last.noun_is_subject:
        changed = before.replace(last.subject, part, 1)
        return Rewritten(_sentence(_agreed(changed, last, last.subject, part)), False)
    return None


def _inside(before: str, name: str) -> bool:
    """Whether the name only tells more of a noun after it ("the BMA survey")."""
    after = before.partition(name)[2].split()
    return bool(after) and after[0].islower() and not is_verb(after[0]) and after[0] not in PREPOSITIONS


def _agreed(changed: str, last: Clause | None, old: str, new: str) -> str:
    """The question with its auxiliary in the number of its new subject."""
    if not last or last.subject != old or not last.auxiliary:
        return changed
    return re.sub(
        rf"\b{re.escape(last.auxiliary)} {re.escape(new)}",
        f"{agreeing(last.auxiliary, new)} {new}",
        changed,
        count=1,
    )


def _counted(part: str, before: str, opened: bool) -> Rewritten | None:
    """The question with another thing for the one counted, or for its object; else about the thing."""
    last = clause(before)
    if not last or not (opened or last.noun):
        return None
    words = last.after_verb.split()
    end = phrase_end(words, 0)
    if part.startswith("the ") and last.subject and not last.noun and not end and last.subject != "there":
        return Rewritten(
            _sentence(_agreed(before.replace(last.subject, part, 1), last, last.subject, part)), False
        )
    if last.noun_is_subject and not (end and not last.auxiliary):
        head = last.noun.split()
        wanted = last.noun if is_plural(head[-1]) and many(part) else ""
        return Rewritten(_sentence(before.replace(wanted, part, 1)), False) if wanted else None
    if end and last.verb:
        old = " ".join(words[:end])
        return Rewritten(_sentence(before.replace(f"{last.verb} {old}", f"{last.verb} {part}", 1)), False)
    if last.asks.lower() == "what" and not last.after_verb and is_do(last.auxiliary):
        return Rewritten(_sentence(f"{before} about {part}"))
    return None


def _sentence(text: str) -> str:
    """The text as a question: its first letter large, one blank between words, a mark at its end."""
    text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.startswith(("Tell ", "tell ")) else "?")
