"""Re-checking a collection: all is as it was stored, and every sentence that could be quoted is a slice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from corpus.article import Article, Passage
from corpus.errors import CuttingsError
from index.original import Original
from index.store import Encoded, Store

_UNIT = 1e-3
"""By how much the length of a vector may differ from 1, for rounding."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an article ("" where a passage belongs to none)."""

    article_id: str
    what: str


def verify(collection: Store) -> list[Problem]:
    """Whatever could make a quote wrong; nothing when all is well. CuttingsError when the file is damaged."""
    while True:
        revision = collection.revision
        problems = list(_problems(collection))
        # What another process changes meanwhile looks wrong without being so.
        if not problems or collection.revision == revision:
            return problems


def changed(collection: Store) -> list[str]:
    """The articles whose file is still there, but no longer as it was read."""
    return [
        entry.id
        for location, entry in sorted(collection.stored().items())
        if (digest := _digest(location)) and digest != entry.digest
    ]


def _problems(collection: Store) -> Iterator[Problem]:
    yield from (Problem("", what) for what in collection.unsound())
    for summary in collection.articles():
        try:
            yield from (Problem(summary.id, what) for what in wrong(collection, summary.id))
        except (ValueError, TypeError, CuttingsError) as error:
            yield Problem(summary.id, f"what is stored of it cannot be read ({error})")


def wrong(collection: Store, article_id: str) -> Iterator[str]:
    """What is wrong with an article. ValueError or TypeError where what is stored has not its form."""
    if damage := collection.damage(article_id):
        yield from damage
        return
    article = collection.article(article_id)
    ids = collection.passage_ids(article_id)
    yield from _wrong_removed(article)
    yield from _wrong_pages(article, collection.original(article_id))
    passages = collection.passages(article_id)
    located = collection.located(ids)
    if missing := len(set(ids) - located.keys()):
        yield f"{missing} of its {len(ids)} passages are missing"
    for passage in passages:
        yield from _wrong_sentences(article, passage)
    yield from _wrong_vectors(collection.encoded(article_id))


def _wrong_vectors(passages: Sequence[Encoded]) -> Iterator[str]:
    sizes = {len(one.vector) for one in passages}
    if len(sizes) > 1:
        return  # said of the whole collection
    for one in passages:
        length = float(np.linalg.norm(one.vector))
        if not abs(length - 1) <= _UNIT:  # nor is nan
            passage = one.passage
            yield f"the vector of passage {passage.start}-{passage.end} has the length {length:.3f}, not 1"


def _wrong_removed(article: Article) -> Iterator[str]:
    end = 0
    for removed in article.removed:
        if not end <= removed.start < removed.end <= len(article.text):
            yield f"the removed text {removed.start}-{removed.end} is empty, out of order or outside the text"
        end = removed.end


def _wrong_pages(article: Article, original: Original | None) -> Iterator[str]:
    end = len(article.text)
    if any(not first <= second for first, second in pairwise((0, *article.pages, end))):
        yield f"its pages are out of order or outside the text (0-{end})"
    if original is None:
        return
    if tuple(page.start for page in original.pages) != article.pages:
        yield "the pages of its file are not those of its text"
    for number, page in enumerate(original.pages, start=1):
        if any(
            not page.start <= line.start <= line.end <= page.end <= end
            or len(line.edges) != line.end - line.start + 1
            for line in page.lines
        ):
            yield f"the lines of page {number} do not fit its text"


def _wrong_sentences(article: Article, passage: Passage) -> Iterator[str]:
    here = f"passage {passage.start}-{passage.end}"
    if not 0 <= passage.start < passage.end <= len(article.text):
        yield f"{here} is empty or outside the text (0-{len(article.text)})"
    if not passage.sentences:
        yield f"{here} has no sentence"
    end = passage.start
    for sentence in passage.sentences:
        span = f"sentence {sentence.start}-{sentence.end}"
        if not 0 <= sentence.start < sentence.end <= len(article.text):
            yield f"{span} is empty or outside the text (0-{len(article.text)})"
        elif not article.text[sentence.start : sentence.end].strip():
            yield f"{span} is blank"
        if not passage.start <= sentence.start <= sentence.end <= passage.end:
            yield f"{span} lies outside {here}"
        elif sentence.start < end:
            yield f"{span} overlaps the sentence before it"
        if any(one.start < sentence.end and sentence.start < one.end for one in article.removed):
            yield f"{span} overlaps removed text"
        end = sentence.end


def _digest(location: str) -> str:
    """SHA-256 of the file that an article came from; "" where there is none to compare with."""
    try:
        if not Path(location).is_absolute():  # a page, or standard input
            return ""
        with open(location, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
