"""The files of a report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from corpus.errors import CuttingsError
from eval.report.render import render
from eval.report.run_report import RunReport
from eval.report.summary import summary


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
