"""The chat page in a real browser, on a real server, over the bundled articles and the real model."""

from __future__ import annotations

import os
import re
import signal
import socket
import string
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot import markup, shell
from chatbot.answer import Answer, Citation
from chatbot.bot import Chatbot
from chatbot.limits import BODY
from chatbot.settings import Settings
from chatbot.ui import serve
from corpus.errors import CuttingsError
from corpus.read import read
from index.collection import Collection
from index.ingest import ingest
from tests.browsing import Page, browser_needed, served
from tests.fakes import HashEncoder

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Iterator[Path]:
    """The folder into which Gradio copies what it is about to serve."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("gradio")
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        yield folder


@pytest.fixture(scope="module")
def address(bundled, cache) -> Iterator[str]:
    with served(bundled) as address:
        yield address


HOSTILE = """\
---
title: '<img src=x onerror=alert(1)> **The** [title](javascript:alert(1))'
publisher: '<b>Evil</b> & Co'
published: 2024-05-03
url: javascript:alert(1)
---

Before it comes a paragraph \U0001f4f0\U0001f4f0 with characters that JavaScript counts as two.

The <script>alert(1)</script> mayor <img src=x onerror="alert(1)"> opened ![the](http://evil.test/a.png) the \
**new** [bridge](javascript:alert(1)) `over` | the | $$river$$ &lt;b&gt; ~~on~~ _a_ <iframe src=//evil.test>.

It cost http://evil.test/auto pounds.
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, cache) -> Iterator[tuple[str, Chatbot]]:
    """The page over an article that tries to be more than text, under a file name that does too."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "a <b>&'#%2F.md").write_text(HOSTILE)
    collection = Collection.create(folder / "collection")
    ingest(collection, HashEncoder(), read([folder]), Settings().passage_tokens)
    # A threshold of 0: whether it answers is not the matter here.
    bot = Chatbot(collection, HashEncoder(), Settings(threshold=0.0))
    with served(bot) as address:
        yield address, bot


def ask(page: Page, question: str) -> None:
    before = page.locator("#chat .bot-row").count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    wait_for_answer(page, before + 1)


def wait_for_answer(page: Page, count: int) -> None:
    page.wait_for_function(
        "count => document.querySelectorAll('#chat .bot-row').length === count"
        " && !document.querySelector('#chat .pending')",
        arg=count,
        timeout=60_000,
    )


def last(page: Page) -> Any:
    return page.locator("#chat .bot-row").last


@pytest.mark.browser
@browser_needed
class TestPage:
    def test_an_empty_page_says_what_it_is_and_offers_questions(self, address, bundled, open_page):
        page, seen = open_page(address)
        assert page.title() == "Cuttings"
        assert page.locator("h1").inner_text() == "Cuttings"
        assert f"{len(bundled.collection.articles())} articles" in page.locator("#top").inner_text()
        page.wait_for_selector("#chat .example")
        assert page.locator("#chat .example-text").all_inner_texts() == list(bundled.examples())
        assert not page.locator("#new").is_visible()
        assert seen.outside(address) == [] and seen.complaints == []

    def test_an_example_is_answered_with_quotes_and_citations(self, address, bundled, open_page):
        page, seen = open_page(address)
        page.locator("#chat .example").first.click()
        wait_for_answer(page, 1)
        answer = bundled.ask(bundled.examples()[0])
        assert not answer.abstained
        quotes = last(page).locator(".cutting > p:first-child").all_inner_texts()
        assert quotes == [citation.quote for citation in answer.citations]
        assert last(page).locator(".from .chip").count() == len(quotes)
        assert page.locator("#chat .option").all_inner_texts() == list(answer.suggestions)
        assert seen.outside(address) == [] and seen.complaints == []

    def test_a_citation_opens_at_the_highlighted_place(self, address, bundled, open_page):
        page, seen = open_page(address)
        ask(page, QUESTION)
        for i, citation in enumerate(bundled.ask(QUESTION).citations):
            chip = last(page).locator(".from .chip").nth(i)
            chip.click()
            mark = page.locator("#source mark")
            mark.wait_for()
            assert mark.inner_text() == citation.quote
            assert page.locator("#source-title").inner_text() == citation.title
            assert (citation.publisher or "") in page.locator("#source-where").inner_text()
            assert page.evaluate(IN_VIEW), "the mark is not in view"
            page.keyboard.press("Escape")
            assert not page.locator("#source").is_visible()
            assert chip.evaluate("chip => chip === document.activeElement"), "focus did not return"
            page.wait_for_function("location.hash === ''")
        assert seen.complaints == []

    def test_an_address_with_a_citation_opens_it(self, address, bundled, open_page):
        citation = bundled.ask(QUESTION).citations[0]
        page, _ = open_page(f"{address}/#cite/{citation.article_id}/{citation.start}/{citation.end}")
        page.locator("#source mark").wait_for()
        assert page.locator("#source mark").inner_text() == citation.quote

    def test_what_was_removed_from_an_article_is_not_shown(self, address, bundled, open_page):
        article = next(
            a for s in bundled.collection.articles() if (a := bundled.collection.article(s.id)).removed
        )
        page, _ = open_page(f"{address}/#cite/{article.id}/0/0")
        page.wait_for_function("document.querySelector('#source-text').children.length > 0")
        shown = page.locator("#source-text").inner_text()
        for gone in article.removed:
            line = article.text[gone.start : gone.end].strip().splitlines()[-1]
            assert line not in shown.splitlines()

    def test_an_unknown_article_is_told_in_the_panel(self, address, open_page):
        page, _ = open_page(f"{address}/#cite/no-such-article/0/5")
        page.get_by_text("This article could not be opened").wait_for()
        assert "no-such-article" in page.locator("#source-text").inner_text()

    def test_a_follow_up_is_completed_and_can_be_asked_as_typed(self, address, bundled, open_page):
        page, _ = open_page(address)
        ask(page, QUESTION)
        ask(page, FOLLOW_UP)
        assert last(page).locator(".searched q").inner_text() != FOLLOW_UP
        last(page).get_by_text("Ask it as typed").click()
        last(page).get_by_text("Searched as you typed it").wait_for()
        assert page.locator("#chat .bot-row").count() == 2
        assert page.locator("#chat .user-row").last.inner_text().strip() == FOLLOW_UP

    def test_a_suggestion_is_asked_by_a_click(self, bundled, open_page):
        with served(Suggesting(bundled)) as address:
            page, _ = open_page(address)
            ask(page, QUESTION)
            assert page.locator("#chat .option").all_inner_texts() == list(SUGGESTIONS)
            page.locator("#chat .option").first.click()
            wait_for_answer(page, 2)
            assert page.locator("#chat .user-row").last.inner_text().strip() == SUGGESTIONS[0]

    def test_what_the_articles_do_not_answer_is_said_in_one_sentence(self, address, open_page):
        page, _ = open_page(address)
        ask(page, "Why is the sky blue?")
        assert last(page).locator(".none").inner_text() == "The articles do not answer that."
        assert not last(page).locator(".cutting").first.is_visible()
        last(page).locator("summary").click()
        assert last(page).locator(".cutting").first.is_visible()

    def test_a_new_conversation_forgets_the_last(self, address, bundled, open_page):
        page, _ = open_page(address)
        ask(page, QUESTION)
        page.locator("#new").click()
        page.locator("#chat .example").first.wait_for()
        ask(page, FOLLOW_UP)
        assert last(page).locator(".searched").count() == 0

    def test_hostile_articles_and_questions_are_shown_as_text(self, hostile, open_page):
        address, bot = hostile
        question = (
            "Did the mayor <img src=x onerror=alert(1)> open the new bridge ![](http://evil.test/q.png)?"
        )
        citations = bot.ask(question).citations
        assert any("<script>alert(1)</script>" in citation.quote for citation in citations)
        page, seen = open_page(address)
        ask(page, question)
        assert page.locator("#chat .user-row").inner_text().strip() == question
        shown = last(page).locator(".cutting > p:first-child").all_inner_texts()
        assert shown == [re.sub(r"\s+", " ", citation.quote) for citation in citations]
        for i, citation in enumerate(citations):
            last(page).locator(".from .chip").nth(i).click()
            page.locator("#source mark").wait_for()
            assert page.locator("#source mark").evaluate("mark => mark.textContent") == citation.quote
            assert page.locator("#source-title").inner_text() == citation.title
            assert not page.locator("#source-url").is_visible()
            page.keyboard.press("Escape")
        assert page.locator("#chat, #source").locator("img, script, iframe").count() == 0
        # ":" is that of the panel's link while it leads nowhere.
        assert set(page.locator("a").evaluate_all("all => all.map(a => a.protocol)")) == {"http:", ":"}
        assert seen.outside(address) == [] and seen.complaints == []

    def test_a_screen_reader_hears_text_and_not_markup(self, address, bundled, open_page):
        page, _ = open_page(address)
        ask(page, QUESTION)
        labels = page.locator("#chat [aria-label]").evaluate_all("all => all.map(e => e.ariaLabel)")
        assert "Answer" in labels and "You asked" in labels
        assert not any(re.search(r"[<&]|message:", label) for label in labels)

    def test_a_question_asked_before_the_models_are_loaded_waits(self, bundled, open_page):
        bot = Gated(bundled)
        with served(bot) as address:
            page, _ = open_page(address)
            page.fill("#question textarea", QUESTION)
            page.keyboard.press("Enter")
            page.get_by_text("Loading the search models").wait_for()
            bot.gate.set()
            wait_for_answer(page, 1)
            assert last(page).locator(".cutting").count() > 0

    def test_the_page_fits_a_phone(self, address, bundled, browser):
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("#question textarea")
        ask(page, QUESTION)
        last(page).locator(".chip").first.click()
        page.locator("#source mark").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("document.querySelector('#source').scrollWidth") <= 390
        context.close()


QUESTION = "What did the BMA survey of clinical directors find?"
FOLLOW_UP = "When did they publish it?"
SUGGESTIONS = ("What does the *BMA* <b>say</b>?", "Who was asked?")


class Suggesting:
    """A bot that suggests the same questions after every answer."""

    def __init__(self, bot: Any) -> None:
        self.bot = bot

    def ask(self, *asked: Any, **how: Any) -> Answer:
        return replace(self.bot.ask(*asked, **how), suggestions=SUGGESTIONS)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bot, name)


class Gated:
    """A bot whose models are loaded when the gate opens."""

    def __init__(self, bot: Any) -> None:
        self.bot = bot
        self.gate = threading.Event()

    def warm(self) -> None:
        self.gate.wait()

    def ask(self, *asked: Any, **how: Any) -> Answer:
        self.gate.wait()
        return self.bot.ask(*asked, **how)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bot, name)


IN_VIEW = """() => {
    const mark = document.querySelector("#source mark").getBoundingClientRect();
    const text = document.querySelector("#source-text").getBoundingClientRect();
    return mark.top >= text.top && mark.bottom <= text.bottom;
}"""


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
@example(
    "<b>&amp;</b> **b** _u_ [x](y) `c` | $$m$$ www.evil.test a@b.test :smile:\r\n\n    c\x85\x96 \U0001f4f0"
)
def test_escaped_text_has_no_markup_and_reads_the_same(text):
    escaped = markup.escape(text)
    assert re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), escaped) == text
    assert not set(re.sub(r"&#\d+;", "", escaped)) & set(string.punctuation + "\r\n\t")


def cited(rank: int, article_id: str, **known: str) -> Citation:
    return Citation(rank, "A & B.", article_id, "The <title>", "a.md", 3, 9, 0.5, **known)


def answered(*citations: Citation, **how: Any) -> Answer:
    known = {"rewrite_reason": "", "abstained": False, "confidence": 0.5, "hits": (), **how}
    return Answer(question="Why?", standalone_question="Why?", citations=citations, **known)


def test_a_title_is_given_once_for_the_sentences_of_one_article_in_a_row():
    known = {"publisher": "The Post", "published": "2024-05-03"}
    shown = markup.message(answered(*(cited(i, name, **known) for i, name in enumerate("aab", 1))))
    assert [chip.count("title") for chip in shown.split('<a class="chip"')[1:]] == [1, 0, 1]
    assert shown.count("The Post&#44; 3 May 2024") == 3


@pytest.mark.parametrize(
    ("known", "label"),
    [
        ({}, "<span>The &#60;title&#62;</span>"),
        ({"published": "2024-05-03"}, "<b>3 May 2024</b> <span>The &#60;title&#62;</span>"),
        ({"published": "May"}, "<b>May</b> <span>The &#60;title&#62;</span>"),
    ],
)
def test_a_citation_is_labelled_with_what_is_known(known, label):
    shown = markup.message(answered(cited(1, "sub/a b.md", **known)))
    assert f'<a class="chip" href="#cite/sub%2Fa%20b.md/3/9">{label}</a>' in shown


def test_a_notice_is_shown_in_place_of_an_answer():
    assert markup.message(answered(cited(1, "a"), notice="Ask away.")) == "Ask away&#46;"


def test_where_the_articles_do_not_answer_the_closest_passages_are_marked_as_no_answer():
    shown = markup.message(answered(*(cited(i, name) for i, name in enumerate("abcd", 1)), abstained=True))
    said, marked = shown.split("\n\n")
    assert said == '<p class="none">The articles do not answer that.</p>'
    assert marked.startswith(
        '<details class="closest"><summary>Closest passages (not an answer)</summary><blockquote'
    )
    assert marked.count("<blockquote") == 3 and marked.endswith("</details>")
    assert markup.message(answered(abstained=True)) == said  # nothing comes near


def test_the_conversation_holds_the_quotes_and_no_markup():
    assert markup.plain(answered(cited(1, "a"), cited(2, "b"))) == "A & B. A & B."
    assert markup.plain(answered(cited(1, "a"), abstained=True)) == ""


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/file=/etc/hostname"),
        ("GET", "/gradio_api/proxy=http://example.org/"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/run/ask"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/monitoring/summary"),
        ("GET", "/login"),
    ],
)
def test_what_gradio_offers_and_the_page_does_not_need_is_refused(address, method, path):
    response = httpx.request(method, address + path)
    assert response.status_code == 404 and response.headers["content-type"] == "application/problem+json"


def test_a_request_of_the_page_is_limited(address):
    assert httpx.post(f"{address}/gradio_api/queue/join", content=b" " * (BODY + 1)).status_code == 413


def test_no_other_site_may_use_the_page(address):
    for method, path in (
        ("GET", "/"),
        ("GET", "/config"),
        ("GET", "/gradio_api/info"),
        ("POST", "/gradio_api/queue/join"),
    ):
        answer = httpx.request(method, address + path, headers={"origin": "https://elsewhere.test"})
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


def test_a_payload_that_names_a_file_of_the_server_gets_nothing(address, cache, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret text")
    file = {"path": str(secret), "meta": {"_type": "gradio.FileData"}, "orig_name": "secret.txt"}
    listeners = httpx.get(f"{address}/config").json()["dependencies"]
    refused = 0
    for listener in listeners:
        answers = post_event(address, listener["id"], [file for _ in listener["inputs"]], file)
        refused += '"success":false' in answers
        assert "/file=" not in answers
    assert refused
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def post_event(address: str, listener: int, data: list[Any], event: Any) -> str:
    """Trigger a listener of the page as a script would; everything that was sent back."""
    session = f"test{listener}"
    body = {
        "fn_index": listener,
        "session_hash": session,
        "data": data,
        "event_data": {"value": event, "index": 0},
    }
    httpx.post(f"{address}/gradio_api/queue/join", json=body).raise_for_status()
    stream = httpx.get(f"{address}/gradio_api/queue/data", params={"session_hash": session}, timeout=60)
    return stream.text


def test_a_busy_port_is_told_in_one_line(bundled):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CuttingsError, match=f"^port {port} is in use; choose another with --port$"):
            serve(bundled, "127.0.0.1", port)
    with pytest.raises(CuttingsError, match=r"cannot serve at 203\.0\.113\.1:7860"):
        serve(bundled, "203.0.113.1", 7860)


def test_a_gradio_that_is_laid_out_otherwise_is_told(tmp_path):
    (tmp_path / "index.html").write_text("<html></html>")
    with pytest.raises(CuttingsError, match=r"index\.html"):
        shell.gradio_assets(tmp_path / "index.html")


SERVER = """
import sys
from pathlib import Path

