"""The lines of a PDF in reading order -> its blocks: paragraphs, headings, captions, footnotes, tables."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import quantiles
from typing import Literal

from corpus.formats.pdf_lines import TextLine

Kind = Literal["body", "item", "heading", "caption", "note", "table"]

_HEADING = 1.12
"""Of the body's size: what is as large is a heading."""
_SMALL = 0.93
"""Of the body's size: what is no larger is a footnote or a caption."""
_SAME = 0.08
"""Of the type's size: differences of size inside a paragraph."""
_BULLET = re.compile(r"[•◦▪‣●○■□➢✓∙*–—-]$|\(?(?:\d{1,2}|[a-z])[.)]$")
_NOTE = re.compile(r"(?:\(?\d{1,3}\)?|[*†‡§¹²³⁴⁵⁶⁷⁸⁹]+|\[\d{1,3}\])\W?\s?(?=\w|[“‘\"'])")
_CAPTION = re.compile(
    r"(?:fig(?:ure|\.)|table|photo(?:graph)?s?|picture|image|chart|map|graphic|abb(?:ildung|\.)|foto|bild|tab(?:elle|\.))"
    r"(?:\s*\d+)?\s*[.:–-]|(?:fig(?:ure|\.)|table)\s+\d+\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…:][”’\"')\]]*\d{0,2}$")
_STOPPED = re.compile(r"[.!?…][”’\"')\]]*$")


@dataclass(slots=True)
class Block:
    """Lines of one piece, each with the number of its page, from 0."""

    kind: Kind
    lines: list[tuple[int, TextLine]]
    indented: bool = False
    """Whether its first line is indented."""
    room: float = 0.0
    """Points between the end of its last line and the end of the column."""
    wide: float = 0.0
    """Points that the column is wide."""
    leaf: int = 0
    """The column that it is in, or that its end is in, counted through the file."""

    @property
    def first(self) -> int:
        """Its first page."""
        return self.lines[0][0]

    @property
    def last(self) -> int:
        return self.lines[-1][0]

    @property
    def ending(self) -> str:
        return self.lines[-1][1].text

    @property
    def opening(self) -> str:
        return self.lines[0][1].text


def blocks_of(pages: Sequence[list[list[TextLine]]], body: float) -> list[Block]:
    """The blocks of all pages, in reading order, before those that go on elsewhere are put together."""
    pitches = _pitches(pages)
    out: list[Block] = []
    leaf_number = 0
    for number, page in enumerate(pages):
        for leaf in page:
            leaf_number += 1
            column = _column(leaf, page, body)
            found = [
                Block(kind, [(number, line) for line in lines], leaf=leaf_number)
                for kind, lines in _split(leaf, column, body, pitches)
            ]
            for block in found:
                first, last = block.lines[0][1], block.lines[-1][1]
                block.indented = first.x0 > column[0] + 0.6 * first.size
                block.room, block.wide = column[1] - last.x1, column[1] - column[0]
            _notes(found, body)
            out += found
    return out


def _pitches(pages: Sequence[list[list[TextLine]]]) -> dict[float, float]:
    """For each size of type how far its lines are apart, in points."""
    found: dict[float, list[float]] = defaultdict(list)
    for page in pages:
        for leaf in page:
            for one, other in pairwise(leaf):
                if one.size == other.size and 0.85 * one.size < other.top - one.top < 2 * one.size:
                    found[one.size].append(round(other.top - one.top, 1))
    return {size: quantiles(all_, n=4)[0] if len(all_) > 1 else all_[0] for size, all_ in found.items()}


def _column(leaf: list[TextLine], page: list[list[TextLine]], body: float) -> tuple[float, float]:
    """From where to where the lines of a column go."""
    own = [line for line in leaf if abs(line.size - body) <= _SAME * body] or leaf
    begins = Counter(round(line.x0) for line in own)
    most = max(begins.values())
    left = min(x for x, n in begins.items() if n * 2 >= most)
    alike = own
    if len(own) < 4:
        others = [line for other in page for line in other if abs(line.x0 - left) <= 3]
        widest = max((line.x1 for line in own), default=0)
        alike = [line for line in others if line.x1 <= widest + 20 * body] or own
    return float(left), max(line.x1 for line in alike)


