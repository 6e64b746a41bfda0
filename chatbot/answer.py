"""What an answer is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from chatbot.conversation.period import Period
from chatbot.filters import EVERYTHING, Filters
from index.hit import Hit

State = Literal["answer", "possibly", "none"]
"""How sure an answer is: stated, shown as possibly the answer, or the articles do not say."""
STATES: tuple[State, ...] = get_args(State)

Kind = Literal[
    "fact",
    "definition",
    "yes or no",
    "reason",
    "list",
    "summary",
    "comparison",
    "timeline",
    "who said",
    "articles",
    "counting",
    "several at once",
]
"""What a question asks for, which gives the answer its shape."""
KINDS: tuple[Kind, ...] = get_args(Kind)

COLLECTING: frozenset[Kind] = frozenset({"list", "summary", "comparison", "timeline", "who said", "articles"})
"""Kinds whose answer is a selection of sentences, and not the one that answers."""

TakenOff = Literal["as_typed", "any_time"]
TAKEN_OFF: tuple[TakenOff, ...] = get_args(TakenOff)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Why:
    """The standing of a sentence among all that were read for a question.

    It is the `rank`-th of `read`, counted from 1, in the passage that the search ranked `passage_rank`-th of
    those whose sentences were read, `passages` together.
    `bm25_rank` and `dense_rank` are that passage's ranks in the two retrievers, None where it is not among
    their first hundred; `bm25` and `cosine` are its scores there. `words` are those that the question has
    too. `margin` is the reader's judgement in logits: how far the sentence is above "this passage does not
    answer", negative where it is below.
    """

    rank: int
    read: int
    words: tuple[str, ...]
    margin: float
    passage_rank: int
    bm25: float
    bm25_rank: int | None
    cosine: float
    dense_rank: int | None
    passages: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim sentence: `quote == article.text[start:end]`.

    `score` is the probability (0 to 1) that this sentence answers the question. `also` holds the
    sentences of other articles that say the same, best first; theirs is always empty. `sources` is how many
    independent sources say it, this one and `also` together; copies of one story are one source.
    `page` is that of its file on which it begins, from 1; `heading` is the nearest one above ("" for none).
    `highlight` is the (start, end) in the article of the words that answer, where they are known; `why` is
    missing of a sentence that was found but not read, and where the id of an answer does not tell it.
    `version` is the number of the older version of the article in which it stands, None of the newest.
    `collection` is set where several were asked together, and `article_id` begins with it.
    """

    rank: int
    quote: str
    article_id: str
    title: str
    source: str
    start: int
    end: int
    score: float
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    also: tuple[Citation, ...] = ()
    sources: int = 1
    author: str | None = None
    updated: str | None = None
    page: int | None = None
    heading: str = ""
    highlight: tuple[int, int] | None = None
    why: Why | None = None
    version: int | None = None
    collection: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as it was typed, and the one that was searched for."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Section:
    """Citations under a heading that they have in common: an article, a time, a side, a part of the question.

    `note` stands under the heading: publisher and date of an article, say; "" for none. `state` is that of a
    part of the question, otherwise the answer's.
    """

    heading: str
    citations: tuple[Citation, ...]
    note: str = ""
    state: State = "answer"


@dataclass(frozen=True, slots=True)
class Difference:
    """What two or more articles say of one thing in different figures or dates, the newest first."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `standalone_question` is the question as it was searched; where it differs from `question`,
    `rewrite_reason` says why in a few words ("" otherwise). `confidence` is the probability (0 to 1)
    that the first citation answers, and the two thresholds of `Settings` make the `state` of it. Where that
    is "none", the citations are the closest sentences, to be studied but not shown as an answer. `notice` is
    a sentence for the person in place of an answer (nothing to search, small talk), else "", and the state is
    then "none". `suggestions` are
    follow-up questions that the collection can answer. `differ` holds the statements that give other figures
    for the same thing; each has at least one of the `citations` in it. `period` is the time that the question
    names, where the answer depends on it. `taken_off` is what the person took off the question: "as_typed"
    its completion, "any_time" its time; `filters` are those that were set.
    `kind` is what was asked for, "fact" where there is no answer of that kind; where it gives the answer a
    shape of its own, `sections` hold all `citations` in order. `corrections` are the words that were taken
    for misspelt. `unquoted` is the number of articles that may not be quoted, and would have answered too.
    `id` opens the answer again (`chatbot/permalink.py`); the chatbot gives it last.
    """

    question: str
    standalone_question: str
    rewrite_reason: str
    state: State
    confidence: float
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    notice: str = ""
    suggestions: tuple[str, ...] = ()
    differ: tuple[Difference, ...] = ()
    period: Period | None = None
    taken_off: frozenset[TakenOff] = frozenset()
    filters: Filters = EVERYTHING
    kind: Kind = "fact"
    sections: tuple[Section, ...] = ()
    corrections: tuple[Correction, ...] = ()
    unquoted: int = 0
    id: str = ""

    @property
    def abstained(self) -> bool:
        """Whether no answer is shown."""
        return self.state == "none"

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What the next question's conversation needs of it; nothing of what was no question."""
        if self.notice:
            return ()
        said = "" if self.abstained else " ".join(citation.quote for citation in self.citations)
        return Turn("user", self.question), Turn("assistant", said)

    @property
    def parts(self) -> tuple[Citation | Difference, ...]:
        """The citations in order, a difference in place of those that it sets side by side."""
        parts: list[Citation | Difference] = []
        for citation in self.citations:
            place = (citation.article_id, citation.start)
            found = next(
                (d for d in self.differ if place in {(c.article_id, c.start) for c in d.citations}), None
            )
            if found is None or found not in parts:
                parts.append(found or citation)
        return tuple(parts)
