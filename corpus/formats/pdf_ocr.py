"""Pages that are pictures: recognised, and read by the program tesseract where a person asks for it."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections import defaultdict
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.formats.document import Refused
from corpus.formats.pdf_lines import Word, tenth

_DPI = 300
"""Dots an inch at which tesseract reads best."""
_PIXELS = 40_000_000
"""Of one picture; an A3 page at 300 dots an inch has half as many."""
_TIMEOUT = 120
"""Seconds for a page."""
_COVERED = 0.4
"""Of a page: what a picture covers of a scanned one, at least."""
_LARGER = 1.5
"""Times the usual height of a line: it is a heading."""
_WORD = "5"
"""The level of words in tesseract's table."""


def is_picture(page: pypdfium2.PdfPage) -> bool:
    """Whether a picture covers much of the page."""
    width, height = page.get_size()
    for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = one.get_bounds()
        if abs(right - left) * abs(top - bottom) >= _COVERED * width * height:
            return True
    return False


def words_in_picture(page: pypdfium2.PdfPage) -> list[Word]:
    """The words that tesseract sees on a page, with their places. Refused where it is missing or fails."""
    program = shutil.which("tesseract")
    if program is None:
        raise Refused("`--ocr` needs the program tesseract; install it (`apt install tesseract-ocr`)")
    width, height = page.get_size()
    scale = min(_DPI / 72, (_PIXELS / max(width * height, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        pixels = bitmap.to_numpy()
        picture = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + pixels.tobytes()
    finally:
        bitmap.close()
    try:
        done = subprocess.run(
            [program, "-", "-", "--dpi", str(round(scale * 72)), "tsv"],
            input=picture,
            capture_output=True,
            timeout=_TIMEOUT,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(f"tesseract took over {_TIMEOUT} seconds for a page; scan it smaller") from error
    except (subprocess.CalledProcessError, OSError) as error:
        said = (getattr(error, "stderr", None) or str(error).encode()).decode("utf-8", "replace")
        last = (said.strip().splitlines() or ["no reason given"])[-1]
        raise Refused(f"tesseract failed: {last}") from error
    return _words(done.stdout.decode("utf-8", "replace"), scale)


def _words(table: str, scale: float) -> list[Word]:
    """The words of a table as tesseract prints it; places are pixels there, and points here."""
    lines: dict[tuple[str, ...], list[tuple[str, float, float, float, float]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row.get("level") != _WORD or not text:
            continue
        try:
            left, top, width, height = (
                float(row[name]) / scale for name in ("left", "top", "width", "height")
            )
        except (KeyError, TypeError, ValueError):
            continue
        line = tuple(row.get(name) or "" for name in ("block_num", "par_num", "line_num"))
        lines[line].append((text, left, left + width, top, top + height))
    heights = {
        line: max(bottom for *_, bottom in words) - min(top for *_, top, _ in words)
        for line, words in lines.items()
    }
    usual = median(heights.values()) if heights else 1.0
    out = []
    for line, words in lines.items():
        # Heights of lines differ by the letters in them; only what is much larger is larger type.
        size = heights[line] if heights[line] > _LARGER * usual else usual
        top, bottom = min(top for *_, top, _ in words), max(bottom for *_, bottom in words)
        for text, x0, x1, _, _ in words:
            edges = tuple(tenth(x0 + (x1 - x0) * i / len(text)) for i in range(len(text) + 1))
            out.append(Word(text, edges, round(top, 1), round(bottom, 1), round(size, 1), False, False))
    return out
