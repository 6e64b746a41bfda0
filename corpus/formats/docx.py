"""Word documents (DOCX): what mammoth makes of them as HTML, and what their properties say.

Mammoth reads what Word means (headings, lists, tables, notes, text boxes, accepted changes), and leaves out
running headers and footers, comments and pictures.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

import lxml.etree

from corpus.formats.document import Document, File, Options, Refused, Unread
from corpus.formats.html_blocks import contents, laid_out, shown, titled, tree
from corpus.formats.package import BROKEN, Package, opened, xml
from corpus.formats.parts import language_of, line, lines
from corpus.metadata import Metadata, day

MARKUP = 10 * 1024 * 1024
"""Bytes of a document's XML, of which mammoth makes fifty times as much in memory. A novel has half of it."""

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Caption'] => figcaption:fresh
p[style-name='caption'] => figcaption:fresh
p[style-name='Image Caption'] => figcaption:fresh
p[style-name='Table Caption'] => figcaption:fresh
p[style-name='toc 1'] => nav
p[style-name='toc 2'] => nav
p[style-name='toc 3'] => nav
p[style-name='Heading 7'] => h6:fresh
p[style-name='heading 7'] => h6:fresh
r[style-name='Strong'] => strong
comment-reference => !
"""
"""Of styles that mammoth does not know, the element that they stand for."""

_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_APP = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}"


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The one article of a document. Refused where it is no Word document, or broken."""
    import mammoth  # takes a tenth of a second

    with opened(file) as package:
        if "word/document.xml" not in package and "_rels/.rels" not in package:
            raise Refused("no Word document, whatever its name says; check what it is")
        markup = _markup(package)
        metadata = _metadata(package)
    try:
        html = mammoth.convert_to_html(
            markup, style_map=_STYLES, include_embedded_style_map=False, convert_image=lambda image: []
        ).value
    except RecursionError as error:
        raise Refused("nested too deeply; save it again in its program") from error
    except Exception as error:  # mammoth trusts that a document is as Word writes it
        raise Refused(BROKEN) from error
    top = tree(html)
    text, removed = laid_out(shown(top, document=True, aside=contents)) if top is not None else ("", ())
    yield Document(text, "html", titled(metadata, text), removed)


def _markup(package: Package) -> BinaryIO:
    """The document without its pictures, and with nothing in it that its parser would follow or unfold."""
    size = 0
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in package.names():
            if name.lower().endswith((".xml", ".rels")) and not name.startswith("customXml/"):
                data = package.read(name)
                size += len(data)
                if size > MARKUP:
                    raise Refused(
                        f"over the limit of {MARKUP // 1024**2} MB of text and its layout; split it"
                    )
                xml(data, name)
                archive.writestr(name, data)
    stream.seek(0)
    return stream


def _metadata(package: Package) -> Metadata:
    core, app = (
        package.xml(name) if name in package else lxml.etree.Element("nothing")
        for name in ("docProps/core.xml", "docProps/app.xml")
    )

    def said(name: str) -> str | None:
        return line(core.findtext(name))

    created, modified = day(said(f"{_TERMS}created")), day(said(f"{_TERMS}modified"))
    author = said(f"{_DC}creator")
    return Metadata(
        title=said(f"{_DC}title"),
        publisher=said(f"{_DC}publisher") or line(app.findtext(f"{_APP}Company")),
        published=created or modified,
        topics=lines(core.findtext(f"{_CORE}keywords") or ()),
        author=", ".join(lines(author.split(";"))) if author else None,
        updated=modified if created and modified and modified > created else None,
        of_file=True,
        section=said(f"{_CORE}category"),
        language=language_of(said(f"{_DC}language")),
    )
