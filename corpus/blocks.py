"""Text -> blocks: paragraphs, list items, headings, table rows and code, as spans.

A block is what a reader sees as one piece. Blank lines always end one; a single line break ends one
unless the text is wrapped by hand, where the break is only where the line was full.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

BLANK = "\u200b\u200e\u200f\u2060\ufeff\x00\x01\x02\x03\x04\x05\x06\x07\x08"
"""Characters without a shape that `str.strip` leaves; they never begin or end a span."""

_LONGEST_LINE = 4096
"""Characters before a place in which its line is marked; bounds the time where a text is all one line."""

_WRAP_MIN, _WRAP_MAX = 40, 100
"""Widths, in characters, at which people and mail programs wrap lines."""

_MARKER = re.compile(r"(?:[•◦▪‣●○■□➢➤✓✔·∙*+–—-]|\(?(?:\d{1,2}|[a-z])[.)])(?=\s)\s*")
_HASH = re.compile(r"#{1,6}\s+")
_QUOTE = re.compile(r"(?:>\s?)+")
_RULE = re.compile(r"[-=_*~\s•·]{3,}")
_FENCE = re.compile(r"(```+|~~~+)")
_ROW = re.compile(r"\|.*\|")
TABLE_RULE = re.compile(r"[|:\s-]+")
"""The line below the names of a table's columns."""
CAPTION = "▣ "
"""What stands before the caption of a picture or a table, on its line, where its source marks it as one."""
_CAPTIONED = re.compile(rf"(?:{CAPTION}|(?i:image|picture|photo) (?i:caption)[,:] )(?=\S)")
"""That, or the words that some sites print in its place."""
HEADING_WORDS = 30
"""Words of a heading at most, where its source says that it is one."""
_DANGLING = re.compile(
    r"(?:,|\b(?:a|an|and|are|as|at|be|by|for|from|has|have|in|into|is|its|of|on|or|said|that|the|their|to"
    r"|was|were|which|who|will|with))$",
    re.IGNORECASE,
)

_TERMINAL = re.compile(r"[.!?…:;,][”’\"')\]]*$")
_ENDED = re.compile(r"[.!?:;…][”’\"')\]]*$")
_SENTENCE_INSIDE = re.compile(r"[a-z][.!?][”’\"')]*\s+[A-Z]")

Kind = Literal["text", "item", "heading", "caption", "columns", "row", "code"]
"""`columns` is the row of a table that names its columns."""


@dataclass(frozen=True, slots=True)
class Block:
    """`text[start:end]`, stripped, its marker (bullet, `#`, `>`) left out. `gap`: a blank line is above."""

    start: int
    end: int
    kind: Kind
    gap: bool


@dataclass(slots=True)
class _Line:
    start: int
    """First character that is not white space."""
    end: int
    indent: int
    text: str


