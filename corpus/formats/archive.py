"""Archives (zip, tar, and files packed by gzip, bzip2 or xz): the articles of the files in them.

Nothing in an archive is trusted: names are only names and no file is made by them, sizes are counted as they
come, links are not followed. An archive may hold archives, and those no others.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

from corpus.formats import formats
from corpus.formats.document import LIMIT, Document, File, Options, Refused, Unread
from corpus.formats.parts import Parts

MEMBERS = 100_000
"""Files of an archive, those of archives in it counted."""
TOTAL = 16 * 1024**3
"""Bytes of all that is in an archive."""
MEMBER = 4 * 1024**3
"""Bytes of one file in it."""
RATIO = 200
"""How many times its packed size the content may have. Text has five times, repetitive exports fifty."""
SMALL = 10 * 1024 * 1024
"""Bytes up to which that is not looked at."""
DIRECTORY = 16 * 1024 * 1024
"""Bytes of the list of files that a zip ends with, which is read as a whole."""

_BLOCK = 65536
_HEADER = 256 * 1024
"""Bytes of what a tar says of one file, which is read as a whole."""
_TAR_BLOCK = 512
_MEMORY = 128 * 1024 * 1024
"""Bytes that unpacking a file of xz may take; the strongest usual setting takes 65 MB."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_BOMB = f"it unpacks to over {RATIO} times its size, as a decompression bomb does; unpack it yourself"
_Unpacking = (gzip.GzipFile, bz2.BZ2File, io.BufferedReader, zipfile.ZipExtFile)
_WRONG = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
    struct.error,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,  # RecursionError too: headers that stand for one another
    OverflowError,
)
"""What the libraries raise where an archive is broken."""


