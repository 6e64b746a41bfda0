"""A run as JSON types: all that is on the page, but for the questions one by one, which records.jsonl has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from eval import manifest
from eval.measures.curves import Point
from eval.measures.metrics import Score
from eval.report.told import GROUPS, Part, Told, stages


def summary(told: Told) -> dict[str, Any]:
    """The keys are in docs/report.md. No value is NaN; what was not measured is None."""
    run = told.run.manifest
    return {
        "about": run.questions,
        "questions": len(told.records),
        "answerable": told.answerable,
        "shown": told.shown,
        "measures": _scores(told.scores[told.shown]),
        "retrieval": {
            system: _scores(
                {name: score for name, score in scores.items() if name.startswith(GROUPS["Finding"])}
            )
            for system, scores in told.scores.items()
        },
        "systems": {system: _scores(scores) for system, scores in told.scores.items()},
        "comparisons": [asdict(one) for one in told.comparisons],
        "outcomes": {outcome.key: number for outcome, number in told.outcomes.items()},
        "faults": {fault: [record.id for record in hurt] for fault, hurt in told.faults.items()},
        "breakdowns": {one.by: {part.name: _part(part) for part in one.parts} for one in told.breakdowns},
        "kinds": {
            part.name: _kind(part) for one in told.breakdowns if one.by == "kind" for part in one.parts
        },
        "reliability": [asdict(one) for one in told.bins],
        "risk_coverage": [asdict(point) for point in at_tenths(told.points)],
        "recall": {
            system: {str(k): value for k, value in values.items()} for system, values in told.recalls.items()
        },
        "latency_ms": {system: percentiles(times) for system, times in told.times.items()},
        "stages_ms": {stage: percentiles(times) for stage, times in stages(told.records).items()},
        "settings_that_differ": told.differing,
        "run": manifest.as_json(run),
    }


def at_tenths(points: Sequence[Point]) -> list[Point]:
    """The first point at or behind each tenth of the coverage."""
    reached = [
        next(point for point in points if point.coverage >= tenth / 10 - 1e-9)
        for tenth in range(1, 11)
        if points
    ]
    return list(dict.fromkeys(reached))


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """The 5th, 25th, 50th, 75th, 95th and 99th percentile; linear between ranks. Empty without any times."""
    import numpy as np

    if not times:
        return {}
    levels = (5, 25, 50, 75, 95, 99)
    return {
        f"p{level}": float(value) for level, value in zip(levels, np.percentile(times, levels), strict=True)
    }


def _scores(scores: Mapping[str, Score]) -> dict[str, Any]:
    return {name: asdict(score) for name, score in scores.items()}


def _part(part: Part) -> dict[str, Any]:
    return {"n": part.n} | _kind(part)["measures"]


def _kind(part: Part) -> dict[str, Any]:
    scores = {"served": part.served, "first_citation": part.first_citation, "nDCG@10": part.ndcg}
    return {"questions": part.n, "measures": _scores(scores)}