def strip(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space and shapeless characters at its ends; empty when nothing is left."""
    while start < end and (text[start].isspace() or text[start] in BLANK):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in BLANK):
        end -= 1
    return start, end


def key(text: str) -> str:
    """White space and case levelled: two blocks with one key read the same."""
    return " ".join(text.split()).casefold()


def titled(text: str, words: int = 14) -> bool:
    """Whether `text` has the shape of a heading: one short line, a capital first, no full stop at the end."""
    return (
        len(text.split()) <= words
        and "\n" not in text
        and not _TERMINAL.search(text)
        and not _SENTENCE_INSIDE.search(text)
        and any(c.isalnum() for c in text)
        and not text[0].islower()
        and not (text[0] in '“"‘' and text[-1] in '”"’-')
    )


def one_statement(text: str) -> bool:
    """Whether `text` may be a heading by its punctuation: no sentences in it, and none of eight words."""
    stopped = text.endswith(".") and len(text.split()) >= 8
    return not stopped and not _SENTENCE_INSIDE.search(text)


def kind_of_line(text: str, at: int) -> Literal["caption", "row", ""]:
    """Whether the line in which `text[at]` stands is marked as a caption, or as a row of a table."""
    start = text.rfind("\n", max(0, at - _LONGEST_LINE), at) + 1
    if not start and at >= _LONGEST_LINE:
        return ""
    while start < at and (text[start].isspace() or text[start] in BLANK):
        start += 1
    return "caption" if text.startswith(CAPTION, start) else "row" if text[start] == "|" else ""


def tabular(text: str) -> bool:
    """Whether `text` looks like the line of a table: two numbers or more."""
    return sum(word[0].isdigit() for word in text.split()) > 1


def blocks(text: str, start: int = 0) -> list[Block]:
    """The blocks of `text[start:]`, in order and disjoint; offsets count from the beginning of `text`."""
    lines = _lines(text, start)
    width = _wrap_width(lines)
    indented = any(line.text and line.indent > 1 for line in lines)
    out: list[Block] = []
    fence = ""
    gap = True
    previous: _Line | None = None
    for line in lines:
        if not line.text:
            gap, previous = True, None
            continue
        if fence or _FENCE.match(line.text):
            fence, previous = _fenced(out, line, fence, gap), None
        elif TABLE_RULE.fullmatch(line.text) and "|" in line.text and "-" in line.text:
            if out and not gap and out[-1].kind == "row":
                out[-1] = Block(out[-1].start, out[-1].end, "columns", out[-1].gap)
            previous = None
        elif _RULE.fullmatch(line.text):
            # A line of === or --- directly under a line of text makes that line a heading (setext).
            if out and previous and line.text[0] in "=-" and out[-1].kind == "text":
                out[-1] = Block(out[-1].start, out[-1].end, "heading", out[-1].gap)
            previous = None
        elif previous and out and _continues(previous, line, out[-1], width, indented):
            out[-1] = Block(out[-1].start, line.end, out[-1].kind, out[-1].gap)
            previous = line
        else:
            block = _block(line, gap)
            if block:
                out.append(block)
            previous = line if block and block.kind in ("text", "item") else None
        gap = False
    return out


def _lines(text: str, start: int) -> list[_Line]:
    out = []
    for raw in text[start:].splitlines(keepends=True):
        first, last = strip(text, start, start + len(raw))
        out.append(_Line(first, last, first - start, text[first:last]))
        start += len(raw)
    return out


def _wrap_width(lines: list[_Line]) -> int:
    """The width in characters at which the text was wrapped by hand, or 0.

    In wrapped text the next line's first word would not have fitted on the line before it.
    """
    pairs = [
        (len(above.text) + above.indent, len(below.text.split(None, 1)[0]))
        for above, below in pairwise(lines)
        if above.text and below.text and below.indent <= above.indent and not _MARKER.match(below.text)
    ]
    if not pairs:
        return 0
    lengths = sorted(len(line.text) + line.indent for line in lines if line.text)
    width = lengths[min(len(lengths) - 1, int(len(lengths) * 0.97))]
    full = sum(length + 1 + word > width for length, word in pairs)
    return width if _WRAP_MIN <= width <= _WRAP_MAX and full >= 0.6 * len(pairs) else 0


def _continues(above: _Line, line: _Line, block: Block, width: int, indented: bool) -> bool:
    """Whether `line` continues the paragraph that `above` belongs to."""
    full = bool(width) and len(above.text) + above.indent + 1 + len(line.text.split(None, 1)[0]) > width
    ended = _ENDED.search(above.text) is not None
    if _HASH.match(line.text) or _ROW.fullmatch(line.text) or _CAPTIONED.match(line.text):
        return False
    if _MARKER.match(line.text) and not (full and not ended):
        return False
    if line.text.startswith(">") != above.text.startswith(">"):
        return False
    if block.kind == "item" and line.indent > 0 and (full or not ended):
        return True
    if full:
        return line.indent <= above.indent or line.indent < 2
    if line.indent > above.indent + 1:
        return False
    first = line.text[0]
    if not ended and ((first.islower() and not line.text[1:2].isupper()) or _DANGLING.search(above.text)):
        return width > 0 or len(above.text) >= 30
    if not ended and first.isdigit() and len(above.text) >= 60:
        return True
    # Only the opening line of wrapped text may stop early: newswire cuts the dateline off it. It reads like a
    # headline then, but a headline would not stand directly above an opening paragraph that is not indented
    # where the others are.
    words = [word for word in above.text.split() if len(word) > 3 and word[0].isalpha()]
    headline = not indented and all(word[0].isupper() for word in words)
    opening = block.start == above.start and len(line.text) > width / 2
    return width > 0 and not ended and opening and not headline


def _block(line: _Line, gap: bool) -> Block | None:
    start, text, kind = line.start, line.text, "text"
    quote = _QUOTE.match(text)
    if quote:
        start, text = start + quote.end(), text[quote.end() :]
    if mark := _HASH.match(text):
        kind = "heading"
        start, text = start + mark.end(), text[mark.end() :].rstrip("#").rstrip()
    elif mark := _CAPTIONED.match(text):
        kind = "caption"
        start, text = start + mark.end(), text[mark.end() :]
    elif mark := _MARKER.match(text):
        kind = "item"
        start, text = start + mark.end(), text[mark.end() :]
    elif _ROW.fullmatch(text):
        if TABLE_RULE.fullmatch(text):
            return None
        kind = "row"
        inner = text.strip("| \t")
        start, text = start + text.index(inner), inner
    return Block(start, start + len(text), kind, gap) if text else None  # type: ignore[arg-type]


def _fenced(out: list[Block], line: _Line, fence: str, gap: bool) -> str:
    """Put a line of a fenced block into `out`; the fence that is still open, or ""."""
    mark = _FENCE.match(line.text)
    if not fence:
        out.append(Block(line.start, line.end, "code", gap))
        return mark.group() if mark else ""
    out[-1] = Block(out[-1].start, line.end, "code", out[-1].gap)
    return "" if line.text.startswith(fence) and not line.text.strip(fence[0]) else fence
