"""What an answer is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chatbot.when import Period
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
    sentences of other articles that say the same, best first; theirs is always empty. `sources` is how many
    independent sources say it, this one and `also` together; copies of one story are one source.
    `highlight` is the (start, end) in the article of the words that answer, where they are known.
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
    highlight: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What two or more articles say of one thing in different figures or dates, the newest first."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `standalone_question` is the question as it was searched; where it differs from `question`,
    `rewrite_reason` says why in a few words ("" otherwise). `confidence` is the probability (0 to 1)
    that the first citation answers; below the threshold `abstained` is true, and the citations are then the
    closest sentences, to be studied but not shown as an answer. `notice` is a sentence for the
    person in place of an answer (nothing to search, small talk), else "". `suggestions` are
    follow-up questions that the collection can answer. `differ` holds the statements that give other figures
    for the same thing; each has at least one of the `citations` in it. `period` is the time that the question
    names, where the answer depends on it.
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
    differ: tuple[Difference, ...] = ()
    period: Period | None = None

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
