"""A gold file that people add questions to: each is a whole line, on the disk as soon as it is written.

Two people may write to one file: the next id is taken, and the line written, while nobody else may.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from chatbot.append_file import append, appending
from corpus.errors import CuttingsError

Fields = dict[str, Any]
"""Of a question, as a gold file has them."""

_ID = re.compile(rb'"id":\s*"g(\d+)"')


class GoldFile:
    """The file at `path`, which need not be there yet. What it has is never changed, but by `take_out`."""

    def __init__(self, path: Path) -> None:
        """CuttingsError where nothing could be added to it."""
        self.path = path.resolve()
        self._lines: dict[str, bytes] = {}
        """what was written here, by id"""
        if not self.path.exists():
            if not self.path.parent.is_dir():
                raise CuttingsError(f"there is no folder {self.path.parent} for {path.name}; make it first")
            return
        if not self.path.is_file():
            raise CuttingsError(f"{path} is no file; name the gold file that is to be written")
        try:
            with self.path.open("ab"):
                pass
        except OSError as error:
            raise self._cannot_write(error) from error

    def add(self, fields: Fields) -> str:
        """Write a question with the next id, g001, g002, ..., and tell it.

        CuttingsError, with the file as it was, where it cannot be written.
        """
        try:
            with appending(self.path, 0o666) as descriptor:
                numbers = [int(found[1]) for found in _ID.finditer(_all(descriptor))]
                name = f"g{max(numbers, default=0) + 1:03}"
                text = json.dumps({"id": name, **fields}, ensure_ascii=False)
                line = f"{text}\n".encode("utf-8", "replace")
                append(descriptor, line)
        except OSError as error:
            raise self._cannot_write(error) from error
        self._lines[name] = line
        return name

    def take_out(self, name: str) -> None:
        """Take a question out that was written here. The file is replaced as a whole, or not at all.

        CuttingsError where that cannot be done, or somebody has changed its line meanwhile.
        """
        try:
            with appending(self.path, 0o666) as descriptor:
                lines = _all(descriptor).splitlines(keepends=True)
                if self._lines[name] not in lines:
                    raise CuttingsError(f"{name} was changed in {self.path} meanwhile; take it out there")
                lines.remove(self._lines[name])
                self._replace(b"".join(lines), os.fstat(descriptor).st_mode)
        except OSError as error:
            raise self._cannot_write(error) from error
        del self._lines[name]

    def _replace(self, content: bytes, mode: int) -> None:
        with tempfile.NamedTemporaryFile(dir=self.path.parent, prefix=self.path.name, delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                os.chmod(file.name, mode & 0o7777)
                os.replace(file.name, self.path)
            except BaseException:
                os.unlink(file.name)
                raise

    def _cannot_write(self, error: OSError) -> CuttingsError:
        return CuttingsError(
            f"cannot write {self.path} ({error.strerror}); put it right or name another file"
        )


def _all(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    parts = []
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    return b"".join(parts)
