"""The figures of a bench as tables, with what one has to know to read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from scripts.bench.collection import ROUNDS, Asked, Measured
from scripts.bench.ranks import MEASURES
from scripts.bench.side_by_side import SYSTEMS, Compared, Figures
from scripts.bench.text import Report, Table, number

_COLUMNS = {
    "build s": "build_s",
    "build MiB": "build_mb",
    "ready s": "ready_s",
    "p50 ms": "p50_ms",
    "p95 ms": "p95_ms",
    "MiB": "ask_mb",
    "disk MB": "disk_mb",
}
"""Of the comparison, with the names of the figures."""


def of_collection(about: str, measured: Measured, note: str = "") -> Report:
    """Of one collection."""
    asked, articles, passages = measured.asked, measured.articles, measured.passages
    tables = [
        _stages(asked),
        _quality(asked),
        _start(asked),
        _disk(measured.sizes, passages),
        _build(measured),
    ]
    return Report(
        f"{about}: {articles:,} articles, {passages:,} passages. {_on(measured.machine)}",
        tuple(table for table in tables if table.rows),
        (note,) if note else (),
        {"collection": about, "note": note, **asdict(measured), "build_seconds": measured.build_seconds},
    )


def _stages(asked: Asked) -> Table:
    rows = [
        (stage, number(one.p50), number(one.p95), number(one.p99), str(one.n))
        for stage, one in asked.stages.items()
    ]
    about = f"milliseconds, warm, one at a time; {asked.questions}, of each the median of {ROUNDS}"
    return Table("A question by stage", about, ("stage", "p50", "p95", "p99", "n"), tuple(rows))


def _quality(asked: Asked) -> Table:
    rows = [(name, f"{value:.3f}") for name, value in asked.quality.items()]
    return Table("Passages listed with an answer", asked.questions, ("measure", "value"), tuple(rows))


def _start(asked: Asked) -> Table:
    rows = [(step, number(asked.start.get(step)), str(megabytes)) for step, megabytes in asked.memory.items()]
    rows.append(("until the first answer", number(sum(asked.start.values())), ""))
    about = "a process of its own; memory is the peak so far"
    return Table("Start and memory", about, ("step", "seconds", "MiB"), tuple(rows))


def _disk(sizes: Mapping[str, int], passages: int) -> Table:
    parts = {name: size for name, size in sizes.items() if name != "file"}
    whole = sizes["file"]
    rows = [
        (name, number(size / 1e6), number(size / passages), f"{size / whole:.1%}")
        for name, size in {**parts, "the rest": whole - sum(parts.values()), "all": whole}.items()
    ]
    return Table("On disk", "", ("what", "MB", "bytes a passage", "share"), tuple(rows))


def _build(measured: Measured) -> Table:
    built = measured.built
    about = "all of it"
    if built.passages != measured.passages:
        about = f"extrapolated from {built.passages} passages that were encoded again"
    row = ("cut, encoded, stored", number(built.a_second), number(measured.build_seconds))
    return Table("Build", about, ("", "passages a second", "seconds"), (row,))


def of_peers(name: str, left_out: Sequence[str], compared: Compared) -> Report:
    """Of the systems side by side."""
    of = f"{compared.passages:,} passages, {compared.questions:,} questions"
    values = {system: _values(compared.figures[system]) for system in SYSTEMS}
    base = values[SYSTEMS[0]]
    ratios = {
        system: [one / to if one is not None and to else None for one, to in zip(row, base, strict=True)]
        for system, row in values.items()
    }
    figures = {
        system: (*(f"{value:.3f}" for value in row[: len(MEASURES)]), *map(number, row[len(MEASURES) :]))
        for system, row in values.items()
    }
    times = {
        system: ["-" if value is None else f"{number(value)}×" for value in row]
        for system, row in ratios.items()
    }
    columns = ("system", *MEASURES, *_COLUMNS)
    versions = ", ".join(f"{package} {version}" for package, version in compared.versions.items())
    notes = [
        "Every system ran in processes of its own, on one thread, without a network, and was asked one "
        f"question at a time; medians of {ROUNDS} rounds, in rotated order. build and ready count from the "
        "start of a process, with imports and the model; MiB is the peak, while building and while asking.",
        f'"{SYSTEMS[0]}" and "{SYSTEMS[1]}" share a collection. Only its build reads, cleans and cuts '
        "articles; only its file holds their text, and a vector for each word piece to read answers by.",
        f"Versions: {versions}.",
    ]
    if left_out:
        notes.append(f"Left out: {'; '.join(left_out)}.")
    return Report(
        f"{name}: {of}. {_on(compared.machine)}",
        (
            Table("Side by side", of, columns, _rows(figures)),
            Table(f"As ratios to {SYSTEMS[0]}", of, columns, _rows(times)),
        ),
        tuple(notes),
        {
            "set": name,
            **asdict(compared),
            "ratios": {system: dict(zip(columns[1:], row, strict=True)) for system, row in ratios.items()},
            "left_out": list(left_out),
        },
    )


def _values(figures: Figures) -> list[float | None]:
    ranked = [figures.quality[name] for name in MEASURES]
    return [*ranked, *(getattr(figures, name) for name in _COLUMNS.values())]


def _rows(cells: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple((system, *row) for system, row in cells.items())


def _on(machine: Mapping[str, str]) -> str:
    return f"On {', '.join(f'{name} {value}' for name, value in machine.items())} (of the minute before)."
