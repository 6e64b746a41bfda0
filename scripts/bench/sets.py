"""What systems are compared on: a question set with its articles, or a file of articles with headlines."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from corpus.errors import CuttingsError
from corpus.metadata import Metadata
from corpus.read import Raw
from eval.questions.gold import Evidence, Gold
from eval.questions.sources import format_of, load
from eval.questions.texts import of_raws
from index.tokens import terms

STORIES = 1000
"""Articles that are drawn from a file, each with its headline as the question."""

SEED = 7
_WORDS = 3
"""A headline of fewer words is no question; a story of fewer than ten times as many is none."""


@dataclass(frozen=True, slots=True)
class PeerSet:
    """Articles, and questions that can be asked without a conversation; what was left out, and why."""

    name: str
    raws: tuple[Raw, ...]
    golds: tuple[Gold, ...]
    left_out: tuple[str, ...]


def peer_set(path: Path) -> PeerSet:
    """The questions of a path. CuttingsError where it holds none."""
    form = format_of(path)
    if form == "gold file":  # JSON lines, but of articles
        return _stories(path)
    source = load(path)
    if source.raws is None:
        raise CuttingsError(
            f"{path} holds {form}; give a question set that brings its articles, or a file of them"
        )
    loaded = source.read(of_raws(source.raws))
    asked = tuple(gold for gold in loaded.golds if gold.answerable and not gold.history)
    if not asked:
        raise CuttingsError(
            f"{path}: every question is a follow-up or has no answer; give another question set"
        )
    follow_ups = sum(bool(gold.history) for gold in loaded.golds)
    left_out = _counted(
        (follow_ups, "follow-ups, which the others cannot be asked"),
        (len(loaded.golds) - len(asked) - follow_ups, "questions without an answer"),
        (len(loaded.left_out), "questions whose evidence is not in the articles"),
    )
    return PeerSet(path.resolve().name, source.raws, asked, left_out)


def _counted(*told: tuple[int, str]) -> tuple[str, ...]:
    return tuple(f"{number:,} {what}" for number, what in told if number)


def _stories(path: Path) -> PeerSet:
    """Stories drawn by chance, always the same; each one's headline asks for it, and is not in its text."""
    rows = list(_rows(path))
    often = Counter(tuple(terms(title)) for title, _ in rows)
    fit = [
        (title, text)
        for title, text in rows
        if often[tuple(terms(title))] == 1 and len(terms(title)) >= _WORDS and len(terms(text)) >= 10 * _WORDS
    ]
    if not fit:
        raise CuttingsError(f"{path}: no article has a headline that could ask for it; give another file")
    drawn = Random(SEED).sample(fit, min(STORIES, len(fit)))
    raws, golds = [], []
    for position, (title, text) in enumerate(drawn, start=1):
        id = f"story-{position}"
        digest = hashlib.sha256(f"{id}\n{text}".encode()).hexdigest()
        raws.append(Raw(f"bench:{id}", id, text, "txt", Metadata(id=id), (), digest))  # no title to be found
        evidence = Evidence(id, 0, len(text))
        golds.append(Gold(id, " ".join(title.split()), "headline", (), True, (evidence,), "article"))
    left_out = _counted(
        (len(rows) - len(fit), "stories that are short, or whose headline is short or not theirs alone"),
        (len(fit) - len(drawn), "that were not drawn"),
    )
    return PeerSet(path.name, tuple(raws), tuple(golds), left_out)


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    """(title, text) of each line; other fields are not read. CuttingsError where one is no article."""
    try:
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        lines = content.decode("utf-8").split("\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise CuttingsError(f"cannot read {path}: {error}; give JSON lines in UTF-8, .gz or not") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield str(row["title"] or ""), str(row["text"])
        except (ValueError, TypeError, KeyError) as error:
            raise CuttingsError(
                f"{path}:{number}: no article: {line[:60]!r}; each line needs title and text"
            ) from error
