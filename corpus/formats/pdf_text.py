"""Words on pages -> the text of a PDF, with the place of each of its characters.

What is printed is in the text, in reading order, but for hyphens at the ends of lines that are no part of
their word. Blocks have a blank line between them, the rows of a table a line each with a tab between their
cells.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.article import Removed
from corpus.formats import pdf_furniture
from corpus.formats.document import Line, Page
from corpus.formats.pdf_blocks import Block, blocks_of, joined
from corpus.formats.pdf_gutters import Gutter
from corpus.formats.pdf_hyphens import Vocabulary
from corpus.formats.pdf_layout import columns
from corpus.formats.pdf_lines import TextLine, Word, line_of

SIDEWAYS = "text on its side"


@dataclass(frozen=True, slots=True)
class PageWords:
    """A page as it was read. `sideways`: what is set from top to bottom or the other way, as it reads."""

    width: float
    height: float
    words: list[Word]
    sideways: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file, what of it is furniture, and its pages."""

    text: str
    removed: tuple[Removed, ...]
    pages: tuple[Page, ...]
    headings: tuple[tuple[str, float], ...]
    """Of the first page with text: each with the size of its type, in points."""
    body: float
    """The size of the type that most of it is set in."""


@dataclass(frozen=True, slots=True)
class _Aside:
    """What is set aside, and why. `placed`: whether it stands in the text among what is of its own page."""

    page: int
    line: TextLine
    reason: str
    placed: bool = True


def text_of(pages: Sequence[PageWords]) -> Text:
    """The text of the pages; "" where they have no words."""
    body = _body_size(word for page in pages for word in page.words)
    rows = pdf_furniture.set_aside([(page.height, page.words) for page in pages], body)
    running = {id(word) for found in rows for row, _ in found for word in row}
    aside = [
        [_Aside(number, line_of(row), reason) for row, reason in found] for number, found in enumerate(rows)
    ]
    for number, page in enumerate(pages):
        if page.sideways:
            aside[number].append(_Aside(number, _unplaced(page.sideways), SIDEWAYS, False))
    story = [[word for word in page.words if id(word) not in running] for page in pages]
    known: list[Gutter] = []
    for words in story:
        columns(words, body, known)
    laid_out = [columns(words, body, known) for words in story]
    found = joined(blocks_of(laid_out, body))
    vocabulary = Vocabulary(_texts(found))
    builder = _Builder(pages, vocabulary)
    for part in _with(found, aside):
        builder.add(part)
    first = found[0].first if found else 0
    headings = tuple(
        (" ".join(line.text for _, line in block.lines), block.lines[0][1].size)
        for block in found
        if block.first == first and block.kind == "heading"
    )
    return builder.done(headings, body)


def _unplaced(text: str) -> TextLine:
    """Text whose characters have no boxes of which lines could be made."""
    return line_of(
        [Word(word, (0.0,) * (len(word) + 1), 0.0, 0.0, 1.0, False, False, True) for word in text.split()]
    )


def _body_size(words: Iterable[Word]) -> float:
    """The size that most characters are set in."""
    weight: Counter[float] = Counter()
    for word in words:
        weight[round(word.size * 2) / 2] += len(word.text)
    return max(weight.most_common(1)[0][0], 1.0) if weight else 10.0


def _texts(found: list[Block]) -> Iterator[tuple[str, bool]]:
    goes_on = False
    for block in found:
        for _, line in block.lines:
            text = line.text
            yield text, goes_on
            goes_on = text.endswith(("-", "\u00ad"))


def _with(found: list[Block], aside: list[list[_Aside]]) -> Iterator[Block | _Aside]:
    """The blocks, with each page's furniture behind the last one that ends on it.

    A paragraph is not parted for it: where none ends on the page it is before the one that begins there, and
    where one goes on through the whole page it is behind that, without a place on the page.
    """
    before: dict[int, list[_Aside]] = defaultdict(list)
    behind: dict[int, list[_Aside]] = defaultdict(list)
    ends = {block.last: at for at, block in enumerate(found)}
    later = 0
    for page, own in enumerate(aside):
        while later < len(found) and found[later].last <= page:
            later += 1
        if page in ends:
            behind[ends[page]] += own
        elif later < len(found) and found[later].first < page:
            behind[later] += [replace(one, placed=False) for one in own]
        else:
            before[later] += own
    for at, block in enumerate(found):
        yield from before[at]
        yield block
        yield from behind[at]
    yield from before[len(found)]


class _Builder:
    """The text as it grows."""

    def __init__(self, pages: Sequence[PageWords], vocabulary: Vocabulary) -> None:
        self._sizes = [(page.width, page.height) for page in pages]
        self._vocabulary = vocabulary
        self._parts: list[str] = []
        self._length = 0
        self._lines: list[list[Line]] = [[] for _ in pages]
        self._removed: list[Removed] = []

    def add(self, part: Block | _Aside) -> None:
        if self._parts:
            self._put("\n\n")
        start = self._length
        if isinstance(part, _Aside):
            self._line(part.page if part.placed else None, part.line)
            self._removed.append(Removed(start, self._length, part.reason))
        elif part.kind == "table":
            for at, (page, line) in enumerate(part.lines):
                self._put("\n" if at else "")
                self._line(page, line)
        else:
            for at, (page, line) in enumerate(part.lines):
                following = part.lines[at + 1][1].text if at + 1 < len(part.lines) else None
                cut, between = self._vocabulary.between(line.text, following) if following else (False, "")
                self._line(page, line, cut)
                self._put(between)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _line(self, page: int | None, line: TextLine, cut: bool = False) -> None:
        """Add a line; `cut`: without its last character."""
        start, top, bottom = self._length, line.top, line.bottom
        edges: list[float] = []
        for i, word in enumerate(line.words):
            if i and line.spaces[i]:
                self._put("\t" if i in line.cells else " ")
                edges.append(line.words[i - 1].edges[-1])
            last = cut and i + 1 == len(line.words)
            self._put(word.text[:-1] if last else word.text)
            edges += word.edges[: -2 if last else -1]
            if word.dropped:
                self._keep(page, start, word.top, word.bottom, word.edges)
                start, edges = self._length, []
        final = line.words[-1].edges
        self._keep(page, start, top, bottom, (*edges, final[-2] if cut else final[-1]))

    def _keep(
        self, page: int | None, start: int, top: float, bottom: float, edges: tuple[float, ...]
    ) -> None:
        if page is not None and start < self._length:
            self._lines[page].append(Line(start, self._length, top, bottom, edges))

    def done(self, headings: tuple[tuple[str, float], ...], body: float) -> Text:
        text = "".join(self._parts)
        starts: list[int] = []
        following = len(text)
        for lines in reversed(self._lines):
            following = min((line.start for line in lines), default=following)
            starts.append(following)
        starts.reverse()
        if starts:
            starts[0] = 0
        pages = tuple(
            Page(
                start,
                end,
                round(width, 1),
                round(height, 1),
                tuple(sorted(lines, key=lambda line: line.start)),
            )
            for start, end, lines, (width, height) in zip(
                starts, [*starts[1:], len(text)], self._lines, self._sizes, strict=True
            )
        )
        return Text(text, tuple(self._removed), pages, headings, body)
