"""How a collection in a folder grows: building, starting, searching, adding, memory and disk, by its size.

    python -m scripts.growth COLLECTION [--sizes 1000,10000,...] [--into DIR]

Collections of these sizes are made after a real one. A passage is made of two that are near each other: the
first half of one's terms and the second half of the other's, and a vector between theirs, with noise. The
queries are titles of the real articles. Writes growth.json, and growth.svg, which draws it; the collection
that grows stays in DIR/collection.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus.article import Article, Passage, Sentence
from corpus.errors import CuttingsError
from index.bm25 import best
from index.encoding.encoder import SentenceEncoder
from index.folder.collection import Collection
from index.folder.searcher import LocalSearcher
from index.folder.segments import Segments
from index.fusion import STANDARD
from index.scope import Scope
from index.store import Encoded
from scripts.growth_chart import chart

SIZES = (1_000, 10_000, 100_000, 200_000, 300_000, 500_000, 1_000_000)
QUERIES = 200
NEAR = 20
"""Of so many nearest passages one is taken to make another passage with."""
NOISE = 0.3
"""Length of the noise that is put on a made vector, before it is made of unit length again."""
ARTICLE_PASSAGES = 2
SEED = 7
K = 20
"""Hits that are asked for, as an answer does."""


class Sample:
    """Real passages, and others made of them."""

    def __init__(self, collection: Collection) -> None:
        with collection.snapshot() as now:
            rows = list(now.after(0))
        if len(rows) <= NEAR:
            raise CuttingsError(f"{collection.folder} has {len(rows)} passages; take a larger collection")
        self.terms = [row.terms.split() for row in rows]
        self.vectors = np.stack([np.frombuffer(row.vector, np.float32) for row in rows])
        self.near = np.concatenate(
            [
                np.argpartition(self.vectors[start : start + 500] @ -self.vectors.T, NEAR)[:, :NEAR].copy()
                for start in range(0, len(rows), 500)
            ]
        )
        self._chance = np.random.default_rng(SEED)

    def made(self, count: int) -> tuple[list[list[str]], np.ndarray]:
        """Terms and vectors of so many passages."""
        chance = self._chance
        one = chance.integers(len(self.terms), size=count)
        other = self.near[one, chance.integers(NEAR, size=count)]
        share = chance.uniform(0.5, 1, size=(count, 1)).astype(np.float32)
        vectors = share * self.vectors[one] + (1 - share) * self.vectors[other]
        noise = chance.normal(size=vectors.shape).astype(np.float32)
        vectors += NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        terms = [
            self.terms[a][: len(self.terms[a]) // 2] + self.terms[b][len(self.terms[b]) // 2 :]
            for a, b in zip(one.tolist(), other.tolist(), strict=True)
        ]
        return terms, vectors


def add(collection: Collection, sample: Sample, first: int, count: int) -> None:
    """Store so many made passages, in articles that are numbered from `first` on."""
    with collection.change() as change:
        for start in range(0, count, 10_000):
            terms, vectors = sample.made(min(10_000, count - start))
            for place in range(0, len(terms), ARTICLE_PASSAGES):
                number = first + (start + place) // ARTICLE_PASSAGES
                passages = range(place, min(place + ARTICLE_PASSAGES, len(terms)))
                _put(change, number, [(terms[i], vectors[i]) for i in passages])


def _put(change: Any, number: int, passages: Sequence[tuple[list[str], np.ndarray]]) -> None:
    id = f"made-{number}"
    day = f"{1990 + number % 30}-{1 + number % 12:02}-{1 + number % 28:02}"
    article = Article(id, f"Made {number}", "x" * 100, id, publisher=f"Paper {number % 50}", published=day)
    change.put(
        article,
        f"/{id}",
        id,
        [
            Encoded(Passage(id, i, i + 1, "", (Sentence(id, i, i + 1),)), terms, vector)
            for i, (terms, vector) in enumerate(passages)
        ],
    )


class Remembered:
    """An encoder that knows the vectors of some texts: what it takes to encode is no matter here."""

    longest = 10_000

    def __init__(self, name: str, vectors: dict[str, np.ndarray]) -> None:
        self.name = name
        self._vectors = vectors

    def encode_query(self, text: str) -> np.ndarray:
        return self._vectors[text]

    def count(self, text: str) -> int:
        raise NotImplementedError

    def encode_passages(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        raise NotImplementedError


def searched(folder: Path, texts: Sequence[str], vectors: np.ndarray) -> dict[str, Any]:
    """What a process that has just been started measures in a collection: seconds, MB, and recall."""
    began = time.perf_counter()
    collection = Collection.open(folder)
    encoder = Remembered(collection.meta("model") or "", dict(zip(texts, vectors, strict=True)))
    searcher = LocalSearcher(collection, encoder)
    queries = [searcher.query(text) for text in texts]
    searcher.search(queries[0], K)
    figures: dict[str, Any] = {"start": time.perf_counter() - began}
    state = searcher.segments.state()
    figures["segments"] = state.sizes
    some = Scope(publishers=frozenset({"Paper 7"}))
    stages: dict[str, Callable[[Any], object]] = {
        "search": lambda query: searcher.search(query, K),
        "bm25": lambda query: best(state.lexical.scores(query.terms), STANDARD.depth, None),
        "dense": lambda query: state.nearest(query.vector, STANDARD.depth, None),
        "filtered": lambda query: searcher.search(query, K, scope=some),
    }
    for name, stage in stages.items():
        stage(queries[0])
        figures[name], figures[f"{name}, cpu"] = zip(
            *(_timed(stage, query) for query in queries), strict=True
        )
    figures["memory"] = _memory()
    figures["recall"] = _recall(state, queries)
    changes = [_changed(folder, searcher, queries[0], number) for number in range(5)]
    figures["added"], figures["removed"] = (list(column) for column in zip(*changes, strict=True))
    return figures


def _changed(folder: Path, searcher: LocalSearcher, query: Any, number: int) -> tuple[float, float]:
    """Seconds from before an article is stored until a search finds it, and from before it is removed until
    a search does not."""
    writer = Collection.create(folder)
    id = f"made-{10**9 + number}"
    times = []
    for stored in (True, False):
        began = time.perf_counter()
        with writer.change() as change:
            if stored:
                _put(change, 10**9 + number, [(list(query.terms), query.vector)])
            else:
                change.remove(id)
        hits = searcher.search(query, K)
        times.append(time.perf_counter() - began)
        if (id in {hit.article_id for hit in hits}) is not stored:
            raise CuttingsError(f"{id} was {'stored' if stored else 'removed'}, and the search does not know")
    writer.close()
    return times[0], times[1]


def _recall(state: Any, queries: Sequence[Any]) -> float:
    """The share of the ten nearest passages that are found, over the queries."""
    vectors = np.stack([query.vector for query in queries])
    cosines, positions = np.empty((len(queries), 0), np.float32), np.empty((len(queries), 0), np.int64)
    first = 0
    for segment in state.segments:
        for start in range(0, len(segment), 20_000):
            found = vectors @ segment.vectors[start : start + 20_000].T
            cosines = np.concatenate([cosines, found], axis=1)
            places = np.arange(found.shape[1]) + first + start
            positions = np.concatenate([positions, np.broadcast_to(places, found.shape)], axis=1)
            keep = np.argsort(-cosines, axis=1)[:, :10]
            cosines = np.take_along_axis(cosines, keep, 1)
            positions = np.take_along_axis(positions, keep, 1)
        first += len(segment)
    hits = [
        len(set(state.nearest(query.vector, STANDARD.depth, None)[:10]) & set(wanted.tolist()))
        for query, wanted in zip(queries, positions, strict=True)
    ]
    return sum(hits) / positions.size


def _timed(stage: Callable[[Any], object], query: Any) -> tuple[float, float]:
    """Seconds that a stage takes, and those of them that it computes, whatever else the machine does."""
    began, computed = time.perf_counter(), time.thread_time()
    stage(query)
    return time.perf_counter() - began, time.thread_time() - computed


def _memory() -> dict[str, float]:
    """MB of this process: its own, of mapped files, the most of both; {} where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return {}
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    parts = (("own", "RssAnon"), ("mapped", "RssFile"), ("peak", "VmHWM"))
    return {name: int(fields[field].split()[0]) / 1024 for name, field in parts}


