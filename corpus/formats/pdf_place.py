"""Where a stretch of an article's text stands on the pages of its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.formats.document import Page

Rectangle = tuple[float, float, float, float]
"""x0, top, x1, bottom: points from the page's top left corner."""


@dataclass(frozen=True, slots=True)
class Place:
    """The part of a stretch that is on one page (its number, from 1): a rectangle for each line."""

    page: int
    width: float
    height: float
    rectangles: tuple[Rectangle, ...]


def places(pages: Sequence[Page], start: int, end: int) -> list[Place]:
    """Where `text[start:end]` stands, page by page; what was not printed has no place."""
    out = []
    for number, page in enumerate(pages, start=1):
        if page.end <= start or page.start >= end:
            continue
        rectangles: list[Rectangle] = []
        for line in page.lines:
            first, last = max(line.start, start), min(line.end, end)
            if first < last:
                edges = line.edges[first - line.start : last - line.start + 1]
                rectangles.append((min(edges), line.top, max(edges), line.bottom))
        if rectangles:
            out.append(Place(number, page.width, page.height, tuple(rectangles)))
    return out
