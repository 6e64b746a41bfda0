"""What the tools of the MCP server take and give; a client's model reads the descriptions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chatbot.answer import State
from chatbot.filters import Filters

Start = Annotated[int, Field(description="Offset in the article's text, in characters (code points).")]
End = Annotated[int, Field(description="Offset behind the last character.")]
Quote = Annotated[str, Field(description="Word for word `text[start:end]` of the article.")]


class _Taken(BaseModel):
    """Arguments; a name that is not known is refused and not passed over."""

    model_config = ConfigDict(extra="forbid")


class Message(_Taken):
    """One message of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: str


class Filter(_Taken):
    """Which articles are read; what is left out filters nothing."""

    publishers: list[str] = Field([], description="Names as the articles have them; any of them will do.")
    start: date | None = Field(None, alias="from", description="First day of publication, YYYY-MM-DD.")
    end: date | None = Field(None, alias="to", description="Last day of publication, YYYY-MM-DD.")

    def filters(self) -> Filters:
        """CuttingsError where it ends before it begins."""
        return Filters(tuple(self.publishers), self.start, self.end).checked()


class Ask(_Taken):
    question: str = Field(description="One question, in the words of the person.")
    history: list[Message] = Field(
        [], description="The conversation so far, oldest first; a follow-up question is completed from it."
    )
    filters: Filter | None = None
    as_typed: bool = Field(False, description="Search for the question as it stands, without completing it.")
    any_time: bool = Field(False, description="Pass over the time that the question names.")


class Search(_Taken):
    query: str = Field(description="A few words, or a question.")
    k: int = Field(10, ge=1, le=100, description="How many passages at most.")
    filters: Filter | None = None


class ReadArticle(_Taken):
    article_id: str = Field(description="As a citation, a search result or a link has it.")
    start: int | None = Field(
        None,
        ge=0,
        description="With `end`: the quotation to mark; the text around it is given. "
        "Alone: where the text is to begin, to read on.",
    )
    end: int | None = Field(None, ge=0, description="Where the quotation ends; needs `start`.")
    length: int = Field(10_000, ge=1, le=50_000, description="Characters of text at most.")


class Sentence(BaseModel):
    """A sentence of an article, and where it stands."""

    quote: Quote
    article_id: str
    start: Start
    end: End
    title: str
    publisher: str | None
    published: str | None = Field(description="ISO date.")
    url: str | None
    source: str = Field(description="File name or address that the article came from.")


class Citation(Sentence):
    """A sentence, with those of other articles that say the same."""

    rank: int
    sources: int = Field(description="How many independent sources say it.")
    also: list[Sentence] = Field(description="The sentences of other articles that say the same.")


class Difference(BaseModel):
    """Statements that give other figures or dates for the same thing, the newest first."""

    citations: list[Citation]


class Answered(BaseModel):
    question: str
    standalone_question: str = Field(description="The question as it was searched.")
    rewrite_reason: str = Field(description="Why it was completed from the history; empty where it was not.")
    state: State = Field(
        description="`answer`: the citations answer. `possibly`: they may; say that this is not sure. "
        "`none`: the articles do not answer the question; say so."
    )
    abstained: bool = Field(description="True for the state `none` only.")
    notice: str = Field(
        description="What is to be said in place of an answer, where there is nothing to ask."
    )
    confidence: float = Field(description="Probability, 0 to 1, that the first citation answers.")
    citations: list[Citation] = Field(description="The answer: sentences to quote word for word. Else empty.")
    differ: list[Difference] = Field(description="Where the sources differ.")
    closest: list[Citation] = Field(
        description="Only where it abstained: what comes closest. It is NOT an answer; do not give it as one."
    )
    period: dict[str, Any] | None = Field(description="The time that the question names, and what it did.")
    answer_id: str = Field(description="From which the server's page opens the answer: HOST/#answer/ID.")


class Hit(BaseModel):
    """A passage that the search found, best first; it need not answer anything."""

    rank: int
    text: Quote
    article_id: str
    start: Start
    end: End
    title: str
    source: str
    score: float = Field(description="Comparable within one search only.")


class Found(BaseModel):
    query: str
    hits: list[Hit]


class Place(BaseModel):
    start: Start
    end: End


class Removed(Place):
    """A stretch that is no part of the story: a menu, a notice, what else stood on the page."""

    reason: str


class Article(BaseModel):
    article_id: str
    title: str
    publisher: str | None
    published: str | None = Field(description="ISO date.")
    url: str | None
    source: str
    characters: int = Field(description="Length of the whole article.")
    start: Start
    end: End
    text: Quote
    quotation: Place | None = Field(description="The quotation that was asked for.")
    removed: list[Removed] = Field(description="Stretches within `text` that are no part of the story.")
