"""Files, folders, standard input and pages -> the raw articles in them; what was skipped, and why.

What a file holds is the matter of its format (`corpus/formats`); nothing is cleaned here.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.article import Removed
from corpus.errors import CuttingsError
from corpus.formats import formats
from corpus.formats.document import (
    AS_THEY_ARE,
    LIMIT,
    Document,
    File,
    Layout,
    Line,
    Options,
    Page,
    Refused,
    Unread,
)
from corpus.metadata import Metadata

_TIMEOUT = 30
"""Seconds to wait for a page."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One article as it was read. `digest` is the SHA-256 (hex) of its bytes."""

    location: str
    """Absolute path or URL, with "#" and the part of a file that holds several; "-" for standard input."""
    source: str
    """Path relative to the ingested folder (posix), file name, URL or "standard input"; with the part."""
    text: str
    """Decoded text, only a byte order mark dropped; of other formats, what is seen of them."""
    format: Layout
    metadata: Metadata
    removed: tuple[Removed, ...]
    digest: str
    pages: tuple[Page, ...] = ()
    original: bytes = b""
    """The file itself where citations are shown in it."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not read, and the reason in one line."""

    location: str
    source: str
    reason: str


RAW = (Raw, Skipped, Metadata, Removed, Page, Line)
"""What a reading is made of, for `corpus.packing`."""


def read(paths: Iterable[str | Path], options: Options = AS_THEY_ARE) -> Iterator[Raw | Skipped]:
    """Read files, folders (recursively, in order of name), "-" and URLs, each file once.

    Raises CuttingsError, before anything is read, if a path does not exist or a folder holds no article.
    """
    return _read_all(found(paths), options)


def found(paths: Iterable[str | Path]) -> list[tuple[str, str]]:
    """(location, source) of each file, page and "-" that paths stand for, each location once.

    Raises CuttingsError as `read` does.
    """
    sources: dict[str, str] = {}
    for path in paths:
        for location, source in _found(str(path)):
            sources.setdefault(location, source)
    return list(sources.items())


def file_of(location: str) -> str:
    """The file or URL that a location is, or is a part of."""
    whole, _, _ = location.rpartition("#")
    return whole if whole and not os.path.exists(location) else location


def _found(path: str) -> list[tuple[str, str]]:
    """(location, source) of each file that `path` stands for."""
    if path == "-":
        return [("-", "standard input")]
    if is_url(path):
        return [(path, path)]
    top = Path(path).expanduser()
    if not top.exists():
        raise CuttingsError(f"{path}: no such file or folder; check the spelling")
    if not top.is_dir():
        return [(str(top.resolve()), top.name)]
    files = [(str(file.resolve()), file.relative_to(top).as_posix()) for file in _walk(top)]
    if not any(formats.is_read(location) for location, _ in files):
        raise CuttingsError(
            f"{path}: no article in this folder; files that are read end in {' '.join(formats.SUFFIXES)}"
        )
    return files


def is_url(path: str) -> bool:
    """Whether a location is an address on the web."""
    return re.match(r"https?://", path, re.IGNORECASE) is not None


def _walk(folder: Path) -> Iterator[Path]:
    """Files below `folder` but hidden ones. Links to folders are not followed, so there are no loops."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def _read_all(files: Iterable[tuple[str, str]], options: Options) -> Iterator[Raw | Skipped]:
    for location, source in files:
        yield from read_file(location, source, options)


def read_file(location: str, source: str, options: Options) -> Iterator[Raw | Skipped]:
    """The articles of one file, page or standard input ("-"). Whatever is wrong with it is a Skipped."""
    try:
        file = _file(location)
        digest = ""
        for found in formats.documents(file, options):
            where = f"{location}#{found.part}" if found.part else location
            named = f"{source}#{found.part}" if found.part else source
            if isinstance(found, Unread):
                yield Skipped(where, named, found.reason)
            elif not found.text.strip():
                yield Skipped(where, named, "empty file")
            else:
                digest = digest or _digest(file)
                yield _raw(where, named, found, digest)
    except Refused as error:
        yield Skipped(location, source, str(error))
    except PermissionError:
        yield Skipped(location, source, "no permission to read it; check its rights")
    except (OSError, ValueError) as error:
        yield Skipped(location, source, f"could not be read: {' '.join(str(error).split())}")


def _file(location: str) -> File:
    try:
        location.encode()
    except UnicodeEncodeError as error:
        raise Refused("the name of the file or of a folder above is not UTF-8; rename it") from error
    if location == "-":
        return File("-", sys.stdin.buffer.read(LIMIT + 1))
    if is_url(location):
        return _fetched(location)
    path = Path(location)
    if not formats.is_read(path.name):
        raise Refused(f"not a kind of file that is read ({' '.join(formats.SUFFIXES)})")
    if not path.is_file():
        raise Refused("not an ordinary file")
    return File(path.name, path)


def _raw(location: str, source: str, found: Document, digest: str) -> Raw:
    return Raw(
        location,
        source,
        found.text,
        found.layout,
        found.metadata,
        found.removed,
        found.digest or digest,
        found.pages,
        found.original,
    )


def _digest(file: File) -> str:
    digest = hashlib.sha256()
    with file.open() as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _fetched(url: str) -> File:
    """The file behind `url`, named as what the server says it is. Raises OSError."""
    request = urllib.request.Request(url, headers={"User-Agent": "Mozilla/5.0 (compatible; Cuttings)"})
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
        kind = answer.headers.get_content_type()
        data = answer.read(LIMIT + 1)
    if kind not in formats.MEDIA_TYPES:
        raise OSError(f"it is {kind}, and only {', '.join(formats.MEDIA_TYPES)} are read")
    suffix, own = formats.MEDIA_TYPES[kind], formats.suffix_of(url)
    if suffix == ".txt" and formats.SUFFIXES.get(own) == "text":
        suffix = own  # a server calls Markdown plain text
    return File(f"page{suffix}", data, url)
