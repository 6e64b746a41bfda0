"""Compound files, which are Word documents of before 2007, or protected ones of today: neither is read."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.formats.document import LIMIT, Document, File, Options, Refused, Unread

_PROTECTED = "EncryptedPackage".encode("utf-16-le")


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """Refused, always, with what to do; raises OSError."""
    with file.open() as stream:
        head = stream.read(LIMIT)
    if _PROTECTED in head:
        raise Refused("protected by a password; open it, save it without one, and ingest that")
    if head[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused("a document of an old Office; open it in Word or LibreOffice and save it as .docx")
    raise Refused("no Word document, whatever its name says; check what it is")
