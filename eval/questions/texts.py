"""The articles that gold questions are about, wherever they are kept: each read, folded and cut but once."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import lru_cache

from corpus.article import Article, Sentence
from corpus.clean import clean, repeated_blocks
from corpus.read import Raw
from corpus.sentences import sentences
from eval.questions.resolve import Folded, folded, places
from index.store import Readable

_KEPT = 512
"""Articles that are kept at hand; questions about one article mostly stand together."""


class Texts:
    """Articles by their ids."""

    def __init__(self, ids: Container[str], article: Callable[[str], Article]) -> None:
        self._ids = ids
        self.article = lru_cache(_KEPT)(article)
        self._folded: Callable[[str], Folded] = lru_cache(_KEPT)(lambda id: folded(self.article(id).text))
        self.sentences: Callable[[str], tuple[Sentence, ...]] = lru_cache(_KEPT)(
            lambda id: tuple(one for one in sentences(self.article(id)) if one.kind != "heading")
        )
        """Those of an article that can be quoted."""

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._ids

    def places(self, article_id: str, quote: str) -> tuple[tuple[int, int], ...]:
        """Every place of a quotation in an article, see `eval.questions.resolve`."""
        return places(self._folded(article_id), quote)


def of_collection(collection: Readable) -> Texts:
    """The articles of a collection."""
    return Texts({article.id for article in collection.articles()}, collection.article)


def of_raws(raws: Sequence[Raw]) -> Texts:
    """Articles as they will be once these are ingested, whose ids are `Metadata.id`.

    `article` raises NothingLeft for one in which nothing is left to quote.
    """
    repeated = repeated_blocks(raws)
    by_id = {raw.metadata.id or "": raw for raw in raws}
    return Texts(by_id.keys(), lambda id: clean(by_id[id], repeated))
