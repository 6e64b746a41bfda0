"""PDF: its text in reading order, with the page and the place of each character."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.formats.document import Document, File, Options, Refused, Unread

if TYPE_CHECKING:
    import pypdfium2

    from corpus.formats.pdf_text import PageWords

LARGEST = 64 * 1024 * 1024
"""Bytes of a file: photographs take most of it, and it is kept whole."""
PAGES = 10_000
UNFOLDED = 256 * 1024 * 1024
"""Bytes that a stream of the file may unfold to, which is what PDFium takes to read it."""
_JUNK = 1024
"""Bytes in which a PDF has to begin: some have a line of a mail or of HTTP before it."""
_MOST = 1032
"""To one, what deflating can save."""
_NESTED = 3
"""Layers of deflated streams that are looked into."""
_UNREADABLE = 0.3
"""Share of characters whose fonts do not say what they are from which a page is no text."""

_STREAM = re.compile(rb"stream\r?\n")

_ONE_AT_A_TIME = threading.Lock()
"""PDFium may be called by one thread at a time."""


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The one article of a PDF. Refused where it has no text, is encrypted, damaged or too large."""
    data = file.data(LARGEST)
    data = data[max(data.find(b"%PDF-", 0, _JUNK), 0) :]
    _check(data)
    with _ONE_AT_A_TIME:
        found = list(_documents(data, file, options))
    yield from found


def _documents(data: bytes, file: File, options: Options) -> Iterator[Document | Unread]:
    import pypdfium2

    from corpus.formats.pdf_metadata import metadata_of
    from corpus.formats.pdf_text import text_of

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Refused("it is encrypted; save a copy of it without a password") from error
        raise Refused("it is damaged, or no PDF; open it in a viewer and print it to a new one") from error
    try:
        if len(pdf) > PAGES:
            raise Refused(f"it has {len(pdf):,} pages; split it into files of at most {PAGES:,}")
        pages, pictures = _pages(pdf, options.ocr)
        text = text_of(pages)
        if not any(c.isalnum() for c in text.text):
            raise Refused(_without_text(options.ocr))
        yield Document(
            text.text,
            "html",
            metadata_of(pdf, data, text, file.name),
            text.removed,
            pages=text.pages,
            original=data,
        )
    finally:
        pdf.close()
    if pictures:
        named = ", ".join(str(number) for number in pictures)
        which = "page" if len(pictures) == 1 else "pages"
        yield Unread(f"{which} {named}", _without_text(options.ocr))


def _without_text(ocr: bool) -> str:
    if ocr:
        return "no text was found in the pictures of its pages; scan it again, larger or clearer"
    return "it has pictures of pages and no text; `--ocr` reads it where tesseract is installed"


def _pages(pdf: pypdfium2.PdfDocument, ocr: bool) -> tuple[list[PageWords], list[int]]:
    """The words of all pages, and the numbers (from 1) of those that are pictures without text."""
    import pypdfium2

    from corpus.formats.pdf_characters import CHARACTERS, page_characters
    from corpus.formats.pdf_lines import words_of
    from corpus.formats.pdf_ocr import is_picture, words_in_picture
    from corpus.formats.pdf_text import PageWords

    pages: list[PageWords] = []
    pictures: list[int] = []
    count = failed = 0
    for number in range(len(pdf)):
        try:
            page = pdf[number]
            try:
                found = page_characters(page)
                count += len(found.characters)
                if count > CHARACTERS:
                    raise Refused(f"it has over {CHARACTERS:,} characters; split it")
                words = words_of(found.characters)
                sideways = "".join(one.text for one in found.characters if one.style.angle)
                unreadable = found.unknown > _UNREADABLE * (len(found.characters) or 1)
                if not any(c.isalnum() for word in words for c in word.text) or unreadable:
                    if ocr:
                        words = words_in_picture(page)
                    if not words or (unreadable and not ocr):
                        words, sideways = [], "" if unreadable else sideways
                        if unreadable or is_picture(page):
                            pictures.append(number + 1)
            finally:
                page.close()
            pages.append(PageWords(found.width, found.height, words, sideways))
        except pypdfium2.PdfiumError:
            failed += 1
            pages.append(PageWords(0.0, 0.0, []))
    if failed and failed == len(pdf):
        raise Refused("none of its pages can be read; open it in a viewer and print it to a new one")
    return pages, pictures


def _check(data: bytes) -> None:
    """Refused where a stream of the file unfolds to more than is good."""
    for match in _STREAM.finditer(data):
        start = match.end()
        end = data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        if _zlib(data[start : start + 2]):
            layers = _layers(data[start : start + 4096])
            if (layers > 1 or (end - start) * _MOST > UNFOLDED) and _unfolds(data, start, end, layers):
                raise Refused(f"a part of it unfolds to over {UNFOLDED // 1024**2} MB; print it to a new one")


def _zlib(head: bytes) -> bool:
    """Whether these two bytes begin a deflated stream."""
    return len(head) == 2 and head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0


def _layers(head: bytes) -> int:
    """How often a stream was deflated, by its first bytes."""
    layers = 0
    while layers < _NESTED and _zlib(head[:2]):
        layers += 1
        try:
            head = zlib.decompressobj().decompress(head, 4096)
        except zlib.error:
            break
    return layers


def _unfolds(data: bytes, start: int, end: int, layers: int) -> bool:
    """Whether `data[start:end]`, inflated so many times, is too long; no more than that is unfolded."""
    inflaters = [zlib.decompressobj() for _ in range(layers)]
    sizes = [0] * layers

    def feed(layer: int, block: bytes) -> bool:
        while block and not inflaters[layer].eof:
            out = inflaters[layer].decompress(block, 1 << 20)
            block = inflaters[layer].unconsumed_tail
            sizes[layer] += len(out)
            if sizes[layer] > UNFOLDED or (layer + 1 < layers and feed(layer + 1, out)):
                return True
        return False

    try:
        return any(feed(0, data[at : min(at + 65536, end)]) for at in range(start, end, 65536))
    except zlib.error:
        return False  # PDFium reads as far as it can too
