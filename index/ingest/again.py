"""An ingest of files of which none has changed since the last one of the same files: they are not read again.

What an ingest gives follows from the files, from how they are read, and from what the collection has of them,
since only all files together tell what a site repeats. So the last one is remembered as a whole, beside the
collection (`index/sync/memory.py`), and only where all of that is as it was, what it found is told again.
Where anything differs, all is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import site
import sys
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from corpus.formats.document import Options
from corpus.guarded import ToRead, read_files
from corpus.read import Skipped, file_of, is_url
from index.ingest.ingest import Report
from index.ingest.missing import missing
from index.ingest.workers import Shard
from index.store import Store, Stored
from index.sync.memory import Memory

MOST = 200_000
"""Files of an ingest that is remembered: 30 MB while it is told."""

_TOO_FRESH = 2_000_000_000
"""Nanoseconds in which a file may change again without another time, on some file systems."""

_State = list[int] | str
"""Of a file: times of change of its content and of its entry (nanoseconds), size, inode; where those may not
tell of the next change yet, the SHA-256 (hex) of its content."""


@dataclass(frozen=True, slots=True)
class Again:
    """An ingest of these files, (location, source) each, read in this way."""

    files: Sequence[tuple[str, str]]
    options: Options
    shard: Shard
    states: Sequence[_State]
    """Of the files, as they were before any of them was read."""

    @classmethod
    def of(cls, files: Sequence[tuple[str, str]], options: Options, shard: Shard) -> Again | None:
        """None where one is no file (a page, or standard input), and where they are too many."""
        if len(files) > MOST or any(location == "-" or is_url(location) for location, _ in files):
            return None
        now = time.time_ns()
        return cls(files, options, shard, [_state(location, now) for location, _ in files])

    def report(self, store: Store, memory: Memory) -> Report | None:
        """What became of each source, where nothing has changed; None where that has to be found out."""
        packed = memory.ingest(self._key)
        if packed is None:
            return None
        before = json.loads(zlib.decompress(packed))
        stored = store.stored()
        of_file = self._of_file(stored)
        if before["way"] != self._way or before["entries"] != _digest_of(before, of_file, stored):
            return None
        for (location, _), state, was in zip(self.files, self.states, before["states"], strict=True):
            if isinstance(was, list) and state == was:
                continue
            content = state if isinstance(state, str) else _content_digest(location)
            known = [one.digest for at, one in of_file.get(location, ()) if at == location]
            if not content or content not in (was, *known):
                return None
        if not self._are_skipped_still(before["retry"]):
            return None
        without_file = missing(stored)
        return Report(
            unchanged=before["unchanged"],
            same=[(source, id) for source, id in before["same"]],
            skipped=[Skipped(*one) for one in before["skipped"]],
            missing=list(without_file.deleted),
            unreachable=without_file.unreachable,
            others=before["others"],
            emptied=before["emptied"],
        )

    def remember(self, store: Store, memory: Memory, report: Report) -> None:
        """Keep what an ingest of the files has found."""
        stored = store.stored()
        of_file = self._of_file(stored)
        read = len(report.skipped) - report.emptied
        ids = [*report.unchanged, *report.moved, *report.added, *report.updated]
        there = {entry.id for own in of_file.values() for _, entry in own} | {id for _, id in report.same}
        if not there.issuperset(ids):  # another process has taken some out meanwhile
            return
        found = {
            "way": self._way,
            "states": self.states,
            "unchanged": ids,
            "same": report.same,
            "skipped": [[one.location, one.source, one.reason] for one in report.skipped],
            # Those of which nothing was read; why that was may have gone: a right, a program, a busy machine.
            "retry": [
                [one.location, one.source, one.reason]
                for one in report.skipped[:read]
                if one.location not in of_file and file_of(one.location) == one.location
            ],
            "others": report.others,
            "emptied": report.emptied,
        }
        found["entries"] = _digest_of(found, of_file, stored)
        memory.keep_ingest(self._key, zlib.compress(json.dumps(found).encode()))

    @property
    def _key(self) -> str:
        named = json.dumps([self.files, self.shard.number, self.shard.total])
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def _way(self) -> str:
        """How files are read: what a person says of them, and the programs that read them."""
        said = [version("cuttings"), sys.version, repr(self.options), _programs()]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def _of_file(self, stored: dict[str, Stored]) -> dict[str, list[tuple[str, Stored]]]:
        """What the collection has of each of the files."""
        wanted = {location for location, _ in self.files}
        found: dict[str, list[tuple[str, Stored]]] = {}
        for location, entry in stored.items():
            file = location if location in wanted else location.rpartition("#")[0]
            if file in wanted:
                found.setdefault(file, []).append((location, entry))
        return found

    def _are_skipped_still(self, retry: Sequence[Sequence[str]]) -> bool:
        files = [ToRead(location, source) for location, source, _ in retry]
        reasons = {location: reason for location, _, reason in retry}
        return all(
            isinstance(one, Skipped) and reasons.get(one.location) == one.reason
            for one in read_files(files, self.options)
        )


def _state(location: str, now: int) -> _State:
    try:
        found = os.stat(location)
    except OSError:
        return ""
    if max(found.st_mtime_ns, found.st_ctime_ns) > now - _TOO_FRESH:
        return _content_digest(location)
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]


def _content_digest(location: str) -> str:
    try:
        with open(location, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _digest_of(
    found: dict[str, object], of_file: dict[str, list[tuple[str, Stored]]], stored: dict[str, Stored]
) -> str:
    """Of what the collection has of the files, and of the articles that some of them are once more."""
    same = found["same"]
    assert isinstance(same, list)
    others = {id for _, id in same}
    entries = [one for own in of_file.values() for one in own]
    entries += [(location, entry) for location, entry in stored.items() if entry.id in others]
    whole = hashlib.sha256()
    for location, entry in sorted(entries, key=lambda one: one[0]):
        whole.update(repr((location, entry)).encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def _programs() -> list[str]:
    """What tells one state of our own reading, and of the packages that it uses, from another."""
    import corpus

    own = Path(corpus.__file__).parent
    files = sorted(own.rglob("*.py"))
    told = [f"{file.relative_to(own)} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
    for folder in site.getsitepackages():
        if os.path.isdir(folder):
            told += sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))
    return told
