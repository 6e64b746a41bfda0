"""The JSON of answers, hits and articles: every key declared once, with its type and what it means.

REST, MCP and the command line all give these shapes. They are read from the attributes of the objects that
they show. Keys are added to, never renamed or removed. Scores are rounded to four places.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from chatbot.answer import TAKEN_OFF, Kind, State
from chatbot.filters import EVERYTHING, Filters

if TYPE_CHECKING:
    from chatbot import answer
    from chatbot.versions import Past
    from corpus import article

Json = dict[str, Any]

Start = Annotated[int, Field(description="Offset in the article's text, in characters (code points).")]
End = Annotated[int, Field(description="Offset behind the last character.")]
Quote = Annotated[str, Field(description="Word for word `text[start:end]` of the article.")]
Author = Annotated[str | None, Field(description="Names, joined by commas.")]
Updated = Annotated[str | None, Field(description="ISO date of the last change that the source names.")]
Seen = Annotated[
    str, Field(description='ISO time (UTC) at which this version was first seen; "" where that is not known.')
]
IsoDate = Annotated[str | None, Field(description="ISO date.")]
Named = Annotated[
    str | None,
    Field(description="Its collection, where all are asked together; `article_id` begins with it."),
]
Rounded = Annotated[float, AfterValidator(lambda number: round(number, 4))]


class Shape(BaseModel):
    """Read from the attributes of what it shows; a key that is named otherwise has a serialization alias."""

    model_config = ConfigDict(from_attributes=True, serialize_by_alias=True)

    def as_json(self) -> Json:
        return self.model_dump(mode="json")

    @classmethod
    def json_of(cls, given: object) -> Json:
        """The JSON of an object with these attributes, or of a dict with these keys."""
        return cls.model_validate(given).as_json()


def _as_written(given: object) -> object:
    if isinstance(given, date) or (isinstance(given, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", given)):
        return given
    raise ValueError("give a date as 2024-05-31")


Day = Annotated[date, BeforeValidator(_as_written)]
"""A day as people write it; pydantic alone takes a number of seconds for one too."""

WORDS: dict[str, JsonValue] = {"minLength": 1, "pattern": r"\S"}
"""What a schema says of words that may not be missing; who leaves them out is told so in our own words."""


class Filter(BaseModel, extra="forbid", serialize_by_alias=True):
    """Which articles are read; what is left out filters nothing."""

    publishers: list[str] = Field([], description="Names as the articles have them; any of them will do.")
    start: Day | None = Field(None, alias="from", description="First day of publication, YYYY-MM-DD.")
    end: Day | None = Field(None, alias="to", description="Last day of publication, YYYY-MM-DD.")


def filters_of(given: Filter | None) -> Filters:
    """CuttingsError where they end before they begin."""
    return Filters(tuple(given.publishers), given.start, given.end).checked() if given else EVERYTHING


class Place(Shape):
    start: Start
    end: End

    @staticmethod
    def of(pair: tuple[int, int] | None) -> Json | None:
        return {"start": pair[0], "end": pair[1]} if pair else None


class Why(Shape):
    """The standing of a sentence among all that were read for the question."""

    rank: int = Field(description="Its rank among the sentences read, from 1.")
    read: int = Field(description="How many sentences were read.")
    words: tuple[str, ...] = Field(description="Its words that the question has too.")
    margin: Rounded = Field(
        description="How far the reader puts it above “this passage does not answer”, in logits; or below."
    )
    passage_rank: int = Field(description="What the search ranked its passage.")
    bm25: Rounded
    bm25_rank: int | None = Field(description="null: not among the first hundred.")
    cosine: Rounded
    dense_rank: int | None = Field(description="null: not among the first hundred.")
    passages: int = Field(description="How many passages the sentences were read in.")


class Sentence(Shape):
    """A sentence of an article: `quote` is `text[start:end]` of the article, word for word."""

    rank: int
    quote: Quote
    article_id: str
    title: str
    source: str = Field(description="File name or address that the article came from.")
    start: Start
    end: End
    score: Rounded = Field(description="Probability, 0 to 1, that it answers the question.")
    publisher: str | None
    published: IsoDate
    url: str | None
    author: Author
    updated: Updated
    page: int | None = Field(
        description="The page of its file on which it begins, from 1; null where there are no pages."
    )
    heading: str = Field(description='The heading that it stands under; "" where there is none.')
    sources: int = Field(description="How many independent sources say it.")
    highlight: Annotated[Place | None, BeforeValidator(Place.of)] = Field(
        description="The words that answer, in offsets of the article."
    )
    version: int | None = Field(
        description="The number of the older version of its article in which it stands; null: the newest."
    )
    why: Why | None
    collection: Named


class Citation(Sentence):
    """A sentence, with those of other articles that say the same."""

    also: tuple[Sentence, ...]


class Difference(Shape):
    """Statements that give other figures or dates for the same thing, the newest first."""

    citations: tuple[Citation, ...]


class Correction(Shape):
    """A word as it was typed, and the one that was searched for."""

    typed: str
    meant: str


class Section(Shape):
    """Citations under a heading that they have in common."""

    heading: str
    note: str = Field(description='Stands under the heading; "" for nothing.')
    state: State = Field(
        description="How sure this part of the question is answered (`several at once`); "
        "`none`: the articles do not answer it, and nothing is cited."
    )
    citations: tuple[Citation, ...]


class Hit(Shape):
    """A passage that the search found, best first; it need not answer anything."""

    rank: int
    article_id: str
    title: str
    source: str
    start: Start
    end: End
    score: Rounded = Field(description="Comparable within one search only.")


class HitWithText(Hit):
    text: Quote
    publisher: str | None
    published: IsoDate
    url: str | None


class Found(Shape):
    query: str
    hits: tuple[HitWithText, ...]


class Period(Shape):
    """The time that the question names, and what it did."""

    start: date | None = Field(serialization_alias="from", description="ISO date.")
    end: date | None = Field(serialization_alias="to", description="ISO date.")
    words: str
    kind: Literal["filter", "prefer", "newest"]
    articles: int = Field(description="Articles of that time.")
    undated: int = Field(description="Articles without a date, which no time holds.")


class Answer(Shape):
    question: str
    standalone_question: str = Field(description="The question as it was searched.")
    rewrite_reason: str = Field(description='Why it was completed; "" where it was not.')
    state: State = Field(
        description="`answer`: the citations answer. `possibly`: they may; say that this is not sure. "
        "`none`: the articles do not answer the question; say so: what is cited only comes close."
    )
    abstained: bool = Field(description="True for the state `none` only.")
    confidence: Rounded = Field(description="Probability, 0 to 1, that the first citation answers.")
    notice: str = Field(description='What to say in place of an answer; "" where there is one.')
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    suggestions: tuple[str, ...] = Field(description="Follow-up questions that the articles can answer.")
    differ: tuple[Difference, ...] = Field(description="Where the sources differ.")
    period: Period | None
    as_typed: bool
    any_time: bool
    filters: Annotated[Filter | None, BeforeValidator(Filters.as_json)]
    kind: Kind = Field(description="What kind of answer was asked for.")
    sections: tuple[Section, ...] = Field(
        description="The citations under headings, where the kind of answer has such; else empty."
    )
    corrections: tuple[Correction, ...] = Field(description="Words that were taken for misspelt.")
    unquoted: int = Field(
        description="Articles that may answer too and are not to be quoted; nothing else is told of them."
    )
    answer_id: str = Field(
        description="Opens the answer again: GET /api/v1/answers/{answer_id}, or the page at #answer/ID."
    )

    @classmethod
    def of(cls, answer: answer.Answer, **changed: object) -> Self:
        """The shape of an answer, with other values for some of its keys."""
        given = {name: getattr(answer, name) for name in cls.model_fields if hasattr(answer, name)}
        taken_off = {what: what in answer.taken_off for what in TAKEN_OFF}
        return cls.model_validate({**given, **taken_off, "answer_id": answer.id, **changed})


class Summary(Shape):
    id: str
    title: str
    publisher: str | None
    published: IsoDate
    url: str | None
    source: str = Field(description="File name or address that the article came from.")
    topics: tuple[str, ...] = Field((), description="In a list empty for collections on Milvus.")
    collection: Named


class Removed(Place):
    """A stretch that is no part of the story: a menu, a notice, what else stood on the page."""

    reason: str


class Article(Summary):
    author: Author
    updated: Updated
    fetched: str | None = Field(description="ISO date on which it was fetched; null of files.")
    section: str | None = Field(description="Of its paper or site.")
    language: str | None = Field(description="Two letters (ISO 639-1).")
    pages: tuple[int, ...] = Field(
        description="Where each page of its file begins, as offsets in the text; empty without pages."
    )
    text: str
    removed: tuple[Removed, ...]


class ListedVersion(Shape):
    number: int = Field(description="From 1, the oldest.")
    seen: Seen
    title: str
    published: IsoDate
    updated: Updated
    characters: int


class Versions(Shape):
    """The versions of an article that are kept, the oldest first; the last is the one that is searched."""

    article_id: str
    versions: tuple[ListedVersion, ...]

    @classmethod
    def of(cls, past: Past) -> Json:
        return cls.json_of({"article_id": past.newest.id, "versions": tuple(past.listed())})


class Version(Article):
    """A version of an article; `id` is that of the newest."""

    version: int = Field(description="Its number, from 1, the oldest.")
    versions: int = Field(description="How many versions are kept, this one among them.")
    newest: int = Field(description="The number of the version that is searched and quoted.")
    seen: Seen
    first_seen: str = Field(description='The same of the oldest version; "" where that is not known.')

    @classmethod
    def of(cls, past: Past, number: int | None) -> Json:
        """CuttingsError where there is no such version."""
        article, history = past.version(number), past.history
        number = history.number if number is None else number
        seen = {one.number: one.seen for one in history.earlier}.get(number, history.seen)
        counts = {"version": number, "versions": len(history.earlier) + 1, "newest": history.number}
        given = {**Article.json_of(article), **counts, "seen": seen, "first_seen": history.first_seen}
        return cls.json_of({**given, "id": past.newest.id})


class Quoted(Place):
    quote: Quote


class Change(Shape):
    """A sentence that is other words now; that is gone (`after` is null), or new (`before` is null)."""

    before: Quoted | None
    after: Quoted | None


class Changes(Shape):
    """What changed from one version of an article to another, by sentence, in the order of the text."""

    article_id: str
    before: int = Field(description="The number of the version that it was.")
    after: int = Field(description="The number of the version that it became.")
    title_before: str
    title_after: str
    changes: tuple[Change, ...]
    same: int = Field(description="Sentences that stand in both.")

    @classmethod
    def of(cls, past: Past, before: int, after: int | None) -> Json:
        """CuttingsError where there is no such version, or the texts are too long to be compared."""
        old, new, changed = past.version(before), past.version(after), past.changes(before, after)
        found = [
            {"before": _quoted(old, one.before), "after": _quoted(new, one.after)} for one in changed.found
        ]
        numbers = {"before": before, "after": past.history.number if after is None else after}
        titles = {"title_before": old.title, "title_after": new.title}
        return cls.json_of(
            {"article_id": past.newest.id, **numbers, **titles, "changes": found, "same": changed.same}
        )


def _quoted(article: article.Article, span: tuple[int, int] | None) -> Json | None:
    return {"start": span[0], "end": span[1], "quote": article.text[span[0] : span[1]]} if span else None


class Skipped(Shape):
    location: str = Field(description="Absolute path or address; with the part of a file that holds several.")
    source: str
    reason: str


class Ingested(Shape):
    """What became of the sources of an ingest; ids of articles."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    moved: tuple[str, ...] = Field(description="The same file in another place.")
    skipped: tuple[Skipped, ...] = Field(description="What was not read.")
    missing: tuple[str, ...] = Field(description="Those whose file is no longer in its folder.")
    unreachable: dict[str, tuple[str, ...]] = Field(
        description="By folder, those whose whole folder is missing, or not mounted."
    )
    without_original: tuple[str, ...] = Field(
        description="Those whose file is too large to be kept, so that its pages are not shown."
    )


def answer_json(answer: answer.Answer) -> Json:
    """The whole of an answer; its hits without their text."""
    return Answer.of(answer).as_json()
