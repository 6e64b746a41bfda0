"""What a PDF says about itself, in its properties and on its first page."""

from __future__ import annotations

import ctypes
import re
from datetime import date
from pathlib import PurePath

import lxml.etree
import pypdfium2
import pypdfium2.raw as pdfium

from corpus.formats.pdf_text import Text
from corpus.metadata import Metadata, day

_RUBBISH = re.compile(
    r"(?:microsoft (?:word|powerpoint|office)|powerpoint|slide \d"
    r"|untitled|unbenannt|sans titre|document ?\d*$"
    r"|title$|layout \d|print(?:ing)?\b|full page|blank|\(?anonymous\)?$|unspecified$)"
    r"|.*\.(?:docx?|pdf|indd|qxp|qxd|pages|odt|rtf|pptx?|tex|dvi|ps|eps|html?|txt)\W*$"
    r"|https?:|[\w.-]*\d{5,}[\w.-]*$|[\w-]*_[\w-]*$",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:\(?anonymous\)?|unspecified|unknown|user|admin(?:istrator)?|owner|author)$", re.IGNORECASE
)
_XMP = re.compile(rb"<x:xmpmeta\b.{1,200000}?</x:xmpmeta>", re.DOTALL)
_DATE = re.compile(r"(?:D:)?\s*((?:19|20)\d\d)-?(\d\d)-?(\d\d)")
_STAMP = 14
"""Words of a line that dates an article."""
_LARGE = 1.4
"""Of the body's size: type of a headline."""
_NS = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


def metadata_of(pdf: pypdfium2.PdfDocument, data: bytes, text: Text, name: str) -> Metadata:
    """Title, author, publisher, day, keywords and language. `name` is that of the file.

    The day is the one that is printed on the first page, else that on which the file was made.
    """
    said = {key: " ".join(value.split()) for key, value in pdf.get_metadata_dict().items()}
    xmp = _Xmp(data)
    title = next((one for one in (said.get("Title", ""), *xmp("dc:title")) if _is_title(one, name)), None)
    author = ", ".join(xmp("dc:creator")) or said.get("Author", "")
    keywords = re.split(r"[,;]", said.get("Keywords", "")) if said.get("Keywords") else xmp("dc:subject")
    made = [*xmp("prism:publicationDate"), said.get("CreationDate", ""), *xmp("xmp:CreateDate")]
    changed = [said.get("ModDate", ""), *xmp("xmp:ModifyDate")]
    published = _printed(text) or next((found for one in made if (found := _day(one))), None)
    updated = next((found for one in changed if (found := _day(one))), None)
    return Metadata(
        title=title or _headline(text),
        publisher=next(iter([*xmp("dc:publisher"), *xmp("prism:publicationName")]), None),
        published=published,
        topics=tuple(dict.fromkeys(one.strip() for one in keywords if one.strip())),
        author=author if author and not _NOBODY.match(author) else None,
        updated=updated if updated and published and updated > published else None,
        language=_language(pdf, xmp("dc:language")),
    )


def _is_title(title: str, name: str) -> bool:
    bare = title.strip()
    return (
        sum(c.isalpha() for c in bare) >= 3
        and not _RUBBISH.match(bare)
        and bare.casefold() != PurePath(name).stem.casefold()
    )


def _headline(text: Text) -> str | None:
    """The heading in the largest type of the first page; a line above it in larger type may be a masthead."""
    named = [(words, size) for words, size in text.headings if sum(c.isalpha() for c in words) >= 3]
    if not named:
        return None
    largest = max(size for _, size in named)
    words = next(words for words, size in named if size == largest)
    if len(words.split()) <= 3:
        longer = [(other, size) for other, size in named if len(other.split()) > 3]
        second = max((size for _, size in longer), default=0.0)
        if second >= _LARGE * text.body:
            words = next(other for other, size in longer if size == second)
    return " ".join(words.split())


def _printed(text: Text) -> str | None:
    """The first date on the first page that stands on a short line of its own."""
    first = next((page for page in text.pages if page.end > page.start), None)
    lines = text.text[first.start : first.end].split("\n") if first else []
    return next((found for line in lines if len(line.split()) <= _STAMP and (found := day(line))), None)


def _day(value: str) -> str | None:
    """The day of a date as PDF and XMP write it (D:20240503120000Z, 2024-05-03T12:00:00Z)."""
    match = _DATE.match(value)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None


class _Xmp:
    """The properties of an XMP packet; none where there is no packet, or no sound one."""

    def __init__(self, data: bytes) -> None:
        packets = _XMP.findall(data)
        self._tree = None
        if packets:
            parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
            self._tree = lxml.etree.fromstring(packets[-1], parser)

    def __call__(self, name: str) -> list[str]:
        """The values of a property, in order."""
        if self._tree is None:
            return []
        found = [*self._tree.iterfind(f".//{name}", _NS)]
        items = [item for one in found for item in one.iterfind(".//rdf:li", _NS)] or found
        prefix, _, local = name.partition(":")
        texts = ["".join(str(text) for text in item.itertext()) for item in items]
        for one in self._tree.iterfind(".//rdf:Description", _NS):
            texts.append(one.get(f"{{{_NS[prefix]}}}{local}") or "")
        return [line for text in texts if (line := " ".join(text.split()))]


def _language(pdf: pypdfium2.PdfDocument, said: list[str]) -> str | None:
    """Two letters."""
    length = pdfium.FPDFCatalog_GetLanguage(pdf.raw, None, 0)
    declared = ""
    if 2 < length <= 256:
        buffer = ctypes.create_string_buffer(length)
        pdfium.FPDFCatalog_GetLanguage(pdf.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
        declared = buffer.raw.decode("utf-16-le", "replace").strip("\0")
    for one in (declared, *said):
        if match := re.match(r"([a-z]{2})(?:[-_]|$)", one.strip(), re.IGNORECASE):
            return match[1].lower()
    return None
