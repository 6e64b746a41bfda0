"""How many independent sources some articles are: copies of a story count once, and so does a publisher.

Two articles are one source when they have the same publisher, or when the other has at least a third of the
shorter one's runs of five words. A wire story keeps most of its runs in every paper that prints it, however
it is cut; two reports of one event, each in its own words, share a quotation at most.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.article import Article
from index.tokens import fold

_RUN = 5
"""Words."""
_COPIED = 1 / 3
"""Share of the shorter article's runs from which on two articles are copies."""


def independent(articles: Sequence[Article]) -> int:
    """The number of independent sources: groups of articles that are linked by being one source in pairs."""
    runs = [_runs(article) for article in articles] if len(articles) > 1 else []
    source = list(range(len(articles)))
    for i, one in enumerate(articles):
        for j, other in enumerate(articles[:i]):
            if source[i] != source[j] and (_published_alike(one, other) or _copied(runs[i], runs[j])):
                source = [source[j] if was == source[i] else was for was in source]
    return len(set(source))


def _published_alike(one: Article, other: Article) -> bool:
    return bool(one.publisher and other.publisher) and fold(one.publisher or "") == fold(
        other.publisher or ""
    )


def _copied(runs: set[tuple[str, ...]], others: set[tuple[str, ...]]) -> bool:
    shorter = min(len(runs), len(others))
    return shorter > 0 and len(runs & others) >= _COPIED * shorter


def _runs(article: Article) -> set[tuple[str, ...]]:
    """The runs of words of the story, each once. A story of fewer words than a run is one run."""
    story = " ".join(article.text[start:end] for start, end in article.story())
    words = re.findall(r"\w+", fold(story))
    return {tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))} if words else set()
