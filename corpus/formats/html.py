"""Saved pages and fetched ones."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.formats.document import Document, File, Options, Unread
from corpus.formats.html_page import page
from corpus.formats.text import text_of


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The one article of a page. Refused where it is no text."""
    text, removed, metadata = page(text_of(file.data(), html=True), file.url)
    yield Document(text, "html", metadata, removed)
