"""XML read element by element, safely: no entities of its own, no network, bounded in memory.

What often is wrong in exports is put right on the way: characters that XML forbids, names of HTML ("&nbsp;"),
bytes that are not in the encoding that the file names.
"""

from __future__ import annotations

import html.entities
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from corpus.formats.document import LIMIT, Refused
from corpus.formats.stream import text_stream

_CHUNK = 32768
"""Characters read at a time."""
_HEAD = 65536
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]+)")
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&(#[xX][0-9A-Fa-f]{1,7}|#\d{1,8}|[A-Za-z][A-Za-z0-9]{1,31});")
_UNFINISHED = re.compile(r"&[#\w]{0,32}\Z")
_PLACE = re.compile(r",? line \d+.*")
_OF_XML = ("amp", "lt", "gt", "quot", "apos")
_OWN_ENTITIES = re.compile(rb"<!DOCTYPE[^>\[]*\[(?:[^\]]*?)<!ENTITY", re.IGNORECASE)
_ENTITIES = "it declares entities of its own, which are not read for safety; export it without them"
_TOO_LONG = f"one article in it is over the limit of {LIMIT // 1024**2} MB; split it"


class Broken(Exception):
    """The XML breaks off, or goes wrong; the message says where, in one line."""


def name_of(element: etree._Element) -> str:
    """The name of an element without its namespace; "" of a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def root_of(stream: BinaryIO) -> tuple[str, frozenset[str]]:
    """The name of the outermost element, and the namespaces that it declares ("" where there is none)."""
    try:
        for _, element in _events(_Clean(stream), ("start",)):
            return name_of(element), frozenset(uri for uri in element.nsmap.values() if uri)
    except Broken:
        pass
    return "", frozenset()


def children(stream: BinaryIO, parent: str) -> Iterator[etree._Element]:
    """Each finished element whose parent is called `parent`, in order; emptied when the next is asked for.

    Raises Broken, after what stands before, where the XML goes wrong; Refused where one is too long.
    """
    clean = _Clean(stream)
    depth = inside = 0
    for event, element in _events(clean, ("start", "end")):
        if event == "start":
            depth += 1
            if not inside and name_of(element) == parent:
                inside = depth
            continue
        depth -= 1
        wanted = inside and depth == inside
        if wanted:
            yield element
            clean.taken = 0
        if inside > depth:
            inside = 0
        if wanted or not inside:
            element.clear(keep_tail=False)
            above = element.getparent()
            while above is not None and element.getprevious() is not None:
                del above[0]


def whole(stream: BinaryIO) -> etree._Element:
    """The outermost element with all that is in it. Raises Broken; Refused where it is too long."""
    root = None
    for _, element in _events(_Clean(stream), ("end",)):
        root = element
    if root is None:
        raise Broken("there is nothing in it")
    return root


def text_in(element: etree._Element | None) -> str:
    """All text in an element."""
    if element is None:
        return ""
    return "".join(element.itertext())


def as_html(element: etree._Element, tags: dict[str, str] | None = None) -> str:
    """An element and all in it as HTML, its tags called as `tags` says ("": left out), without namespaces."""
    for one in list(element.iter()):
        name = name_of(one)
        name = (tags or {}).get(name, name)
        if name:
            one.tag = name
        elif isinstance(one.tag, str):
            one.clear(keep_tail=True)
            one.tag = "span"
    etree.cleanup_namespaces(element)
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)


def _events(clean: _Clean, events: tuple[str, ...]) -> Iterator[tuple[str, etree._Element]]:
    parsed = etree.iterparse(
        clean,
        events=events,
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        yield from parsed
    except etree.XMLSyntaxError as error:
        said = _PLACE.sub("", str(error.msg or "").partition("\n")[0])[:80].rstrip(". ") or "no XML"
        raise Broken(f"line {error.lineno}: {said}" if error.lineno else said) from error


class _Clean(io.RawIOBase):
    """A stream of XML as UTF-8 in which nothing stands that XML forbids.

    `taken` counts the characters since it was last set to 0, and may not pass a bound.
    """

    def __init__(self, stream: BinaryIO) -> None:
        head = stream.read(_HEAD)
        stream.seek(0)
        if _OWN_ENTITIES.search(head):
            raise Refused(_ENTITIES)
        declared = _DECLARED.match(head)
        self._text = text_stream(stream, declared[1].decode("ascii") if declared else None)
        self._left = ""
        self.taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Some more of it, of whatever size; b"" at the end."""
        chunk = self._text.read(_CHUNK)
        self.taken += len(chunk)
        if self.taken > 2 * LIMIT:
            raise Refused(_TOO_LONG)
        text = self._left + chunk
        self._left = ""
        if chunk and (cut := _UNFINISHED.search(text, max(0, len(text) - 40))):
            text, self._left = text[: cut.start()], cut[0]
            if not text:
                return self.read(size)
        return _REFERENCE.sub(_character, _FORBIDDEN.sub("\ufffd", text)).encode()


def _character(reference: re.Match[str]) -> str:
    """The character that a reference stands for, or the reference where XML knows it itself."""
    name = reference[1]
    if name.startswith("#"):
        code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        allowed = code < 0x110000 and not _FORBIDDEN.match(chr(code))
        return reference[0] if allowed else "\ufffd"
    if name in _OF_XML:
        return reference[0]
    return html.entities.html5.get(f"{name};", reference[0])
