"""What a search reads: all passages of a collection at one of its states, in segments that are one to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from index.folder.dense import cosines, nearest
from index.folder.lexical import Lexical
from index.folder.segment import Segment
from index.folder.snapshot import Mark
from index.scope import Scope

_REMEMBERED = 8
"""Scopes whose passages are kept, a megabyte each for a million."""


class State:
    """All passages at one state, known by their position in the segments, one after the other."""

    def __init__(self, mark: Mark, last: int, segments: Sequence[Segment], dead: np.ndarray) -> None:
        """`last` is the largest id that was ever among them; `dead` are ids that were removed, rising."""
        self.mark = mark
        self.last = last
        found = [(segment, segment.live(dead)) for segment in segments]
        found = [(segment, live) for segment, live in found if live is None or live.any()]
        self.segments = [segment for segment, _ in found]
        self.live = [live for _, live in found]
        self.sizes = [len(s) if live is None else int(live.sum()) for s, live in found]
        removed = [segment.ids[~live] for segment, live in found if live is not None]
        self.dead = np.concatenate([np.empty(0, np.int64), *removed])
        self._firsts = np.cumsum([0, *map(len, self.segments)])
        self._scopes: dict[Scope, np.ndarray] = {}

    @cached_property
    def lexical(self) -> Lexical:
        return Lexical([segment.postings for segment in self.segments], self.live)

    def ids(self, positions: Sequence[int]) -> list[int]:
        """The ids of the passages at these positions."""
        return [int(segment.ids[place]) for segment, place in map(self._at, positions)]

    def cosines(self, positions: Sequence[int], query: np.ndarray) -> list[float]:
        """The cosines of the passages at these positions with a (d,) unit vector."""
        if not positions:
            return []
        vectors = np.stack([segment.vectors[place] for segment, place in map(self._at, positions)])
        return cosines(vectors, np.ascontiguousarray(query, np.float32)).tolist()

    def nearest(self, query: np.ndarray, k: int, allowed: np.ndarray | None) -> list[int]:
        """Positions of the k nearest passages to a (d,) unit vector, nearest first."""
        positions, found = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
        for segment, first in zip(self.segments, self._firsts.tolist(), strict=False):
            own = None if allowed is None else allowed[first : first + len(segment)]
            places, likeness = segment.dense.search(query, k, own)
            positions.append(places + first)
            found.append(likeness)
        return nearest(np.concatenate(positions), np.concatenate(found), k)[0].tolist()

    def allowed(self, scope: Scope) -> np.ndarray | None:
        """Which positions a search may find, (n,) bool; None: all. The last few scopes are remembered."""
        if not scope and not len(self.dead):
            return None
        if (known := self._scopes.get(scope)) is not None:
            return known
        parts = [np.empty(0, bool)]
        for segment, live in zip(self.segments, self.live, strict=True):
            part = segment.within(scope) if scope else np.ones(len(segment), bool)
            parts.append(part if live is None else part & live)
        if len(self._scopes) >= _REMEMBERED:
            self._scopes.clear()
        self._scopes[scope] = allowed = np.concatenate(parts)
        return allowed

    def _at(self, position: int) -> tuple[Segment, int]:
        number = int(np.searchsorted(self._firsts, position, "right")) - 1
        return self.segments[number], position - int(self._firsts[number])
