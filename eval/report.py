"""A run, told: a table for the terminal, JSON for programs, and a page and Markdown to keep.

What is told is computed once in `eval/report_data.py`; each format has a file of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from corpus.errors import CuttingsError
from eval import report_html, report_json, report_markdown, report_text
from eval.report_data import Told, told
from eval.stored import Run


def as_text(run: Run) -> str:
    """For the terminal: plain-text tables, with the number of questions beside every value."""
    return report_text.text(_told(run))


def as_dict(run: Run) -> dict[str, Any]:
    """The same and more as JSON types, see docs/report.md."""
    return report_json.summary(_told(run))


def write_report(run: Run, folder: Path) -> None:
    """summary.json, report.md and report.html. CuttingsError where they cannot be written."""
    run_told = _told(run)
    write_files(
        folder,
        {
            "summary.json": json.dumps(report_json.summary(run_told), ensure_ascii=False, indent=2) + "\n",
            "report.md": report_markdown.markdown(run_told),
            "report.html": report_html.page(run_told),
        },
    )


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder. Each is whole or as it was before, whenever this is interrupted.

    CuttingsError where they cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            # Half a surrogate pair, which JSON can bring in, cannot be written.
            (folder / f"{name}.new").write_bytes(content.encode("utf-8", "replace"))
        for name in files:
            (folder / f"{name}.new").replace(folder / name)
    except OSError as error:
        for name in files:
            with suppress(OSError):
                (folder / f"{name}.new").unlink(missing_ok=True)
        why = f"{error.strerror or error}; put that right and give the same command again"
        raise CuttingsError(f"cannot write the report to {folder} ({why}, or name another folder)") from error


_LAST: list[Told] = []
"""The run told last, since a command prints a run and writes it, once or twice."""


def _told(run: Run) -> Told:
    if not (_LAST and _LAST[0].run is run):
        _LAST[:] = [told(run)]
    return _LAST[0]
