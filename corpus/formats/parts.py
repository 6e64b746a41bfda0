"""What tells the articles of one file apart: names that are safe and stay the same, and digests."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import asdict
from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

from corpus.article import Removed
from corpus.formats.document import LIMIT, Document, Layout, Unread
from corpus.metadata import Metadata

LONGEST = 200
"""Characters of a part's name; of a longer one the beginning and a digest are kept."""
_LONGEST_URL = 2048
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f#\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]+")


class Parts:
    """Gives each article of a file a name of its own: the second of one name is "name~2".

    Of a name eight bytes are kept, so that a file may hold millions.
    """

    def __init__(self) -> None:
        self._seen: Counter[int] = Counter()

    def name(self, wanted: str) -> str:
        """`wanted` without "#" and control characters, of bounded length, and told from those before it."""
        name = _safe(wanted)
        digest = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
        self._seen[digest] += 1
        count = self._seen[digest]
        return f"{name}~{count}" if count > 1 else name


def _safe(name: str) -> str:
    name = _UNSAFE.sub(lambda found: quote(found[0], safe="", errors="surrogatepass"), name.strip())
    if len(name) > LONGEST:
        name = f"{name[: LONGEST - 17]}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return name


def article(
    part: str, text: str, layout: Layout, metadata: Metadata, removed: tuple[Removed, ...] = ()
) -> Document | Unread:
    """One article of a file that holds several; its digest is that of what it became.

    `part` is "" where the file holds this article only, of which the digest is that of the file.
    """
    text = whole_characters(text)
    if not text.strip():
        return Unread(part, "it has no text")
    if len(text) > LIMIT:
        return Unread(part, f"one article over the limit of {LIMIT // 1024**2} MB; split it")
    digest = ""
    if part:
        said = {name: value for name, value in asdict(metadata).items() if value}
        told = json.dumps([text, layout, said], sort_keys=True)
        digest = hashlib.sha256(told.encode()).hexdigest()
    return Document(text, layout, metadata, removed, part, digest)


def whole_characters(text: str) -> str:
    """`text` with U+FFFD for what cannot be stored: NUL, and halves of characters."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        # Two halves that stand side by side are one character.
        return _SURROGATE.sub(
            lambda found: found[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace"), text
        )
    return text


def line(value: object) -> str | None:
    """Text or a number in one line; None where nothing is said."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return " ".join(whole_characters(str(value)).split()) or None
    return None


def lines(values: object) -> tuple[str, ...]:
    """Keywords: those of a list, or those of a text that has commas or semicolons between them."""
    if isinstance(values, str):
        values = re.split(r"[,;|]", values)
    if not isinstance(values, (list, tuple)):
        values = [values]
    return tuple(dict.fromkeys(said for value in values if (said := line(value))))


def web_address(value: object) -> str | None:
    """An http or https address of reasonable length; None of anything else."""
    address = line(value)
    if not address or len(address) > _LONGEST_URL or not re.match(r"https?://[^\s/]", address, re.IGNORECASE):
        return None
    return address


def id_from(url: str | None, part: str) -> str:
    """What an article may be called: the end of its address, else its part of the file."""
    try:
        end = PurePosixPath(urlsplit(url or "").path).stem
    except ValueError:  # an address that only looks like one
        end = ""
    return end or part


def names_of(value: str | None) -> str | None:
    """A by-line without its "By"."""
    return re.sub(r"^by:?\s+", "", value, flags=re.IGNORECASE) if value else None


def language_of(value: object) -> str | None:
    """The two letters of a language tag such as "en-GB"."""
    found = re.match(r"([A-Za-z]{2})(?:[-_]|$)", str(value or "").strip())
    return found[1].lower() if found else None
