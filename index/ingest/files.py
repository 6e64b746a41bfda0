"""Files, folders and pages into the collection that a folder or a URL names, unless all is as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

from corpus.errors import CuttingsError
from corpus.formats.document import Options
from corpus.guarded import ToRead, read_files
from corpus.read import Raw, Skipped, found
from index.encoding.encoder import Encoder
from index.ingest.again import Again
from index.ingest.ingest import Report, ingest
from index.ingest.workers import WHOLE, Shard, Workers
from index.store import Store
from index.stores import Where, create_store, open_store
from index.sync.journal import journalled
from index.sync.memory import Memory

Phase = Callable[[str], Callable[[int, int], None]]
"""Gives what hears of a part of the work with that name: how much of it is done, and of how much."""


def silent(name: str) -> Callable[[int, int], None]:
    return lambda done, total: None


def ingest_files(
    where: Where,
    paths: Iterable[str],
    options: Options,
    make: Callable[[], Encoder],
    passage_tokens: int,
    phase: Phase = silent,
    workers: Workers | None = None,
    shard: Shard = WHOLE,
    jobs: int = 1,
) -> Report:
    """What paths stand for, by `jobs` processes, into a collection; the rest as `index.ingest.ingest`.

    No collection is made where nothing can be read. CuttingsError, before anything is read, where a path does
    not exist, or a folder holds no article.
    """
    files = found(paths)
    again = Again.of(files, options, shard)
    if again and (known := _known(where, again, make, passage_tokens)):
        return known
    sources = read_files([ToRead(*one) for one in files], options, jobs, phase("reading files"))
    skipped: list[Skipped] = []
    first = None
    for source in sources:
        if isinstance(source, Raw):
            first = source
            break
        skipped.append(source)
    if first is None:
        return Report(skipped=skipped)
    store = create_store(where)
    try:
        with journalled(store):
            report = ingest(
                store,
                make(),
                chain(skipped, [first], sources),
                passage_tokens,
                phase("storing articles"),
                workers,
                shard,
            )
        if again:
            _remember(store, again, report)
    finally:
        store.close()
    return report


def _known(where: Where, again: Again, make: Callable[[], Encoder], passage_tokens: int) -> Report | None:
    """What an ingest would find, where it is known without reading."""
    try:
        store = open_store(where)
    except CuttingsError:  # there is none yet
        return None
    try:
        memory = Memory.open(store.folder)
        try:
            report = again.report(store, memory)
            if report is not None:
                store.require("model", make().name)
                store.require("passage_tokens", str(passage_tokens))
                again.remember(store, memory, report)  # files that were only touched
            return report
        finally:
            memory.close()
    finally:
        store.close()


def _remember(store: Store, again: Again, report: Report) -> None:
    memory = Memory.open(store.folder)
    try:
        again.remember(store, memory, report)
    finally:
        memory.close()
