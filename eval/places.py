"""Where a run is kept: in a folder that was named, beside the collection, or in the user's cache."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatbot.server.shell import report_of
from corpus.errors import CuttingsError
from eval.manifest import Manifest
from eval.stored import Key, Storage, begin, fingerprint, read_manifest
from eval.temporary import cache

_RUNS = "runs"


def storage(
    named: Path | None, collection: Path | None, manifest: Manifest, order: Sequence[Sequence[Key]]
) -> Storage:
    """The run, begun or gone on with: in the folder that was named, else in one of its own.

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
    """The folders of runs that were stopped and can be gone on with, the newest first."""
    for folder in sorted(runs.glob(f"*-{_short(manifest)}"), reverse=True):
        try:
            before = read_manifest(folder)
        except CuttingsError:
            continue
        if before and before.seconds is None and fingerprint(before) == fingerprint(manifest):
            yield folder


def _short(manifest: Manifest) -> str:
    return fingerprint(manifest)[:8]
