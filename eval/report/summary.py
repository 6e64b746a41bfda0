"""A run as JSON types: all that is on the page, but for the questions one by one, which records.jsonl has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from eval import manifest
from eval.measures.metrics import Score
from eval.report.numbers import percentiles
from eval.report.run_report import GROUPS, RunReport, at_tenths, stages


def summary(report: RunReport) -> dict[str, Any]:
    """The keys are in docs/report.md. No value is NaN; what was not measured is None."""
    run = report.run.manifest
    return {
        "about": run.questions,
        "questions": len(report.records),
        "answerable": report.answerable,
        "shown": report.system,
        "measures": _scores(report.scores[report.system]),
        "retrieval": {
            system: _scores(
                {name: score for name, score in scores.items() if name.startswith(GROUPS["Finding"])}
            )
            for system, scores in report.scores.items()
        },
        "systems": {system: _scores(scores) for system, scores in report.scores.items()},
        "comparisons": [asdict(one) for one in report.comparisons],
        "outcomes": {outcome.key: number for outcome, number in report.outcomes.items()},
        "faults": {fault: [record.id for record in hurt] for fault, hurt in report.faults.items()},
        "breakdowns": {
            one.by: {part.name: {"n": part.n, **_scores(part.scores)} for part in one.parts}
            for one in report.breakdowns
        },
        "kinds": {
            part.name: {"questions": part.n, "measures": _scores(part.scores)}
            for one in report.breakdowns
            if one.by == "kind"
            for part in one.parts
        },
        "reliability": [asdict(one) for one in report.bins],
        "risk_coverage": [asdict(point) for point in at_tenths(report.points)],
        "recall": {
            system: {str(k): recall for k, recall in by_k.items()} for system, by_k in report.recalls.items()
        },
        "latency_ms": {system: percentiles(times) for system, times in report.times.items()},
        "stages_ms": {stage: percentiles(times) for stage, times in stages(report.records).items()},
        "settings_that_differ": report.differing,
        "run": manifest.as_json(run),
    }


def _scores(scores: Mapping[str, Score]) -> dict[str, Any]:
    return {name: asdict(score) for name, score in scores.items()}
