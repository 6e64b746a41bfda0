"""What a search returns."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.article import Article, Passage


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found: `article.text[start:end]`.

    `rank` counts from 1. `score` is comparable within one search only. `bm25_rank` and `dense_rank`
    are the passage's ranks in the two retrievers, None where it is not among their best; `bm25` is its
    BM25 score (0 where no term is shared) and `cosine` that of the vectors (-1 to 1). `recent` (0 to 1) is
    the BM25 score for what was said last, as a share of the best passage's.
    """

    rank: int
    score: float
    passage_id: int
    article_id: str
    title: str
    source: str
    start: int
    end: int
    text: str
    bm25_rank: int | None
    dense_rank: int | None
    bm25: float = 0.0
    cosine: float = 0.0
    recent: float = 0.0

    @classmethod
    def of(
        cls,
        rank: int,
        score: float,
        passage_id: int,
        passage: Passage,
        article: Article,
        *,
        bm25_rank: int | None,
        dense_rank: int | None,
        bm25: float,
        cosine: float,
        recent: float,
    ) -> Hit:
        """The hit that a passage of an article is."""
        return cls(
            rank,
            score,
            passage_id,
            article.id,
            article.title,
            article.source,
            passage.start,
            passage.end,
            article.text[passage.start : passage.end],
            bm25_rank,
            dense_rank,
            bm25,
            cosine,
            recent,
        )
