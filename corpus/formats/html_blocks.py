"""An HTML tree -> its visible text, block by block, with list items, rows of tables and headings marked.

The marks are those of Markdown, which every reader of the text knows: "• " before an item, bars around the
cells of a row with a line of dashes below the names of the columns, "## " before a heading of a document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import lxml.etree
import lxml.html

from corpus.article import Removed
from corpus.blocks import CAPTION, HEADING_WORDS, one_statement
from corpus.formats.html_markup import harmless
from corpus.metadata import Metadata

_UNSEEN = {
    "head",
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "object",
    "canvas",
    "select",
    "option",
}
_BLOCK_NAMES = (
    "address article aside blockquote body button caption center dd details dialog div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section"
    " summary table tbody tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_MARKS = _HEADINGS | {"figcaption": CAPTION, "caption": CAPTION}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LONGEST_CELL = 300
"""Characters. What has more is a text that a table sets beside another, and not a value of a column."""
_NUMBER = re.compile(r"[^\w]*\d[\d.,\s]*\S{0,3}")

Aside = Callable[[lxml.html.HtmlElement], str]
"""The reason why an element is not part of the story, or ""."""
Is = Callable[[lxml.html.HtmlElement], bool]


@dataclass(frozen=True, slots=True)
class Shown:
    """A block as it is laid out, its mark included. `aside`: why it is not the story, or ""."""

    text: str
    aside: str = ""
    linked: int = 0
    """How many of its characters, without spaces, are in links."""
    place: str = ""
    """Names and classes of the two elements around its own, but for lists: a story's paragraphs share one."""
    heading: bool = False
    """Whether the page calls it a heading."""


@dataclass(slots=True)
class _Table:
    """A table of data that is being read: its rows of cells, and which of them hold names of columns."""

    top: lxml.html.HtmlElement
    rows: list[list[str]] = field(default_factory=list)
    named: set[int] = field(default_factory=set)

    def put(self, cell: str) -> None:
        if not self.rows:  # a cell outside any row
            self.rows.append([])
        self.rows[-1].append(cell)


def tree(html: str) -> lxml.html.HtmlElement | None:
    """The elements of a page; None where there are none."""
    try:
        # Bytes, because lxml refuses text with an encoding declaration.
        return lxml.html.document_fromstring(
            html.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8")
        )
    except (lxml.etree.LxmlError, ValueError):
        return None


def story(html: str) -> str:
    """The text of HTML that is all story, as feeds and exports have it: nothing in it is set aside."""
    top = tree(harmless(html)) if html.strip() else None
    return laid_out(shown(top, document=True))[0] if top is not None else ""


