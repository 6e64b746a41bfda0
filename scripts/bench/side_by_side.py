"""Cuttings and other search libraries on the same passages and questions, each in processes of its own."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import numpy as np

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.article import Passage
from corpus.passages import searched_text
from corpus.read import Raw
from eval.progress import progress_of
from eval.relevance import relevance
from index.encoding.encoder import SentenceEncoder
from index.folder.collection import Collection
from index.hit import Hit
from index.ingest.ingest import ingest
from index.store import Readable
from scripts.bench.alone import alone, busy, peak_megabytes
from scripts.bench.peers import PEERS, Peer
from scripts.bench.ranks import K, quality, ranked
from scripts.bench.sets import PeerSet

ROUNDS = 3
"""Times that each system is opened and asked everything; medians count."""

_QUICK = 10
"""Seconds. What is built faster is built once a round, and the median counts."""

_WARM = 10
"""Questions that are asked before those that count."""


class Cuttings:
    """The search of Cuttings, as `cuttings search` has it: ranks passages, as the peers do."""

    def open(self, passages: Sequence[str], folder: Path) -> None:
        self._bot = Chatbot.open(folder, Settings())
        self._positions = {id: position for position, id in enumerate(_ids(self._bot.collection))}

    def search(self, question: str, k: int) -> list[int]:
        return self._known(self._bot.search(question, k))

    def _known(self, hits: Sequence[Hit]) -> list[int]:
        return [self._positions[hit.passage_id] for hit in hits]


class Answers(Cuttings):
    """The passages listed with an answer: what was found, put in order once its sentences were read."""

    def search(self, question: str, k: int) -> list[int]:
        return self._known(self._bot.ask(question).hits[:k])


CUTTINGS: Mapping[str, type[Cuttings]] = {"Cuttings": Cuttings, "Cuttings, with its answers": Answers}
SYSTEMS = (*CUTTINGS, *PEERS)
"""In the order in which they are shown; the first is what the others are compared with."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds from the start of the process to the stored index, and the peak of its memory in MiB."""

    seconds: float
    megabytes: int


@dataclass(frozen=True, slots=True)
class Round:
    """A round of questions: seconds from the start of the process to the first answer, then milliseconds.

    `megabytes` is the peak of its memory in MiB, `rankings` the positions of the passages found, by question.
    """

    ready: float
    megabytes: int
    p50: float
    p95: float
    rankings: list[list[int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one system: medians of the rounds. Memory in MiB, disk in 10^6 bytes (None: it stores nothing)."""

    quality: Mapping[str, float]
    build_s: float
    build_mb: float
    ready_s: float
    p50_ms: float
    p95_ms: float
    ask_mb: float
    disk_mb: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """The figures by system, and what they were measured on."""

    passages: int
    questions: int
    machine: Mapping[str, str]
    figures: Mapping[str, Figures]
    versions: Mapping[str, str]


def compare(questions: PeerSet) -> Compared:
    """Build and ask every system."""
    on = busy()
    progress = progress_of("bench: systems asked")
    with tempfile.TemporaryDirectory(prefix="cuttings-bench-") as temporary:
        folders = {name: Path(temporary) / name for name in ("Cuttings", *PEERS)}
        # First, since it alone cuts articles into passages.
        built = {
            "Cuttings": [alone(_build, time.time(), questions.raws, folders["Cuttings"], one_thread=True)]
        }
        collection = Collection.open(folders["Cuttings"])
        texts, places = _passages(collection)
        relevant = [relevance(gold, collection).relevant for gold in questions.golds]
        collection.close()
        asked: dict[str, list[Round]] = {name: [] for name in SYSTEMS}
        for turn in range(ROUNDS):
            for name in (*SYSTEMS[turn:], *SYSTEMS[:turn]):
                folder = folders[_built_as(name)]
                before = built.setdefault(_built_as(name), [])
                if not before or (name in PEERS and turn and before[0].seconds < _QUICK):
                    before.append(alone(_build_peer, time.time(), name, texts, folder, one_thread=True))
                words = [gold.question for gold in questions.golds]
                asked[name].append(alone(_ask, time.time(), name, texts, folder, words, one_thread=True))
                progress(sum(map(len, asked.values())), ROUNDS * len(SYSTEMS))
        figures = {}
        for name in SYSTEMS:
            found = [
                ranked([places[position] for position in positions], gold, names)
                for gold, positions, names in zip(
                    questions.golds, asked[name][0].rankings, relevant, strict=True
                )
            ]
            figures[name] = _figures(
                quality(found), built[_built_as(name)], asked[name], folders[_built_as(name)]
            )
        packages = ("cuttings", *PEERS, "torch", "faiss-cpu", "numpy")
        return Compared(
            len(texts), len(questions.golds), on, figures, {package: version(package) for package in packages}
        )


def _build(launched: float, raws: Sequence[Raw], folder: Path) -> Took:
    settings = Settings()
    collection = Collection.create(folder)
    ingest(collection, SentenceEncoder(settings.model), raws, settings.passage_tokens)
    collection.close()
    return Took(time.time() - launched, peak_megabytes())


def _build_peer(launched: float, name: str, passages: Sequence[str], folder: Path) -> Took:
    _peer(name).build(passages, folder)
    return Took(time.time() - launched, peak_megabytes())


def _ask(
    launched: float, name: str, passages: Sequence[str], folder: Path, questions: Sequence[str]
) -> Round:
    system = CUTTINGS[name]() if name in CUTTINGS else _peer(name)
    system.open(passages, folder)
    system.search(questions[0], K)
    ready = time.time() - launched
    for question in questions[:_WARM]:
        system.search(question, K)
    milliseconds, rankings = [], []
    for question in questions:
        begun = time.perf_counter()
        found = system.search(question, K)
        milliseconds.append(1000 * (time.perf_counter() - begun))
        rankings.append(found)
    p50, p95 = np.percentile(milliseconds, [50, 95]).tolist()
    return Round(ready, peak_megabytes(), p50, p95, rankings)


def _peer(name: str) -> Peer:
    return PEERS[name][0]()


def _built_as(name: str) -> str:
    return "Cuttings" if name in CUTTINGS else name


def _passages(collection: Collection) -> tuple[list[str], list[Passage]]:
    """What Cuttings searches, title and heading included, in the order of their ids, and where it stands."""
    found = {}
    for summary in collection.articles():
        for id, one in collection.located(collection.passage_ids(summary.id)).items():
            found[id] = searched_text(one.article, one.passage, one.text), one.passage
    ordered = [found[id] for id in sorted(found)]
    return [text for text, _ in ordered], [passage for _, passage in ordered]


def _ids(collection: Readable) -> list[int]:
    return sorted(id for article in collection.articles() for id in collection.passage_ids(article.id))


def _figures(
    ranked: Mapping[str, float], built: Sequence[Took], asked: Sequence[Round], folder: Path
) -> Figures:
    files = [file for file in folder.rglob("*") if file.is_file()] if folder.is_dir() else []
    return Figures(
        quality=ranked,
        build_s=median(one.seconds for one in built),
        build_mb=median(one.megabytes for one in built),
        ready_s=median(one.ready for one in asked),
        p50_ms=median(one.p50 for one in asked),
        p95_ms=median(one.p95 for one in asked),
        ask_mb=median(one.megabytes for one in asked),
        disk_mb=sum(file.stat().st_size for file in files) / 1e6 if files else None,
    )
