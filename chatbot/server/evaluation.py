"""The newest evaluation of a collection: where `cuttings eval` keeps it, and its figures that are shares."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_MEASURES = ("served", "first_citation", "hit@10", "wrong_answers", "false_answers")
"""Each the mean of what is so (1) or not (0) of every question that it is measured on."""


@dataclass(frozen=True, slots=True)
class Share:
    """That `count` of `of` questions are as the measure says; docs/measures.md tells what each is."""

    measure: str
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`about`: what was asked, in a line. `started` is ISO in UTC."""

    about: str
    started: str
    questions: int
    shares: tuple[Share, ...]


def report_of(folder: Path) -> Path:
    """Where `cuttings eval` keeps the newest report of a collection."""
    return folder / "evaluation" / "report.html"


def summary_of(folder: Path) -> Path:
    """Where it keeps the figures of that report; their keys are in docs/report.md."""
    return folder / "evaluation" / "summary.json"


def newest(folder: Path) -> Evaluation | None:
    """None where there is no summary, or another version of Cuttings has written it."""
    try:
        row = json.loads(summary_of(folder).read_text(encoding="utf-8"))
        scores = row["measures"]
        shares = [
            Share(name, round(score["value"] * score["n"]), int(score["n"]))
            for name in _MEASURES
            if (score := scores.get(name)) and score["value"] is not None
        ]
        return Evaluation(str(row["about"]), str(row["run"]["started"]), int(row["questions"]), tuple(shares))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
