"""A hook of MkDocs: the pages of the site that are no files of docs/, and the links to them.

The commands are a page made of the parser; some files elsewhere in the repository are pages as they are.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.cli.arguments import parser

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).parent.parent

ELSEWHERE = {
    "changelog.md": "CHANGELOG.md",
    "reporting.md": "SECURITY.md",
    "bundled-gold.md": "eval/gold/README.md",
    "training.md": "scripts/reader/README.md",
}
"""Pages of the site by the files that they are."""

COMMANDS = "commands.md"

_LINK = re.compile(r"(\]\()([^)#\s]+)(#[^)\s]*)?(\))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The files of the site, with those that are made."""
    from mkdocs.structure.files import File

    files.append(File.generated(config, COMMANDS, content=commands_page()))
    for page, source in ELSEWHERE.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=relinked(text, ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: object, config: MkDocsConfig, files: Files) -> str:
    """A page of docs/, with its links out of the folder led to the pages of the site."""
    return relinked(markdown, ROOT / "docs" / "page.md")


def relinked(text: str, source: Path) -> str:
    """A text whose relative links are as they must be on the site; `source` is the file that it stands in."""
    pages = {(ROOT / file).resolve(): page for page, file in ELSEWHERE.items()}

    def led(match: re.Match[str]) -> str:
        before, path, anchor, after = match.groups()
        target = (source.parent / path).resolve()
        if target in pages:
            path = pages[target]
        elif target.parent == ROOT / "docs":
            path = target.name
        return f"{before}{path}{anchor or ''}{after}"

    return _LINK.sub(led, text)


def commands_page() -> str:
    """Every command as `--help` has it."""
    whole, commands = parser()
    parts = ["# Commands", "", f"`{whole.prog} help COMMAND` shows each of these in the terminal.", ""]
    for name, command in commands.items():
        parts += [f"## {name}", "", "```text", command.format_help().rstrip(), "```", ""]
    return "\n".join(parts)
