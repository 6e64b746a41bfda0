"""Plain text for people: nothing that a terminal would obey, lists, counts, days, wrapped lines."""

from __future__ import annotations

import re
import textwrap
from datetime import date

from chatbot.conversation.period import day_in_words

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that a terminal obeys, and those that turn the direction of writing."""


def plain(text: str) -> str:
    """The text with nothing in it that a terminal would obey."""
    return _COMMANDS.sub("\ufffd", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey."""
    return plain(" ".join(text.split()))


def listed(*parts: str | None) -> str:
    """Those that there are, each on one line, with commas between them."""
    return ", ".join(one_line(part) for part in parts if part)


def counted(number: int, name: str) -> str:
    """1 article, 2,000 articles."""
    return f"{number:,} {name}" + ("" if number == 1 else "s")


def day(published: str | None) -> str:
    """3 May 2024 for 2024-05-03; "" where there is no date; what is no ISO date is given as it is."""
    if not published:
        return ""
    try:
        return day_in_words(date.fromisoformat(published))
    except ValueError:
        return published


def wrapped(text: str, mark: str, columns: int | None) -> str:
    """The text after a mark, in lines of at most so many columns, indented alike; None: on one line."""
    if columns is None:
        return mark + text
    return textwrap.fill(
        text,
        columns,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )
