"""An ingest of many small files that is killed at random moments: what stays, and what is encoded twice.

    python -m scripts.killed [--files 2000] [--kills 30] [--seed 0]

After each kill the collection is verified, every article in it compared with its file, and a search compared
with one for which everything was derived anew. Prints one line of JSON. `encoded_in_vain` are the passages
that each kill makes to be encoded again: those of the batch in hand and of the window behind it, of which
`limit` is the most.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from corpus.guarded import read
from index.folder.collection import Collection
from index.folder.database import FILE
from index.ingest.batches import ARTICLES
from index.ingest.ingest import ingest
from index.ingest.preparation import WINDOW
from index.stores import create_store
from index.verify import verify
from scripts.ingesting import MadeUp

TOKENS = 40


class Noted(MadeUp):
    """Writes each passage that it encodes to a file, so that it is known after a kill."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log.open("a", buffering=1)

    def encode_passages(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        for text, vector in zip(texts, super().encode_passages(texts), strict=True):
            self._log.write(json.dumps(text) + "\n")
            yield vector


def write_files(folder: Path, number: int) -> None:
    for n in range(number):
        within = folder / f"{n // 100:03}"
        within.mkdir(parents=True, exist_ok=True)
        said = (f"In town{n} the council{i} agreed on rule{n}x{i} for the bridge." for i in range(7))
        (within / f"town{n:05}.txt").write_text(f"Town {n} agrees on rules\n\n{' '.join(said)}\n")


def ingest_here(
    articles: Path, collection: Path, log: Path, begun: Callable[[], None] = lambda: None
) -> None:
    store = create_store(collection)
    begun()
    ingest(store, Noted(log), read([articles]), TOKENS)
    store.close()


def lines_of(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def killed_after(passages: int, seconds: float, *where: Path) -> bool:
    """Kill an ingest so long after it has encoded so many passages; whether that was before its end."""
    *_, log = where
    until = len(lines_of(log)) + passages
    command = [sys.executable, "-m", "scripts.killed", "--ingest", *map(str, where)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        while process.poll() is None and len(lines_of(log)) < until:
            time.sleep(0.01)
        time.sleep(seconds)
        process.kill()
    return process.returncode != 0


def copy_of(folder: Path, target: Path) -> None:
    """A collection as whoever has it open sees it, without what is derived.

    Not a copy of the files: a kill may leave a change in the write-ahead log that only the next process sees
    which opens it alone.
    """
    target.mkdir()
    with closing(sqlite3.connect(folder / FILE)) as source, closing(sqlite3.connect(target / FILE)) as copied:
        source.backup(copied)


def wrong(folder: Path) -> list[str]:
    """What is not as it should be in a collection after a kill."""
    collection = Collection.open(folder)
    found = [f"{problem.article_id}: {problem.what}" for problem in verify(collection)]
    for location, entry in collection.stored().items():
        if collection.article(entry.id).text != Path(location).read_text():
            found.append(f"{entry.id}: its text is not that of its file")
    anew = folder.with_name("anew")
    shutil.rmtree(anew, ignore_errors=True)
    copy_of(folder, anew)
    hits = []
    for one in (collection, Collection.open(anew)):
        searches = one.searcher(MadeUp())
        hits.append(
            [(hit.article_id, hit.start) for hit in searches.search(searches.query("town7 bridge"), 50)]
        )
        one.close()
    return found if hits[0] == hits[1] else [*found, "a search finds what is no longer so"]


def measured(place: Path, files: int, kills: int, seed: int) -> dict[str, object]:
    articles, chance = place / "articles", random.Random(seed)
    write_files(articles, files)
    ingest_here(articles, place / "whole", place / "whole.log")
    passages = len(lines_of(place / "whole.log"))
    problems: list[str] = []
    kept: list[int] = []
    lost: list[int] = []
    ingests = 0
    while len(kept) < kills:
        ingests += 1
        collection, log = place / f"collection{ingests}", place / f"log{ingests}"
        before = 0
        while len(kept) < kills and killed_after(
            chance.randrange(passages // 3), chance.uniform(0, 0.2), articles, collection, log
        ):
            problems += wrong(collection)
            stored = Collection.open(collection).articles()
            kept.append(len(stored))
            lost.append(len(lines_of(log)) - sum(article.passages for article in stored) - before)
            before += lost[-1]
            print(f"killed with {kept[-1]} stored, {lost[-1]} encoded in vain, {problems}", file=sys.stderr)
        ingest_here(articles, collection, log)
        problems += wrong(collection)
        if len({*lines_of(log)}) != passages:
            problems.append("not every passage was encoded")
    return {
        "files": files,
        "kills": len(kept),
        "ingests": ingests,
        "stored_at_kills": kept,
        "encoded_in_vain": lost,
        "limit": passages // files * ARTICLES + WINDOW,
        "problems": problems,
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ingest", nargs=3, type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.ingest:
        articles, collection, log = args.ingest
        ingest_here(articles, collection, log, lambda: print("begun", flush=True))
        return 0
    with tempfile.TemporaryDirectory() as place:
        found = measured(Path(place), args.files, args.kills, args.seed)
    print(json.dumps(found))
    return 1 if found["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
