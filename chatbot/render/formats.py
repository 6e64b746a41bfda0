"""The formats in which answers leave the page, by name: one table for the page, REST and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from chatbot.answer import Answer
from chatbot.render import document, references
from chatbot.render.blocks import Link, original
from chatbot.render.markdown import markdown


class Renderer(Protocol):
    def __call__(self, answers: Iterable[Answer], title: str = "", link: Link = original) -> str: ...


@dataclass(frozen=True, slots=True)
class Format:
    """`suffix` is that of a file's name, without the dot."""

    media_type: str
    suffix: str
    render: Renderer


FORMATS = {
    "markdown": Format("text/markdown", "md", markdown),
    "text": Format("text/plain", "txt", document.plain_text),
    "html": Format("text/html", "html", document.html),
    "ris": Format("application/x-research-info-systems", "ris", references.ris),
    "csl-json": Format("application/vnd.citationstyles.csl+json", "json", references.csl_json),
    "bibtex": Format("application/x-bibtex", "bib", references.bibtex),
}
"""All in UTF-8."""
