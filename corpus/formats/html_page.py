"""An HTML page -> its visible text, block by block, with what is not the story marked as removed."""

from __future__ import annotations

import re

import lxml.etree
import lxml.html
import trafilatura

from corpus.article import Removed
from corpus.blocks import key
from corpus.metadata import Metadata, day

NOT_THE_STORY = "not the story (page furniture)"

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
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LONG = 40
"""Characters from which a block may be found inside a longer line of the extraction."""


def page(html: str, url: str | None) -> tuple[str, tuple[Removed, ...], Metadata]:
    """Text of the page (blank lines between blocks, "• " before list items), furniture and metadata."""
    tree = _tree(html)
    found = _blocks(tree) if tree is not None else []
    story = trafilatura.bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    metadata = Metadata()
    lines: set[str] = set()
    if story is not None and not isinstance(story, dict):
        metadata = Metadata(
            title=story.title,
            publisher=story.sitename,
            published=day(story.date) if story.date else None,
            url=story.url or url,
            topics=tuple(dict.fromkeys([*(story.tags or ()), *(story.categories or ())])),
        )
        lines = {_bare(line) for line in (story.text or "").splitlines()} - {""}
    text, removed = _laid_out(found, lines, key(metadata.title or ""))
    return text, removed, metadata


def story(html: str) -> str:
    """Text of HTML that is all story, as feeds and exports have it: nothing is looked for and set aside."""
    tree = _tree(html) if html.strip() else None
    return "\n\n".join(_blocks(tree)) if tree is not None else ""


def _tree(html: str) -> lxml.html.HtmlElement | None:
    try:
        # Bytes, because lxml refuses text with an encoding declaration.
        return lxml.html.document_fromstring(
            html.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8")
        )
    except (lxml.etree.LxmlError, ValueError):
        return None


def _blocks(tree: lxml.html.HtmlElement) -> list[str]:
    """The visible text, one entry a block. Not recursive: scraped pages nest deeper than Python does."""
    out: list[str] = []
    inline: list[str] = []
    bullet = ""

    def flush() -> None:
        lines = (_SPACE.sub(" ", line).strip() for line in "".join(inline).split("\0"))
        text = "\n".join(line for line in lines if line)
        inline.clear()
        if text:
            out.append(bullet + text)

    hidden = 0
    for event, node in lxml.etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            unseen = tag in _UNSEEN or node.get("hidden") is not None
            hidden += unseen
            if hidden:
                continue
            if tag in _BLOCKS:
                flush()
                bullet = "• " if tag == "li" else bullet if tag in ("p", "div") else ""
            elif tag == "br":
                inline.append("\0")
            elif tag in ("td", "th"):
                inline.append("\t")
            inline.append(node.text or "")
            continue
        if event == "end":
            if hidden:
                hidden -= tag in _UNSEEN or node.get("hidden") is not None
            elif tag in _BLOCKS:
                flush()
                bullet = "" if tag in ("li", "ul", "ol") else bullet
        if not hidden and node is not tree:
            inline.append(node.tail or "")
    flush()
    return out


def _laid_out(found: list[str], lines: set[str], title: str) -> tuple[str, tuple[Removed, ...]]:
    whole = "\n".join(sorted(lines))
    parts: list[str] = []
    removed: list[Removed] = []
    at = 0
    for block in found:
        bare = _bare(block)
        kept = not lines or bare in lines or bare == title or (len(bare) >= _LONG and bare in whole)
        kept = kept or all(_bare(line) in lines for line in block.splitlines())
        if not kept:
            if removed and removed[-1].end == at - 2:
                removed[-1] = Removed(removed[-1].start, at + len(block), NOT_THE_STORY)
            else:
                removed.append(Removed(at, at + len(block), NOT_THE_STORY))
        parts.append(block)
        at += len(block) + 2
    return "\n\n".join(parts), tuple(removed)


def _bare(line: str) -> str:
    """The key of a line without list and table marks, which trafilatura and this file set differently."""
    return key(re.sub(r"^\s*[-•*]\s+|\|", " ", line))
