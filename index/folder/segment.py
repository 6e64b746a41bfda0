"""A segment: what searching derives from some passages of a collection, which never changes again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.errors import CuttingsError
from index.folder.arrays import InFile, InMemory, Plan, Target, opened
from index.folder.dense import Dense, build
from index.folder.postings import Merge, Postings, counted, keys
from index.folder.snapshot import Row
from index.scope import Scope

FILE = "segment.bin"

_OF_ARTICLES = ("article_keys", "publishers", "published")

_BLOCK = 16_384
"""Passages that are copied at once; bounds the memory that takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Some passages, known by their position (0 to n - 1), in the order of their ids."""

    name: str
    """of its folder; "" where it is in memory only"""
    ids: np.ndarray
    """(n,) int64, rising"""
    vectors: np.ndarray
    """(n, d) float32"""
    postings: Postings
    articles: np.ndarray
    """(n,) int32: which of the articles below each passage is of"""
    article_keys: np.ndarray
    """(m,) uint64, of their ids"""
    publishers: np.ndarray
    """(m,) uint64, keys of their publishers' names"""
    published: np.ndarray
    """(m,) bytes, ISO days of publication; empty where there is none"""
    dense: Dense

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Segment:
        """A segment in memory. CuttingsError where the vectors differ in size."""
        size = len(rows[0].vector)
        if any(len(row.vector) != size for row in rows):
            raise CuttingsError(
                "the vectors of the passages do not fit together; `cuttings verify` names what is damaged, "
                "ingest the articles again into a new folder with --collection DIR"
            )
        lengths = [row.terms.count(" ") + 1 if row.terms else 0 for row in rows]
        numbers: dict[str, int] = {}
        facts: list[Row] = []
        articles = []
        for row in rows:
            if row.article_id not in numbers:
                numbers[row.article_id] = len(numbers)
                facts.append(row)
            articles.append(numbers[row.article_id])
        postings = counted((row.terms.split() for row in rows), lengths)
        return _segment(
            {
                "ids": np.array([row.id for row in rows], np.int64),
                "vectors": np.frombuffer(b"".join(row.vector for row in rows), np.float32).reshape(
                    len(rows), size // 4
                ),
                "articles": np.array(articles, np.int32),
                "article_keys": keys(numbers),
                "publishers": keys(fact.publisher or "" for fact in facts),
                "published": np.array([(fact.published or "")[:10].encode() for fact in facts], "S10"),
                **{name: getattr(postings, name) for name in Postings.__slots__},
            }
        )

    @classmethod
    def open(cls, folder: Path) -> Segment:
        """A segment from its folder. `index.folder.segment_files.UNREADABLE`: it is not whole."""
        return _segment(opened(folder / FILE), folder)

    def __len__(self) -> int:
        return len(self.ids)

    def live(self, dead: np.ndarray) -> np.ndarray | None:
        """Which passages are not among those ids, rising, (n,) bool; None: all."""
        among = dead[np.searchsorted(dead, self.ids[0]) : np.searchsorted(dead, self.ids[-1], "right")]
        places = np.searchsorted(self.ids, among)
        places = places[self.ids[places] == among]
        if not len(places):
            return None
        live = np.ones(len(self), bool)
        live[places] = False
        return live

    def within(self, scope: Scope) -> np.ndarray:
        """Which passages are of an article that fits, (n,) bool."""
        fits = np.ones(len(self.article_keys), bool)
        if scope.without:
            fits &= ~np.isin(self.article_keys, keys(scope.without))
        if scope.publishers:
            fits &= np.isin(self.publishers, keys(scope.publishers))
        if scope.start or scope.end:
            fits &= self.published != b""
        if scope.start:
            fits &= self.published >= scope.start.encode()
        if scope.end:
            fits &= self.published <= scope.end.encode()
        return fits[self.articles]


def save(segment: Segment, folder: Path) -> None:
    """Write a segment into a folder, to be opened from there. OSError where that fails."""
    write([segment], [None], lambda plan: InFile(folder / FILE, plan))
    build(segment.vectors, folder)


def merge(segments: Sequence[Segment], live: Sequence[np.ndarray | None], folder: Path | None) -> Segment:
    """One segment with the live passages of several, whose ids rise from one to the next.

    It is in memory where no folder to write it to is given. OSError or RuntimeError where that fails.
    """
    if folder is None:
        return _segment(write(segments, live, InMemory))
    arrays = write(segments, live, lambda plan: InFile(folder / FILE, plan))
    build(arrays["vectors"], folder, segments[0].dense, live[0])
    return _segment(arrays, folder)


def write(
    segments: Sequence[Segment], live: Sequence[np.ndarray | None], to: Callable[[Plan], Target]
) -> dict[str, np.ndarray]:
    """The arrays of one segment with the live passages of several, as `to` keeps them."""
    parts = list(zip(segments, live, strict=True))
    postings = Merge([segment.postings for segment in segments], live)
    used = [np.unique(_live(segment.articles, alive)) for segment, alive in parts]
    of_articles = {
        name: np.concatenate([getattr(s, name)[some] for s, some in zip(segments, used, strict=True)])
        for name in _OF_ARTICLES
    }
    # An article whose passages are in two segments becomes one again.
    _, first, number = np.unique(of_articles["article_keys"], return_index=True, return_inverse=True)
    bounds = np.cumsum([0, *map(len, used)])
    whole = {
        "ids": np.concatenate([_live(segment.ids, alive) for segment, alive in parts]),
        "articles": np.concatenate(
            [
                number[start + np.searchsorted(some, _live(segment.articles, alive))].astype(np.int32)
                for (segment, alive), some, start in zip(parts, used, bounds, strict=False)
            ]
        ),
        **{name: array[first] for name, array in of_articles.items()},
    }
    shape = len(whole["ids"]), segments[0].vectors.shape[1]
    target = to(
        {
            **{name: (array.shape, array.dtype) for name, array in whole.items()},
            **postings.plan(),
            "vectors": (shape, np.dtype(np.float32)),
        }
    )
    for name, array in whole.items():
        target.put(name, 0, array)
    postings.write(target)
    row = 0
    for segment, alive in parts:
        for start in range(0, len(segment), _BLOCK):
            block = slice(start, start + _BLOCK)
            rows = _live(segment.vectors[block], None if alive is None else alive[block])
            target.put("vectors", row, rows)
            row += len(rows)
    return target.done()


def _live(array: np.ndarray, alive: np.ndarray | None) -> np.ndarray:
    return array if alive is None else array[alive]


def _segment(arrays: Mapping[str, np.ndarray], folder: Path | None = None) -> Segment:
    postings = Postings(*(arrays[name] for name in Postings.__slots__))
    own = {name: arrays[name] for name in ("ids", "vectors", "articles", *_OF_ARTICLES)}
    return Segment(
        folder.name if folder else "", postings=postings, dense=Dense(arrays["vectors"], folder), **own
    )
