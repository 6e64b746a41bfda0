"""A run on disk: a folder that is written while it goes on, so that one that was stopped can be continued.

run.json       what was asked of what (`eval/manifest.py`), written first, and again when the run has ended
records.jsonl  a record a line (`eval/record.py`), in the order of the questions, written as they come
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TypeVar

from chatbot.render.text import one_line
from chatbot.server.evaluation import report_of
from corpus.errors import CuttingsError
from eval import manifest as manifests
from eval import record as recorded
from eval.manifest import Manifest
from eval.record import Record
from eval.temporary import cache

Reported = TypeVar("Reported")

RUN, RECORDS = "run.json", "records.jsonl"
REPORT = ("report.html", "report.md", "summary.json")
"""What else is written into the folder of a run, from its records."""
Key = tuple[str, str]
"""Of a record in its run: system and question id."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has ended."""

    manifest: Manifest
    records: tuple[Record, ...]

    def of(self, system: str) -> tuple[Record, ...]:
        """The records of a system, in the order of the questions."""
        return tuple(one for one in self.records if one.system == system)


def read_run(path: Path) -> Run:
    """The run in a folder, or of its run.json. CuttingsError for anything else, and one that was stopped."""
    folder = run_of(path)
    manifest = read_manifest(folder)
    if manifest is None:
        raise CuttingsError(f"{path} is no run; give a folder that `cuttings eval` wrote {RUN} into")
    if manifest.seconds is None:
        raise CuttingsError(
            f"the run in {folder} has not ended; give the command that began it again to continue it"
        )
    records, lengths = _read(folder / RECORDS)
    asked = Counter(one.system for one in records)
    whole = sum(lengths) == (folder / RECORDS).stat().st_size and len(set(asked.values())) == 1
    if not whole or asked.keys() != set(manifest.systems):
        raise CuttingsError(
            f"{folder / RECORDS} is not whole: {len(records):,} records, not the same questions of each of "
            f"{len(manifest.systems)} systems; get the file again, or make the run again"
        )
    return Run(manifest, tuple(records))


def run_of(path: Path) -> Path:
    """The folder of a run that is named by its folder or by its run.json."""
    return path.parent if path.name == RUN and not path.is_dir() else path


