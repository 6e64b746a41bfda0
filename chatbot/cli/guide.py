"""`cuttings help`: what a command takes, and the pages of the documentation, in the terminal."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

from corpus.errors import CuttingsError

WIDEST = 100
"""Columns of a page; longer lines are hard to read."""


def arguments(sub: argparse.ArgumentParser) -> None:
    """What can be typed after `cuttings help`."""
    topic = "a command, such as ask or keys add, or a page, such as formats; default: list them all"
    sub.add_argument("topic", metavar="TOPIC", nargs="*", help=topic)


def show(args: argparse.Namespace) -> int:
    """Explain one topic, or list them all. CuttingsError where there is none of that name."""
    from chatbot.cli.arguments import parser

    _, commands = parser()
    pages = _pages()
    if not args.topic:
        print(_listing(commands, pages))
        return 0
    name, *rest = args.topic
    if name in commands:
        print(_command(commands[name], args.topic).format_help(), end="")
        if name in pages and not rest:
            print(f"\n`cuttings help {name}.md` is the page of the documentation.")
    elif not rest and name.removesuffix(".md") in pages:
        _print_page(pages[name.removesuffix(".md")])
    else:
        raise CuttingsError(_unknown(" ".join(args.topic), [*commands, *pages]))
    return 0


def _command(parser: argparse.ArgumentParser, path: list[str]) -> argparse.ArgumentParser:
    """The parser of a command, or of an action of it: `path` is as typed, as in ["keys", "add"]."""
    for number, name in enumerate(path[1:], 1):
        below = [act.choices for act in parser._actions if isinstance(act, argparse._SubParsersAction)]
        choices = below[0] if below else {}
        if name not in choices:
            known = [" ".join([*path[:number], one]) for one in choices]
            raise CuttingsError(_unknown(" ".join(path), known))
        parser = choices[name]
    return parser


def _unknown(topic: str, known: list[str]) -> str:
    near = difflib.get_close_matches(topic, known, n=1)
    hint = f", did you mean {near[0]!r}?" if near else ""
    return f"there is no topic {topic!r}{hint or ';'} `cuttings help` lists them"


def _listing(commands: Mapping[str, argparse.ArgumentParser], pages: dict[str, Path]) -> str:
    width = max(map(len, [*commands, *pages])) + 2
    lines = ["Commands (`cuttings help COMMAND`):"]
    lines += [f"  {name:{width}}{sub.description}" for name, sub in commands.items()]
    lines += ["", "Pages of the documentation (`cuttings help PAGE`):"]
    lines += [f"  {_typed(name, commands):{width}}{_title(file)}" for name, file in pages.items()]
    return "\n".join(lines)


def _typed(page: str, commands: Mapping[str, argparse.ArgumentParser]) -> str:
    """What shows the page; a command of its name goes before it."""
    return f"{page}.md" if page in commands else page


def _title(page: Path) -> str:
    with page.open(encoding="utf-8") as lines:
        return next((line.lstrip("# ").strip() for line in lines if line.startswith("# ")), page.stem)


def _pages() -> dict[str, Path]:
    """The pages by their names: those of the installation, else those of the checkout that this runs in."""
    import chatbot

    room = Path(chatbot.__path__[0])
    for folder in (room / "manual", room.parent / "docs"):
        found = {file.stem: file for file in sorted(folder.glob("*.md"))}
        if found:
            return found
    return {}


def _print_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if not sys.stdout.isatty():
        print(text, end="")
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console.print(Markdown(text), width=min(WIDEST, console.width))
