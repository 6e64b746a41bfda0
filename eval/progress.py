"""How far a long piece of work is, told on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

EVERY = 10.0
"""Seconds between two lines in a log; a terminal has one line, which is written again."""


def progress_of(
    what: str, already: int = 0, clock: Callable[[], float] = time.monotonic
) -> Callable[[int, int], None]:
    """A callback for how many are done of how many: "questions 320/960, 2:10 left".

    The time left is what the rest takes at the pace so far, in which the `already` done have no part. The
    first is shown without it: that one had to wait for what is loaded.
    """
    live = sys.stderr.isatty()
    begun = last = clock()
    width = 0

    def tell(done: int, total: int) -> None:
        nonlocal last, width
        now = clock()
        if not live and done < total and now - last < EVERY:
            return
        last = now
        asked = done - already
        left = (
            f", {_minutes((now - begun) / asked * (total - done))} left" if asked > 1 and done < total else ""
        )
        line = f"{what} {done:,}/{total:,}{left}"
        start, end = ("\r", "\n" if done == total else "") if live else ("", "\n")
        print(f"{start}{line.ljust(width) if live else line}", end=end, file=sys.stderr, flush=True)
        width = len(line)

    return tell


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
