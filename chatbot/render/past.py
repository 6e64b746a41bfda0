"""The versions of an article, and what changed from one to another, as text for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.render import terminal
from chatbot.render.text import counted, day, one_line

if TYPE_CHECKING:
    from chatbot.versions import Past


def story(past: Past, number: int | None) -> str:
    """A version of an article, with a line that says which where there are others."""
    shown = terminal.story(past.version(number))
    if not past.history.earlier:
        return shown
    newest = past.history.number
    which = number or newest
    about = "the newest" if which == newest else f"an older one; the newest is {newest}"
    return f"Version {which} of {newest}, {about}{_seen(past, which)}\n\n{shown}"


def versions(past: Past) -> str:
    """A line for each version, the oldest first: number, when it was first seen, its size, its title."""
    listed = list(past.listed())
    lines = [
        f"{one.number:4}  {_time(one.seen):16}  {counted(one.characters, 'character'):>18}  "
        + one_line(one.title)
        for one in listed
    ]
    lines[-1] += "  (the newest, which is searched and quoted)"
    return "\n".join(lines)


def changes(past: Past, before: int) -> str:
    """The sentences that changed from a version to the newest, with their places in the two."""
    newest = past.history.number
    old, new, changed = past.version(before), past.newest, past.changes(before, None)
    lines = [f"{one_line(new.title)}: from version {before} to version {newest}{_seen(past, newest)}"]
    if old.title != new.title:
        lines += ["", f"- title: {one_line(old.title)}", f"+ title: {one_line(new.title)}"]
    for one in changed.found:
        lines.append("")
        if one.before:
            start, end = one.before
            lines.append(f"- {one_line(old.text[start:end])} [{start}-{end}]")
        if one.after:
            start, end = one.after
            lines.append(f"+ {one_line(new.text[start:end])} [{start}-{end}]")
    lines += ["", f"{counted(changed.same, 'sentence')} unchanged"]
    return "\n".join(lines)


def _seen(past: Past, number: int) -> str:
    seen = {one.number: one.seen for one in past.listed()}.get(number, "")
    return f", first seen {day(seen[:10])}" if seen else ""


def _time(seen: str) -> str:
    return f"{seen[:10]} {seen[11:16]}" if seen else "not known when"
