"""Questions as JSON lines in, answers as JSON lines out, one for one."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from chatbot.answer import Turn
from chatbot.render.schema import Json, answer_json
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot


@contextmanager
def lines_of(path: str) -> Iterator[BinaryIO]:
    """The lines of a file, or of standard input where the path is "-"."""
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        file = open(path, "rb")  # noqa: SIM115 -- what fails while it is open is not to be explained here
    except OSError as error:
        raise CuttingsError(f"cannot read {path}: {error.strerror}; give a file of JSON lines") from error
    with file:
        yield file


def answers(bot: Chatbot, lines: Iterable[bytes], any_time: bool = False) -> Iterator[Json]:
    """An answer with its `id` for each line but the blank ones, in order; `any_time` as `Chatbot.ask` has it.

    A line that holds no question gives `{"id", "line", "error"}`; `line` counts from 1.
    """
    for number, line in enumerate(lines, start=1):
        text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if not text.strip():
            continue
        row: Any = None
        try:
            row = _parsed(text)
            question, turns = _question(row)
            yield {"id": row.get("id"), **answer_json(bot.ask(question, turns, any_time=any_time))}
        except CuttingsError as error:
            yield {"id": _id(row), "line": number, "error": str(error)}


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise CuttingsError(f"not UTF-8 at byte {error.start + 1}; save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise CuttingsError(f"not JSON ({error}); write one object a line") from error


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _question(row: object) -> tuple[str, list[Turn]]:
    """The question of a line and the turns before it."""
    if not isinstance(row, dict):
        raise CuttingsError('not an object; write {"id": "1", "question": "..."}')
    if isinstance(row.get("id"), (dict, list)):
        raise CuttingsError("the id is neither text nor a number; correct it")
    if "question" not in row:
        raise CuttingsError('there is no "question"; add it')
    if not isinstance(row["question"], str):
        raise CuttingsError("the question is not text; put it in quotation marks")
    history = row.get("history")
    if not isinstance(history, list | None):
        raise CuttingsError("the history is not a list; give a list of turns")
    return row["question"], [_turn(turn, place) for place, turn in enumerate(history or [], start=1)]


def _turn(turn: object, place: int) -> Turn:
    if not isinstance(turn, dict):
        raise CuttingsError(f'turn {place} of the history is not an object; give "role" and "content"')
    role, content = turn.get("role"), turn.get("content")
    if role not in ("user", "assistant"):
        raise CuttingsError(
            f'turn {place} of the history has the role {role!r:.40}; use "user" or "assistant"'
        )
    if not isinstance(content, str):
        raise CuttingsError(f"turn {place} of the history has no text as its content; add it")
    return Turn(role, content)


def _id(row: object) -> object:
    """The id of a line that went wrong, where it has one that can be given back."""
    found = row.get("id") if isinstance(row, dict) else None
    return None if isinstance(found, (dict, list)) else found
