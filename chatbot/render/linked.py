"""An answer as Markdown for other programs' chats: quotations with numbered links to where they stand.

Such a chat shows more than Markdown (HTML, formulas, bare addresses as links). In what comes from an article
or a person every character is encoded that any of these begins with.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chatbot.answer import Answer, Citation
from chatbot.conversation.period import in_words
from chatbot.render.links import cited
from chatbot.render.outline import CLOSEST, Group, about, groups, numbered, searched, status
from chatbot.render.text import counted, one_line

_MARKUP = re.compile(r"(?P<entity>[\\\[\]$<>&])|[*_#|~!@`]|(?<=:)/(?=/)|(?<=www)\.|^[-+=]", re.IGNORECASE)
"""What Markdown, HTML, formulas and bare addresses begin with. Behind a backslash some would begin a formula;
those are written as entities."""
_NUMBER = re.compile(r"^(\d{1,9})([.)])")
"""At the beginning of a line it begins a list."""
_UNESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")

_QUOTED = re.compile(r"^> “(.*)” \[\[\d+\]\]\([^()\s#]*#cite/[^()\s#]*\)$", re.MULTILINE)
"""A quotation as it is written here, in what a program gives back as the conversation so far."""


@dataclass(frozen=True, slots=True)
class Link:
    """The link of a citation: `content[start:end]`, with `quote` the place of the quotation as it is shown.

    Places are counted in characters (code points). `quote` is None for those that only say the same.
    """

    number: str
    citation: Citation
    url: str
    start: int
    end: int
    quote: tuple[int, int] | None


@dataclass
class Linked:
    """`pieces` are the paragraphs; one after the other they are the whole of it, `content`."""

    pieces: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    length: int = 0

    @property
    def content(self) -> str:
        return "".join(self.pieces)

    def _add(self, paragraph: str) -> None:
        self.pieces.append(f"{self._gap}{paragraph}")
        self.length += len(self.pieces[-1])

    @property
    def _gap(self) -> str:
        return "\n\n" if self.pieces else ""

    def _cite(self, number: str, citation: Citation, also: list[tuple[str, Citation]], page: str) -> None:
        begin = self.length + len(self._gap)
        quotation = escaped(citation.quote)
        text = f"> “{quotation}” "
        text = self._linked(text, begin, number, citation, page, (begin + 3, begin + 3 + len(quotation)))
        text += f"\n>\n> {_source(citation)}"
        for position, (other_number, other) in enumerate(also):
            text += "\n>\n> Also in " if not position else ", "
            text = self._linked(text, begin, other_number, other, page, None)
            text += f" {escaped(about(other))}"
        if also:
            text += f" ({counted(citation.sources, 'independent source')})"
        self._add(text)

    def _linked(
        self, text: str, begin: int, number: str, citation: Citation, page: str, quote: tuple[int, int] | None
    ) -> str:
        """The paragraph's text, which begins at `begin`, with the link behind it; the link is noted."""
        url = page + cited(citation.article_id, citation.start, citation.end, citation.version)
        link = f"[[{number}]]({url})"
        start = begin + len(text)
        self.links.append(Link(number, citation, url, start, start + len(link), quote))
        return text + link


def linked(answer: Answer, page: str) -> Linked:
    """The answer with its links; `page` is the page of the collection, as `chatbot.render.links` has it."""
    made = Linked()
    if answer.notice:
        made._add(escaped(answer.notice))
        return made
    for line in _introduction(answer):
        made._add(line)
    numbers = {id(citation): number for number, citation in numbered(answer).items()}
    for group in groups(answer):
        for line in _heading(group):
            made._add(line)
        for citation in group.citations:
            also = [(numbers[id(one)], one) for one in citation.also if id(one) in numbers]
            made._cite(numbers[id(citation)], citation, also, page)
    return made


def said(content: str) -> str:
    """What a message in the conversation so far said: the quotations of one made here, else all of it."""
    content = content.split(f"{CLOSEST}:")[0]
    return " ".join(_plain(quotation) for quotation in _QUOTED.findall(content)) or content


def escaped(text: str) -> str:
    """The text on one line, as Markdown that shows it as it stands."""
    encoded = _MARKUP.sub(
        lambda found: f"&#{ord(found[0])};" if found["entity"] else f"\\{found[0]}", one_line(text)
    )
    return _NUMBER.sub(r"\1\\\2", encoded)


def _plain(text: str) -> str:
    return html.unescape(_UNESCAPED.sub(r"\1", text))


def _introduction(answer: Answer) -> Iterator[str]:
    if words := searched(answer):
        yield escaped(words)
    if answer.period:
        yield f"{escaped(in_words(answer.period))}."
    if words := status(answer):
        yield words


def _heading(group: Group) -> Iterator[str]:
    if group.heading == CLOSEST:
        yield f"{CLOSEST}:"
    elif group.heading:
        yield f"**{escaped(group.heading)}**"
    yield from filter(None, [escaped(group.note), group.status])


def _source(citation: Citation) -> str:
    """Title, publisher and day, linked to where the article was published."""
    words = escaped(about(citation))
    if not re.fullmatch(r"https?://[^\s<>]+", citation.url or ""):
        return words
    address = re.sub(r"[()\\]", lambda found: f"%{ord(found[0]):02X}", citation.url or "")
    return f"[{words}]({address})"
