"""Reading JSON lines whose fields are known beforehand; every complaint names the file and the line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import CuttingsError

Fields = Mapping[str, type]
_NO_FIELDS: Fields = {}


def read_rows(
    path: Path, fields: Fields, optional: Fields = _NO_FIELDS
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file, each with its place (`file:line`); blank lines are passed over.

    Raises CuttingsError where a line is not an object with all of `fields`, any of `optional` and no
    others, each of its type.
    """
    for where, line in read_lines(path):
        yield where, parse_row(line, where, fields, optional)


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """The lines of a file that are not blank, each with its place. CuttingsError where it is not UTF-8."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CuttingsError(f"cannot read {path}: {error}. Give a JSON lines file in UTF-8.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"{path}:{number}", line


def parse_row(line: str, where: str, fields: Fields, optional: Fields = _NO_FIELDS) -> dict[str, Any]:
    """The object of one line; raises as `read_rows`."""
    try:
        row = json.loads(line)
    except ValueError as error:
        raise CuttingsError(
            f"{where}: not JSON ({error}): {line[:60]!r}. Write one object a line."
        ) from error
    return check_fields(row, fields, where, optional)


def check_fields(row: object, fields: Fields, where: str, optional: Fields = _NO_FIELDS) -> dict[str, Any]:
    """`row` itself, when it is an object with these fields of these types and no others."""
    if not isinstance(row, dict):
        raise CuttingsError(f"{where}: expected an object, found {row!r:.60}. Write one object a line.")
    for name in fields:
        if name not in row:
            raise CuttingsError(f"{where}: {name!r} is missing. Add it; needed: {', '.join(fields)}.")
    known = {**fields, **optional}
    for name in row:
        if name not in known:
            raise CuttingsError(f"{where}: unknown field {name!r}. Remove it; known: {', '.join(known)}.")
    for name, kind in known.items():
        if name not in row:
            continue
        # bool is an int to Python, but true is not an offset.
        if type(row[name]) is not kind:
            raise CuttingsError(f"{where}: {name} is {row[name]!r:.60}. Make it a {kind.__name__}.")
        if kind is str and not row[name].strip():
            raise CuttingsError(f"{where}: {name} is empty ({row[name]!r}). Fill it in.")
    return row
