"""What an answer is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.hit import Hit


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim sentence: `quote == article.text[start:end]`.

    `score` is the probability (0 to 1) that this sentence answers the question. `also` holds the
    near-identical sentences of other articles, best first; theirs is always empty.
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


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `standalone_question` is the question as it was searched; where it differs from `question`,
    `rewrite_reason` says why in a few words ("" otherwise). `confidence` is the probability (0 to 1)
    that the first citation answers; below the threshold `abstained` is true, and the citations are then the
    closest sentences, to be studied but not shown as an answer. `notice` is a sentence for the
    person in place of an answer (nothing to search, small talk), else "". `suggestions` are
    follow-up questions that the collection can answer.
    """

    question: str
    standalone_question: str
    rewrite_reason: str
    abstained: bool
    confidence: float
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    notice: str = ""
    suggestions: tuple[str, ...] = ()
