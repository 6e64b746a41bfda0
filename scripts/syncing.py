"""How long a sync of a folder takes in which nothing or little has changed: newswire stories as text files.

    python -m scripts.syncing ../shared/scale/reuters.jsonl.gz

Prints a line of JSON for each case: seconds, those of them in which a processor worked, peak memory (MB) and
what was done. "unchanged" is the command
as a person types it, from the start of the process to its end; the others are without the start of Python.
The vectors are made up, so that nothing but the encoding of new articles is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from corpus.formats.document import AS_THEY_ARE
from index.stores import create_store
from index.sync.sources import remember
from index.sync.sync import Way, sync
from scripts.ingesting import MadeUp, write_stories

TOKENS = 200
"""Word pieces of a passage, the default."""

COMMAND = "import sys; from chatbot.cli.main import run; sys.exit(run())"


def synced(case: str, folder: Path, collection: Path, dry_run: bool = False) -> None:
    """Sync within this process, and print what it took."""
    store = create_store(collection)
    begun, worked = time.monotonic(), _worked(resource.RUSAGE_SELF)
    (outcome,) = sync(store, MadeUp, [str(folder)], Way(TOKENS, AS_THEY_ARE, dry_run=dry_run))
    seconds = time.monotonic() - begun, _worked(resource.RUSAGE_SELF) - worked
    remember(store, [str(folder)])
    store.close()
    counts = {
        name: len(getattr(outcome, name)) for name in ("added", "updated", "moved", "removed", "skipped")
    }
    told(case, seconds, resource.RUSAGE_SELF, {**counts, "unchanged": outcome.unchanged})


def typed(case: str, collection: Path) -> None:
    """`cuttings sync` as a process of its own."""
    begun, worked = time.monotonic(), _worked(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", COMMAND, "sync", "--json", "--collection", str(collection)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (source,) = json.loads(done.stdout)["sources"]
    seconds = time.monotonic() - begun, _worked(resource.RUSAGE_CHILDREN) - worked
    told(case, seconds, resource.RUSAGE_CHILDREN, {"unchanged": source["unchanged"]})


def _worked(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def told(case: str, seconds: tuple[float, float], whose: int, counts: dict[str, int]) -> None:
    peak = resource.getrusage(whose).ru_maxrss / 1024
    times = {"seconds": round(seconds[0], 2), "processor_seconds": round(seconds[1], 2)}
    print(json.dumps({"case": case, **times, "peak_mb": round(peak), **counts}), flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("stories", type=Path, help="JSON lines with id, title and text, gzipped")
    parser.add_argument("--most", type=int, default=0, help="so many stories at most (default: all)")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as place:
        folder, collection = Path(place, "articles").resolve(), Path(place, "collection")
        write_stories(args.stories, folder, args.most)
        files = sorted(folder.rglob("*.md"))
        for file in files:  # a file that has just been written may change once more without a trace
            os.utime(file, (1.7e9, 1.7e9))
        synced("first", folder, collection)
        for _ in range(3):
            typed("unchanged", collection)
        files[0].write_text("The council met, and it agreed on everything.\n", encoding="utf-8")
        files[1].rename(files[1].with_name("moved.md"))
        files[2].unlink()
        synced("three changes, dry run", folder, collection, dry_run=True)
        synced("three changes", folder, collection)
        for file in folder.rglob("*.md"):
            os.utime(file, (1.71e9, 1.71e9))
        synced("all touched", folder, collection)
    return 0


if __name__ == "__main__":
    sys.exit(main())
