"""Commands that are told to end, by Ctrl-C or SIGTERM, while they change a collection: soon, in one line."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

GRACE = 4.0
"""Seconds to put away what is in hand; whoever takes longer is ended here and now, which loses no more."""

_STAYS = "what was stored stays, and the next `cuttings {command}` goes on from there"
_LINES = {"ingest": _STAYS, "sync": _STAYS, "copy": _STAYS, "watch": "what was stored stays"}


class Told(KeyboardInterrupt):
    """The command was told to end. Its text is the line for the person."""

    def __init__(self, number: int, line: str) -> None:
        how = "interrupted" if number == signal.SIGINT else "ended by SIGTERM"
        super().__init__(f"{how}; {line}")
        self.code = 128 + number
        """Exit code, as of a program that this signal ended."""


@contextmanager
def until_told(command: str) -> Iterator[None]:
    """Within it SIGTERM ends the command as Ctrl-C does: what is in hand is taken back, and Told is raised.

    Python hears of a signal between two of its own steps only. So a thread hears of it as well, and ends the
    process after GRACE where foreign code, an engine's or a disk's, has not come back until then.
    """
    line = _LINES.get(command)
    if line is None or sys.platform == "win32" or threading.current_thread() != threading.main_thread():
        yield
        return
    line = line.format(command=command)
    heard: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        heard.append(number)
        raise KeyboardInterrupt

    # Who starts a command in the background may have made it deaf to Ctrl-C.
    deaf = signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    ending = [signal.SIGTERM] if deaf else [signal.SIGTERM, signal.SIGINT]
    before = {number: signal.signal(number, end) for number in ending}
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    others = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    done = threading.Event()
    threading.Thread(target=_watch, args=[reader, done, line], daemon=True).start()
    try:
        yield
    except BaseException as error:
        if heard:  # whatever came of it: a process that died of the same signal, say
            raise Told(heard[0], line) from error
        raise
    finally:
        done.set()
        signal.set_wakeup_fd(others)
        for number, handler in before.items():
            signal.signal(number, handler)
        writer.close()


def _watch(reader: socket.socket, done: threading.Event, line: str) -> None:
    """End the process where a signal to end came and `done` was not set in time."""
    with reader:
        while numbers := reader.recv(64):  # of every signal that Python hears
            told = [number for number in numbers if number in (signal.SIGINT, signal.SIGTERM)]
            if told and not done.wait(GRACE):
                late = Told(told[0], line)
                show_cursor = "\x1b[?25h\n" if sys.stderr.isatty() else ""
                os.write(2, f"{show_cursor}cuttings: {late}\n".encode())
                os._exit(late.code)
