"""A sentence that may answer, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from chatbot.answer import Why
from corpus.article import Article, Passage, Sentence
from index.hit import Hit


class Evidence(NamedTuple):
    """What tells how probably a sentence answers; `chatbot/confidence.py` makes a probability of it."""

    margin: float
    """the reader's logit of the sentence less its null, the passage's "this does not answer" """
    cosine: float
    """of the question with the passage, as the search has it"""
    missing: float
    """share of the question's terms, by rarity, that neither the passage nor its headings have, 0 to 1"""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A sentence that was read for a question, in the passage where it was judged best."""

    sentence: Sentence
    passage: Passage
    article: Article
    hit: Hit
    evidence: Evidence
    highlight: tuple[int, int] | None = None
    """(start, end), characters of the article: the words that answer, where they are known"""
    why: Why | None = None
    """of a sentence that is cited"""

    @property
    def score(self) -> float:
        """The margin, a logit: the only number by which sentences are ordered. Above 0 it rather answers."""
        return self.evidence.margin

    @property
    def quote(self) -> str:
        return self.article.text[self.sentence.start : self.sentence.end]
