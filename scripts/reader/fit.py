"""Fits `chatbot/reading/calibration.json`: `python -m scripts.reader.fit BUNDLE [--reader joint]`.

The passages that no reader was trained on become a collection, and their questions are put to it the way
people's are: as they are and reworded, each once more with its evidence hidden, with a name or number
exchanged, and as follow-ups. A logistic regression over the signals of the three best sentences says how
probably each answers. Text of a new kind makes a reader surer than it should be: `--full` and `--left-out`
are margins that `train.py --margins` kept, of a run on all kinds and of runs without one, equally long;
what their regressions differ by is applied to the fit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

from chatbot.answer import Turn
from chatbot.bot import Chatbot
from chatbot.reading.candidate import Candidate
from chatbot.request import Request
from chatbot.settings import Settings
from corpus.metadata import Metadata
from corpus.read import Raw
from eval.prepare import on_articles
from scripts.reader import near_misses as near
from scripts.reader.followups import follow_up
from scripts.reader.rows import WEIGHTS, Corpus, Row, held_out, load
from scripts.reader.wordings import reworded

FILE = Path(__file__).parents[2] / "chatbot" / "reading" / "calibration.json"
FITTED = ("margin", "found", "missing")
CHOSEN = {"recent": 1.0}
"""The held-out passages are no conversations, and give it nothing; this was chosen on Abg-CoQA."""
BEST = 3
"""Sentences of a question that are learned from."""
PENALTY = 1e-3


def held_out_collection(
    corpus: Corpus, settings: Settings
) -> tuple[Chatbot, dict[str, list[tuple[str, int, int]]]]:
    """A chatbot on the held-out passages, and where each of their sentences stands, by its text."""
    raws, places = [], defaultdict(list)
    for number, passage in enumerate(corpus.passages):
        if held_out(passage):
            id = f"passage-{number}"
            digest = hashlib.sha256(passage.text.encode()).hexdigest()
            raws.append(Raw(f"train:{id}", id, passage.text, "txt", Metadata(id=id), (), digest))
            for start, end in passage.sentences:
                places[passage.text[start:end].strip()].append((id, start, end))
    return on_articles(raws, "held-out", settings), places


def asked(
    bot: Chatbot, corpus: Corpus, places: Any, count: int
) -> Iterator[tuple[list[Candidate], list[bool]]]:
    """The best candidates of each question, and which of them answer."""
    random_ = random.Random(11)
    rows = [row for row in corpus.rows if row.answers and held_out(corpus.passages[row.passage])]
    weights = [WEIGHTS.get(row.source, 0.6) for row in rows]
    bank = near.Names.of(corpus.rows)
    siblings = defaultdict(list)
    for row in rows:
        siblings[row.passage].append(row)
    for row in random_.choices(rows, weights, k=count):
        passage = corpus.passages[row.passage]
        told = [passage.text[slice(*passage.sentences[i])].strip() for i in row.answers]
        evidence = [place for sentence in told for place in places[sentence]]
        answer = passage.text[slice(*row.span)] if row.span else ""
        others = [one for one in siblings[row.passage] if not set(one.answers) & set(row.answers)]
        put = [*_put(row, passage, evidence, answer, bank, random_)]
        put += _follow_ups(row, passage, others, evidence, random_)
        for question, turns, hidden, right in put:
            run = bot.run(Request(question, turns, hidden=hidden), "judge")
            best = list(run.candidates[:BEST])
            yield best, [right and any(_meets(one, place) for place in evidence) for one in best]


def _put(
    row: Row, passage: near.Passage, evidence: Any, answer: str, bank: near.Names, random_: random.Random
) -> Any:
    yield reworded(row.question, answer, random_), (), (), True
    yield reworded(row.question, "", random_), (), evidence, False
    if other := near.exchanged(row.question, passage, row.answers, bank, random_):
        yield other, (), (), False


def _follow_ups(
    row: Row, passage: near.Passage, others: list[Row], evidence: Any, random_: random.Random
) -> Iterator[Any]:
    """The question after another one on its passage, as it is and with its evidence hidden."""
    if others:
        before = random_.choice(others)
        said = passage.text[slice(*passage.sentences[before.answers[0]])].strip()
        if question := follow_up(row.question, before.question, said, random_):
            turns = (Turn("user", before.question), Turn("assistant", said))
            yield question, turns, (), True
            yield question, turns, evidence, False


def _meets(candidate: Candidate, place: tuple[str, int, int]) -> bool:
    article_id, start, end = place
    return (
        candidate.article.id == article_id
        and candidate.sentence.start < end
        and start < candidate.sentence.end
    )


def logistic(rows: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Weights, bias, and the standard errors of the weights."""
    given = np.hstack([rows, np.ones((len(rows), 1))])

    def loss(weight: np.ndarray) -> tuple[float, np.ndarray]:
        logits = given @ weight
        penalty = PENALTY * np.append(weight[:-1], 0.0)
        chance = 1 / (1 + np.exp(-logits))
        total = np.mean(np.logaddexp(0, logits) - right * logits) + 0.5 * penalty @ weight
        return total, given.T @ (chance - right) / len(rows) + penalty

    weight = minimize(loss, np.zeros(given.shape[1]), jac=True, method="L-BFGS-B").x
    chance = 1 / (1 + np.exp(-(given @ weight)))
    covariance = np.linalg.inv((given * (chance * (1 - chance))[:, None]).T @ given)
    return weight[:-1], float(weight[-1]), np.sqrt(np.diag(covariance))[:-1]


def shift(full: Path, left_out: list[Path]) -> tuple[float, float]:
    """(factor, addend) from the logit on known kinds of text to that on a new one."""
    lines = []
    for files in ([full], left_out):
        margins = [one for file in files for one in json.loads(file.read_text())]
        rows = np.array([[margin] for _, _, margin, _ in margins])
        right = np.array([kind == "answered" and ok for _, kind, _, ok in margins], float)
        weight, bias, _ = logistic(rows, right)
        lines.append((float(weight[0]), bias))
        print(f"{len(rows):,} margins: {weight[0]:.3f} * margin {bias:+.3f}")
    (known, known_bias), (new, new_bias) = lines
    return new / known, new_bias - new / known * known_bias


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.reader.fit", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--reader", default="joint")
    parser.add_argument("--questions", type=int, default=900)
    parser.add_argument("--full", type=Path)
    parser.add_argument("--left-out", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    corpus = load(given.bundle / "rows.json.xz")
    bot, places = held_out_collection(corpus, Settings(reader=given.reader))
    rows, right = [], []
    for candidates, answers in asked(bot, corpus, places, given.questions):
        rows += [[getattr(candidate.signals, name) for name in FITTED] for candidate in candidates]
        right += answers
    matrix, labels = np.array(rows, float), np.array(right, float)
    weights, bias, errors = logistic(matrix, labels)
    for name, weight, error in zip(FITTED, weights, errors, strict=True):
        print(f"{name:10s} {weight:+.3f}  p {2 * norm.sf(abs(weight / error)):.2g}")
    factor, addend = shift(given.full, given.left_out) if given.full else (1.0, 0.0)
    print(f"n = {len(labels):,}, right {labels.mean():.3f}")
    print(f"on a new kind of text {factor:.3f} * logit {addend:+.3f}")
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    stored[given.reader] = {
        "bias": round(factor * bias + addend, 4),
        "weights": {name: round(factor * float(w), 4) for name, w in zip(FITTED, weights, strict=True)}
        | CHOSEN,
    }
    FILE.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
