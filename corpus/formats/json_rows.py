"""JSON: one object a line (JSON lines), an array of objects, or one object; each object an article."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, TextIO

from corpus.formats.columns import Columns, row
from corpus.formats.document import LIMIT, Document, File, Options, Refused, Unread
from corpus.formats.parts import Parts
from corpus.formats.stream import bounded_lines, text_stream

_LINES = (".jsonl", ".ndjson")
_CHUNK = 65536
_SPACE = " \t\r\n\ufeff"
_TRIED = 100
"""Values in error that may come before the first article."""
_TOO_LONG = f"over the limit of {LIMIT // 1024**2} MB; split it"


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """One article an object. A line in error is told with its number, and the others are read.

    Refused where nothing in it is an article.
    """
    columns = Columns(options)
    parts = Parts()
    name = PurePath(file.name).stem
    waiting: list[Unread] | None = []
    with file.open() as stream:
        for where, value in _values(text_stream(stream), columns, file.name.lower().endswith(_LINES)):
            found = _row(value, columns, parts, where, name)
            if isinstance(found, Document) and waiting is not None:
                yield from waiting
                waiting = None
            if waiting is None:
                yield found
            elif isinstance(found, Unread):
                waiting.append(found)
                if len(waiting) == _TRIED:
                    raise Refused(f"none of its first {_TRIED} is an article: {waiting[0].reason}")
    if waiting:
        raise Refused(waiting[0].reason)
    if missing := columns.missing():
        yield Unread("", f"{missing}, which `--map` names")


def _row(value: Any, columns: Columns, parts: Parts, where: str, name: str) -> Document | Unread:
    if isinstance(value, Unread):
        return value
    if not isinstance(value, dict):
        return Unread(where, "no object of JSON with named values")
    try:
        return row(value, columns.of(value), parts, where, name)
    except Refused as error:
        return Unread(where, str(error))


Values = Iterator[tuple[str, Any]]
"""What to call the place of each value, and the value, or an Unread where there is none."""


def _values(text: TextIO, columns: Columns, lines: bool) -> Values:
    """`lines`: the file says that it has one object a line."""
    opening = text.read(_CHUNK).lstrip(_SPACE)
    text.seek(0)
    if opening.startswith("["):
        return _of_array(text)
    if opening.startswith("{") and not lines and not _first_line_is_whole(text):
        text.seek(0)
        return _of_object(text, columns)
    text.seek(0)
    return _of_lines(text)


def _first_line_is_whole(text: TextIO) -> bool:
    """Whether the first line that is not empty is a value, and another line follows."""
    lines = (line for _, line in bounded_lines(text, LIMIT) if line is None or line.strip(_SPACE))
    first = next(lines, None)
    return first is not None and _is_value(first.strip(_SPACE)) and bool(text.read(_CHUNK).strip(_SPACE))


def _is_value(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _of_lines(text: TextIO) -> Values:
    for number, line in bounded_lines(text, LIMIT):
        where = f"line {number}"
        if line is None:
            yield where, Unread(where, _TOO_LONG)
        elif line.strip(_SPACE):
            try:
                yield where, json.loads(line.strip(_SPACE))
            except (ValueError, RecursionError) as error:
                yield where, Unread(where, _wrong(error))


def _of_array(text: TextIO) -> Values:
    """The values of an array as they come, each bounded. Those behind one in error cannot be told apart."""
    decoder = json.JSONDecoder()
    held, at, number, wanted = "", 0, 1, _CHUNK
    opened = ended = False
    while True:
        # Before each value a bracket or a comma, which may be missing; behind the last a bracket.
        while at < len(held) and (held[at] in _SPACE or held[at] == ("," if opened else "[")):
            opened = opened or held[at] == "["
            at += 1
        if held[at : at + 1] == "]":
            return
        wrong, end = "the array breaks off", -1
        if at < len(held):
            try:
                value, end = decoder.raw_decode(held, at)
            except (ValueError, RecursionError) as error:
                wrong = _wrong(error)
        where = f"item {number}"
        # What is cut off is in error, and a number at the end may go on: more of it tells.
        if 0 <= end < len(held) or (end > 0 and isinstance(value, (dict, list, str))):
            yield where, value
            at, number, wanted = end, number + 1, _CHUNK
        elif ended or len(held) - at > LIMIT:
            wrong = wrong if ended else _TOO_LONG
            yield where, Unread(where, f"{wrong}; it and what follows was not read")
            return
        else:
            more = text.read(wanted)
            ended = len(more) < wanted
            held, at, wanted = held[at:] + more, 0, wanted * 2


def _of_object(text: TextIO, columns: Columns) -> Values:
    """One object: an article, or what a service answers, with the articles as a list under some name."""
    data = text.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise Refused(f"{_TOO_LONG}, or save it as one object a line")
    try:
        value = json.loads(data.strip(_SPACE))
    except (ValueError, RecursionError):  # lines of which the first is in error are lines all the same
        text.seek(0)
        yield from _of_lines(text)
        return
    lists = [one for one in value.values() if isinstance(one, list) and one and isinstance(one[0], dict)]
    if len(lists) == 1 and not _has_text(value, columns):
        yield from ((f"item {number}", one) for number, one in enumerate(lists[0], 1))
    else:
        yield "", value


def _has_text(value: dict[str, Any], columns: Columns) -> bool:
    try:
        held = value.get(columns.of(value)["text"])
    except Refused:
        return False
    return not (isinstance(held, list) and held and isinstance(held[0], dict))


def _wrong(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON: {error.msg[0].lower()}{error.msg[1:]} at character {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else f"no JSON: {error}"
