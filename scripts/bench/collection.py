"""What one collection takes: seconds to the first answer, milliseconds a question by stage, memory, disk."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.article import Article
from eval.asking import ask, product
from eval.questions.gold import Gold
from eval.record import Record
from index.bm25 import best
from index.encoding.encoder import SentenceEncoder
from index.folder.collection import Collection
from index.folder.searcher import LocalSearcher
from index.fusion import fused
from index.ingest.ingest import ingest_articles
from index.store import Readable
from scripts.bench.alone import alone, peak_megabytes
from scripts.bench.made_collection import evenly
from scripts.bench.ranks import K, Ranking, quality

QUESTIONS = 300
"""Questions that are asked at most."""

ROUNDS = 3
"""Times that each is asked; the median counts."""

_PARTS = ("search: bm25", "search: dense", "search: fusion")

_SAMPLE = 200
"""Passages, about, that are encoded again to see how long it takes."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds, over n questions, of each the median of `ROUNDS`."""

    n: int
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What a process of its own has seen.

    `start` are the seconds of each step from the start of the process to the first answer; `stages` the
    milliseconds of a warm question; `memory` the peak, in MiB, after each step. `quality` is empty where no
    evidence is known.
    """

    questions: str
    start: Mapping[str, float]
    stages: Mapping[str, Spread]
    memory: Mapping[str, int]
    quality: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Built:
    """Passages that were cut, encoded and stored, in how many seconds, the loading of the model left out."""

    passages: int
    seconds: float

    @property
    def a_second(self) -> float:
        return self.passages / self.seconds


@dataclass(frozen=True, slots=True)
class Measured:
    """All about a collection; `sizes` are bytes, see `Collection.sizes`."""

    articles: int
    passages: int
    machine: Mapping[str, str]
    asked: Asked
    sizes: Mapping[str, int]
    built: Built

    @property
    def build_seconds(self) -> float:
        """To build all of it, at the pace of what was built."""
        return self.passages / self.built.a_second


def measure(
    folder: Path, settings: Settings, golds: Sequence[Gold] | None, built: Built, on: Mapping[str, str]
) -> Measured:
    """Ask the gold questions, or without them suggestions, headings and titles, and weigh what is stored.

    `on` is the machine, as it was before the bench began.
    """
    collection = Collection.open(folder)
    articles = collection.articles()
    passages = sum(article.passages for article in articles)
    sizes = collection.sizes()
    collection.close()
    asked = alone(_asked, time.time(), folder, settings, golds)
    return Measured(len(articles), passages, on, asked, sizes, built)


def built(folder: Path, settings: Settings) -> Built:
    """Encode a sample of the collection's articles again, into a collection that is thrown away."""
    return alone(_built, folder, settings)


def _asked(launched: float, folder: Path, settings: Settings, golds: Sequence[Gold] | None) -> Asked:
    start: dict[str, float] = {}
    memory: dict[str, int] = {}

    def done(step: str) -> None:
        start[step] = time.time() - launched - sum(start.values())
        memory[step] = peak_megabytes()

    bot = Chatbot.open(folder, settings)
    done("process and code")
    bot.encoder.encode_query("warm")
    done("model")
    bot.search("warm", 1)
    done("indexes")
    bot.ask(golds[0].question if golds else _titles(bot.collection)[0])
    done("first question")
    if golds is None:
        bot.try_suggestions()
    questions = evenly(golds or [Gold(q, q, "", (), False, ()) for q in _own_questions(bot)], QUESTIONS)
    times, records = _rounds(bot, questions)
    memory["all questions"] = peak_megabytes()
    times.update(_parts(bot, questions))  # which takes memory for indexes of its own
    return Asked(
        _told(golds, questions),
        start,
        {stage: _percentiles(rows) for stage, rows in times.items()},
        memory,
        quality([Ranking(one.ranking[:K], one.relevant) for one in records]),
    )


