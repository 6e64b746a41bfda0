"""How many independent sources some articles are: copies of a story count once, and so does a publisher.

Two articles are one source when they have the same publisher, or when the other has at least a third of the
shorter one's runs of five words. A wire story keeps most of its runs in every paper that prints it, however
it is cut; two reports of one event, each in its own words, share a quotation at most.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.article import Article
from index.copies import copied
from index.runs import runs
from index.tokens import fold


def one_story(articles: Sequence[Article]) -> list[int]:
    """For each article the place of the first one that it is a copy of, its own where there is none."""
    own = [runs(article) for article in articles]
    first: list[int] = []
    for i in range(len(articles)):
        first.append(next((first[j] for j in range(i) if copied(own[i], own[j])), i))
    return first


def independent(articles: Sequence[Article]) -> int:
    """The number of independent sources: groups of articles that are linked by being one source in pairs."""
    own = [runs(article) for article in articles] if len(articles) > 1 else []
    source = list(range(len(articles)))
    for i, one in enumerate(articles):
        for j, other in enumerate(articles[:i]):
            if source[i] != source[j] and (_published_alike(one, other) or copied(own[i], own[j])):
                source = [source[j] if was == source[i] else was for was in source]
    return len(set(source))


def _published_alike(one: Article, other: Article) -> bool:
    return bool(one.publisher and other.publisher) and fold(one.publisher or "") == fold(
        other.publisher or ""
    )
