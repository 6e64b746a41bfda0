"""Asking in several processes at once; what comes back is in the order of the questions all the same."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

from corpus.errors import CuttingsError
from eval.facts import cores
from eval.record import Record
from eval.run import Opened, Unit, ask, warm

_AHEAD = 4
"""Questions a process has waiting, so that none is idle while an earlier answer is waited for."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

Opens = Callable[[], Sequence[Opened]]
"""Opens the systems in the process where they are asked; to be pickled."""


def asked(opens: Opens, units: Sequence[Unit], jobs: int) -> Iterator[tuple[Record, ...]]:
    """The records of each question in order, as `eval.run.ask` makes them, by so many processes.

    CuttingsError where one of them fails or dies.
    """
    if jobs == 1:
        opened = opens()
        warm(opened)
        yield from (ask(opened, unit) for unit in units)
        return
    with _few_threads(max(1, cores() // jobs)):
        pool = ProcessPoolExecutor(
            min(jobs, len(units)), get_context("spawn"), initializer=_prepare, initargs=(opens,)
        )
        waiting: deque[Future[tuple[Record, ...]]] = deque()
        rest = iter(units)
        try:
            for unit in rest:
                waiting.append(pool.submit(_ask, unit))
                if len(waiting) >= jobs * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise CuttingsError(
                "one of the processes that asked was killed, for want of memory perhaps; what was asked is "
                "stored: the same command goes on behind it, with fewer --jobs if you like"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _few_threads(number: int) -> Iterator[None]:
    """Processes that are started meanwhile compute with so many threads, not to be in each other's way."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, str(number)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


_opens: Opens
_opened: Sequence[Opened] | None = None
"""Of this process, where it is one that asks."""


def _prepare(opens: Opens) -> None:
    global _opens
    _opens = opens
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for questions for ever."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _ask(unit: Unit) -> tuple[Record, ...]:
    global _opened
    if _opened is None:  # not in `_prepare`, whose errors do not reach the parent
        _opened = _opens()
        warm(_opened)
    return ask(_opened, unit)
