"""The words of a page -> its lines in reading order, column by column.

A page is cut along its gutters. What crosses one (a headline over three columns) ends it; a table stays
whole, and is read row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from corpus.formats.pdf_gutters import GUTTER, LARGE, Gutter, Segment, gutter_of
from corpus.formats.pdf_lines import TextLine, Word, distance, line_of, rows

_DROPPED = 1.8
"""Of the body's size: a letter as large as this that opens a paragraph stands over several lines."""
_DEEPEST = 40
"""Cuts inside cuts; a page of a newspaper has six."""


def columns(words: Sequence[Word], body: float, known: list[Gutter]) -> list[list[TextLine]]:
    """The lines of a page in reading order, those of one column or of what is as wide as the page together.

    `body`: the size of the type that most of the file is set in. `known`: the gutters that were found so far,
    to which those of this page are added.
    """
    dropped, others = _dropped(words, body)
    beside = rows(others)
    space = _space(beside)
    segments = [segment for row in beside for segment in _segments(row, body, max(GUTTER, 1.7 * space))]
    leaves: list[list[Segment]] = []
    _cut(segments, body, known, leaves, 0)
    out = []
    for leaf in leaves:
        held = rows([word for segment in leaf for word in segment.words])
        out.append([line_of(row) for row in held])
    _attach(dropped, out)
    return out


def _dropped(words: Sequence[Word], body: float) -> tuple[list[Word], list[Word]]:
    """Large first letters, and the other words."""
    large = [word for word in words if word.size >= _DROPPED * body]
    out, others = [], []
    for word in words:
        alone = (
            word.size >= _DROPPED * body and len(word.text.strip("“‘\"'")) == 1 and word.text[-1].isalpha()
        )
        if alone and not any(
            other is not word
            and min(other.bottom, word.bottom) - max(other.top, word.top) > 0.5 * other.size
            and distance(word, other) < 2 * word.size
            for other in large
        ):
            out.append(word)
        else:
            others.append(word)
    return out, others


def _attach(dropped: list[Word], leaves: list[list[TextLine]]) -> None:
    """Put large first letters before the lines that they begin."""
    for letter in dropped:
        best, least = None, float("inf")
        for leaf in leaves:
            for line in leaf:
                beside = -line.size <= line.x0 - letter.x1 <= 1.5 * letter.size
                if beside and line.bottom > letter.top and abs(line.top - letter.top) < least:
                    best, least = line, abs(line.top - letter.top)
        if best is None or least > letter.size:
            leaves.append([line_of([letter])])
            continue
        # A word of its own ("A harbour") is told by the space behind it.
        apart = best.words[0].x0 - letter.x1 > 0.6 * best.size
        begin = Word(
            letter.text,
            letter.edges,
            letter.top,
            letter.bottom,
            letter.size,
            letter.bold,
            letter.italic,
            False,
            True,
        )
        best.words.insert(0, begin)
        best.spaces = [False, apart and letter.text in "AIO", *best.spaces[1:]]
        best.cells = [i + 1 for i in best.cells]


def _space(beside: list[list[Word]]) -> float:
    """The usual space between words, of the size of their type."""
    gaps = [
        distance(one, other) / max(one.size, 1.0)
        for row in beside
        for one, other in pairwise(row)
        if 0 < distance(one, other) < one.size
    ]
    return median(gaps) if gaps else 0.0


def _segments(row: list[Word], body: float, gutter: float) -> Iterable[Segment]:
    held: list[Word] = []
    for word in row:
        if held:
            last = held[-1]
            small = min(last.size, word.size)
            widest = max(last.size, word.size) if small >= LARGE * body else gutter * max(small, 1.0)
            overlap = min(last.bottom, word.bottom) - max(last.top, word.top)
            if word.x0 - last.x1 >= widest or overlap <= 0:
                yield _segment(held)
                held = []
        held.append(word)
    if held:
        yield _segment(held)


def _segment(words: list[Word]) -> Segment:
    return Segment(
        words,
        words[0].x0,
        max(word.x1 for word in words),
        min(word.top for word in words),
        max(word.bottom for word in words),
        median(word.size for word in words),
    )


def _cut(
    region: list[Segment], body: float, known: list[Gutter], out: list[list[Segment]], depth: int
) -> None:
    """Put the leaves of `region` into `out` in reading order."""
    if not region:
        return
    found = gutter_of(region, body, known) if depth < _DEEPEST else None
    if found is None:
        out.append(region)
        return
    (left, right), top, bottom = found
    above = [one for one in region if one.top + one.bottom < 2 * top]
    below = [one for one in region if one.top + one.bottom > 2 * bottom]
    above += _last_lines(above, region, right)
    taken = {id(one) for one in (*above, *below)}
    band = [one for one in region if id(one) not in taken]
    _cut(above, body, known, out, depth + 1)
    for part in _articles(band, left, body):
        middle = (left + right) / 2
        _cut([one for one in part if (one.x0 + one.x1) / 2 < middle], body, known, out, depth + 1)
        _cut([one for one in part if (one.x0 + one.x1) / 2 >= middle], body, known, out, depth + 1)
    _cut(below, body, known, out, depth + 1)


def _last_lines(above: list[Segment], region: list[Segment], gutter: float) -> list[Segment]:
    """The short last lines of a headline or a paragraph that crosses a gutter, which do not reach it."""
    out: list[Segment] = []
    last = max(above, key=lambda one: one.bottom, default=None)
    while last is not None:
        under = [
            one
            for one in region
            if one.top > last.top + 0.3 * last.size and one.top < last.bottom + 0.5 * last.size
        ]
        own = [one for one in under if abs(one.size - last.size) < 0.05 * last.size and _aligned(one, last)]
        if len(own) != 1 or any(one is not own[0] for one in under) or own[0].x1 > gutter:
            break
        out.append(own[0])
        last = own[0]
    return out


def _aligned(one: Segment, other: Segment) -> bool:
    return abs(one.x0 - other.x0) <= 3 or abs(one.x0 + one.x1 - other.x0 - other.x1) <= 6


def _articles(band: list[Segment], gutter: float, body: float) -> list[list[Segment]]:
    """A band, parted where a headline in its first column has white beside it in the others."""
    headings = sorted(
        {
            (one.top, one.bottom)
            for one in band
            if one.size >= 1.15 * body and one.x1 <= gutter + 1 and _named(one)
        }
    )
    parts, start = [], float("-inf")
    for top, bottom in headings:
        height = bottom - top
        if any(
            one.bottom > top - 0.2 * height
            and one.top < bottom
            and not (one.size >= 1.15 * body and one.x1 <= gutter + 1)
            for one in band
        ):
            continue
        above = [one for one in band if start <= one.top < top]
        below = [one for one in band if one.top >= top]
        if all(
            any(one.x0 > gutter for one in part) and any(one.x1 <= gutter + 1 for one in part)
            for part in (above, below)
        ):
            parts.append(above)
            start = top
    parts.append([one for one in band if one.top >= start])
    return parts


def _named(segment: Segment) -> bool:
    return any(c.isalpha() for word in segment.words for c in word.text)
