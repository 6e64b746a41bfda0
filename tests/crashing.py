"""Work in a process of its own that ends, as by a power cut, at a chosen moment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

CRASHED = 9

_TOUCHING = ("open", "os.", "shutil.", "sqlite3.", "ctypes.")
"""What Python tells its audit hooks of before it touches a disk."""


def crashed_at(moment: int, work: Callable[[], object]) -> bool:
    """Whether the work was cut off, just before it touched the disk for the `moment`-th time."""

    def prepare() -> None:
        left = iter(range(moment))

        def hook(event: str, _: object) -> None:
            if event.startswith(_TOUCHING) and next(left, None) is None:
                os._exit(CRASHED)

        sys.addaudithook(hook)

    return apart(work, prepare) == CRASHED


def apart(work: Callable[[], object], prepare: Callable[[], None] = lambda: None) -> int:
    """How a process ends that does the work: 0, 1 where it raised something."""
    return os.waitstatus_to_exitcode(os.waitpid(begun(work, prepare), 0)[1])


def begun(work: Callable[[], object], prepare: Callable[[], None] = lambda: None) -> int:
    """The id of a process that does the work, and is to be waited for."""
    child = os.fork()
    if child == 0:
        try:
            prepare()
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return child
