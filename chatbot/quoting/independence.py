"""How many independent sources some articles are: copies of a story count once, and so does a publisher.

Two articles are one source when they have the same publisher, or when the other has at least a third of the
shorter one's runs of five words. A wire story keeps most of its runs in every paper that prints it, however
it is cut; two reports of one event, each in its own words, share a quotation at most.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.article import Article
from index.runs import runs
from index.tokens import fold

_COPIED = 1 / 3
"""Share of the shorter article's runs from which on two articles are copies."""


def independent(articles: Sequence[Article]) -> int:
    """The number of independent sources: groups of articles that are linked by being one source in pairs."""
    own = [runs(article) for article in articles] if len(articles) > 1 else []
    source = list(range(len(articles)))
    for i, one in enumerate(articles):
        for j, other in enumerate(articles[:i]):
            if source[i] != source[j] and (_published_alike(one, other) or _copied(own[i], own[j])):
                source = [source[j] if was == source[i] else was for was in source]
    return len(set(source))


def _published_alike(one: Article, other: Article) -> bool:
    return bool(one.publisher and other.publisher) and fold(one.publisher or "") == fold(
        other.publisher or ""
    )


def _copied(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> bool:
    shorter = min(len(one), len(other))
    return shorter > 0 and len(one & other) >= _COPIED * shorter