def built(folder: Path) -> dict[str, Any]:
    """What a process measures that derives everything from the passages: seconds, and MB at most."""
    shutil.rmtree(folder / "derived", ignore_errors=True)
    collection = Collection.open(folder)
    began = time.perf_counter()
    segments = Segments(collection)
    segments.state()
    usable = time.perf_counter() - began
    segments.settle()
    took = time.perf_counter() - began
    peak = _memory().get("peak", 0.0)
    return {"usable": usable, "build": took, "peak": peak, "bytes": _bytes(folder / "derived")}


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _process(what: str, folder: Path, queries: Path) -> dict[str, Any]:
    """`searched` or `built` in a process of its own."""
    command = [sys.executable, "-m", "scripts.growth", str(folder), "--part", what, "--queries", str(queries)]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise CuttingsError(f"{' '.join(command)} failed: {done.stderr.strip().splitlines()[-1]}")
    return {**json.loads(done.stdout), "process": time.perf_counter() - began}


def grown(source: Path, sizes: Sequence[int], into: Path) -> dict[str, Any]:
    """The figures of each size."""
    real = Collection.open(source)
    encoder = SentenceEncoder()
    real.require("model", encoder.name)
    chance = np.random.default_rng(SEED)
    titles = list(dict.fromkeys(summary.title for summary in real.articles()))
    texts = [titles[i] for i in chance.permutation(len(titles))[:QUERIES]]
    into.mkdir(parents=True, exist_ok=True)
    queries = into / "queries.npz"
    np.savez(queries, texts=texts, vectors=np.stack([encoder.encode_query(text) for text in texts]))
    shutil.rmtree(into / "collection", ignore_errors=True)
    collection = Collection.create(into / "collection")
    with collection.change() as change:
        change.set("model", encoder.name)
    sample = Sample(real)
    figures: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "load": os.getloadavg(),
        "real passages": len(sample.terms),
        "real bytes a passage": _bytes(source) / len(sample.terms),
        "sizes": [],
    }
    size = 0
    for wanted in sizes:
        add(collection, sample, size // ARTICLE_PASSAGES, wanted - size)
        size = wanted
        one = {"passages": size, **_process("built", collection.folder, queries)}
        one |= _process("searched", collection.folder, queries) | {"load": os.getloadavg()[0]}
        figures["sizes"].append(one)
        (into / "growth.json").write_text(json.dumps(figures, indent=1))
        print(_told(one), flush=True)
    (into / "growth.svg").write_text(chart(figures["sizes"]))
    return figures


def _told(one: dict[str, Any]) -> str:
    times = ", ".join(
        f"{name} {1000 * np.median(one[name]):.1f} ({1000 * np.median(one[f'{name}, cpu']):.1f})"
        for name in ("search", "bm25", "dense", "filtered")
    )
    return (
        f"{one['passages']:,}: build {one['build']:.1f} s (usable {one['usable']:.1f}), "
        f"start {one['start']:.2f} s, p50 in ms (of it cpu): {times}; recall {one['recall']:.3f}, "
        f"added {max(one['added']):.2f} s, removed {max(one['removed']):.2f} s, "
        f"memory {one['memory']}, peak {one['peak']:.0f} MB, "
        f"{one['bytes'] / one['passages']:.0f} bytes a passage, load {one['load']:.1f}"
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.growth", description="How a collection grows.")
    parser.add_argument("collection", metavar="COLLECTION", type=Path)
    parser.add_argument("--sizes", metavar="N,N,...", default=",".join(map(str, SIZES)))
    parser.add_argument("--into", metavar="DIR", type=Path, default=Path("build/growth"))
    parser.add_argument("--part", choices=["built", "searched"], help=argparse.SUPPRESS)
    parser.add_argument("--queries", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    try:
        if args.part == "built":
            print(json.dumps(built(args.collection)))
        elif args.part == "searched":
            asked = np.load(args.queries)
            print(json.dumps(searched(args.collection, asked["texts"].tolist(), asked["vectors"])))
        else:
            grown(args.collection, [int(size) for size in args.sizes.split(",")], args.into)
    except CuttingsError as error:
        print(f"growth: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
