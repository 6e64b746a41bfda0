"""Which language a text is in: by its commonest words where it is English, else by a library."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

SHORTEST = 60
"""Characters of a text in fewer of which no language is recognised."""
_ENOUGH = 4000
"""Characters that are looked at."""
_SURE = 12.0
"""How much likelier a language has to be than every other, as a difference of logarithms."""
_DOUBT = 300
"""Characters from which on a text is believed more than what its page declares of it."""

_UNPRINTED = frozenset("eo ia ie io la vo".split())
"""Languages in which nobody prints news; tables of figures are taken for them."""

_ENGLISH = frozenset("the of and to in that was for on with said is by have at from were".split())
_WORD = re.compile(r"[^\W\d_]+")


def language_of(stretches: Iterable[str], declared: str | None) -> str | None:
    """Two letters (ISO 639-1) of the language of a text, given in pieces; `declared` where that is not seen.

    What is declared is doubted only where the text is long and clearly in another language: whole sites of
    other languages declare that they are English.
    """
    text = _opening(stretches)
    if len(text) < SHORTEST or (declared and len(text) < _DOUBT):
        return declared
    if _is_english(text):
        return "en"
    return _recognised(text) or declared


def _opening(stretches: Iterable[str]) -> str:
    out: list[str] = []
    length = 0
    for stretch in stretches:
        out.append(stretch[: _ENOUGH - length])
        length += len(out[-1])
        if length >= _ENOUGH:
            break
    return " ".join(" ".join(out).split())


def _is_english(text: str) -> bool:
    words = [match.group().lower() for match in islice(_WORD.finditer(text), 400)]
    return words.count("the") >= 0.02 * len(words) and sum(w in _ENGLISH for w in words) >= 0.15 * len(words)


def _recognised(text: str) -> str | None:
    import py3langid  # its model takes half a second to load, and most collections never ask

    (best, likely), (_, other), *_ = py3langid.rank(text)
    return str(best) if len(best) == 2 and best not in _UNPRINTED and likely - other >= _SURE else None
