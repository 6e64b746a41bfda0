"""The training folder to one bundle: `python -m scripts.reader.bundle TRAIN_FOLDER OUT`.

OUT holds `rows.json.xz` (passages once each, rows, hard negatives by BM25), `base.safetensors` (the
packaged model: layers in half precision, word embeddings in 8 bits with a scale a row, so that all of it
can be carried to another machine) and `tokenizer.json`; 45 MB in all.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import lzma
import random
import shutil
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
import torch
from safetensors.torch import load_file, save_file

from index.encoding.encoder import PACKAGED, weights_of
from index.tokens import terms
from scripts.reader.groups import speech
from scripts.reader.rows import Corpus, Passage, Row, title_of

HARD = 8
"""Passages of a row that BM25 finds and that are not its own."""
_COMMON = 0.02
"""A term in more passages than this share finds nothing: the product stays small."""


def read(
    folder: Path,
) -> tuple[list[Passage], list[tuple[str, int, list[int], tuple[int, int] | None, str]], str]:
    """Passages, rows, and the digest of the files that they are from."""
    numbers: dict[tuple[str, tuple[tuple[int, int], ...]], int] = {}
    rows = []
    digest = hashlib.sha256()
    for file in [folder / "passages.jsonl.gz", *sorted((folder / "more").glob("*.jsonl.gz"))]:
        digest.update(file.read_bytes())
        for line in gzip.decompress(file.read_bytes()).decode().split("\n"):
            if not line:
                continue
            row = json.loads(line)
            spans = tuple((a, b) for a, b in row["sentences"] if row["passage"][a:b].strip())
            if len(spans) != len(row["sentences"]) or not spans:
                continue
            number = numbers.setdefault((row["passage"], spans), len(numbers))
            answer_spans = row.get("answer_spans") or [None]
            span = tuple(answer_spans[0]) if len(answer_spans) == 1 and answer_spans[0] else None
            question = " ".join(row["question"].split())
            rows.append((question, number, row["answers"], span, row.get("source", file.name[:-9])))
    return [Passage(text, spans) for text, spans in numbers], rows, digest.hexdigest()


def mined(passages: list[Passage], questions: list[tuple[str, int]]) -> list[list[int]]:
    """For each (question, its own passage) the passages that BM25 ranks highest, its own left out."""
    vocabulary: dict[str, int] = {}
    counts = [
        [vocabulary.setdefault(t, len(vocabulary)) for t in terms(passage.text)] for passage in passages
    ]
    indptr = np.cumsum([0, *map(len, counts)])
    indices = np.concatenate([np.array(one, np.int32) for one in counts])
    matrix = sparse.csr_matrix(
        (np.ones(len(indices), np.float32), indices, indptr), (len(passages), len(vocabulary))
    )
    matrix.sum_duplicates()
    n = len(passages)
    frequency = np.bincount(matrix.indices, minlength=len(vocabulary))
    idf = np.log(1 + (n - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    length = np.asarray(matrix.sum(1)).ravel()
    rows = np.repeat(np.arange(n), np.diff(matrix.indptr))
    data = matrix.data
    matrix.data = (
        data * 2.5 / (data + 1.5 * (0.25 + 0.75 * length[rows] / length.mean())) * idf[matrix.indices]
    )
    by_term = matrix.T.tocsr()
    found = []
    for first in range(0, len(questions), 500):
        part = questions[first : first + 500]
        lists = [
            [
                vocabulary[t]
                for t in dict.fromkeys(terms(q))
                if t in vocabulary and frequency[vocabulary[t]] < _COMMON * n
            ]
            for q, _ in part
        ]
        asked = sparse.csr_matrix(
            (
                np.ones(sum(map(len, lists)), np.float32),
                np.array([t for one in lists for t in one], np.int32),
                np.cumsum([0, *map(len, lists)]),
            ),
            (len(part), len(vocabulary)),
        )
        scores = (asked @ by_term).tocsr()
        for i, (_, own) in enumerate(part):
            values = scores.data[scores.indptr[i] : scores.indptr[i + 1]]
            places = scores.indices[scores.indptr[i] : scores.indptr[i + 1]]
            top = places[np.argsort(-values, kind="stable")[: HARD + 1]] if len(values) else []
            found.append([int(p) for p in top if p != own][:HARD])
    return found


def base() -> dict[str, torch.Tensor]:
    """The packaged model, small enough to be carried."""
    state = load_file(Path(weights_of(PACKAGED)) / "model.safetensors")
    out = {}
    for name, value in state.items():
        if name == "embeddings.word_embeddings.weight":
            scale = value.abs().amax(1, keepdim=True).clamp(min=1e-6) / 127
            out["words.int8"] = torch.round(value / scale).to(torch.int8)
            out["words.scale"] = scale.half()
        elif value.is_floating_point() and "pooler" not in name:
            out[name] = value.half()
    return out


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.reader.bundle", description=__doc__)
    parser.add_argument("train", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    passages, rows, digest = read(given.train)
    made = [Row(q, p, tuple(a), s, source, ()) for q, p, a, s, source in rows]
    corpus = Corpus(passages, made, [title_of(passage.text) for passage in passages])
    spoken = speech(corpus, random.Random(1))
    every = [*made, *spoken]
    negatives = mined(passages, [(row.question, row.passage) for row in every])
    stored = {
        "digest": digest,
        "passages": [[passage.text, passage.sentences] for passage in passages],
        "rows": [
            [row.question, row.passage, row.answers, row.span, row.source, found]
            for row, found in zip(every, negatives, strict=True)
        ],
    }
    (given.out / "rows.json.xz").write_bytes(
        lzma.compress(json.dumps(stored, ensure_ascii=False).encode(), preset=4)
    )
    save_file(base(), given.out / "base.safetensors")
    shutil.copyfile(Path(weights_of(PACKAGED)) / "tokenizer.json", given.out / "tokenizer.json")
    print(f"{len(passages):,} passages, {len(made):,} rows, {len(spoken):,} of speech, digest {digest[:16]}")


if __name__ == "__main__":
    main()
