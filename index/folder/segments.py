"""The segments of a collection: brought up to its newest state, and merged so that there are few of them.

Passages never change and their ids rise, so whatever has a larger id than any that was seen is new and
becomes a segment of its own, and an id that is no longer there is passed over. A segment is merged with the
one before it unless that is several times as large: there are a handful for a million passages, and each
passage is copied a few times in all.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from itertools import islice

import numpy as np

from index.folder.collection import Collection
from index.folder.segment import Segment, merge
from index.folder.segment_files import UNREADABLE, SegmentFiles, StoredState, segment_files_of
from index.folder.snapshot import Mark, Snapshot
from index.folder.state import State

RATIO = 4
"""A segment stays as it is while it is so many times as large as the next."""
LIGHT = 20_000
"""Passages that are merged while somebody waits for an answer (a tenth of a second); more than that when an
article is stored, or the server starts."""
CHUNK = 32_768
"""Passages that are read into memory together, 50 MB with vectors of 384 numbers."""
WASTED = 0.25
"""Share of a segment's passages that may be removed before it is written again without them."""

_TRIES = 5
_UNWRITABLE = (OSError, RuntimeError)
"""What is raised where a file cannot be written; FAISS has the second."""


_EMPTY = State(Mark(-1, ""), 0, [], np.empty(0, np.int64))


def updated(before: State, now: Snapshot, files: SegmentFiles | None) -> State:
    """The state of a collection that has changed since: what is new is read, what was removed passed over.

    What is new is written to files where it is more than is to be in memory, and they can be written.
    """
    new: list[Segment] = []
    rows = now.after(before.last)
    while chunk := list(islice(rows, CHUNK)):
        segment = Segment.of(chunk)
        if files and len(chunk) == CHUNK:
            try:
                segment = files.save(segment)
            except _UNWRITABLE:
                files = None
        new.append(segment)
    dead = before.dead
    if now.count() != sum(before.sizes) + sum(map(len, new)):  # something was removed
        ids = now.ids()
        removed = [segment.ids[~np.isin(segment.ids, ids, assume_unique=True)] for segment in before.segments]
        dead = np.concatenate([np.empty(0, np.int64), *removed])
    last = int(new[-1].ids[-1]) if new else before.last
    return State(now.mark, last, [*before.segments, *new], dead)


def merges_due(state: State, largest: float) -> list[tuple[int, int]]:
    """Runs (first, stop) of segments to be merged, each to one of at most so many passages."""
    runs: list[tuple[int, int, int]] = []
    for number, size in enumerate(state.sizes):
        runs.append((number, number + 1, size))
        while len(runs) > 1 and runs[-2][2] < RATIO * runs[-1][2] and runs[-2][2] + runs[-1][2] <= largest:
            (first, _, before), (_, stop, after) = runs[-2:]
            runs[-2:] = [(first, stop, before + after)]
    return [
        (first, stop)
        for first, stop, size in runs
        if stop - first > 1 or (size < (1 - WASTED) * len(state.segments[first]) and size <= largest)
    ]


def small_ones_merged(state: State) -> State:
    """The state with its small segments merged, in memory."""
    segments = list(state.segments)
    for first, stop in reversed(merges_due(state, LIGHT)):
        segments[first:stop] = [merge(state.segments[first:stop], state.live[first:stop], None)]
    return State(state.mark, state.last, segments, state.dead)


