"""What an article is called: its title where the page prints none, its date, its id."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from corpus.metadata import day
from corpus.read import Raw
from corpus.rules import Piece
from corpus.vocabulary import STAMP

LONGEST = 80
"""Characters of an id, and of a title that is made from the first sentence."""


def slug(raw: Raw) -> str:
    """The id of the article: what the source says, else the file's name or the end of the URL.

    Levelled to lower-case ASCII letters, digits, ".", "_" and "-". The caller makes it unique.
    """
    name = raw.metadata.id
    if not name:
        path = urlsplit(raw.source).path if raw.location.startswith("http") else raw.source
        name = PurePosixPath(path).stem or urlsplit(raw.source).netloc
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9._]+", "-", plain)[:LONGEST].strip("-._") or f"article-{raw.digest[:8]}"


def printed_day(pieces: list[Piece], reasons: list[str]) -> str | None:
    """The date in a line that was removed as a stamp; "published" goes before "updated"."""
    lines = [p.text for p, reason in zip(pieces, reasons, strict=True) if reason == STAMP.reason]
    lines.sort(key=lambda line: "updated" in line.lower() or "modified" in line.lower())
    return next((found for line in lines if (found := day(line))), None)


def title_from_opening(story: list[Piece], raw: Raw) -> str:
    """The first sentence, shortened at a word; the file's name where there is none."""
    text = one_line(next((p.text for p in story if p.prose), story[0].text if story else ""))
    first = re.split(r"(?<=[a-z\d”’\")][.!?])\s", text, maxsplit=1)[0]
    if len(first.split()) < 3:
        return PurePosixPath(raw.source).stem or raw.source
    if len(first) <= LONGEST:
        return first
    cut = first.rfind(" ", 0, LONGEST)
    return first[: cut if cut > 0 else LONGEST] + "…"


def one_line(text: str) -> str:
    """`text` with its white space levelled."""
    return " ".join(text.split())
