"""The gutters of a page: strips of white that no line crosses, with lines of prose on both sides.

A table has such strips too, but its cells are no prose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corpus.formats.pdf_lines import Word

GUTTER = 0.6
"""Of the type's size: the narrowest gutter."""
LARGE = 1.3
"""Of the body's size: type whose word spaces are as wide as gutters."""
_LINES = 4
"""Lines that a gutter has on either side; where it is known from elsewhere, one will do."""
_TRIES = 12
"""Strips that are looked at in one region."""
_COARSE = 2.0
"""Points: how exactly strips are looked for from top to bottom."""

Gutter = tuple[float, float]
"""From where to where from left to right, in points."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one row with no gap between them as wide as a gutter."""

    words: list[Word]
    x0: float
    x1: float
    top: float
    bottom: float
    size: float


def gutter_of(region: list[Segment], body: float, known: list[Gutter]) -> tuple[Gutter, float, float] | None:
    """The tallest gutter of a region, and from where to where it goes down; None where there is none."""
    x0, x1 = min(one.x0 for one in region), max(one.x1 for one in region)
    y0, y1 = min(one.top for one in region), max(one.bottom for one in region)
    least = max(round(GUTTER * body), 3)
    wide, high = int(x1 - x0) + 1, int((y1 - y0) / _COARSE) + 1
    if wide < 8 * body or high < 2:
        return None
    taken = np.zeros((high, wide + 1), np.int32)
    for one in region:
        first = int((one.top + 0.15 * (one.bottom - one.top) - y0) / _COARSE)
        last = int((one.bottom - 0.15 * (one.bottom - one.top) - y0) / _COARSE) + 1
        taken[max(first, 0) : last, int(one.x0 - x0) + 1 : int(one.x1 - x0) + 1] = 1
    sums = taken.cumsum(axis=1)
    free = (sums[:, least:] - sums[:, :-least]) == 0
    run = np.zeros(free.shape[1], np.int32)
    longest, ends = run.copy(), run.copy()
    for y in range(high):
        run = (run + 1) * free[y]
        better = run > longest
        longest[better] = run[better]
        ends[better] = y + 1
    for _ in range(_TRIES):
        at = int(longest.argmax())
        height = int(longest[at])
        if height == 0:
            return None
        stop = at
        while stop < len(longest) and longest[stop] == height and ends[stop] == ends[at]:
            stop += 1
        strip = (x0 + at, x0 + stop - 1 + least)
        bottom = y0 + int(ends[at]) * _COARSE
        top = bottom - height * _COARSE
        if _parts_columns(region, strip, top, bottom, body, known):
            return strip, top, bottom
        longest[at:stop] = 0
    return None


def _parts_columns(
    region: list[Segment], strip: Gutter, top: float, bottom: float, body: float, known: list[Gutter]
) -> bool:
    """Whether lines of prose stand on both sides of a strip."""
    beside = [one for one in region if one.bottom > top + 1 and one.top < bottom - 1]
    middle = (strip[0] + strip[1]) / 2
    left = [one for one in beside if one.x1 <= middle]
    right = [one for one in beside if one.x0 >= middle]
    if not left or not right:
        return False
    white = min(one.x0 for one in right) - max(one.x1 for one in left)
    sides = _lines(left, white), _lines(right, white)
    if min(map(len, sides)) < _LINES:
        return _known_columns(left, right, sides, body, known)
    for side in sides:
        widths = sorted(x1 - x0 for x0, x1, _ in side)
        widest = widths[int(0.9 * (len(widths) - 1))]  # two lines of two columns may be taken for one
        full = sum(x1 - x0 >= 0.7 * min(widest, 60 * body) for x0, x1, _ in side)
        if sum(words for *_, words in side) < 3 * len(side) or full * 2 < len(side) or widest < 6 * body:
            return False
    # Lines of a column begin at one place; behind a river of white they do not.
    begins = [round(x0) for x0, *_ in sides[1] if x0 - strip[1] < 4 * body]
    common = max(sum(abs(one - x) <= 2 for one in begins) for x in set(begins)) if begins else 0
    if common * 2 < len(begins) or not begins:
        return False
    known.append((max(one.x1 for one in left), min(one.x0 for one in right)))
    return True


_Extent = tuple[float, float, int]
"""From where to where a line goes, and how many words it has."""


def _lines(segments: list[Segment], white: float) -> list[_Extent]:
    """The segments that stand beside each other, with less than `white` points between them, as one.

    Cells of tables (a word or two, with others beside them) are left out where there is anything else.
    """
    beside: list[list[_Extent]] = []
    last: Segment | None = None
    for one in sorted(segments, key=lambda one: (one.top + one.bottom, one.x0)):
        own = (one.x0, one.x1, len(one.words))
        middle = one.top + one.bottom
        if last is None or abs(middle - last.top - last.bottom) >= min(one.size, last.size):
            beside.append([own])
            last = one
        elif _goes_on(beside[-1][-1], own, white):
            x0, x1, words = beside[-1][-1]
            beside[-1][-1] = (min(x0, own[0]), max(x1, own[1]), words + own[2])
        else:
            beside[-1].append(own)
    prose = [one for row in beside for one in row if len(row) == 1 or one[2] > 2]
    return prose or [one for row in beside for one in row]


def _goes_on(one: _Extent, other: _Extent, white: float) -> bool:
    """Whether two stretches are of one line: a justified one has few wide gaps between long stretches."""
    near = other[0] - one[1]
    return near < 0.5 * white or (near < 0.9 * white and min(one[2], other[2]) <= 2)


def _known_columns(
    left: list[Segment],
    right: list[Segment],
    sides: tuple[list[_Extent], list[_Extent]],
    body: float,
    known: list[Gutter],
) -> bool:
    """Whether the few lines on both sides of a strip stand in columns that are known from elsewhere."""
    if all(any(one.size >= LARGE * body for one in side) for side in (left, right)):
        return False  # a word space of a headline
    if any(sum(words for *_, words in side) < 2.5 * len(side) for side in sides):
        return False
    ends, begins = max(one.x1 for one in left), [x0 for x0, *_ in sides[1]]
    return any(
        ends <= a + 2 and min(begins) >= b - 2 and all(x <= b + 3 * body for x in begins) for a, b in known
    )
