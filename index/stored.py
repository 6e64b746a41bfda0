"""What goes into a store of articles and what comes out of it, wherever it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from corpus.article import ArticleInfo, Passage, Removed


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list of articles shows of one."""

    id: str
    title: str
    publisher: str | None
    published: str | None
    url: str | None
    source: str
    location: str
    characters: int
    passages: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What decides whether a source has changed since it was stored."""

    id: str
    digest: str
    removed: tuple[Removed, ...]


class Located(NamedTuple):
    """A passage with what is shown of its article, and its text: the article's from its start to its end."""

    passage: Passage
    article: ArticleInfo
    text: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """A passage ready to be stored."""

    passage: Passage
    terms: Sequence[str]
    vector: np.ndarray
    """(d,) float32, unit length"""


def setting(key: str, value: str) -> str:
    """A setting as it is stored with a collection, by this version or an older one.

    Older ones also stored vectors made by a reader, and its name behind the model's; the vectors that are
    searched were the model's own all the same.
    """
    return value.removesuffix(" with reader-1") if key == "model" else value
