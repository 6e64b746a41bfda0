"""The formats by their names: which of them a file is, by its first bytes and then by its suffix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import PurePath

from corpus.formats.document import Document, File, Options, Refused, Unread

SUFFIXES: dict[str, str] = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".xml": "xml",
    ".rss": "xml",
    ".atom": "xml",
    ".rdf": "xml",
    ".wxr": "xml",
    ".nitf": "xml",
    ".jsonl": "json_rows",
    ".ndjson": "json_rows",
    ".json": "json_rows",
    ".csv": "table",
    ".tsv": "table",
    ".warc": "warc",
    ".zip": "archive",
    ".tar": "archive",
    ".tgz": "archive",
    ".gz": "archive",
    ".bz2": "archive",
    ".xz": "archive",
    ".docx": "docx",
    ".docm": "docx",
    ".dotx": "docx",
    ".doc": "ole",
    ".odt": "odt",
    ".ott": "odt",
    ".rtf": "rtf",
    ".epub": "epub",
    ".eml": "mail",
    ".mbox": "mail",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
}
"""By suffix, the file of this folder that reads it."""

MEDIA_TYPES: dict[str, str] = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/pdf": ".pdf",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/rdf+xml": ".rdf",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/nitf+xml": ".nitf",
    "application/vnd.iptc.g2.newsitem+xml": ".xml",
    "application/vnd.iptc.g2.newsmessage+xml": ".xml",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/json": ".json",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/warc": ".warc",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/x-tar": ".tar",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
    "application/x-bzip2": ".bz2",
    "application/x-xz": ".xz",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/msword": ".doc",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/epub+zip": ".epub",
    "message/rfc822": ".eml",
    "application/mbox": ".mbox",
    "multipart/related": ".mhtml",
    "application/x-mimearchive": ".mhtml",
}
"""By media type, the suffix of such a file."""

NOT_READ = f"not a kind of file that is read ({' '.join(SUFFIXES)})"

_HEAD = 4096
"""Bytes that tell what a file is."""

_MAGIC: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)\b", re.IGNORECASE), "html"),
    (re.compile(rb"\s{0,64}%PDF-\d"), "pdf"),
    (
        re.compile(
            rb"(?:\xef\xbb\xbf)?\s*<\?xml\b|(?:\xef\xbb\xbf)?\s*<(?:rss|feed|rdf:RDF|newsItem|nitf)\b"
        ),
        "xml",
    ),
    (re.compile(rb"WARC/\d"), "warc"),
    (re.compile(rb"\x1f\x8b|BZh\d|\xfd7zXZ\0"), "archive"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*\""), "json_rows"),
    (re.compile(rb"\s*\{\\rtf"), "rtf"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "ole"),
    (
        re.compile(rb"(?:[\w-]+:.*\n(?:[ \t].*\n)*)*?Content-Type:\s*multipart/related", re.IGNORECASE),
        "mhtml",
    ),
    (re.compile(rb"From \S+@\S+ .*\d{4}\s*\n[\w-]+:"), "mail"),
)
"""What files begin with, by the file of this folder that reads them."""

_TEXT = frozenset(("text", "html", "mail", "mhtml", "xml", "json_rows", "table"))
"""Kinds of text. A text may quote the first line of a page: among these, what a file is called decides."""

_ZIP = b"PK\x03\x04"
_MIME_TYPES = {b"application/epub+zip": "epub", b"application/vnd.oasis.opendocument.text": "odt"}
"""What stands in the first member of a ZIP, which is not packed, by the file of this folder that reads it."""
_MEMBERS = {"META-INF/container.xml": "epub", "word/document.xml": "docx", "content.xml": "odt"}

HOLDING_FILES = frozenset(("archive", "warc"))
"""Kinds that hold files of any kind, which are not read from inside a message."""


def suffix_of(name: str) -> str:
    return PurePath(name).suffix.lower()


def is_read(name: str) -> bool:
    """Whether files of this name are read."""
    return suffix_of(name) in SUFFIXES


def read_as(file: File) -> str:
    """The file of this folder that reads `file`. Refused where none does; raises OSError."""
    with file.open() as stream:
        head = stream.read(_HEAD)
    suffix = suffix_of(file.name)
    named = SUFFIXES.get(suffix)
    begun = next((kind for first, kind in _MAGIC if first.match(head)), None)
    if head.startswith(_ZIP) and named != "archive":
        begun = _packed(file, head) or ("archive" if named is None or named in _TEXT else named)
    # What a file begins with decides, whatever it is called: a PDF called .txt, a page called .doc.
    found = begun if begun and (named not in _TEXT or begun not in _TEXT) else named
    if found is None and not suffix:
        found = "text"
    if found is None:
        raise Refused(NOT_READ)
    return found


def _packed(file: File, head: bytes) -> str | None:
    """The kind of document that a ZIP is; None where it is none."""
    if head[30:38] == b"mimetype":
        start = 38 + int.from_bytes(head[28:30], "little")
        told = next((kind for name, kind in _MIME_TYPES.items() if head.startswith(name, start)), None)
        if told:
            return told
    # Imported here: it loads lxml.
    from corpus.formats.package import opened

    try:
        with opened(file) as package:
            return next((kind for member, kind in _MEMBERS.items() if member in package), None)
    except Refused:
        return None


def media_type_of(content: bytes) -> str:
    """What a whole file is, by its first bytes; text where they do not tell."""
    kind = read_as(File("", content))
    return next(media for media, suffix in MEDIA_TYPES.items() if SUFFIXES[suffix] == kind)


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The articles of a file of any kind. Refused where it cannot be read at all; raises OSError."""
    # Imported here: what reads pages takes longer to load than a folder of text files takes to read.
    read: Callable[[File, Options], Iterator[Document | Unread]]
    read = import_module(f"corpus.formats.{read_as(file)}").documents
    nothing = True
    for one in read(file, options):
        nothing = False
        yield one
    if nothing:
        raise Refused("no article is in it")
