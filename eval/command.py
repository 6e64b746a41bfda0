"""`cuttings eval`: asks, keeps what came of it, prints and reports it, and says whether a gate was missed."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from chatbot.server.evaluation import report_of, summary_of
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from eval.absence import without_articles, without_sentences
from eval.asking import Opening, units
from eval.jobs import asked
from eval.measures.gate import GATE_MISSED, check_alpha, missed, no_worse_than, parse_gate
from eval.measures.metrics import SEED
from eval.prepare import BUNDLED, prepare, print_left_out
from eval.progress import progress_of
from eval.provenance import describe_run, unchanged_check
from eval.questions.gold import Gold, readable
from eval.record import Record
from eval.report.render import write_report
from eval.report.run_report import RunReport, run_report
from eval.report.summary import summary
from eval.report.text import run_text
from eval.stored import Run, Storage, read_run, run_of, storage
from eval.systems import systems
from index.address import folder_of
from index.stores import Where


def evaluate(
    questions: Path | None,
    collection: Where,
    settings: Settings,
    report: Path | None = None,
    *,
    compare: str | None = None,
    sweeps: Sequence[str] = (),
    topics: Path | None = None,
    with_history: bool = True,
    with_absent: bool = False,
    with_cut: bool = False,
    fail_under: Sequence[str] = (),
    no_worse: Path | None = None,
    alpha: float = 0.05,
    seed: int = SEED,
    jobs: int = 1,
    as_json: bool = False,
) -> int:
    """Evaluate, print, and return the exit code: 0, or 3 when a gate was missed.

    `questions` are in one of the forms of `eval/questions/sources.py`, or None for the bundled questions on
    the bundled articles; those without articles of their own are about `collection`. `compare` and `sweeps`
    say which systems are asked, see `eval/systems.py`. With `with_absent`, every answerable question is asked
    once more without the articles that answer it, with `with_cut` without the sentences. The gates judge the
    first system: `fail_under` by values, `no_worse` by a stored run. The run is kept in the folder `report`;
    without one, where `eval/stored.py` says. One that was stopped there is continued.
    """
    gates = [parse_gate(gate) for gate in fail_under]
    check_alpha(alpha)
    chosen = systems(compare, sweeps, settings)
    first = chosen[0].name
    before = _stored(no_worse, first, report) if no_worse else ()
    about = prepare(questions, collection, settings, topics)
    limit = min(system.settings.question_characters for system in chosen)
    loaded = readable(about.loaded, limit)
    print_left_out(loaded.left_out[len(about.loaded.left_out) :])
    golds = loaded.golds
    if not with_history:
        golds = tuple(replace(gold, history=()) for gold in golds)
    if with_absent:
        golds = (*golds, *without_articles(golds))
    if with_cut:
        golds = (*golds, *without_sentences(golds))
    if not golds:
        raise CuttingsError("every question was left out; nothing can be measured")
    opening = Opening(chosen, about.collections([system.settings for system in chosen]))
    check = unchanged_check(opening.collections)
    without = "articles" if with_absent else "sentences" if with_cut else None
    line = _line(questions, with_history, without)
    manifest = describe_run(line, golds, loaded.left_out, opening, seed, jobs)
    own = folder_of(collection) if about.raws is None else None
    order = [[(system.name, gold.id) for gold in unit for system in chosen] for unit in units(golds)]
    store = storage(report, own, manifest, order)
    try:
        reported = finished(store, opening, golds, jobs, check)
    finally:
        store.close()
    if own is not None:
        _show(store.folder, own)
    print(json.dumps(summary(reported), indent=2) if as_json else run_text(reported))
    print(f"cuttings eval: the run is in {store.folder}", file=sys.stderr)
    misses = [why for gate in gates if (why := missed(reported.run.of(first), *gate))]
    if no_worse:
        verdicts = no_worse_than(before, reported.run.of(first), alpha, str(no_worse))
        misses += [verdict.line for verdict in verdicts if verdict.missed]
        for verdict in verdicts:
            if not verdict.missed:
                print(f"cuttings eval: gate passed: {verdict.line}", file=sys.stderr)
    for why in misses:
        print(f"cuttings eval: gate missed: {why}", file=sys.stderr)
    return GATE_MISSED if misses else 0


def finished(
    store: Storage, opening: Opening, golds: Sequence[Gold], jobs: int, check: Callable[[], None]
) -> RunReport:
    """Ask what is not stored yet, store it after a `check` that all is as it was; end it, report it."""
    every = units(golds)
    done = {one.id for one in store.records}
    rest = [unit for unit in every if unit[0].id not in done]
    already = len(every) - len(rest)
    if already:
        stopped = f"going on with a run that was stopped: {already:,} of {len(every):,} asked"
        print(f"cuttings eval: {stopped}", file=sys.stderr)
    begun = time.monotonic()
    progress = progress_of("questions", already)
    try:
        for count, records in enumerate(asked(opening, rest, jobs), start=already + 1):
            check()
            store.append(records)
            progress(count, len(every))
    except KeyboardInterrupt:
        print("\ncuttings eval: stopped; the same command goes on behind what was asked", file=sys.stderr)
        raise
    return store.end(time.monotonic() - begun, _reported)


def _reported(run: Run, folder: Path) -> RunReport:
    """The report of the run, which is written."""
    reported = run_report(run)
    write_report(reported, folder)
    return reported


def _stored(folder: Path, system: str, report: Path | None) -> tuple[Record, ...]:
    """The records of a system in a stored run, which the new one is not to be written over."""
    run = read_run(folder)
    if report and report.resolve() == run_of(folder).resolve():
        raise CuttingsError(f"--report {report}: that is the run of --no-worse-than; choose another folder")
    if system not in run.manifest.systems:
        known = ", ".join(run.manifest.systems)
        raise CuttingsError(
            f"--no-worse-than {folder}: that run has no {system!r}; name one of its own first, of {known}"
        )
    return run.of(system)


def _line(questions: Path | None, with_history: bool, without: str | None) -> str:
    """In a line, what is asked."""
    parts = [str(questions) if questions else f"{BUNDLED} questions"]
    parts += [] if with_history else ["without history"]
    parts += [f"each answerable one also without the {without} that answer it"] if without else []
    return ", ".join(parts)


def _show(folder: Path, own: Path) -> None:
    """Keep the report and its figures where the operator's page of the collection `own` shows the newest."""
    try:
        for file in (summary_of(own), report_of(own)):
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / file.name, file)
    except OSError as error:
        print(f"cuttings eval: the page will not show this run: {error}", file=sys.stderr)
