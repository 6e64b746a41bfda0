"""Every measure is defined in docs/measures.md, and nothing there is a measure that does not exist."""

import re
from pathlib import Path

from eval.measures.metrics import MEASURES

PAGE = (Path(__file__).parent.parent / "docs" / "measures.md").read_text(encoding="utf-8")


def rows() -> list[tuple[str, str]]:
    """(names, the rest of the row) of the tables whose first column is "measure"."""
    found = []
    for table in re.findall(r"^\| measure \|.*\n\|[-| :]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE):
        found += [tuple(row.strip("|").split("|", 1)) for row in table.splitlines()]
    return found


def test_the_tables_name_each_measure_once():
    named = [name for names, _ in rows() for name in re.findall(r"`([^`]+)`", names)]
    assert sorted(named) == sorted(MEASURES)


def test_the_tables_say_where_lower_is_better():
    for names, about in rows():
        for name in re.findall(r"`([^`]+)`", names):
            assert ("lower is better" in about) == MEASURES[name].lower_is_better, name


def test_a_measure_says_in_a_line_what_it_is():
    for name, one in MEASURES.items():
        assert name == one.name and one.about.endswith(".") and "\n" not in one.about
        assert (one.each is None) != (one.overall is None)
