"""An ingest shared out: over processes of this machine, and over machines.

What takes the time is cutting and encoding; that is shared out. Reading and cleaning are not, since only all
the sources together tell what a site repeats on every page, and which of two articles of one name has it. So
a collection is the same however many processes made it.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

from corpus.errors import CuttingsError
from index.encoding.encoder import Encoder
from index.ingest.preparation import NewArticle, Prepared, prepared
from index.store import Store
from index.stores import create_store

_BATCH = 120_000
"""Characters of the articles that a process is given at once: some 130 passages, so that all end together."""


_LARGEST = 16 * 1024**2
"""Bytes of their files, which are held in memory for all processes."""


@dataclass(frozen=True, slots=True)
class Shard:
    """The part of the sources that is this machine's: `number`, from 1, of `total`."""

    number: int = 1
    total: int = 1

    def holds(self, source: str) -> bool:
        """Whether a source is of this part, by its name alone, so that no list has to be agreed on."""
        digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % self.total == self.number - 1


WHOLE = Shard()


@dataclass(frozen=True, slots=True)
class Workers:
    """Processes that cut and encode; `make` gives each its model."""

    number: int
    make: Callable[[], Encoder]

    def spread(
        self, articles: Iterable[NewArticle], passage_tokens: int, store: Store
    ) -> Iterator[list[Prepared] | int]:
        """Articles with their passages; where the store takes several writers, how many were stored instead.

        CuttingsError where a process ends before its work is done. Where it is not iterated to its end the
        processes end at once, and also where this one is killed.
        """
        where = store.where if store.shared else None
        context = multiprocessing.get_context("spawn")  # a fork would share locks that nobody unlocks
        waiting: deque[Future[list[Prepared] | int]] = deque()
        theirs, ours = context.Pipe(duplex=False)
        begin = (self.make, passage_tokens, where, theirs)
        with (
            theirs,
            ours,
            ProcessPoolExecutor(self.number, context, initializer=_begin, initargs=begin) as pool,
        ):
            try:
                for batch in _batches(articles):
                    with _deaf_to_control_c():
                        waiting.append(pool.submit(_work, batch))
                    if len(waiting) > 2 * self.number:  # else all that is encoded would be held in memory
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            except BrokenProcessPool as error:
                raise CuttingsError(
                    "a process that encodes was ended, perhaps for want of memory; ingest again with fewer "
                    "--workers: what was stored is not encoded again"
                ) from error
            except BaseException:
                ours.close()
                raise
            finally:
                pool.shutdown(cancel_futures=True)


@contextmanager
def _deaf_to_control_c() -> Iterator[None]:
    """Processes that are started meanwhile do not hear of it; whom they work for ends them."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _batches(articles: Iterable[NewArticle]) -> Iterator[list[NewArticle]]:
    batch: list[NewArticle] = []
    for new in articles:
        batch.append(new)
        if (
            sum(len(one.article.text) for one in batch) >= _BATCH
            or sum(one.file_size for one in batch) >= _LARGEST
        ):
            yield batch
            batch = []
    if batch:
        yield batch


# In the processes

_encoder: Encoder
_passage_tokens: int
_store: Store | None


def _begin(make: Callable[[], Encoder], passage_tokens: int, where: str | None, parent: Connection) -> None:
    threading.Thread(target=_end_with, args=[parent], daemon=True).start()
    global _encoder, _passage_tokens, _store
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    _encoder = make()
    _passage_tokens = passage_tokens
    _store = create_store(where) if where else None


def _end_with(parent: Connection) -> None:
    with suppress(EOFError, OSError):
        parent.recv_bytes()  # nothing is ever sent: it ends where the other end is closed
    os._exit(1)


def _work(batch: list[NewArticle]) -> list[Prepared] | int:
    made = prepared(batch, _encoder, _passage_tokens)
    if _store is None:
        return list(made)
    with _store.change() as change:
        for one in made:
            one.put(change)
    return len(batch)
