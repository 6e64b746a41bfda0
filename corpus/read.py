"""Files, folders, standard input and pages -> the raw articles in them; what was skipped, and why.

What a file holds is the matter of its format (`corpus/formats`); nothing is cleaned here.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

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
from corpus.web.addresses import NotAllowed, Reach, normal

if TYPE_CHECKING:
    from corpus.web.client import Response

_OF_ANY_KIND = ("", "application/octet-stream", "binary/octet-stream")
"""What servers call files of which they know nothing; then the address says what it is."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One article as it was read. `digest` is the SHA-256 (hex) of its bytes, of a page of its story."""

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
    fetched: str | None = None
    """ISO date on which it was fetched; None of files."""


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
        with contextlib.suppress(NotAllowed):  # which is said when it is read
            path = normal(path)
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
        if is_url(location):
            file, fetched = _fetched(location, options), today()
        else:
            file, fetched = _file(location), None
    except (OSError, Refused) as error:
        yield _unread(location, source, error)
        return
    yield from articles(file, location, source, options, fetched)


def articles(
    file: File, location: str, source: str, options: Options, fetched: str | None = None
) -> Iterator[Raw | Skipped]:
    """The articles of a file that is there; `fetched` as `Raw` has it. Whatever is wrong is a Skipped."""
    try:
        digest = ""
        for found in formats.documents(file, options):
            where = f"{location}#{found.part}" if found.part else location
            named = f"{source}#{found.part}" if found.part else source
            if isinstance(found, Unread):
                yield Skipped(where, named, found.reason)
            elif not found.text.strip():
                yield Skipped(where, named, "empty file")
            else:
                if not found.digest:
                    digest = digest or (_story_digest(found) if fetched else _digest(file))
                yield _raw(where, named, found, digest, fetched)
    except (OSError, ValueError, Refused) as error:
        yield _unread(location, source, error)


def _unread(location: str, source: str, error: Exception) -> Skipped:
    if isinstance(error, Refused):
        return Skipped(location, source, str(error))
    if isinstance(error, PermissionError):
        return Skipped(location, source, "no permission to read it; check its rights")
    return Skipped(location, source, f"could not be read: {' '.join(str(error).split())}")


def _file(location: str) -> File:
    """A file, or standard input. Refused where it is none that is read; raises OSError."""
    try:
        location.encode()
    except UnicodeEncodeError as error:
        raise Refused("the name of the file or of a folder above is not UTF-8; rename it") from error
    if location == "-":
        data = sys.stdin.buffer.read(LIMIT + 1)
        if len(data) > LIMIT:
            raise Refused(f"over the limit of {LIMIT // 1024**2} MB on standard input; save it as a file")
        return File("-", data)
    path = Path(location)
    if not formats.is_read(path.name):
        raise Refused(formats.NOT_READ)
    if not path.is_file():
        raise Refused("not an ordinary file")
    return File(path.name, path)


def _raw(location: str, source: str, found: Document, digest: str, fetched: str | None) -> Raw:
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
        fetched,
    )


def _story_digest(found: Document) -> str:
    """Of a page, without its furniture and its markup, which are others at each visit."""
    if found.layout != "html":
        return hashlib.sha256(found.text.encode("utf-8", "surrogatepass")).hexdigest()
    about = f"{found.metadata!r}{found.metadata.visibility or ''}"
    digest, at = hashlib.sha256(about.encode()), 0
    for removed in found.removed:
        digest.update(found.text[at : removed.start].strip().encode("utf-8", "surrogatepass"))
        at = removed.end
    digest.update(found.text[at:].strip().encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _digest(file: File) -> str:
    digest = hashlib.sha256()
    with file.open() as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _fetched(url: str, options: Options) -> File:
    """The file behind `url`. Refused where it cannot be had, or is of no kind that is read."""
    # Imported here: it takes longer to load than a folder of text files takes to read.
    from corpus.web.client import Client

    response = Client(Reach(frozenset(options.private_hosts))).get(url)
    if response.status != HTTPStatus.OK:
        raise Refused(f"{response.said()}; open it in a browser to see why")
    return file_behind(response)


def file_behind(response: Response) -> File:
    """What a server sent, named as what it says it is. Refused where it is of no kind that is read."""
    kind, own = response.media_type, formats.suffix_of(urlsplit(response.url).path)
    suffix = formats.MEDIA_TYPES.get(kind)
    if suffix is None and kind in _OF_ANY_KIND and own in formats.SUFFIXES:
        suffix = own
    if suffix is None:
        raise Refused(f"it is {kind or 'of no kind'}, and only {', '.join(formats.MEDIA_TYPES)} are read")
    if suffix == ".txt" and formats.SUFFIXES.get(own) == "text":
        suffix = own  # a server calls Markdown plain text
    return File(f"page{suffix}", response.content, normal(response.url))


def today() -> str:
    """The date of what is fetched now, in UTC."""
    return datetime.now(UTC).date().isoformat()
