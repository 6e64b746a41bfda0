"""The characters of a PDF's pages with the place of each, by PDFium (pypdfium2).

Places are points from the top left corner of the page as it is shown: cropped, and turned where it says so.
"""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.formats.document import Refused

CHARACTERS = 5_000_000
"""Of one file: a thousand full pages of a newspaper or ten thousand of a book with wide margins."""
OF_A_PAGE = 1_000_000
"""Characters of one page. The densest newspaper page has thirty thousand."""

_LIGATURES = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st",
    "\ufb06": "st",
}  # fmt: skip
_ALIKE = {
    "\u00a0": " ",
    "\u2010": "-",
    "\u2011": "-",
    "\x02": "-",
    "\ufffe": "-",
    "\u2028": " ",
    "\u2029": " ",
}
"""What is printed alike; PDFium gives the hyphen at the end of a line as one of two control characters."""
_SPACE = 0x20
_SHAPELESS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u2060\ufeff\ufffe\uffff]")
_BOLD_NAME = re.compile(rb"bold|black|heavy|semibold|demi", re.IGNORECASE)
_ITALIC_NAME = re.compile(rb"italic|oblique|slanted", re.IGNORECASE)
_NAME_LENGTH = 256


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of characters is set. `size` in points; `angle` in quarter turns, as it is shown."""

    size: float
    bold: bool
    italic: bool
    angle: int


@dataclass(frozen=True, slots=True)
class Character:
    """What is printed in one place: one character, or the letters of a ligature; " " where a space is."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    style: Style


@dataclass(frozen=True, slots=True)
class PageCharacters:
    """A page's characters in the order of the file. `unknown`: how many their fonts do not name."""

    width: float
    height: float
    characters: list[Character]
    unknown: int


def page_characters(page: pypdfium2.PdfPage) -> PageCharacters:
    """The characters of a page that lie on it. Refused where there are too many."""
    text_page = page.get_textpage()
    try:
        return _read(page, text_page.raw)
    finally:
        text_page.close()


def _read(page: pypdfium2.PdfPage, raw: Any) -> PageCharacters:
    count = pdfium.FPDFText_CountChars(raw)
    if count > OF_A_PAGE:
        raise Refused(f"a page of it has {count:,} characters; print it to a new PDF, or split it")
    width, height = page.get_size()
    turn = page.get_rotation() % 360 // 90
    left, bottom, right, top = page.get_cropbox()
    box = pdfium.FS_RECTF()
    reference = ctypes.byref(box)
    styles: dict[int, Style] = {}
    out: list[Character] = []
    unknown = 0
    pair = ""
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    object_of, generated = pdfium.FPDFText_GetTextObject, pdfium.FPDFText_IsGenerated
    for at in range(count):
        code = unicode_of(raw, at)
        if generated(raw, at) == 1:
            # PDFium knows how far the font says that a slanted letter goes; its box may reach over the gap.
            if code == _SPACE and out and out[-1].text != " ":
                out.append(replace(out[-1], text=" "))
            continue
        if 0xD800 <= code < 0xDC00:
            pair = chr(code)
            continue
        if 0xDC00 <= code < 0xE000:
            text = (
                (pair + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
                if pair
                else "\ufffd"
            )
        else:
            text = chr(code) if code <= 0x10FFFF else "\ufffd"
        pair = ""
        if code in (0, 0xFFFD) or 0xE000 <= code < 0xF900:
            unknown += 1
            text = "\ufffd"
        text = _LIGATURES.get(text) or _ALIKE.get(text) or text
        if _SHAPELESS.match(text) or not box_of(raw, at, reference):
            continue
        handle = object_of(raw, at)
        key = ctypes.cast(handle, ctypes.c_void_p).value or 0 if handle else -1
        style = styles.get(key)
        if style is None:
            style = styles[key] = _style(raw, at, turn)
        x0, y0, x1, y1 = box.left, box.bottom, box.right, box.top
        if turn == 0:
            place = (x0 - left, x1 - left, top - y1, top - y0)
        elif turn == 1:
            place = (y0 - bottom, y1 - bottom, x0 - left, x1 - left)
        elif turn == 2:
            place = (right - x1, right - x0, y0 - bottom, y1 - bottom)
        else:
            place = (top - y1, top - y0, right - x1, right - x0)
        across, down = (place[0] + place[1]) / 2, (place[2] + place[3]) / 2
        if not (0 <= across <= width and 0 <= down <= height) or not math.isfinite(sum(place)):
            continue
        out.append(Character(" " if text.isspace() else text, *place, style))
    return PageCharacters(width, height, out, unknown)


def _style(raw: Any, at: int, turn: int) -> Style:
    """The style of the run that the character is in."""
    size = pdfium.FPDFText_GetFontSize(raw, at)
    matrix = pdfium.FS_MATRIX()
    if pdfium.FPDFText_GetMatrix(raw, at, ctypes.byref(matrix)):
        size *= math.hypot(matrix.c, matrix.d) or 1.0
    flags = ctypes.c_int(0)
    name = ctypes.create_string_buffer(_NAME_LENGTH)
    pdfium.FPDFText_GetFontInfo(raw, at, name, _NAME_LENGTH, ctypes.byref(flags))
    bold = bool(_BOLD_NAME.search(name.value)) or bool(flags.value & 1 << 18)
    italic = bool(_ITALIC_NAME.search(name.value)) or bool(flags.value & 1 << 6)
    angle = pdfium.FPDFText_GetCharAngle(raw, at)
    quarter = round(angle / (math.pi / 2)) if math.isfinite(angle) else 0
    return Style(round(size, 2) if math.isfinite(size) else 0.0, bold, italic, (quarter + turn) % 4)
