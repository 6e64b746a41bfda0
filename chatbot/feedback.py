"""What people said of answers: a line of JSON each, in `feedback.jsonl` in the collection's folder.

Kept beside the collection and not in it, so that the file can be read, moved away and deleted with any tool.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from chatbot.answer import Answer, Citation, Difference
from chatbot.append_file import append, appending
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

FILE = "feedback.jsonl"

COMMENT = 2000
"""Characters of a comment at most."""

LIMIT = 64 * 1024 * 1024
"""Bytes of the file at most: some twenty thousand answers, far more than anyone reads through."""


class NotKept(CuttingsError):
    """There is no room for it, or it cannot be written."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one person said of one answer.

    `lost`: how many of its sentences its articles no longer had when it was opened again to be judged.
    """

    verdict: Literal["up", "down"]
    comment: str
    answer: Answer
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Versions:
    """What gave an answer; `revision` is the collection's."""

    cuttings: str
    model: str
    reader: str
    revision: int

    @classmethod
    def of(cls, bot: Chatbot) -> Versions:
        return cls(version("cuttings"), bot.settings.model, bot.settings.reader, bot.collection.revision)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence that the person was shown: `article.text[start:end]` at the time."""

    article_id: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Feedback as it is read back. `time` is ISO in UTC, `line` counts from 1.

    `notice`: what was said in place of an answer, "" where there was one to judge. `taken_off` and `filters`
    as `Answer` has them, in JSON.
    """

    line: int
    time: str
    verdict: str
    comment: str
    question: str
    standalone_question: str
    abstained: bool
    confidence: float
    notice: str
    taken_off: list[str]
    filters: dict[str, Any] | None
    lost: int
    quoted: tuple[Quoted, ...]
    versions: dict[str, Any]


def store(folder: Path, feedback: Feedback, versions: Versions) -> None:
    """Append one line to the folder's file; it is on the disk when this returns.

    Safe from several threads and processes. NotKept, with the file as it was, where that is full or cannot be
    written; CuttingsError where the comment is too long.
    """
    if len(feedback.comment) > COMMENT:
        raise CuttingsError(
            f"the comment has {len(feedback.comment):,} characters, at most {COMMENT:,} are kept; shorten it"
        )
    # In ASCII: no character of a comment can end the line.
    line = json.dumps(_row(feedback, versions)).encode("ascii") + b"\n"
    file = folder / FILE
    try:
        with appending(file, 0o600) as descriptor:
            if os.fstat(descriptor).st_size + len(line) > LIMIT:
                full = f"{file} is full ({LIMIT // 1024**2} MB)"
                raise NotKept(f"{full}; run `cuttings gold from-feedback` and move it away")
            append(descriptor, line)
    except OSError as error:
        raise NotKept(
            f"cannot write {file} ({error.strerror}); put that right and send the feedback again"
        ) from error


def stored(folder: Path) -> tuple[list[Stored], list[int]]:
    """The feedback of a folder, oldest first, and the numbers of the lines that cannot be read.

    Nothing where there is no file. CuttingsError where the file cannot be read at all.
    """
    file = folder / FILE
    try:
        lines = file.read_bytes().split(b"\n") if file.exists() else []
    except OSError as error:
        raise CuttingsError(f"cannot read {file} ({error.strerror}); put that right") from error
    found, damaged = [], []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append(_read(number, json.loads(line)))
            except (ValueError, TypeError, KeyError, RecursionError):
                damaged.append(number)
    return found, damaged


def shown(answer: Answer) -> Iterator[Citation]:
    """Every sentence of an answer, in the order in which a person meets them, each once.

    Those that say the same and those that differ are among them; where it abstained, there is none.
    """
    seen = set()
    for part in () if answer.abstained else answer.parts:
        for citation in part.citations if isinstance(part, Difference) else (part,):
            for one in (citation, *citation.also):
                place = (one.article_id, one.start, one.end)
                if place not in seen:
                    seen.add(place)
                    yield one


def _row(feedback: Feedback, versions: Versions) -> dict[str, Any]:
    answer = feedback.answer
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "verdict": feedback.verdict,
        "comment": feedback.comment.strip(),
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "state": answer.state,
        "abstained": answer.abstained,
        "confidence": round(answer.confidence, 4),
        "notice": answer.notice,
        "taken_off": sorted(answer.taken_off),
        "filters": answer.filters.as_json(),
        "lost": feedback.lost,
        "citations": [
            {"article_id": one.article_id, "start": one.start, "end": one.end, "quote": one.quote}
            for one in shown(answer)
        ],
        "versions": asdict(versions),
    }


def _read(number: int, row: dict[str, Any]) -> Stored:
    """KeyError, TypeError or ValueError where it is no feedback."""
    read = Stored(
        number,
        row["time"],
        row["verdict"],
        row["comment"],
        row["question"],
        row["standalone_question"],
        row["abstained"],
        row["confidence"],
        row["notice"],
        row["taken_off"],
        row["filters"],
        row["lost"],
        tuple(Quoted(**quoted) for quoted in row["citations"]),
        row["versions"],
    )
    texts = [read.time, read.comment, read.question, read.standalone_question, read.notice]
    texts += [text for quoted in read.quoted for text in (quoted.article_id, quoted.quote)]
    whole = (
        all(isinstance(text, str) for text in texts)
        and read.verdict in ("up", "down")
        and isinstance(read.abstained, bool)
        and isinstance(read.taken_off, list)
        and isinstance(read.filters, dict | None)
        and isinstance(read.lost, int)
        and isinstance(read.versions, dict)
    )
    if not whole:
        raise ValueError("no feedback")
    return read
