"""A question that asks for two or three things, as questions that each stand by themselves.

Rules on the words as they are typed. Most "and"s join what is one thing ("terms and conditions", "between A
and B"), so a question is split only where what follows is seen to be a question too, or where it is seen what
of the first question it takes the place of. What the second one leaves out is taken from the first ("and the
Confederation?", "and when will it vote?"); where that cannot be said in good English, the part leans on the
question before it, as a follow-up does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from corpus.language import CAPITALISED

MOST = 3
"""Parts of a question; one that seems to have more is left whole."""

_LONGEST = 300
"""Characters of a question that is looked at; what is longer tells a story, and asks at its end."""

_AUX = (
    r"(?:(?:is|are|was|were|do|does|did|has|have|had|could|should|would|must|may)(?:n['’]t)?"
    r"|can(?:not|['’]t)?|will|won['’]t)"
)
_BE = r"(?:is|are|was|were)"
_ADVERB = r"(?:when|where|why|how)"
_WH = r"(?:what|when|where|which|who|whom|whose|why|how)"
_NO_NOUN = (
    r"(?:the|an?|it|its|they|their|he|his|she|her|we|our|you|your|i|my|this|that|these|those|there"
    r"|to|of|if|in|on|at|for|with|from|by)"
)
_NOUN = rf"(?!(?:{_NO_NOUN}|{_AUX})\b)[\w'’%-]+"
_ASKED = (
    rf"(?:what|which|whose|how many|how much|how [a-z]+)(?: {_NOUN})?(?: (?:of (?:the )?)?{_NOUN}){{0,3}}?"
)
"""What is asked for, with its noun: "how many fully qualified GPs", "what share of directors", "how long"."""
_DETERMINER = r"(?:the|an?)"
_PREPOSITION = r"(?:on|in|for|to|with|from|about|at|by|under|over|against|during)"


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_BORDER = _whole(rf"[,;]? and (?:also )?(?=(?:(?:in|by|to|for|on|from|at) )?{_WH}\b|{_AUX}\b)")
_QUESTION = _whole(rf"(?:(?:and|but|so|also|then|in|on|by|to|for|from|at) )?(?:{_WH}|{_AUX})\b")
_INVERTED = _whole(
    rf"(?:(?:in|on|by|to|for|from|at) )?(?:(?:{_WH}|what else) {_AUX}|{_ASKED} {_AUX}) (?!to\b)\S"
)
_OF_SUBJECT = _whole(
    rf"(?:who (?!(?:{_NO_NOUN}|{_AUX})\b)\w+ \w"
    r"|what (?:happen\w*|went|caused?s?|made|led|follow\w*|c[oa]mes?)\b"
    rf"|how many {_NOUN} {_NOUN}|(?:what|which) (?:share|part|proportion|percentage) {_NOUN})"
)
_YES_OR_NO = _whole(rf"{_AUX} (?:it|they|he|she|there|this|that|these|those|you|i|we|any\w*|everyone)\b.")
_RELATIVE = _whole(r"\b(?:who|which|that|what|whether|how|where|when|why)\b")
_NO_PREDICATE = _whole(
    rf"(?:how many|how much|what|which)(?: (?!(?:to|{_AUX})\b)[\w'’%-]+){{0,3}}?"
    r" (?:\w+s|people|staff|men|women|children|money)"
)
_NO_VERB = _whole(rf"{_ASKED} (?:do|does|did) (?:the )?[\w'’-]+")
"""Half of "how much does the BBC and how much does ITV spend"."""
_POINTS = _whole(
    r"\b(?:it|they|them|he|she|him|each|this|that|these|those|else|next|others?|so|one|ones|such)\b(?=\W|$)"
)
_POSSESSIVE = _whole(r"\b(?:its|their|his|her|theirs)\b")
_SUBJECT_POINTS = _whole(
    r"\b(?P<word>it|they|them|he|she|him|each)\b(?! (?:other|of|takes?|matters?|true|possible)\b)"
)

_PARENTHESIS = re.compile(r"\s*\([^()]*\)\W*$")
_TOPIC = _whole(rf"(?P<topic>[^:?]{{3,60}}?)(?::| [-–—]) (?P<rest>{_WH} .+ and .+)")
_TWO_ADVERBS = _whole(rf"(?P<one>{_ADVERB}),? and (?P<other>{_ADVERB}) (?P<rest>{_AUX} .+)")
_BARE_ADVERB = _whole(rf"(?P<asked>(?:{_ADVERB} )?)(?P<rest>{_AUX} .+?),? and (?P<other>{_ADVERB})")
_PERSONS = _whole(rf"who(?:['’]s| {_BE}|['’]re) (?P<names>[\w'’. ,-]+? and [\w'’. -]+)")
_NO_NAME = _whole(rf"\b(?:of|both|all|two|{_WH}|{_AUX})\b")
_THING = r"(?:an?|the) [\w'’-]+(?: [\w'’-]+)?|[A-Z]{2,}s?"
_THINGS = re.compile(
    rf"(?P<asked>[Ww]hat(?: is| are| was| were|['’]s)) (?P<one>{_THING}) and (?P<other>{_THING})"
)
_TWO_SUBJECTS = _whole(
    rf"(?P<asked>(?:what|which|how|why|when|where|how many|how much)(?: {_NOUN}){{0,3}}?)"
    r" (?P<aux>do|did|have|had|will|would|could|should|must)"
    r" (?P<one>the [\w'’-]+) and (?P<other>the [\w'’-]+) (?P<rest>.+)"
)
_SINGULAR = {"do": "does", "have": "has"}
_NAMED = rf"(?:(?:the|an?) )?(?:{CAPITALISED}(?: {CAPITALISED}){{0,3}})|(?:the|an?) [\w'’-]+"
_OTHER_SUBJECT = re.compile(
    rf"(?P<before>.+? {_AUX}) (?P<one>{_NAMED}) (?P<rest>[^,]+)"
    rf"(?:, and|,? and (?:what|how) about) (?P<other>{_NAMED})"
)
_OTHER_PLACE = _whole(
    rf"(?P<before>(?:{_WH}|{_AUX}) .+) (?P<place>{_PREPOSITION}) (?P<one>[^,]+?)"
    rf"(?:, and|,? and (?:how many|how much|what)) (?P=place) (?P<other>[^,]+)"
)
_DENIED = _whole(rf"(?P<asked>{_WH}) (?P<aux>{_AUX})(?: not|(?<=n['’]t))")

_ANTECEDENT = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i:what|who|where|how(?: \w+)?)(?:['’]s| {_BE})"
        rf" (?P<np>(?:{_DETERMINER} )?[\w'’-]+(?: [\w'’-]+){{0,3}})",
        rf"(?i:how many (?P<many>{_NOUN}(?: {_NOUN})?) {_AUX} there)",
        rf"(?i:{_WH}|{_ASKED}) (?i:{_AUX})"
        rf" (?P<np>(?:the )?{CAPITALISED}(?: {CAPITALISED})*|(?:the )?[a-z]\w+s) .+",
        rf"(?i:{_WH}|{_ASKED}) (?i:{_AUX}) (?P<np>the [\w'’-]+) [\w'’-]+",
        rf"(?i:who) (?!(?i:{_AUX})\b)\w+ (?P<np>the [\w'’-]+(?: [\w'’-]+){{0,2}})",
    )
)
"""What a question is about, where its grammar says so: `np`, or `many` of which there are some."""


@dataclass(frozen=True, slots=True)
class Part:
    """One question of several. `leans_on` is the one before it where it is not understood without, else
    ""."""

    question: str
    leans_on: str = ""


def parts_of(question: str) -> tuple[Part, ...]:
    """The questions in a question, two or three; nothing where it asks for one thing."""
    text = " ".join(_PARENTHESIS.sub("", question).split()).rstrip(" ?!.")
    if len(text) > _LONGEST:
        return ()
    for rule in (_sentences, _shared, _about_topic, _elliptic, _clauses):
        if parts := rule(text):
            break
    if not 2 <= len(parts) <= MOST:
        return ()
    return tuple(Part(_written(part.question, text), _written(part.leans_on, text)) for part in parts)


def _written(question: str, whole: str) -> str:
    """With a capital where the whole has one, and a question mark."""
    if not question:
        return ""
    first = question[0].upper() if whole[0].isupper() else question[0]
    return f"{first}{question[1:]}?"


def _sentences(text: str) -> list[Part]:
    """Questions one after the other: "Who are they? And what do they want?"."""
    pieces = [
        re.sub(r"^(?:and|but|so|also|then) ", "", piece, flags=re.IGNORECASE)
        for piece in re.split(r"\?+ ", text)
    ]
    if len(pieces) < 2 or not all(_QUESTION.match(piece) and " " in piece for piece in pieces):
        return []
    return _completed(pieces)


def _shared(text: str) -> list[Part]:
    """Two or three that have the rest of the question in common: "who are A and B", "when and where"."""
    if match := _TWO_ADVERBS.fullmatch(text):
        return [Part(f"{match[asked]} {match['rest']}") for asked in ("one", "other")]
    if (match := _BARE_ADVERB.fullmatch(text)) and not _RELATIVE.search(match["rest"]):
        first = f"{match['asked']}{match['rest']}"
        return [Part(first), Part(f"{match['other']} {match['rest'][0].lower()}{match['rest'][1:]}")]
    if match := _PERSONS.fullmatch(text):
        names = re.split(r", (?:and )?| and ", match["names"])
        if all(0 < len(name.split()) <= 4 and not _NO_NAME.search(name) for name in names):
            return [Part(f"who is {_as_name(name, text)}") for name in names]
    if match := _THINGS.fullmatch(text):
        return [Part(f"{match['asked']} {match[thing]}") for thing in ("one", "other")]
    if match := _TWO_SUBJECTS.fullmatch(text):
        aux = match["aux"].lower()
        return [
            Part(f"{match['asked']} {_agreeing(aux, match[who])} {match[who]} {match['rest']}")
            for who in ("one", "other")
        ]
    return []


def _agreeing(auxiliary: str, subject: str) -> str:
    """ "does" for "do" where what follows is one thing."""
    return auxiliary if subject.endswith("s") else _SINGULAR.get(auxiliary, auxiliary)


def _about_topic(text: str) -> list[Part]:
    """A topic, and what is asked of it: "the primary care home: what was it and who spread it"."""
    match = _TOPIC.fullmatch(text)
    if not match:
        return []
    topic = match["topic"].strip()
    topic = topic[0].lower() + topic[1:] if re.match(r"(?:The|An?) ", topic) else topic
    return [
        Part(_SUBJECT_POINTS.sub(lambda _: topic, piece))
        if _SUBJECT_POINTS.search(piece)
        else Part(piece, topic)
        for piece in _cut(match["rest"])
    ]


def _clauses(text: str) -> list[Part]:
    """Two clauses that each ask: "when did networks start and how many people does each cover"."""
    return _completed(_cut(text))


def _elliptic(text: str) -> list[Part]:
    """What takes the place of a name or of a place in the first: "..., and the Confederation?"."""
    if (match := _OTHER_SUBJECT.fullmatch(text)) and _QUESTION.match(text):
        return [Part(f"{match['before']} {match[who]} {match['rest']}") for who in ("one", "other")]
    if match := _OTHER_PLACE.fullmatch(text):
        return [Part(f"{match['before']} {match['place']} {match[what]}") for what in ("one", "other")]
    return []


def _cut(text: str) -> list[str]:
    """The clauses of a question that each ask; one where it has no second."""
    if not _QUESTION.match(text):
        return [text]
    pieces, start = [], 0
    for match in _BORDER.finditer(text):
        left, right = text[start : match.start()], text[match.end() :]
        if _asks_too(left, right):
            pieces.append(left)
            start = match.end()
    return [*pieces, text[start:]]


def _asks_too(left: str, right: str) -> bool:
    """Whether what stands behind the "and" is a question of its own and not a clause of the one before it."""
    if re.search(r"\b(?:between|both|whether)\b(?!.*\band\b)", left, re.IGNORECASE):
        return False
    if " " not in left or _NO_VERB.fullmatch(left):
        return False
    embeds = _RELATIVE.search(left, left.index(" "))
    if _DENIED.fullmatch(right):
        return True
    if " ".join(left.lower().split()[:2]) == " ".join(right.lower().split()[:2]):
        return True
    if re.match(r"(?:who|which) ", right, re.IGNORECASE) and embeds:
        return False
    if _INVERTED.match(right):
        return True
    if _YES_OR_NO.match(right):
        return True
    return not embeds and bool(_OF_SUBJECT.match(right))


def _completed(pieces: list[str]) -> list[Part]:
    """The questions, each with what it takes from the one before it."""
    if len(pieces) < 2:
        return []
    parts = [Part(pieces[0])]
    if _NO_PREDICATE.fullmatch(pieces[0]):
        # "how many partners and how many qualified GPs have gone"
        predicate = re.search(rf"\b{_AUX}\b.*", pieces[1], re.IGNORECASE)
        if not predicate:
            return []
        parts = [Part(f"{pieces[0]} {predicate[0]}")]
    for before, piece in pairwise(pieces):
        parts.append(_following(before, piece))
    return parts


def _following(before: str, piece: str) -> Part:
    if denied := _DENIED.fullmatch(piece):
        # "what should be done and what should not"
        aux = denied["aux"]
        start = re.match(rf"{_WH} {re.escape(re.sub(r'n.t$', '', aux))}\b", before, re.IGNORECASE)
        return Part(f"{start[0]} not{before[start.end() :]}") if start else Part(piece, before)
    share = re.match(r"(?:what|which) (?:share|part|proportion|percentage)\b(?! of\b)", piece, re.IGNORECASE)
    if share and (whole := re.match(r"(?:what|which) \w+( of (?:the )?[\w'’-]+)", before, re.IGNORECASE)):
        return Part(f"{share[0]}{whole[1]}{piece[share.end() :]}")
    pointing = _SUBJECT_POINTS.search(piece)
    if pointing and (meant := _antecedent(before, pointing["word"].lower())):
        return Part(f"{piece[: pointing.start()]}{meant}{piece[pointing.end() :]}")
    own = re.match(r"(?:how many|who|which|what share)\b", piece, re.IGNORECASE)
    if _POINTS.search(piece) or (_POSSESSIVE.search(piece) and not own):
        return Part(piece, before)
    return Part(piece)


def _antecedent(question: str, word: str) -> str:
    """What "it", "they", "he" or "each" means after a question; "" where that is not plain."""
    for pattern in _ANTECEDENT:
        if match := pattern.fullmatch(question):
            found = match.groupdict()
            meant = found.get("np") or f"the {found['many']}"
            break
    else:
        return ""
    plural = bool(re.search(r"(?<!s)s$", meant)) and not meant[-2:].isupper()
    if word == "each":
        return f"each {re.sub(r'^the ', '', meant)[:-1]}" if plural else ""
    if word in ("they", "them"):
        return meant if plural else ""
    if word in ("he", "she", "him"):
        named = re.fullmatch(rf"(?:{CAPITALISED} ?)+", meant) and not meant.isupper()
        return meant if named or re.match("who", question, re.IGNORECASE) else ""
    return "" if plural else meant


def _as_name(name: str, whole: str) -> str:
    """With capitals where the whole question is in small letters and it names a person."""
    if whole.islower() and not re.match(rf"(?:{_DETERMINER}) ", name):
        return name.title()
    return name
