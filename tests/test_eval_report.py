"""What a run is told as: text, JSON, and a page."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from chatbot.answer import Answer, Citation, Turn
from corpus.errors import CuttingsError
from eval.gold import Evidence, Gold
from eval.judged import Judged
from eval.legacy import MODES, PRODUCT, Record, Run, summarise
from eval.report import as_dict, as_text, outcome, write_report

SCORES = {"hit@1": 1.0, "recall@5": 0.5, "MRR": 1.0, "nDCG@5": 0.75, "nDCG@10": 0.75}
HOSTILE = "<script>alert('Ann & Ben')</script>"


def record(id: str, right: tuple[bool, ...], answered=True, answerable=True, question="Who rowed?") -> Record:
    evidence = (Evidence("boats", 0, 10),) if answerable else ()
    citations = tuple(
        Citation(rank, f"Sentence {rank} of {id}.", "boats", "", "", rank, rank + 1, 0.5)
        for rank in range(1, len(right) + 1)
    )
    return Record(
        Gold(
            id,
            question,
            "fact" if answerable else "unanswerable",
            (Turn("user", "Hi"),),
            answerable,
            evidence,
        ),
        ("Ann rowed.",) if answerable else (),
        Answer(question, "Who rowed home?", "turn", not answered, 0.5, citations, ()),
        Judged(answerable, answered, 0.5, right, 20.0),
        dict.fromkeys((*MODES, PRODUCT), SCORES) if answerable else {},
    )


RECORDS = (
    record("q1", (True, False), question=HOSTILE),
    record("q2", (False, True)),
    record("q3", (False,)),
    record("q4", (True,), answered=False),
    record("q5", (False,), answerable=False),
    record("q6", (), answered=False, answerable=False),
)


@pytest.fixture
def run() -> Run:
    kinds = {
        kind: summarise([r for r in RECORDS if r.gold.kind == kind]) for kind in ("fact", "unanswerable")
    }
    return Run(RECORDS, summarise(RECORDS), kinds)


def test_outcomes():
    assert [outcome(record) for record in RECORDS] == [
        (True, "right"),
        (False, "right only further down"),
        (False, "wrong"),
        (False, "abstained, though there is an answer"),
        (False, "answered, though nothing does"),
        (True, "abstained, rightly"),
    ]


def test_text_has_every_measure_with_its_n(run):
    lines = as_text(run).splitlines()
    assert lines[0] == "6 questions, 4 answerable, 2 not"
    cells = [line.split() for line in lines]
    assert ["first_citation", "0.500", "4", "higher"] in cells
    assert ["false_answers", "0.500", "2", "lower"] in cells
    assert ["latency_p50_ms", "20.0", "6", "lower"] in cells
    assert [PRODUCT, "1.000", "0.500", "1.000", "0.750", "0.750", "4"] in cells
    unanswerable = next(line for line in lines if line.startswith("unanswerable"))
    assert unanswerable.split()[1:3] == ["-", "(0)"] and "0.500 (2)" in unanswerable


def test_dictionary_holds_value_and_n_and_survives_json(run):
    told = json.loads(json.dumps(as_dict(run), allow_nan=False))
    assert told["measures"]["first_citation"] == {"value": 0.5, "n": 4}
    assert told["kinds"]["unanswerable"]["measures"]["hit@1"] == {"value": None, "n": 0}
    assert set(told["retrieval"]) == {"bm25", "dense", "hybrid", "answer"}


def test_records_hold_every_question_and_what_was_right(run, tmp_path):
    write_report(run, tmp_path / "new" / "report", "six questions", 0.35)
    rows = [json.loads(line) for line in (tmp_path / "new/report/records.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == [r.gold.id for r in RECORDS]
    assert rows[1]["expected"] == [{"article_id": "boats", "start": 0, "end": 10, "text": "Ann rowed."}]
    assert [citation["right"] for citation in rows[1]["citations"]] == [False, True]
    assert rows[0]["history"] == [{"role": "user", "content": "Hi"}]
    summary = json.loads((tmp_path / "new/report/summary.json").read_text())
    assert summary["about"] == "six questions" and summary["questions"] == 6


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text.append(data)


def test_page_shows_every_question_escaped_and_asks_nothing_of_the_network(run, tmp_path):
    write_report(run, tmp_path, "a < b", 0.35)
    content = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(content)
    text = "".join(page.text)
    assert HOSTILE in text and "a < b" in text
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert not {"src", "href", "onload"} & page.attributes
    assert "url(" not in content and "@import" not in content
    for record in RECORDS:
        assert all(citation.quote in text for citation in record.answer.citations)
        assert outcome(record)[1] in text
    assert "color-scheme: light dark" in content


def test_confidence_is_told_as_text_and_as_json(run):
    """All say 0.5, and of six two have a right first citation: one bin, one point."""
    told = json.loads(json.dumps(as_dict(run), allow_nan=False))
    (one,) = told["reliability"]
    assert one == {"n": 6, "low": 0.5, "high": 0.5, "said": 0.5, "right": pytest.approx(2 / 6)}
    (point,) = told["risk_coverage"]
    assert point == {"threshold": 0.5, "coverage": 1.0, "risk": pytest.approx(4 / 6)}
    assert told["measures"]["ECE"] == {"value": pytest.approx(0.5 - 2 / 6), "n": 6}
    cells = [line.split() for line in as_text(run).splitlines()]
    assert "0.50 to 0.50 0.500 0.333 6".split() in cells
    assert "0.500 1.000 0.667".split() in cells


def test_page_draws_confidence_with_words_for_who_cannot_see_it(run, tmp_path):
    write_report(run, tmp_path, "six questions", 0.35)
    content = (tmp_path / "report.html").read_text(encoding="utf-8")
    charts = [ElementTree.fromstring(found) for found in re.findall(r"<svg.*?</svg>", content, re.DOTALL)]
    assert [chart.findtext("title") for chart in charts] == ["Reliability diagram", "Risk-coverage curve"]
    for chart in charts:
        named = {child.get("id") for child in chart if child.tag in ("title", "desc")}
        assert chart.get("role") == "img" and set(chart.get("aria-labelledby").split()) == named
    assert "0.50: 0.33 of 6" in charts[0].findtext("desc")
    assert "100% are answered, 67% of them wrongly" in charts[1].findtext("desc")
    texts = [text.text for chart in charts for text in chart.iter("text")]
    assert {"confidence", "first citation right", "0", "1"} <= set(texts)
    assert "--accent" in content and "--line" in content


def test_a_folder_that_cannot_be_written_is_named(run, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CuttingsError, match=r"cannot write the report to .*file"):
        write_report(run, tmp_path / "file", "six questions", 0.35)
