"""A follow-up as the question that a person would ask who had said nothing before.

Each rule takes the last question, itself completed, and its answer, and gives one grammatical question or
nothing. The rules are of the language: one asking word takes the place of another ("why?"), a like part is
exchanged ("and in 2019?"), a pointing word gives way to what it means ("they"). Where a rule finds no part to
work on, nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chatbot.conversation.clause import (
    PREPOSITIONS,
    Clause,
    agreeing,
    bare,
    base_of,
    clause,
    is_be,
    is_do,
    is_plural,
    is_verb,
    many,
    participle,
    past_of,
    past_of_participle,
    phrase_end,
    subject_end,
    third_of,
)
from chatbot.conversation.exchanges import Exchange, names
from chatbot.conversation.pointing import NO_PHRASE, SOMEBODY, is_person, names_in, with_meant
from corpus.language import LATE_YEAR, MONTH_OR_SHORT

_READ = 600
"""Characters that are read of a question and of its answer."""

_WHEN = (
    rf"(?:(?:early|late|mid|spring|summer|autumn|winter|(?:{MONTH_OR_SHORT}))[ -])*"
    rf"(?:{LATE_YEAR}"
    rf"|(?:last|this|next) (?:year|month|week|spring|summer|autumn|winter)|today|yesterday|{MONTH_OR_SHORT}(?= ?\Z))"
)
_COUNTS = r"(?![,.]?\d|%)(?! \w{2,}[^\Wsui]s\b)"
"""Not after a number that counts: "the 2000 patients", but "the 2021 census"."""
_TIME = re.compile(
    rf"(?<!of the )\b(?:(?:in|since|by|before|after|until|during|for|from) )?{_WHEN}{_COUNTS}", re.IGNORECASE
)
_TIME_ONLY = re.compile(
    rf"(?P<prep>(?:in|since|by|before|after|until|during|for|from) )?{_WHEN}", re.IGNORECASE
)

_ADVERB = re.compile(
    r"(?:since when|when|where|why(?: not)?|how(?: come| exactly| long(?: for)?| often| soon)?"
    r"|(?:on|in|by|at|from|for) (?:which|what) \w+|what (?:time|day|year|month))",
    re.IGNORECASE,
)
_COUNT = re.compile(r"how (?:many|much)(?: of (?:them|those|these))?", re.IGNORECASE)
_WHICH = re.compile(
    r"(?:which|what)(?: (?:ones?|of (?:them|those|these)))?|which (?:is|are) (?:they|those|these)",
    re.IGNORECASE,
)
_WHO = re.compile(r"(?:by )?whom?(?: exactly| was (?:it|that)| did)?", re.IGNORECASE)
_MORE = re.compile(
    r"(?:(?:can|could) you )?(?:(?:tell|show|give) me |say )?(?:(?:some|any|a bit|a little) )?"
    r"(?:more|(?:what|anything|something) (?:else|more)|go on|continue|carry on)(?: details?)?",
    re.IGNORECASE,
)
_MORE_ABOUT = re.compile(
    r"(?:(?:can|could) you )?(?:(?:tell|show|give) me )?(?:some |any )?more"
    r" (?:about|on|of) (?P<about>.+?)(?: please)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\W*(?:(?:and|so|but|no|sorry|ok|okay|then|also)\b\W*)*(?:(?:what|how) about|what of|i mean\w*|and|or|but)"
    r"\W+(?P<part>.+?)(?:,? (?:then|too|instead|as well))?\W*",
    re.IGNORECASE,
)
_ONE = re.compile(r"(?:the )?(?P<kind>[\w'’& -]+?) ones?", re.IGNORECASE)
_SOME = re.compile(r"(?:any|some|several|many) ", re.IGNORECASE)

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
    made = _of_one_word(asked, before) or _with_part_exchanged(question, asked, before)
    text = "" if made else with_meant(asked, before, answer, person)
    return Rewritten(_sentence(text)) if text else made


def asks_again(question: str, before: str) -> bool:
    """Whether the question puts another part into the one before ("and in 2020?")."""
    made = _with_part_exchanged(question, bare(question), bare(before[:_READ]))
    return made is not None and made.anew


def tells_more(question: str) -> bool:
    """Whether the question only asks for what comes next ("go on")."""
    return bool(_MORE.fullmatch(re.sub(r"\W+please\Z", "", bare(question), flags=re.IGNORECASE)))


# One word


def _of_one_word(asked: str, before: str) -> Rewritten | None:
    """The last question asked with another asking word: "why?", "how many?", "which ones?", "go on"."""
    last = clause(before)
    text = ""
    if tells_more(asked):
        topic = _topic(before, last)
        text = f"Tell me more about {topic}" if topic else ""
        return Rewritten(text) if text else None
    if last is None:
        return None
    if _ADVERB.fullmatch(asked):
        text = _adverbial(asked, last)
    elif _WHO.fullmatch(asked):
        text = _who(last)
    elif _COUNT.fullmatch(asked):
        text = _counting(" ".join(asked.split()[:2]), last)
    elif _WHICH.fullmatch(asked):
        text = _which(last)
    return Rewritten(_sentence(text)) if text else None


def _adverbial(asks: str, last: Clause) -> str:
    """The clause with another adverb: "How many GPs plan to quit" -> "Why do GPs plan to quit"."""
    asks = re.sub(r" (?:for|exactly)\Z", "", asks)
    denied = asks.lower() == "why not"
    asks = "Why" if denied or asks.lower() == "how come" else asks
    subject, rest, auxiliary = last.subject, last.rest, last.auxiliary
    if not subject:
        return _passive(asks, last)
    if last.noun_is_subject and not auxiliary:
        auxiliary, base = _supported(last.verb, subject)
        if not base:
            return f"{asks} is it that {subject} {rest}" if not denied else ""
        rest = f"{base} {last.after_verb}"
    elif last.asks and last.asks.lower().split()[-1] in ("what", "who", "whom") and not last.noun:
        if not rest or (is_be(auxiliary) and not is_verb(last.verb)):
            return f"{asks} {auxiliary} {subject} {rest}" if asks.lower() == "where" and not rest else ""
        rest = _with_object(rest, "that" if last.asks.lower().endswith("what") else "them")
        if not rest:
            return ""
    elif last.noun and not last.noun_is_subject:
        rest = f"{rest} {last.noun}"
    if denied:
        auxiliary = "can't" if auxiliary == "can" else "won't" if auxiliary == "will" else auxiliary + "n't"
    auxiliary = "can't" if auxiliary == "cannot" else auxiliary
    return f"{asks} {auxiliary} {_SOME.sub('', subject)} {rest}"


def _supported(verb: str, subject: str) -> tuple[str, str]:
    """The "do" and the base that make a question of a verb: "plan" -> ("do", "plan"); "" where unsure."""
    if base := base_of(verb):
        return "did", base
    if many(subject) and not verb.endswith("s") and verb.isalpha():
        return "do", verb
    if verb == "has":
        return "does", "have"
    return "", ""


def _with_object(rest: str, word: str) -> str:
    """The verb with a pronoun for what was asked: "say about it" -> "say that about it"; "" where unsure."""
    words = rest.split()
    if not is_verb(words[0]) or words[0] in ("been", "be"):
        return ""
    place = next((i for i, one in enumerate(words) if one.lower() in PREPOSITIONS), len(words))
    if place == 1 or place == len(words) == 1:
        tail = words[1:]
        if len(tail) == 1:  # "warn of", "call for"
            return f"{rest} {word}"
        return " ".join([words[0], word, *tail])
    return ""


def _passive(asks: str, last: Clause) -> str:
    """The passive of "Who did it": "Who set up the home" -> "When was the home set up"; "" where unsure."""
    if last.auxiliary or not (made := participle(last.verb.lower())) or not last.after_verb:
        return ""
    words = last.after_verb.split()
    particle = [words.pop(0)] if words[0].lower() in ("up", "out", "down", "off", "over", "back") else []
    whole = subject_end([*words, "is"], "do")
    if not words or whole != len(words):
        return ""
    be = "were" if many(" ".join(words)) else "was"
    return " ".join([asks, be, *words, made, *particle])


def _who(last: Clause) -> str:
    """ "Did somebody call it so" -> "Who called it so"; "When was it made" -> "Who made it"; "" if unsure."""
    if SOMEBODY.match(last.subject):
        return _active("Who", last, one=True)
    how = last.asks.lower() in ("", "when", "where", "why", "how")
    if how and is_be(last.auxiliary) and last.rest and (past := past_of_participle(last.verb.lower())):
        return f"Who {past} {last.subject} {last.after_verb}"
    return ""


def _active(asks: str, last: Clause, one: bool) -> str:
    """The clause with the asking words as its subject: "Did any body object" -> "Which bodies objected"."""
    if not last.rest:
        return ""
    if not is_do(last.auxiliary):
        return f"{asks} {agreeing(last.auxiliary, 'one' if one else 'these')} {last.rest}"
    base = last.verb.lower()
    if last.auxiliary.lower().startswith("did"):
        return f"{asks} {past_of(base)} {last.after_verb}"
    return f"{asks} {third_of(base) if one else base} {last.after_verb}"


def _counting(asks: str, last: Clause) -> str:
    """The clause as a count: "Did it ask doctors" -> "How many doctors did it ask"; "" where unsure."""
    if last.asks and last.noun:
        return last_with(last, asks)
    if last.subject == "there" and last.rest:
        words = _SOME.sub("", last.rest).split()
        end = phrase_end(words, 0)
        return " ".join([asks, *words[:end], last.auxiliary, "there", *words[end:]]) if end else ""
    words = last.after_verb.split()
    end = phrase_end(words, 0)
    counted = _SOME.sub("", " ".join(words[:end]))
    fits = bool(counted) and (is_plural(counted.split()[-1]) or asks.lower().endswith("much"))
    if (
        last.subject
        and not last.asks
        and fits
        and not re.match(r"(?:a|an|the|his|her|its|their)\b", counted, re.I)
    ):
        return " ".join([asks, counted, last.auxiliary, last.subject, last.verb, *words[end:]])
    if last.subject and many(last.subject) and not last.noun:
        return _active(f"{asks} {_of_them(last.subject)}", last, one=False)
    if not last.subject and not last.auxiliary and last.asks.lower() == "who":
        return f"{asks} {last.rest}"
    return ""


def _of_them(subject: str) -> str:
    """A subject after "how many": "the GPs" -> "of the GPs"."""
    plain = _SOME.sub("", subject)
    return (
        f"of {plain}" if re.match(r"(?:the|these|those|his|her|its|their)\b", plain, re.IGNORECASE) else plain
    )


def _which(last: Clause) -> str:
    """The clause as a choice: "Did any bodies object" -> "Which bodies objected"; "" where unsure."""
    if last.noun:
        return last_with(last, "Which")
    if last.subject == "there":
        return _counting("Which", last)
    words = last.after_verb.split()
    if words and _SOME.match(f"{words[0]} ") and not last.asks:
        end = phrase_end(words, 0)
        return " ".join(["Which", *words[1:end], last.auxiliary, last.subject, last.verb, *words[end:]])
    if last.subject and many(last.subject) and not last.asks:
        return _active(f"Which {_of_them(last.subject)}", last, one=False)
    return ""


def last_with(last: Clause, asks: str) -> str:
    """The clause, which asks for a noun, with other asking words before the noun."""
    if last.noun_is_subject:
        return f"{asks} {last.noun} {last.auxiliary} {last.rest}"
    return f"{asks} {last.noun} {last.auxiliary} {last.subject} {last.rest}"


def _topic(before: str, last: Clause | None) -> str:
    """What the last question is about: the subject of its clause, or the one name in it."""
    if last and last.subject and last.subject != "there" and not SOMEBODY.match(last.subject):
        subject = _SOME.sub("", last.subject)
        if subject.lower() not in ("it", "they", "he", "she", "this", "that", "you", "i", "we"):
            return subject
    found = names_in(before)
    return found[0] if len(found) == 1 else ""


# A part exchanged


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
