"""Fits the two linear models of `chatbot/weights.json` and writes the file.

    python -m eval.fit sentence TRAIN.jsonl.gz       what makes a sentence the answer
    python -m eval.fit confidence TRAIN.jsonl.gz     how sure the best sentence is; fitted after that

Both take `--reader none` for the weights that go with the untrained model. TRAIN is what `eval/train.py`
reads; only the passages that it holds out are used here, since the reader knows the others. No question that
anything is measured on is used.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

import chatbot
from chatbot.confidence import FEATURES, confidence_features
from chatbot.extract import Candidate
from chatbot.features import NAMES
from chatbot.settings import Settings
from corpus.metadata import Metadata
from corpus.read import Raw
from eval.gold import Evidence, Gold
from eval.prepare import on_articles
from eval.train import held_out, read_rows
from index.embed import READERS

WEIGHTS = Path(chatbot.__file__).parent / "weights.json"


def fit_sentence(train: Path, settings: Settings) -> dict:
    """Weights under which the answering sentences of a question outweigh all others (softmax, L2)."""
    raws, golds = held_out_questions(train)
    bot = on_articles(raws, "train", settings)
    groups = []
    for gold in golds:
        candidates = bot.candidates(gold.question)[1]
        right = np.array([_answers(candidate, gold) for candidate in candidates], bool)
        if right.any() and not right.all():
            groups.append((np.stack([candidate.features for candidate in candidates]), right))
    rows = np.concatenate([rows for rows, _ in groups])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    groups = [((rows - mean) / scale, right) for rows, right in groups]

    def loss(weight: np.ndarray) -> tuple[float, np.ndarray]:
        total, gradient = 0.0, np.zeros_like(weight)
        for rows, right in groups:
            logits = rows @ weight
            every, own = _softmax(logits), _softmax(np.where(right, logits, -np.inf))
            total += _log_sum(logits) - _log_sum(logits[right])
            gradient += rows.T @ (every - own)
        penalty = 1e-3 * len(groups)
        return total + penalty * weight @ weight, gradient + 2 * penalty * weight

    weight = minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B").x
    first = np.mean([right[int(np.argmax(rows @ weight))] for rows, right in groups])
    print(f"sentence: first right {first:.3f}, n = {len(groups)} questions whose answer was retrieved")
    return _stored(NAMES, mean, scale, weight, 0.0)


def fit_confidence(train: Path, settings: Settings) -> dict:
    """Weights of the logistic model of "the best sentence answers".

    Each question is put twice: as it is, and to what is left when the passages that answer are taken away.
    """
    raws, golds = held_out_questions(train)
    bot = on_articles(raws, "train", settings)
    rows, labels = [], []
    for gold in golds:
        for without in ((), {evidence.article_id for evidence in gold.evidence}):
            asked, candidates = bot.candidates(gold.question, without=without)
            if candidates:
                rows.append(confidence_features(asked, candidates)[0])
                labels.append(_answers(candidates[0], gold))
    matrix, right = np.stack(rows), np.array(labels, float)
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-6
    matrix = np.hstack([(matrix - mean) / scale, np.ones((len(matrix), 1))])

    def loss(weight: np.ndarray) -> tuple[float, np.ndarray]:
        logits = matrix @ weight
        probability = 1 / (1 + np.exp(-logits))
        total = np.sum(np.logaddexp(0, logits) - right * logits)
        penalty = np.append(np.full(len(weight) - 1, 0.003 * len(right)), 0.0)
        return total + penalty @ weight**2, matrix.T @ (probability - right) + 2 * penalty * weight

    weight = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B").x
    said = 1 / (1 + np.exp(-(matrix @ weight)))
    brier = np.mean((said - right) ** 2)
    print(f"confidence: n = {len(right)}, right {right.mean():.3f}, Brier score {brier:.4f}")
    return _stored(FEATURES, mean, scale, weight[:-1], float(weight[-1]))


def held_out_questions(path: Path) -> tuple[list[Raw], list[Gold]]:
    """The training passages that the reader was not trained on, as articles, with their questions."""
    held = held_out(rows := read_rows(path))
    rows = [row for row in rows if row.passage in held]
    ids = {passage: f"train-{i}" for i, passage in enumerate(dict.fromkeys(row.passage for row in rows))}
    raws = []
    # The same sentence stands in several passages, and answers in each.
    places: dict[str, list[Evidence]] = {}
    for row in {row.passage: row for row in rows}.values():
        id = ids[row.passage]
        digest = hashlib.sha256(row.passage.encode()).hexdigest()
        raws.append(Raw(f"train:{id}", id, row.passage, "txt", Metadata(id=id), (), digest))
        for start, end in row.sentences:
            places.setdefault(row.passage[start:end].strip(), []).append(Evidence(id, start, end))
    golds = []
    for i, row in enumerate(rows):
        spans = [row.sentences[answer] for answer in row.answers]
        evidence = {place: None for start, end in spans for place in places[row.passage[start:end].strip()]}
        golds.append(Gold(f"{ids[row.passage]}-{i}", row.question, "first turn", (), True, tuple(evidence)))
    return raws, golds


def _answers(candidate: Candidate, gold: Gold) -> bool:
    sentence = candidate.sentence
    return any(
        evidence.article_id == sentence.article_id
        and evidence.start < sentence.end
        and sentence.start < evidence.end
        for evidence in gold.evidence
    )


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def _log_sum(logits: np.ndarray) -> float:
    return float(np.logaddexp.reduce(logits))


def _stored(
    names: Sequence[str], mean: np.ndarray, scale: np.ndarray, weight: np.ndarray, bias: float
) -> dict:
    columns = zip(names, mean, scale, weight, strict=True)
    return {
        "features": {
            name: {"mean": round(float(m), 5), "scale": round(float(s), 5), "weight": round(float(w), 5)}
            for name, m, s, w in columns
        },
        "bias": round(bias, 5),
    }


FITS = {"sentence": fit_sentence, "confidence": fit_confidence}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description="Fit chatbot/weights.json.")
    parser.add_argument("part", choices=FITS)
    parser.add_argument("train", type=Path)
    parser.add_argument("--reader", choices=READERS, default=READERS[0])
    given = parser.parse_args()
    stored = json.loads(WEIGHTS.read_text()) if WEIGHTS.is_file() else {}
    fitted = FITS[given.part](given.train, Settings(reader=given.reader))
    stored.setdefault(given.reader, {})[given.part] = fitted
    WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n")


if __name__ == "__main__":
    main()
