"""Tables: CSV and TSV with a line of column names, one article a row."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from pathlib import PurePath
from typing import TextIO

from corpus.formats.columns import FIELDS, Columns, listed_names, row
from corpus.formats.document import LIMIT, Document, File, Options, Refused, Unread
from corpus.formats.parts import Parts
from corpus.formats.stream import bounded_lines, text_stream

_DELIMITERS = ",;\t|"
_SAMPLE = 65536
"""Characters by which the delimiter is found."""
_NAMES = frozenset(name for names in FIELDS.values() for name in names.split())


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """One article a row. A row in error is told with the number of its line, and the others are read.

    Refused where no column is found that holds text.
    """
    with file.open() as stream:
        text = text_stream(stream)
        delimiter = _delimiter(text.read(_SAMPLE))
        text.seek(0)
        yield from _rows(text, delimiter, options, PurePath(file.name).stem)


def _rows(text: TextIO, delimiter: str, options: Options, name: str) -> Iterator[Document | Unread]:
    records = _records(text, delimiter)
    names: list[str] = []
    for _, record in records:
        if isinstance(record, str):
            raise Refused(f"its line of column names: {record}")
        names = [column.strip().lstrip("\ufeff") for column in record]
        break
    if not names:
        raise Refused("empty file")
    known = Columns(options)
    columns = known.of(names)
    if missing := known.missing():
        raise Refused(f"{missing}; its columns are: {listed_names(names)}")
    parts = Parts()
    for number, record in records:
        if isinstance(record, str):
            yield Unread(f"line {number}", record)
        elif any(value.strip() for value in record):
            yield row(dict(zip(names, record, strict=False)), columns, parts, f"line {number}", name)


def _records(text: TextIO, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """The fields of each record with the number of its first line, or what is wrong with it.

    A quotation mark that is not closed takes all up to the next one into its field. That shows by the number
    of fields; reading then goes on at the first line after the one in error that is a whole record by itself.
    """
    csv.field_size_limit(LIMIT)
    source = bounded_lines(text, LIMIT)
    waiting: deque[tuple[int, str | None]] = deque()
    width = 0
    while True:
        taken: list[tuple[int, str | None]] = []
        record, wrong = _next(source, waiting, taken, delimiter)
        if not taken:
            return
        number = taken[0][0]
        if record is not None and not wrong:
            if not any(value.strip() for value in record):
                continue
            if not any(record[width:]) if width else True:  # some end each row with a delimiter
                record = record[:width] if width else record
            if width in (0, len(record)):
                width = len(record)
                yield number, record
                continue
        again = _whole_again(taken, delimiter, width)
        waiting.extendleft(reversed(taken[again:]))
        if wrong:
            yield number, wrong
        elif record is not None:
            yield number, f"{len(record)} fields where the line of names has {width}"


def _next(
    source: Iterator[tuple[int, str | None]],
    waiting: deque[tuple[int, str | None]],
    taken: list[tuple[int, str | None]],
    delimiter: str,
) -> tuple[list[str] | None, str]:
    """One record and what is wrong with it; the lines that it consists of are put into `taken`."""

    def lines() -> Iterator[str]:
        size = 0
        while (one := waiting.popleft() if waiting else next(source, None)) is not None:
            taken.append(one)
            size += len(one[1] or "")
            if one[1] is None or size > LIMIT:
                raise Refused(f"over the limit of {LIMIT // 1024**2} MB; is a quotation mark not closed?")
            yield one[1].replace("\0", "\ufffd")

    try:
        record = next(csv.reader(lines(), delimiter=delimiter), None)
    except Refused as error:
        return None, str(error)
    except csv.Error as error:
        return None, f"{error}"
    return record, _misquoted(taken, delimiter) if len(taken) > 1 else ""


def _misquoted(taken: list[tuple[int, str | None]], delimiter: str) -> str:
    """What is wrong with the quotation marks of a record of several lines, or ""."""
    try:
        list(csv.reader([one or "" for _, one in taken], delimiter=delimiter, strict=True))
    except csv.Error:
        return "a quotation mark is not closed, or the file breaks off"
    return ""


def _whole_again(taken: list[tuple[int, str | None]], delimiter: str, width: int) -> int:
    """At which of the lines of a record in error reading goes on."""
    for at, (_, one) in enumerate(taken[1:], 1):
        if one is not None and one.count(delimiter) >= width - 1:
            try:
                if [len(found) for found in csv.reader([one], delimiter=delimiter, strict=True)] == [width]:
                    return at
            except csv.Error:
                continue
    return len(taken)


def _delimiter(sample: str) -> str:
    """The one by which the first line has most names that columns of articles have, then most columns."""

    def fits(delimiter: str) -> tuple[int, int]:
        try:
            names = next(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return sum(re.sub(r"[\W_]+", "", name).lower() in _NAMES for name in names), len(names)

    return max(_DELIMITERS, key=fits)
