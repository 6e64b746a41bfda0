"""What every format takes and gives: a file, how it is to be read, and the articles in it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from corpus.article import Removed
from corpus.errors import CuttingsError
from corpus.metadata import NOTHING_SAID, Metadata

LIMIT = 20 * 1024 * 1024
"""Bytes of one article. An article is thousands of times smaller; a larger file is a dump, or a mistake."""

Layout = Literal["txt", "md", "html"]
"""How a text shows its blocks: as typed, as Markdown, or as `html_page` lays them out."""


class Refused(CuttingsError):
    """A file, or a part of one, that is not read; the message is the reason, in one line without its name."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says of the files that are to be read."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Of a table or of JSON lines: which column is which field of an article ({"title": "headline"})."""
    ocr: bool = False
    """Whether pages without text are read by tesseract."""
    private_hosts: tuple[str, ...] = ()
    """Hosts of the person's own network, from which pages may be fetched; else only from the public net."""


AS_THEY_ARE = Options()


@dataclass(frozen=True, slots=True)
class File:
    """The bytes of a file, in memory or on disk. `url`: where it was fetched from, if it was."""

    name: str
    """With its suffix, which formats may go by; no path."""
    content: bytes | Path
    url: str | None = None

    def open(self) -> BinaryIO:
        """A binary stream that can be sought in. Raises OSError."""
        return io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")

    def data(self, limit: int = LIMIT) -> bytes:
        """All of it. Refused where it is longer than `limit` bytes; raises OSError."""
        size = len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size
        if size > limit:
            raise Refused(f"{-(-size // 1024**2)} MB is over the limit of {limit // 1024**2} MB; split it")
        with self.open() as stream:
            return stream.read(limit + 1)


@dataclass(frozen=True, slots=True)
class Line:
    """Where a line of a page's text stands: `text[start:end]`, in points from the page's top left corner."""

    start: int
    end: int
    top: float
    bottom: float
    edges: tuple[float, ...]
    """(end - start + 1,) where each character begins, and where the last one ends"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a file that has pages: `text[start:end]` of its article. Width and height are points."""

    start: int
    end: int
    width: float
    height: float
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One article as a file has it."""

    text: str
    layout: Layout
    metadata: Metadata = NOTHING_SAID
    removed: tuple[Removed, ...] = ()
    part: str = ""
    """What tells it from the other articles of its file, the same at each reading; "" where there is one."""
    digest: str = ""
    """SHA-256 (hex) of what it was made from; "" stands for that of the whole file."""
    pages: tuple[Page, ...] = ()
    original: bytes = b""
    """The file itself where a citation is shown in it (a PDF), so that it can be shown for ever."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a file that was not read, and the reason in one line."""

    part: str
    reason: str


class Reader(Protocol):
    """A format's one function."""

    def __call__(self, file: File, options: Options) -> Iterator[Document | Unread]:
        """The articles of a file, in its order. Refused where it cannot be read at all; raises OSError."""
