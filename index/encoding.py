"""What a model makes of a text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True, slots=True)
class Encoding:
    """What a model makes of one text.

    vector: (d,) float32, unit length. tokens: (t, d) float32, unit length each, without special
    tokens. offsets: (t, 2) int32, the characters of the text that each token covers. weights: (t,)
    float32, what each token counts in a question; None where all count the same. reader: which of
    `index.embed.READERS` made the token vectors.
    """

    vector: np.ndarray
    tokens: np.ndarray
    offsets: np.ndarray
    weights: np.ndarray | None = None
    reader: str = "none"


class Model(Protocol):
    """A loaded model."""

    @property
    def prompts(self) -> Mapping[str, str]:
        """What it wants before the texts of a task, "query" or "document"; most want nothing."""
        ...

    @property
    def longest(self) -> int:
        """Word pieces of a text that it reads; what is past them it does not."""
        ...

    def count(self, text: str) -> int:
        """The number of word pieces in the text."""
        ...

    def encode(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        """The texts in one batch, on one thread: two that wait for each other are slower on a question."""
        ...

    def encode_batches(self, batches: Sequence[Sequence[str]], prompt: str) -> Iterable[list[Encoding]]:
        """Batch by batch, in order, on all processors."""
        ...


def processors() -> int:
    """How many this process may use, which can be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def encodings(
    vectors: np.ndarray,
    tokens: np.ndarray,
    weights: np.ndarray | None,
    offsets: np.ndarray,
    special: np.ndarray,
    prompt: str,
    reader: str,
) -> list[Encoding]:
    """One encoding a row of what a model gave for a batch: special tokens and the prompt are left out.

    `vectors` is (b, d), `tokens` (b, t, d), `weights` (b, t), `offsets` (b, t, 2) in characters of prompt and
    text, `special` (b, t) bool.
    """
    made = []
    for i, vector in enumerate(vectors):
        keep = ~special[i] & (offsets[i, :, 1] > len(prompt))
        spans = np.maximum(offsets[i][keep] - len(prompt), 0)
        made.append(
            Encoding(vector, tokens[i][keep], spans, None if weights is None else weights[i][keep], reader)
        )
    return made
