"""Sentences that are not read, as if they were not in their article: what an evaluation takes out of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from corpus.article import Passage

Place = tuple[str, int, int]
"""(article_id, start, end): characters of an article."""


def without_spans(passage: Passage, spans: Iterable[Place]) -> Passage:
    """The passage without the sentences that share a character with one of the spans; maybe without any.

    Its `start` and `end` stay, so what is read of a passage is to be made of its sentences.
    """
    cut = [(start, end) for article_id, start, end in spans if article_id == passage.article_id]
    kept = tuple(
        sentence
        for sentence in passage.sentences
        if not any(start < sentence.end and sentence.start < end for start, end in cut)
    )
    return replace(passage, sentences=kept) if cut else passage