class Segments:
    """The newest state of a collection, for searching; picks up what other processes change."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        *self._read_only, self._files = segment_files_of(collection.folder)
        self._lock = threading.Lock()
        self._state: State | None = None

    def state(self) -> State:
        """Of the newest revision. What is missing is derived, and kept where it can be written."""
        with self._lock:
            if self._state is None or self._state.mark.revision != self._collection.revision:
                self._state = self._refreshed()
            return self._state

    def settle(self) -> None:
        """Merge whatever is due, however long it takes; searching goes on meanwhile."""
        for _ in range(_TRIES):
            state = self.state()
            runs = merges_due(state, math.inf)
            if not runs or not all(segment.name for segment in state.segments):
                return
            try:
                for first, stop in runs:
                    self._merge(state.segments[first:stop], state.live[first:stop])
            except _UNWRITABLE:  # a full disk, say: the segments do as they are
                return
            with self._lock:
                self._state = None

    def unsound(self) -> list[str]:
        """What is wrong with the files of the newest state, unless search passes it over anyway."""
        with self._collection.snapshot() as now:
            for files in segment_files_of(self._collection.folder):
                number, stored = files.newest()
                while stored and now.descends(stored.mark):
                    wrong = _wrong(files, stored, now)
                    before, (number, stored) = number, files.newest()
                    if number == before:  # else another process has replaced it meanwhile
                        if wrong:
                            return wrong
                        break
        return []

    def forget(self) -> None:
        """Delete the files, which are made anew when needed. Others go on with those they have open."""
        self._files.clear()
        self._state = None

    def _merge(self, merged: Sequence[Segment], live: Sequence[np.ndarray | None]) -> None:
        """Publish the newest state with one segment in place of some; not where it no longer has them."""
        with self._files.building() as folder:
            merge(merged, live, folder)
            made = self._files.add(folder).name
        names = [segment.name for segment in merged]
        for _ in range(_TRIES):
            number, stored = self._files.newest()
            if stored is None or not set(names) <= set(stored.segments):
                return
            at = stored.segments.index(names[0])
            segments = (*stored.segments[:at], made, *stored.segments[at + len(names) :])
            if self._files.publish(number + 1, StoredState(stored.mark, stored.last, segments, stored.dead)):
                return

    def _refreshed(self) -> State:
        known = {segment.name: segment for segment in self._state.segments} if self._state else {}
        state = _EMPTY
        for attempt in range(_TRIES):
            with self._collection.snapshot() as now:
                for files in self._read_only:
                    stored = files.newest()[1]
                    if stored and stored.mark == now.mark and (found := _opened(files, stored, known)):
                        return found
                number, stored = self._files.newest()
                if stored and stored.mark.revision > now.mark.revision and not attempt:
                    continue  # another process has seen a later state than this snapshot has
                before = self._state if self._state and now.descends(self._state.mark) else _EMPTY
                if stored and now.descends(stored.mark) and stored.mark.revision >= before.mark.revision:
                    found = _opened(self._files, stored, known)
                    if found is None and self._files.newest()[0] > number:
                        continue  # another process has replaced it meanwhile
                    before = found or before
                if before.mark == now.mark:
                    return before
                state = small_ones_merged(updated(before, now, self._files if now.mark.token else None))
            if not now.mark.token or self._published(state, number + 1):
                return state
        return state

    def _published(self, state: State, number: int) -> bool:
        """Whether no other process was faster. A state that cannot be written serves from memory."""
        try:
            for place, segment in enumerate(state.segments):
                if not segment.name:
                    state.segments[place] = self._files.save(segment)
            names = tuple(segment.name for segment in state.segments)
            return self._files.publish(number, StoredState(state.mark, state.last, names, state.dead))
        except _UNWRITABLE:
            return True


def _wrong(files: SegmentFiles, stored: StoredState, now: Snapshot) -> list[str]:
    """What is wrong with the newest state, of which `now` is, or which came after it."""
    if wrong := [f"derived/{name} is not as it was written" for name in files.damaged(stored)]:
        return wrong
    state = _opened(files, stored, {})
    if state is None:
        return ["what searching derives from the articles cannot be read"]
    live = [
        segment.ids if alive is None else segment.ids[alive]
        for segment, alive in zip(state.segments, state.live, strict=True)
    ]
    ids = np.concatenate([np.empty(0, np.int64), *live])
    if stored.mark == now.mark and not np.array_equal(ids, now.ids()):
        return ["what searching derives from the articles is not of these passages"]
    return []


def _opened(files: SegmentFiles, stored: StoredState, known: dict[str, Segment]) -> State | None:
    """A state from its files, but for segments that are open already; None: it is not whole."""
    try:
        segments = [known.get(name) or files.segment(name) for name in stored.segments]
    except UNREADABLE:
        return None
    return State(stored.mark, stored.last, segments, stored.dead)
