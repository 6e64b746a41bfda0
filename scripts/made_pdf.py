"""PDFs made from known articles, as newspapers set them; each printed character's page and place is kept.

A template says how pages look. What is set: headlines, paragraphs (justified or ragged, hyphenated or not),
captions, footnotes, tables, running headers and footers, page numbers.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyphen
from reportlab.lib.pagesizes import A4, LETTER, landscape
from reportlab.pdfbase.pdfmetrics import getAscentDescent, stringWidth
from reportlab.pdfgen.canvas import Canvas

Font = tuple[str, float]


@dataclass(frozen=True)
class Template:
    """How pages are set. Measures are points."""

    name: str
    columns: int = 2
    page: tuple[float, float] = A4
    margin: float = 50
    gutter: float = 18
    font: str = "Times-Roman"
    bold: str = "Times-Bold"
    italic: str = "Times-Italic"
    size: float = 9.5
    leading: float = 1.2
    justified: bool = True
    hyphenated: bool = True
    indent: float = 12
    """Of first lines; 0: paragraphs are told by a gap."""
    headline: float = 24
    headline_columns: int = 0
    """Columns that a headline goes over; 0: all."""
    header: str = "The Harbour Post    Thursday 3 April 2025"
    footer: str = ""
    numbers: str = "{}"
    """How a page's number is printed; "" for not at all."""
    captions: bool = True
    footnotes: bool = True
    subheads: bool = True
    tables: bool = False
    drop_caps: bool = False
    shuffled: bool = False
    """Whether the lines are in the file in another order than that in which they are read."""
    rotate: int = 0
    several: bool = False
    """Whether an article begins wherever the last one ended, its columns side by side below its headline."""


TUNED = (
    Template("two columns"),
    Template(
        "three columns", columns=3, justified=False, hyphenated=False, indent=0, size=9, gutter=14, margin=40,
        footer="harbourpost.example", numbers="Page {}",
    ),
    Template("one column", columns=1, margin=90, size=11, leading=1.35, indent=0, hyphenated=False,
        tables=True),
    Template(
        "narrow gutter", font="Helvetica", bold="Helvetica-Bold", italic="Helvetica-Oblique", size=8,
        gutter=10,
        page=LETTER, header="", footer="Coastal News Service", numbers="- {} -", several=True,
    ),
    Template(
        "headline over two of three", columns=3, headline_columns=2, drop_caps=True, shuffled=True, size=8.5,
        gutter=12, margin=36, numbers="{} | Harbour Post", header="",
    ),
    Template(
        "four columns on their side", columns=4, page=landscape(A4), rotate=90, size=8, gutter=12, margin=30,
        justified=False, indent=8, headline=30, header="Weekend", captions=False,
    ),
    Template(
        "ragged and hyphenated", justified=False, indent=0, size=10.5, leading=1.15, gutter=24, margin=60,
        font="Courier", bold="Courier-Bold", italic="Courier-Oblique", header="Notes of the council",
    ),
)  # fmt: skip
"""Templates that the rules were made with."""

HELD_OUT = (
    Template(
        "magazine", size=11, leading=1.3, indent=18, gutter=16, headline=32, headline_columns=1,
        drop_caps=True,
        page=LETTER, header="Tide and Time, a magazine for the coast", numbers="tideandtime.example   {}",
    ),
    Template(
        "five columns of a large sheet", columns=5, page=(842, 1191), size=8, leading=1.1, gutter=11,
        margin=40,
        headline=44, headline_columns=3, header="", footer="Saturday Edition", shuffled=True,
    ),
    Template(
        "report with tables", tables=True, font="Helvetica", bold="Helvetica-Bold",
        italic="Helvetica-Oblique",
        size=10, justified=False, indent=0, gutter=30, page=LETTER, headline=18, numbers="Page {} of 99",
    ),
)  # fmt: skip
"""Templates that they were not."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A character where it is printed: its page from 0, and its box in points from the top left as shown."""

    page: int
    x0: float
    x1: float
    top: float
    bottom: float


@dataclass
class Made:
    """A PDF, and what is in it."""

    data: bytes
    blocks: list[tuple[str, list[Printed | None]]] = field(default_factory=list)
    """Headlines, subheads and paragraphs in reading order; where each character is, None for the spaces."""
    asides: list[str] = field(default_factory=list)
    """Captions and footnotes."""
    rows: list[str] = field(default_factory=list)
    """Rows of tables, cells with a tab between them."""
    running: list[str] = field(default_factory=list)
    """Headers, footers and page numbers."""
    pages: int = 0


