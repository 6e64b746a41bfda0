"""What the routes of the REST interface take, and what `chatbot.render.json` makes of what they give."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from chatbot.answer import State, Turn
from chatbot.filters import EVERYTHING, Filters
from chatbot.server.mcp_schema import End, Filter, Message, Quote, Start


class _Taken(BaseModel, extra="forbid"):
    """A body; a name that is not known is refused and not passed over."""


class Ask(_Taken):
    question: str = Field(examples=["Why do clinical directors want to quit?"])
    history: list[Message] = Field(
        [], description="The conversation so far, oldest first; a follow-up question is completed from it."
    )
    as_typed: bool = Field(False, description="Search for the question as it stands, without completing it.")
    any_time: bool = Field(False, description="Pass over the time that the question names.")
    filters: Filter | None = Field(None, description="Which articles are read; null: all.")

    def turns(self) -> list[Turn]:
        return [Turn(message.role, message.content) for message in self.history]

    def wanted(self) -> Filters:
        """CuttingsError where they end before they begin."""
        return self.filters.filters() if self.filters else EVERYTHING


class Feedback(_Taken):
    answer_id: str = Field(description="As the answer has it.")
    verdict: Literal["up", "down"]
    comment: str = Field("", description="At most 2,000 characters.")


class Place(BaseModel):
    start: Start
    end: End


class Why(BaseModel):
    """The standing of a sentence among all that were read for the question."""

    rank: int = Field(description="Its rank among the sentences read, from 1.")
    read: int = Field(description="How many sentences were read.")
    words: list[str] = Field(description="Its words that the question has too.")
    margin: float = Field(
        description="How far the reader puts it above “this passage does not answer”, in logits; or below."
    )
    passage_rank: int = Field(description="What the search ranked its passage.")
    bm25: float
    bm25_rank: int | None = Field(description="null: not among the first hundred.")
    cosine: float
    dense_rank: int | None = Field(description="null: not among the first hundred.")


class Sentence(BaseModel):
    """A sentence of an article: `quote` is `text[start:end]` of the article, word for word."""

    rank: int
    quote: Quote
    article_id: str
    title: str
    source: str = Field(description="File name or address that the article came from.")
    start: Start
    end: End
    score: float = Field(description="Probability, 0 to 1, that it answers the question.")
    publisher: str | None
    published: str | None = Field(description="ISO date.")
    url: str | None
    sources: int = Field(description="How many independent sources say it.")
    highlight: Place | None = Field(description="The words that answer, in offsets of the article.")
    why: Why | None


class Citation(Sentence):
    """A sentence, with those of other articles that say the same."""

    also: list[Sentence]


class Difference(BaseModel):
    """Statements that give other figures or dates for the same thing, the newest first."""

    citations: list[Citation]


class Hit(BaseModel):
    """A passage that the search found, best first; it need not answer anything."""

    rank: int
    article_id: str
    title: str
    source: str
    start: Start
    end: End
    score: float = Field(description="Comparable within one search only.")


class HitWithText(Hit):
    text: str = Field(description="`text[start:end]` of the article.")


class Period(BaseModel):
    """The time that the question names, and what it did."""

    start: str | None = Field(alias="from", description="ISO date.")
    end: str | None = Field(alias="to", description="ISO date.")
    words: str
    kind: Literal["filter", "prefer", "newest"]
    articles: int = Field(description="Articles of that time.")
    undated: int = Field(description="Articles without a date, which no time holds.")


class Answer(BaseModel):
    question: str
    standalone_question: str = Field(description="The question as it was searched.")
    rewrite_reason: str = Field(description='Why it was completed; "" where it was not.')
    state: State = Field(
        description="`answer`: stated; `possibly`: shown as only possibly the answer; `none`: the articles "
        "do not answer it, `citations` only come close."
    )
    abstained: bool = Field(description="True for the state `none` only.")
    confidence: float = Field(description="Probability, 0 to 1, that the first citation answers.")
    notice: str = Field(description='What to say in place of an answer; "" where there is one.')
    citations: list[Citation]
    hits: list[Hit]
    suggestions: list[str] = Field(description="Follow-up questions that the articles can answer.")
    differ: list[Difference]
    period: Period | None
    as_typed: bool
    any_time: bool
    filters: Filter | None
    answer_id: str = Field(description="Opens the answer again: GET /api/v1/answers/{answer_id}.")


class Found(BaseModel):
    query: str
    hits: list[HitWithText]


class Summary(BaseModel):
    id: str
    title: str
    publisher: str | None
    published: str | None = Field(description="ISO date.")
    url: str | None
    source: str


class Articles(BaseModel):
    articles: list[Summary] = Field(description="Newest first.")
    total: int = Field(description="How many there are, on this page and others.")


class Removed(Place):
    """A stretch that is no part of the story: a menu, a notice, what else stood on the page."""

    reason: str


class Highlight(Place):
    text: str = Field(description="`text[start:end]` of the article.")


class Article(Summary):
    topics: list[str]
    text: str
    removed: list[Removed]
    highlights: list[Highlight] = Field(description="The places that were asked for, in their order.")


class Reopened(BaseModel):
    answer: Answer
    lost: int = Field(description="Sentences left out because their article no longer has them.")


class Skipped(BaseModel):
    source: str
    reason: str


class Added(BaseModel):
    """What became of a file: the ids of its article, or why it was not read."""

    added: list[str]
    updated: list[str]
    unchanged: list[str]
    skipped: list[Skipped]


class Stored(BaseModel):
    stored: Literal[True]


class Publisher(BaseModel):
    name: str
    articles: int


class Collection(BaseModel):
    version: str = Field(description="Of Cuttings.")
    articles: int
    passages: int
    revision: int = Field(description="Raised by one with each change of the collection.")
    first: str | None = Field(description="First day of publication, an ISO date.")
    last: str | None
    publishers: list[Publisher]
    model: str
    reader: str
    ready: bool = Field(description="Whether the models are loaded; until then a question takes longer.")
    uploads: bool = Field(description="Whether articles can be added over this interface.")
    examples: list[str] = Field(description="Questions that the collection can answer.")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: Literal["about:blank"]
    title: str = Field(description="What the status means.")
    status: int
    detail: str = Field(description="One line: what failed, with which value, and what to do next.")
    instance: str = Field(description="The path of the request.")
    request_id: str = Field(description="As in the header X-Request-Id; the server's log has it too.")


def gives(model: type[BaseModel], about: str, status: int = 200) -> dict[int | str, Any]:
    """The `responses` of a route that gives such an object."""
    return {status: {"model": model, "description": about}}
