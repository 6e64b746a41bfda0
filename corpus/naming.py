"""What an article is called where nothing says so: title and id; and what its own lines say of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from corpus.furniture import source_line, writers
from corpus.metadata import day
from corpus.read import Raw
from corpus.rules import Piece
from corpus.vocabulary import STAMP

_CHANGE = re.compile(r"\b(?:updated|modified|amended|revised|corrected)\b", re.IGNORECASE)

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


@dataclass(frozen=True, slots=True)
class Printed:
    """What an article's own lines say of it; None where they don't. Dates are ISO dates."""

    publisher: str | None
    author: str | None
    published: str | None
    updated: str | None


def printed(pieces: list[Piece], reasons: list[str]) -> Printed:
    """What stands in the lines that were removed as stamps; in each field what comes first."""
    lines = [p.text for p, reason in zip(pieces, reasons, strict=True) if reason == STAMP.reason]
    sources = [found for line in lines if (found := source_line(line))]
    source = sources[0] if sources else None
    parts = [(line, _CHANGE.search(line)) for line in lines]
    days = [day(line[: change.start()] if change else line) for line, change in parts]
    changes = [day(line[change.start() :]) for line, change in parts if change]
    authors = [names for line in lines if (names := writers(line))]
    return Printed(
        source.publisher if source else None,
        (source.author if source else None) or next(iter(authors), None),
        (source.published if source else None) or next(filter(None, days), None),
        next(filter(None, changes), None),
    )


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
