"""Trains the reader again: `python -m eval.train TRAIN.jsonl.gz reader.safetensors [--steps N]`.

TRAIN has one JSON object a line: question, passage, sentences [[start, end], ...] (characters of the
passage) and answers (indexes of the sentences that answer). The lower layers of the packaged model stay
as they are, so their states are computed once for every passage and question; the upper two are trained
by contrast: the sentences that answer against all other sentences of the batch, and against those of
their own passage. Half of a batch are passages that BM25 finds for the questions of the other half.
On two idle cores it takes about 10 minutes of preparation and 22 minutes for each 1,000 steps.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from index.reader import LOWER, Reader
from safetensors.torch import save_file

from index.embed import PACKAGED, weights_of
from index.lexical import Lexical, best
from index.tokens import terms
from index.torch_model import TorchModel

SEED = 13
HELD_OUT_SEED = 5
HELD_OUT = 1 / 12
"""Share of the passages that are not trained on; `eval/fit.py` fits the weights of the answer on them."""
BATCH = 16
HARD = 12
"""Passages that BM25 ranks highest for a question, from which its hard negative is drawn."""
RATE = 1e-4
WARM_UP = 100
TOKENS = 320
"""Word pieces of a passage that are read at most."""
SCALE = 3.2
"""Logarithm of what a cosine is multiplied by before the softmax; trained too."""
OWN_PASSAGE = 0.5
"""Weight of the contrast within the passage."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question with the passage that answers it."""

    question: str
    passage: str
    sentences: list[tuple[int, int]]
    answers: list[int]


@dataclass(frozen=True, slots=True)
class States:
    """A text after the lower layers: (t, d) float16, and the sentence of each token, -1 for none."""

    hidden: np.ndarray
    sentence: np.ndarray


def read_rows(path: Path) -> list[Row]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = [json.loads(line) for line in data.decode().split("\n") if line]
    return [
        Row(row["question"], row["passage"], [(a, b) for a, b in row["sentences"]], row["answers"])
        for row in rows
    ]


def held_out(rows: list[Row]) -> frozenset[str]:
    """The passages that the reader is not trained on, the same at each call."""
    passages = list(dict.fromkeys(row.passage for row in rows))
    chosen = random.Random(HELD_OUT_SEED).sample(range(len(passages)), int(len(passages) * HELD_OUT))
    return frozenset(passages[i] for i in chosen)


