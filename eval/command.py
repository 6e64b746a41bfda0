"""`cuttings eval`: asks, keeps what came of it, prints and reports it, and says whether a gate was missed."""

from __future__ import annotations

import json
import math
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from chatbot.server.shell import report_of
from chatbot.settings import Settings, values
from corpus.errors import CuttingsError
from eval.absence import absent
from eval.facts import digest_of, indexed, machine, models, versions
from eval.gold import Gold
from eval.jobs import asked
from eval.judged import ANSWERS, LOWER_IS_BETTER, RETRIEVAL
from eval.legacy import Summary, as_dict, as_text, of, write_report
from eval.manifest import LeftOut, Manifest
from eval.places import storage
from eval.prepare import BUNDLED, Prepared, prepare
from eval.progress import told
from eval.run import Opening, units
from eval.stored import Run, Storage
from eval.systems import System, systems
from index.address import folder_of
from index.embed import SentenceEncoder
from index.store import Where, open_store

GATE_MISSED = 3
"""Exit code."""

SEED = 7


def evaluate(
    questions: Path | None,
    collection: Where,
    settings: Settings,
    report: Path | None = None,
    compare: str | None = None,
    sweeps: Sequence[str] = (),
    fail_under: Sequence[str] = (),
    with_history: bool = True,
    as_json: bool = False,
    with_absent: bool = False,
    seed: int = SEED,
    jobs: int = 1,
) -> int:
    """Evaluate, print, and return the exit code: 0, or 3 when a gate of `fail_under` was missed.

    `questions` is a gold file about `collection`, the folder of a question set (which brings its own
    articles), or None for the bundled questions on the bundled articles; `compare` and `sweeps` say which
    systems are asked, see `eval/systems.py`. With `with_absent`, every answerable question is asked once more
    without the articles that answer it. The run is kept in the folder `report`; without one, where
    `eval/places.py` says. One that was stopped there is gone on with.
    """
    gates = [parse_gate(gate) for gate in fail_under]
    chosen = systems(compare, sweeps, settings)
    about = prepare(questions, collection, settings)
    golds, left_out = asked_of(about, chosen, with_history, with_absent)
    for one in left_out:
        place = f"{one.where}: " if one.where else ""
        print(f"left out: {place}{one.id}: {one.why}", file=sys.stderr)
    if not golds:
        raise CuttingsError("every question was left out; nothing can be measured")
    opening = Opening(chosen, tuple(about.under(system.settings) for system in chosen))
    manifest = described(_line(questions, with_history, with_absent), golds, left_out, opening, seed, jobs)
    own = folder_of(collection) if about.raws is None else None
    store = storage(report, own, manifest, [_keys(unit, chosen) for unit in units(golds)])
    try:
        run = finished(store, opening, golds, jobs)
    finally:
        store.close()
    print(json.dumps(as_dict(run), indent=2) if as_json else as_text(run))
    write_report(run, store.folder)
    print(f"cuttings eval: the run is in {store.folder}", file=sys.stderr)
    if own is not None:
        _show(store.folder / report_of(own).name, report_of(own))
    misses = [why for measure, value in gates if (why := missed(of(run).summary, measure, value))]
    for why in misses:
        print(f"cuttings eval: gate missed: {why}", file=sys.stderr)
    return GATE_MISSED if misses else 0


def asked_of(
    about: Prepared, chosen: Sequence[System], with_history: bool, with_absent: bool
) -> tuple[tuple[Gold, ...], tuple[LeftOut, ...]]:
    """The questions as they are asked, and those that cannot be, with the reason."""
    golds = about.golds if with_history else tuple(replace(gold, history=()) for gold in about.golds)
    limit = min(system.settings.question_characters for system in chosen)
    long = [gold for gold in golds if max(len(gold.question), len(gold.standalone)) > limit]
    left_out = [
        LeftOut(gold.id, "", f"it is longer than the {limit:,} characters of a question that are read")
        for gold in long
    ]
    golds = tuple(gold for gold in golds if gold not in long)
    return (*golds, *(absent(golds) if with_absent else ())), (*about.left_out, *left_out)


