"""Work in background threads, and how a process ends while some still run."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

_started: list[threading.Thread] = []


def in_background(work: Callable[[], None]) -> None:
    """Do it in a thread that does not keep the process from ending."""
    thread = threading.Thread(target=_undisturbed, args=[work], daemon=True)
    _started[:] = [one for one in _started if one.is_alive()] + [thread]
    thread.start()


def begun(work: Callable[[], T]) -> Future[T]:
    """What `work` will give, or raise. It is done in the background."""
    future: Future[T] = Future()

    def do() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    in_background(do)
    return future


def _undisturbed(work: Callable[[], None]) -> None:
    # Else a Ctrl-C may come to this thread, or one that it starts, and the main thread sleeps on.
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    work()


def ended(code: int) -> int:
    """The exit code of a process that has done everything else.

    Where a thread is still loading a model the process ends here and now: Python would stop the thread in the
    middle of foreign code, which then aborts.
    """
    if any(thread.is_alive() for thread in _started):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
