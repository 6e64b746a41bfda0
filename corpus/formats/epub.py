"""EPUB books and magazines: an article for each entry of the table of contents that has a file of its own.

So a citation names the chapter, or the story of a magazine, and opens there, with the book as its section.
Where the entries are short (a booklet, a page of briefs) the book is one article with headings.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import lxml.etree
import lxml.html

from corpus.formats.document import Document, File, Options, Refused, Unread
from corpus.formats.html_blocks import Shown, contents, laid_out, shown, tree
from corpus.formats.package import Package, opened
from corpus.formats.parts import Parts, article, language_of, line, lines, web_address
from corpus.formats.text import decode
from corpus.metadata import Metadata, day

CHAPTER = 150
"""Words that the entries have on average, from which each is an article."""

_AROUND = frozenset(
    "cover titlepage title-page halftitlepage copyright-page copyright toc landmarks index colophon".split()
)
"""What parts of a book are called that are not its text."""
_AROUND_THE_TEXT = "cover, title page or contents of the book"

_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_ENCRYPTION = "{http://www.w3.org/2001/04/xmlenc#}"


@dataclass(slots=True)
class _Chapter:
    """The files of one entry of the contents, in their order."""

    path: str
    title: str | None
    blocks: list[Shown] = field(default_factory=list)

    @property
    def words(self) -> int:
        return sum(len(block.text.split()) for block in self.blocks if not block.aside)


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The articles of a book. Refused where it is none, or broken, or locked by its seller."""
    with opened(file) as package:
        opf = _opf(package)
        book = package.xml(opf)
        metadata = _metadata(book)
        chapters = _chapters(package, opf, book)
    words = sum(chapter.words for chapter in chapters)
    if words < CHAPTER * len(chapters) or len(chapters) == 1:
        blocks = [block for chapter in chapters for block in chapter.blocks]
        text, removed = laid_out(blocks)
        yield Document(text, "html", metadata, removed)
        return
    parts, stem = Parts(), PurePosixPath(file.name).stem
    for chapter in chapters:
        text, removed = laid_out(chapter.blocks)
        own = replace(
            metadata,
            title=chapter.title or _first_heading(chapter.blocks),
            section=metadata.title,
            url=None,  # which is the book's
            id=f"{stem}-{PurePosixPath(chapter.path).stem}",
        )
        yield article(parts.name(chapter.path), text, "html", own, removed)


def _opf(package: Package) -> str:
    """The name of the file that describes the book."""
    root = package.xml("META-INF/container.xml")
    paths = (one.get("full-path") for one in root.iter(f"{_CONTAINER}rootfile"))
    found = next((path for path in paths if path), None)
    if found is None:
        raise Refused("no EPUB book, whatever its name says; check what it is")
    return found


def _chapters(package: Package, opf: str, book: lxml.etree._Element) -> list[_Chapter]:
    """The book in the order in which it is read, with what is around its text set aside."""
    items = {item.get("id"): item for item in book.iter(f"{_OPF}item")}
    spine = [items[ref.get("idref")] for ref in book.iter(f"{_OPF}itemref") if ref.get("idref") in items]
    paths = [path for item in spine if (path := _path(opf, item.get("href"))) in package]
    if not paths:
        raise Refused("broken: it lists no chapter that is in it; convert or download it again")
    _unlocked(package, paths)
    titles = _titles(package, opf, items.values())
    around = {
        _path(opf, one.get("href"))
        for one in book.iter(f"{_OPF}reference")
        if (one.get("type") or "").lower() in _AROUND
    }
    around |= {
        _path(opf, item.get("href")) for item in spine if "nav" in (item.get("properties") or "").split()
    }
    chapters: list[_Chapter] = []
    waiting: list[Shown] = []
    for path in dict.fromkeys(paths):
        top = tree(decode(package.read(path), html=True))
        blocks = shown(top, document=True, aside=_aside) if top is not None else []
        if path in around:
            blocks = [Shown(block.text, block.aside or _AROUND_THE_TEXT) for block in blocks]
        if all(block.aside for block in blocks):
            (chapters[-1].blocks if chapters else waiting).extend(blocks)
            continue
        begins = path in titles if titles else blocks[0].text.startswith("#")
        if begins or not chapters:
            chapters.append(_Chapter(path, titles.get(path)))
        chapters[-1].blocks += [*waiting, *blocks]
        waiting = []
    if not chapters:
        chapters.append(_Chapter(paths[0], None, waiting))
    return chapters


