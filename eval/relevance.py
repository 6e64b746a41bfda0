"""What is relevant to a gold question in a collection, and which hits and citations are right.

It is looked up once for a question, whatever systems it is asked of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chatbot.answer import Citation
from chatbot.reading.candidate import Candidate
from corpus.article import Article, Passage
from corpus.errors import CuttingsError
from eval.questions.gold import Evidence, Gold
from eval.record import BestRight, Expected, Fate, Found, Quoted
from eval.spans import Span, meet, named, overlap
from index.hit import Hit
from index.store import Readable


@dataclass(frozen=True, slots=True)
class Relevance:
    """What should be found of a question in one collection.

    `relevant` has a name and a grade for each passage that overlaps evidence, or for each article where whole
    articles were marked. Evidence that no passage holds stands for itself: it cannot be found, and counts as
    not found.
    """

    gold: Gold
    expected: tuple[Expected, ...]
    relevant: Mapping[str, int]

    def found(self, hits: Iterable[Hit]) -> tuple[Found, ...]:
        """The hits by the names that `relevant` goes by, with their grades."""
        return tuple(
            Found(
                name := hit.article_id if self.gold.unit == "article" else named(hit),
                hit.article_id,
                hit.start,
                hit.end,
                self.relevant.get(name, 0),
                hit.score,
                hit.bm25,
                hit.bm25_rank,
                hit.cosine,
                hit.dense_rank,
            )
            for hit in hits
        )

    def quoted(self, citations: Iterable[Citation]) -> tuple[Quoted, ...]:
        """The citations, right where one of them or of its `also` overlaps evidence."""
        return tuple(
            Quoted(
                one.rank,
                one.quote,
                one.article_id,
                one.start,
                one.end,
                one.score,
                any(self.holds(place) for place in (one, *one.also)),
                tuple((place.article_id, place.start, place.end) for place in one.also),
            )
            for one in citations
        )

    def best_right(self, candidates: Sequence[Candidate]) -> BestRight | None:
        """The first of the sentences that were read, best first, that overlaps evidence."""
        for rank, one in enumerate(candidates, start=1):
            if self.holds(one.sentence):
                return BestRight(rank, len(candidates), one.hit.rank, one.score, candidates[0].score)
        return None

    def holds(self, span: Span) -> bool:
        return any(overlap(span, place) for place in self.gold.evidence)


def relevance(gold: Gold, collection: Readable) -> Relevance:
    expected: list[Expected] = []
    relevant: dict[str, int] = {}
    for place in gold.evidence:
        article = _article(collection, place.article_id)
        passages = collection.passages(place.article_id) if article else []
        holding = [passage for passage in passages if overlap(passage, place)]
        if gold.unit == "article":
            names = [place.article_id]
        else:
            names = [named(passage) for passage in holding] or [named(place)]
        for name in names:
            relevant[name] = max(place.grade, relevant.get(name, 0))
        expected.append(_expected(gold, place, article, holding))
    return Relevance(gold, tuple(expected), relevant)


def _expected(gold: Gold, place: Evidence, article: Article | None, holding: Sequence[Passage]) -> Expected:
    sentences = [one for passage in holding for one in passage.sentences if overlap(one, place)]
    widened = (min(one.start for one in sentences), max(one.end for one in sentences)) if sentences else None
    whole = gold.unit == "article"
    return Expected(
        place.article_id,
        place.start,
        place.end,
        article.text[place.start : place.end] if article and not whole else "",
        place.choice,
        place.grade,
        None if whole else widened,
        _fate(gold, place, article, bool(holding)),
    )


def _fate(gold: Gold, place: Evidence, article: Article | None, held: bool) -> Fate:
    if article is None:
        return "no article"
    if gold.unit == "article":
        return "whole article"
    if held:
        return "passage"
    removed = any(meet(gone, place) for gone in article.removed)
    return "removed" if removed else "no passage"


def _article(collection: Readable, article_id: str) -> Article | None:
    try:
        return collection.article(article_id)
    except CuttingsError:  # reading it left nothing to quote, so that it was not stored
        return None
