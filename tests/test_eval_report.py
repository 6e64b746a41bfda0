"""The formats of a report: text, JSON, Markdown, and files that are whole."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import CuttingsError
from eval.record import Expected
from eval.report.changes import as_dict, run_changes
from eval.report.headlines import headlines
from eval.report.numbers import number, percent, signed, size
from eval.report.render import write_report
from eval.report.run_report import RunReport, run_report
from eval.report.summary import summary
from eval.report.text import run_text
from eval.report.words import FAULTS, ordinal, outcome, why
from eval.stored import Run
from tests.records import record
from tests.reported import HOSTILE, SYSTEMS, made_run


@pytest.fixture(scope="module")
def run() -> RunReport:
    return run_report(made_run())


@pytest.fixture(scope="module")
def hostile() -> RunReport:
    return run_report(made_run(text=HOSTILE))


class TestText:
    def test_counts_come_first_and_what_was_left_out_next(self, run):
        lines = run_text(run).splitlines()
        assert lines[0] == "24 questions, 18 answerable, 6 not"
        assert lines[2] == "Left out: 1 question, in no measure"
        assert lines[3] == "  q99 (gold.jsonl, line 99): the quote 'Nobody rowed.' is not there"

    def test_every_measure_has_its_interval_and_n(self, run):
        cells = [line.split() for line in run_text(run).splitlines()]
        for name, score in summary(run)["measures"].items():
            if score["value"] is not None:
                low, high = (number(score[end]).replace("–", "-") for end in ("low", "high"))
                row = next(row for row in cells if row[:1] == [name])
                assert row[1] == number(score["value"]) and row[-2] == str(score["n"])
                assert row[2:-2] == ([low, "to", high] if score["low"] is not None else ["-"])

    def test_systems_are_compared_and_what_went_wrong_is_counted(self, run):
        shown = run_text(run)
        assert "Compared with hybrid+reader" in shown
        assert [line.split()[1] for line in shown.splitlines() if line.startswith("MRR ")][1:] == list(
            SYSTEMS[1:]
        )
        assert re.search(r"^What went wrong \(11 of 24\)$", shown, re.MULTILINE)
        assert re.search(r"^false answer +3$", shown, re.MULTILINE)

    def test_nothing_in_it_is_obeyed_by_a_terminal(self, hostile):
        assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e]", run_text(hostile))

    def test_a_run_of_one_system_that_only_ranks_says_nothing_of_answers(self):
        shown = run_text(run_report(made_run(systems=("bm25",))))
        assert "nDCG@10" in shown and "first_citation" not in shown and "Compared" not in shown


class TestJson:
    def test_values_come_with_n_and_interval_and_survive_strict_json(self, run):
        found = json.loads(json.dumps(summary(run), allow_nan=False))
        assert (found["questions"], found["answerable"], found["shown"]) == (24, 18, "hybrid+reader")
        assert set(found["measures"]["first_citation"]) == {"value", "n", "low", "high"}
        assert found["measures"]["first_citation"]["n"] == 18
        assert set(found["retrieval"]) == set(found["systems"]) == set(SYSTEMS)
        assert "first_citation" not in found["retrieval"]["hybrid+reader"]
        assert found["systems"]["bm25"]["first_citation"]["value"] is None

    def test_all_that_is_on_the_page_is_in_it(self, run):
        found = summary(run)
        assert set(found["breakdowns"]) == {"kind", "tag", "article", "length", "history"}
        assert found["breakdowns"]["history"]["with history"]["n"] == 6
        assert found["kinds"]["unanswerable"]["measures"]["nDCG@10"]["value"] is None
        assert sum(map(len, found["faults"].values())) == 11 and sum(found["outcomes"].values()) == 24
        assert found["recall"]["bm25"]["20"] == found["systems"]["bm25"]["recall@20"]["value"]
        assert sum(one["n"] for one in found["reliability"]) == 24
        assert found["risk_coverage"][-1]["coverage"] == 1
        assert found["latency_ms"]["bm25"]["p50"] == pytest.approx(
            found["systems"]["bm25"]["latency_p50_ms"]["value"]
        )
        assert found["settings_that_differ"] == {
            "fusion.depth": dict(zip(SYSTEMS, (10, 20, 30, 40), strict=True))
        }
        assert found["run"]["left_out"][0]["id"] == "q99"

    def test_every_key_is_described(self, run):
        described = (Path(__file__).parent.parent / "docs" / "report.md").read_text(encoding="utf-8")
        assert [key for key in summary(run) if f"`{key}`" not in described] == []
        changed = as_dict(run_changes(run.run, run.run, ("a", "b")))
        assert [key for key in changed if f"`{key}`" not in described] == []

    def test_a_question_asked_in_its_stand_alone_form_counts_for_follow_ups_only(self, run):
        assert any(one.of for one in run.run.records)
        assert summary(run)["measures"]["follow_up_gap"]["n"] == 6
        assert sum(part["n"] for part in summary(run)["breakdowns"]["kind"].values()) == 24


class TestMarkdown:
    @pytest.fixture
    def markdown(self, hostile, tmp_path) -> str:
        write_report(hostile, tmp_path)
        return (tmp_path / "report.md").read_text(encoding="utf-8")

    def test_it_has_every_section(self, markdown):
        assert re.findall(r"^##? ([\w ]+)", markdown, re.MULTILINE) == [
            "Evaluation",
            "Summary",
            "Compared with hybrid",
            "Breakdown",
            "What went wrong",
            "Worst questions ",
        ]

    def test_rows_have_as_many_cells_as_their_table(self, markdown):
        rows = [line for line in markdown.splitlines() if line.startswith("|")]
        heads = [at for at, line in enumerate(rows) if line.startswith("| ---")]
        for at, end in zip(heads, [*(at - 1 for at in heads[1:]), len(rows)], strict=True):
            counts = {len(re.findall(r"(?<!\\)\|", line)) for line in rows[at - 1 : end]}
            assert len(counts) == 1

    def test_nothing_in_it_is_markup(self, markdown):
        assert "alert" in markdown
        assert not re.search(r"(?<!\\)<", markdown)
        assert not re.search(r"(?<!\\)\]\(", markdown)

    def test_the_worst_question_is_the_surest_one(self, run, tmp_path):
        write_report(run, tmp_path)
        found = (tmp_path / "report.md").read_text(encoding="utf-8")
        wrong = [one for one in run.records if one.fault and not one.of]
        surest = max(wrong, key=lambda one: one.confidence)
        assert found.split("## Worst questions")[1].split("\n- **")[1].startswith(surest.question)


class TestFiles:
    def test_they_are_written_into_a_new_folder(self, run, tmp_path):
        write_report(run, tmp_path / "new" / "report")
        assert sorted(file.name for file in (tmp_path / "new/report").iterdir()) == [
            "report.html",
            "report.md",
            "summary.json",
        ]
        found = json.loads((tmp_path / "new/report/summary.json").read_text(encoding="utf-8"))
        assert found["about"] == "gold.jsonl" and found["measures"] == summary(run)["measures"]

    def test_a_folder_that_cannot_be_written_is_named(self, run, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(CuttingsError, match=r"cannot write the report to .*file"):
            write_report(run, tmp_path / "file")

    def test_the_old_report_stays_where_the_new_one_cannot_be_finished(self, run, tmp_path):
        for name in ("report.html", "report.md", "summary.json"):
            (tmp_path / name).write_text("old")
        (tmp_path / "report.html.new").mkdir()  # in the way of the last one
        with pytest.raises(CuttingsError, match="cannot write the report"):
            write_report(run, tmp_path)
        assert [(tmp_path / name).read_text() for name in ("report.html", "report.md", "summary.json")] == [
            "old"
        ] * 3
        assert not [file for file in tmp_path.glob("*.new") if file.is_file()]

    def test_half_a_surrogate_pair_is_no_reason_to_fail(self, tmp_path):
        run = made_run(4)
        asked = tuple(replace(one, question="Who rowed \ud800?") for one in run.records)
        write_report(run_report(Run(run.manifest, asked)), tmp_path)
        assert "Who rowed ??" in (tmp_path / "report.html").read_text(encoding="utf-8")


class TestWords:
    @pytest.mark.parametrize(
        ("of", "key"),
        [
            ({"right": (True, False)}, "right"),
            ({"right": (False, True)}, "further-down"),
            ({"right": (False,)}, "wrong"),
            ({"right": (True,), "answered": False}, "refused"),
            ({"answerable": False}, "false-answer"),
            ({"answerable": False, "answered": False}, "abstained"),
            ({"reads": False, "answered": False, "found": ("a", "b"), "relevant": {"a": 1}}, "first"),
            ({"reads": False, "answered": False, "found": ("a", "b"), "relevant": {"b": 1}}, "found"),
            ({"reads": False, "answered": False, "found": ("a", "b"), "relevant": {"c": 1}}, "not-found"),
            ({"reads": False, "answered": False, "answerable": False}, "nothing"),
        ],
    )
    def test_outcomes(self, of, key):
        assert outcome(record(**of)).key == key

    @pytest.mark.parametrize("fault", FAULTS)
    def test_every_fault_is_put_into_words(self, fault):
        assert why(replace(record(), fault=fault), 0.3)

    def test_an_article_that_is_lacking_is_named(self):
        lacking = Expected("ferry", 0, 0, "", 0, 1, None, "no article")
        found = why(replace(record(expected=[lacking]), fault="not in a passage"), 0.3)
        assert found == "Not in the collection: ferry."

    def test_a_refusal_is_told_with_both_figures(self):
        assert (
            "0.21" in (told := why(replace(record(confidence=0.21), fault="refusal"), 0.3)) and "0.3" in told
        )

    def test_headlines_are_sentences_with_the_interval_that_they_have(self, run):
        figures = {one.measure: one for one in headlines(run.scores[run.system])}
        first = figures["first_citation"]
        assert f"{first.figure} {first.rest}" == "67% of answerable questions get the right sentence first"
        assert re.fullmatch(r"between \d+% and \d+%", first.span) and first.score.n == 18
        assert figures["latency_p95_ms"].figure.endswith(" ms")

    def test_numbers(self):
        assert [number(value) for value in (None, 0.12345, 1234.56)] == ["–", "0.123", "1,234.6"]
        assert [signed(value) for value in (None, -0.5, 0.25, -0.0001)] == ["–", "−0.500", "+0.250", "0.000"]
        assert [percent(share) for share in (0, 0.001, 0.5, 0.999, 1)] == ["0%", "<1%", "50%", ">99%", "100%"]
        assert [ordinal(rank) for rank in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == (
            "1st 2nd 3rd 4th 11th 12th 13th 21st 112th".split()
        )
        assert [size(bytes) for bytes in (999, 1000, 3_400_000, 2_000_000_000)] == (
            ["999 bytes", "1.0 kB", "3.4 MB", "2.0 GB"]
        )
