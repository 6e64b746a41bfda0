"""Files read in processes of their own, which end where one takes too long or too much memory.

What is read is as in `corpus/read.py`, and in the same order. Plain text is read in this process: it takes
time in proportion to its length, which is bounded, and to start a process takes longer.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import cycle, repeat
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import NamedTuple

from corpus.formats import formats
from corpus.formats.document import AS_THEY_ARE, File, Options, Refused
from corpus.packing import packed, unpacked
from corpus.read import RAW, Raw, Skipped, articles, found, is_url, read_file

TIME_LIMIT = 60.0
"""Seconds for a file; of one that holds several articles, for each of them."""

MEMORY_LIMIT = 2 * 1024**3
"""Bytes that a process may have while it reads."""

_AHEAD = 8
"""Files that each process is told of before the results of the first are taken."""

_GRACE = 5.0
"""Seconds for a process to end by itself."""

_PROGRAM = "from corpus.guarded import serve; serve()"


class ToRead(NamedTuple):
    """A file to be read, as `corpus.read.read_file` takes it."""

    location: str
    source: str
    page: File | None = None
    """What was fetched already."""
    fetched: str | None = None
    """When, as `Raw` has it."""

    def articles(self, options: Options) -> Iterator[Raw | Skipped]:
        if self.page is None:
            return read_file(self.location, self.source, options)
        return articles(self.page, self.location, self.source, options, self.fetched)


def read(
    paths: Iterable[str | Path],
    options: Options = AS_THEY_ARE,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Raw | Skipped]:
    """As `corpus.read.read`, by `jobs` processes; a file that takes too long or too much memory is skipped.

    `progress` hears of files done and their total. Where there are no such limits (Windows) all is read here.
    """
    return read_files([ToRead(*one) for one in found(paths)], options, jobs, progress)


def read_files(
    files: Sequence[ToRead],
    options: Options,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Raw | Skipped]:
    """The same of files that were found, and of pages that were fetched."""
    processes = [_Process(options) for _ in range(jobs)]
    turns = cycle(processes)
    ahead: deque[tuple[ToRead, _Process | None]] = deque()
    done = 0
    try:
        for file in [*files, *repeat(None, _AHEAD * jobs)]:
            if file:
                process = next(turns) if _is_guarded(file.location) else None
                if process:
                    process.give(file)
                ahead.append((file, process))
            if ahead and (file is None or len(ahead) > _AHEAD * jobs):
                first, process = ahead.popleft()
                yield from process.results() if process else first.articles(options)
                done += 1
                progress(done, len(files))
    finally:
        for process in processes:
            process.end()


def _is_guarded(location: str) -> bool:
    if sys.platform == "win32" or location == "-":
        return False
    if is_url(location):
        return True
    path = Path(location)
    if not formats.is_read(path.name) or not path.is_file():
        return False  # it is not even opened
    if formats.SUFFIXES[formats.suffix_of(path.name)] != "text":
        return True
    try:
        # A text only by its name may be anything, of which a ZIP would have to be opened to tell what it is.
        with path.open("rb") as stream:
            packed = stream.read(2) == b"PK"
        return packed or formats.read_as(File(path.name, path)) != "text"
    except (Refused, OSError):
        return False


class _Process:
    """A process that reads the files that it is given, one after the other; it is started for the first."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._files: deque[ToRead] = deque()
        """Those whose results were not taken yet."""
        self._child: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def give(self, file: ToRead) -> None:
        self._files.append(file)
        if self._connection is None:
            self._start()
        else:
            self._send(file)

    def results(self) -> Iterator[Raw | Skipped]:
        """Those of the first file that was given."""
        file = self._files.popleft()
        articles = 0
        assert self._connection
        try:
            while self._connection.poll(TIME_LIMIT + _GRACE):
                result = unpacked(self._connection.recv_bytes(), RAW)
                if result is None:
                    return
                if not isinstance(result, Raw | Skipped):
                    raise TypeError("no article")
                articles += 1
                yield result
            reason = _TOO_LONG
        except (EOFError, OSError):
            reason = self._died()
        except (ValueError, TypeError):  # a fault in a library may have written anything
            reason = _DIED.replace("HOW", "what is no article")
        self.end()
        read_before = f" after {articles:,} of its articles, which were read" if articles else ""
        yield Skipped(file.location, file.source, reason.format(after=read_before, seconds=TIME_LIMIT))
        if self._files:
            self._start()

    def end(self) -> None:
        """End it, whatever it does."""
        if self._child is None or self._connection is None:
            return
        self._connection.close()
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)  # and what it has started
        self._child.wait()
        self._child = self._connection = None

    def _start(self) -> None:
        self._connection, theirs = Pipe()
        with theirs:
            # Not by multiprocessing, which would run the program of whoever calls this once more.
            self._child = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, *map(str, (theirs.fileno(), TIME_LIMIT, MEMORY_LIMIT))],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # what libraries say of bad files; the reason is in the result
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        self._send(self._options)
        for file in self._files:
            self._send(file)

    def _send(self, what: object) -> None:
        assert self._connection
        with suppress(OSError):  # it has died, which is told with the results of the file that it had
            self._connection.send_bytes(packed(what))

    def _died(self) -> str:
        assert self._child
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(_GRACE)
        code = self._child.poll()
        if code == -signal.SIGALRM:
            return _TOO_LONG
        how = signal.Signals(-code).name if code is not None and code < 0 else f"code {code}"
        return _DIED.replace("HOW", how)


_TOO_LONG = "took longer than {seconds:g} s to read{after}; split it, or save it in another format"
_DIED = "what reads it ended with HOW{after}; it may be damaged: save it anew, or in another format"
_TOO_LARGE = "needs more than {limit} MB of memory to be read; split it, or save it in another format"


# In the processes


def serve() -> None:
    """Read files as they are told of, until nobody listens; the arguments are in `sys.argv`."""
    import resource

    connection, seconds, memory = Connection(int(sys.argv[1])), float(sys.argv[2]), int(sys.argv[3])
    # A service is told to end by a signal to all its processes; this one ends with whom it works for, and no
    # file is to seem damaged for it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=[connection.fileno()], daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # where a lower limit holds already
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    with suppress(EOFError, OSError):
        options = unpacked(connection.recv_bytes(), [Options])
        while True:
            file = unpacked(connection.recv_bytes(), [ToRead, File])
            _serve_one(connection, file, options, seconds, memory)


def _end_with_parent(connection: int) -> None:
    hung_up = select.poll()
    hung_up.register(connection, 0)
    hung_up.poll()
    os.killpg(os.getpid(), signal.SIGKILL)  # and what it has started


def _serve_one(connection: Connection, file: ToRead, options: Options, seconds: float, memory: int) -> None:
    results = file.articles(options)
    while True:
        # Ends the process, even within a library and where nobody listens any more.
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            result = next(results, None)
            message = packed(result)
        except MemoryError:
            result = Skipped(file.location, file.source, _TOO_LARGE.format(limit=memory // 1024**2))
            message, results = packed(result), iter(())
        except Exception as error:  # a fault of ours or of a library, which no other file is to suffer from
            reason = f"could not be read: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
            result = Skipped(file.location, file.source, reason)
            message, results = packed(result), iter(())
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.send_bytes(message)
        if result is None:
            return
