"""Reading files of lines, and JSON whose fields are known beforehand; every complaint names its place."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.errors import CuttingsError, reason

Fields = Mapping[str, type]
_NO_FIELDS: Fields = {}

_HALF = re.compile("[\ud800-\udfff]")
_SAID = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    list: "a list",
    dict: "an object",
}


class Wrong(CuttingsError):
    """What is wrong at one place of a file; `where` is `file:line`, in JSON of many lines `file:path`."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


Complain = Callable[[Wrong], None]
"""Hears of what is wrong; reading goes on behind it, unless it raises."""


def stop(wrong: Wrong) -> None:
    """The `Complain` for which the first thing that is wrong is the last."""
    raise wrong


@contextmanager
def reporting(complain: Complain) -> Iterator[None]:
    """Tells `complain` what is found wrong inside."""
    try:
        yield
    except Wrong as wrong:
        complain(wrong)


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """The lines of a file that are not blank, each with its place, read one by one.

    CuttingsError where it cannot be read, Wrong where a line is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            for number, data in enumerate(file, start=1):
                where = f"{path}:{number}"
                line = _decoded(data.removeprefix(codecs.BOM_UTF8) if number == 1 else data, where)
                if line.strip():
                    yield where, line
    except OSError as error:
        raise CuttingsError(f"cannot read {path}: {reason(error)}. Give a file of lines in UTF-8.") from error


def _decoded(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Wrong(where, f"not UTF-8 ({error}). Save the file as UTF-8.") from error


def parse_row(line: str, where: str) -> object:
    """The JSON of one line."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Wrong(where, f"not JSON ({error}): {line[:60]!r}. Write one object a line.") from error


def check_fields(
    row: object, fields: Fields, where: str, optional: Fields = _NO_FIELDS, others: bool = False
) -> dict[str, Any]:
    """`row` itself, when it is an object with these fields of these types, and no others unless `others`.

    None of the texts is blank, but for those of `optional` where others may stand: those files are not ours.
    """
    if not isinstance(row, dict):
        raise Wrong(where, f"expected an object, found {row!r:.60}. Write one object a line.")
    for name in fields:
        if name not in row:
            raise Wrong(where, f"{name!r} is missing. Add it; needed: {', '.join(fields)}.")
    known = {**fields, **optional}
    for name in row:
        if name not in known and not others:
            raise Wrong(where, f"unknown field {name!r}. Remove it; known: {', '.join(known)}.")
    for name, kind in known.items():
        if name not in row:
            continue
        # bool is an int to Python, but true is not an offset.
        if type(row[name]) is not kind:
            raise Wrong(where, f"{name} is {row[name]!r:.60}. Make it {_SAID[kind]}.")
        if kind is str and not row[name].strip() and not (others and name in optional):
            raise Wrong(where, f"{name} is empty ({row[name]!r}). Fill it in.")
        if kind is str:
            check_text(row[name], name, where)
    return row


def check_text(text: str, name: str, where: str) -> None:
    """Wrong where the text has half a character, such as `\\ud83d`, which JSON can hold and no file can."""
    if half := _HALF.search(text):
        around = text[max(half.start() - 20, 0) : half.end() + 20]
        raise Wrong(where, f"{name} has half a character, {half.group()!r}, in {around!r}. Correct it.")
