"""The chat page in a real browser, on a real server, over the bundled articles and the real model."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chatbot.answer import Answer
from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.browsing import HOSTILE, IN_VIEW, ask, asked, browser_needed, last, served, wait_for_answer
from tests.fakes import HashEncoder

pytestmark = [pytest.mark.model, pytest.mark.browser, browser_needed]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, gradio_folder) -> Iterator[tuple[str, Chatbot]]:
    """The page over an article that tries to be more than text, under a file name that does too."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "a <b>&'#%2F.md").write_text(HOSTILE)
    collection = Collection.create(folder / "collection")
    ingest(collection, HashEncoder(), read([folder]), Settings().passage_tokens)
    # A threshold of 0: whether it answers is not the matter here.
    bot = Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))
    with served(bot) as address:
        yield address, bot


class TestPage:
    def test_an_empty_page_says_what_it_is_and_offers_questions(self, address, bundled, open_page):
        page, seen = open_page(address)
        assert page.title() == "Cuttings"
        assert page.locator("h1").inner_text() == "Cuttings"
        assert f"{len(bundled.collection.articles())} articles" in page.locator("#about").inner_text()
        page.wait_for_selector("#chat .example")
        assert page.locator("#chat .example-text").all_inner_texts() == list(bundled.examples())
        assert not page.locator("#new").is_visible()
        # What the page's script presses is not for people.
        assert page.locator("button:visible").all_inner_texts() == [*bundled.examples(), "Filter", "Ask"]
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
            page.wait_for_function("() => location.hash === ''")
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
        page.wait_for_function("() => document.querySelector('#source-text').children.length > 0")
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
        assert asked(page) == FOLLOW_UP

    @pytest.mark.parametrize(
        ("lost", "reply"),
        [
            ("**/queue/join*", '{"event_id": "lost"}'),
            ("**/queue/data*", 'data: {"msg": "close_stream", "event_id": null}\n\n'),
        ],
    )
    def test_a_question_that_is_lost_on_the_way_is_answered_all_the_same(
        self, address, bundled, open_page, lost, reply
    ):
        page, _ = open_page(address)
        page.locator("#chat .example").first.wait_for()
        kind = "text/event-stream" if reply.startswith("data") else "application/json"
        page.route(lost, lambda route: route.fulfill(body=reply, content_type=kind), times=1)
        ask(page, QUESTION)
        quotes = last(page).locator(".cutting > p:first-child").all_inner_texts()
        assert quotes == [citation.quote for citation in bundled.ask(QUESTION).citations]
        assert page.locator("#question textarea").input_value() == ""

    def test_too_long_a_question_is_refused_and_not_cut_short(self, bundled, address, open_page):
        page, _ = open_page(address)
        limit = bundled.settings.question_characters
        page.fill("#question textarea", "Why? " * (limit // 5 + 1))
        page.press("#question textarea", "Enter")
        page.locator("#chat .failed").filter(has_text=f"at most {limit:,} are read; shorten it").wait_for()

    def test_a_suggestion_is_asked_by_a_click(self, bundled, open_page):
        with served(Suggesting(bundled)) as address:
            page, _ = open_page(address)
            ask(page, QUESTION)
            page.locator("#chat .option").nth(len(SUGGESTIONS) - 1).wait_for()  # drawn after the answer
            assert page.locator("#chat .option").all_inner_texts() == list(SUGGESTIONS)
            page.locator("#chat .option").first.click()
            wait_for_answer(page, 2)
            assert asked(page) == SUGGESTIONS[0]

    def test_what_the_articles_do_not_answer_is_said_in_one_sentence(self, address, open_page):
        page, _ = open_page(address)
        ask(page, "Why is the sky blue?")
        assert last(page).locator(".none").inner_text() == "The articles do not answer that."
        assert not last(page).locator(".cutting").first.is_visible()
        last(page).locator(".closest > summary").click()
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
        assert asked(page) == question
        shown = last(page).locator(".cutting > p:first-child").all_inner_texts()
        assert shown == [re.sub(r"\s+", " ", citation.quote) for citation in citations]
        for i, citation in enumerate(citations):
            last(page).locator(".from .chip").nth(i).click()
            page.locator("#source mark").wait_for()
            assert page.locator("#source mark").evaluate("mark => mark.textContent") == citation.quote
            assert page.locator("#source-title").inner_text() == citation.title
            assert not page.locator("#source-url").is_visible()
            page.keyboard.press("Escape")
        # What turns the direction of text turns that of its own part only.
        for part in (".cutting bdi", ".cutting .chip b"):
            style = last(page).locator(part).first.evaluate("part => getComputedStyle(part).unicodeBidi")
            assert style == "isolate", part
        assert page.locator("#chat, #source").locator("img, script, iframe").count() == 0
        # ":" is that of the panel's link while it leads nowhere.
        assert set(page.locator("a").evaluate_all("all => all.map(a => a.protocol)")) == {"http:", ":"}
        assert seen.outside(address) == [] and seen.complaints == []

    def test_an_answer_comes_sentence_by_sentence(self, address, bundled, open_page):
        page, _ = open_page(address)
        page.evaluate(
            """() => {
                window.counts = [];
                const count = () => window.counts.push(document.querySelectorAll("#chat .cutting").length);
                new MutationObserver(count).observe(document.body, { childList: true, subtree: true });
            }"""
        )
        ask(page, QUESTION)
        counts = page.evaluate("window.counts")
        assert max(counts) == len(bundled.ask(QUESTION).citations) > 2
        # Not all at once; how many are seen apart depends on how fast the browser draws.
        assert any(0 < count < max(counts) for count in counts)

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
