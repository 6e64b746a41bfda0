"""The articles that answers cite, each once, as a reference manager knows a work: kind, people, day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chatbot.answer import Answer, Citation
from chatbot.render.blocks import Link, original
from chatbot.render.outline import numbered, page_of
from chatbot.render.text import one_line

Kind = Literal["newspaper", "report", "page", "document"]
"""What is known by its publisher, by the pages of its file, by its address, or by nothing of these."""

_PARTICLES = frozenset(
    "al ap ben bin da dal de del della den der di do dos du el la le ten ter van von zu".split()
)
"""Words that a family name may begin with."""

_OFFICE = re.compile(
    r"\b(?:agenc(?:y|ies)|association|board|bureau|committee|correspondents?|council|department|desk|editorial"
    r"|editors?|group|inc|institute|ltd|ministry|news|newsroom|office|press|reporters?|service|staff|team|times"
    r"|union|university)\b",
    re.IGNORECASE,
)
"""What only the name of an office has, which is not turned about."""


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in its two parts; `given` is "" of an office, and of a name of one word."""

    family: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """An article that is cited. All text is on one line; what is not known is ""."""

    id: str
    kind: Kind
    title: str
    authors: tuple[Name, ...]
    publisher: str
    published: str
    """As the article has it: nearly always an ISO date."""
    url: str
    source: str
    quotations: tuple[str, ...]
    """Word for word, each with the page that it stands on."""

    @property
    def day(self) -> date | None:
        """The day of publication, where it is an ISO date."""
        try:
            return date.fromisoformat(self.published)
        except ValueError:
            return None


def works(answers: Iterable[Answer], link: Link = original) -> list[Work]:
    """In the order in which they are first cited. What only comes close to an answer is not among them."""
    cited: dict[str, list[Citation]] = {}
    for answer in answers:
        if not answer.abstained:
            for citation in numbered(answer).values():
                cited.setdefault(citation.article_id, []).append(citation)
    return [_work(citations, link) for citations in cited.values()]


def _work(citations: list[Citation], link: Link) -> Work:
    first = citations[0]
    kind: Kind = "report" if first.page else "newspaper" if first.publisher else "document"
    if kind == "document" and original(first):
        kind = "page"
    return Work(
        first.article_id,
        kind,
        one_line(first.title),
        names(first.author or "", first.publisher or ""),
        one_line(first.publisher or ""),
        one_line(first.published or ""),
        link(first),
        one_line(first.source),
        tuple(dict.fromkeys(_quotation(citation) for citation in citations)),
    )


def _quotation(citation: Citation) -> str:
    page = page_of(citation)
    return f"“{one_line(citation.quote)}”" + (f" ({page})" if page else "")


def names(author: str, publisher: str = "") -> tuple[Name, ...]:
    """The people of a line of authors, joined by commas, "and" or "&"; an office stays in one piece."""
    found = []
    for one in re.split(r"\s*(?:,|;|\band\b|&)\s*", one_line(author)):
        words = one.split()
        if not words:
            continue
        if len(words) == 1 or len(words) > 5 or _OFFICE.search(one) or one.casefold() == publisher.casefold():
            found.append(Name(one))
            continue
        begins = next((at for at, word in enumerate(words) if at and word in _PARTICLES), len(words) - 1)
        found.append(Name(" ".join(words[begins:]), " ".join(words[:begins])))
    return tuple(found)
