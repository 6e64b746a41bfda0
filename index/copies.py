"""Copies of one story: a wire story in several papers, under other headlines, cut, or with own lines added.

Two articles are copies when the other has at least a third of the shorter one's runs of five words. A wire
story keeps most of its runs in every paper that prints it, however it is cut; two reports of one event, in
their own words, share a quotation at most. Of all articles of a collection that is told by sketches (MinHash,
Broder 1997), which are made when an article is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from zlib import crc32

import numpy as np
from datasketch import MinHash

from corpus.article import Article
from index.runs import runs
from index.store import Summary

COPIED = 1 / 3
"""Share of the shorter article's runs from which on two articles are copies."""

PERMUTATIONS = 64
"""Numbers of a sketch: the share of runs that two have in common is known to some 0.06."""

ALIKE = 0.4
"""The share of all runs of both, as sketches tell it, from which on two articles are copies."""

FEWEST = 8
"""Runs of a story; of one with fewer words a sketch tells too little."""

_BAND = 3
"""Numbers of a sketch that two have in common before they are compared: 0.98 of copies that share half."""


def copied(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> bool:
    """Whether two stories are copies, by their runs (`index/runs.py`)."""
    shorter = min(len(one), len(other))
    return shorter > 0 and len(one & other) >= COPIED * shorter


def signature(article: Article) -> MinHash:
    """What tells the share of runs that two articles have in common, without both texts."""
    return _signature(runs(article))


def sketch(article: Article) -> bytes:
    """(2 * PERMUTATIONS,) the lower 16 bits of each number of the signature; b"" of a story too short."""
    own = runs(article)
    if len(own) < FEWEST:
        return b""
    return (_signature(own).hashvalues & 0xFFFF).astype("<u2").tobytes()


def groups(sketches: Mapping[str, bytes]) -> list[list[str]]:
    """The articles that are copies of each other, by their ids, in the order in which they are given.

    Only groups of two or more. In time nearly linear in their number.
    """
    ids = [id for id, own in sketches.items() if len(own) == 2 * PERMUTATIONS]
    if not ids:
        return []
    rows = np.frombuffer(b"".join(sketches[id] for id in ids), "<u2").reshape(len(ids), PERMUTATIONS)
    first = list(range(len(ids)))
    for start in range(0, PERMUTATIONS - _BAND + 1, _BAND):
        band = rows[:, start : start + _BAND].astype(np.uint64)
        keys = band[:, 0] << 32 | band[:, 1] << 16 | band[:, 2]
        order = np.argsort(keys, kind="stable")
        same = keys[order[1:]] == keys[order[:-1]]
        leader = -1
        for at, after in zip(order[:-1][same].tolist(), order[1:][same].tolist(), strict=True):
            # A run of equal keys: each is compared with the first of it, and with the one before it.
            leader = leader if leader >= 0 and keys[leader] == keys[at] else at
            for one in {leader, at}:
                a, b = _root(first, one), _root(first, after)
                if a != b and (rows[one] == rows[after]).mean() >= ALIKE:
                    first[max(a, b)] = min(a, b)
    found: dict[int, list[str]] = {}
    for at, id in enumerate(ids):
        found.setdefault(_root(first, at), []).append(id)
    return [group for group in found.values() if len(group) > 1]


def by_story(articles: Sequence[Summary], groups: Sequence[Sequence[str]]) -> list[list[Summary]]:
    """Articles by the story that they are copies of, in their order; `groups` as `Store.copies` has them."""
    number = {id: at for at, group in enumerate(groups) for id in group}
    found: dict[object, list[Summary]] = {}
    for article in articles:
        found.setdefault(number.get(article.id, article.id), []).append(article)
    return list(found.values())


def _root(first: list[int], at: int) -> int:
    while first[at] != at:
        first[at] = first[first[at]]
        at = first[at]
    return at


def _signature(own: set[tuple[str, ...]]) -> MinHash:
    made = MinHash(PERMUTATIONS, hashfunc=crc32, permutations=_permutations())
    made.update_batch([" ".join(run).encode() for run in own])
    return made


@cache
def _permutations() -> np.ndarray:
    return MinHash(PERMUTATIONS).permutations
