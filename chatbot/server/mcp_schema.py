"""What the tools of the MCP server take and give; a client's model reads the descriptions.

What they give are the shapes of `chatbot.render.schema`, less what only costs a model room in its context.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chatbot.render import schema
from chatbot.render.schema import End, Filter, Place, Quote, Shape, Start
from chatbot.server import rest_schema
from chatbot.server.rest_schema import Arguments

LeftOut = Annotated[Any, Field(exclude=True)]


Collection = Annotated[
    str,
    Field(
        description="Name of a collection, as `list_collections` gives it; "
        "`all` for all of them together; empty for the first."
    ),
]


class Ask(rest_schema.Ask):
    collection: Collection = ""


class Search(Arguments):
    query: str = Field(description="A few words, or a question.")
    k: int = Field(10, ge=1, le=100, description="How many passages at most.")
    filters: Filter | None = None
    collection: Collection = ""


class ReadArticle(Arguments):
    article_id: str = Field(description="As a citation, a search result or a link has it.")
    start: int | None = Field(
        None,
        ge=0,
        description="With `end`: the quotation to mark; the text around it is given. "
        "Alone: where the text is to begin, to read on.",
    )
    end: int | None = Field(None, ge=0, description="Where the quotation ends; needs `start`.")
    length: int = Field(10_000, ge=1, le=50_000, description="Characters of text at most.")
    collection: Collection = ""


class ListCollections(Arguments):
    """Takes nothing."""


class Listed(Shape):
    name: str
    articles: int


class Collections(Shape):
    collections: tuple[Listed, ...]
    together: str | None = Field(description="The name by which all are asked together; null: there is one.")


class Sentence(schema.Sentence):
    __doc__ = schema.Sentence.__doc__

    rank: LeftOut
    score: LeftOut
    sources: LeftOut
    highlight: LeftOut
    why: LeftOut


class Citation(schema.Citation):
    __doc__ = schema.Citation.__doc__

    score: LeftOut
    highlight: LeftOut
    why: LeftOut
    also: tuple[Sentence, ...] = Field(description="The sentences of other articles that say the same.")


class Difference(schema.Difference):
    __doc__ = schema.Difference.__doc__

    citations: tuple[Citation, ...]


class Answer(schema.Answer):
    citations: tuple[Citation, ...] = Field(
        description="The answer: sentences to quote word for word. Else empty."
    )
    hits: LeftOut
    suggestions: LeftOut
    differ: tuple[Difference, ...] = Field(description="Where the sources differ.")
    as_typed: LeftOut
    any_time: LeftOut
    filters: LeftOut
    closest: tuple[Citation, ...] = Field(
        description="Only where it abstained: what comes closest. It is NOT an answer; do not give it as one."
    )


class Article(schema.Article):
    id: str = Field(serialization_alias="article_id")
    topics: LeftOut
    text: Quote
    removed: tuple[schema.Removed, ...] = Field(
        description="Stretches within `text` that are no part of the story."
    )
    characters: int = Field(description="Length of the whole article.")
    start: Start
    end: End
    quotation: Place | None = Field(description="The quotation that was asked for.")
