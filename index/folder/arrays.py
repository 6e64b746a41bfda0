"""Named arrays in one file that is read through a memory map, or in memory where none can be written.

The file is a line that says what it is, the length and checksum of a table of contents (JSON: type, shape and
place of each array), the table, and the arrays. What is in no array of a whole file was never written.
"""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np

Plan = Mapping[str, tuple[tuple[int, ...], np.dtype]]
"""Shape and type of each array that is to be written."""

_MAGIC = b"cuttings arrays 1\n"
_HEAD = len(_MAGIC) + 16
_ALIGNED = 64


class Target(Protocol):
    """Where planned arrays are written. OSError where that fails."""

    def put(self, name: str, start: int, rows: np.ndarray) -> None:
        """Write rows of an array, from the row `start` on. Every row has to be written once."""

    def done(self) -> dict[str, np.ndarray]:
        """The arrays, once all is written."""


class InMemory:
    """A `Target` that keeps the arrays in memory."""

    def __init__(self, plan: Plan) -> None:
        self._arrays = {name: np.empty(shape, dtype) for name, (shape, dtype) in plan.items()}

    def put(self, name: str, start: int, rows: np.ndarray) -> None:
        self._arrays[name][start : start + len(rows)] = rows

    def done(self) -> dict[str, np.ndarray]:
        return self._arrays


class InFile:
    """A `Target` that writes a file, by plain writes: a full disk is an error then, and not a signal."""

    def __init__(self, path: Path, plan: Plan) -> None:
        contents, self._size = _contents(plan)
        table = json.dumps({name: [d.str, shape, place] for name, (d, shape, place) in contents.items()})
        head = table.encode()
        self._path = path
        self._contents = contents
        self._start = _aligned(_HEAD + len(head))
        self._file = path.open("wb")
        self._file.write(_MAGIC + b"%08x%08x" % (len(head), zlib.crc32(head)) + head)

    def put(self, name: str, start: int, rows: np.ndarray) -> None:
        dtype, shape, place = self._contents[name]
        each = dtype.itemsize * int(np.prod(shape[1:], dtype=np.int64))
        self._file.seek(self._start + place + start * each)
        self._file.write(np.ascontiguousarray(rows, dtype).data)

    def done(self) -> dict[str, np.ndarray]:
        with self._file:
            self._file.truncate(self._start + self._size)
            self._file.flush()
            os.fsync(self._file.fileno())
        return opened(self._path)


def opened(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a file, read from disk when they are used. OSError or ValueError: it is not whole."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head.startswith(_MAGIC) or len(head) < _HEAD:
            raise ValueError(f"{path} is not a file of arrays")
        length, check = int(head[-16:-8], 16), int(head[-8:], 16)
        table = file.read(length)
        if zlib.crc32(table) != check:
            raise ValueError(f"{path} is damaged")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    plan = {name: (tuple(shape), np.dtype(dtype)) for name, (dtype, shape, _) in json.loads(table).items()}
    contents, size = _contents(plan)
    start = _aligned(_HEAD + length)
    if len(mapped) != start + size:
        raise ValueError(f"{path} has {len(mapped)} bytes instead of {start + size}")
    return {
        name: np.frombuffer(mapped, dtype, int(np.prod(shape, dtype=np.int64)), start + place).reshape(shape)
        for name, (dtype, shape, place) in contents.items()
    }


def _contents(plan: Plan) -> tuple[dict[str, tuple[np.dtype, tuple[int, ...], int]], int]:
    """Type, shape and place of each array, and the bytes they take together."""
    contents, place = {}, 0
    for name, (shape, dtype) in plan.items():
        contents[name] = dtype, shape, place
        place = _aligned(place + dtype.itemsize * int(np.prod(shape, dtype=np.int64)))
    return contents, place


def _aligned(place: int) -> int:
    return -(-place // _ALIGNED) * _ALIGNED
