"""How an answer came about, for those who measure it: what was found and read, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.reading.candidate import Candidate
from index.hit import Hit


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What stands behind an answer.

    `hits` are all passages that were found, in the order in which an answer lists the first of them;
    `candidates` every sentence that was read, best first. `milliseconds` are those of each stage, in order:
    "follow-up", "encode", "search", "read", "compose"; fewer where there was nothing to search or to read.
    """

    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    milliseconds: Mapping[str, float]


class Stopwatch:
    """Times the stages of one answer."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._milliseconds: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """What was done since the last lap was this stage."""
        now = time.perf_counter()
        self._milliseconds[stage] = 1000 * (now - self._last)
        self._last = now

    def trace(self, hits: Sequence[Hit] = (), candidates: Sequence[Candidate] = ()) -> Trace:
        return Trace(tuple(hits), tuple(candidates), self._milliseconds)
