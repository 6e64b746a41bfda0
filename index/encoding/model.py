"""What is asked of a loaded model, and how many processors it may use."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np


class Model(Protocol):
    """A loaded embedding model; its vectors have unit length."""

    @property
    def prompts(self) -> Mapping[str, str]:
        """What it wants before the texts of a task, "query" or "document"; most want nothing."""

    @property
    def longest(self) -> int:
        """Word pieces of a text that it reads; what is past them it does not."""

    def count(self, text: str) -> int:
        """The number of word pieces in the text."""

    def encode(self, texts: Sequence[str], prompt: str) -> np.ndarray:
        """(b, d) float32, the texts in one batch, on one thread.

        Two threads that wait for each other are slower on a question.
        """

    def encode_batches(self, batches: Sequence[Sequence[str]], prompt: str) -> Iterable[np.ndarray]:
        """(b, d) float32 batch by batch, in order, on all processors."""


def processors() -> int:
    """How many this process may use, which can be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
