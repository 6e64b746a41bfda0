"""What a search returns: passages, with what is shown of their articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from corpus.article import ArticleInfo, Passage


class Located(NamedTuple):
    """A passage with what is shown of its article, and its text: the article's from its start to its end."""

    passage: Passage
    article: ArticleInfo
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found, with all that reading and citing it needs.

    `text` is the passage's, a slice of its article's. `rank` counts from 1. `score` is comparable within one
    search only. `bm25_rank` and `dense_rank` are the passage's ranks in the two retrievers, None where it is
    not among their best; `bm25` is its BM25 score (0 where no term is shared) and `cosine` that of the
    vectors (-1 to 1). `recent` (0 to 1) is the BM25 score for what was said last, as a share of the best
    passage's.
    """

    rank: int
    score: float
    passage_id: int
    passage: Passage
    article: ArticleInfo
    text: str
    bm25_rank: int | None
    dense_rank: int | None
    bm25: float = 0.0
    cosine: float = 0.0
    recent: float = 0.0

    @property
    def article_id(self) -> str:
        return self.article.id

    @property
    def title(self) -> str:
        return self.article.title

    @property
    def source(self) -> str:
        return self.article.source

    @property
    def publisher(self) -> str | None:
        return self.article.publisher

    @property
    def published(self) -> str | None:
        return self.article.published

    @property
    def url(self) -> str | None:
        return self.article.url

    @property
    def start(self) -> int:
        return self.passage.start

    @property
    def end(self) -> int:
        return self.passage.end

    def slice(self, start: int, end: int) -> str:
        """`article.text[start:end]`, for offsets within the passage."""
        return self.text[start - self.passage.start : end - self.passage.start]
