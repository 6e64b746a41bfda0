"""What a run depends on: its questions, collections, weights and code, as digests, and the machine."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import chatbot
import corpus
import eval as evaluation
import index
from chatbot.settings import Settings
from eval.gold import Gold
from eval.manifest import Indexed
from index.database import FILE
from index.embed import READERS, SentenceEncoder, weights
from index.reader import NAME as READER_NAME
from index.store import Store

PACKAGES = ("torch", "sentence-transformers", "faiss-cpu", "rank-bm25", "numpy")
"""Packages that answers depend on."""
_OURS = (".py", ".json", ".safetensors")


def digest_of(golds: Sequence[Gold]) -> str:
    """SHA-256 of the questions as they are asked, evidence and all."""
    digest = hashlib.sha256()
    for gold in golds:
        digest.update(json.dumps(asdict(gold), sort_keys=True).encode())
    return digest.hexdigest()


def indexed(collection: Store) -> Indexed:
    """The size of a collection, and the SHA-256 of its articles: ids, texts, and what was set aside."""
    digest = hashlib.sha256()
    summaries = sorted(collection.articles(), key=lambda one: one.id)
    for one in summaries:
        article = collection.article(one.id)
        removed = [(gone.start, gone.end) for gone in article.removed]
        digest.update(json.dumps([article.id, article.text, removed]).encode())
    size = sum(file.stat().st_size for file in collection.folder.glob(f"{FILE}*"))
    return Indexed(len(summaries), sum(one.passages for one in summaries), size, digest.hexdigest())


def models(every: Iterable[Settings]) -> dict[str, str]:
    """SHA-256 of the weights of each model that these settings name, by its name."""
    found = {}
    for settings in every:
        encoder = SentenceEncoder(settings.model, settings.reader)
        names = [settings.model]
        if settings.reader not in READERS:
            names.append(settings.reader)
        for name in names:
            found[name] = digest_of_files(weights(name))
        if encoder.reader == "trained":
            found[READER_NAME] = digest_of_files((Path(index.__path__[0]) / "reader.safetensors",))
    return found


@cache
def digest_of_files(files: tuple[Path, ...]) -> str:
    """SHA-256 of the files' contents, one after the other."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as content:
            while chunk := content.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


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
        yield from sorted(file for file in folder.glob("*") if file.suffix in _OURS)
    own = Path(evaluation.__path__[0])
    yield from (own / f"{name}.py" for name in ("faults", "judging", "record", "run", "systems"))


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
