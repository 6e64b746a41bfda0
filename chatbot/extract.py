"""Hits to scored sentences: every sentence of the best passages, read in its passage."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np

from chatbot.answer import Why
from chatbot.cut import Place, without_spans
from chatbot.features import Asked, Read, features
from chatbot.when import Period
from corpus.article import Article, Passage, Sentence
from index.collection import Reading
from index.hit import Hit
from index.store import Store

_COSINE = 10.0
"""What the cosine of a passage counts beside the score of its best sentence; chosen on MTRAG and XQuAD."""


_LEAD = 0.5
"""What the sentences of a preferred article get on top: it decides between two that are nearly level."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A sentence that may answer. `score` is a logit, comparable within one question."""

    sentence: Sentence
    passage: Passage
    article: Article
    hit: Hit
    score: float
    features: np.ndarray
    """(len(NAMES),) float32"""
    reading: Reading
    """of the passage"""
    highlight: tuple[int, int] | None = None
    """(start, end), characters of the article: the words that answer, where they are known"""
    why: Why | None = None
    """of a sentence that is cited"""

    @property
    def quote(self) -> str:
        return self.article.text[self.sentence.start : self.sentence.end]

    @property
    def tokens(self) -> np.ndarray:
        """(t, d) float32, the vectors of the sentence's tokens, as read in its passage"""
        return self.reading.tokens[self.reading.between(self.sentence.start, self.sentence.end)]


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum of standardised features; `eval/fit.py` fits it and writes `weights.json`."""

    names: tuple[str, ...]
    mean: np.ndarray
    scale: np.ndarray
    weight: np.ndarray
    bias: float

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """(n, f) -> (n,) logits"""
        return ((rows - self.mean) / self.scale) @ self.weight + self.bias


@cache
def fitted(reader: str, part: str) -> Linear:
    """A part of `weights.json`: for each reader, "sentence" scores sentences, "confidence" the answer."""
    stored = json.loads(files("chatbot").joinpath("weights.json").read_text())[reader][part]
    columns = stored["features"]

    def each(key: str) -> np.ndarray:
        return np.array([column[key] for column in columns.values()])

    return Linear(tuple(columns), each("mean"), each("scale"), each("weight"), stored["bias"])


def extract(
    asked: Asked, hits: Sequence[Hit], collection: Store, hidden: Collection[Place] = ()
) -> list[Candidate]:
    """The quotable sentences of the hits, best first, each once though passages overlap; none of `hidden`."""
    ids = [hit.passage_id for hit in hits]
    located = collection.located(ids)
    readings = collection.readings(ids)
    read = []
    for hit in hits:
        if hit.passage_id not in readings or hit.passage_id not in located:  # removed meanwhile
            continue
        whole, article = located[hit.passage_id]
        kept = without_spans(whole, hidden)
        if kept.sentences:
            read.append(Read(hit, kept, article, readings[hit.passage_id], kept != whole))
    if not read:
        return []
    rows = features(asked, read)
    scores = fitted(asked.reader, "sentence")(rows)
    sentences = [(passage, sentence) for passage in read for sentence in passage.passage.sentences]
    found: dict[tuple[str, int], Candidate] = {}
    for (passage, sentence), row, score in zip(sentences, rows, scores, strict=True):
        place = (passage.article.id, sentence.start)
        if place not in found or found[place].score < score:
            found[place] = Candidate(
                sentence, passage.passage, passage.article, passage.hit, float(score), row, passage.reading
            )
    return sorted(found.values(), key=lambda candidate: -candidate.score)


def preferred(candidates: Sequence[Candidate], period: Period) -> list[Candidate]:
    """The candidates in their new order: those of the period, or the newest, before their equals."""
    days = ["", *sorted({candidate.article.published or "" for candidate in candidates} - {""})]
    changed = []
    for candidate in candidates:
        published = candidate.article.published
        if period.kind == "newest":
            lead = _LEAD * days.index(published or "") / max(len(days) - 1, 1)
        else:
            lead = _LEAD * period.holds(published)
        changed.append(replace(candidate, score=candidate.score + lead))
    return sorted(changed, key=lambda candidate: -candidate.score)


def ranked(hits: Sequence[Hit], candidates: Sequence[Candidate]) -> tuple[Hit, ...]:
    """The hits in order of their best sentence and their nearness to the question; the score becomes that."""
    best: dict[int, float] = {}
    for candidate in candidates:
        best.setdefault(candidate.hit.passage_id, candidate.score)
    scored = [
        replace(hit, score=best[hit.passage_id] + _COSINE * hit.cosine)
        for hit in hits
        if hit.passage_id in best
    ]
    scored.sort(key=lambda hit: -hit.score)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(scored, start=1))
