"""What is kept of a run as a whole: enough to know what was measured, on what, and to ask it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Indexed:
    """The collection that a system searched: its size, bytes on disk, and a digest of its articles."""

    articles: int
    passages: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A question that could not be asked, with its place in the file and the reason."""

    id: str
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A run: questions, systems, and what they ran on.

    `questions` says in a line what was asked. `systems` are in the order given, the first being the one that
    the others are compared with; `settings` and `collections` are by system. `seconds` is the time that was
    spent asking, None while it has not ended; `seed` that of resampling; `jobs` the processes that asked.
    """

    questions: str
    questions_sha256: str
    systems: tuple[str, ...]
    settings: Mapping[str, Mapping[str, Any]]
    collections: Mapping[str, Indexed]
    model: Mapping[str, str]
    """name, and the sha256 of its weights"""
    versions: Mapping[str, str]
    """of Cuttings, Python and the packages that answers depend on"""
    machine: Mapping[str, str]
    seed: int
    jobs: int
    started: str
    """ISO 8601, UTC"""
    seconds: float | None = None
    left_out: tuple[LeftOut, ...] = ()


def as_json(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON types."""
    return asdict(manifest)


def from_json(row: Mapping[str, Any]) -> Manifest:
    """The manifest of an object that `as_json` made. ValueError where it is none."""
    return _MANIFEST.validate_python(row)


_MANIFEST = TypeAdapter(Manifest)
