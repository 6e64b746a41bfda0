"""File, folder, standard input or page -> raw text and metadata; what was skipped, and why.

Nothing is cleaned here but HTML: the page itself says what is a block, and trafilatura what is the story.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from charset_normalizer import from_bytes

from corpus.article import Removed
from corpus.errors import CuttingsError
from corpus.metadata import Metadata, front_matter

SUFFIXES: dict[str, Literal["txt", "md", "html"]] = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
}
LIMIT = 20 * 1024 * 1024
"""Bytes. An article is thousands of times smaller; a larger file is a dump of many, or a mistake."""
_TIMEOUT = 30
"""Seconds to wait for a page."""

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


@dataclass(frozen=True, slots=True)
class Raw:
    """One article as it was read. `digest` is the SHA-256 (hex) of its bytes."""

    location: str
    """Absolute path, URL, or "-" for standard input."""
    source: str
    """Path relative to the ingested folder (posix), the file's name, the URL or "standard input"."""
    text: str
    """Decoded text, only a byte order mark dropped; of HTML, the visible text of the page."""
    format: Literal["txt", "md", "html"]
    metadata: Metadata
    removed: tuple[Removed, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not read, and the reason in one line."""

    location: str
    source: str
    reason: str


def read(paths: Iterable[str | Path]) -> Iterator[Raw | Skipped]:
    """Read files, folders (recursively, in order of name), "-" and URLs, each file once.

    Raises CuttingsError, before anything is read, if a path does not exist or a folder holds no article.
    """
    return _read_all([_found(str(path)) for path in paths])


def _found(path: str) -> list[tuple[str, str]]:
    """(location, source) of each file that `path` stands for."""
    if path == "-":
        return [("-", "standard input")]
    if _is_url(path):
        return [(path, path)]
    top = Path(path).expanduser()
    if not top.exists():
        raise CuttingsError(f"{path}: no such file or folder; check the spelling")
    if not top.is_dir():
        return [(str(top.resolve()), top.name)]
    files = [(str(file.resolve()), file.relative_to(top).as_posix()) for file in _walk(top)]
    if not any(Path(location).suffix.lower() in SUFFIXES for location, _ in files):
        raise CuttingsError(
            f"{path}: no article in this folder; files that are read end in {' '.join(SUFFIXES)}"
        )
    return files


def _is_url(path: str) -> bool:
    return re.match(r"https?://", path, re.IGNORECASE) is not None


def _walk(folder: Path) -> Iterator[Path]:
    """Files below `folder` but hidden ones. Links to folders are not followed, so there are no loops."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def _read_all(found: list[list[tuple[str, str]]]) -> Iterator[Raw | Skipped]:
    seen = set()
    for files in found:
        for location, source in files:
            if location not in seen:
                seen.add(location)
                yield _read(location, source)


def _read(location: str, source: str) -> Raw | Skipped:
    form = SUFFIXES.get(Path(location).suffix.lower(), "txt")
    try:
        location.encode()
    except UnicodeEncodeError:
        return Skipped(location, source, "the name of the file or of a folder above is not UTF-8; rename it")
    try:
        if location == "-":
            data = sys.stdin.buffer.read(LIMIT + 1)
        elif _is_url(location):
            data, form = _fetch(location)
        elif Path(location).suffix.lower() not in SUFFIXES:
            return Skipped(location, source, f"not a kind of file that is read ({' '.join(SUFFIXES)})")
        elif not Path(location).is_file():
            return Skipped(location, source, "not an ordinary file")
        elif (size := Path(location).stat().st_size) > LIMIT:
            size_mb = -(-size // 1024**2)
            return Skipped(
                location, source, f"{size_mb} MB is over the limit of {LIMIT // 1024**2} MB; split it"
            )
        else:
            data = Path(location).read_bytes()
    except PermissionError:
        return Skipped(location, source, "no permission to read it; check its rights")
    except (OSError, ValueError) as error:
        return Skipped(location, source, f"could not be read: {' '.join(str(error).split())}")
    if len(data) > LIMIT:
        return Skipped(location, source, f"over the limit of {LIMIT // 1024**2} MB; split it")
    if reason := _unreadable(data):
        return Skipped(location, source, reason)
    text = decode(data, html=form == "html")
    if location == "-" and _HTML.match(text):
        form = "html"
    raw = _raw(location, source, text, form, hashlib.sha256(data).hexdigest())
    return raw if raw.text.strip() else Skipped(location, source, "empty file")


def _raw(location: str, source: str, text: str, form: Literal["txt", "md", "html"], digest: str) -> Raw:
    if form == "html":
        # Imported here: trafilatura takes longer to load than a folder of text files takes to read.
        from corpus.page import page

        url = location if _is_url(location) else None
        text, removed, metadata = page(text, url)
        return Raw(location, source, text, form, metadata, removed, digest)
    end, metadata = front_matter(text)
    removed = (Removed(0, end, "front matter"),) if end else ()
    return Raw(location, source, text, form, metadata, removed, digest)


def _fetch(url: str) -> tuple[bytes, Literal["txt", "md", "html"]]:
    """The bytes behind `url` and their format. Raises OSError."""
    request = urllib.request.Request(url, headers={"User-Agent": "Mozilla/5.0 (compatible; Cuttings)"})
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
        kind = answer.headers.get_content_type()
        data = answer.read(LIMIT + 1)
    if kind in ("text/html", "application/xhtml+xml"):
        return data, "html"
    if kind in ("text/plain", "text/markdown", "text/x-markdown"):
        return data, SUFFIXES.get(Path(url).suffix.lower(), "txt")
    raise OSError(f"it is {kind}, and only HTML and plain text are read")


def _unreadable(data: bytes) -> str:
    """Why `data` is no text, or ""."""
    if not data.strip():
        return "empty file"
    if data.startswith(b"%PDF-"):
        return "a PDF, not text; save it as text or HTML first"
    if any(data.startswith(mark) for mark, _ in _BOMS):
        return ""
    head = data[:65536]
    controls = len(_CONTROL.findall(head))
    # A stray control character happens in newswire; a NUL or one in twenty happens in no text.
    return "looks like a binary file" if b"\0" in head or controls > len(head) / 20 else ""


def decode(data: bytes, html: bool = False) -> str:
    """The text of `data`: by byte order mark, as UTF-8, by what HTML declares, then by its statistics."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    mended = data.decode("utf-8", errors="replace")
    broken = mended.count("\ufffd")
    if sum(c > "\x7f" for c in mended) - broken > broken:
        return mended
    declared = _CHARSET.search(data, 0, 2048) if html else None
    if declared:
        try:
            return data.decode(declared[1].decode("ascii"), errors="replace")
        except LookupError:
            pass
    sample = data[:65536]
    if sum(byte > 0x7F for byte in sample) < len(sample) / 5:
        # So few: quotation marks, dashes and accents of Western text, on which statistics go astray.
        return data.decode("cp1252", errors="replace")
    best = from_bytes(sample).best()
    return data.decode(best.encoding if best else "cp1252", errors="replace")
