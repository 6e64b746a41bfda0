"""Training rows: a question, a passage with its sentences, and those that answer."""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from corpus.language import NAME

Span = tuple[int, int]

WEIGHTS = {
    "squadshifts-new_wiki": 1.2,
    "squadshifts-reddit": 0.5,
    "squadshifts-amazon_reviews": 0.4,
    "squad1": 1.2,
    "squad1-reqa": 0.9,
    "qamr-wikinews": 1.5,
    "qamr-wikipedia": 1.0,
    "nqg": 0.6,
    "selqa": 1.0,
    "nq": 1.0,
    "qed": 1.0,
    "fairytaleqa": 0.7,
    "bioasq": 0.35,
    "covidqa": 0.5,
    "cmuqa": 1.0,
    "quoref-contrast": 1.0,
    "nq-multispan": 1.0,
    "timeqa": 0.6,
    "timeqa-elsewhere": 0.3,
    "timeqa-unanswerable": 0.3,
    "derived-same-article": 1.0,
    "derived-same-story": 0.7,
    "speech": 0.6,
}
"""How often a row of a source is drawn, by how like articles it is; 0.6 for the others."""

FAMILIES = {
    "shifts-wiki": ("squadshifts-new_wiki",),
    "shifts-people": ("squadshifts-reddit", "squadshifts-amazon_reviews"),
    "squad": ("squad1", "squad1-reqa", "nqg"),
    "search": ("selqa", "nq", "qed", "nq-multispan", "cmuqa"),
    "news": ("qamr-wikinews", "qamr-wikipedia"),
    "stories": ("fairytaleqa", "derived-same-story", "quoref-contrast"),
    "science": ("bioasq", "covidqa"),
    "several-steps": (
        "timeqa",
        "timeqa-elsewhere",
        "timeqa-unanswerable",
        "hotpotqa",
        "hotpotqa-distractor",
        "musique",
        "musique-distractor",
    ),
}
"""Kinds of text, each left out once to see what a new kind costs."""

HELD_OUT = 40
"""One passage in so many is not trained on."""


@dataclass(frozen=True, slots=True)
class Passage:
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """`passage` and `negatives` are numbers in `Corpus.passages`; `answers` indexes of its sentences, empty
    where it does not answer; `span` the (start, end) of the answering words, where they are known."""

    question: str
    passage: int
    answers: tuple[int, ...]
    span: Span | None
    source: str
    negatives: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    passages: list[Passage]
    rows: list[Row]
    titles: list[str]
    """Of each passage, a stand-in for a title: the name that it has most often; "" where it has none."""


def load(file: Path) -> Corpus:
    """The corpus of a bundle's `rows.json.xz`."""
    stored = json.loads(lzma.decompress(file.read_bytes()))
    passages = [Passage(text, tuple((a, b) for a, b in spans)) for text, spans in stored["passages"]]
    rows = [
        Row(question, passage, tuple(answers), tuple(span) if span else None, source, tuple(negatives))
        for question, passage, answers, span, source, negatives in stored["rows"]
    ]
    return Corpus(passages, rows, [title_of(passage.text) for passage in passages])


def held_out(passage: Passage) -> bool:
    return hashlib.sha256(passage.text.encode()).digest()[0] % HELD_OUT == 0


def family(source: str) -> str:
    """The family of a source; a derived row belongs to that of the rows that it was made from."""
    base = source.removeprefix("derived-cut-")
    base = {
        "squadshifts": "squadshifts-new_wiki",
        "squad1_realcase": "squad1",
        "multispanqa": "nq-multispan",
        "derived-same-article": "squad1",
    }.get(base, base)
    return next((name for name, sources in FAMILIES.items() if base in sources), "other")


_NAME = re.compile(rf"\b{NAME}")
OPENERS = frozenset(
    "The A An In On At It He She They This That These Those When While After Before But And For With From As "
    "By If There His Her Its Their I We You My Our What Who How Why Where One Two Some Many Most".split()
)
"""Words that have a capital because they open a sentence."""


def title_of(text: str) -> str:
    counts: defaultdict[str, int] = defaultdict(int)
    for match in _NAME.finditer(text):
        words = match.group().split()
        if words[0] in OPENERS:
            words = words[1:]
        if words:
            counts[" ".join(words)] += 1
    best = max(counts, key=lambda name: (counts[name], len(name)), default="")
    return best if counts.get(best, 0) > 1 else ""


def words(text: str) -> int:
    return text.count(" ") + 1
