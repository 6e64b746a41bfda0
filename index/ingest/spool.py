"""Sources that are read once and iterated twice; on disk meanwhile, as they may be too many to hold."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace

from corpus.packing import packed, unpacked
from corpus.read import RAW, Raw


class Spool:
    """A temporary file of sources, in the order in which they were added; deleted when it is closed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="cuttings-")  # noqa: SIM115 -- open until `close`
        self._originals = tempfile.TemporaryFile(prefix="cuttings-")  # noqa: SIM115
        self._places: dict[str, tuple[int, int]] = {}
        """By location where an original begins, and its length."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Raw]:
        """All of them, from the first, without their originals; one iteration at a time."""
        self._file.seek(0)
        for line in self._file:
            yield unpacked(line, RAW)

    def add(self, raw: Raw) -> None:
        if raw.original:
            self._places[raw.location] = self._originals.tell(), len(raw.original)
            self._originals.write(raw.original)
            raw = replace(raw, original=b"")
        self._file.write(packed(raw) + b"\n")
        self._count += 1

    def original_size(self, location: str) -> int:
        """Bytes of the original of a source; 0 where it has none."""
        return self._places.get(location, (0, 0))[1]

    def original(self, location: str) -> bytes:
        """That of a source that has one, once all were added."""
        start, size = self._places[location]
        self._originals.seek(start)
        return self._originals.read(size)

    def close(self) -> None:
        self._file.close()
        self._originals.close()
