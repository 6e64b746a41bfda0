"""Two runs, compared: what differs, which questions were won and lost, and how it is told."""

import json
import re
from collections import Counter
from dataclasses import replace

import pytest

from eval import manifest, record
from eval.compare_runs import compare_runs
from eval.report.changes import QuestionChanges, RunChanges, as_dict, question_changes, run_changes
from eval.report.render import render
from eval.report.text import changes_text
from eval.stored import RECORDS, RUN, Run
from tests.browsing import Seen, axe, browser_needed
from tests.records import cited
from tests.records import record as asked
from tests.reported import HOSTILE, made_run

WON, LOST, OTHER, GONE = "q8", "q0", "q2", "q4"


def changed(run: Run, text: str = "") -> Run:
    """The run after a change: a refusal answered, a right answer refused, one reworded, one not asked."""
    records = []
    for one in run.records:
        if one.id == f"{WON}{text}":
            one = replace(one, state="answer" if one.reads else "none")
        elif one.id == f"{LOST}{text}":
            one = replace(one, state="none")
        elif one.id == f"{OTHER}{text}":
            one = replace(one, question="Who rowed away?")
        if one.id != f"{GONE}{text}":
            records.append(one)
    settings = {name: {**values, "threshold": 0.1} for name, values in run.manifest.settings.items()}
    return Run(replace(run.manifest, settings=settings), tuple(records))


@pytest.fixture(scope="module")
def told() -> RunChanges:
    run = made_run()
    return run_changes(run, changed(run), ("old", "new"))


@pytest.fixture(scope="module")
def hostile() -> RunChanges:
    run = made_run(text=HOSTILE)
    return run_changes(run, changed(run, HOSTILE), (HOSTILE, HOSTILE))


def test_questions_are_won_and_lost_and_those_that_differ_are_told(told):
    assert (told.questions.won, told.questions.lost) == ((WON,), (LOST,))
    assert told.differs == (
        "threshold: 0.3 → 0.1",
        f"questions asked before only, not compared: 1 ({GONE})",
        f"no longer the same question or evidence, not compared: 1 ({OTHER})",
    )


def test_a_run_does_not_differ_from_itself():
    run = made_run()
    told = run_changes(run, run, ("old", "new"))
    assert told.differs == () and not told.questions.won + told.questions.lost + told.questions.changed
    assert all(one.difference == 0 for one in told.comparisons)
    assert "Nothing that was recorded" in render("changes.html", told)


def test_other_systems_are_compared_by_the_first_of_each():
    run = made_run()
    told = run_changes(run, made_run(systems=("bm25",)), ("old", "new"))
    assert told.systems == ("hybrid+reader", "bm25")
    assert "system: hybrid+reader → bm25" in told.differs
    assert "evidence at rank" in changes_text(told) or "evidence not found" in changes_text(told)


def test_text_tells_what_was_put_first_before_and_after(told):
    text = changes_text(told)
    assert text.splitlines()[:2] == ["before  old (hybrid+reader)", "after   new (hybrid+reader)"]
    assert (
        "Won (1)\n"
        "  q8: Who rowed home in 1908, and who saw it, and who saw it?\n"
        "    - wrong: no answer (closest: Ann rowed home in 1908. )\n"
        "    + right: Ann rowed home in 1908."
    ) in text
    assert re.search(r"^served +0\.\d{3} +0\.\d{3} +22 ", text, re.MULTILINE)


def test_json_is_strict_and_names_the_questions(told):
    rows = json.loads(json.dumps(as_dict(told), allow_nan=False))
    assert rows["won"] == [WON] and rows["lost"] == [LOST] and rows["only_before"] == [GONE]
    assert {one["measure"] for one in rows["comparisons"]} >= {"served", "latency_p95_ms", "ECE"}


def test_hostile_text_stays_text(hostile):
    assert len(hostile.questions.won) == 1
    page = render("changes.html", hostile)
    assert "<script" not in page and "\u202e" not in page
    assert not re.search(r"(?<!\\)<", render("changes.md", hostile))
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e]", changes_text(hostile))


def test_what_became_of_each_question():
    before = [
        asked("won", right=(False,)),
        asked("answered at last", answered=False),
        asked("lost", right=(True,)),
        asked("same", right=(True, False)),
        asked("other words", citations=[cited(1, True, start=0)]),
        asked("rightly refused", answerable=False, answered=False, right=(False,)),
        asked("gone"),
    ]
    after = [
        asked("new"),
        asked("won", right=(True,)),
        asked("answered at last"),
        asked("lost", answered=False),
        asked("same", right=(True, False), confidence=0.9, milliseconds=5.0),
        asked("other words", citations=[cited(1, True, start=5)]),
        asked("rightly refused", answerable=False, answered=False, right=(False, False)),
    ]
    assert question_changes(before, after) == QuestionChanges(
        won=("won", "answered at last"),
        lost=("lost",),
        changed=("other words",),
        same=("same", "rightly refused"),
        only_before=("gone",),
        only_after=("new",),
        other=(),
    )


def test_a_system_that_only_ranks_wins_by_the_rank_of_what_is_relevant():
    def ranked(*found: str):
        return [
            asked("1", found=found, reads=False),
            asked("2", answerable=False, found=found, reads=False),
        ]

    assert question_changes(ranked("x", "a:0-10"), ranked("a:0-10")).won == ("1",)
    assert question_changes(ranked("a:0-10"), ranked("x")).lost == ("1",)
    turned = question_changes(ranked("a:0-10", "x", "y"), ranked("a:0-10", "y", "x"))
    assert (turned.won, turned.lost, turned.changed) == ((), (), ("1", "2"))


def test_stored_runs_are_compared_and_written(tmp_path, capsys):
    run = made_run()
    for name, one in (("old", run), ("new", changed(run))):
        (tmp_path / name).mkdir()
        (tmp_path / name / RUN).write_text(json.dumps(manifest.as_json(one.manifest)), encoding="utf-8")
        asked = Counter(each.id for each in one.records)
        whole = [each for each in one.records if asked[each.id] == len(one.manifest.systems)]
        lines = (json.dumps(record.as_json(each)) + "\n" for each in whole)
        (tmp_path / name / RECORDS).write_text("".join(lines), encoding="utf-8")
    assert compare_runs(tmp_path / "old", tmp_path / "new", tmp_path / "out", as_json=True) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "out" / "changes.json").read_text(encoding="utf-8"))
    assert "## Won (1)" in (tmp_path / "out" / "changes.md").read_text(encoding="utf-8")
    assert 'id="won"' in (tmp_path / "out" / "changes.html").read_text(encoding="utf-8")


@browser_needed
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_for_everybody(browser, hostile, tmp_path, width, scheme):
    file = tmp_path / "changes.html"
    file.write_text(render("changes.html", hostile), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    try:
        opened = context.new_page()
        seen = Seen(opened)
        opened.goto(file.as_uri())
        assert axe(opened) == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        assert len(seen.requests) == 1 and seen.complaints == []
    finally:
        context.close()
