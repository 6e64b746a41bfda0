"""What is in a report, computed once from a stored run; the formats only write it down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.render.text import counted
from eval.manifest import Indexed
from eval.measures.compare import Comparison, compare
from eval.measures.curves import Bin, Point, reliability, risk_coverage
from eval.measures.metrics import Score, measure, summary
from eval.measures.values import asked, confidences
from eval.record import Record
from eval.report.words import FAULTS, OUTCOMES, Outcome, outcome
from eval.stored import Run
from index.tokens import terms

_NONE = "(none)"
_SHOWN = ("served", "first_citation", "nDCG@10")
"""The measures of a breakdown."""
KS = (1, 2, 3, 4, 5, 7, 10, 15, 20)
"""Where the curve of recall is measured."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Finding": ("hit@", "recall@", "MRR", "MAP", "nDCG@"),
    "Citing": ("first_citation", "any_of_3", "answered_right", "citation_"),
    "Answering or not": ("served", "coverage", "wrong_answers", "false_"),
    "Confidence": ("AUROC", "ECE", "AURC"),
    "Follow-ups": ("follow_up", "stand_alone"),
    "Speed": ("latency_", "questions_per_second"),
}
"""How the names of the measures of a group begin."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the questions: how many there are, and the measures that a breakdown shows, by name."""

    name: str
    n: int
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The questions by one of their traits, named `by`."""

    by: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RunReport:
    """What a report says of a run.

    `system` is the one whose answers are shown: the first that answers, or the first of all. `records` are
    its questions, those that ask a follow-up in its stand-alone form left out. `scores` are by system and
    measure, `recalls` (by k) and `times` (milliseconds) by system. `ranked` has the record of each system, by
    question.
    """

    run: Run
    system: str
    records: tuple[Record, ...]
    scores: Mapping[str, Mapping[str, Score]]
    comparisons: tuple[Comparison, ...]
    breakdowns: tuple[Breakdown, ...]
    bins: tuple[Bin, ...]
    points: tuple[Point, ...]
    recalls: Mapping[str, Mapping[int, float]]
    times: Mapping[str, Sequence[float]]
    ranked: Mapping[str, Mapping[str, Record]]

    @property
    def reads(self) -> bool:
        """Whether that system answers questions, and does not only rank passages."""
        return any(record.reads for record in self.records)

    @property
    def threshold(self) -> float | None:
        """The confidence from which it answers."""
        return self.run.manifest.settings.get(self.system, {}).get("threshold")

    @property
    def counts(self) -> str:
        """How many questions were asked, in a line."""
        asked, answerable = len(self.records), self.answerable
        return f"{counted(asked, 'question')}, {answerable} answerable, {asked - answerable} not"

    @property
    def answerable(self) -> int:
        return sum(record.answerable for record in self.records)

    @property
    def outcomes(self) -> dict[Outcome, int]:
        """How many questions came out how; those that none did are left out."""
        found = Counter(outcome(record) for record in self.records)
        return {one: found[one] for one in OUTCOMES if found[one]}

    @property
    def faults(self) -> dict[str, list[Record]]:
        """The questions of each fault that occurred."""
        return {
            fault: hurt
            for fault in FAULTS
            if (hurt := [record for record in self.records if record.fault == fault])
        }

    @property
    def collections(self) -> list[tuple[list[str], Indexed]]:
        """The collections that were searched, each with the systems that searched it."""
        searched: dict[Indexed, list[str]] = {}
        for system, one in self.run.manifest.collections.items():
            searched.setdefault(one, []).append(system)
        return [(systems, one) for one, systems in searched.items()]

    @property
    def differing(self) -> dict[str, dict[str, Any]]:
        """The settings that differ from system to system: (system, value) by setting."""
        settings = self.run.manifest.settings
        names = dict.fromkeys(name for values in settings.values() for name in values)
        return {
            name: {system: values.get(name) for system, values in settings.items()}
            for name in names
            if len({repr(values.get(name)) for values in settings.values()}) > 1
        }


def run_report(run: Run) -> RunReport:
    """Everything that a report of the run says. Takes seconds, for the questions are resampled."""
    manifest = run.manifest
    by_system = {system: asked(run.of(system)) for system in manifest.systems}
    answering = (name for name, records in by_system.items() if any(one.reads for one in records))
    system = next(answering, manifest.systems[0])
    records = by_system[system]
    said, right = confidences([record for record in records if record.reads])
    ranked: dict[str, dict[str, Record]] = {record.id: {} for record in records}
    for name, ones in by_system.items():
        for record in ones:
            ranked.setdefault(record.id, {})[name] = record
    return RunReport(
        run=run,
        system=system,
        records=tuple(records),
        scores={name: summary(run.of(name), manifest.seed) for name in manifest.systems},
        comparisons=tuple(compare(by_system, manifest.systems[0], seed=manifest.seed)),
        breakdowns=_breakdowns(records, manifest.seed),
        bins=reliability(said, right),
        points=risk_coverage(said, right),
        recalls=_recalls(by_system),
        times={name: [record.milliseconds for record in ones] for name, ones in by_system.items()},
        ranked=ranked,
    )


def grouped(scores: Mapping[str, Score]) -> dict[str, dict[str, Score]]:
    """The measures in groups, in their order; what belongs to none is under "More"."""
    groups: dict[str, dict[str, Score]] = {}
    for name, score in scores.items():
        group = next((group for group, begins in GROUPS.items() if name.startswith(begins)), "More")
        groups.setdefault(group, {})[name] = score
    return {group: groups[group] for group in (*GROUPS, "More") if group in groups}


def worst(records: Sequence[Record]) -> list[Record]:
    """The questions that were not served rightly: those first that were most sure to be right."""
    return sorted(
        (record for record in records if not outcome(record).good), key=lambda record: -record.confidence
    )


def stages(records: Sequence[Record]) -> dict[str, list[float]]:
    """The milliseconds of each stage, over the questions that came to it."""
    times: dict[str, list[float]] = {}
    for record in records:
        for stage, milliseconds in record.stages.items():
            times.setdefault(stage, []).append(milliseconds)
    return times


def at_tenths(points: Sequence[Point]) -> list[Point]:
    """The first point at or behind each tenth of the coverage."""
    reached = [
        next(point for point in points if point.coverage >= tenth / 10 - 1e-9)
        for tenth in range(1, 11)
        if points
    ]
    return list(dict.fromkeys(reached))


def _recalls(by_system: Mapping[str, Sequence[Record]]) -> dict[str, dict[int, float]]:
    recalls = {}
    for system, records in by_system.items():
        at = {k: measure(f"recall@{k}").whole(records) for k in KS}
        if None not in at.values():
            recalls[system] = {k: value for k, value in at.items() if value is not None}
    return recalls


def _breakdowns(records: Sequence[Record], seed: int) -> tuple[Breakdown, ...]:
    by: dict[str, Callable[[Record], Sequence[str]]] = {
        "kind": lambda record: (record.kind,),
        "tag": lambda record: record.tags or (_NONE,),
        "length": lambda record: (_length(record.question),),
        "history": lambda record: ("with history" if record.history else "without history",),
        "article": lambda record: tuple(dict.fromkeys(one.article_id for one in record.expected)) or (_NONE,),
    }
    breakdowns = []
    for name, traits in by.items():
        parts: dict[str, list[Record]] = {}
        for record in records:
            for trait in traits(record):
                parts.setdefault(trait, []).append(record)
        if set(parts) == {_NONE}:
            continue
        found = [Part(trait, len(ones), summary(ones, seed, _SHOWN)) for trait, ones in parts.items()]
        if name == "article":
            found.sort(key=_worst_first)
        elif name == "length":
            found.sort(key=lambda part: int(part.name.split()[0].split("–")[0]))
        else:
            found.sort(key=lambda part: (part.name == _NONE, -part.n, part.name))
        breakdowns.append(Breakdown(name, tuple(found)))
    return tuple(breakdowns)


def _worst_first(part: Part) -> tuple[float, int, str]:
    """The lowest share of right first citations, and of those the most questions; what has none last."""
    share = part.scores["first_citation"].value
    return 2.0 if share is None else share, -part.n, part.name


def _length(question: str) -> str:
    count = len(terms(question))
    return "1–5 terms" if count <= 5 else "6–10 terms" if count <= 10 else "11 terms or more"
