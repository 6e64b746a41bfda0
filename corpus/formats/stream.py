"""Large files of text read piece by piece: their encoding, and lines whose length is bounded."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from corpus.formats.text import encoding_of, text_of

_SAMPLE = 65536
"""Bytes that tell the encoding."""
_FALLBACK = "cuttings.cp1252"
"""How bytes are read that are no UTF-8: many exports are UTF-8 but for some old articles."""


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_FALLBACK, _as_cp1252)


def text_stream(stream: BinaryIO, declared: str | None = None) -> TextIO:
    """The text of a stream that can be sought in, decoded as it is read; line ends stay as they are.

    `declared`: the encoding that the file names. Refused where it is empty or no text.
    """
    head = stream.read(_SAMPLE)
    stream.seek(0)
    text_of(head)
    if len(head) == _SAMPLE:
        head = head.rstrip(bytes(range(0x80, 0x100)))  # a character may be cut in two
    # What is ASCII so far may be in any encoding: the file's own word counts then.
    ascii_so_far = declared is not None and head.isascii()
    encoding = encoding_of(b"\xff" if ascii_so_far else head, declared)
    errors = _FALLBACK if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig") else "replace"
    return io.TextIOWrapper(stream, encoding, errors, newline="")


def bounded_lines(text: TextIO, limit: int) -> Iterator[tuple[int, str | None]]:
    """Each line with its number, from 1; None for one of more than `limit` characters."""
    number = 0
    while line := text.readline(limit + 1):
        number += 1
        if len(line) > limit and not line.endswith(("\n", "\r")):
            while (rest := text.readline(limit)) and not rest.endswith(("\n", "\r")):
                pass
            yield number, None
        else:
            yield number, line
