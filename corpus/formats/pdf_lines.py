"""Characters -> words, and words that stand beside each other -> lines."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from corpus.formats.pdf_characters import Character

_JOINED = 0.15
"""Of the type's size: characters that stand nearer to each other are of one word."""
_CELL = 1.3
"""Of the type's size: words that stand farther apart on one line are cells of a table."""
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
    gaps = [distance(one, other) for one, other in pairwise(row)]
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


def distance(one: Word, other: Word) -> float:
    """Points between two words of a line; below 0 where they overlap."""
    return max(other.x0 - one.x1, one.x0 - other.x1)
