"""The runs of words of a story, by which copies and versions of it are known, whatever was cut or changed."""

from __future__ import annotations

import re

from corpus.article import Article
from index.tokens import fold

_RUN = 5
"""Words."""


def runs(article: Article) -> set[tuple[str, ...]]:
    """The runs of words of the story, each once. A story of fewer words than a run is one run."""
    story = " ".join(article.text[start:end] for start, end in article.story())
    words = re.findall(r"\w+", fold(story))
    return {tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))} if words else set()