def _split(
    leaf: list[TextLine], column: tuple[float, float], body: float, pitches: dict[float, float]
) -> list[tuple[Kind, list[TextLine]]]:
    tables = _tables(leaf)
    _complete(leaf, tables)
    out: list[tuple[Kind, list[TextLine]]] = []
    held: list[TextLine] = []
    for at, line in enumerate(leaf):
        table = at in tables
        if not table:
            line.cells = []
        if held and (
            table != (at - 1 in tables)
            or (not table and _breaks(held, line, column, body, pitches))
            or (table and _parted(held[-1], line, pitches, 1.9))
        ):
            out.append((_kind(held, body, at - 1 in tables), held))
            held = []
        held.append(line)
    if held:
        out.append((_kind(held, body, len(leaf) - 1 in tables), held))
    return out


def _tables(leaf: list[TextLine]) -> set[int]:
    """The rows of tables: two lines or more below each other whose cells begin or end at one place."""
    rows = {
        at: {round(line.words[i].x0) for i in line.cells}
        | {-round(line.words[i - 1].x1) for i in (*line.cells[1:], len(line.words))}
        for at, line in enumerate(leaf)
        if line.cells and not _stretched(line)
    }
    found: set[int] = set()
    for at, other in pairwise(sorted(rows)):
        between = leaf[at + 1 : other]
        near = (
            leaf[other].top - leaf[at].top <= 3.2 * leaf[at].size * (1 + len(between)) and len(between) <= 1
        )
        aligned = any(abs(x - y) <= 3 for x in rows[at] for y in rows[other])
        if near and aligned and all(line.x1 - line.x0 < 12 * line.size for line in between):
            found.update(range(at, other + 1))
    return found


def _complete(leaf: list[TextLine], tables: set[int]) -> None:
    """Narrow gaps of a table's rows, where a cell of the row above or below begins, as gaps between cells."""
    for at in tables:
        near = [leaf[other] for other in (at - 1, at + 1) if other in tables]
        begins = [one.words[i].x0 for one in near for i in one.cells]
        line = leaf[at]
        for i in range(1, len(line.words)):
            gap = line.words[i].x0 - line.words[i - 1].x1
            if (
                i not in line.cells
                and gap > 0.5 * line.size
                and any(abs(line.words[i].x0 - x) <= 2 for x in begins)
            ):
                line.cells = sorted([*line.cells, i])


def _stretched(line: TextLine) -> bool:
    """Whether a line is only justified, with wide spaces that are all alike."""
    gaps = [other.x0 - one.x1 for one, other in pairwise(line.words)]
    return len(gaps) >= 3 and max(gaps) - min(gaps) < 0.2 * max(gaps)


def _parted(above: TextLine, line: TextLine, pitches: dict[float, float], times: float = 1.14) -> bool:
    """Whether more than a line's distance is between two lines."""
    pitch = pitches.get(line.size) or 1.25 * line.size
    return line.top - above.top > max(times * pitch, pitch + 1.2) or line.top < above.top - 0.5 * line.size


def _breaks(
    held: list[TextLine],
    line: TextLine,
    column: tuple[float, float],
    body: float,
    pitches: dict[float, float],
) -> bool:
    """Whether a new block begins with `line`."""
    above, size = held[-1], line.size
    left, right = column
    if abs(above.size - size) > _SAME * max(above.size, size) or above.bold != line.bold:
        return True
    if _parted(above, line, pitches):
        return True
    if above.italic != line.italic and (len(held) == 1 or all(one.italic == above.italic for one in held)):
        wide = line.top - above.top > 1.05 * (pitches.get(size) or size)
        if wide or (_STOPPED.search(above.text) and above.x1 < right - 2 * size):
            return True
    if size >= _HEADING * body:
        return False
    listed = _BULLET.match(held[0].words[0].text) and len(held[0].words) > 1
    bullet = _BULLET.match(line.words[0].text) and len(line.words) > 1
    ended = _ENDED.search(above.text)
    if bullet and (ended or listed or above.x1 < right - 0.2 * (right - left)):
        return True
    deep = line.x0 > left + 0.6 * size
    if deep and above.x0 <= left + 0.3 * size and not listed:
        beside_letter = held[0].words[0].dropped and line.top < held[0].words[0].bottom - 0.3 * size
        if not beside_letter:
            return True
    first = line.words[0]
    room = right - (above.x1 + 0.25 * size + first.x1 - first.x0)
    if above.text.endswith("-") or room <= 0:
        return False
    if _STOPPED.search(above.text) or ended:
        return room > 0.4 * size
    return room > 0.25 * (right - left) and not line.text[0].islower()


