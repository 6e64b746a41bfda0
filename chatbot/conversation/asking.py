"""The last question asked with another asking word: "why?", "who?", "how many?", "which ones?", "go on"."""

from __future__ import annotations

import re

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
from chatbot.conversation.pointing import SOMEBODY, names_in

_ADVERB = re.compile(
    r"(?:since when|when|where|why(?: not)?|how(?: come| exactly| long(?: for)?| often| soon)?"
    r"|(?:on|in|by|at|from|for) (?:which|what) \w+|what (?:time|day|year|month))",
    re.IGNORECASE,
)
_VERB_LEFT_OUT = re.compile(
    r"(?P<asks>.*?)\b ?(?:do|does|did|is|are|was|were|has|have|had|will|would|can|could|should)(?:n['’]t)?"
    r" (?:he|she|it|they|that|this|these|those|we|you)(?: so| that| it)?",
    re.IGNORECASE,
)
"""A question that leaves its verb to the one before: "why do they?", "did she?"."""
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
_SOME = re.compile(r"(?:any|some|several|many) ", re.IGNORECASE)


def tells_more(question: str) -> bool:
    """Whether the question only asks for what comes next ("go on")."""
    return bool(_MORE.fullmatch(re.sub(r"\W+please\Z", "", bare(question), flags=re.IGNORECASE)))


def leaves_verb_out(asked: str) -> str | None:
    """The asking word of a question without a verb of its own ("why do they?"), "" for "do they?".

    None for any other question.
    """
    left = _VERB_LEFT_OUT.fullmatch(asked)
    asks = left["asks"].strip() if left else ""
    return asks if left and (not asks or _ADVERB.fullmatch(asks)) else None


def of_one_word(asked: str, before: str) -> str:
    """The last question asked with another asking word: "why?", "how many?", "which ones?", "go on".

    "" where it has more words, or where the last question cannot be turned.
    """
    last = clause(before)
    text = ""
    if tells_more(asked):
        topic = _topic(before, last)
        return f"Tell me more about {topic}" if topic else ""
    if last is None:
        return ""
    if _ADVERB.fullmatch(asked):
        text = _adverbial(asked, last)
    elif _WHO.fullmatch(asked):
        text = _who(last)
    elif _COUNT.fullmatch(asked):
        text = _counting(" ".join(asked.split()[:2]), last)
    elif _WHICH.fullmatch(asked):
        text = _which(last)
    return text


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
        return _asking_with(last, asks)
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
        return _asking_with(last, "Which")
    if last.subject == "there":
        return _counting("Which", last)
    words = last.after_verb.split()
    if words and _SOME.match(f"{words[0]} ") and not last.asks:
        end = phrase_end(words, 0)
        return " ".join(["Which", *words[1:end], last.auxiliary, last.subject, last.verb, *words[end:]])
    if last.subject and many(last.subject) and not last.asks:
        return _active(f"Which {_of_them(last.subject)}", last, one=False)
    return ""


def _asking_with(last: Clause, asks: str) -> str:
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
