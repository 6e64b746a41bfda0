"""Web pages that a browser saved in one file (MHTML)."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.formats.document import Document, File, Options, Refused, Unread
from corpus.formats.html_page import page
from corpus.formats.mime import content, header, parsed
from corpus.formats.parts import web_address


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The one article of a saved page. Refused where there is no page in it."""
    message = parsed(file.data())
    pages = [
        part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")
    ]
    if not pages:
        raise Refused("no saved web page, whatever its name says; save it again in a browser")
    start = message.get_param("start")
    root = next((part for part in pages if start and part.get("Content-ID") == start), pages[0])
    address = header(root, "Content-Location") or header(message, "Snapshot-Content-Location")
    text, removed, metadata = page(content(root), web_address(address) or file.url)
    yield Document(text, "html", metadata, removed)
