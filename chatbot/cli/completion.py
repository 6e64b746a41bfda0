"""`cuttings completion`: a script of the parser, by which a shell completes commands, options and files."""

from __future__ import annotations

import argparse

from corpus.errors import CuttingsError

SHELLS = ("bash", "zsh", "fish")

_FILES = frozenset(("PATH", "SOURCE", "TARGET", "FILE", "IN.jsonl", "OUT.jsonl", "GOLD", "GOLD.jsonl"))
"""Metavars of what is a file or a folder."""
_FOLDERS = frozenset(("DIR", "FOLDER", "TO", "FROM", "RUN", "RUN_BEFORE", "RUN_AFTER"))
"""Metavars of what is a folder."""


def arguments(sub: argparse.ArgumentParser) -> None:
    """What can be typed after `cuttings completion`."""
    sub.add_argument("shell", choices=SHELLS, help="the shell that is to read it")
    sub.epilog = (
        'bash: eval "$(cuttings completion bash)" in ~/.bashrc. '
        'zsh: cuttings completion zsh > "${fpath[1]}/_cuttings". '
        "fish: cuttings completion fish > ~/.config/fish/completions/cuttings.fish."
    )


def show(args: argparse.Namespace) -> int:
    """Print the script. CuttingsError where the package that makes it is missing."""
    try:
        import shtab
    except ImportError as error:
        raise CuttingsError("the package shtab is missing; `pip install shtab` brings it") from error
    from chatbot.cli.arguments import parser

    whole, _ = parser()
    _mark(whole, shtab)
    print(shtab.complete(whole, args.shell))
    return 0


def _mark(parser: argparse.ArgumentParser, shtab: object) -> None:
    """Say of each argument that is a file or a folder that it is one."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                _mark(sub, shtab)
        elif action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
