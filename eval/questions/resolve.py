"""Finding a quotation again in a text that was set anew, with other line breaks or other quotation marks.

White space, the form of quotation marks and dashes, and signs without width make no difference; all else
does, capitals and accents too.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

_FORMS = str.maketrans(
    dict.fromkeys("‘’‚‛′ʼ", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")
)
"""Of the same length, so that places hold."""

_NO_WIDTH = "\u00ad\u200b\u2060\ufeff"
"""Soft hyphen, zero-width space, word joiner, byte order mark."""

_PIECE = re.compile(rf"(?P<space>\s[\s{_NO_WIDTH}]*)|(?P<rest>[^\s{_NO_WIDTH}]+)")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared. `places[i]` is where character i of it stands in the text that was folded."""

    text: str
    places: array[int]


def folded(text: str) -> Folded:
    """The text with every run of white space as one space, plain marks, and nothing without width."""
    pieces: list[str] = []
    places = array("L")
    for match in _PIECE.finditer(text.translate(_FORMS)):
        if match.lastgroup == "space":
            pieces.append(" ")
            places.append(match.start())
        else:
            pieces.append(match.group())
            places.extend(range(*match.span()))
    return Folded("".join(pieces), places)


def fold(text: str) -> str:
    """The text as it is compared, without white space around it: equal for what is the same quotation."""
    return folded(text).text.strip(" ")


def places(text: Folded, quote: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of every place in the text, before it was folded, where the quotation stands.

    In order and disjoint; `fold` of each is `fold(quote)`. None for a quotation of white space.
    """
    wanted = fold(quote)
    found = []
    at = text.text.find(wanted) if wanted else -1
    while at >= 0:
        stop = at + len(wanted)
        found.append((text.places[at], text.places[stop - 1] + 1))
        at = text.text.find(wanted, stop)
    return tuple(found)
