"""Places in articles, and whether two of them meet."""

from __future__ import annotations

from typing import Protocol

Place = tuple[str, int, int]
"""(article_id, start, end): a place as it is stored."""


class Range(Protocol):
    """Characters `start` to `end` of some text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Span(Range, Protocol):
    """`article.text[start:end]`."""

    @property
    def article_id(self) -> str: ...


def meet(one: Range, other: Range) -> bool:
    """Whether two places of one text share a character."""
    return one.start < other.end and other.start < one.end


def overlap(one: Span, other: Span) -> bool:
    """Whether they are of one article, and share a character of it."""
    return one.article_id == other.article_id and meet(one, other)


def named(span: Span) -> str:
    """What a passage is called in rankings."""
    return f"{span.article_id}:{span.start}-{span.end}"
