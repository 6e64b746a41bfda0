"""Groups to batches of word pieces, made in worker processes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from chatbot.reading.joint_input import Asked, Row, batch, plain_tokenizer, row
from scripts.reader.groups import Group, Maker
from scripts.reader.rows import load

POOL = 400
"""Groups that are sorted by length before they are cut into batches."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A group as rows; `answers` and `span` (first and last piece) of each row."""

    rows: tuple[Row, ...]
    answers: tuple[tuple[int, ...], ...]
    spans: tuple[tuple[int, int] | None, ...]
    kind: str

    @property
    def longest(self) -> int:
        return max(len(one.pieces) for one in self.rows)


def encoded(pieces: Tokenizer, group: Group) -> Encoded | None:
    """None where a group has nothing to learn from: its answer lies behind what is read."""
    asked = Asked.of(pieces, group.question, group.last_question, group.last_answer)
    rows, answers, spans = [], [], []
    for put in group.puts:
        made = row(pieces, asked, put.context, put.passage.text, put.passage.sentences)
        there = set(made.sentence.tolist())
        right = tuple(i for i in put.answers if i in there)
        if len(right) < len(put.answers) or max(there) < 0:
            return None
        rows.append(made)
        answers.append(right)
        span = None
        if put.span:
            covered = (
                (made.offsets[:, 1] > put.span[0]) & (made.offsets[:, 0] < put.span[1]) & (made.sentence >= 0)
            )
            at = np.flatnonzero(covered)
            if len(at) and made.sentence[at[0]] == made.sentence[at[-1]]:
                span = int(at[0]), int(at[-1])
        spans.append(span)
    return Encoded(tuple(rows), tuple(answers), tuple(spans), group.kind)


def collated(groups: Sequence[Encoded]) -> dict[str, Any]:
    """Tensors of a batch: pieces, mask, segments, sentence (b, t); answers (b, s) bool; span (b, 2), -1 for
    none; group and slot (b,), the place of a row among all rows of its question."""
    rows = [one for group in groups for one in group.rows]
    right = [one for group in groups for one in group.answers]
    longest = -(-max(len(one.pieces) for one in rows) // 8) * 8
    pieces, mask, segments, sentence = batch(rows, longest)
    answers = np.zeros((len(rows), int(sentence.max()) + 1), bool)
    for i, one in enumerate(right):
        answers[i, list(one)] = True
    span = np.array([one or (-1, -1) for group in groups for one in group.spans], np.int64)
    group = np.repeat(np.arange(len(groups)), [len(one.rows) for one in groups])
    slot = np.concatenate([np.arange(len(one.rows)) for one in groups])
    arrays = {
        "pieces": pieces.astype(np.int32),
        "mask": mask.astype(np.int8),
        "segments": segments.astype(np.int8),
        "sentence": sentence.astype(np.int16),
        "answers": answers,
        "span": span,
        "group": group,
        "slot": slot,
    }
    return {name: torch.from_numpy(value) for name, value in arrays.items()}


class Batches(torch.utils.data.IterableDataset):
    """Endless batches of at most `pieces` word pieces, padding included."""

    def __init__(self, folder: Path, seed: int, pieces: int, leave_out: str = "") -> None:
        self.folder, self.seed, self.pieces, self.leave_out = folder, seed, pieces, leave_out
        self.corpus = load(folder / "rows.json.xz")

    def __iter__(self) -> Iterator[dict[str, Any]]:
        worker = torch.utils.data.get_worker_info()
        seed = self.seed * 1000 + (worker.id if worker else 0)
        maker = Maker(self.corpus, seed, leave_out=self.leave_out)
        pieces = plain_tokenizer(self.folder)
        made = (one for group in maker.stream() if (one := encoded(pieces, group)))
        while True:
            pool = sorted(
                itertools.islice(made, POOL), key=lambda one: one.longest + maker.random.random() * 16
            )
            yield from self._shuffled(pool, maker)

    def _shuffled(self, pool: Sequence[Encoded], maker: Maker) -> Iterator[dict[str, Any]]:
        batches: list[list[Encoded]] = [[]]
        count = 0
        for one in pool:
            count += len(one.rows)
            if batches[-1] and count * one.longest > self.pieces:
                batches.append([])
                count = len(one.rows)
            batches[-1].append(one)
        maker.random.shuffle(batches)
        for part in batches:
            yield collated(part)
