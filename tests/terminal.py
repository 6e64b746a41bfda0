"""The command line as a person has it, through a pseudo-terminal."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
CUTTINGS = [sys.executable, "-c", "import sys; from chatbot.cli.main import run; sys.exit(run())"]


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "PAGER", "LESS")},
        "PYTHONPATH": str(ROOT),
        "XDG_DATA_HOME": str(folder / "data"),
        "TERM": "xterm",
        **more,
    }


class Person:
    """Who sits at a terminal where a command runs, in this folder."""

    def __init__(self, command: Sequence[str], folder: Path, rows: int = 60, **more: str) -> None:
        import fcntl
        import pty
        import struct
        import termios

        def at_the_terminal() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests in the background are deaf to it

        self._at, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env=environment(folder, **more),
            start_new_session=True,
            preexec_fn=at_the_terminal,
        )
        os.close(slave)
        self._seen = ""

    def types(self, text: str) -> None:
        os.write(self._at, text.encode())

    def sees(self, text: str, within: float = 60) -> str:
        """Everything from the last thing seen up to this text."""
        end = time.monotonic() + within
        while text not in self._seen:
            left = end - time.monotonic()
            assert left > 0 and select.select([self._at], [], [], left)[0], f"{text!r} not in {self._seen!r}"
            try:
                self._seen += os.read(self._at, 65536).decode("utf-8", "replace")
            except OSError as error:  # how Linux tells that the other side is closed
                raise AssertionError(f"it ended; {text!r} not in {self._seen!r}") from error
        before, _, self._seen = self._seen.partition(text)
        return before + text

    def leaves(self) -> int:
        self.sees("> ")
        self.types("\x04")
        return self.ended()

    def ended(self) -> int:
        return self._process.wait(30)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._at)