def shown(
    top: lxml.html.HtmlElement,
    *,
    document: bool = False,
    aside: Aside = lambda element: "",
    caption: Is = lambda element: False,
) -> list[Shown]:
    """The visible text, one entry a block. Not recursive: scraped pages nest deeper than Python does.

    In a document, which is all story, what its author made a heading or a caption is marked as one; on web
    pages these elements hold all kinds of things, and `caption` says which of them are captions.
    """
    out: list[Shown] = []
    inline: list[str] = []
    linked = links = 0
    captioned: lxml.html.HtmlElement | None = None
    around: list[str] = []
    asides: list[tuple[lxml.html.HtmlElement, str]] = []
    bullet = mark = ""
    table: _Table | None = None

    def say(text: str | None) -> None:
        nonlocal linked
        if text:
            inline.append(text)
            if links:
                linked += len("".join(text.split()))

    def taken() -> str:
        nonlocal linked
        linked = 0
        lines = (_SPACE.sub(" ", line).strip() for line in "".join(inline).split("\0"))
        inline.clear()
        return "\n".join(line for line in lines if line)

    def put(text: str, in_links: int = 0) -> None:
        if text:
            heading = bool(around) and around[-1].partition(".")[0] in _HEADINGS
            out.append(Shown(text, asides[-1][1] if asides else "", in_links, _place(around), heading))

    def flush() -> None:
        in_links = linked
        if text := taken():
            put(_marked(text, mark) or bullet + text, in_links)

    hidden = 0
    for event, node in lxml.etree.iterwalk(top, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            unseen = tag in _UNSEEN or node.get("hidden") is not None
            hidden += unseen
            if hidden:
                continue
            if table is not None:
                if tag == "tr":
                    put(taken())
                    table.rows.append([])
                elif tag == "br" or tag in _BLOCKS:
                    inline.append(" ")
            elif tag in _BLOCKS:
                flush()
                around.append(f"{tag}.{(node.get('class') or '')[:80]}")
                bullet = "• " if tag == "li" else bullet if tag in ("p", "div") else ""
                if document and tag in _MARKS:
                    mark = _MARKS[tag]
                elif not document and captioned is None and caption(node):
                    mark, captioned = CAPTION, node
                if tag == "table" and _of_data(node):
                    table = _Table(node)
            elif tag == "br":
                inline.append("\0")
            elif tag in ("td", "th"):
                inline.append("\t")
            if (table is None or table.top is node) and (reason := aside(node)):
                flush()
                asides.append((node, reason))
            links += tag == "a"
            say(node.text)
            continue
        if event == "end":
            links -= tag == "a" and not hidden
            if hidden:
                hidden -= tag in _UNSEEN or node.get("hidden") is not None
            elif table is not None:
                if tag in ("td", "th"):
                    table.put(" ".join(taken().split()))
                elif tag == "caption":
                    text = taken()
                    put((_marked(text, CAPTION) if document else "") or text)
                elif tag == "tr":
                    if left := " ".join(taken().split()):
                        table.put(left)
                    if _names_columns(node):
                        table.named.add(len(table.rows) - 1)
                elif node is table.top:
                    around.pop()
                    left = taken()
                    put(_lines(table))
                    put(left)
                    table = None
            elif tag in _BLOCKS:
                flush()
                around.pop()
                bullet = "" if tag in ("li", "ul", "ol") else bullet
                if node is captioned or (captioned is None and tag in _MARKS):
                    mark, captioned = "", None
            if asides and asides[-1][0] is node:
                flush()
                asides.pop()
        if not hidden and node is not top:
            say(node.tail)
    flush()
    return out


def contents(element: lxml.html.HtmlElement) -> str:
    """What sets a document's own table of contents aside, where its reader makes it a `nav`."""
    return "table of contents" if element.tag == "nav" else ""


def titled(metadata: Metadata, text: str) -> Metadata:
    """A document is called as the heading at its top says: its properties may be those of an older one."""
    first = text.partition("\n")[0]
    return replace(metadata, title=first[2:]) if first.startswith("# ") else metadata


def _place(around: list[str]) -> str:
    return " ".join([name for name in around[-6:-1] if not name.startswith(("ul.", "ol."))][-2:])


def laid_out(blocks: Iterable[Shown]) -> tuple[str, tuple[Removed, ...]]:
    """The text of blocks, a blank line between them, and the spans of those that are set aside."""
    parts: list[str] = []
    removed: list[Removed] = []
    at = 0
    for block in blocks:
        end = at + len(block.text)
        if block.aside and removed and (removed[-1].end, removed[-1].reason) == (at - 2, block.aside):
            removed[-1] = Removed(removed[-1].start, end, block.aside)
        elif block.aside:
            removed.append(Removed(at, end, block.aside))
        parts.append(block.text)
        at = end + 2
    return "\n\n".join(parts), tuple(removed)


def _marked(text: str, mark: str) -> str:
    """`text` as a caption or, where it has the shape of one, as a heading; else ""."""
    line = " ".join(text.split())
    if mark == CAPTION:
        return CAPTION + line if line else ""
    # Some set whole paragraphs as headings, to have them large.
    if mark and len(line.split()) <= HEADING_WORDS and one_statement(line):
        return f"{mark} {line}"
    return ""


def _of_data(table: lxml.html.HtmlElement) -> bool:
    """Whether a table holds values in columns; else it only sets parts of a page beside each other."""
    if table.get("role") == "presentation" or next(table.iterdescendants("table"), None) is not None:
        return False
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iterdescendants("tr")]
    if len(rows) < 2 or sum(len(row) > 1 for row in rows) < 2:
        return False
    return all(len(_text_of(cell)) <= _LONGEST_CELL for row in rows for cell in row)


def _names_columns(row: lxml.html.HtmlElement) -> bool:
    """Whether the cells of a row are marked, or set in bold, as the names of columns."""
    parent = row.getparent()
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if parent is not None and parent.tag == "thead" and len(cells) > 1:
        return True
    return len(cells) > 1 and all(cell.tag == "th" or _bold(cell) for cell in cells)


def _bold(cell: lxml.html.HtmlElement) -> bool:
    text = _text_of(cell)
    return bool(text) and text == "".join(_text_of(one) for one in cell.iterdescendants("strong", "b"))


def _text_of(element: lxml.html.HtmlElement) -> str:
    return "".join(str(element.xpath("string()")).split())


def _lines(table: _Table) -> str:
    """The table as one block of lines, with a line of dashes below the names of its columns."""
    rows = [(i in table.named, cells) for i, cells in enumerate(table.rows) if any(cells)]
    names = next((i for i, (named, _) in enumerate(rows) if not named), 0)
    if not names and rows and _says_columns(rows[0][1], [cells for _, cells in rows[1:]]):
        names = 1
    lines = [f"| {' | '.join(cells)} |" for _, cells in rows]
    if names:
        lines.insert(names, f"|{'---|' * len(rows[names - 1][1])}")
    return "\n".join(lines)


def _says_columns(first: list[str], below: list[list[str]]) -> bool:
    """Whether a first row that nothing marks has names of columns: words, where figures stand below."""
    figures = [
        sum(len(row) > column and _NUMBER.fullmatch(row[column]) is not None for row in below)
        for column in range(len(first))
    ]
    words = all(not _NUMBER.fullmatch(cell) for cell in first) and all(first[1:])
    return words and any(2 * count > len(below) for count in figures)
