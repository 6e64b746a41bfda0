"""Documents that are a ZIP of XML files (DOCX, ODT, EPUB), opened within bounds; the rest is refused."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import lxml.etree

from corpus.formats.document import LIMIT, File, Refused

LARGEST = 200 * 1024 * 1024
"""Bytes of a document, most of which are pictures that are never looked at."""
MEMBERS = 10_000
"""Files in one document."""
TEXT = 64 * 1024 * 1024
"""Bytes of all XML and HTML in one document, unpacked."""
RATIO = 300
"""How much smaller packing makes real text at most; above it a megabyte of text is a bomb."""

_DIRECTORY = 4 * 1024 * 1024
"""Bytes of the list of files at a ZIP's end."""
_END = b"PK\x05\x06"
_END_OF_ZIP64 = b"PK\x06\x07"
"""Stands right before the end of an archive that has more files, or larger ones, than a document."""
_LONGEST_END = 22 + 65536
_MARKUP = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm")
PROTECTED = "protected by a password; open it, save it without one, and ingest that"
BROKEN = "broken: it cannot be unpacked; open it in its program and save it again"


class Package:
    """The files of a document by their names. Refused, in all methods, where one of them cannot be read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._infos = {info.filename: info for info in archive.infolist() if not info.is_dir()}
        markup = [info for name, info in self._infos.items() if name.lower().endswith(_MARKUP)]
        if sum(info.file_size for info in markup) > TEXT or any(map(_bomb, markup)):
            raise Refused(f"unpacks to far more text than a document has ({TEXT // 1024**2} MB at most)")
        if any(info.flag_bits & 1 for info in markup):
            raise Refused(PROTECTED)

    def __contains__(self, name: object) -> bool:
        return name in self._infos

    def names(self) -> Iterator[str]:
        return iter(self._infos)

    def read(self, name: str) -> bytes:
        """A file of at most `LIMIT` bytes."""
        info = self._infos.get(name)
        if info is None:
            raise Refused(f"broken: {name} is missing in it; save it again")
        if info.file_size > LIMIT:
            raise Refused(f"{name} in it is over the limit of {LIMIT // 1024**2} MB; split it")
        if info.flag_bits & 1:
            raise Refused(PROTECTED)
        try:
            return self._archive.read(info)
        except _UNREADABLE as error:
            raise Refused(BROKEN) from error

    def xml(self, name: str) -> lxml.etree._Element:
        """The root of an XML file."""
        return xml(self.read(name), name)


_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    struct.error,
)
"""What zipfile raises at broken archives, and at ways of packing that it does not know."""


def xml(data: bytes, name: str) -> lxml.etree._Element:
    """The root of an XML file. Refused where it is broken, or declares a type of its own with entities."""
    parser = lxml.etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml.etree.fromstring(data, parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise Refused(f"broken: {name} in it is no XML; save it again") from error
    internal = root.getroottree().docinfo.internalDTD
    if internal is not None and next(internal.iterentities(), None) is not None:
        raise Refused(f"{name} in it declares entities, which no document needs")
    return root


@contextmanager
def opened(file: File) -> Iterator[Package]:
    """The package of a file. Refused where it is none; raises OSError."""
    with file.open() as stream:
        size = stream.seek(0, 2)
        if size > LARGEST:
            raise Refused(f"over the limit of {LARGEST // 1024**2} MB; split it")
        _bounded(stream, size)
        try:
            archive = zipfile.ZipFile(stream)
        except _UNREADABLE as error:
            raise Refused(BROKEN) from error
        with archive:
            yield Package(archive)


def _bounded(stream: BinaryIO, size: int) -> None:
    """Refused where the list of files is too long; looked up before zipfile reads all of it."""
    stream.seek(max(0, size - _LONGEST_END))
    tail = stream.read(_LONGEST_END)
    at = tail.rfind(_END)
    if at < 0:
        raise Refused(BROKEN)
    members = int.from_bytes(tail[at + 10 : at + 12], "little")
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    if members > MEMBERS or length > _DIRECTORY or tail[max(0, at - 20) :].startswith(_END_OF_ZIP64):
        raise Refused(f"a document of more than {MEMBERS:,} files")
    stream.seek(0)


def _bomb(info: zipfile.ZipInfo) -> bool:
    return info.file_size > 1024**2 and info.file_size > RATIO * max(info.compress_size, 1)
