"""A question with a passage as the joint reader sees them: one row of word pieces.

    [CLS] question [SEP] last question last answer [SEP] title heading passage [SEP]

The middle part is there for follow-ups only. The same function serves training and reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

CLS, SEP, PAD = 101, 102, 0
"""Word pieces of the packaged vocabulary."""

QUESTION, LAST_QUESTION, LAST_ANSWER, CONTEXT, PASSAGE = 64, 40, 48, 48, 288
"""Word pieces read of each part at most; what is longer is cut at its end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as word pieces, with the last exchange where it is a follow-up."""

    pieces: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: Tokenizer, question: str, last_question: str = "", last_answer: str = "") -> Asked:
        pieces = [CLS, *_ids(tokenizer, question)[:QUESTION], SEP]
        if last_question or last_answer:
            pieces += _ids(tokenizer, last_question)[:LAST_QUESTION]
            pieces += _ids(tokenizer, last_answer)[:LAST_ANSWER]
            pieces.append(SEP)
        return cls(tuple(pieces))


@dataclass(frozen=True, slots=True)
class Row:
    """One question with one passage.

    `pieces` and `segments` (0 question, 1 passage) are (t,) int64. `sentence` (t,) int64 holds the index of
    the sentence that each piece belongs to, -1 for none. `offsets` (t, 2) int64 are the characters of the
    passage that a piece covers; (0, 0) where it is not of the passage.
    """

    pieces: np.ndarray
    segments: np.ndarray
    sentence: np.ndarray
    offsets: np.ndarray


def plain_tokenizer(folder: Path | str) -> Tokenizer:
    """That of the packaged model, whose `folder` it lies in; it neither cuts nor pads."""
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def row(
    tokenizer: Tokenizer, asked: Asked, context: str, passage: str, sentences: Sequence[tuple[int, int]]
) -> Row:
    """The row of a passage under its `context` lines; `sentences` are (start, end) characters of the passage.

    Sentences are ordered and disjoint. Of a passage of more than `PASSAGE` pieces the rest is not read, and
    its sentences have no pieces.
    """
    before = _ids(tokenizer, context)[:CONTEXT] if context else []
    encoded = tokenizer.encode(passage, add_special_tokens=False)
    ids, places = encoded.ids[:PASSAGE], encoded.offsets[:PASSAGE]
    first = len(asked.pieces) + len(before)
    length = first + len(ids) + 1
    pieces = np.array([*asked.pieces, *before, *ids, SEP], np.int64)
    segments = np.ones(length, np.int64)
    segments[: len(asked.pieces)] = 0
    offsets = np.zeros((length, 2), np.int64)
    sentence = np.full(length, -1, np.int64)
    if ids:
        offsets[first:-1] = places
        starts = np.array([start for start, _ in sentences], np.int64)
        ends = np.array([end for _, end in sentences], np.int64)
        at = offsets[first:-1, 0]
        index = np.searchsorted(starts, at, side="right") - 1
        inside = (index >= 0) & (at < ends[np.maximum(index, 0)]) if len(starts) else np.zeros(len(at), bool)
        sentence[first:-1] = np.where(inside, index, -1)
    return Row(pieces, segments, sentence, offsets)


def batch(rows: Sequence[Row], longest: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows side by side: pieces, mask (1 for a piece), segments and sentence, each (b, t) int64.

    t is the length of the longest row, or `longest` where that is more.
    """
    shape = len(rows), max(longest, *(len(one.pieces) for one in rows))
    pieces, mask, segments = (
        np.full(shape, PAD, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
    )
    sentence = np.full(shape, -1, np.int64)
    for i, one in enumerate(rows):
        filled = slice(0, len(one.pieces))
        pieces[i, filled], mask[i, filled] = one.pieces, 1
        segments[i, filled], sentence[i, filled] = one.segments, one.sentence
    return pieces, mask, segments, sentence


def _ids(tokenizer: Tokenizer, text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False).ids if text else []
