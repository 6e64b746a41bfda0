"""A stretch of an article to be read: without what is not the story, and with a quotation marked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from corpus.article import Article


def pieces(
    article: Article, start: int, end: int, quotation: tuple[int, int] | None = None
) -> Iterator[tuple[str, bool]]:
    """`article.text[start:end]` less what was removed, in pieces, each with whether it is of the quotation.

    All are characters of the article's text; no piece is empty.
    """
    first, last = quotation or (start, start)
    for begin, stop in article.story(start, end):
        cuts = sorted({begin, stop, *(place for place in (first, last) if begin < place < stop)})
        for one, other in pairwise(cuts):
            yield article.text[one:other], first <= one < last