def _path(base: str, href: str | None) -> str:
    """The name in the package of what `base` refers to as `href`; "" where that is no name."""
    try:
        path = unquote(urlsplit(href or "").path)
    except ValueError:
        return ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else ""


def _unlocked(package: Package, paths: list[str]) -> None:
    """Refused where a chapter is encrypted. Fonts often are, and nobody reads those."""
    if "META-INF/encryption.xml" not in package:
        return
    root = package.xml("META-INF/encryption.xml")
    locked = {unquote(one.get("URI") or "") for one in root.iter(f"{_ENCRYPTION}CipherReference")}
    if locked & set(paths):
        raise Refused("locked by its seller (DRM); only a copy without the lock can be read")


def _titles(package: Package, opf: str, items: Iterable[lxml.etree._Element]) -> Mapping[str, str]:
    """By file, the first entry of the table of contents that points into it."""
    found: dict[str, str] = {}
    entries: list[tuple[str, str | None, str | None]] = []
    for item in items:
        path = _path(opf, item.get("href"))
        if path not in package:
            continue
        if "nav" in (item.get("properties") or "").split():
            top = tree(decode(package.read(path), html=True))
            navs = [] if top is None else [nav for nav in top.iter("nav") if _types(nav) & {"toc"}]
            links = [link for nav in navs[:1] for link in nav.iter("a")]
            entries += [(path, link.get("href"), str(link.xpath("string()"))) for link in links]
        elif item.get("media-type") == "application/x-dtbncx+xml":
            for point in package.xml(path).iter(f"{_NCX}navPoint"):
                source = point.find(f"{_NCX}content")
                label = point.findtext(f"{_NCX}navLabel/{_NCX}text")
                entries.append((path, None if source is None else source.get("src"), label))
    for base, href, label in entries:
        if (path := _path(base, href)) and (title := line(label)):
            found.setdefault(path, title)
    return found


def _aside(element: lxml.html.HtmlElement) -> str:
    return _AROUND_THE_TEXT if _types(element) & _AROUND else contents(element)


def _types(element: lxml.html.HtmlElement) -> set[str]:
    return set((element.get("epub:type") or element.get("type") or "").lower().split())


def _first_heading(blocks: list[Shown]) -> str | None:
    return next((block.text.lstrip("# ") for block in blocks if block.text.startswith("#")), None)


def _metadata(book: lxml.etree._Element) -> Metadata:
    def said(name: str) -> list[str]:
        return [one for node in book.iter(f"{_DC}{name}") if (one := line(node.text))]

    dates = {
        (node.get(f"{_OPF}event") or "publication").lower(): node.text for node in book.iter(f"{_DC}date")
    }
    published = day(dates.get("publication") or dates.get("original-publication") or "")
    updated = day(dates.get("modification") or "")  # dcterms:modified is when the file was made
    address = next((one for one in (*said("source"), *said("identifier")) if web_address(one)), None)
    return Metadata(
        title=next(iter(said("title")), None),
        publisher=next(iter(said("publisher")), None),
        published=published,
        url=address,
        topics=tuple(dict.fromkeys(topic for one in said("subject") for topic in lines(one))),
        author=", ".join(dict.fromkeys(said("creator"))) or None,
        updated=updated if published and updated and updated > published else None,
        language=next((two for one in said("language") if (two := language_of(one))), None),
    )
