"""An answer as a row of blocks for texts that leave the page: what was asked, remarks, quotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from chatbot.answer import Answer, Citation
from chatbot.conversation.period import in_words
from chatbot.render.links import cited
from chatbot.render.outline import CLOSEST, NO_ANSWER, SEVERAL, groups, numbered, searched, status

Link = Callable[[Citation], str]
"""The address that a citation leads to; "" where there is none."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of an answer. `text`: the question, the heading of a part or a remark; "" for a quotation."""

    kind: Literal["question", "part", "remark", "quotation"]
    text: str = ""
    number: str = ""
    """That of a quotation, as `numbered` has it."""
    citation: Citation | None = None


def blocks(answer: Answer) -> Iterator[Block]:
    """All of an answer, in order."""
    yield Block("question", answer.question)
    if words := searched(answer):
        yield Block("remark", words)
    if answer.period:
        yield Block("remark", f"{in_words(answer.period)}.")
    if answer.notice:
        yield Block("remark", answer.notice)
    elif answer.abstained:
        yield Block("remark", NO_ANSWER)
        if answer.citations:
            yield Block("remark", f"{CLOSEST}:")
    elif words := status(answer):
        yield Block("remark", words)
    if answer.kind == SEVERAL and answer.sections:
        yield from _parts(answer)
    else:
        yield from (Block("quotation", "", number, one) for number, one in numbered(answer).items())


def _parts(answer: Answer) -> Iterator[Block]:
    """The parts of a question, each with its quotations, or that the articles do not answer it."""
    shown = numbered(answer)
    for group in groups(answer):
        yield Block("part", group.heading)
        if group.status:
            yield Block("remark", group.status)
        of_group = {id(one) for citation in group.citations for one in (citation, *citation.also)}
        yield from (
            Block("quotation", "", number, one) for number, one in shown.items() if id(one) in of_group
        )


def original(citation: Citation) -> str:
    """The address of an article's original, where it is one that a browser may be sent to; else ""."""
    url = citation.url or ""
    if not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return ""
    return quote(url.strip(), safe="%/:?#@!$&'*+,;=~-._")  # brackets would end a link in Markdown or BibTeX


def place_on(page: str) -> Link:
    """Leads to the original of an article; where there is none, to its place on the page at that address."""

    def link(citation: Citation) -> str:
        if address := original(citation):
            return address
        place = cited(citation.article_id, citation.start, citation.end, citation.version)
        return f"{page}{place}" if page else ""

    return link
