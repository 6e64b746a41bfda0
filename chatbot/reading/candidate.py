"""A sentence that may answer, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from corpus.article import ArticleInfo, Passage, Sentence
from index.hit import Hit


class Signals(NamedTuple):
    """What tells how probably a sentence answers; `chatbot/reading/confidence.py` makes one score of it."""

    margin: float
    """the reader's logit of the sentence less its null, the passage's "this does not answer" """
    found: float
    """the passage's score in the search"""
    missing: float
    """share of the question's terms, by rarity, that neither the passage nor its headings have, 0 to 1"""
    recent: float
    """how much the passage is about what was said last, where the question is a follow-up, 0 to 1"""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A sentence that was read for a question, in the passage where it was judged best.

    `score` is a logit, the only number by which sentences are ordered: above 0 it rather answers than not.
    """

    sentence: Sentence
    hit: Hit
    signals: Signals
    score: float
    highlight: tuple[int, int] | None = None
    """(start, end), characters of the article: the words that answer, where they are known"""

    @property
    def passage(self) -> Passage:
        return self.hit.passage

    @property
    def article(self) -> ArticleInfo:
        return self.hit.article

    @property
    def place(self) -> int:
        """Which of its passage's sentences it is; of two that are cited together, the latter."""
        ends = [sentence.end for sentence in self.passage.sentences]
        return ends.index(self.sentence.end)

    @property
    def quote(self) -> str:
        return self.hit.slice(self.sentence.start, self.sentence.end)
