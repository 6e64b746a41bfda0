"""What the routes of the REST interface take, and the shapes that only they give."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictBool

from chatbot.answer import Turn
from chatbot.feedback import COMMENT
from chatbot.render import schema
from chatbot.render.schema import Filter, Place, Quote, Shape


class Arguments(BaseModel, extra="forbid"):
    """What is given to a route or a tool; a name that is not known is refused and not passed over."""


class Message(Arguments):
    """One message of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: str


class Ask(Arguments):
    question: str = Field(
        description="One question, in the words of the person.", json_schema_extra=schema.WORDS
    )
    history: list[Message] = Field(
        [], description="The conversation so far, oldest first; a follow-up question is completed from it."
    )
    as_typed: StrictBool = Field(
        False, description="Search for the question as it stands, without completing it."
    )
    any_time: StrictBool = Field(False, description="Pass over the time that the question names.")
    filters: Filter | None = Field(None, description="Which articles are read; null: all.")

    def turns(self) -> list[Turn]:
        return [Turn(message.role, message.content) for message in self.history]


class Cite(Arguments):
    answers: list[Annotated[str, Field(max_length=16_000)]] = Field(
        min_length=1, max_length=50, description="Ids of answers, in order."
    )
    format: Literal["markdown", "text", "html", "ris", "csl-json", "bibtex"]
    title: str = Field("", max_length=300, description="Of the whole, where the format has a place for it.")
    page: str = Field(
        "",
        max_length=2000,
        description="Address at which people open the page, for links where an article has none of its own; "
        "of this server. Without it, the address that this request came to.",
    )


class Feedback(Arguments):
    answer_id: str = Field(description="As the answer has it.")
    verdict: Literal["up", "down"]
    comment: str = Field(
        "", description="At most 2,000 characters.", json_schema_extra={"maxLength": COMMENT}
    )


class Listed(schema.Summary):
    copies: list[schema.Summary] = Field(
        description="With `copies=false` the other articles that are copies of it, 50 at most; else empty."
    )
    more: int = Field(description="Further copies.")


class Articles(Shape):
    articles: list[Listed] = Field(description="Newest first.")
    total: int = Field(description="How many there are, on this page and others.")


class Highlight(Place):
    text: Quote


class Article(schema.Version):
    highlights: list[Highlight] = Field(description="The places that were asked for, in their order.")


class Rectangle(Shape):
    """In points from the top left corner of the page."""

    x0: float
    top: float
    x1: float
    bottom: float


class OnPage(Shape):
    """What of a place is on one page, line by line."""

    page: int = Field(description="Its number, from 1.")
    width: float = Field(description="Of the page, in points.")
    height: float
    rectangles: list[Rectangle] = Field(description="They cover the text, one for each line of it.")


class OnPages(Shape):
    pages: list[OnPage] = Field(description="In order; a quotation may go over to the next page.")


class Reopened(Shape):
    answer: schema.Answer
    lost: int = Field(description="Sentences left out because their article no longer has them.")
    sealed: bool = Field(description="Whether a server of this collection gave the id.")


class Skipped(Shape):
    source: str
    reason: str


class Added(Shape):
    """What became of a file or a page: the ids of its articles, or why it was not read."""

    added: list[str]
    updated: list[str]
    unchanged: list[str]
    skipped: list[Skipped]


class Retag(Arguments):
    """What is to be said of an article from now on; what is left out stays, and null says nothing of it."""

    title: str | None = Field(None, description="Not null.")
    publisher: str | None = None
    published: schema.Day | None = Field(None, description="ISO date.")
    author: str | None = Field(None, description="Names, joined by commas.")
    topics: list[str] | None = Field(None, description="At most 20.")


class Removed(Shape):
    removed: str = Field(description="The id of the article.")
    file: bool = Field(description="Whether its file was deleted too, which somebody had added here.")


class Stored(Shape):
    stored: Literal[True]


class Publisher(Shape):
    name: str
    articles: int


class CollectionListed(Shape):
    """A collection of the server."""

    name: str
    articles: int | None = Field(description="null: it is gone.")
    ready: bool = Field(description="Whether the models and the index are loaded.")
    gone: bool = Field(description="Whether it was deleted or replaced; what is asked of it gives 503.")


class Collections(Shape):
    collections: list[CollectionListed]
    together: bool = Field(description="Whether all of them can be asked together, as the collection `all`.")


class Collection(Shape):
    version: str = Field(description="Of Cuttings.")
    name: str = Field(description="By which its addresses name it; `all`: all collections together.")
    articles: int
    passages: int
    revision: int = Field(description="Another number after each change of what you may read.")
    first: str | None = Field(description="First day of publication, an ISO date.")
    last: str | None
    publishers: list[Publisher]
    model: str
    reader: str
    ready: bool = Field(description="Whether the models are loaded; until then a question takes longer.")
    uploads: bool = Field(description="Whether this caller can add articles over this interface.")
    examples: list[str] = Field(description="Questions that the collection can answer.")


class Problem(Shape):
    """What went wrong (RFC 9457)."""

    type: Literal["about:blank"]
    title: str = Field(description="What the status means.")
    status: int
    detail: str = Field(description="One line: what failed, with which value, and what to do next.")
    instance: str = Field(description="The path of the request.")
    request_id: str = Field(description="As in the header X-Request-Id; the server's log has it too.")