def train(rows: list[Row], steps: int) -> Reader:
    """A reader trained on the rows whose passage is not held out."""
    random_ = random.Random(SEED)
    torch.manual_seed(SEED)
    model = TorchModel(str(weights_of(PACKAGED)), PACKAGED, "none").model
    held = held_out(rows)
    rows = [row for row in rows if row.passage not in held]
    places: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        places.setdefault(row.passage, []).append(i)
    passages = list(places)
    number = {passage: i for i, passage in enumerate(passages)}
    lexical = Lexical.of([terms(passage) for passage in passages])
    spans = [rows[places[passage][0]].sentences for passage in passages]
    passage_states = _lower(model, passages, spans)
    question_states = _lower(model, [row.question for row in rows], [[] for _ in rows])

    reader = Reader(model[0].auto_model)
    scale = torch.nn.Parameter(torch.tensor(SCALE))
    optimizer = torch.optim.AdamW(
        [
            {"params": list(reader.layers.parameters()), "lr": RATE},
            {"params": [*reader.weight.parameters(), scale], "lr": 10 * RATE},
        ],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
    )
    waiting: list[int] = []
    losses: list[float] = []
    for step in range(1, steps + 1):
        batch: dict[str, int] = {}
        while len(batch) < min(BATCH, len(passages)):
            waiting = waiting or random_.sample(range(len(rows)), len(rows))
            row = rows[waiting[-1]]
            batch.setdefault(row.passage, waiting.pop())
            ranked = best(lexical.scores(terms(row.question)), HARD)[0].tolist()
            hard = [passages[i] for i in ranked if passages[i] not in batch]
            if hard and len(batch) < BATCH:
                passage = random_.choice(hard)
                batch[passage] = random_.choice(places[passage])
        loss = _loss(
            reader,
            scale,
            [question_states[i] for i in batch.values()],
            [passage_states[number[passage]] for passage in batch],
            [rows[i] for i in batch.values()],
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(reader.modules.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % 100 == 0 or step == steps:
            print(f"step {step}/{steps}, loss {np.mean(losses[-100:]):.4f}", flush=True)
    return reader


def _lower(model: Any, texts: list[str], spans: list[list[tuple[int, int]]]) -> list[States]:
    """The texts after the lower layers."""
    bert = model[0].auto_model
    states: dict[int, States] = {}
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        inputs = model.tokenizer(
            [texts[i] for i in chosen],
            padding=True,
            truncation=True,
            max_length=TOKENS,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            return_tensors="pt",
        )
        offsets = inputs.pop("offset_mapping")[..., 0].numpy()
        special = inputs.pop("special_tokens_mask").bool().numpy()
        with torch.inference_mode():
            hidden = bert(**inputs, output_hidden_states=True).hidden_states[LOWER].half().numpy()
        for row, i in enumerate(chosen):
            length = int(inputs["attention_mask"][row].sum())
            sentence = np.full(length, -1)
            for j, (first, last) in enumerate(spans[i]):
                at = offsets[row, :length]
                sentence[(at >= first) & (at < last) & ~special[row, :length]] = j
            states[i] = States(hidden[row, :length].copy(), sentence)
    return [states[i] for i in range(len(texts))]


def _loss(
    reader: Reader, scale: Any, questions: list[States], passages: list[States], rows: list[Row]
) -> Any:
    """Contrast of the sentences that answer with all others of the batch, and of their own passage."""
    asked, weights = reader(*_padded(questions))
    read, _ = reader(*_padded(passages))
    similarity = torch.einsum("qmd,ptd->qmpt", asked, read)
    scores = []
    for p, (states, row) in enumerate(zip(passages, rows, strict=True)):
        within = torch.full((*similarity.shape[:2], len(row.sentences) + 1), -1.0)
        index = torch.tensor(states.sentence % (len(row.sentences) + 1))  # -1 goes to the spare column
        index = index.expand(*similarity.shape[:2], -1)
        own = similarity[:, :, p, : len(states.sentence)]
        late = within.scatter_reduce(2, index, own, reduce="amax")[..., :-1]
        scores.append((late * weights[..., None]).sum(1) / weights.sum(1, keepdim=True))
    logits = torch.cat(scores, dim=1) * torch.exp(scale)
    mine = torch.zeros_like(logits, dtype=torch.bool)
    right = torch.zeros_like(mine)
    first = 0
    for i, row in enumerate(rows):
        mine[i, first : first + len(row.sentences)] = True
        right[i, [first + answer for answer in row.answers]] = True
        first += len(row.sentences)
    answered = torch.logsumexp(logits.masked_fill(~right, -1e9), 1)
    among_all = torch.logsumexp(logits, 1) - answered
    among_own = torch.logsumexp(logits.masked_fill(~mine, -1e9), 1) - answered
    return (among_all + OWN_PASSAGE * among_own).mean()


def _padded(states: list[States]) -> tuple[Any, Any]:
    """(b, t, d) float32 and the mask (b, t)."""
    parts = [torch.from_numpy(one.hidden).float() for one in states]
    hidden = torch.nn.utils.rnn.pad_sequence(parts, batch_first=True)
    lengths = torch.tensor([len(part) for part in parts])
    return hidden, (torch.arange(hidden.shape[1]) < lengths[:, None]).float()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.train", description="Train the reader again.")
    parser.add_argument("train", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=800)
    given = parser.parse_args()
    reader = train(read_rows(given.train), given.steps)
    state = {name: value.half().contiguous() for name, value in reader.modules.state_dict().items()}
    save_file(state, given.out)


if __name__ == "__main__":
    main()
