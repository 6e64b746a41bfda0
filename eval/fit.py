"""Fits the linear models of `chatbot/weights.json` and writes the file.

    python -m eval.fit sentence TRAIN.jsonl.gz     what makes a sentence the answer, at first reading
    python -m eval.fit again TRAIN.jsonl.gz        the same for the best, which the joint reader has read
    python -m eval.fit confidence GOLD...          how sure the best sentence is

Both take `--reader none` for the weights that go with the untrained model. TRAIN is what `eval/train.py`
reads; only the passages that it holds out are used here, since the reader knows the others. GOLD is a
folder of a question set, or a gold file about the collection that --collection names.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

import chatbot
from chatbot.confidence import FEATURES, confidence_features
from chatbot.extract import Candidate
from chatbot.features import NAMES
from chatbot.reread import FEATURES as AGAIN_FEATURES
from chatbot.settings import Settings
from corpus.metadata import Metadata
from corpus.read import Raw
from eval.command import on_articles, prepared
from eval.gold import Evidence, Gold
from eval.train import held_out, read_rows
from index.embed import READERS

WEIGHTS = Path(chatbot.__file__).parent / "weights.json"


def fit_sentence(train: Path, settings: Settings) -> dict:
    """Weights under which, of all sentences read, those that answer outweigh the others."""
    groups = [
        (np.stack([candidate.features for candidate in candidates]), right)
        for candidates, right in _judged(train, settings)
    ]
    return _fit_choice(NAMES, groups)


def fit_again(train: Path, settings: Settings) -> dict:
    """The same for the few sentences that the joint reader has read, with what it says."""
    groups = []
    for candidates, right in _judged(train, settings):
        again = [i for i, candidate in enumerate(candidates) if candidate.joint is not None]
        rows = [[*candidates[i].features, candidates[i].joint] for i in again]
        groups.append((np.array(rows), right[again]))
    return _fit_choice(AGAIN_FEATURES, groups)


def _judged(train: Path, settings: Settings) -> Iterator[tuple[list[Candidate], np.ndarray]]:
    """The candidates for each held-out question, and which of them answer."""
    raws, golds = held_out_questions(train)
    bot = on_articles(raws, "train", settings)
    for gold in golds:
        candidates = bot.candidates(gold.question)[1]
        yield candidates, np.array([_answers(candidate, gold) for candidate in candidates], bool)


def _fit_choice(names: Sequence[str], groups: Sequence[tuple[np.ndarray, np.ndarray]]) -> dict:
    """Weights of a softmax over the rows of each group, L2; a group that leaves no choice tells nothing."""
    groups = [(rows, right) for rows, right in groups if right.any() and not right.all()]
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

    weight = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    first = np.mean([right[int(np.argmax(rows @ weight))] for rows, right in groups])
    print(f"first right {first:.3f}, n = {len(groups)} questions with an answer among these sentences")
    return _stored(names, mean, scale, weight, 0.0)


def fit_confidence(sets: Sequence[Path], collection: Path | None, settings: Settings) -> dict:
    """Weights of the logistic model of "the best sentence answers".

    Each question is put twice: as it is, and to what is left when the articles that answer are taken away.
    """
    rows, labels = [], []
    for questions in sets:
        bot, golds = prepared(questions, collection or Path(), settings)
        for gold in golds:
            if gold.unit == "article" and gold.answerable:
                continue  # which sentence answers is not marked
            holders = {evidence.article_id for evidence in gold.evidence}
            asked, candidates = bot.candidates(gold.question, gold.history)
            elsewhere = bot.candidates(gold.question, gold.history, holders)[1] if holders else []
            for left in (candidates, elsewhere):
                if left:
                    rows.append(confidence_features(asked, left)[0])
                    labels.append(_answers(left[0], gold))
    matrix, right = np.stack(rows), np.array(labels, float)
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-6
    matrix = np.hstack([(matrix - mean) / scale, np.ones((len(matrix), 1))])

    def loss(weight: np.ndarray) -> tuple[float, np.ndarray]:
        logits = matrix @ weight
        probability = 1 / (1 + np.exp(-logits))
        total = np.sum(np.logaddexp(0, logits) - right * logits)
        penalty = np.append(np.full(len(weight) - 1, 0.01 * len(right)), 0.0)
        return total + penalty @ weight**2, matrix.T @ (probability - right) + 2 * penalty * weight

    weight = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B").x
    said = 1 / (1 + np.exp(-(matrix @ weight)))
    brier = np.mean((said - right) ** 2)
    print(f"confidence: n = {len(right)}, right {right.mean():.3f}, Brier score {brier:.4f}")
    return _stored(FEATURES, mean, scale, weight[:-1], float(weight[-1]))


FITS = {"sentence": fit_sentence, "again": fit_again}


def held_out_questions(path: Path) -> tuple[list[Raw], list[Gold]]:
    """The training passages that the reader was not trained on, as articles, with their questions."""
    rows = read_rows(path)
    numbers: dict[str, int] = {}
    raws, golds = [], []
    held = held_out(rows)
    for place, row in enumerate(row for row in rows if row.passage in held):
        if row.passage not in numbers:
            numbers[row.passage] = len(numbers)
            id = f"train-{numbers[row.passage]}"
            digest = hashlib.sha256(row.passage.encode()).hexdigest()
            raws.append(Raw(f"train:{id}", id, row.passage, "txt", Metadata(id=id), (), digest))
        id = f"train-{numbers[row.passage]}"
        spans = tuple(Evidence(id, *row.sentences[answer]) for answer in row.answers)
        golds.append(Gold(f"{id}-{place}", row.question, "first turn", (), True, spans))
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description="Fit chatbot/weights.json.")
    parts = parser.add_subparsers(dest="part", required=True)
    for choice in FITS:
        parts.add_parser(choice).add_argument("train", type=Path)
    confidence = parts.add_parser("confidence")
    confidence.add_argument("gold", type=Path, nargs="+")
    confidence.add_argument("--collection", type=Path)
    for part in parts.choices.values():
        part.add_argument("--reader", choices=READERS, default=READERS[0])
    given = parser.parse_args()
    settings = Settings(reader=given.reader)
    stored = json.loads(WEIGHTS.read_text()) if WEIGHTS.is_file() else {}
    of_reader = stored.setdefault(given.reader, {})
    if given.part in FITS:
        of_reader[given.part] = FITS[given.part](given.train, settings)
    else:
        of_reader["confidence"] = fit_confidence(given.gold, given.collection, settings)
    WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n")


if __name__ == "__main__":
    main()
