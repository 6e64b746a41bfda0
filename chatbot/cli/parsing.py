"""How what was typed is read, and what is said where it is wrong."""

from __future__ import annotations

import argparse
import difflib
from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the usage in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`\n")


class Words(argparse.Action):
    """Words as they were typed, one after the other, as one text."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, *_: Any
    ) -> None:
        setattr(namespace, self.dest, " ".join(values))


class Version(argparse.Action):
    """Prints the version, and ends."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"cuttings {version('cuttings')}")
        parser.exit()


def meant(typed: str, command: argparse.ArgumentParser) -> str:
    """The option that was meant, as a question; "" where none is near."""
    if not typed.startswith("--"):
        return ""
    options = [name for action in command._actions for name in action.option_strings]
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            options += [name for sub in action.choices.values() for name in sub._option_string_actions]
    near = difflib.get_close_matches(typed.partition("=")[0], options, n=1)
    return f", did you mean {near[0]!r}?" if near else ""
