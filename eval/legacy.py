"""What the report and the gate of before read, made of records; to be dropped when they read records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.answer import Answer, Citation, Turn
from eval import record as recorded
from eval import report
from eval.gold import Evidence, Gold
from eval.judged import ANSWERS, RETRIEVAL, Judged, Score, mean, retrieval
from eval.stored import Run as Stored

MODES = ("bm25", "dense", "hybrid")
PRODUCT = "hybrid+reader"


@dataclass(frozen=True, slots=True)
class Record:
    """One question, asked of the first system."""

    gold: Gold
    expected: tuple[str, ...]
    answer: Answer
    judged: Judged
    retrieval: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Summary:
    """The measures of some records, by name; `retrieval` by system and name."""

    questions: int
    answerable: int
    retrieval: Mapping[str, Mapping[str, Score]]
    answers: Mapping[str, Score]

    @property
    def measures(self) -> dict[str, Score]:
        """Those of the first system, of both sorts."""
        return {**next(iter(self.retrieval.values())), **self.answers}


@dataclass(frozen=True, slots=True)
class Run:
    records: tuple[Record, ...]
    summary: Summary
    kinds: Mapping[str, Summary]


def as_text(run: Stored) -> str:
    return report.as_text(of(run))


def as_dict(run: Stored) -> dict[str, Any]:
    return report.as_dict(of(run))


def write_report(run: Stored, folder: Path) -> None:
    about = run.manifest.questions
    threshold = float(run.manifest.settings[run.manifest.systems[0]]["threshold"])
    summary = json.dumps({"about": about} | as_dict(run), ensure_ascii=False, indent=2)
    (folder / "summary.json").write_text(f"{summary}\n", encoding="utf-8")
    (folder / "report.html").write_text(report.as_html(of(run), about, threshold), encoding="utf-8")


def of(run: Stored) -> Run:
    systems = run.manifest.systems
    asked = {system: [one for one in run.of(system) if not one.of] for system in systems}
    scores = {
        system: retrieval(
            {one.id: one.ranking for one in records if one.answerable},
            {one.id: frozenset(one.relevant) for one in records if one.answerable},
        )
        for system, records in asked.items()
    }
    records = tuple(
        _record(one, {system: scores[system][one.id] for system in systems if one.answerable})
        for one in asked[systems[0]]
    )
    kinds = {
        kind: summarise([one for one in records if one.gold.kind == kind], systems)
        for kind in dict.fromkeys(one.gold.kind for one in records)
    }
    return Run(records, summarise(records, systems), kinds)


def summarise(records: Sequence[Record], systems: Sequence[str] = (PRODUCT, *MODES)) -> Summary:
    judged = [record.judged for record in records]
    return Summary(
        len(records),
        sum(one.answerable for one in judged),
        {
            system: {
                name: mean(record.retrieval[system][name] for record in records if record.gold.answerable)
                for name in RETRIEVAL
            }
            for system in systems
        },
        {name: measure(judged) for name, measure in ANSWERS.items()},
    )


def _record(one: recorded.Record, scores: Mapping[str, Mapping[str, float]]) -> Record:
    turns = tuple(Turn(role, content) for role, content in one.history)  # type: ignore[arg-type]
    evidence = tuple(Evidence(place.article_id, place.start, place.end) for place in one.expected)
    gold = Gold(
        one.id, one.question, one.kind, turns, one.answerable, evidence, one.unit, one.without, one.tags
    )
    citations = tuple(
        Citation(cited.rank, cited.quote, cited.article_id, "", "", cited.start, cited.end, cited.score)
        for cited in one.citations
    )
    answer = Answer(one.question, one.searched, "", not one.answered, one.confidence, citations, ())
    right = tuple(cited.right for cited in one.citations)
    judged = Judged(one.answerable, one.answered, one.confidence, right, one.milliseconds)
    expected = tuple(place.text or f"({place.fate}: {place.article_id})" for place in one.expected)
    return Record(gold, expected, answer, judged, scores)
