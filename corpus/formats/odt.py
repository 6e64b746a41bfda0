"""OpenDocument texts (ODT, OTT): the same as HTML, and what their metadata say.

OpenDocument names its paragraphs, lists and tables much as HTML does, so that its tree is renamed in place.
"""

from __future__ import annotations

from collections.abc import Iterator

import lxml.etree
import lxml.html

from corpus.formats.document import Document, File, Options, Refused, Unread
from corpus.formats.html_blocks import contents, laid_out, shown, titled
from corpus.formats.package import PROTECTED, Package, opened
from corpus.formats.parts import language_of, line, lines
from corpus.metadata import NOTHING_SAID, Metadata, day

_URI = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_TEXT, _TABLE, _OFFICE, _STYLE, _META = (
    "{" + _URI.format(name) + "}" for name in ("text", "table", "office", "style", "meta")
)
_DC = "{http://purl.org/dc/elements/1.1/}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"

_NAMES = {
    f"{_TEXT}p": "p",
    f"{_TEXT}list": "ul",
    f"{_TEXT}list-item": "li",
    f"{_TEXT}list-header": "div",
    f"{_TEXT}section": "div",
    f"{_TEXT}line-break": "br",
    f"{_TABLE}table": "table",
    f"{_TABLE}table-header-rows": "thead",
    f"{_TABLE}table-row": "tr",
    f"{_TABLE}table-cell": "td",
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}text-box": "div",
}
_CONTENTS = (
    f"{_TEXT}table-of-content",
    f"{_TEXT}alphabetical-index",
    f"{_TEXT}illustration-index",
    f"{_TEXT}table-index",
)
_UNSEEN = (
    f"{_TEXT}tracked-changes",
    f"{_TEXT}sequence-decls",
    f"{_TEXT}variable-decls",
    f"{_TEXT}user-field-decls",
    f"{_TEXT}index-title-template",
    f"{_OFFICE}annotation",
    f"{_OFFICE}forms",
    f"{_OFFICE}scripts",
    f"{_OFFICE}binary-data",
    f"{_TABLE}covered-table-cell",
    "{http://www.w3.org/2000/svg}title",
    "{http://www.w3.org/2000/svg}desc",
    "{" + _URI.format("svg-compatible") + "}title",
    "{" + _URI.format("svg-compatible") + "}desc",
)
_MOST_SPACES = 80
_DEEPEST = 20
"""Styles that are variants of one another, one below the other."""
_PARAGRAPHS = {"Title": "h1", "Caption": "figcaption", "Table_20_Heading": "th"}
"""Styles that make a paragraph something else, by the names that every program writes into the file."""


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The one article of a document. Refused where it is no such text, or broken, or protected."""
    with opened(file) as package:
        if "content.xml" not in package:
            raise Refused("no OpenDocument text, whatever its name says; check what it is")
        if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise Refused(PROTECTED)
        content = package.xml("content.xml")
        body = content.find(f"{_OFFICE}body/{_OFFICE}text")
        if body is None:
            raise Refused("an OpenDocument file without text (a table, slides or a drawing); save it as text")
        metadata = _metadata(package)
        roots = [content, *([package.xml("styles.xml")] if "styles.xml" in package else [])]
    variants = {
        style.get(f"{_STYLE}name"): style.get(f"{_STYLE}parent-style-name")
        for root in roots
        for style in root.iter(f"{_STYLE}style")
    }
    text, removed = laid_out(shown(_as_html(body, variants), document=True, aside=contents))
    yield Document(text, "html", titled(metadata, text), removed)


def _as_html(body: lxml.etree._Element, variants: dict[str, str | None]) -> lxml.etree._Element:
    """The body with the names of HTML; notes are put behind the text, as in a printed document."""
    notes = []
    for node in list(body.iter(lxml.etree.Element)):
        tag = node.tag
        if tag in _UNSEEN:
            node.tag = "template"
        elif tag in _CONTENTS:
            node.tag = "nav"
        elif tag == f"{_TEXT}h":
            level = node.get(f"{_TEXT}outline-level", "1")
            node.tag = f"h{level}" if level in "123456" else "h6"
        elif tag == f"{_TEXT}p":
            node.tag = _paragraph(node.get(f"{_TEXT}style-name"), variants)
            if node.tag == "th":
                node.tag = "p"
                cell = node.getparent()
                cell.tag = "th" if cell.tag == "td" else cell.tag
        elif tag == f"{_TEXT}s":
            count = node.get(f"{_TEXT}c", "1")
            node.tag, node.text = "span", " " * (min(int(count), _MOST_SPACES) if count.isdecimal() else 1)
        elif tag == f"{_TEXT}tab":
            node.tag, node.text = "span", "\t"
        elif tag == f"{_TEXT}note-citation":
            node.tag, node.text = "span", f"[{node.text}]"
        elif tag == f"{_TEXT}note-body":
            node.tag = "li"
            notes.append(node)
        else:
            node.tag = _NAMES.get(tag, "span")
    for node in notes:
        body.append(node)  # which moves it; no text stands behind it in its note
    return body


def _paragraph(style: str | None, variants: dict[str, str | None]) -> str:
    for _ in range(_DEEPEST):
        if style is None:
            break
        if style in _PARAGRAPHS:
            return _PARAGRAPHS[style]
        if style.startswith("Heading_20_") and style[-1] in "123456":
            return f"h{style[-1]}"
        style = variants.get(style)
    return "p"


def _metadata(package: Package) -> Metadata:
    meta = package.xml("meta.xml").find(f"{_OFFICE}meta") if "meta.xml" in package else None
    if meta is None:
        return NOTHING_SAID
    own = {one.get(f"{_META}name", "").lower(): one.text for one in meta.iter(f"{_META}user-defined")}

    def said(name: str) -> str | None:
        return line(meta.findtext(name)) or line(own.get(name.rpartition("}")[2]))

    created, modified = day(said(f"{_META}creation-date")), day(said(f"{_DC}date"))
    return Metadata(
        title=said(f"{_DC}title"),
        publisher=said(f"{_DC}publisher"),
        published=created or modified,
        topics=tuple(
            dict.fromkeys(one for node in meta.iter(f"{_META}keyword") for one in lines(node.text or ()))
        ),
        author=said(f"{_META}initial-creator") or said(f"{_DC}creator"),
        updated=modified if created and modified and modified > created else None,
        of_file=True,
        language=language_of(said(f"{_DC}language")),
    )
