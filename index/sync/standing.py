"""The remembered sources as they stand: their articles, how they are read, what came of the last sync."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from index.store import Store
from index.sync.journal import Owners
from index.sync.memory import Memory
from index.sync.outcome import Outcome
from index.sync.reading import Reading, readings
from index.sync.sources import remembered

NAMED = 20
"""Skipped files and pages, and articles held back, that are kept by name; of the rest the number."""


@dataclass(frozen=True, slots=True)
class Last:
    """What a sync made of a source, as numbers of articles; `unchanged` and `skipped` are files and pages."""

    time: str
    """When it was done with the source, ISO in UTC."""
    kind: str
    added: int
    updated: int
    moved: int
    removed: int
    unchanged: int
    skipped: int
    """Those that were skipped at an earlier time, and have not changed since, too."""
    reasons: tuple[tuple[str, str], ...]
    """Of those that were skipped now the first, each with its reason."""
    held_back: int
    """Articles that are gone, and were kept since they are too many at once."""
    held: tuple[str, ...]
    """The first of them, by id."""
    unreachable: Mapping[str, int]
    """By folder that is missing or not mounted, the number of its articles, which were kept."""
    failed: str
    """Why the source could not be looked at, "" where it could."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A source, with the number of its articles; `last` is None where it has not been synced yet."""

    source: str
    articles: int
    reading: Reading | None
    last: Last | None


def note(memory: Memory, outcome: Outcome) -> None:
    """Remember what became of a source."""
    last = Last(
        datetime.now(UTC).isoformat(timespec="seconds"),
        outcome.kind,
        len(outcome.added),
        len(outcome.updated),
        len(outcome.moved),
        len(outcome.removed),
        outcome.unchanged,
        len(outcome.skipped) + outcome.skipped_before,
        tuple((one.source, one.reason) for one in outcome.skipped[:NAMED]),
        len(outcome.held_back),
        tuple(outcome.held_back[:NAMED]),
        {folder: len(ids) for folder, ids in outcome.unreachable.items()},
        outcome.failed,
    )
    memory.tell(f"last {outcome.source}", json.dumps(asdict(last)))


def standing(store: Store) -> list[Standing]:
    """Every remembered source, in the order in which they were added."""
    sources, said = remembered(store), readings(store)
    memory = Memory.open(store.folder)
    try:
        owners = Owners(sources, memory.sources_of_pages())
        last = {source: _last(memory, source) for source in sources}
    finally:
        memory.close()
    articles = dict.fromkeys(sources, 0)
    for location in store.stored():
        if (owner := owners.source(location)) in articles:
            articles[owner] += 1
    return [Standing(one, articles[one], said.get(one), last[one]) for one in sources]


def _last(memory: Memory, source: str) -> Last | None:
    """None too where another version wrote it otherwise: the next sync writes it again."""
    try:
        row = json.loads(memory.about(f"last {source}") or "null")
        return row and Last(
            **{**row, "reasons": tuple(tuple(one) for one in row["reasons"]), "held": tuple(row["held"])}
        )
    except (ValueError, TypeError, KeyError):
        return None
