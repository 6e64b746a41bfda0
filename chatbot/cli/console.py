"""The terminal under `cuttings chat`: lines typed with a history, colour, and a pager for what is long."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import TypeVar

from chatbot.render import terminal
from chatbot.render.text import one_line

T = TypeVar("T")

WORDS, WORDS_END, QUOTE, QUOTE_END = "\x01", "\x02", "\x03", "\x04"
"""Around the words that answer, and around a quotation in its article. No text that is shown has them."""

_ON = {WORDS: "\x1b[1m", QUOTE: "\x1b[7m"}
_OFF = {WORDS_END: WORDS, QUOTE_END: QUOTE}
_RESET = "\x1b[0m"

_PATIENCE = 0.5
"""Seconds after which a sign of progress is shown."""

_REMEMBERED = 1000
"""Lines of the history."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where is written to. `columns` is None where it is no terminal; nothing is then wrapped.

    `person`: whether somebody sits there and types, who can be given a pager.
    """

    columns: int | None
    rows: int
    colour: bool
    person: bool

    @classmethod
    def of_process(cls) -> Screen:
        """To be asked for before anything is read: what is piped in may not all be text."""
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        columns = terminal.width()
        coloured = columns is not None and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        person = columns is not None and sys.stdin.isatty()
        return cls(columns, shutil.get_terminal_size().lines, coloured, person)

    def show(self, text: str) -> None:
        print(rendered(text, self.colour), flush=True)

    def waited_for(self, future: Future[T]) -> T:
        """What it gives. It is done in a thread, since Ctrl-C must not cut off the loading of a model."""
        if not wait([future], _PATIENCE).done and self.person:
            note = "Reading ..."
            print(note, end="", flush=True)
            try:
                while not wait([future], _PATIENCE).done:  # a Ctrl-C between two waits is seen, too
                    pass
            finally:
                print(f"\r{' ' * len(note)}\r", end="", flush=True)
        return future.result()

    def asked(self, prompt: str) -> str:
        """The next line after a prompt, without the white space around it; EOFError where there is none.

        One that is piped in is shown, so that what is written can be read by itself.
        """
        if self.person:
            return input(prompt).strip()
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        print(f"{prompt}{one_line(line)}", flush=True)
        return line.strip()

    def fits(self, text: str) -> bool:
        return text.count("\n") + 2 < self.rows

    def page(self, text: str, line: int) -> bool:
        """Show it in a pager that begins at a line, counted from 1; False where there is none."""
        try:
            pager = shlex.split(os.environ.get("PAGER") or "less")
        except ValueError:  # a quotation mark that is never closed
            return False
        if not pager or not shutil.which(pager[0]):
            return False
        if Path(pager[0]).name == "less":
            pager += ["-R", f"+{line}"]
        with contextlib.suppress(BrokenPipeError):  # it was left before all was written
            subprocess.run(pager, input=rendered(text, self.colour).encode(), check=False)
        return True


def rendered(text: str, colour: bool) -> str:
    """The text with its marks as colour, begun afresh on each line; or as signs, and only of quotations."""
    if not colour:
        text = text.replace(QUOTE, ">>>").replace(QUOTE_END, "<<<")
        return text.replace(WORDS, "").replace(WORDS_END, "")
    lines: list[str] = []
    marks: list[str] = []
    for line in text.split("\n"):
        written = "".join(_ON[mark] for mark in marks)
        for piece in re.split(r"([\x01-\x04])", line):
            if piece in _ON:
                marks.append(piece)
                written += _ON[piece]
            elif piece in _OFF:
                marks.remove(_OFF[piece])
                written += _RESET + "".join(_ON[mark] for mark in marks)
            else:
                written += piece
        lines.append(written + (_RESET if marks else ""))
    return "\n".join(lines)


def typed() -> Iterator[str]:
    """What a person types, line by line, until Ctrl-D. Ctrl-C only takes back the line."""
    history = _History()
    while True:
        try:
            line = input("> ")
        except KeyboardInterrupt:
            print()
            continue
        except EOFError:
            print()
            return
        history.add(line)
        yield line


def piped() -> Iterator[str]:
    """The lines of standard input, each shown, so that what is written can be read by itself."""
    for line in sys.stdin:
        if line.strip():
            print(f"> {one_line(line)}", flush=True)
            yield line


class _History:
    """What was typed before, in a file that nobody else may read. If it cannot be written, none is kept."""

    def __init__(self) -> None:
        self._file: Path | None = None
        try:
            import readline
        except ImportError:  # not on every system
            return
        import platformdirs

        file = Path(platformdirs.user_data_dir("cuttings", appauthor=False)) / "chat_history"
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
            file.chmod(0o600)
            text = file.read_text(encoding="utf-8", errors="replace")
            lines = text.replace("\0", "").split("\n")[:-1]  # a crash may leave zeros, which readline refuses
            if len(lines) > 2 * _REMEMBERED:
                lines = lines[-_REMEMBERED:]
                file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            for line in lines[-_REMEMBERED:]:
                readline.add_history(line)
            self._file = file

    def add(self, line: str) -> None:
        if self._file and line.strip():
            with contextlib.suppress(OSError), self._file.open("ab") as file:
                file.write(f"{line}\n".encode("utf-8", "replace"))
