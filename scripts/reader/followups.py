"""A question as one that follows another: names become pronouns, words are left out."""

from __future__ import annotations

import random
import re

from corpus.language import PERSONAL, POINTING
from scripts.reader.near_misses import names
from scripts.reader.wordings import FUNCTION

_WORD = re.compile(r"[^\W_]+")
_ASKS = re.compile(
    r"(?i)^(?:(?:in|at|on|to|from|by|for) )?(?:when|where|why|who|whose|"
    r"how(?: (?:many|much|long|old|often|far))?|"
    r"(?:what|which)(?: (?:year|kind|type|sort|time|day|month|place|country|city))?)\b"
)
_PRONOUNS = (*PERSONAL, "this", "that")
_OPENINGS = ("And ", "So ", "But ", "Then ", "OK, and ", "Also, ", "")


def follow_up(question: str, before: str, answer: str, random_: random.Random) -> str:
    """The question as it would follow `before` and its `answer`; "" where they share nothing."""
    earlier = f"{before} {answer}".lower()
    shared = [(a, b) for a, b in names(question) if question[a:b].lower() in earlier]
    own = {word.lower() for word in _WORD.findall(question)} - FUNCTION
    common = own & {word.lower() for word in _WORD.findall(earlier)}
    asks = _ASKS.match(question)
    new = [word for word in _WORD.findall(question) if word.lower() in own - common]
    if asks and own and len(common) >= 0.4 * len(own) and random_.random() < 0.5:
        made = asks.group()
        rest = [word for word in new if word not in made]
        if rest and random_.random() < 0.35:  # "and the large ones?"
            form = random_.choice(("and {}?", "what about {}?", "and the {}?", "how about {}?", "and {}"))
            return form.format(" ".join(rest))
        if rest and random_.random() < 0.8:
            made += " " + " ".join(rest)
    elif shared:
        made = question
        for start, end in sorted(shared, reverse=True):
            if random_.random() < 0.85:
                possessive = made[end : end + 2] in ("'s", "’s")
                word = random_.choice(("its", "their", "his", "her") if possessive else _PRONOUNS)
                made = made[:start] + word + made[end + 2 * possessive :]
        made = re.sub(rf"(?i)\bthe ({POINTING})\b", r"\1", made)
        if made == question:
            return ""
    elif common and random_.random() < 0.5:
        # "the old king" -> "he", "it": a run of words that were said before.
        words = "|".join(map(re.escape, common))
        run = re.search(rf"(?i)\b(?:the|a|an|his|her|their|its) (?:\w+ )?(?:{words})\b", question)
        if not run:
            return ""
        made = question[: run.start()] + random_.choice(_PRONOUNS) + question[run.end() :]
    else:
        return ""
    opening = random_.choice(_OPENINGS) if random_.random() < 0.3 else ""
    made = opening + (made[:1].lower() + made[1:] if opening else made[:1].upper() + made[1:])
    return made if made.rstrip().endswith("?") or random_.random() < 0.2 else made.rstrip() + "?"
