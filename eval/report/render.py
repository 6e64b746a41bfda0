"""The files of a report: Markdown and pages are the templates of `templates/`, filled in.

"run.md" and "changes.md" fit into the comment of a pull request; "run.html" and "changes.html" are pages that
need nothing else: no script, no request. In a page everything is escaped that is not marked as HTML, in
Markdown what goes through the filter `escaped`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from chatbot.render.text import counted, plain
from corpus.errors import CuttingsError
from eval.measures.compare import HEADLINE
from eval.measures.metrics import measure
from eval.report import charts, tables
from eval.report.changes import RunChanges, first_shown, in_a_line
from eval.report.evidence import evidence_table
from eval.report.headlines import headlines
from eval.report.numbers import SURE, duration, interval, number, percentiles, size
from eval.report.run_report import RunReport, at_tenths, grouped, stages, worst
from eval.report.summary import summary
from eval.report.words import BREAKDOWNS, FATES, FAULTS, ordinal, outcome, why

_GLOBALS = {
    "BREAKDOWNS": BREAKDOWNS,
    "FATES": FATES,
    "FAULTS": FAULTS,
    "HEADLINE": HEADLINE,
    "SURE": SURE,
    "charts": charts,
    "tables": tables,
} | {
    function.__name__: function
    for function in (
        at_tenths, counted, duration, evidence_table, first_shown, grouped, headlines, in_a_line, interval,
        measure, number, ordinal, outcome, percentiles, size, stages, why, worst,
    )
}  # fmt: skip


def render(template: str, report: RunReport | RunChanges) -> str:
    """The report in the form of a template, such as "run.html"."""
    text = _environment().get_template(template).render(report=report)
    # In a page, what turns the direction of writing or is no character of HTML is replaced.
    return plain(text) if template.endswith(".html") else text


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("eval.report"),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(_GLOBALS)
    filters = (code, digest, number, outcome, tables.escaped)
    environment.filters.update({function.__name__: function for function in filters})
    return environment


def code(text: str) -> Markup:
    """Plain text in which what stands between `backticks` is code, as HTML."""
    return Markup(re.sub("`([^`]*)`", r"<code>\1</code>", str(escape(text))))


def digest(value: str) -> str:
    """Enough of a SHA-256 to distinguish two, of which run.json has the whole; another text as it is."""
    return f"{value[:12]}…" if re.fullmatch("[0-9a-f]{64}", value) else value


def write_report(report: RunReport, folder: Path) -> None:
    """summary.json, report.md and report.html. CuttingsError where they cannot be written."""
    write_files(
        folder,
        {
            "summary.json": json.dumps(summary(report), ensure_ascii=False, indent=2) + "\n",
            "report.md": render("run.md", report),
            "report.html": render("run.html", report),
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
