"""Which passages have which terms, in arrays that need not be read to be searched; built and merged.

A term is known by its key, 64 bits of a hash: keys of equal size can be sorted, searched and merged by numpy,
in a memory map, which words cannot. Two of a million terms share one in one of thirty million collections;
they would be counted as one term.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from index.folder.arrays import Plan, Target

_BLOCK = 1 << 21
"""Postings that are merged at once; bounds the memory that takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The terms of n passages, known by their position (0 to n - 1), term by term."""

    keys: np.ndarray
    """(v,) uint64, the terms' keys, rising"""
    starts: np.ndarray
    """(v + 1,) int64: the passages of term i are `docs[starts[i]:starts[i + 1]]`"""
    docs: np.ndarray
    """(p,) int32, rising within a term"""
    counts: np.ndarray
    """(p,) unsigned: how often each of them has it"""
    lengths: np.ndarray
    """(n,) int32, terms of each passage"""

    def of(self, key: np.uint64) -> slice | None:
        """Where in `docs` and `counts` the passages of a term are; None where none has it."""
        at = int(np.searchsorted(self.keys, key))
        if at == len(self.keys) or self.keys[at] != key:
            return None
        return slice(int(self.starts[at]), int(self.starts[at + 1]))

    def spread(self, live: np.ndarray | None) -> np.ndarray:
        """(v,) int64, in how many of the passages that are `live` ((n,) bool; None: all) each term is."""
        if live is None:
            return np.diff(self.starts)
        before = np.zeros(len(self.docs) + 1, np.int64)
        np.cumsum(live[self.docs], out=before[1:])
        return before[self.starts[1:]] - before[self.starts[:-1]]


def key(word: str) -> np.uint64:
    """The key of a term or a name."""
    return keys([word])[0]


def keys(words: Iterable[str]) -> np.ndarray:
    """(n,) uint64, the key of each."""
    written = (word.encode("utf-8", "surrogatepass") for word in words)
    digests = b"".join(hashlib.blake2b(word, digest_size=8).digest() for word in written)
    return np.frombuffer(digests, "<u8").astype(np.uint64)


def counted(passages: Iterable[Iterable[str]], lengths: Sequence[int]) -> Postings:
    """The postings of passages, each given as its terms, of which there are `lengths`."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    terms = np.fromiter(map(numbers.__getitem__, chain.from_iterable(passages)), np.int64)
    unique, rank = np.unique(keys(numbers), return_inverse=True)
    size = max(len(lengths), 1)
    docs = np.repeat(np.arange(len(lengths)), lengths)
    pairs, counts = np.unique(rank[terms] * size + docs, return_counts=True)
    starts = np.searchsorted(pairs, np.arange(len(unique) + 1) * size)
    smallest = np.min_scalar_type(counts.max(initial=0))
    return Postings(
        unique,
        starts.astype(np.int64),
        (pairs % size).astype(np.int32),
        counts.astype(smallest),
        np.array(lengths, np.int32),
    )


class Merge:
    """Several postings to one, as if the passages of all had been counted together, in this order.

    Of each, the passages that are not `live` ((n,) bool; None: all are) are left out.
    """

    def __init__(self, parts: Sequence[Postings], live: Sequence[np.ndarray | None]) -> None:
        self._parts = parts
        self._live = live
        self.keys = np.unique(np.concatenate([part.keys for part in parts]))
        self._places = [np.searchsorted(self.keys, part.keys) for part in parts]
        self._starts = np.zeros(len(self.keys) + 1, np.int64)
        for part, alive, places in zip(parts, live, self._places, strict=True):
            self._starts[places + 1] += part.spread(alive)
        np.cumsum(self._starts, out=self._starts)

    def plan(self) -> Plan:
        size = sum(
            len(part.lengths) if alive is None else int(alive.sum())
            for part, alive in zip(self._parts, self._live, strict=True)
        )
        pairs = int(self._starts[-1])
        return {
            "keys": ((len(self.keys),), np.dtype(np.uint64)),
            "starts": ((len(self._starts),), np.dtype(np.int64)),
            "docs": ((pairs,), np.dtype(np.int32)),
            "counts": ((pairs,), np.result_type(*(part.counts for part in self._parts))),
            "lengths": ((size,), np.dtype(np.int32)),
        }

    def write(self, target: Target) -> None:
        target.put("keys", 0, self.keys)
        target.put("starts", 0, self._starts)
        numbers = []
        first = 0
        for part, alive in zip(self._parts, self._live, strict=True):
            lengths = part.lengths if alive is None else part.lengths[alive]
            target.put("lengths", first, lengths)
            numbers.append(first if alive is None else (np.cumsum(alive) - 1 + first).astype(np.int32))
            first += len(lengths)
        for low, high in self._blocks():
            docs, counts = self._block(low, high, numbers)
            target.put("docs", int(self._starts[low]), docs)
            target.put("counts", int(self._starts[low]), counts)

    def _blocks(self) -> Iterator[tuple[int, int]]:
        """Runs of terms with not too many postings each."""
        low = 0
        while low < len(self.keys):
            high = int(np.searchsorted(self._starts, self._starts[low] + _BLOCK, "right")) - 1
            high = min(max(high, low + 1), len(self.keys))
            yield low, high
            low = high

    def _block(self, low: int, high: int, numbers: Sequence[int | np.ndarray]) -> tuple[np.ndarray, ...]:
        """The postings of some terms; `numbers` are the new positions of the passages of each part."""
        terms, docs, counts = [], [], []
        for part, alive, places, number in zip(self._parts, self._live, self._places, numbers, strict=True):
            first, last = np.searchsorted(places, [low, high])
            pairs = slice(int(part.starts[first]), int(part.starts[last]))
            term = np.repeat(places[first:last], np.diff(part.starts[first : last + 1]))
            old, count = part.docs[pairs], part.counts[pairs]
            if alive is not None:
                kept = alive[old]
                term, old, count = term[kept], old[kept], count[kept]
            terms.append(term)
            docs.append(old + np.int32(number) if isinstance(number, int) else number[old])
            counts.append(count)
        order = np.argsort(np.concatenate(terms), kind="stable")
        return np.concatenate(docs)[order], np.concatenate(counts)[order]