def _kind(lines: list[TextLine], body: float, table: bool) -> Kind:
    first, size = lines[0], lines[0].size
    text = first.text
    letters = any(c.isalpha() for line in lines for c in line.text)
    if table:
        return "table"
    short = len(lines) <= 3 and letters and not _STOPPED.search(lines[-1].text)
    if letters and size >= _HEADING * body:
        return "heading"
    if _CAPTION.match(text):
        return "caption"
    if short and all(line.bold for line in lines):
        return "heading"
    if size <= _SMALL * body or (first.italic and all(line.italic for line in lines) and len(lines) <= 3):
        return "caption"
    if _BULLET.match(first.words[0].text) and len(first.words) > 1:
        return "item"
    return "body"


def _notes(leaf: list[Block], body: float) -> None:
    """Small type behind a mark, below all else in its column, is a footnote, with what follows it."""
    at = len(leaf)
    while at and leaf[at - 1].kind == "caption" and leaf[at - 1].lines[0][1].size <= _SMALL * body:
        at -= 1
    begun = False
    for block in leaf[at:]:
        begun = begun or bool(_NOTE.match(block.opening))
        if begun:
            block.kind = "note"


def joined(found: list[Block]) -> list[Block]:
    """Paragraphs that go on in another column or on another page as one; each page's footnotes at its end."""
    indents = Counter(
        block.indented
        for above, block in pairwise(found)
        if block.kind == above.kind == "body" and block.leaf == above.leaf
    )
    by_indent = indents[True] > 2 * indents[False]
    out: list[Block] = []
    open_at: int | None = None
    for block in _notes_last(found):
        if block.kind != "body" or open_at is None:
            if block.kind in ("body", "item"):
                open_at = len(out)
            elif block.kind == "heading" and open_at is not None and _STOPPED.search(out[open_at].ending):
                open_at = None
            out.append(block)
            continue
        above, between = out[open_at], out[open_at + 1 :]
        if _goes_on(
            above, block, bool([one for one in between if one.kind == "heading"]), by_indent
        ) and _placed(above, block, between):
            before = [one for one in between if one.last == above.last and above.first == above.last]
            after = [one for one in between if not any(one is other for other in before)]
            merged = replace(block, kind=above.kind, lines=above.lines + block.lines, indented=above.indented)
            out[open_at:] = [*before, merged, *after]
            open_at += len(before)
        else:
            open_at = len(out)
            out.append(block)
    return out


def _placed(above: Block, block: Block, between: list[Block]) -> bool:
    """Whether what stands between two parts of a paragraph can go before or behind it, on its own page."""
    return all(
        (one.last == above.last and above.first == above.last) or (one.first == one.last == block.last)
        for one in between
    )


def _goes_on(above: Block, block: Block, headed: bool, by_indent: bool) -> bool:
    if above.leaf == block.leaf or block.first > above.last + 1:
        return False
    first = block.opening[:1]
    if above.ending.endswith(("-", "\u00ad")):
        return True
    ended = bool(_ENDED.search(above.ending))
    word, size = block.lines[0][1].words[0], block.lines[0][1].size
    full = above.room <= 0.15 * above.wide
    if first.islower():
        return not ended or full
    if headed or not (full or word.x1 - word.x0 + 0.25 * size > above.room):
        return False
    if not ended:
        return not block.indented
    return by_indent and not block.indented and above.kind == "body"


def _notes_last(found: list[Block]) -> list[Block]:
    """In order, but each page's footnotes behind the rest of the page."""
    out: list[Block] = []
    held: list[Block] = []
    for block in found:
        if held and block.first != held[0].first:
            out += held
            held = []
        (held if block.kind == "note" else out).append(block)
    return out + held
