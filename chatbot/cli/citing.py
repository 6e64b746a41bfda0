"""`cuttings ask --format`: an answer in a format in which citations are passed on."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot.answer import Answer

FORMATS = ("markdown", "text", "html", "ris", "csl-json", "bibtex")
"""The names in `chatbot.render.formats`, without what it imports."""


def formats(sub: argparse.ArgumentParser) -> None:
    """Adds `--json` and `--format`, of which one may be given."""
    how = sub.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print JSON for programs")
    passed_on = "print the answer to be pasted, or the articles that it cites for a reference manager"
    how.add_argument("--format", choices=FORMATS, help=passed_on)


def cited(answer: Answer, name: str) -> str:
    """The answer in the format of this name, without a line end behind it."""
    from chatbot.render.formats import FORMATS as renderers

    return renderers[name].render([answer]).rstrip("\r\n")
