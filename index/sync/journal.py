"""The journal of a collection: which articles came, changed, moved and went, and when.

It is written by comparing the collection with what it was when the journal was last written, so that nothing
is missing from it, whoever changed the collection and however that ended.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from corpus.read import file_of
from index.store import Store
from index.sync.memory import Memory
from index.sync.sources import remembered

LONGEST = 100_000
"""Entries that are kept; the oldest go when there are more."""

What = Literal["added", "changed", "moved", "gone"]

_ENTRY = "time, source, article_id, what, location, before, after"


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of an article. `time` is ISO in UTC: when it was noticed."""

    time: str
    source: str
    """The remembered source that it belongs to; where there is none, its file or page."""
    article_id: str
    what: What
    location: str
    before: str | None
    """SHA-256 (hex) of what it was read from; None of an article that is new."""
    after: str | None
    """The same now; None of one that is gone."""


@contextmanager
def journalled(store: Store) -> Iterator[None]:
    """Whatever is changed in the collection within it is in the journal afterwards."""
    memory = Memory.open(store.folder)
    try:
        catch_up(store, memory)
        try:
            yield
        finally:
            catch_up(store, memory)
    finally:
        memory.close()


def catch_up(store: Store, memory: Memory, sources: Iterable[str] = ()) -> None:
    """Write what has changed in the collection since the last time; nothing the first time.

    `sources` are further ones, beside those that are remembered.
    """
    revision = str(store.revision)
    told = memory.about("revision")
    if revision == told:
        return
    stored = store.stored()
    rows = memory.rows("SELECT location, article_id, digest FROM known")
    before = {location: (id, digest) for location, id, digest in rows}
    after = {location: (entry.id, entry.digest) for location, entry in stored.items()}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entries: list[Entry] = []
    if told is not None:
        of = Owners([*remembered(store), *sources], memory.sources_of_pages())
        entries = [
            Entry(now, of.source(location), id, what, location, old, new)
            for id, what, location, old, new in _differences(before, after)
        ]
    with memory.change():
        memory.write(
            f"INSERT INTO journal ({_ENTRY}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (one.time, one.source, one.article_id, one.what, one.location, one.before, one.after)
                for one in entries
            ),
        )
        memory.write("DELETE FROM known WHERE location = ?", ((at,) for at in before.keys() - after.keys()))
        memory.write(
            "INSERT OR REPLACE INTO known VALUES (?, ?, ?)",
            ((at, *one) for at, one in after.items() if before.get(at) != one),
        )
        memory.write("DELETE FROM journal WHERE number <= (SELECT max(number) FROM journal) - ?", [[LONGEST]])
        memory.write("INSERT OR REPLACE INTO about VALUES ('revision', ?)", [[revision]])


def entries(memory: Memory, since: str = "") -> list[Entry]:
    """The journal, oldest first, from an ISO date or time on."""
    rows = memory.rows(f"SELECT {_ENTRY} FROM journal WHERE time >= ? ORDER BY number", [since])
    return [Entry(*row) for row in rows]


def latest(memory: Memory, number: int) -> list[Entry]:
    """So many entries of the journal, newest first."""
    rows = memory.rows(f"SELECT {_ENTRY} FROM journal ORDER BY number DESC LIMIT ?", [number])
    return [Entry(*row) for row in rows]


_Known = Mapping[str, tuple[str, str]]


def _differences(before: _Known, after: _Known) -> Iterator[tuple[str, What, str, str | None, str | None]]:
    """Id, what became of it, location, old and new digest of each article that is not as it was."""
    ids = {id: location for location, (id, _) in after.items()}
    for location, (id, digest) in sorted(before.items()):
        if location not in after and (id not in ids or ids[id] in before):
            yield id, "gone", location, digest, None
    were = {id: digest for location, (id, digest) in before.items() if location not in after}
    for location, (id, digest) in sorted(after.items()):
        if location in before:
            if before[location] != (id, digest):
                yield id, "changed", location, before[location][1], digest
        elif id in were:
            yield id, "moved", location, were[id], digest
        else:
            yield id, "added", location, None, digest


class Owners:
    """Which of the remembered sources an article belongs to, by its location."""

    def __init__(self, sources: Sequence[str], pages: Mapping[str, str]) -> None:
        self._pages = pages
        self._paths = sorted((one for one in sources if os.path.isabs(one)), key=len, reverse=True)

    def source(self, location: str) -> str:
        """The innermost source; where there is none, the file or page."""
        file = file_of(location)
        if file in self._pages:
            return self._pages[file]
        inside = (one for one in self._paths if file == one or file.startswith(f"{one}{os.sep}"))
        return next(inside, file)
