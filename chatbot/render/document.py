"""A conversation as plain text, and as a page of HTML, to be pasted into a letter or a document."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from chatbot.answer import Answer, Citation
from chatbot.render.blocks import Block, Link, blocks, original
from chatbot.render.outline import about
from chatbot.render.text import listed, one_line


def plain_text(answers: Iterable[Answer], title: str = "", link: Link = original) -> str:
    """Each quotation with its source on the line below it."""
    parts = [one_line(title)] if title else []
    for answer in answers:
        for block in blocks(answer):
            if citation := block.citation:
                source = listed(about(citation), link(citation))
                parts.append(f"“{one_line(citation.quote)}”\n— {source}")
            else:
                parts.append(one_line(block.text))
    return "\n\n".join(parts) + "\n"


def html(answers: Iterable[Answer], title: str = "", link: Link = original) -> str:
    """A whole page without a script or a style of its own; what is quoted is text in it."""
    given = list(answers)
    named = title or (given[0].question if given else "")
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f"<title>{_text(named)}</title>\n</head>\n<body>",
    ]
    parts += [f"<h1>{_text(title)}</h1>"] if title else []
    parts += [_block(block, link) for answer in given for block in blocks(answer)]
    return "\n".join([*parts, "</body>\n</html>\n"])


def _block(block: Block, link: Link) -> str:
    if block.citation:
        return _quoted(block.citation, link(block.citation))
    tag = {"question": "h2", "part": "h3"}.get(block.kind, "p")
    return f'<{tag} dir="auto">{_text(block.text)}</{tag}>'


def _quoted(citation: Citation, address: str) -> str:
    title = f'<cite dir="auto">{_text(citation.title)}</cite>'
    rest = _text(about(citation)).removeprefix(_text(citation.title))
    cite = ""
    if address:
        cite = f' cite="{escape(address)}"'
        title = f'<a href="{escape(address)}">{title}</a>'
    words = f'<p dir="auto">“{_text(citation.quote)}”</p>'
    return f"<blockquote{cite}>{words}<footer>— {title}{rest}</footer></blockquote>"


def _text(text: str) -> str:
    return escape(one_line(text))
