"""The words of a page -> its lines in reading order, column by column.

A page is cut along its gutters: strips of white that no line crosses, with lines of prose on both sides. What
crosses a gutter (a headline over three columns) ends it. A table has such strips too, but its cells are no
prose, so it stays whole and is read row by row.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

import numpy as np

from corpus.formats.pdf_characters import Character

_JOINED = 0.15
"""Of the type's size: characters that stand nearer to each other are of one word."""
_CELL = 1.3
"""Of the type's size: words that stand farther apart on one line are cells of a table."""
_GUTTER = 0.6
"""Of the type's size: the narrowest gutter."""
_LARGE = 1.3
"""Of the body's size: type whose word spaces are as wide as gutters."""
_DROPPED = 1.8
"""Of the body's size: a letter as large as this that opens a paragraph stands over several lines."""
_LINES = 4
"""Lines that a gutter has on either side; where it is known from elsewhere, one will do."""
_TRIES = 12
"""Strips that are looked at in one region."""
_DEEPEST = 40
"""Cuts inside cuts; a page of a newspaper has six."""
_COARSE = 2.0
"""Points: how exactly strips are looked for from top to bottom."""
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class Word:
    """What stands together on a line. `edges`: where each character begins, and where the last one ends."""

    text: str
    edges: tuple[float, ...]
    top: float
    bottom: float
    size: float
    bold: bool
    italic: bool
    spaced: bool = False
    """Whether a space is printed behind it."""
    dropped: bool = False
    """Whether it is a large first letter, of which the rest of the word is another `Word`."""

    @property
    def x0(self) -> float:
        return min(self.edges[0], self.edges[-1])

    @property
    def x1(self) -> float:
        return max(self.edges[0], self.edges[-1])


@dataclass(slots=True)
class TextLine:
    """Words that stand beside each other, in reading order. `cells`: before which of them a wide gap is."""

    words: list[Word]
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    italic: bool
    spaces: list[bool] = field(default_factory=list)
    """Of each word, whether a space is before it."""
    cells: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(
            (("\t" if i in self.cells else " ") if i and self.spaces[i] else "") + word.text
            for i, word in enumerate(self.words)
        )


Gutter = tuple[float, float]
"""From where to where from left to right, in points."""


def words_of(characters: Iterable[Character]) -> list[Word]:
    """Characters in the order of the file -> words. Those that are not upright are left out."""
    out: list[Word] = []
    run: list[Character] = []
    for one in characters:
        if one.style.angle:
            continue
        if run and not _together(run[-1], one):
            out.append(_word(run))
            run = []
        if one.text != " ":
            run.append(one)
        elif run:
            out.append(_word(run, True))
            run = []
    if run:
        out.append(_word(run))
    return out


def _together(before: Character, after: Character) -> bool:
    overlap = min(before.bottom, after.bottom) - max(before.top, after.top)
    if overlap < 0.5 * min(before.bottom - before.top, after.bottom - after.top):
        return False
    size = max(min(before.style.size, after.style.size), 1.0)
    if _RTL.match(before.text) and _RTL.match(after.text):
        return -_JOINED * size <= before.x0 - after.x1 <= _JOINED * size
    return before.x0 - 0.1 * size <= after.x0 and after.x0 - before.x1 <= _JOINED * size


def _word(run: list[Character], spaced: bool = False) -> Word:
    edges: list[float] = []
    rtl = sum(bool(_RTL.match(one.text)) for one in run) * 2 > len(run)
    for one in run:
        begin, end = (one.x1, one.x0) if rtl else (one.x0, one.x1)
        n = len(one.text)
        edges += [tenth(begin + (end - begin) * i / n) for i in range(n)]
    edges.append(tenth(run[-1].x0 if rtl else run[-1].x1))
    style = run[0].style
    text = "".join(one.text for one in run)
    if not text.isascii():
        text, edges = _composed(text, edges)
    return Word(
        text,
        tuple(edges),
        round(min(one.top for one in run), 1),
        round(max(one.bottom for one in run), 1),
        style.size,
        style.bold,
        style.italic,
        spaced,
    )


_ACCENTS = dict(zip("´`¨ˆ˜¸ˇ", "\u0301\u0300\u0308\u0302\u0303\u0327\u030c", strict=True))
"""Accents that are printed over a letter as signs of their own, and those that combine with it."""


