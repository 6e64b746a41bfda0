"""What a run depends on: questions, collections and weights as digests, versions, and the machine."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import chatbot
import corpus
import eval as evaluation
import index
from chatbot.reading.baseline import Baseline
from chatbot.reading.joint import weights_of
from chatbot.reading.reader import Reader
from chatbot.reading.readers import JOINT, open_reader
from chatbot.settings import Settings, values
from corpus.errors import CuttingsError
from eval.asking import Opening
from eval.manifest import Indexed, LeftOut, Manifest
from eval.questions.gold import Gold
from index.encoding.encoder import SentenceEncoder, weights
from index.store import Store
from index.stores import Where, open_store


def describe_run(
    questions: str,
    golds: Sequence[Gold],
    left_out: Sequence[LeftOut],
    opening: Opening,
    seed: int,
    jobs: int,
) -> Manifest:
    """What a run will be. CuttingsError where a collection is of another model than its settings say."""
    collections: dict[Where, Indexed] = {}
    for system, where in zip(opening.systems, opening.collections, strict=True):
        if where not in collections:
            collection = open_store(where)
            encoder = SentenceEncoder(system.settings.model)
            collection.require("model", encoder.name)
            collections[where] = indexed(collection)
            collection.close()
    by_system = {one.name: where for one, where in zip(opening.systems, opening.collections, strict=True)}
    return Manifest(
        questions=questions,
        questions_sha256=digest_of(golds),
        systems=tuple(by_system),
        settings={system.name: values(system.settings) for system in opening.systems},
        collections={name: collections[where] for name, where in by_system.items()},
        model=models(system.settings for system in opening.systems),
        versions=versions(),
        machine=machine(),
        seed=seed,
        jobs=jobs,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        left_out=tuple(left_out),
    )


def digest_of(golds: Sequence[Gold]) -> str:
    """SHA-256 of the questions as they are asked, evidence and all."""
    digest = hashlib.sha256()
    for gold in golds:
        digest.update(json.dumps(asdict(gold), sort_keys=True).encode())
    return digest.hexdigest()


def indexed(collection: Store) -> Indexed:
    """The size of a collection, and the SHA-256 of its articles: all that is searched and quoted of them."""
    digest = hashlib.sha256()
    summaries = sorted(collection.articles(), key=lambda one: one.id)
    for one in summaries:
        article = collection.article(one.id)
        removed = [(span.start, span.end) for span in article.removed]
        said = [article.id, article.title, article.publisher, article.published, article.text, removed]
        digest.update(json.dumps(said).encode())
    passages = sum(one.passages for one in summaries)
    return Indexed(len(summaries), passages, collection.disk, digest.hexdigest())


def models(every: Iterable[Settings]) -> dict[str, str]:
    """SHA-256 of the weights of each model and reader that these settings name, by its name."""
    found = {}
    for settings in every:
        encoder = SentenceEncoder(settings.model)
        found[settings.model] = digest_of_files(weights(settings.model) or _fetched(settings.model, encoder))
        if settings.reader in JOINT:
            found[settings.reader] = digest_of_files((weights_of(settings.reader),))
        elif settings.reader != Baseline.name:
            reader = open_reader(settings.reader, encoder)
            found[settings.reader] = digest_of_files(weights(reader.name) or _fetched(reader.name, reader))
    return found


def _fetched(name: str, model: SentenceEncoder | Reader) -> tuple[Path, ...]:
    """The weights of a hub model that is not in the local cache yet: loading it brings it there."""
    model.load()
    return weights(name)


def unchanged_check(places: Iterable[Where]) -> Callable[[], None]:
    """A check that raises CuttingsError once one of these collections is no longer as it is now."""
    collections = [open_store(where) for where in dict.fromkeys(places)]
    before = [one.revision for one in collections]

    def check() -> None:
        for one, revision in zip(collections, before, strict=True):
            if one.revision != revision:
                raise CuttingsError(
                    f"the collection in {one.folder} was changed while it was asked, and the rest of the run "
                    "would be of other articles; give the command again while nothing changes it"
                )

    return check


PACKAGES = ("torch", "sentence-transformers", "faiss-cpu", "rank-bm25", "numpy")
"""Packages that answers depend on."""
_OURS = (".py", ".json", ".safetensors")


def versions() -> dict[str, str]:
    """Of Cuttings, Python and `PACKAGES`; "code" is a digest of Cuttings' own files, changed ones too."""
    found = {"cuttings": _version("cuttings"), "code": _code(), "python": platform.python_version()}
    return found | {name: _version(name) for name in PACKAGES}


def machine() -> dict[str, str]:
    """Processor, cores that may be used, memory and system; without what cannot be found out."""
    return {
        name: value
        for name, value in (
            ("processor", _processor()),
            ("cores", str(cores())),
            ("memory", _memory()),
            ("system", platform.platform()),
        )
        if value
    }


def cores() -> int:
    """Processor cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from its sources
        return "unknown"


def _code() -> str:
    return digest_of_files(tuple(_sources()))[:16]


def _sources() -> Iterable[Path]:
    """What an answer and its record are made by: not the server, and not what only tells of records."""
    for package in (corpus, index, chatbot):
        folder = Path(package.__path__[0])
        for file in sorted(folder.rglob("*")):
            if file.suffix in _OURS and not file.is_relative_to(folder / "server"):
                yield file
    own = Path(evaluation.__path__[0])
    yield from (
        own / f"{name}.py" for name in ("asking", "faults", "record", "relevance", "spans", "systems")
    )


def _processor() -> str:
    if sys.platform == "linux":
        try:
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
        except OSError:
            pass
    return platform.processor() or platform.machine()


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return ""
    return f"{size / 2**30:.1f} GB"


@cache
def digest_of_files(files: tuple[Path, ...]) -> str:
    """SHA-256 of the files' contents, one after the other."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as content:
            while chunk := content.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()