def make(articles: Sequence[tuple[str, str]], template: Template, pages: int, seed: int = 0) -> Made:
    """Articles (title, text with blank lines between paragraphs) on so many pages at least, over and over."""
    return _Setter(template, random.Random(seed)).set(articles, pages)


@dataclass
class _Line:
    """What is drawn: pieces (text, x), each from a paragraph's characters on."""

    words: list[tuple[str, float, int]]
    """text, where it begins, and its place in its block (-1: in none)"""
    y: float
    font: Font
    block: int = -1
    spread: float = 0.0


class _Setter:
    def __init__(self, template: Template, chance: random.Random) -> None:
        self._t = template
        self._chance = chance
        self._width, self._height = template.page
        self._canvas = Canvas(buffer := io.BytesIO(), pagesize=template.page)
        self._buffer = buffer
        self._made = Made(b"")
        self._hyphens = pyphen.Pyphen(lang="en_GB")
        self._lines: list[_Line] = []
        self._page = 0
        self._top = self._height - template.margin - (24 if template.header else 0)
        self._y = self._top
        self._bottom = template.margin + 20
        self._column = 0
        self._notes: list[str] = []
        self._floor = self._bottom
        inner = self._width - 2 * template.margin
        self._wide = (inner - (template.columns - 1) * template.gutter) / template.columns

    def set(self, articles: Sequence[tuple[str, str]], pages: int) -> Made:
        number = 0
        while self._page < pages:
            title, text = articles[number % len(articles)]
            self._article(title, text.split("\n\n"))
            number += 1
        self._end_page()
        self._canvas.save()
        self._made.data = self._buffer.getvalue()
        self._made.pages = self._page
        return self._made

    def _x(self) -> float:
        return self._t.margin + self._column * (self._wide + self._t.gutter)

    def _article(self, title: str, paragraphs: list[str]) -> None:
        t = self._t
        if self._lines and not t.several:
            self._end_page()
        over = t.headline_columns or t.columns
        wide = over * self._wide + (over - 1) * t.gutter
        lines = list(self._broken(title, (t.bold, t.headline), wide, False))
        if t.several:
            self._start_band(len(lines) * t.headline * 1.15 + 80)
        block = self._block(title)
        for words, _ in lines:
            self._y -= t.headline * 1.15
            self._lines.append(
                self._placed(words, self._x(), self._y, (t.bold, t.headline), block, False, wide)
            )
        self._y -= 10
        first = self._y
        self._tops = [first if i < over else self._top for i in range(t.columns)]
        self._y = self._tops[self._column]
        if t.several:
            self._balanced(paragraphs, first)
            return
        if t.footnotes:
            known = sorted(set(re.findall(r"[a-z]{4,}", " ".join(paragraphs))))
            said = " ".join(self._chance.sample(known, min(6, len(known))))
            self._note(f"{self._chance.randint(1, 9)} That is, {said}.")
        for i, paragraph in enumerate(paragraphs):
            if t.subheads and i and i % 6 == 0:
                self._subhead(" ".join(paragraph.split()[:3]).strip('.,;:“”"').capitalize())
            if t.captions and i % 7 == 3:
                self._caption(f"Photograph: boats in the harbour of {title.split()[-1]}, seen from pier {i}")
            if t.tables and i % 5 == 2:
                self._table(i)
            self._paragraph(paragraph, dropped=t.drop_caps and i == 0)

    def _balanced(self, paragraphs: list[str], top: float) -> None:
        """An article whose columns stand side by side and end together, as far as the page has room."""
        t = self._t
        font = (t.font, t.size)
        lines: list[_Line] = []
        for paragraph in paragraphs[:10]:
            block = self._block(paragraph)
            for n, (words, last) in enumerate(
                self._broken(paragraph, font, self._wide, t.hyphenated, t.indent)
            ):
                indent = t.indent if n == 0 else 0
                lines.append(
                    self._placed(words, indent, 0, font, block, t.justified and not last, self._wide - indent)
                )
        step = t.size * t.leading
        room = int((top - self._bottom) / step)
        at = 0
        while at < len(lines):
            each = min(room, -(-(len(lines) - at) // t.columns))
            for column in range(t.columns):
                for i in range(each):
                    if at < len(lines):
                        line = lines[at]
                        x = t.margin + column * (self._wide + t.gutter)
                        line.words = [(text, x + dx, place) for text, dx, place in line.words]
                        line.y = top - (i + 1) * step
                        self._lines.append(line)
                        at += 1
            self._y = top - each * step - 24
            if at < len(lines):
                self._end_page()
                top, room = self._top, int((self._top - self._bottom) / step)

    def _start_band(self, height: float) -> None:
        self._column = 0
        if self._y - height < self._bottom:
            self._end_page()

    def _block(self, text: str) -> int:
        self._made.blocks.append((text, [None] * len(text)))
        return len(self._made.blocks) - 1

    def _room(self, height: float) -> None:
        """Go on in the next column or on the next page where so much is not left."""
        while self._y - height < self._floor:
            self._column += 1
            if self._column == self._t.columns:
                self._end_page()
            else:
                self._y = self._tops[self._column]

    def _subhead(self, text: str) -> None:
        font = (self._t.bold, self._t.size)
        self._room(4 * self._t.size * self._t.leading)
        block = self._block(text)
        self._y -= self._t.size * 0.8
        for words, _ in self._broken(text, font, self._wide, False):
            self._y -= self._t.size * self._t.leading
            self._lines.append(self._placed(words, self._x(), self._y, font, block, False, self._wide))

    def _caption(self, text: str) -> None:
        font = (self._t.italic, self._t.size * 0.85)
        self._room(60 + 3 * font[1])
        self._y -= 60  # the picture
        self._canvas.setFillGray(0.8)
        self._canvas.rect(self._x(), self._y, self._wide, 54, fill=1, stroke=0)
        self._canvas.setFillGray(0)
        for words, _ in self._broken(text, font, self._wide, False):
            self._y -= font[1] * 1.2
            self._lines.append(self._placed(words, self._x(), self._y, font, -1, False, self._wide))
        self._y -= 8
        self._made.asides.append(text)

    def _note(self, text: str) -> None:
        self._notes.append(text)
        self._made.asides.append(text)
        self._floor = self._bottom + 14 + 22 * len(self._notes)

    def _table(self, i: int) -> None:
        font = (self._t.font, self._t.size)
        cells = [
            ("Harbour", "Boats", "Tonnes"),
            (f"Northport {i}", f"{i * 7}", f"{i * 311:,}"),
            ("Whitcombe Bay", f"{i + 3}", "1,204"),
        ]
        self._room(5 * self._t.size * self._t.leading)
        self._y -= self._t.size
        for row in cells:
            self._y -= self._t.size * self._t.leading
            words = [(cell, self._x() + n * self._wide / 3, -1) for n, cell in enumerate(row)]
            self._lines.append(_Line(words, self._y, font))
            self._made.rows.append("\t".join(row))
        self._y -= self._t.size

    def _paragraph(self, text: str, dropped: bool) -> None:
        t = self._t
        font = (t.font, t.size)
        step = t.size * t.leading
        block = self._block(text)
        if not t.indent:
            self._y -= t.size * 0.5
        large, aside = ((t.bold, t.size * 3), 0.0)
        start = 0
        if dropped and text[0].isalpha():
            aside, start = stringWidth(text[0], *large) + 3, 1
            self._room(3 * step)
            self._lines.append(_Line([(text[0], self._x(), 0)], self._y - 0.74 * large[1], large, block))
        indents = [aside, aside] if aside else [float(t.indent)]
        for n, (words, last) in enumerate(self._broken(text, font, self._wide, t.hyphenated, indents, start)):
            self._room(step)
            indent = indents[n] if n < len(indents) else 0
            self._y -= step
            self._lines.append(
                self._placed(
                    words,
                    self._x() + indent,
                    self._y,
                    font,
                    block,
                    t.justified and not last,
                    self._wide - indent,
                )
            )

    def _broken(
        self,
        text: str,
        font: Font,
        wide: float,
        hyphenated: bool,
        indents: float | list[float] = 0.0,
        start: int = 0,
    ) -> Iterator[tuple[list[tuple[str, int]], bool]]:
        """Lines of words, each with its place in the text, and whether the line is the last."""
        indents = indents if isinstance(indents, list) else [indents]
        words = list(_words(text, start))
        n = 0
        line: list[tuple[str, int]] = []
        while words:
            room = wide - (indents[n] if n < len(indents) else 0)
            word, at = words[0]
            used = stringWidth(" ".join([*(one for one, _ in line), word]), *font)
            if used <= room or (not line and not hyphenated):
                line.append(words.pop(0))
                continue
            parts = (
                self._parts(
                    word,
                    room - stringWidth(" ".join(one for one, _ in line) + (" " if line else ""), *font),
                    font,
                )
                if hyphenated
                else None
            )
            if parts:
                head, tail = parts
                line.append((head, at))
                words[0] = (
                    tail,
                    at
                    + len(head.rstrip("-"))
                    + (word[len(head.rstrip("-")) : len(head.rstrip("-")) + 1] == "-"),
                )
            elif not line:
                line.append(words.pop(0))
            yield line, not words
            line, n = [], n + 1
        if line:
            yield line, True

    def _parts(self, word: str, room: float, font: Font) -> tuple[str, str] | None:
        if "-" in word.strip("-"):
            head, _, tail = word.rpartition("-")
            if stringWidth(head + "-", *font) <= room and tail[:1].isalpha():
                return head + "-", tail
            return None
        bare = word.strip(".,;:!?“”‘’\"'()")
        if len(bare) < 6 or not bare.isalpha() or bare[0].isupper():
            return None
        before = word.index(bare)
        for at in reversed(self._hyphens.positions(bare)):
            head = word[: before + at] + "-"
            if stringWidth(head, *font) <= room:
                return head, word[before + at :]
        return None

    def _placed(
        self,
        words: list[tuple[str, int]],
        x: float,
        y: float,
        font: Font,
        block: int,
        justified: bool,
        wide: float,
    ) -> _Line:
        space = stringWidth(" ", *font)
        if justified and len(words) > 1:
            space = (wide - sum(stringWidth(word, *font) for word, _ in words)) / (len(words) - 1)
        out = []
        for word, at in words:
            out.append((word, x, at))
            x += stringWidth(word, *font) + space
        return _Line(out, y, font, block)

    def _end_page(self) -> None:
        t, canvas = self._t, self._canvas
        number = self._page + 1
        if t.header:
            self._running(t.header, t.margin, self._height - t.margin + 8)
        if t.footer:
            self._running(t.footer, t.margin, t.margin - 14)
        if t.numbers:
            text = t.numbers.format(number)
            self._running(text, self._width - t.margin - stringWidth(text, t.font, 8), t.margin - 28)
        y = self._bottom + 12
        for note in self._notes:
            for words, _ in self._broken(note, (t.font, t.size * 0.8), self._wide, False):
                self._lines.append(
                    self._placed(words, t.margin, y, (t.font, t.size * 0.8), -1, False, self._wide)
                )
                y -= t.size * 0.95
        if t.rotate == 90:
            # The sheet is upright, what is on it lies, and the viewer turns it.
            canvas.setPageSize((self._width, self._height))  # reportlab turns it itself
            canvas.setPageRotation(90)
            canvas.translate(self._height, 0)
            canvas.rotate(90)
        lines = self._lines
        if t.shuffled:
            lines = sorted(lines, key=lambda line: (-line.y, line.words[0][1]))
        for line in lines:
            self._draw(line)
        canvas.showPage()
        self._page += 1
        self._lines, self._notes = [], []
        self._column, self._y, self._floor = 0, self._top, self._bottom
        self._tops = [self._top] * t.columns

    def _running(self, text: str, x: float, y: float) -> None:
        self._lines.append(_Line([(text, x, -1)], y, (self._t.font, 8)))
        self._made.running.append(text)

    def _draw(self, line: _Line) -> None:
        font, size = line.font
        self._canvas.setFont(font, size)
        ascent, descent = getAscentDescent(font, size)
        for text, x, at in line.words:
            self._canvas.drawString(x, line.y, text)
            if line.block < 0:
                continue
            whole, places = self._made.blocks[line.block]
            for i, c in enumerate(text):
                if at + i < len(whole) and whole[at + i] == c:
                    x0 = x + stringWidth(text[:i], font, size)
                    box = (
                        x0,
                        x0 + stringWidth(c, font, size),
                        self._height - line.y - ascent,
                        self._height - line.y - descent,
                    )
                    places[at + i] = Printed(self._page, *box)


def _words(text: str, start: int) -> Iterator[tuple[str, int]]:
    at = start
    for word in text[start:].split(" "):
        if word:
            yield word, at
        at += len(word) + 1
