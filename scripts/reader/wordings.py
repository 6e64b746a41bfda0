"""A question as people type it: as keywords, misspelt, indirect, as yes or no."""

from __future__ import annotations

import random
import re

FUNCTION = frozenset(
    "a an the of to in on at by for from with and or is are was were be been being do does did has have had "
    "can could will would should may might must that this these those it its his her their there who whom "
    "whose what which when where why how as than then so if into about over under between during".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_ASKS = re.compile(
    r"^(?P<ask>(?:when|where|why|how|what|who|whom|(?:at |in |on |from |by |for |to )?(?:what|which) \w+"
    r"(?: \w+)?|how (?:many|much|long|often|far|old) ?\w*))\s+"
    r"(?P<aux>did|does|do|is|are|was|were|has|have|had|can|could|will|would|should)\s+(?P<rest>.+?)\s*\??$",
    re.IGNORECASE,
)
_INDIRECT = (
    "can you tell me {}",
    "i would like to know {}",
    "do you know {}",
    "please tell me {}",
    "tell me {}",
    "i want to know {}",
    "does anyone know {}",
    "any idea {}",
    "so, {}",
    "could you say {}",
    "what do the articles say: {}",
    "hi, {}",
)
_ABOUT = (
    "tell me about {}",
    "what do the articles say about {}",
    "anything on {}",
    "what about {}",
    "what is said about {}",
    "{} details",
    "info on {}",
    "explain {}",
)
_KEYS = {
    "a": "sq",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "wr",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "j": "hk",
    "k": "jl",
    "l": "k",
    "m": "n",
    "n": "bm",
    "o": "ip",
    "p": "o",
    "q": "wa",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "x",
}


def reworded(question: str, answer: str, random_: random.Random) -> str:
    """The question in another wording, or as it is. `answer` is what answers it, "" where that is unknown."""
    draw = random_.random()
    if draw < 0.52:
        made = question
    elif draw < 0.64:
        made = keywords(question, random_)
    elif draw < 0.78:
        made = misspelt(question, random_)
    elif draw < 0.85:
        made = random_.choice(_INDIRECT).format(question[:1].lower() + question[1:])
    elif draw < 0.89:
        made = random_.choice(_ABOUT).format(keywords(question, random_))
    elif draw < 0.97:
        made = yes_or_no(question, answer, random_)
    else:
        made = misspelt(keywords(question, random_), random_)
    if random_.random() < 0.3:
        made = made.rstrip("? ")
    return made or question


def keywords(question: str, random_: random.Random) -> str:
    kept = [word for word in _WORD.findall(question) if word.lower() not in FUNCTION]
    if len(kept) > 3 and random_.random() < 0.3:
        kept.pop(random_.randrange(len(kept)))
    if random_.random() < 0.2:
        random_.shuffle(kept)
    ask = _WORD.match(question)
    if ask and random_.random() < 0.3:
        kept.insert(0, ask.group())
    return " ".join(kept) if kept else question


def misspelt(question: str, random_: random.Random) -> str:
    """One to three words of four letters and more with a slip of the fingers."""
    places = [
        match for match in _WORD.finditer(question) if len(match.group()) > 3 and match.group().isalpha()
    ]
    chosen = random_.sample(places, min(len(places), random_.choice((1, 1, 2, 2, 3))))
    for match in sorted(chosen, key=lambda match: -match.start()):
        question = question[: match.start()] + _slip(match.group(), random_) + question[match.end() :]
    return question


def _slip(word: str, random_: random.Random) -> str:
    at = random_.randrange(1, len(word) - 1)
    kind = random_.randrange(5)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    near = _KEYS.get(word[at].lower(), word[at])
    if kind == 3:
        return word[:at] + random_.choice(near) + word[at + 1 :]
    vowels = "aeiou"
    spots = [i for i, letter in enumerate(word) if letter in vowels]
    if not spots:
        return word[:at] + word[at + 1 :]
    spot = random_.choice(spots)
    return word[:spot] + random_.choice(vowels) + word[spot + 1 :]


def yes_or_no(question: str, answer: str, random_: random.Random) -> str:
    """ "When did X sign?" as "Did X sign in 1920?", or without the answer; as it is where neither can be."""
    match = _ASKS.match(question)
    if not match:
        if answer and re.match(r"(?i)(?:who|what|which \w+) \w+", question) and len(answer.split()) < 6:
            rest = re.sub(r"(?i)^(?:who|what|which \w+)\s+", "", question).rstrip("? ")
            form = random_.choice(("is it true that {} {}?", "was it {} that {}?", "{} {}, is that right?"))
            return form.format(answer.strip(" .,"), rest)
        return question
    aux, rest, ask = match["aux"], match["rest"], match["ask"].lower()
    short = answer.strip(" .,") if answer and len(answer.split()) < 6 and random_.random() < 0.5 else ""
    if ask.startswith(("how many", "what ", "which ", "how much")) and not short:
        rest = f"{rest} {' '.join(ask.split()[1:])}".replace("many ", "").replace("much ", "").strip()
    if short:
        before = {"when": "in ", "where": "in ", "why": "because of "}.get(ask.split()[0], "")
        rest = f"{rest} {'' if re.match(r'(?i)(in|on|at|by|because|to) ', short) else before}{short}"
    return f"{aux.capitalize()} {rest}?"