def _rounds(bot: Chatbot, golds: Sequence[Gold]) -> tuple[dict[str, list[list[float]]], list[Record]]:
    """Milliseconds by stage, a row a question with a value a round, and the records of the first round."""
    opened = (product(bot),)
    times: dict[str, list[list[float]]] = {}
    rounds = [[ask(opened, (gold,))[0] for gold in golds] for _ in range(ROUNDS)]
    for records in rounds:
        for position, record in enumerate(records):
            for stage, milliseconds in record.stages.items():
                times.setdefault(stage, [[] for _ in golds])[position].append(milliseconds)
    whole = [[records[position].milliseconds for records in rounds] for position in range(len(golds))]
    return {**times, "whole": whole}, rounds[0]


def _parts(bot: Chatbot, questions: Sequence[Gold]) -> dict[str, list[list[float]]]:
    """The same of the parts of a search, each asked by itself, of questions as they were typed."""
    searcher = LocalSearcher(Collection.open(bot.collection.folder), bot.encoder)
    state, how = searcher.segments.state(), bot.settings.fusion
    times: dict[str, list[list[float]]] = {name: [[] for _ in questions] for name in _PARTS}
    queries = [searcher.query(gold.question) for gold in questions]
    for _ in range(ROUNDS):
        for position, query in enumerate(queries):
            begun = time.perf_counter()
            scores = state.lexical.scores(query.terms)
            lexical = best(scores, how.depth)[0].tolist()
            bm25 = time.perf_counter()
            nearest = state.nearest(query.vector, how.depth, None)
            dense = time.perf_counter()
            candidates = list(dict.fromkeys([*lexical, *nearest]))
            shares = (scores[candidates] / max(state.lexical.highest(query.terms), 1e-9)).tolist()
            both = zip(state.cosines(candidates, query.vector), shares, strict=True)
            fused(dict(zip(candidates, both, strict=True)), how.dense)
            fusion = time.perf_counter()
            for part, seconds in zip(_PARTS, (bm25 - begun, dense - bm25, fusion - dense), strict=True):
                times[part][position].append(1000 * seconds)
    return times


def _percentiles(rows: Sequence[Sequence[float]]) -> Spread:
    """Of the questions that came to this stage."""
    medians = [median(row) for row in rows if row]
    p50, p95, p99 = np.percentile(medians, [50, 95, 99]).tolist()
    return Spread(len(medians), p50, p95, p99)


def _own_questions(bot: Chatbot) -> list[str]:
    """What the bot would suggest, and the headings and titles of the articles; always in the same order."""
    headings = [
        passage.heading
        for article in bot.collection.articles()
        for passage in bot.collection.passages(article.id)
    ]
    limit = bot.settings.question_characters
    asked = dict.fromkeys([*bot.examples(), *filter(None, headings), *_titles(bot.collection)])
    return [question for question in asked if question.strip() and len(question) <= limit]


def _titles(collection: Readable) -> list[str]:
    return [article.title for article in collection.articles()]


def _told(golds: Sequence[Gold] | None, questions: Sequence[Gold]) -> str:
    if golds is None:
        return f"{len(questions)} questions: suggestions, headings and titles"
    return f"{len(questions)} of {len(golds)} gold questions"


def _built(folder: Path, settings: Settings) -> Built:
    encoder = SentenceEncoder(settings.model)
    next(iter(encoder.encode_passages(["warm"])))
    sample = list(_sample(Collection.open(folder)))
    with tempfile.TemporaryDirectory(prefix="cuttings-bench-") as temporary:
        collection = Collection.create(Path(temporary))
        begun = time.perf_counter()
        ingest_articles(collection, encoder, sample, settings.passage_tokens)
        seconds = time.perf_counter() - begun
        passages = sum(article.passages for article in collection.articles())
        collection.close()
    return Built(passages, seconds)


def _sample(collection: Collection) -> Iterator[tuple[Article, str, str]]:
    """Articles from all over the collection, as `ingest_articles` takes them."""
    stored = sorted(collection.stored().items())
    passages = sum(article.passages for article in collection.articles())
    for location, entry in stored[:: max(1, passages // _SAMPLE)]:
        yield collection.article(entry.id), location, entry.digest
