"""An HTML page -> its visible text, block by block, with what is not the story marked as removed."""

from __future__ import annotations

import re

import trafilatura

from corpus.article import Removed
from corpus.blocks import TABLE_RULE, key
from corpus.formats.html_blocks import Aside, Shown, laid_out, shown, tree
from corpus.formats.html_markup import harmless
from corpus.formats.html_metadata import said
from corpus.metadata import NOTHING_SAID, Metadata, day

NOT_THE_STORY = "not the story (page furniture)"

_LONG = 40
"""Characters from which a block may be found inside a longer line of the extraction."""


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
    text, removed = _laid_out(shown(top, aside=aside), lines, key(metadata.title or ""))
    return text, removed, metadata


def _laid_out(found: list[Shown], lines: set[str], title: str) -> tuple[str, tuple[Removed, ...]]:
    whole = "\n".join(sorted(lines))

    def is_story(block: str) -> bool:
        bare = _bare(block)
        if not lines or bare in lines or bare == title or (len(bare) >= _LONG and bare in whole):
            return True
        return all(_bare(line) in lines for line in block.splitlines() if not TABLE_RULE.fullmatch(line))

    return laid_out(
        Shown(block.text, block.aside or ("" if is_story(block.text) else NOT_THE_STORY)) for block in found
    )


def _bare(line: str) -> str:
    """The key of a line without list and table marks, which trafilatura and this file set differently."""
    return key(re.sub(r"^\s*[-•*]\s+|\|", " ", line))
