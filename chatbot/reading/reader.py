"""What a reader is: it judges each sentence of passages as an answer to a question.

Nothing above this file knows which reader reads; `chatbot/reading/readers.py` opens one by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

History = tuple[str, str]
"""The exchange before a follow-up: the last question and its answer."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as it is read: whole sentences, joined by one blank.

    `context` holds its title and heading, a line each; `sentences` are (start, end), characters of `text`,
    ordered and disjoint. `bm25` is the score that the search gave it, 0 where it shares no term.
    """

    text: str
    context: str
    sentences: tuple[tuple[int, int], ...]
    bm25: float = 0.0

    @property
    def quotes(self) -> list[str]:
        """Its sentences."""
        return [self.text[start:end] for start, end in self.sentences]


@dataclass(frozen=True, slots=True)
class Mark:
    """The words of a sentence that answer: (start, end) characters of the passage's text.

    `sure` (0 to 1) is the probability of these words among all runs of words of the sentence.
    """

    start: int
    end: int
    sure: float


@dataclass(frozen=True, slots=True, eq=False)
class JudgedPassage:
    """What a reader says of a passage.

    logits: (s,) float32, one for each sentence. null: what stands against them, "this passage does not
    answer", on the same scale. marks: for each sentence the words that answer, None where none are known.
    """

    logits: np.ndarray
    null: float
    marks: tuple[Mark | None, ...]


class Reader(Protocol):
    """Safe to use from several threads."""

    @property
    def name(self) -> str:
        """What the settings call it; its calibration goes by that name."""
        ...

    def load(self) -> None:
        """Load the model now, and not when it is first used. CuttingsError when it cannot be loaded."""
        ...

    def read(
        self, question: str, history: History | None, passages: Sequence[PassageText]
    ) -> list[JudgedPassage]:
        """The passages judged, in their order; `history` where the question follows another one."""
        ...


def completed(question: str, history: History | None) -> str:
    """The question with the one before it, for readers that have no place for a conversation."""
    return f"{history[0]} {question}" if history else question
