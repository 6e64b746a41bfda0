"""Packed bytes unpacked under bounds: streams that count what they give, and files made of them.

No file on disk has a name that an archive gave: what is large is in a temporary folder, under a name of ours.
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
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

from corpus.formats.document import LIMIT, File, Refused

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
_BLOCK = 65536
_HEADER = 256 * 1024
"""Bytes of what a tar says of one file, which is read as a whole."""
TAR_BLOCK = 512
_MEMORY = 128 * 1024 * 1024
"""Bytes that unpacking a file of xz may take; the strongest usual setting takes 65 MB."""
BOMB = f"it unpacks to over {RATIO} times its size, as a decompression bomb does; unpack it yourself"
_Unpacking = (gzip.GzipFile, bz2.BZ2File, io.BufferedReader, zipfile.ZipExtFile)
WRONG = (
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


def grows(size: int, packed: int) -> bool:
    """Whether so many bytes are more than text becomes that was packed to so few."""
    return size > max(SMALL, RATIO * packed)


@dataclass(slots=True)
class Budget:
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
        if grows(self.total, self.packed):
            raise self._refused(BOMB)

    def _refused(self, reason: str) -> Refused:
        self.exceeded = True
        return Refused(reason)


def unpacked(stream: BinaryIO, head: bytes) -> BinaryIO | None:
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


@contextmanager
def held(name: str, content: io.BufferedReader | Forward) -> Iterator[tuple[File, str]]:
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
        except WRONG as error:
            broken = said(error)
        if target is not None:
            target.flush()
        yield File(name, path or bytes(data)), broken


def said(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


class Forward(io.RawIOBase):
    """A stream that is read and sought forward only, in small pieces, all of it counted."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
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
        except WRONG as error:
            self._error = error
            return b""
        self._budget.unpacked(len(data))
        return data
