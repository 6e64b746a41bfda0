"""What is kept of one question, asked of one system: facts only, from which all measures are computed.

So a run that was stored can be measured and reported again, compared with another, or judged by a gate,
without asking anything. A record is one object of JSON; `from_json(as_json(record)) == record`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from chatbot.answer import State
from eval.spans import Place

DEPTH = 20
"""Passages that are kept of a ranking at most; no measure looks deeper."""

Fate = Literal["passage", "removed", "no passage", "no article", "whole article"]
"""What became of a place of evidence when its article was read: it lies in a passage; it was set aside with
the page's furniture; neither; the article is not in the collection. "whole article" is not that fine."""

Fault = Literal[
    "",
    "cleaned away",
    "not in a passage",
    "retrieval",
    "reading",
    "refusal",
    "follow-up",
    "false answer",
]
"""Why somebody was not served rightly, the first that holds, see `eval/faults.py`; "" where they were."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A place of evidence, `article.text[start:end] == text`; "" of a whole article, or one not there.

    `choice` is 0 for the evidence itself and 1, 2, ... for its alternatives, each of which answers by
    itself; places of one choice answer together. `sentences` is the place widened to the sentences that
    hold it, (start, end), since no finer quotation can be given; None where no sentence does. `grade` is
    how relevant it is, 1 or more.
    """

    article_id: str
    start: int
    end: int
    text: str
    choice: int
    grade: int
    sentences: tuple[int, int] | None
    fate: Fate


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that was found. `name` stands for it in rankings; `grade` is 0 where it is not relevant.

    The rest is as `index.hit.Hit` has it.
    """

    name: str
    article_id: str
    start: int
    end: int
    grade: int
    score: float
    bm25: float
    bm25_rank: int | None
    cosine: float
    dense_rank: int | None


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence that was cited. `right`: it, or one that is said to say the same, overlaps the evidence.

    `also` are the places of those, (article_id, start, end).
    """

    rank: int
    quote: str
    article_id: str
    start: int
    end: int
    score: float
    right: bool
    also: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class BestRight:
    """The best sentence that overlaps the evidence: the `rank`-th of the `read` sentences, with its score.

    It stands in the passage that the search ranked `passage_rank`-th. `score` is a logit, as is
    `best_score`, that of the sentence that was put first.
    """

    rank: int
    read: int
    passage_rank: int
    score: float
    best_score: float


@dataclass(frozen=True, slots=True)
class Record:
    """One question, asked of one system.

    `searched` is the question as it was searched, `standalone` the form of it that stands alone and that
    the gold file gives ("" without one), `of` the id of the question whose stand-alone form this one is
    ("" else). `relevant` names what should be found, with grades; empty where nothing can be. `reads`:
    the system answers; one that does not only ranks passages, and what follows `hits` is then empty, but
    for the times. `state` is that of the answer, "none" where there is none. `milliseconds` is the wall-clock
    time of the whole chain, `stages` that of its parts.
    """

    system: str
    id: str
    question: str
    kind: str
    tags: tuple[str, ...]
    history: tuple[tuple[str, str], ...]
    """(role, content)"""
    standalone: str
    of: str
    answerable: bool
    unit: Literal["passage", "article"]
    without: tuple[str, ...]
    hidden: tuple[Place, ...]
    expected: tuple[Expected, ...]
    relevant: Mapping[str, int]
    searched: str
    hits: tuple[Found, ...]
    reads: bool
    state: State
    confidence: float
    citations: tuple[Quoted, ...]
    best_right: BestRight | None
    fault: Fault
    milliseconds: float
    stages: Mapping[str, float] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        """Whether the person is shown an answer, stated or as possibly one."""
        return self.state != "none"

    @property
    def ranking(self) -> tuple[str, ...]:
        """The names of what was found, best first, each once."""
        return tuple(dict.fromkeys(hit.name for hit in self.hits))

    @property
    def first_rank(self) -> int | None:
        """Where the first that is relevant stands, from 1; None where none was found."""
        return next((n for n, name in enumerate(self.ranking, start=1) if name in self.relevant), None)

    @property
    def first_right(self) -> bool:
        return bool(self.citations) and self.citations[0].right

    @property
    def served(self) -> bool:
        """Whether the person was served rightly: answered with the right one first, or rightly told no."""
        return self.answered and self.first_right if self.answerable else not self.answered


def as_json(record: Record) -> dict[str, Any]:
    """The record as JSON types."""
    return asdict(record)


def from_json(row: Mapping[str, Any]) -> Record:
    """The record of an object that `as_json` made. ValueError where it is none."""
    now = dict(row)
    if "answered" in now:  # of a run that was stored before there were three states
        now["state"] = "answer" if now.pop("answered") else "none"
    return _RECORD.validate_python({"hidden": (), **now})


_RECORD = TypeAdapter(Record)
