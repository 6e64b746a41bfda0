"""How far a long piece of work is: its phases with a bar each, on standard error, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Heard = Callable[[int, int], None]
"""Hears how many are done, of how many."""


@contextmanager
def progress() -> Iterator[Callable[[str], Heard]]:
    """Gives what makes a phase of a name; it is shown once anything is heard of it."""
    if not sys.stderr.isatty():
        yield lambda name: lambda done, total: None
        return
    # Imported here, as it takes a tenth of a second.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def phase(name: str) -> Heard:
            number = bars.add_task(name, total=None, visible=False, start=False, rate="")

            def heard(done: int, total: int) -> None:
                task = bars.tasks[number]
                if not task.started:
                    bars.start_task(number)
                rate = f"{task.speed:,.0f}/s" if task.speed else ""
                bars.update(number, completed=done, total=total, visible=True, rate=rate)

            return heard

        yield phase


@contextmanager
def shown() -> Iterator[Callable[[str, int, int], None]]:
    """Gives what is told of a phase by its name, how many are done, and of how many."""
    with progress() as phase:
        phases: dict[str, Heard] = {}

        def heard(name: str, done: int, total: int) -> None:
            if name not in phases:
                phases[name] = phase(name)
            phases[name](done, total)

        yield heard
