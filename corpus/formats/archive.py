"""Archives (zip, tar, and files packed by gzip, bzip2 or xz): the articles of the files in them.

Nothing in an archive is trusted: names are only names and no file is made by them, sizes are counted as they
come, links are not followed. An archive may hold archives, and those no others.
"""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from corpus.formats import formats
from corpus.formats.document import Document, File, Options, Refused, Unread
from corpus.formats.parts import Parts
from corpus.formats.unpack import BOMB, TAR_BLOCK, WRONG, Budget, Forward, grows, held, said, unpacked

DIRECTORY = 16 * 1024 * 1024
"""Bytes of the list of files that a zip ends with, which is read as a whole."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the files of one archive are read."""

    options: Options
    budget: Budget
    parts: Parts
    """Of the outermost archive: the names of all parts, told from each other."""
    above: str = ""
    """Where this archive stands in another one: "inner.zip/"."""

    def inside(self, archive: str) -> _Reading:
        return replace(self, above=f"{archive}/")


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The articles of all files in it. Refused where it is no archive, or one that grows without bounds."""
    with file.open() as stream:
        size = stream.seek(0, io.SEEK_END)
    return _archive(file, _Reading(options, Budget(size), Parts()))


def _archive(file: File, reading: _Reading) -> Iterator[Document | Unread]:
    with file.open() as stream:
        head = stream.read(6)
        stream.seek(0)
        if head.startswith(b"PK"):
            yield from _zip(stream, reading)
            return
        unpacks = unpacked(stream, head)
        content = Forward(unpacks or stream, reading.budget)
        try:
            begins = content.peek(TAR_BLOCK)
        except WRONG as error:
            raise Refused(f"broken from its beginning ({said(error)}); fetch it again") from error
        if begins[257:262] == b"ustar" or (not unpacks and len(begins) == TAR_BLOCK):
            yield from _tar(content, reading)
        elif unpacks and begins.startswith(b"WARC/") and head.startswith(b"\x1f"):
            from corpus.formats import warc  # which has a way of its own with gzip

            yield from _within(warc.documents(file, reading.options), "", reading)
        elif unpacks:
            yield from _member(_without_suffix(file.name), "", content, reading)
        else:
            raise Refused("not an archive, or broken from its beginning")


def _without_suffix(name: str) -> str:
    return (
        name[: -len(formats.suffix_of(name))]
        if formats.SUFFIXES.get(formats.suffix_of(name)) == "archive"
        else name
    )


# The kinds


def _zip(stream: BinaryIO, reading: _Reading) -> Iterator[Document | Unread]:
    if _directory(stream) > DIRECTORY:
        raise Refused(f"a list of files of over {DIRECTORY // 1024**2} MB; split it")
    try:
        archive = zipfile.ZipFile(stream)
    except WRONG as error:
        reason = (
            f"broken or cut off, so that its list of files cannot be read ({said(error)}); fetch it again"
        )
        raise Refused(reason) from error
    with archive:
        for info in archive.infolist():
            if info.is_dir() or _hidden(info.filename):
                continue
            reading.budget.member()
            part = reading.parts.name(reading.above + _plain(info.filename))
            if info.flag_bits & 1:
                yield Unread(part, "protected by a password; unpack it yourself")
            elif info.compress_type not in _METHODS:
                yield Unread(part, "packed by a method that is not read; unpack it yourself")
            elif grows(info.file_size, info.compress_size):
                yield Unread(part, BOMB)
            elif kept := _unreadable(info.filename):
                yield Unread(part, kept)
            else:
                try:
                    content = Forward(cast(BinaryIO, archive.open(info)), reading.budget)
                except WRONG as error:
                    yield Unread(part, f"broken: {said(error)}")
                    continue
                yield from _member(_plain(info.filename), part, content, reading)


def _directory(stream: BinaryIO) -> int:
    """Bytes of the list of files of a zip, by its last record; 0 where there is none."""
    end = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, end - 65536 - 22))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return 0
    size = struct.unpack_from("<I", tail, at + 12)[0]
    if at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":  # zip64 has the size in a record of its own
        stream.seek(min(struct.unpack_from("<Q", tail, at - 12)[0], end))
        record = stream.read(56)
        stream.seek(0)
        if record[:4] == b"PK\x06\x06" and len(record) == 56:
            size = max(size if size < 0xFFFFFFFF else 0, struct.unpack_from("<Q", record, 40)[0])
    return int(size)


def _tar(content: Forward, reading: _Reading) -> Iterator[Document | Unread]:
    broken = ""
    try:
        archive = tarfile.open(mode="r:", fileobj=content)  # noqa: SIM115 -- the stream is closed by its owner
    except WRONG as error:
        raise Refused(f"not an archive, or broken from its beginning ({said(error)})") from error
    while True:
        try:
            info = archive.next()
        except WRONG as error:
            broken = said(error)
            break
        if info is None:
            broken = "" if content.last.count(0) == TAR_BLOCK else "it has no end"
            break
        archive.members = []  # type: ignore[attr-defined]  # which would grow with every file
        if info.isdir() or _hidden(info.name):
            continue
        reading.budget.member()
        part = reading.parts.name(reading.above + _plain(info.name))
        if info.issym() or info.islnk():
            yield Unread(part, "a link; links in archives are not followed")
        elif not info.isreg() or info.issparse():
            yield Unread(part, "not an ordinary file")
        elif kept := _unreadable(info.name):
            yield Unread(part, kept)
        else:
            inside = archive.extractfile(info)
            if inside is not None:
                yield from _member(_plain(info.name), part, cast(io.BufferedReader, inside), reading)
    if broken:
        yield Unread(
            reading.above.rstrip("/"),
            f"the archive breaks off or goes wrong, and what follows was not read ({broken})",
        )


# The files in them


def _member(
    name: str, part: str, content: io.BufferedReader | Forward, reading: _Reading
) -> Iterator[Document | Unread]:
    """The articles of a file in an archive, called `part`; "" where the archive holds this one only."""
    with held(PurePosixPath(name).name, content) as (file, broken):
        try:
            if broken and file.content == b"":
                pass
            elif formats.read_as(file) != "archive":
                yield from _within(formats.documents(file, reading.options), part, reading, file)
            elif reading.above:
                yield Unread(part, "an archive in an archive in an archive; unpack it yourself")
            else:
                yield from _archive(file, reading.inside(part or name))
        except Refused as error:
            if reading.budget.exceeded:
                raise
            yield Unread(part, str(error))
        except (OSError, ValueError) as error:
            yield Unread(part, f"could not be read: {said(error)}")
    if broken:
        yield Unread(part, f"it breaks off or goes wrong, and its rest was not read ({broken})")


def _within(
    found: Iterator[Document | Unread], part: str, reading: _Reading, file: File | None = None
) -> Iterator[Document | Unread]:
    """Articles of a file in an archive, with the names that they have in the archive."""
    digest = ""
    above = part or reading.above.rstrip("/")
    for one in found:
        name = reading.parts.name(f"{above}/{one.part}" if above else one.part) if one.part else part
        if isinstance(one, Document) and name and not one.digest and file is not None:
            digest = digest or _digest(file)
            one = replace(one, digest=digest)
        yield replace(one, part=name)


def _digest(file: File) -> str:
    digest = sha256()
    with file.open() as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _plain(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).as_posix()


def _hidden(name: str) -> bool:
    """Whether it is what systems put beside people's files."""
    steps = PurePosixPath(name.replace("\\", "/")).parts
    return any((one.startswith(".") and one.strip(".")) or one == "__MACOSX" for one in steps)


def _unreadable(name: str) -> str:
    """Why a file is not read, as its name tells; "" where it may be."""
    suffix = formats.suffix_of(name)
    return "" if not suffix or suffix in formats.SUFFIXES else formats.NOT_READ
