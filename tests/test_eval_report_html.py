"""The page of a run: what is on it, that hostile text stays text, and how it works in a browser."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from chatbot.render.text import plain
from chatbot.server.guard import Guard
from eval.measures.metrics import summary
from eval.report.numbers import interval, number
from eval.report.render import code, write_report
from eval.report.run_report import run_report
from eval.report.words import FAULTS, outcome
from eval.stored import Run
from tests.browsing import Seen, axe, browser_needed
from tests.reported import HOSTILE, made_run

VOID = {"meta", "input", "path", "polyline", "circle"}


class Page(HTMLParser):
    """The tags, ids and words of a page."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def hostile() -> Run:
    return made_run(text=HOSTILE)


@pytest.fixture(scope="module")
def file(hostile, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_report(run_report(hostile), folder)
    return folder / "report.html"


@pytest.fixture(scope="module")
def content(file) -> str:
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def parsed(content) -> Page:
    return Page(content)


def test_what_is_between_backticks_is_code_and_all_is_escaped():
    assert code("<b> `a<b` & c") == "&lt;b&gt; <code>a&lt;b</code> &amp; c"


@pytest.mark.slow
def test_nothing_on_it_asks_the_network_or_runs(parsed, content):
    tags = {tag for tag, _ in parsed.tags}
    attributes = {name for _, named in parsed.tags for name in named}
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & tags
    assert not {"src", "srcset", "action"} & attributes and not {
        name for name in attributes if name.startswith("on")
    }
    assert all(link["href"].startswith("#") for link in parsed.of("a"))
    assert "url(" not in content and "@import" not in content


def test_hostile_text_stays_text(parsed, content, hostile):
    shown = "".join(parsed.text)
    assert "\u202e" not in content
    for record in hostile.of("hybrid+reader"):
        if not record.of:
            for words in (record.question, record.id, *(one.quote for one in record.citations)):
                assert plain(words) in shown


def test_every_question_is_told_with_what_became_of_it(parsed, hostile):
    shown = "".join(parsed.text)
    questions = [one for one in parsed.of("details") if "q" in (one.get("class") or "").split()]
    assert len(questions) == 24
    assert all(outcome(record).words in shown for record in hostile.of("hybrid+reader"))
    for fault in {record.fault for record in hostile.of("hybrid+reader")} - {""}:
        assert FAULTS[fault].split("`")[0].strip() in shown


def test_every_measure_of_the_summary_is_there_with_n_and_interval(hostile, content):
    rows = [re.sub("<[^>]+>", " ", row).split() for row in re.findall("<tr.*?</tr>", content)]
    measured = {name: score for name, score in summary(hostile.of("hybrid+reader")).items() if score.n}
    assert len(measured) > 30
    for name, score in measured.items():
        cells = [name, number(score.value), *interval(score).split(), str(score.n)]
        assert any(row[: len(cells)] == cells for row in rows), name


def test_what_was_not_measured_is_told_too(tmp_path):
    run = made_run(8, systems=("bm25",))
    write_report(run_report(run), tmp_path)
    content = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "first_citation (n = 0)" in content
    assert "Given" not in content and "threshold 0.3" not in content


def test_what_was_left_out_stands_before_all_figures(content):
    assert content.index("Left out") < content.index('class="figures"') < content.index('id="measured"')


def test_charts_have_words_for_who_cannot_see_them(content):
    charts = [ElementTree.fromstring(found) for found in re.findall(r"<svg.*?</svg>", content, re.DOTALL)]
    titles = [chart.findtext("title") for chart in charts]
    assert titles[-4:] == ["Recall by k", "Reliability diagram", "Risk-coverage curve", "Latency"]
    for chart in charts:
        named = {child.get("id") for child in chart if child.tag in ("title", "desc")}
        assert chart.get("role") == "img" and set(chart.get("aria-labelledby").split()) == named
        assert chart.findtext("desc").strip().endswith((".", "wrongly."))


def test_headings_are_in_order_ids_differ_and_tables_have_headers(parsed):
    levels = [int(tag[1]) for tag, _ in parsed.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [named["id"] for _, named in parsed.tags if "id" in named]
    assert len(ids) == len(set(ids))
    assert all(one.get("scope") in ("col", "row") for one in parsed.of("th"))
    assert len(parsed.of("caption")) == len(parsed.of("table"))
    assert {link["href"][1:] for link in parsed.of("a")} <= set(ids)


def test_tags_are_closed_in_order(content):
    open_tags: list[str] = []

    class Nesting(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in VOID:
                open_tags.append(tag)

        def handle_startendtag(self, tag, attrs):
            pass

        def handle_endtag(self, tag):
            if tag not in VOID:
                assert open_tags.pop() == tag

    Nesting().feed(content)
    assert open_tags == []


@pytest.mark.slow
def test_a_large_run_is_no_large_page(tmp_path):
    write_report(run_report(made_run(150)), tmp_path)
    assert (tmp_path / "report.html").stat().st_size < 1_000_000  # so 1,200 questions stay under 8 MB


@browser_needed
@pytest.mark.browser
class TestInABrowser:
    @pytest.fixture
    def open_at(self, browser, file):
        contexts = []

        def open_one(width=1280, scheme="light"):
            how = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
            contexts.append(browser.new_context(**how, reduced_motion="reduce"))
            page = contexts[-1].new_page()
            seen = Seen(page)
            page.goto(file.as_uri())
            return page, seen

        yield open_one
        for context in contexts:
            context.close()

    @pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
    def test_nothing_stands_in_the_way_of_anybody(self, open_at, width, scheme):
        page, seen = open_at(width, scheme)
        for line in page.locator("details > summary").all()[:12]:
            line.click()
        assert page.locator(".q[open]").count() > 2
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert len(seen.requests) == 1 and seen.complaints == []

    def test_questions_are_filtered_by_keyboard(self, open_at, hostile):
        page, _ = open_at()
        wrong = [r for r in hostile.of("hybrid+reader") if not r.of and outcome(r).key == "wrong"]
        shown = page.locator(".q:visible")
        assert shown.count() == 24
        page.locator("#outcome-all").focus()
        while not page.locator("#outcome-wrong").is_checked():
            page.keyboard.press("ArrowRight")
        assert shown.count() == len(wrong) > 0
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        assert page.locator("#fault-cleaned-away").is_checked()
        assert shown.count() == sum(r.fault == "cleaned away" for r in wrong)
        while not page.locator("#fault-false-answer").is_checked():
            page.keyboard.press("ArrowRight")
        assert shown.count() == 0 and page.get_by_text("No question is both.").is_visible()

    def test_the_keyboard_reaches_the_content_and_opens_a_question(self, open_at):
        page, _ = open_at()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the figures"
        assert page.locator(".skip").bounding_box()["y"] >= 0  # it is seen once it has the focus
        page.locator(".q > summary").first.focus()
        page.keyboard.press("Enter")
        assert page.locator(".q .body").first.is_visible()

    def test_a_link_to_a_question_opens_it(self, open_at):
        page, _ = open_at()
        link = page.locator("#faults td a").first
        body = page.locator(link.get_attribute("href"))
        assert not body.is_visible()
        link.click()
        body.wait_for(state="visible")

    def test_the_servers_content_security_policy_refuses_nothing_of_it(self, browser, content):
        """The chat page shows it at /evaluation."""
        served = TestClient(Guard(PlainTextResponse("")), "http://127.0.0.1").get("/evaluation").headers
        policy = {"content-security-policy": served["content-security-policy"]}
        context = browser.new_context()
        try:
            page = context.new_page()
            seen = Seen(page)
            page.route(
                "**/evaluation",
                lambda route: route.fulfill(
                    body=content, content_type="text/html; charset=utf-8", headers=policy
                ),
            )
            page.goto("http://cuttings.test/evaluation")
            assert page.locator(".bar").first.bounding_box()["height"] == 9  # its styles hold
            page.locator("#outcome-wrong").check()
            assert 0 < page.locator(".q:visible").count() < 24
            assert seen.complaints == [] and len(seen.requests) == 1
        finally:
            context.close()

    def test_paper_shows_what_went_wrong_in_light(self, open_at):
        page, _ = open_at(scheme="dark")
        page.emulate_media(media="print", color_scheme="dark")
        assert not page.locator("nav").is_visible() and not page.locator(".filters").is_visible()
        assert page.locator(".q.bad-one .body").first.is_visible()
        assert not page.locator(".q.good-one").first.is_visible()
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(26, 28, 31)"
