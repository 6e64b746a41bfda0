"""A disk that fails to sync, or that a power cut catches in the middle of a write, under SQLite itself.

A library in C (`failing_disk.c`) stands between the process and the system; skipped without a compiler.
Each round changes a copy of a collection in a process of its own and then reads what that left.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import CuttingsError
from tests.crashing import CRASHED, apart
from tests.test_index_commit import change, contents, made, states

__all__ = ["made"]

COMPILER = shutil.which("cc") or shutil.which("gcc")
SOURCE = Path(__file__).with_name("failing_disk.c")
EVERY = 4
"""Of the writes each fourth is cut off, of the syncs each fails."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux") or not COMPILER, reason="LD_PRELOAD, and cc"),
]


def rounds(folder: Path, articles: Path) -> Iterator[dict[str, object]]:
    """What is left after each failure: how the process ended, what it said, and what the collection has."""
    disk = ctypes.CDLL(None)
    work, said = folder.with_name("work"), folder.with_name("said")

    def changed(sync: int, write: int) -> None:
        disk.failing_disk_arm(sync, write)
        try:
            change(work, articles)
        except CuttingsError as error:
            said.write_text(str(error))
            raise
        finally:
            if not sync + write:
                said.write_text(f"{disk.failing_disk_syncs()} {disk.failing_disk_writes()}")

    def one(sync: int, write: int) -> dict[str, object]:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(folder, work)
        said.write_text("")
        ended = apart(lambda: changed(sync, write))
        return {"ended": ended, "sync": sync, "said": said.read_text(), "left": contents(work)}

    whole = one(0, 0)
    syncs, writes = map(int, str(whole["said"]).split())
    yield whole
    for at in range(1, syncs + 1):
        yield one(at, 0)
    for at in range(1, writes + 1, EVERY):
        yield one(0, at)


def test_whatever_fails_the_collection_is_in_one_of_its_states(tmp_path: Path, made: Path) -> None:
    library = tmp_path / "failing_disk.so"
    subprocess.run([str(COMPILER), "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
    shutil.copytree(made / "news", tmp_path / "news")
    allowed = states(made, tmp_path / "news")
    done = subprocess.run(
        [sys.executable, "-m", "tests.test_index_failing_disk", tmp_path / "news", made / "articles"],
        env={**os.environ, "LD_PRELOAD": str(library)},
        capture_output=True,
        text=True,
        cwd=SOURCE.parents[1],
    )
    assert done.returncode == 0, done.stderr
    whole, *failed = [json.loads(line) for line in done.stdout.splitlines()]
    assert whole["ended"] == 0 and whole["left"] == allowed[-1]
    at = Counter((bool(one["sync"]), one["ended"], allowed.index(one["left"])) for one in failed)
    assert set(at) <= {(True, 1, 0), (True, 1, 1), (True, 1, 2), (True, 0, 2)} | {
        (False, CRASHED, 0),
        (False, CRASHED, 1),
        (False, CRASHED, 2),
    }
    assert at[True, 1, 0] and at[False, CRASHED, 0] and at[False, CRASHED, 1]
    assert all("check the disk" in one["said"] for one in failed if one["ended"] == 1)


if __name__ == "__main__":
    for one in rounds(*map(Path, sys.argv[1:])):
        print(json.dumps(one), flush=True)
