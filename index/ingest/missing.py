"""Articles whose file is no longer there: deleted, or out of reach with the whole folder that it was in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.read import file_of
from index.store import Stored


@dataclass(frozen=True, slots=True)
class Missing:
    """Ids of articles whose file is missing.

    deleted: the folder of the file is there and holds other files. unreachable: by folder, those whose folder
    is missing too, empty as a share is that is not mounted, or cannot be read.
    """

    deleted: tuple[str, ...]
    unreachable: Mapping[str, tuple[str, ...]]

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.deleted, *(id for ids in self.unreachable.values() for id in ids))


def missing(stored: Mapping[str, Stored], passed_over: Iterable[str] = ()) -> Missing:
    """Which of the stored articles, by location, have no file any more; `passed_over` are ids."""
    known = set(passed_over)
    deleted: list[str] = []
    unreachable: dict[str, tuple[str, ...]] = {}
    reachable: dict[Path, bool] = {}
    for location, entry in stored.items():
        if entry.id in known or not is_missing(location):
            continue
        folder = Path(file_of(location)).parent
        if folder not in reachable:
            reachable[folder] = _holds_something(folder)
        if reachable[folder]:
            deleted.append(entry.id)
        else:
            unreachable[str(folder)] = (*unreachable.get(str(folder), ()), entry.id)
    return Missing(tuple(deleted), unreachable)


def is_missing(location: str) -> bool:
    """Whether an article came from a file that is no longer there, or cannot be looked at."""
    return os.path.isabs(location) and not os.path.exists(file_of(location))


def _holds_something(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return False
