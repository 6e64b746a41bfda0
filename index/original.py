"""The file that an article came from, kept where citations are shown in it, and how its pages are stored."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from corpus.formats.document import Line, Page


@dataclass(frozen=True, slots=True)
class Original:
    """The file itself, byte for byte, with what tells where on its pages the article's text stands."""

    media_type: str
    content: bytes
    pages: tuple[Page, ...]


def packed(pages: Sequence[Page]) -> bytes:
    """The pages with their lines as they are stored: JSON, made small by zlib."""
    rows = [
        [
            page.start,
            page.end,
            page.width,
            page.height,
            [[line.start, line.end, line.top, line.bottom, line.edges] for line in page.lines],
        ]
        for page in pages
    ]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode())


def unpacked(stored: bytes) -> tuple[Page, ...]:
    """The pages that `packed` was given. ValueError or TypeError where they are damaged."""
    try:
        rows = json.loads(zlib.decompress(stored))
    except zlib.error as error:
        raise ValueError(f"damaged: {error}") from error
    return tuple(_page(*row) for row in rows)


def _page(start: int, end: int, width: float, height: float, lines: list[list[Any]]) -> Page:
    return Page(start, end, width, height, tuple(_line(*line) for line in lines))


def _line(start: int, end: int, top: float, bottom: float, edges: list[float]) -> Line:
    return Line(start, end, top, bottom, tuple(edges))
