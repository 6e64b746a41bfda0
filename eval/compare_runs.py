"""`cuttings compare`: what changed from one stored run to another."""

from __future__ import annotations

import json
from pathlib import Path

from eval.report.changes import as_dict, between
from eval.report.changes_told import as_text, markdown, page
from eval.report.files import write_files
from eval.stored import read_run


def compare_runs(before: Path, after: Path, report: Path | None = None, as_json: bool = False) -> int:
    """Compare, print, write changes.html, changes.md and changes.json where asked; the exit code, 0."""
    told = between(read_run(before), read_run(after), (str(before), str(after)))
    print(json.dumps(as_dict(told), indent=2) if as_json else as_text(told))
    if report:
        write_files(
            report,
            {
                "changes.json": json.dumps(as_dict(told), ensure_ascii=False, indent=2) + "\n",
                "changes.md": markdown(told),
                "changes.html": page(told),
            },
        )
    return 0
