"""The rankings of a stored run as files that trec_eval reads: `qrels.trec`, and one for each system.

python -m scripts.trec_files RUN DIR
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from eval.record import Record
from eval.stored import read_run

TREC = ".trec"
QRELS = f"qrels{TREC}"
_LONGEST = 100


def write_rankings(systems: Sequence[str], records: Sequence[Record], folder: Path) -> None:
    """Write the files, of the questions that something should be found for. OSError where that fails.

    A system that searches other passages than the first one, since a sweep cut them otherwise, has judgements
    of its own beside it, `SYSTEM.qrels.trec`.
    """
    judged = [one for one in records if one.relevant and not one.of]
    by_system = {system: [one for one in judged if one.system == system] for system in systems}
    first = by_system[systems[0]]
    _write(folder / QRELS, qrels(first))
    for system, name in file_names(systems).items():
        own = by_system[system]
        _write(folder / f"{name}{TREC}", ranking(own, name))
        if [one.relevant for one in own] != [one.relevant for one in first]:
            _write(folder / f"{name}.{QRELS}", qrels(own))


def qrels(records: Iterable[Record]) -> Iterator[str]:
    """`question 0 passage grade`, a line for each relevant passage."""
    for one in records:
        for name, grade in sorted(one.relevant.items()):
            yield f"{escaped(one.id)} 0 {escaped(name)} {grade}"


def ranking(records: Iterable[Record], tag: str) -> Iterator[str]:
    """`question Q0 passage rank score tag`, a line for each passage that was found.

    trec_eval orders by the score alone and breaks ties by name, so the score is made from the rank: it falls
    from one line to the next.
    """
    for one in records:
        names = one.ranking
        for rank, name in enumerate(names, start=1):
            yield f"{escaped(one.id)} Q0 {escaped(name)} {rank} {len(names) + 1 - rank} {tag}"


def file_names(systems: Sequence[str]) -> dict[str, str]:
    """A name that any file system takes for each system, without the ending; no two are the same."""
    names: dict[str, str] = {}
    for system in systems:
        plain = name = re.sub(r"[^A-Za-z0-9.+=_-]", "_", system)[:_LONGEST]
        count = 1
        while name.lower() in {other.lower() for other in names.values()}:
            count += 1
            name = f"{plain}-{count}"
        names[system] = name
    return names


def escaped(id: str) -> str:
    """The id without white space, which ends a field: percent-encoded, as is the percent sign itself."""
    return re.sub(r"[\s%\x00-\x1f\x7f]", lambda match: quote(match.group(), safe=""), id)


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.trec_files", description="A run for trec_eval.")
    parser.add_argument("run", metavar="RUN", type=Path)
    parser.add_argument("folder", metavar="DIR", type=Path)
    args = parser.parse_args(argv)
    run = read_run(args.run)
    args.folder.mkdir(parents=True, exist_ok=True)
    write_rankings(run.manifest.systems, run.records, args.folder)


if __name__ == "__main__":
    main()
