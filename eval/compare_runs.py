"""`cuttings compare`: what changed from one stored run to another."""

from __future__ import annotations

import json
from pathlib import Path

from eval.report.changes import as_dict, run_changes
from eval.report.render import render, write_files
from eval.report.text import changes_text
from eval.stored import read_run


def compare_runs(before: Path, after: Path, report: Path | None = None, as_json: bool = False) -> int:
    """Compare, print, write changes.html, changes.md and changes.json where asked; the exit code, 0."""
    changes = run_changes(read_run(before), read_run(after), (str(before), str(after)))
    print(json.dumps(as_dict(changes), indent=2) if as_json else changes_text(changes))
    if report:
        whole = json.dumps(as_dict(changes), ensure_ascii=False, indent=2) + "\n"
        pages = {name: render(name, changes) for name in ("changes.md", "changes.html")}
        write_files(report, {"changes.json": whole, **pages})
    return 0