@dataclass(slots=True)
class _Budget:
    """What an archive, with the archives in it, may still take."""

    packed: int
    """Bytes of the file itself."""
    members: int = 0
    total: int = 0
    exceeded: bool = False

    def member(self) -> None:
        """Count a file. Refused when there are too many."""
        self.members += 1
        if self.members > MEMBERS:
            raise self._refused(f"over {MEMBERS:,} files in one archive, the rest was not read; split it")

    def unpacked(self, count: int) -> None:
        """Count bytes. Refused when they are too many."""
        self.total += count
        if self.total > TOTAL:
            raise self._refused(f"over {TOTAL // 1024**3} GB unpacked, the rest was not read; split it")
        if self.total > max(SMALL, RATIO * self.packed):
            raise self._refused(_BOMB)

    def _refused(self, reason: str) -> Refused:
        self.exceeded = True
        return Refused(reason)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the files of one archive are read."""

    options: Options
    budget: _Budget
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
    return _archive(file, _Reading(options, _Budget(size), Parts()))


def _archive(file: File, reading: _Reading) -> Iterator[Document | Unread]:
    with file.open() as stream:
        head = stream.read(6)
        stream.seek(0)
        if head.startswith(b"PK"):
            yield from _zip(stream, reading)
            return
        unpacks = _unpacked(stream, head)
        content = _Forward(unpacks or stream, reading.budget)
        try:
            begins = content.peek(_TAR_BLOCK)
        except _WRONG as error:
            raise Refused(f"broken from its beginning ({_said(error)}); fetch it again") from error
        if begins[257:262] == b"ustar" or (not unpacks and len(begins) == _TAR_BLOCK):
            yield from _tar(content, reading)
        elif unpacks and begins.startswith(b"WARC/") and head.startswith(b"\x1f"):
            from corpus.formats import warc  # which has a way of its own with gzip

            yield from _within(warc.documents(file, reading.options), "", reading)
        elif unpacks:
            yield from _member(_without_suffix(file.name), "", content, reading)
        else:
            raise Refused("not an archive, or broken from its beginning")


def _unpacked(stream: BinaryIO, head: bytes) -> BinaryIO | None:
    """The content of a file that is packed as one; None where it is not."""
    if head.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if head.startswith(b"BZh"):
        return cast(BinaryIO, bz2.BZ2File(stream))
    if head.startswith(b"\xfd7zXZ\0"):
        return cast(BinaryIO, io.BufferedReader(_Xz(stream)))
    return None


class _Xz(io.RawIOBase):
    """The content of a file of xz, with a bound on the memory that it may ask for, unlike `lzma.LZMAFile`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decompressor = lzma.LZMADecompressor(memlimit=_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._decompressor.eof:  # several files of xz one after the other are one
                packed = self._decompressor.unused_data or self._stream.read(_BLOCK)
                if not packed.strip(b"\0"):
                    return 0
                self._decompressor = lzma.LZMADecompressor(memlimit=_MEMORY)
            else:
                packed = self._stream.read(_BLOCK) if self._decompressor.needs_input else b""
                if not packed and self._decompressor.needs_input:
                    raise EOFError("it ends within its packed content")
            if data := self._decompressor.decompress(packed, len(buffer)):
                buffer[: len(data)] = data
                return len(data)


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
    except _WRONG as error:
        reason = (
            f"broken or cut off, so that its list of files cannot be read ({_said(error)}); fetch it again"
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
            elif info.file_size > max(SMALL, RATIO * info.compress_size):
                yield Unread(part, _BOMB)
            elif kept := _unreadable(info.filename):
                yield Unread(part, kept)
            else:
                try:
                    content = _Forward(cast(BinaryIO, archive.open(info)), reading.budget)
                except _WRONG as error:
                    yield Unread(part, f"broken: {_said(error)}")
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


def _tar(content: _Forward, reading: _Reading) -> Iterator[Document | Unread]:
    broken = ""
    try:
        archive = tarfile.open(mode="r:", fileobj=content)  # noqa: SIM115 -- the stream is closed by its owner
    except _WRONG as error:
        raise Refused(f"not an archive, or broken from its beginning ({_said(error)})") from error
    while True:
        try:
            info = archive.next()
        except _WRONG as error:
            broken = _said(error)
            break
        if info is None:
            broken = "" if content.last.count(0) == _TAR_BLOCK else "it has no end"
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
    name: str, part: str, content: io.BufferedReader | _Forward, reading: _Reading
) -> Iterator[Document | Unread]:
    """The articles of a file in an archive, called `part`; "" where the archive holds this one only."""
    with _held(PurePosixPath(name).name, content) as (file, broken):
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
            yield Unread(part, f"could not be read: {_said(error)}")
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
        if isinstance(one, Document) and not one.digest and file is not None:
            digest = digest or _digest(file)
            one = replace(one, digest=digest)
        yield replace(one, part=name)


@contextmanager
def _held(name: str, content: io.BufferedReader | _Forward) -> Iterator[tuple[File, str]]:
    """A file in memory or, where it is large, on disk under a name of ours; and where it breaks off, why."""
    data = bytearray()
    broken = ""
    path: Path | None = None
    with ExitStack() as stack:
        try:
            target: BinaryIO | None = None
            size = 0
            while block := content.read1(_BLOCK):
                size += len(block)
                if size > MEMBER:
                    broken = f"over the limit of {MEMBER // 1024**3} GB"
                    break
                if target is None and size > LIMIT:
                    path = Path(stack.enter_context(TemporaryDirectory(prefix="cuttings-")), "file")
                    target = stack.enter_context(path.open("wb"))
                    target.write(data)
                    data.clear()
                if target is None:
                    data += block
                else:
                    target.write(block)
        except _WRONG as error:
            broken = _said(error)
        if target is not None:
            target.flush()
        yield File(name, path or bytes(data)), broken


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


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


class _Forward(io.RawIOBase):
    """A stream that is read and sought forward only, in small pieces, all of it counted."""

    def __init__(self, stream: BinaryIO, budget: _Budget) -> None:
        self._stream = stream
        self._budget = budget
        self._held = b""
        self._at = 0
        self._error: Exception | None = None
        self.last = b""
        """What was read last."""

    def readable(self) -> bool:
        return True

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay to be read."""
        while len(self._held) < size and (more := self._more(size - len(self._held))):
            self._held += more
        if self._error and not self._held:
            raise self._error
        return self._held[:size]

    def read1(self, size: int) -> bytes:
        return self.read(size)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, fewer at the end only. ValueError where that is more than any header has."""
        if not 0 <= size <= _HEADER:
            raise ValueError("a header that is too long")
        data = self.peek(size)
        self._held = self._held[size:]
        self._at += len(data)
        self.last = data
        return data

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Forward only. ValueError backward."""
        if whence != io.SEEK_SET or offset < self._at:
            raise ValueError("a place before this one")
        while self._at < offset and self.read(min(_BLOCK, offset - self._at)):
            pass
        return self._at

    def _more(self, size: int) -> bytes:
        """Some more; what stands before a break is given before the break is told."""
        if self._error:
            return b""
        try:
            # At once what there is: else all that was read is lost where the stream breaks off.
            data = (
                self._stream.read1(size) if isinstance(self._stream, _Unpacking) else self._stream.read(size)
            )
        except _WRONG as error:
            self._error = error
            return b""
        self._budget.unpacked(len(data))
        return data
