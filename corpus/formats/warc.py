"""Web archives (WARC): the pages in them, one article each."""

from __future__ import annotations

import gzip
import io
import logging
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO, cast

from corpus.formats.document import LIMIT, Document, File, Options, Refused, Unread
from corpus.formats.html_page import page
from corpus.formats.parts import Parts, article, id_from, line, web_address
from corpus.formats.text import encoding_of, text_of

_PAGES = ("text/html", "application/xhtml+xml")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_BLOCK = 65536
_GZIP = b"\x1f\x8b"


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """One article a page of HTML that came with status 200, called by its address. Refused without any."""
    from warcio import recordloader
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.statusandheaders import StatusAndHeadersParserException

    class Records(ArchiveIterator):
        INC_RECORD = ""  # which it would write to standard error

    recordloader.logger.setLevel(logging.ERROR)
    parts = Parts()
    records = pages = 0
    broken = ""
    with file.open() as stream:
        try:
            watched = _Watched(stream)
            found = Records(watched, check_digests=False)
            for record in found:
                records += 1
                if record.rec_type == "response" and _is_page(record):
                    pages += 1
                    yield _article(record, parts)
        except (
            ArchiveLoadFailed,
            StatusAndHeadersParserException,
            EOFError,
            ValueError,
            AttributeError,
            TypeError,
            zlib.error,
        ) as error:
            broken = " ".join(str(error).split())[:120] or type(error).__name__
        broken = (
            broken or watched.broken or ("a record of another length than it says" if found.err_count else "")
        )
    if not records:
        raise Refused(f"not a web archive, or broken from its beginning ({broken or 'nothing is in it'})")
    if broken:
        yield Unread("", f"the archive breaks off or goes wrong, and what follows was not read ({broken})")
    if not pages:
        raise Refused("no page of HTML with status 200 is in this web archive")


class _Watched:
    """The records of an archive, unpacked where they are packed; knows whether it ended as archives do."""

    def __init__(self, stream: BinaryIO) -> None:
        head = stream.read(2)
        stream.seek(0)
        self._stream = cast(io.BufferedReader, gzip.GzipFile(fileobj=stream) if head == _GZIP else stream)
        self._end = b""
        self._error = ""

    @property
    def broken(self) -> str:
        """Where it breaks off, or ""."""
        return self._error or ("" if self._end.endswith((b"\n\n", b"\n\r\n")) else "it ends within a record")

    def read(self, size: int) -> bytes:
        try:
            data = self._stream.read1(size)
        except (OSError, EOFError, zlib.error) as error:
            self._error = " ".join(str(error).split())
            return b""
        self._end = (self._end + data)[-4:]
        return data


def _is_page(record: Any) -> bool:
    headers = record.http_headers
    if headers is None or headers.get_statuscode() != "200":
        return False
    kind = (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    return kind in _PAGES


def _article(record: Any, parts: Parts) -> Document | Unread:
    address = record.rec_headers.get_header("WARC-Target-URI") or record.rec_headers.get_header("uri") or ""
    url = web_address(address)
    part = parts.name(line(address) or "page")
    coding = (record.http_headers.get_header("Content-Encoding") or "").strip().lower()
    content = record.content_stream()
    data = content.read(LIMIT + 1)
    while len(data) <= LIMIT and (more := content.read(_BLOCK)):
        data += more
    if len(data) > LIMIT:
        return Unread(part, f"over the limit of {LIMIT // 1024**2} MB")
    if getattr(record.raw_stream, "limit", 0) > 0:
        return Unread(part, "the archive breaks off within this page")
    try:
        html = _decoded(data, record.http_headers.get_header("Content-Type") or "")
    except Refused as error:
        return Unread(part, f"{error}; it is compressed by {coding}" if coding else str(error))
    text, removed, metadata = page(html, url)
    own = metadata.url or url
    return article(
        part, text, "html", replace(metadata, url=own, id=metadata.id or id_from(own, part)), removed
    )


def _decoded(data: bytes, kind: str) -> str:
    """The page's text, by the encoding that the server named before that which the page names."""
    said = _CHARSET.search(kind)
    if said is None:
        return text_of(data, html=True)
    text_of(data[:_BLOCK])
    return data.decode(encoding_of(data, said[1]), "replace")
