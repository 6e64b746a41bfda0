"""Where segments are kept between processes, and which of them make up the newest state of a collection.

    derived/segment-1f3a...   a segment
    derived/state-00000017    the states, counted: the segments in their order, the ids in them that were
                              removed, and the state of the collection that they are derived from

Every folder is written under another name and renamed when it is whole. Whoever renames first has the number
of a state; another process then begins again from that state. So there is no lock, a process may be killed at
any moment, and what is damaged is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs

from index.folder.arrays import InFile, opened
from index.folder.segment import Segment, save
from index.folder.snapshot import Mark

FORMAT = 1
"""Raised when what is written changes, so that older files are not taken."""

UNREADABLE: tuple[type[Exception], ...] = (OSError, ValueError, KeyError, TypeError, RuntimeError)
"""What a file that is damaged or missing raises when it is opened."""

_DIGESTS = "digests.json"

_STATE = re.compile(r"state-(\d+)")
_UNFINISHED_SECONDS = 3600
"""How long a folder that no state ever listed may stay: another process may be about to list it."""


@dataclass(frozen=True, slots=True)
class StoredState:
    """A state as it is on disk."""

    mark: Mark
    last: int
    """The largest id of a passage that was ever in it."""
    segments: tuple[str, ...]
    dead: np.ndarray
    """(m,) int64, ids that are in its segments and no longer in the collection, rising"""


class SegmentFiles:
    """The folder of what is derived from a collection."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def newest(self) -> tuple[int, StoredState | None]:
        """The number of the newest state, and the state; None where it is not whole or there is none."""
        numbers = self._numbers()
        if not numbers:
            return 0, None
        try:
            return numbers[-1], self._stored(numbers[-1])
        except UNREADABLE:
            return numbers[-1], None

    def segment(self, name: str) -> Segment:
        """One of `UNREADABLE` where it is not whole."""
        return Segment.open(self._folder / name)

    def damaged(self, stored: StoredState) -> list[str]:
        """Files of a state, the newest, and of its segments that are not as they were written.

        Those that an older version wrote, without digests, are not among them.
        """
        names = [*stored.segments, f"state-{self._numbers()[-1]:08}"]
        return [f"{name}/{file}" for name in names for file in _damaged(self._folder / name)]

    def clear(self) -> None:
        """Delete everything."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def save(self, segment: Segment) -> Segment:
        """A segment that was in memory, from a folder. OSError or RuntimeError where it cannot be written."""
        with self.building() as folder:
            save(segment, folder)
            return self.add(folder)

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A folder to write in, which is deleted unless it is renamed. OSError where there can be none."""
        folder = self._folder / f"building-{uuid.uuid4().hex[:16]}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def add(self, built: Path) -> Segment:
        """The segment that was written into such a folder, under a name of its own."""
        _seal(built)
        os.utime(built)
        return self.segment(built.rename(self._folder / f"segment-{uuid.uuid4().hex[:16]}").name)

    def publish(self, number: int, stored: StoredState) -> bool:
        """Make it the state of this number, the newest; whether no other process has done so. OSError."""
        with self.building() as folder:
            about = {
                "format": FORMAT,
                "revision": stored.mark.revision,
                "token": stored.mark.token,
                "last": stored.last,
                "segments": stored.segments,
            }
            file = InFile(folder / "dead.bin", {"dead": (stored.dead.shape, stored.dead.dtype)})
            file.put("dead", 0, stored.dead)
            file.done()
            (folder / "state.json").write_text(json.dumps(about))
            _seal(folder)
            try:
                folder.rename(self._folder / f"state-{number:08}")
            except OSError:
                if number not in self._numbers():
                    raise
                return False
        if self._numbers()[-1] != number:  # those after it were faster, and have deleted what had this number
            return False
        self._tidy(number, stored.segments)
        return True

    def _numbers(self) -> list[int]:
        try:
            names = os.listdir(self._folder)
        except OSError:
            return []
        return sorted(int(match[1]) for match in map(_STATE.fullmatch, names) if match)

    def _stored(self, number: int) -> StoredState:
        folder = self._folder / f"state-{number:08}"
        about = json.loads((folder / "state.json").read_text())
        if about["format"] != FORMAT:
            raise ValueError(f"format {about['format']}")
        mark = Mark(about["revision"], about["token"])
        return StoredState(mark, about["last"], tuple(about["segments"]), opened(folder / "dead.bin")["dead"])

    def _tidy(self, newest: int, segments: Iterable[str]) -> None:
        """Delete what the newest state has replaced, and what was never finished.

        A process that reads it goes on, for the files are there as long as they are mapped.
        """
        replaced: set[str] = set()
        for number in self._numbers():
            if number < newest:
                with suppress(*UNREADABLE):
                    replaced.update(self._stored(number).segments)
                replaced.add(f"state-{number:08}")
        current = {*segments, f"state-{newest:08}"}
        for entry in self._folder.iterdir():
            with suppress(OSError):
                old = time.time() - entry.stat().st_mtime > _UNFINISHED_SECONDS
                if entry.name not in current and (old or entry.name in replaced):
                    shutil.rmtree(entry, ignore_errors=True)


def _seal(folder: Path) -> None:
    """Note the digest of each file that was written into it. OSError."""
    digests = {file.name: _digest(file) for file in folder.iterdir()}
    (folder / _DIGESTS).write_text(json.dumps(digests))


def _damaged(folder: Path) -> list[str]:
    try:
        digests = json.loads((folder / _DIGESTS).read_text())
        return [name for name, digest in digests.items() if _digest(folder / name) != digest]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, AttributeError):
        return [_DIGESTS]


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "blake2b").hexdigest()


def segment_files_of(folder: Path) -> list[SegmentFiles]:
    """Where the segments of a collection may be; the last is to be written to.

    That is beside it, or in the user's cache where its folder cannot be written to.
    """
    beside = SegmentFiles(folder / "derived")
    if os.access(folder, os.W_OK):
        return [beside]
    digest = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return [
        beside,
        SegmentFiles(Path(platformdirs.user_cache_dir("cuttings", appauthor=False)) / "derived" / digest),
    ]
