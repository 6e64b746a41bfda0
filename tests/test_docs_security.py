"""What docs/security.md and docs/backup.md name as proof is there; each threat has a control and a proof."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ["docs/security.md", "docs/backup.md"]


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_each_test_script_and_target_that_is_named_is_there(page: str) -> None:
    tests = set(re.findall(r"\btest_\w+\.py\b", text(page)))
    scripts = set(re.findall(r"python -m (scripts\.[\w.]+)", text(page)))
    targets = set(re.findall(r"`make (\w+)", text(page)))
    made = set(re.findall(r"^(\w+):", text("Makefile"), re.M))
    assert tests and {one for one in tests if not (ROOT / "tests" / one).is_file()} == set()
    assert {one for one in scripts if find_spec(one) is None} == set()
    assert targets <= made


def test_each_threat_has_a_control_and_a_test() -> None:
    model = text("docs/security.md").split("| who | may try |")[1].split("\n\n")[0]
    rows = [row.strip("|").split(" | ") for row in model.splitlines()[2:]]
    assert len(rows) > 40 and {len(row) for row in rows} == {4}
    bare = [what for _, what, control, proof in rows if not control or "test_" not in proof]
    assert bare == []
