"""What stands at the edges of a PDF's pages again and again: running headers and footers, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from corpus.blocks import key
from corpus.formats.pdf_lines import Word, rows

RUNNING = "running header or footer"
NUMBER = "page number"

_ROWS = 5
"""Rows from the top and from the bottom of a page that are looked at."""
_EDGE = 0.2
"""Of the page's height: how far from its edge they may lie."""
_LONGEST = 25
"""Words of such a line."""
_HEADLINE = 1.4
"""Of the body's size: larger type is no running header, and may well stand at the top of two pages."""
_WHITE = 0.35
"""Of the type's size: what is white between such a line and the text, at least."""
_OFTEN = 0.25
"""Of the pages: a line that stands on two only has to stand on so many."""
_NEAR = 4.0
"""Points by which a repeated line may stand higher on one page than on another."""
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p\.?|pp\.?)\s*)?(?:\d{1,5}|[ivxl]{1,7})(?:\s*(?:of|/|von|de|sur)\s*\d{1,5})?\W*",
    re.IGNORECASE,
)

Page = tuple[float, list[Word]]
"""A page's height, and its words."""


def set_aside(pages: Sequence[Page], body: float) -> list[list[tuple[list[Word], str]]]:
    """For each page the rows that are furniture, from top to bottom, each with the reason.

    `body`: the size of the type that most of the file is set in.
    """
    edges = [_edges(height, words) for height, words in pages]
    counts: Counter[tuple[int, str, int]] = Counter()
    for sides in edges:
        for side, found in enumerate(sides):
            counts.update({(side, _pattern(row), at) for row, y in found for at in _near(y)})
    usual = Counter(
        offset
        for page, sides in enumerate(edges)
        for offset in {
            number - page
            for found in sides
            for at, (row, _) in enumerate(found)
            for number in _numbers(row, at)
        }
    )
    out = []
    for page, sides in enumerate(edges):
        aside: list[tuple[list[Word], str]] = []
        for side, found in enumerate(sides):
            own: list[tuple[list[Word], str]] = []
            for at, (row, y) in enumerate(found):
                times = max(counts[side, _pattern(row), place] for place in _near(y))
                counted_on = max((usual[number - page] for number in _numbers(row, at)), default=0)
                headline = max(word.size for word in row) >= _HEADLINE * body
                reason = "" if headline else _reason(row, times, counted_on, len(pages))
                if not reason:
                    break  # what stands further in than the text is no header
                own.append((row, reason))
            while (
                own
                and len(own) < len(found)
                and _white(own[-1][0], found[len(own)][0]) < _WHITE * own[-1][0][0].size
            ):
                own.pop()  # a line of the text that happens to stand there twice
            aside += own
        out.append(sorted(aside, key=lambda one: one[0][0].top))
    return out


def _edges(
    height: float, words: list[Word]
) -> tuple[list[tuple[list[Word], float]], list[tuple[list[Word], float]]]:
    """The rows at the top and at the bottom, each from the edge inwards, with their distance from it."""
    first = min((word.top for word in words), default=0.0)
    last = max((word.bottom for word in words), default=height)
    top = [
        (row, min(word.top for word in row))
        for row in rows([w for w in words if w.top < max(_EDGE * height, first + 1)])
    ]
    low = min((1 - _EDGE) * height, last - 1)
    bottom = [
        (row, height - max(word.bottom for word in row)) for row in rows([w for w in words if w.bottom > low])
    ]
    return top[:_ROWS], bottom[::-1][:_ROWS]


def _white(one: list[Word], other: list[Word]) -> float:
    """Points between two rows from the bottom of one to the top of the other."""
    return max(min(w.top for w in one), min(w.top for w in other)) - min(
        max(w.bottom for w in one), max(w.bottom for w in other)
    )


def _pattern(row: list[Word]) -> str:
    return _DIGITS.sub("#", key(" ".join(word.text for word in row)))


def _near(y: float) -> tuple[int, int]:
    """Two overlapping grids of places, so that what lies near is on one place of at least one of them."""
    return 2 * int(y / (2 * _NEAR)), 2 * int(y / (2 * _NEAR) + 0.5) + 1


def _reason(row: list[Word], times: int, counted_on: int, pages: int) -> str:
    """Why a row at an edge is furniture, or "".

    `times`: how often it stands at its place; `counted_on`: on how many pages a number in it counts on with
    them.
    """
    text = " ".join(word.text for word in row)
    often = times > 1 and (times > 2 or times >= _OFTEN * pages)
    if _NUMBER.fullmatch(text):
        only = pages == 1 and len(row) <= 4 and set(_DIGITS.findall(text)) <= {"1"}
        if counted_on > 1 or often or only:
            return NUMBER
    if len(row) <= _LONGEST and any(c.isalpha() for c in text) and (often or counted_on > 2):
        return RUNNING
    return ""


def _numbers(row: list[Word], at: int) -> set[int]:
    """The numbers in the `at`th row from the edge that may be those of the page."""
    text = " ".join(word.text for word in row)
    if _NUMBER.fullmatch(text):
        found = _DIGITS.search(text)
        return {int(found[0])} if found else set()
    # "12  Harbour news" at the very edge, whose words may be others on each page
    ends = {row[0].text, row[-1].text} if at == 0 and len(row) <= _LONGEST else set()
    return {int(word) for word in ends if word.isascii() and word.isdigit() and len(word) <= 5}