def described(
    questions: str,
    golds: Sequence[Gold],
    left_out: Sequence[LeftOut],
    opening: Opening,
    seed: int,
    jobs: int,
) -> Manifest:
    """What the run will be. CuttingsError where a collection is of another model than its settings say."""
    collections = {}
    for where, settings in zip(opening.collections, (one.settings for one in opening.systems), strict=True):
        if where not in collections:
            opened = open_store(where)
            opened.require("model", SentenceEncoder(settings.model, settings.reader).name)
            collections[where] = indexed(opened)
            opened.close()
    return Manifest(
        questions=questions,
        questions_sha256=digest_of(golds),
        systems=tuple(system.name for system in opening.systems),
        settings={system.name: values(system.settings) for system in opening.systems},
        collections={
            system.name: collections[where]
            for system, where in zip(opening.systems, opening.collections, strict=True)
        },
        model=models(system.settings for system in opening.systems),
        versions=versions(),
        machine=machine(),
        seed=seed,
        jobs=jobs,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        left_out=tuple(left_out),
    )


def finished(store: Storage, opening: Opening, golds: Sequence[Gold], jobs: int) -> Run:
    """Ask what is not stored yet, store it, and end the run."""
    every = units(golds)
    done = {one.id for one in store.records}
    rest = [unit for unit in every if unit[0].id not in done]
    already = len(every) - len(rest)
    if already:
        print(
            f"cuttings eval: going on with a run that was stopped: {already:,} of {len(every):,} asked",
            file=sys.stderr,
        )
    begun = time.monotonic()
    tell = told("questions", already)
    for count, records in enumerate(asked(opening, rest, jobs), start=already + 1):
        store.append(records)
        tell(count, len(every))
    return store.end(time.monotonic() - begun)


def _keys(unit: Sequence[Gold], chosen: Sequence[System]) -> list[tuple[str, str]]:
    """Of the records of a question, in the order in which they are stored."""
    return [(system.name, gold.id) for gold in unit for system in chosen]


def _line(questions: Path | None, with_history: bool, with_absent: bool) -> str:
    """In a line, what is asked."""
    parts = [str(questions) if questions else f"{BUNDLED} questions"]
    parts += [] if with_history else ["without history"]
    parts += ["each answerable one also without the articles that answer it"] if with_absent else []
    return ", ".join(parts)


def _show(page: Path, shown: Path) -> None:
    """Keep the report where the chat page of its collection shows the newest."""
    try:
        shown.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(page, shown)
    except OSError as error:
        print(f"cuttings eval: the page will not show this run: {error}", file=sys.stderr)


def parse_gate(gate: str) -> tuple[str, float]:
    """(measure, value) of `MEASURE=VALUE`."""
    measure, _, value = gate.partition("=")
    names = (*RETRIEVAL, *ANSWERS)
    if measure not in names:
        raise CuttingsError(f"--fail-under {gate}: no measure {measure!r}. Choose from: {', '.join(names)}.")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CuttingsError(f"--fail-under {gate}: {value!r} is no number. Write {measure}=0.8, say.")
    return measure, number


def missed(summary: Summary, measure: str, value: float) -> str:
    """Why the gate was missed, in a few words; "" when it was not.

    Where lower is better, the gate is a ceiling. Raises CuttingsError when there is nothing to judge by.
    """
    score = summary.measures[measure]
    if score.value is None:
        raise CuttingsError(
            f"--fail-under {measure}={value:g}: no question here is measured by it. Leave it out."
        )
    lower = measure in LOWER_IS_BETTER
    if score.value > value if lower else score.value < value:
        return f"{measure} is {score.value:.4g} (n={score.n}), {'over' if lower else 'under'} {value:g}"
    return ""