def read_manifest(folder: Path) -> Manifest | None:
    """What the run in a folder is; None where there is none. CuttingsError where it cannot be read."""
    try:
        return manifests.from_json(json.loads((folder / RUN).read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise CuttingsError(
            f"cannot read {folder / RUN} ({one_line(str(error))}); it is damaged, or of "
            "another version of Cuttings"
        ) from error


def fingerprint(manifest: Manifest) -> str:
    """SHA-256 of all that decides what the records of a run say, but for their times."""
    told = {
        "questions": manifest.questions_sha256,
        "systems": manifest.systems,
        "settings": {system: dict(settings) for system, settings in manifest.settings.items()},
        "collections": {system: one.sha256 for system, one in manifest.collections.items()},
        "model": dict(manifest.model),
        "versions": dict(manifest.versions),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


class Storage:
    """A folder that a run is being written into; `records` are those that it holds already.

    One process writes at a time. CuttingsError, in one line, for whatever the disk refuses; what was
    written until then can be continued.
    """

    def __init__(self, folder: Path, manifest: Manifest, records: Sequence[Record], file: IO[str]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.records = list(records)
        self.resumed = len(records)
        """Records that were there from before."""
        self._file = file

    def append(self, records: Iterable[Record]) -> None:
        """Keep the records of one question, and bring them to the disk."""
        added = list(records)
        try:
            for one in added:
                self._file.write(f"{json.dumps(recorded.as_json(one))}\n")
            self._file.flush()
        except OSError as error:
            with suppress(OSError):  # what could not be written is tried again when it is closed
                self._file.close()
            raise self._refused(error) from error
        self.records += added

    def end(self, seconds: float, report: Callable[[Run, Path], Reported]) -> Reported:
        """The run has ended, having asked for so long in this process; gives what `report` gives of it.

        `report` writes of it into the folder. The run is whole once that is written: where the disk has no
        room for it, the run can be continued.
        """
        earlier = sum(one.milliseconds for one in self.records[: self.resumed]) / 1000 / self.manifest.jobs
        self.manifest = replace(self.manifest, seconds=earlier + seconds)
        try:
            reported = report(Run(self.manifest, tuple(self.records)), self.folder)
            _write_manifest(self.folder, self.manifest)  # last: it says that the run is whole
        except OSError as error:
            raise self._refused(error) from error
        return reported

    def close(self) -> None:
        with suppress(OSError):
            self._file.close()

    def _refused(self, error: OSError) -> CuttingsError:
        return CuttingsError(
            f"cannot write to {self.folder} ({error.strerror or error}); put that right and give the same "
            f"command again, which goes on behind the {len(self.records):,} records that are stored"
        )


def begin(folder: Path, manifest: Manifest, order: Sequence[Sequence[Key]]) -> Storage:
    """Write a run into a folder, or go on with the one that was stopped there and has its fingerprint.

    `order` holds the records that will be written, those of one question together: of the last question that
    is there in part nothing is kept. CuttingsError, with nothing changed, where the folder holds something
    else that is not to be lost, see `refusal`, or another process writes into it.
    """
    before = read_manifest(folder)
    if why := refusal(folder, before, manifest):
        raise CuttingsError(why)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / RECORDS).open("a", encoding="ascii")
    except OSError as error:
        raise CuttingsError(
            f"cannot write to {folder} ({error.strerror}); choose another with --report DIR"
        ) from error
    try:
        _lock(file, folder)
        if before and before.seconds is None:
            records = _kept(folder, order)
            manifest = replace(manifest, started=before.started, jobs=max(before.jobs, manifest.jobs))
        else:
            _clear(folder)
            records = []
        file.truncate(sum(length for _, length in records))
        _write_manifest(folder, manifest)
    except OSError as error:
        file.close()
        raise CuttingsError(f"cannot write to {folder} ({error.strerror or error})") from error
    except BaseException:
        file.close()
        raise
    return Storage(folder, manifest, [record for record, _ in records], file)


def refusal(folder: Path, before: Manifest | None, manifest: Manifest) -> str:
    """Why a run is not to be written into a folder that holds another; "" where it may be.

    A run that has ended is replaced by the next, as a report always was.
    """
    if folder.exists() and not folder.is_dir():
        return f"{folder} is a file; name a folder with --report DIR"
    if before is None:
        files = (folder / name for name in (RECORDS, *REPORT))
        theirs = [file.name for file in files if file.exists() and file.stat().st_size]
        if theirs:
            return (
                f"{folder} holds {theirs[0]}, but no {RUN}: that is of no run of this version; delete it, or "
                "choose another folder with --report DIR"
            )
    elif before.seconds is None and fingerprint(before) != fingerprint(manifest):
        return (
            f"{folder} holds a run that was stopped, of {_difference(before, manifest)}; delete it, give the "
            "command again that began it, or choose another folder with --report DIR"
        )
    return ""


def _difference(before: Manifest, manifest: Manifest) -> str:
    """In what a run is another one, in a few words."""
    if before.questions_sha256 != manifest.questions_sha256:
        return f"other questions ({before.questions})"
    if before.systems != manifest.systems:
        return f"other systems ({', '.join(before.systems)})"
    if before.settings != manifest.settings:
        return "the same systems under other settings"
    if {one.sha256 for one in before.collections.values()} != {
        one.sha256 for one in manifest.collections.values()
    }:
        return "the collection before its articles changed"
    return "another version of Cuttings, of its packages or of the model"


def _kept(folder: Path, order: Sequence[Sequence[Key]]) -> list[tuple[Record, int]]:
    """The records of the questions that were asked of every system, with their lengths in bytes."""
    records, lengths = _read(folder / RECORDS)
    kept: list[tuple[Record, int]] = []
    for keys in order:
        part = records[len(kept) : len(kept) + len(keys)]
        if [(one.system, one.id) for one in part] != list(keys):
            break
        kept += zip(part, lengths[len(kept) : len(kept) + len(keys)], strict=True)
    return kept


def _read(path: Path) -> tuple[list[Record], list[int]]:
    """The records of a file and their lengths in bytes, without a last line that was torn off.

    CuttingsError where another line is damaged.
    """
    try:
        lines = path.read_bytes().split(b"\n")[:-1]  # what stands behind the last line break is no whole line
    except OSError as error:
        raise CuttingsError(f"cannot read {path} ({error.strerror}); the run is not whole") from error
    records, lengths = [], []
    for number, line in enumerate(lines, start=1):
        try:
            records.append(recorded.from_json(json.loads(line)))
        except (ValueError, TypeError) as error:
            raise CuttingsError(
                f"{path}:{number} is no record ({one_line(str(error))}); it is damaged, or of "
                "another version of Cuttings"
            ) from error
        lengths.append(len(line) + 1)
    return records, lengths


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    """All of it or nothing: a run is known by this file."""
    beside = folder / f"{RUN}.new"
    beside.write_text(f"{json.dumps(manifests.as_json(manifest), indent=2)}\n", encoding="utf-8")
    beside.replace(folder / RUN)


def _clear(folder: Path) -> None:
    """Delete what an earlier run wrote, so that nothing of it stands beside this one."""
    for name in (RUN, *REPORT):
        (folder / name).unlink(missing_ok=True)


def _lock(file: IO[str], folder: Path) -> None:
    """Keep others from writing the records, for as long as the file is open. CuttingsError where one does."""
    try:
        import fcntl
    except ImportError:  # not on Windows, where two at once are not kept apart
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CuttingsError(
            f"another `cuttings eval` writes into {folder}; wait for it, or choose another with --report DIR"
        ) from error


_RUNS = "runs"


def storage(
    named: Path | None, collection: Path | None, manifest: Manifest, order: Sequence[Sequence[Key]]
) -> Storage:
    """The run, begun or continued: in the folder that was named, else in one of its own.

    That is `evaluation/runs/` in the folder of the collection that the questions are about, or, where there
    is none or nothing can be written there, `eval/runs/` in the user's cache. CuttingsError as `begin`.
    """
    if named is not None:
        return begin(named, manifest, order)
    if collection is not None:
        try:
            return _own(report_of(collection).parent / _RUNS, manifest, order)
        except CuttingsError as error:
            print(f"cuttings eval: {error}; the run is kept in the cache instead", file=sys.stderr)
    return _own(cache() / _RUNS, manifest, order)


def _own(runs: Path, manifest: Manifest, order: Sequence[Sequence[Key]]) -> Storage:
    for stopped in _stopped(runs, manifest):
        try:
            return begin(stopped, manifest, order)
        except CuttingsError:  # another process is at it
            continue
    moment = manifest.started.replace("-", "").replace(":", "").replace("+0000", "Z")
    folder, count = runs / f"{moment}-{_short(manifest)}", 1
    while folder.exists():
        count += 1
        folder = runs / f"{moment}.{count}-{_short(manifest)}"
    return begin(folder, manifest, order)


def _stopped(runs: Path, manifest: Manifest) -> Iterator[Path]:
    """The folders of runs that were stopped and can be continued, the newest first."""
    for folder in sorted(runs.glob(f"*-{_short(manifest)}"), reverse=True):
        try:
            before = read_manifest(folder)
        except CuttingsError:
            continue
        if before and before.seconds is None and fingerprint(before) == fingerprint(manifest):
            yield folder


def _short(manifest: Manifest) -> str:
    return fingerprint(manifest)[:8]
