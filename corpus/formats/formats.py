"""The formats by their names: which of them a file is, by its first bytes and then by its suffix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import PurePath

from corpus.formats.document import Document, File, Options, Refused, Unread

SUFFIXES: dict[str, str] = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
"""By suffix, the file of this folder that reads it."""

MEDIA_TYPES: dict[str, str] = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
}
"""By media type, the suffix of such a file."""

_HEAD = 4096
"""Bytes that tell what a file is."""

_MAGIC: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)\b", re.IGNORECASE), "html"),
)
"""What a file begins with, where its name does not say what it is."""


def suffix_of(name: str) -> str:
    return PurePath(name).suffix.lower()


def is_read(name: str) -> bool:
    """Whether files of this name are read."""
    return suffix_of(name) in SUFFIXES


def is_plain(name: str) -> bool:
    """Whether files of this name are read as plain text."""
    return SUFFIXES.get(suffix_of(name)) == "text"


def read_as(file: File) -> str:
    """The file of this folder that reads `file`. Refused where none does; raises OSError."""
    with file.open() as stream:
        head = stream.read(_HEAD)
    # A text may quote the first line of a page: what a file is called decides, where it says anything.
    suffix = suffix_of(file.name)
    found = SUFFIXES.get(suffix) or next((kind for first, kind in _MAGIC if first.match(head)), None)
    if found is None and not suffix:
        found = "text"
    if found is None:
        raise Refused(f"not a kind of file that is read ({' '.join(SUFFIXES)})")
    return found


def media_type_of(content: bytes) -> str:
    """What a whole file is, by its first bytes; text where they do not tell."""
    kind = read_as(File("", content))
    return next(media for media, suffix in MEDIA_TYPES.items() if SUFFIXES[suffix] == kind)


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The articles of a file of any kind. Refused where it cannot be read at all; raises OSError."""
    # Imported here: what reads pages takes longer to load than a folder of text files takes to read.
    read: Callable[[File, Options], Iterator[Document | Unread]]
    read = import_module(f"corpus.formats.{read_as(file)}").documents
    return read(file, options)
