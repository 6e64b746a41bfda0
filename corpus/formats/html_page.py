"""An HTML page -> its visible text, block by block, with what is not the story marked as removed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

import lxml.html
import trafilatura

from corpus.article import Removed
from corpus.blocks import CAPTION, TABLE_RULE, key, titled
from corpus.formats.html_blocks import Aside, Shown, laid_out, shown, tree
from corpus.formats.html_markup import harmless
from corpus.formats.html_metadata import said
from corpus.metadata import NOTHING_SAID, Metadata, day

NOT_THE_STORY = "not the story (page furniture)"

_LONG = 40
"""Characters from which a block may be found inside a longer line of the extraction."""
_ONLY_LINKS = 0.85
"""The share of its letters that a block has in links which is nothing but links."""
_FIRST = 5
"""Paragraphs that tell where those of the story stand; below it there may be more of others."""
_BELOW_A_LINK = 3
"""Blocks that may stand between two links of one list."""
_CAPTION_CLASS = re.compile(r"(?:^|[-_])caption(?:[-_]?text)?$", re.IGNORECASE)


def page(
    html: str, url: str | None, aside: Aside = lambda element: ""
) -> tuple[str, tuple[Removed, ...], Metadata]:
    """Text of the page as `html_blocks` lays it out, what is not the story, and metadata.

    `aside` gives a reason for elements that a caller knows not to be the story.
    """
    html = harmless(html)
    top = tree(html)
    if top is None:
        return "", (), NOTHING_SAID
    story = trafilatura.bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    guessed = NOTHING_SAID
    lines: set[str] = set()
    if story is not None and not isinstance(story, dict):
        guessed = Metadata(
            title=story.title,
            author=story.author,
            publisher=story.sitename,
            published=day(story.date) if story.date else None,
            topics=(*(story.tags or ()), *(story.categories or ())),
        )
        lines = {_bare(line) for line in (story.text or "").splitlines()} - {""}
    metadata = said(top, url, guessed)
    found = shown(top, aside=aside, caption=_is_caption)
    text, removed = laid_out(_judged(found, lines, key(metadata.title or "")))
    return text, removed, metadata


def _judged(found: list[Shown], lines: set[str], title: str) -> list[Shown]:
    """The blocks, each with the reason why it is not the story, or ""; `lines`: what a library says is."""
    whole = "\n".join(sorted(lines))

    def is_story(block: Shown) -> bool:
        bare = _bare(block.text)
        if not lines or bare in lines or bare == title or (len(bare) >= _LONG and bare in whole):
            return True
        return all(_bare(line) in lines for line in block.text.splitlines() if not TABLE_RULE.fullmatch(line))

    reasons = [block.aside or ("" if is_story(block) else NOT_THE_STORY) for block in found]
    _captions(found, reasons)
    if lines:
        _restore(found, reasons, title)
        _links(found, reasons, title)
    return [replace(block, aside=reason) for block, reason in zip(found, reasons, strict=True)]


def _captions(found: list[Shown], reasons: list[str]) -> None:
    """Captions between the first and the last paragraph of the story belong to it."""
    prose = [i for i, block in enumerate(found) if not reasons[i] and _is_prose(block)]
    if not prose:
        return
    first = next((i for i in range(prose[0]) if not reasons[i]), prose[0])
    for i in range(len(found)):
        if found[i].text.startswith(CAPTION) and not found[i].aside:
            reasons[i] = "" if first <= i <= prose[-1] and not _is_link(found[i]) else NOT_THE_STORY


def _links(found: list[Shown], reasons: list[str], title: str) -> None:
    """Set aside what consists of links: lists of them, and one alone that has the form of a headline.

    With a list go its heading, what is printed below each link (a day, a name), and, behind the story, the
    first sentences of what it leads to. What a library set aside tells where such lists are.
    """
    shape = _shape(found, reasons, title)
    at = 0 if any(shape.own) else len(found)
    while at < len(found):
        if not shape.link[at]:
            at += 1
            continue
        stop, links, last = at + 1, 1, at + 1
        while stop < len(found) and stop - last <= _BELOW_A_LINK:
            if shape.link[stop]:
                links, last = links + 1, stop + 1
            elif stop < shape.teasers and not _is_note(found[stop], title):
                break
            stop += 1
        if stop == len(found):
            last = stop
        if links > 1:
            first = at - 1 if at and _heads_links(found[at - 1], title) else at
            for i in range(first, last):
                reasons[i] = reasons[i] or "list of links"
        elif titled(_plain(found[at].text), words=22):
            reasons[at] = reasons[at] or "link to another story"
        at = max(last, at + 1)


def _restore(found: list[Shown], reasons: list[str], title: str) -> None:
    """Give back what a library left out between the paragraphs of the story, where it stands beside them."""
    shape = _shape(found, reasons, title)
    own = [i for i in range(shape.teasers) if shape.own[i] and not reasons[i]]
    for i in range(own[0], own[-1]) if own else ():
        block = found[i]
        if reasons[i] == NOT_THE_STORY and block.place == shape.usual and not shape.link[i]:
            heading = block.heading or (titled(block.text) and block.text[0].isalpha())
            heading = heading and _is_prose(found[i + 1])
            if not block.aside and (_is_prose(block) or block.text.startswith("• ") or heading):
                reasons[i] = ""


@dataclass(frozen=True, slots=True)
class _Shape:
    """Of each block, whether it is nothing but links, or a paragraph of this page; and where those stand."""

    link: list[bool]
    own: list[bool]
    usual: str
    """The place of most of the first paragraphs."""
    teasers: int
    """The block from which on there are but teasers."""


def _shape(found: list[Shown], reasons: list[str], title: str) -> _Shape:
    link = [_is_link(block) and _bare(block.text) != title for block in found]
    own = [
        not link[i] and not reasons[i] and _is_prose(block) and not block.text.startswith(CAPTION)
        for i, block in enumerate(found)
    ]
    places = Counter([block.place for block, is_own in zip(found, own, strict=True) if is_own][:_FIRST])
    usual = places.most_common(1)[0][0] if places else ""
    return _Shape(link, own, usual, _teasers_from(link, own, [block.place == usual for block in found]))


def _teasers_from(link: list[bool], own: list[bool], usual: list[bool]) -> int:
    """From which block on there is nothing but links, each with one paragraph of what it leads to at most.

    A page of short news has such links from the first on, and none of them is a teaser; nor is what stands
    where most paragraphs of the page stand.
    """
    start = len(link)
    paragraph = False
    for at in reversed(range(len(link))):
        if own[at] and (paragraph or usual[at]):
            break
        paragraph = (paragraph or own[at]) and not link[at]
        start = at
    leads = [is_link and own_next for is_link, own_next in zip(link, [*own[1:], False], strict=True)]
    above, leading = sum(own[:start]), sum(leads[:start])
    return start if above >= 3 and 2 * leading <= above else len(link)


def _is_link(block: Shown) -> bool:
    """Whether a block is nothing but links."""
    letters = len("".join(_plain(block.text).split()))
    return letters > 0 and block.linked >= _ONLY_LINKS * letters


def _is_note(block: Shown, title: str) -> bool:
    """Whether a block may be a day, a name, a number below a link."""
    return len(block.text.split()) <= 5 and _bare(block.text) != title


def _is_prose(block: Shown) -> bool:
    text = _plain(block.text)
    return len(text.split()) >= 8 and text.rstrip("”’\"')")[-1:] in (".", "!", "?")


def _heads_links(block: Shown, title: str) -> bool:
    text = _plain(block.text)
    return len(text.split()) <= 6 and titled(text) and _bare(text) != title


def _plain(text: str) -> str:
    return text.removeprefix("• ").removeprefix(CAPTION)


def _is_caption(element: lxml.html.HtmlElement) -> bool:
    if element.tag == "figcaption":
        return True
    return any(_CAPTION_CLASS.search(name) for name in (element.get("class") or "").split())


def _bare(line: str) -> str:
    """The key of a line without list and table marks, which trafilatura and this file set differently."""
    return key(re.sub(r"^\s*[-•*▣]\s+|\|", " ", line))
