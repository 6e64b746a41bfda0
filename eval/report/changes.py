"""What changed from one run to another: their measures, and the questions won and lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chatbot.render.text import one_line
from eval.measures.compare import HEADLINE, Comparison, compare, match
from eval.measures.metrics import MEASURES
from eval.measures.overlap import SHOWN
from eval.measures.retrieval import rankings
from eval.record import Record
from eval.stored import Run

BEFORE, AFTER = "before", "after"
_LISTED = 10
"""Questions that are named in a line."""
_WIDEST = 160
"""Characters of a quotation in a line."""


@dataclass(frozen=True, slots=True)
class QuestionChanges:
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
class RunChanges:
    """Two runs, compared by the first system of each.

    `names` are what the runs are called, (before, after). `differs` says what else differs, a line each.
    `comparisons` have "before" as their baseline, and hold every measure that both have.
    """

    names: tuple[str, str]
    runs: tuple[Run, Run]
    records: tuple[Mapping[str, Record], Mapping[str, Record]]
    comparisons: tuple[Comparison, ...]
    questions: QuestionChanges
    differs: tuple[str, ...]

    @property
    def systems(self) -> tuple[str, str]:
        before, after = self.runs
        return before.manifest.systems[0], after.manifest.systems[0]

    @property
    def sides(self) -> list[tuple[str, str, str]]:
        """("before" or "after", run, system) of both runs."""
        return list(zip((BEFORE, AFTER), self.names, self.systems, strict=True))

    @property
    def headline(self) -> list[Comparison]:
        """The comparisons that a terminal and a comment have room for."""
        return [one for name in HEADLINE for one in self.comparisons if one.measure == name]

    @property
    def rest(self) -> str:
        """How many questions are neither won nor lost, in a line."""
        changed = self.questions.changed
        ids = ", ".join([*changed[:_LISTED], *["…"] * (len(changed) > _LISTED)])
        line = f"{len(changed)} changed otherwise{f' ({ids})' if ids else ''}"
        return f"{one_line(line)}, {len(self.questions.same)} the same"


def run_changes(before: Run, after: Run, names: tuple[str, str]) -> RunChanges:
    """Compare two runs by the questions that both were asked."""
    old, new = (run.of(run.manifest.systems[0]) for run in (before, after))
    found = question_changes(old, new)
    return RunChanges(
        names,
        (before, after),
        ({one.id: one for one in old}, {one.id: one for one in new}),
        tuple(compare({BEFORE: old, AFTER: new}, BEFORE, tuple(MEASURES), after.manifest.seed)),
        found,
        (*_differs(before, after), *_asked(found)),
    )


def question_changes(before: Sequence[Record], after: Sequence[Record]) -> QuestionChanges:
    """What became of each question between two runs of a system."""
    matched = match(before, after)
    places = [rankings([pair[side] for pair in matched.pairs], "MRR") for side in (0, 1)]
    fates: dict[str, list[str]] = {"won": [], "lost": [], "changed": [], "same": []}
    for (old, new), *first in zip(matched.pairs, *places, strict=True):
        was, now = (old.served, new.served) if old.reads and new.reads else (first[0] or 0, first[1] or 0)
        if was != now:
            fates["won" if now > was else "lost"].append(new.id)
        else:
            fates["same" if _visible(old) == _visible(new) else "changed"].append(new.id)
    return QuestionChanges(
        **{fate: tuple(ids) for fate, ids in fates.items()},
        only_before=matched.only_before,
        only_after=matched.only_after,
        other=matched.other,
    )


def _visible(record: Record) -> tuple[object, ...]:
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


def _asked(found: QuestionChanges) -> list[str]:
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


def as_dict(report: RunChanges) -> dict[str, Any]:
    """As JSON types, see docs/report.md."""
    ids = {name: list(value) for name, value in asdict(report.questions).items()}
    return {
        BEFORE: {"run": report.names[0], "system": report.systems[0]},
        AFTER: {"run": report.names[1], "system": report.systems[1]},
        "differs": list(report.differs),
        "comparisons": [asdict(one) for one in report.comparisons],
        **ids,
        "same": len(ids["same"]),
    }


def first_shown(record: Record) -> tuple[bool, str]:
    """Whether a question came out well, and what was put first: a quotation, or a rank, in a few words."""
    if not record.reads:
        rank = record.first_rank
        return not record.fault, f"evidence at rank {rank}" if rank else "evidence not found"
    first = record.citations[0].quote if record.citations else ""
    if record.answered:
        return record.served, first
    return record.served, f"no answer (closest: {first})" if first else "no answer"


def in_a_line(record: Record) -> str:
    """What `first_shown` gives, in a line of bounded length."""
    good, words = first_shown(record)
    words = one_line(words)
    return f"{'right' if good else 'wrong'}: {words if len(words) <= _WIDEST else words[: _WIDEST - 1] + '…'}"
