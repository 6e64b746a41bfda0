"""What changed from one run to another: their measures, and the questions won and lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.measures.compare import Comparison, compare, match
from eval.measures.metrics import MEASURES
from eval.measures.overlap import SHOWN
from eval.measures.retrieval import rankings
from eval.record import Record
from eval.stored import Run

BEFORE, AFTER = "before", "after"
_LISTED = 10
"""Questions that are not compared, and named."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of each question between two runs of a system, by id.

    `won` are served rightly now and were not, `lost` the reverse; of a system that only ranks passages, those
    whose first relevant passage stands higher, or lower. `changed` is neither, but a person is shown
    something else; `same` is the rest. `other` are no longer the same question, see `Matched`.
    """

    won: tuple[str, ...]
    lost: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Two runs, compared by the first system of each.

    `names` are what the runs are called, (before, after). `differs` tells what else differs, a line each.
    `comparisons` have "before" as their baseline, and hold every measure that both have.
    """

    names: tuple[str, str]
    runs: tuple[Run, Run]
    records: tuple[Mapping[str, Record], Mapping[str, Record]]
    comparisons: tuple[Comparison, ...]
    changes: Changes
    differs: tuple[str, ...]

    @property
    def systems(self) -> tuple[str, str]:
        before, after = self.runs
        return before.manifest.systems[0], after.manifest.systems[0]


def between(before: Run, after: Run, names: tuple[str, str]) -> Between:
    """Compare two runs by the questions that both were asked."""
    old, new = (run.of(run.manifest.systems[0]) for run in (before, after))
    found = changes(old, new)
    return Between(
        names,
        (before, after),
        ({one.id: one for one in old}, {one.id: one for one in new}),
        tuple(compare({BEFORE: old, AFTER: new}, BEFORE, tuple(MEASURES), after.manifest.seed)),
        found,
        (*_differs(before, after), *_asked(found)),
    )


def changes(before: Sequence[Record], after: Sequence[Record]) -> Changes:
    """What became of each question between two runs of a system."""
    matched = match(before, after)
    places = [rankings([pair[side] for pair in matched.pairs], "MRR") for side in (0, 1)]
    fates: dict[str, list[str]] = {"won": [], "lost": [], "changed": [], "same": []}
    for (old, new), *first in zip(matched.pairs, *places, strict=True):
        was, now = (old.served, new.served) if old.reads and new.reads else (first[0] or 0, first[1] or 0)
        if was != now:
            fates["won" if now > was else "lost"].append(new.id)
        else:
            fates["same" if _shown(old) == _shown(new) else "changed"].append(new.id)
    return Changes(
        **{fate: tuple(ids) for fate, ids in fates.items()},
        only_before=matched.only_before,
        only_after=matched.only_after,
        other=matched.other,
    )


def _shown(record: Record) -> tuple[object, ...]:
    """What a person sees of it."""
    if not record.reads:
        return record.ranking
    cited = ((one.article_id, one.quote) for one in record.citations[:SHOWN] if record.answered)
    return record.state, *cited


def _differs(before: Run, after: Run) -> list[str]:
    old, new = before.manifest, after.manifest
    systems = old.systems[0], new.systems[0]
    lines = []
    if systems[0] != systems[1]:
        lines.append(f"system: {systems[0]} → {systems[1]}")
    groups: Sequence[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = (
        ("", old.settings.get(systems[0], {}), new.settings.get(systems[1], {})),
        ("model ", old.model, new.model),
        ("version of ", old.versions, new.versions),
        ("machine ", old.machine, new.machine),
    )
    for group, one, other in groups:
        for name in dict.fromkeys((*one, *other)):
            if one.get(name) != other.get(name):
                lines.append(f"{group}{name}: {one.get(name, '–')} → {other.get(name, '–')}")
    collections = old.collections.get(systems[0]), new.collections.get(systems[1])
    if collections[0] and collections[1] and collections[0].sha256 != collections[1].sha256:
        lines.append(
            f"the articles: {collections[0].articles:,} → {collections[1].articles:,}, not the same ones"
        )
    return lines


def _asked(found: Changes) -> list[str]:
    lines = []
    if found.only_before:
        lines.append(f"questions asked before only, not compared: {_listed(found.only_before)}")
    if found.only_after:
        lines.append(f"questions asked after only, not compared: {_listed(found.only_after)}")
    if found.other:
        lines.append(f"no longer the same question or evidence, not compared: {_listed(found.other)}")
    return lines


def _listed(ids: Sequence[str]) -> str:
    """How many there are, and the first of them."""
    more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    return f"{len(ids)} ({', '.join(ids[:_LISTED])}{more})"


def as_dict(told: Between) -> dict[str, Any]:
    """As JSON types, see docs/report.md."""
    found = told.changes
    return {
        BEFORE: {"run": told.names[0], "system": told.systems[0]},
        AFTER: {"run": told.names[1], "system": told.systems[1]},
        "differs": list(told.differs),
        "comparisons": [asdict(one) for one in told.comparisons],
        "won": list(found.won),
        "lost": list(found.lost),
        "changed": list(found.changed),
        "same": len(found.same),
        "only_before": list(found.only_before),
        "only_after": list(found.only_after),
        "other": list(found.other),
    }


def cited(record: Record) -> tuple[bool, str]:
    """Whether a question came out well, and what was put first: a quotation, or a rank, in a few words."""
    if not record.reads:
        rank = record.first_rank
        return not record.fault, f"evidence at rank {rank}" if rank else "evidence not found"
    first = record.citations[0].quote if record.citations else ""
    if record.answered:
        return record.served, first
    return record.served, f"no answer (closest: {first})" if first else "no answer"
