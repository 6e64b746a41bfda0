"""Sentences -> passages: runs of whole sentences of a size that the encoder can read.

The borders are chosen together, for the whole stretch between two removed spans: the cheapest way to cut it,
where an unfilled passage, a border inside a paragraph and a heading inside a passage all cost something.
So a stretch is split evenly, and no stub is left at its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.article import Article, ArticleInfo, Passage, Sentence
from corpus.blocks import key, kind_of_line

# Costs, in the unit of a passage that is left wholly unfilled (which costs 1).
_INSIDE_PARAGRAPH = 0.30
_BETWEEN_PARAGRAPHS = 0.04
_HEADING_INSIDE = 0.10


_LETTER = re.compile(r"[^\W\d_]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")

CAPTIONED = "Caption"
"""Stands as the heading of a caption, behind that of its section."""
NOTE_BEHIND = " · "
"""Between the heading of a section, and the columns of its table or CAPTIONED."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A quotable sentence with what stands before it."""

    sentence: Sentence
    size: int
    heading: str
    new_heading: bool
    new_paragraph: bool


def passages(
    article: Article, sentences: Sequence[Sentence], count: Callable[[str], int], budget: int
) -> tuple[Passage, ...]:
    """Cut `sentences` (ordered) into passages of at most `budget` pieces, counted by `count`.

    The budget holds the lines of `dress` too. Only a sentence that exceeds it by itself makes a larger
    passage. Every sentence but the headings is in at least one passage.
    """
    out: list[Passage] = []
    sizes: dict[str, int] = {}
    info = article.info
    title = "" if info.untitled else info.title

    def overhead(heading: str) -> int:
        line = _lines(title, heading)
        if line not in sizes:
            sizes[line] = count(line) if line else 0
        return sizes[line]

    for stretch in _stretches(article, sentences, count):
        for first, stop in _cut(stretch, budget, overhead):
            run = stretch[first:stop]
            out.append(
                Passage(
                    article.id,
                    run[0].sentence.start,
                    run[-1].sentence.end,
                    run[0].heading,
                    tuple(unit.sentence for unit in run),
                )
            )
    return tuple(out)


def dress(article: ArticleInfo, passage: Passage) -> str:
    """The context lines (title, heading) to put before the passage's text when it is encoded or read."""
    return _lines("" if article.untitled else article.title, passage.heading)


def searched_text(article: ArticleInfo, passage: Passage, text: str) -> str:
    """What is searched of a passage: its context lines and then its `text`, from `len(dress(...))` on."""
    return dress(article, passage) + text


def heading_at(passage: Passage, text: str, offset: int) -> str:
    """The heading above a place of an article; `text` is that of its passage, which may hold headings too."""
    end, heading = passage.start, passage.heading
    for sentence in passage.sentences:
        between = text[end - passage.start : sentence.start - passage.start]
        if _LETTER.search(between):
            heading = between.strip().splitlines()[-1].strip("# \t*")
        end = sentence.end
        if offset < end:
            break
    return heading


def _lines(title: str, heading: str) -> str:
    return "".join(f"{line}\n" for line in (title, heading) if line)


def _stretches(
    article: Article, sentences: Sequence[Sentence], count: Callable[[str], int]
) -> Iterator[list[_Unit]]:
    """The quotable sentences between two removed spans, each counted once."""
    stretch: list[_Unit] = []
    heading, columns, note, new_heading, end, at, seen = "", "", "", False, 0, 0, 0
    for sentence in sentences:
        text = article.text[sentence.start : sentence.end]
        kind = kind_of_line(article.text, sentence.start)
        if kind != "row" or _BLANK_LINE.search(article.text, seen, sentence.start):
            columns = ""
        seen = sentence.end
        if sentence.kind == "heading":
            line = " ".join(text.split())
            if kind == "row":
                columns = line
            else:
                # The page's own headline, perhaps with a label before it ("NEWS: ..."), is the title.
                heading = "" if key(text).endswith(key(article.title)) else line
            new_heading = True
            continue
        before, note = note, CAPTIONED if sentence.kind == "caption" else columns
        while at < len(article.removed) and article.removed[at].start < sentence.start:
            at += 1
            if stretch and article.removed[at - 1].start >= end:
                yield stretch
                stretch = []
        if stretch and note != before:  # what is said of a row or a caption is not said of the text beside it
            yield stretch
            stretch = []
        above = NOTE_BEHIND.join(line for line in (heading, note) if line)
        stretch.append(
            _Unit(sentence, count(text), above, new_heading, "\n" in article.text[end : sentence.start])
        )
        new_heading, end = False, sentence.end
    if stretch:
        yield stretch


def _cut(units: list[_Unit], budget: int, overhead: Callable[[str], int]) -> list[tuple[int, int]]:
    """The cheapest borders, as (first, stop) index pairs, found from the end backwards."""
    n = len(units)
    best = [0.0] * (n + 1)
    stops = [n] * (n + 1)
    for first in range(n - 1, -1, -1):
        best[first] = float("inf")
        size, inside = overhead(units[first].heading), 0.0
        for stop in range(first + 1, n + 1):
            size += units[stop - 1].size
            if stop > first + 1:
                if size > budget:
                    break
                inside += _HEADING_INSIDE * units[stop - 1].new_heading
            cost = (max(0, budget - size) / budget) ** 2 + inside + best[stop]
            if stop < n and not units[stop].new_heading:
                cost += _BETWEEN_PARAGRAPHS if units[stop].new_paragraph else _INSIDE_PARAGRAPH
            if cost < best[first]:
                best[first], stops[first] = cost, stop
    out = []
    first = 0
    while first < n:
        stop = stops[first]
        out.append((_overlap(units, first, stop, budget, overhead), stop))
        first = stop
    return out


def _overlap(units: list[_Unit], first: int, stop: int, budget: int, overhead: Callable[[str], int]) -> int:
    """Where a paragraph is cut in the middle, begin one sentence earlier if there is room for it."""
    if not first or units[first].new_paragraph or units[first].new_heading:
        return first
    size = overhead(units[first - 1].heading) + sum(unit.size for unit in units[first - 1 : stop])
    return first - 1 if size <= budget else first
