"""What an operator's routes take, and the shapes that they give."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, StrictBool

from chatbot.render import schema
from chatbot.render.schema import Place, Quote, Shape
from chatbot.server.rest_schema import Arguments, Skipped

_LONGEST = 2000
"""Characters of a path or a URL."""

Scope = Literal["ask", "read", "feedback", "ingest", "admin"]


class NewSource(Arguments):
    source: str = Field(
        description="URL of a feed, a sitemap or a page; at the server's own machine also a path.",
        max_length=_LONGEST,
        json_schema_extra=schema.WORDS,
    )


class Sync(Arguments):
    source: str | None = Field(None, description="The only one to be looked at.", max_length=_LONGEST)
    remove_gone: StrictBool = Field(
        False, description="Remove more than a tenth of the articles of `source`, where so many are gone."
    )


class NewKey(Arguments):
    name: str = Field(description="Up to 64 letters, digits, dots, - and _.")
    may: list[Scope] = Field(description="What it is for; none holds another.", min_length=1, max_length=5)
    site: str | None = Field(None, description="The only site whose pages may use it.", max_length=300)
    expires: date | None = Field(None, description="The last day on which it holds, in UTC.")
    read: list[str] = Field(
        [], description="Groups whose articles it reads, beside those that are public.", max_length=50
    )
    collections: list[str] | None = Field(
        None, description="Those that it is for; null: all.", min_length=1, max_length=51
    )


class LastSync(Shape):
    """What the last sync made of a source."""

    time: str = Field(description="When it was done, ISO in UTC.")
    kind: str = Field(description="folder, file, feed, sitemap or page.")
    added: int
    updated: int
    moved: int
    removed: int
    unchanged: int
    skipped: int
    reasons: list[Skipped] = Field(description="Of those that were skipped this time the first.")
    held_back: int = Field(description="Articles that are gone and were kept, being too many at once.")
    held: list[str] = Field(description="The first of them, by id.")
    unreachable: dict[str, int] = Field(description="Articles that were kept, by the folder that is missing.")
    failed: str = Field(description='Why it could not be looked at; "" where it could.')


class Source(Shape):
    source: str
    articles: int
    columns: dict[str, str] = Field(description="As `cuttings sources add --map` was given them.")
    ocr: bool
    last: LastSync | None = Field(description="null: it was not synced yet.")


class Sources(Shape):
    sources: list[Source] = Field(description="In the order in which they were added.")
    paths: bool = Field(description="Whether this caller may add folders and files of the server's machine.")


class Named(Shape):
    source: str
    changed: bool = Field(description="Whether the list of sources is another than before.")


class Underway(Shape):
    since: str = Field(description="ISO in UTC.")
    what: str
    done: int
    total: int


class Ended(Shape):
    time: str = Field(description="ISO in UTC.")
    failed: int = Field(description="Sources that could not be looked at, or of which too much had gone.")
    error: str = Field(description='Why there was no sync at all; "" where there was one.')
    changes: dict[str, int] = Field(description="Articles added, updated, moved and removed.")


class SyncState(Shape):
    now: Underway | None = Field(description="null: none runs.")
    last: Ended | None = Field(description="Since the server was started.")
    next: str | None = Field(description="When the next one begins by itself, ISO in UTC; null: none does.")
    every: float | None = Field(description="Seconds from the end of one to the next.")


class JournalEntry(Shape):
    time: str = Field(description="When it was noticed, ISO in UTC.")
    what: Literal["added", "changed", "moved", "gone"]
    article_id: str
    source: str
    location: str


class Journal(Shape):
    entries: list[JournalEntry] = Field(description="Newest first.")


class Key(Shape):
    name: str
    may: list[Scope]
    site: str | None
    expires: str | None = Field(description="The last day on which it holds, in UTC; null: it always does.")
    expired: bool
    made: str = Field(description="When it got its secret, ISO in UTC.")
    read: list[str] = Field(description="Groups whose articles it reads, beside those that are public.")
    collections: list[str] | None = Field(description="Those that it is for; null: all.")
    own: bool = Field(description="Whether it is the one that this request was sent with.")


class Keys(Shape):
    keys: list[Key] = Field(description="By name.")
    collections: list[str] = Field(description="Names that a key can be limited to.")


class Secret(Shape):
    name: str
    secret: str = Field(description="Shown this once, and kept nowhere.")


class KeyRemoved(Shape):
    name: str


class Shown(Place):
    article_id: str
    quote: Quote


class Judgement(Shape):
    """What one person said of one answer."""

    line: int = Field(description="Of the file, from 1.")
    time: str
    verdict: Literal["up", "down"]
    question: str
    standalone_question: str
    comment: str
    abstained: bool
    notice: str = Field(description='What was said in place of an answer; "" where there was one.')
    quoted: list[Shown] = Field(description="The sentences that were shown, as they stood then.")
    cuttings: str = Field(description="The version that gave the answer.")


class Judgements(Shape):
    up: int
    down: int
    damaged: int = Field(description="Lines that cannot be read.")
    entries: list[Judgement] = Field(description="Newest first.")
    total: int = Field(description="Of this verdict, on this page and others.")
    command: str = Field(description="What makes gold questions of it.")


class Share(Shape):
    """That `count` of `of` questions are as the measure says; docs/measures.md tells what each is."""

    measure: Literal["served", "first_citation", "hit@10", "wrong_answers", "false_answers"]
    count: int
    of: int


class Figures(Shape):
    about: str = Field(description="What was asked.")
    started: str = Field(description="ISO in UTC.")
    questions: int
    shares: list[Share]


class Evaluation(Shape):
    report: bool = Field(description="Whether there is a report, at /evaluation.")
    figures: Figures | None = Field(description="null: none are kept beside the report.")
    command: str = Field(description="What makes a report.")
