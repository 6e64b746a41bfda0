"""Sources that are read once and iterated twice; on disk meanwhile, as they may be too many to hold."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from corpus.packing import packed, unpacked
from corpus.read import RAW, Raw


class Spool:
    """A temporary file of sources, in the order in which they were added; deleted when it is closed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="cuttings-")  # noqa: SIM115 -- open until `close`
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Raw]:
        """All of them, from the first; one iteration at a time."""
        self._file.seek(0)
        for line in self._file:
            yield unpacked(line, RAW)

    def add(self, raw: Raw) -> None:
        self._file.write(packed(raw) + b"\n")
        self._count += 1

    def close(self) -> None:
        self._file.close()
