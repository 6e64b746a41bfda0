"""Plain text and Markdown, with front matter; and the decoding that other formats of text share."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from corpus.article import Removed
from corpus.formats.document import Document, File, Layout, Options, Refused, Unread
from corpus.metadata import front_matter

MARKDOWN = (".md", ".markdown")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HTML = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The one article of a text file. Refused where it is no text."""
    text = text_of(file.data())
    end, metadata = front_matter(text)
    removed = (Removed(0, end, "front matter"),) if end else ()
    layout: Layout = "md" if file.name.lower().endswith(MARKDOWN) else "txt"
    yield Document(text, layout, metadata, removed)


def text_of(data: bytes, html: bool = False) -> str:
    """Decoded text, only a byte order mark dropped. Refused where it is empty or no text."""
    if reason := _unreadable(data):
        raise Refused(reason)
    return decode(data, html)


def _unreadable(data: bytes) -> str:
    """Why `data` is no text, or ""."""
    if not data.strip():
        return "empty file"
    if any(data.startswith(mark) for mark, _ in _BOMS):
        return ""
    head = data[:65536]
    controls = len(_CONTROL.findall(head))
    # A stray control character happens in newswire; a NUL or one in twenty happens in no text.
    return "looks like a binary file" if b"\0" in head or controls > len(head) / 20 else ""


def decode(data: bytes, html: bool = False) -> str:
    """The text of `data`: by byte order mark, as UTF-8, by what HTML declares, then by its statistics."""
    declared = _CHARSET.search(data, 0, 2048) if html else None
    return data.decode(encoding_of(data, declared[1].decode("ascii") if declared else None), errors="replace")


def encoding_of(data: bytes, declared: str | None = None) -> str:
    """The encoding that `data` is in; `declared` is what it says itself; that counts where it is no UTF-8."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    mended = data.decode("utf-8", errors="replace")
    broken = mended.count("\ufffd")
    if sum(c > "\x7f" for c in mended) - broken > broken:
        return "utf-8"
    if declared:
        try:
            data.decode(declared, errors="replace")
            return declared
        except (LookupError, UnicodeError):  # no such encoding, or one of names ("idna") or of nothing
            pass
    sample = data[:65536]
    if sum(byte > 0x7F for byte in sample) < len(sample) / 5:
        # So few: quotation marks, dashes and accents of Western text, on which statistics go astray.
        return "cp1252"
    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"
