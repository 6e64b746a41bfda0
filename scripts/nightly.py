"""All that takes too long for the tests: broken files and requests, kills, disks that fail, a soak.

    python -m scripts.nightly [--short] [--only PART ...]

Each reader and each route is tried for 60 s, an ingest is killed 30 times, a server has mixed traffic for
ten minutes: some 80 minutes together. With `--short` a little of each is done. What each says is in
build/nightly, a file each. Prints a table, and ends with exit code 1 where any of them failed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from scripts.fuzz import READERS

ROOT = Path(__file__).parent.parent
LOGS = ROOT / "build" / "nightly"

CRASHES = ("test_index_crash", "test_index_commit", "test_index_failing_disk", "test_index_backup")
ENDINGS = ("test_chatbot_told", "test_chatbot_ending", "test_index_sync")


class Part(NamedTuple):
    name: str
    command: Sequence[str]


class Done(NamedTuple):
    name: str
    code: int
    seconds: float
    said: str
    """The last line."""


def parts(short: bool) -> Iterator[Part]:
    python = sys.executable
    each = "2" if short else "60"
    for reader in READERS:
        yield Part(f"reader {reader}", [python, "-m", "scripts.fuzz", "--seconds", each, reader])
    yield Part("routes", ["make", "--silent", "contract", f"EACH={each}"])
    kills = ["--files", "300", "--kills", "3"] if short else ["--files", "2000", "--kills", "30"]
    yield Part("kills", [python, "-m", "scripts.killed", *kills])
    for name, files in (("crashes", CRASHES), ("endings", ENDINGS)):
        tests = [f"tests/{file}.py" for file in files]
        yield Part(name, [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests])
    traffic = ["--seconds", "20", "--rate", "5"] if short else ["--seconds", "600", "--rate", "30"]
    yield Part("restart", [python, "-m", "scripts.restarted"])
    yield Part("soak", [python, "-m", "scripts.soak", *traffic])


def run(part: Part) -> Done:
    """Do one part; all that it says goes into a file of its name."""
    log = LOGS / f"{part.name.replace(' ', '-')}.log"
    began = time.monotonic()
    with log.open("wb") as output:
        code = subprocess.run(part.command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT).returncode
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return Done(part.name, code, time.monotonic() - began, lines[-1].strip() if lines else "")


def row(done: Done) -> str:
    outcome = "ok" if done.code == 0 else f"FAILED ({done.code})"
    return f"{done.name:16} {outcome:12} {done.seconds:6.0f} s  {done.said[:300]}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.nightly", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--short", action="store_true", help="a little of each")
    parser.add_argument("--only", metavar="PART", nargs="+", help="parts whose names begin so")
    args = parser.parse_args(argv)
    chosen = [one for one in parts(args.short) if not args.only or one.name.startswith(tuple(args.only))]
    if not chosen:
        parser.error(f"no such part; there are {', '.join(one.name for one in parts(args.short))}")
    LOGS.mkdir(parents=True, exist_ok=True)
    failed = 0
    for part in chosen:
        done = run(part)
        failed += done.code != 0
        print(row(done), flush=True)
    print(f"{len(chosen) - failed} of {len(chosen)} are well" + (f"; look into {LOGS}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