def heard(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        print("outside:", event, arguments, file=sys.stderr)

sys.addaudithook(heard)

from chatbot.bot import Chatbot
from chatbot.ui import serve

serve(Chatbot.open(Path(sys.argv[1])), "127.0.0.1", 0)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
@pytest.mark.parametrize(
    ("signal_sent", "path", "key"),
    [
        (signal.SIGINT, "/api/v1/search?q=survey", "hits"),
        # This one ends it while the models are being loaded.
        (signal.SIGTERM, "/api/v1/articles", "articles"),
    ],
)
def test_the_server_says_where_it_is_looks_nothing_up_and_ends_when_told(
    bundled_folder, signal_sent, path, key
):
    command = [sys.executable, "-c", SERVER, str(bundled_folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout and server.stderr
        said = re.fullmatch(r"Cuttings is at (http://127\.0\.0\.1:\d+) .*\n", server.stdout.readline())
        assert said
        assert httpx.get(f"{said[1]}{path}", timeout=60).json()[key]
        # An open page holds such a stream.
        with httpx.stream("GET", f"{said[1]}/gradio_api/heartbeat/test"):
            server.send_signal(signal_sent)
            server.wait(timeout=15)
        told = server.stderr.read()
        assert "outside:" not in told and "Traceback" not in told
        assert server.stdout.read() == ""