def _composed(text: str, edges: list[float]) -> tuple[str, list[float]]:
    """Letters and the accents that are printed over them as one character."""
    out: list[str] = []
    kept: list[float] = []
    for i, c in enumerate(text):
        over = (
            bool(out)
            and out[-1] in _ACCENTS
            and i + 1 < len(edges)
            and edges[i] < (kept[-1] + edges[i + 1]) / 2
        )
        pair = c + _ACCENTS[out[-1]] if over else out[-1] + c if out and unicodedata.combining(c) else ""
        one = unicodedata.normalize("NFC", pair)
        if len(one) == 1:
            out[-1] = one
        else:
            out.append(c)
            kept.append(edges[i])
    return "".join(out), [*kept, edges[-1]]


_TENTHS = [i / 10 for i in range(20_000)]


def tenth(points: float) -> float:
    """Rounded to a tenth of a point, one object for each number: a long file has millions of edges."""
    at = round(points * 10)
    return _TENTHS[at] if 0 <= at < len(_TENTHS) else at / 10


def rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words that stand beside each other, from top to bottom, each row from left to right."""
    found: list[tuple[float, float, list[Word]]] = []
    for word in sorted(words, key=lambda word: (word.top + word.bottom, word.x0)):
        best, most = None, 0.5
        for i in range(len(found) - 1, max(-1, len(found) - 8), -1):
            top, bottom, _ = found[i]
            least = min(bottom - top, word.bottom - word.top) or 1.0
            overlap = (min(bottom, word.bottom) - max(top, word.top)) / least
            if overlap > most:
                best, most = i, overlap
        if best is None:
            found.append((word.top, word.bottom, [word]))
        else:
            found[best][2].append(word)
    return [
        sorted(row, key=lambda word: word.x0) for _, _, row in sorted(found, key=lambda one: one[0] + one[1])
    ]


def line_of(row: Sequence[Word]) -> TextLine:
    """A row, from left to right, as a line."""
    row = list(row)
    if sum(bool(_RTL.search(word.text)) for word in row) * 2 > len(row):
        row.reverse()
    weight: Counter[float] = Counter()
    for word in row:
        weight[word.size] += len(word.text)
    size = weight.most_common(1)[0][0]
    normal = [word for word in row if word.size == size] or row
    gaps = [_gap(one, other) for one, other in pairwise(row)]
    apart = _JOINED
    letters = sum(len(word.text) == 1 for word in row)
    letter_spaced = letters >= 4 and letters * 2 > len(row)
    if letter_spaced:
        apart = max(_JOINED, 1.6 * median(gaps) / max(size, 1.0))
    spaces, cells = [False], []
    for i, (gap, (one, other)) in enumerate(zip(gaps, pairwise(row), strict=True)):
        scale = max(min(one.size, other.size), 1.0)
        spaces.append((gap > apart * scale or (one.spaced and not letter_spaced)) and not one.dropped)
        if gap > _CELL * max(one.size, other.size) and not one.dropped:
            cells.append(i + 1)
    if letter_spaced:
        cells = []
    return TextLine(
        row,
        min(word.x0 for word in row),
        max(word.x1 for word in row),
        min(word.top for word in normal),
        max(word.bottom for word in normal),
        size,
        all(word.bold for word in row),
        all(word.italic for word in row),
        spaces,
        cells,
    )


def _gap(one: Word, other: Word) -> float:
    return max(other.x0 - one.x1, one.x0 - other.x1)


@dataclass(frozen=True, slots=True)
class _Segment:
    """Words of one row with no gap between them as wide as a gutter."""

    words: list[Word]
    x0: float
    x1: float
    top: float
    bottom: float
    size: float


def columns(words: Sequence[Word], body: float, known: list[Gutter]) -> list[list[TextLine]]:
    """The lines of a page in reading order, those of one column or of what is as wide as the page together.

    `body`: the size of the type that most of the file is set in. `known`: the gutters that were found so far,
    to which those of this page are added.
    """
    dropped, others = _dropped(words, body)
    beside = rows(others)
    space = _space(beside)
    segments = [segment for row in beside for segment in _segments(row, body, max(_GUTTER, 1.7 * space))]
    leaves: list[list[_Segment]] = []
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
            and _gap(word, other) < 2 * word.size
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
        _gap(one, other) / max(one.size, 1.0)
        for row in beside
        for one, other in pairwise(row)
        if 0 < _gap(one, other) < one.size
    ]
    return median(gaps) if gaps else 0.0


def _segments(row: list[Word], body: float, gutter: float) -> Iterable[_Segment]:
    held: list[Word] = []
    for word in row:
        if held:
            last = held[-1]
            small = min(last.size, word.size)
            widest = max(last.size, word.size) if small >= _LARGE * body else gutter * max(small, 1.0)
            overlap = min(last.bottom, word.bottom) - max(last.top, word.top)
            if word.x0 - last.x1 >= widest or overlap <= 0:
                yield _segment(held)
                held = []
        held.append(word)
    if held:
        yield _segment(held)


def _segment(words: list[Word]) -> _Segment:
    return _Segment(
        words,
        words[0].x0,
        max(word.x1 for word in words),
        min(word.top for word in words),
        max(word.bottom for word in words),
        median(word.size for word in words),
    )


def _cut(
    region: list[_Segment], body: float, known: list[Gutter], out: list[list[_Segment]], depth: int
) -> None:
    """Put the leaves of `region` into `out` in reading order."""
    if not region:
        return
    found = _gutter(region, body, known) if depth < _DEEPEST else None
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


def _last_lines(above: list[_Segment], region: list[_Segment], gutter: float) -> list[_Segment]:
    """The short last lines of a headline or a paragraph that crosses a gutter, which do not reach it."""
    out: list[_Segment] = []
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


def _aligned(one: _Segment, other: _Segment) -> bool:
    return abs(one.x0 - other.x0) <= 3 or abs(one.x0 + one.x1 - other.x0 - other.x1) <= 6


def _articles(band: list[_Segment], gutter: float, body: float) -> list[list[_Segment]]:
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


def _named(segment: _Segment) -> bool:
    return any(c.isalpha() for word in segment.words for c in word.text)


def _gutter(region: list[_Segment], body: float, known: list[Gutter]) -> tuple[Gutter, float, float] | None:
    """The tallest gutter of a region, and from where to where it goes down; None where there is none."""
    x0, x1 = min(one.x0 for one in region), max(one.x1 for one in region)
    y0, y1 = min(one.top for one in region), max(one.bottom for one in region)
    least = max(round(_GUTTER * body), 3)
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
    region: list[_Segment], strip: Gutter, top: float, bottom: float, body: float, known: list[Gutter]
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
        widest = max(x1 - x0 for x0, x1, _ in side)
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


def _lines(segments: list[_Segment], white: float) -> list[_Extent]:
    """The segments that stand beside each other, with less than `white` points between them, as one.

    Cells of tables (a word or two, with others beside them) are left out where there is anything else.
    """
    beside: list[list[_Extent]] = []
    last: _Segment | None = None
    for one in sorted(segments, key=lambda one: (one.top + one.bottom, one.x0)):
        own = (one.x0, one.x1, len(one.words))
        middle = one.top + one.bottom
        if last is None or abs(middle - last.top - last.bottom) >= min(one.size, last.size):
            beside.append([own])
            last = one
        elif own[0] - beside[-1][-1][1] < 0.9 * white:
            x0, x1, words = beside[-1][-1]
            beside[-1][-1] = (min(x0, own[0]), max(x1, own[1]), words + own[2])
        else:
            beside[-1].append(own)
    prose = [one for row in beside for one in row if len(row) == 1 or one[2] > 2]
    return prose or [one for row in beside for one in row]


def _known_columns(
    left: list[_Segment],
    right: list[_Segment],
    sides: tuple[list[_Extent], list[_Extent]],
    body: float,
    known: list[Gutter],
) -> bool:
    """Whether the few lines on both sides of a strip stand in columns that are known from elsewhere."""
    if all(any(one.size >= _LARGE * body for one in side) for side in (left, right)):
        return False  # a word space of a headline
    if any(sum(words for *_, words in side) < 2.5 * len(side) for side in sides):
        return False
    ends, begins = max(one.x1 for one in left), [x0 for x0, *_ in sides[1]]
    return any(
        ends <= a + 2 and min(begins) >= b - 2 and all(x <= b + 3 * body for x in begins) for a, b in known
    )
