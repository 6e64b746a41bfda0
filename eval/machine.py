"""What answers are computed by: versions of code and packages, and the machine."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import chatbot
import corpus
import eval as evaluation
import index

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
