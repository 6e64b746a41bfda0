"""A conversation as Markdown, to save or pass on: what was asked, what was quoted, and where from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chatbot.answer import Answer, Citation
from chatbot.render.blocks import Block, Link, blocks, original
from chatbot.render.outline import about
from chatbot.render.text import one_line


def markdown(answers: Iterable[Answer], title: str = "", link: Link = original) -> str:
    """The whole file, under a title where there is one; the titles of articles lead where `link` says.

    What comes from an article or a person is escaped, so that it reads as it stands.
    """
    parts = [f"# {_text(title)}"] if title else []
    parts += [_block(block, link) for answer in answers for block in blocks(answer)]
    return "\n\n".join(parts) + "\n"


def _block(block: Block, link: Link) -> str:
    if block.citation:
        return _quoted(block.number, block.citation, link(block.citation))
    return {"question": "## ", "part": "### "}.get(block.kind, "") + _text(block.text)


def _quoted(number: str, citation: Citation, address: str) -> str:
    place = f"{_text(citation.source)}, characters {citation.start} to {citation.end}"
    title = _text(citation.title)
    rest = _text(about(citation)).removeprefix(title)
    if address:
        title = f"[{title}]({address})"
    lines = [f"“{_text(citation.quote)}”", "", f"{number}: {title}{rest} ({place})"]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _text(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~&!$])", r"\\\1", one_line(text))
