"""Files that grow by whole lines, also when several processes write: one at a time, synced to disk."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_one_at_a_time = threading.Lock()


@contextmanager
def appending(file: Path, mode: int) -> Iterator[int]:
    """A descriptor to read and append, which no other thread or process has meanwhile.

    A file that is not there is made, with these permissions. OSError where it cannot be written.
    """
    with _one_at_a_time:
        descriptor = _locked(file, mode)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def append(descriptor: int, line: bytes) -> None:
    """Write a line; it is on the disk when this returns. OSError, with the file as it was, where it fails."""
    size = os.fstat(descriptor).st_size
    if size and os.lseek(descriptor, -1, os.SEEK_END) >= 0 and os.read(descriptor, 1) != b"\n":
        line = b"\n" + line  # a crash left half a line, which is not to swallow this one
    try:
        left = memoryview(line)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _locked(file: Path, mode: int) -> int:
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), mode)
        if sys.platform == "win32":
            return descriptor
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(descriptor), os.stat(file)):
                return descriptor
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # another file was put in its place while this waited
