"""A folder in step: which of its files are new, changed or gone, by their time and size first."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from corpus.errors import CuttingsError
from corpus.formats import formats
from corpus.formats.document import Options
from corpus.guarded import ToRead, read_files
from corpus.read import Raw, Skipped, file_of
from index.ingest.missing import missing
from index.store import Stored
from index.sync.memory import Memory, SeenFile
from index.sync.outcome import Outcome, Progress, too_many
from index.sync.target import Target

_TOO_FRESH = 2_000_000_000
"""Nanoseconds in which a file may change again without another time, on some file systems."""

_UNSURE = -1


def sync_folder(
    source: str,
    target: Target,
    memory: Memory,
    options: Options,
    outcome: Outcome,
    progress: Progress,
    yes: bool,
    dry_run: bool,
    anew: bool = False,
) -> None:
    """Bring the articles of a folder, or of one file, in step. CuttingsError where it is not there.

    `anew`: its files are to be read otherwise than before, so that also those are read that are as they were.
    """
    top = Path(source)
    outcome.kind = "folder" if top.is_dir() or not top.suffix else "file"
    found = {location: (name, seen) for location, name, seen in _walk(top, target.folder)}
    if outcome.kind == "folder" and not found:
        raise CuttingsError("the folder is empty or not there, perhaps not mounted; nothing was changed")
    known = memory.files(source)
    own = _own(source, target, known)
    outcome.articles = len(own)
    looked_at: dict[str, SeenFile] = {}
    to_read = []
    for location, (name, seen) in found.items():
        before = None if anew else known.get(location)
        if before and (before.mtime, before.size) == (seen.mtime, seen.size) and seen.mtime != _UNSURE:
            outcome.skipped_before += bool(before.skipped)
            outcome.unchanged += not before.skipped
            continue
        looked_at[location] = seen
        if not anew and location in own and own[location].digest == _digest(location):
            outcome.unchanged += 1
        else:
            to_read.append(ToRead(location, name))
    if dry_run:
        _foretell(to_read, own, outcome, found)
        _remove(own, {}, found, target, outcome, yes, dry_run)
        return
    whole: dict[str, set[str]] = {}
    read = read_files(to_read, options, progress=lambda done, total: progress("reading files", done, total))
    target.take(_noting(read, whole), outcome, own)
    _remove(_own(source, target, known), whole, found, target, outcome, yes, dry_run)
    reasons = {file_of(one.location): one.reason for one in reversed(outcome.skipped)}
    stored = {file_of(location) for location in target.stored}
    for location, seen in looked_at.items():
        if location in reasons and location not in stored:
            looked_at[location] = replace(seen, skipped=reasons[location])
    gone = [location for location in known if location not in found and not os.path.exists(location)]
    memory.keep_files(source, looked_at, gone)


def _own(source: str, target: Target, known: Mapping[str, SeenFile]) -> dict[str, Stored]:
    """The articles of the source, by location; some lie elsewhere, behind links."""
    return {
        location: entry
        for location, entry in target.stored.items()
        if location.startswith((f"{source}{os.sep}", f"{source}#"))
        or location == source
        or file_of(location) in known
    }


def _walk(top: Path, apart: Path) -> Iterator[tuple[str, str, SeenFile]]:
    """Location, name and state of each file below `top` but hidden ones, as `corpus.read` names them."""
    now = time.time_ns()
    if not top.is_dir():
        if top.is_file():
            yield str(top), top.name, _state(top.stat(), now)
        return
    for parent, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        folders[:] = [name for name in folders if Path(parent, name) != apart]
        inside = os.path.relpath(parent, top)
        for name in sorted(name for name in names if not name.startswith(".")):
            location = os.path.join(parent, name)
            try:
                found = os.lstat(location)
                if stat.S_ISLNK(found.st_mode):
                    location = os.path.realpath(location)
                    found = os.stat(location)
            except OSError:  # gone this moment, or a link to nowhere: there is nothing to read
                continue
            source = name if inside == "." else Path(inside, name).as_posix()
            yield location, source, _state(found, now)


def _state(found: os.stat_result, now: int) -> SeenFile:
    fresh = now - found.st_mtime_ns < _TOO_FRESH
    return SeenFile(_UNSURE if fresh else found.st_mtime_ns, found.st_size)


def _digest(location: str) -> str:
    """SHA-256 of a file; "" where it cannot be read."""
    try:
        with open(location, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _noting(read: Iterable[Raw | Skipped], whole: dict[str, set[str]]) -> Iterator[Raw | Skipped]:
    """The same; notes in `whole`, of each file that was read without a fault, where its articles are."""
    faulty = set()
    for found in read:
        file = file_of(found.location)
        if isinstance(found, Skipped):
            faulty.add(file)
            whole.pop(file, None)
        elif file not in faulty:
            whole.setdefault(file, set()).add(found.location)
        yield found


def _foretell(
    to_read: list[ToRead],
    own: Mapping[str, Stored],
    outcome: Outcome,
    found: Mapping[str, object],
) -> None:
    """What a sync would do with files that are new or have changed."""
    files = {file_of(location): entry.id for location, entry in own.items()}
    lost = {entry.digest: entry.id for location, entry in own.items() if file_of(location) not in found}
    for location, name, *_ in to_read:
        if not formats.is_read(name):
            outcome.skipped.append(Skipped(location, name, "not a kind of file that is read"))
        elif location in files:
            outcome.updated.append(files[location])
        elif (moved := lost.pop(_digest(location), None)) is not None:
            outcome.moved.append(moved)
        else:
            outcome.added.append(name)


def _remove(
    own: Mapping[str, Stored],
    whole: Mapping[str, set[str]],
    found: Mapping[str, object],
    target: Target,
    outcome: Outcome,
    yes: bool,
    dry_run: bool,
) -> None:
    """Take out articles whose file is gone, or whose part of a file that was read is."""
    absent = missing({at: entry for at, entry in own.items() if file_of(at) not in found}, outcome.moved)
    parts = [
        entry.id
        for location, entry in own.items()
        if (read := whole.get(file_of(location))) is not None and location not in read
    ]
    gone = [*absent.deleted, *parts]
    if yes:
        gone += [id for ids in absent.unreachable.values() for id in ids]
    else:
        outcome.unreachable = absent.unreachable
    if too_many(gone, outcome.articles) and not yes:
        outcome.held_back = gone
    elif gone:
        outcome.removed = gone
        if not dry_run:
            target.remove(gone)
