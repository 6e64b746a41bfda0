"""What a person does on the page besides asking, in a real browser: keep, share, correct, judge, look up."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chatbot.bot import Chatbot
from chatbot.render.outline import numbered
from chatbot.settings import Settings
from index.folder.collection import Collection
from tests.browsing import IN_VIEW, Page, Seen, ask, asked, axe, browser_needed, last, served, wait_for_answer
from tests.small import with_settings
from tests.test_chatbot_page import FOLLOW_UP, QUESTION, Gated

pytestmark = [pytest.mark.model, pytest.mark.browser, browser_needed]


@pytest.fixture(scope="module")
def own(bundled_folder, tmp_path_factory, encoder) -> Chatbot:
    """A chatbot on a copy of the bundled articles, which may be changed."""
    folder = shutil.copytree(bundled_folder, tmp_path_factory.mktemp("own") / "collection")
    return Chatbot(Collection.open(folder), encoder, Settings())


@pytest.fixture(scope="module")
def own_address(own, gradio_folder) -> Iterator[str]:
    with served(own, uploads=True) as address:
        yield address


def copied(page: Page) -> str:
    page.locator("#chat .done", has_text="Copied").wait_for()
    return page.evaluate("navigator.clipboard.readText()")


@pytest.fixture
def page(own_address, windows) -> Iterator[Page]:
    with windows.lent(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(own_address)
        page.wait_for_selector("#question textarea")
        yield page


@contextmanager
def opened_at_last(gate: threading.Event) -> Iterator[None]:
    """Whatever fails, so that no thread waits for ever."""
    try:
        yield
    finally:
        gate.set()


def tool(page: Page, name: str) -> Any:
    return last(page).get_by_role("button", name=name, exact=True)


def kept(page: Page) -> list[int]:
    """How many questions each conversation has that this browser keeps."""
    return page.evaluate(
        "JSON.parse(localStorage.getItem('cuttings.conversations')).map(one => one.answers.length)"
    )


class TestAnswers:
    def test_an_answer_is_copied_as_text_and_as_markdown(self, page, own):
        ask(page, QUESTION)
        first = own.ask(QUESTION).citations[0]
        tool(page, "Copy").click()
        plain = copied(page)
        assert plain.startswith(QUESTION) and f"“{first.quote}”\n— {first.title}, {first.publisher}" in plain
        tool(page, "Cite").click()
        page.locator("#cite").get_by_role("button", name="Markdown").click()
        page.locator("#cite").get_by_role("button", name="Copied").wait_for()
        markdown = page.evaluate("navigator.clipboard.readText()")
        assert markdown.startswith(f"## {QUESTION}")
        quotes = [line[3:-1] for line in markdown.splitlines() if line.startswith("> “")]
        assert [re.sub(r"\\(.)", r"\1", quote) for quote in quotes] == [
            one.quote for one in numbered(own.ask(QUESTION)).values()
        ]

    def test_a_link_opens_the_answer_again(self, page, own, own_address, browser):
        ask(page, QUESTION)
        last(page).get_by_text("Link", exact=True).click()
        link = copied(page)
        assert link == f"{own_address}/#answer/{own.ask(QUESTION).id}"
        elsewhere = browser.new_context().new_page()
        elsewhere.goto(link)
        wait_for_answer(elsewhere, 1)
        quotes = last(elsewhere).locator(".cutting > p:first-child").all_inner_texts()
        assert asked(elsewhere) == QUESTION and quotes == [c.quote for c in own.ask(QUESTION).citations]
        ask(elsewhere, FOLLOW_UP)  # and the conversation goes on from there
        assert last(elsewhere).locator(".searched q").count() == 1
        elsewhere.context.close()

    def test_what_is_possibly_the_answer_says_so_wherever_it_is_shown(
        self, page, own, own_address, browser, monkeypatch
    ):
        with_settings(monkeypatch, own, threshold=0.0, sure_threshold=1.0)
        ask(page, QUESTION)
        quoted = own.ask(QUESTION).citations
        assert last(page).get_by_text("Possibly:", exact=True).is_visible()
        assert last(page).locator(".unsure > p:first-child").all_inner_texts() == [c.quote for c in quoted]
        bar = last(page).locator(".unsure").first
        assert bar.evaluate("e => getComputedStyle(e, '::before').borderLeftStyle") == "dashed"
        tool(page, "Copy").click()
        assert copied(page).startswith(f"{QUESTION}\n\nPossibly:\n\n“{quoted[0].quote}”")
        monkeypatch.undo()  # what a link opens is as sure as it was
        elsewhere = browser.new_context().new_page()
        elsewhere.goto(f"{own_address}/{last(page).locator('.permalink').get_attribute('href')}")
        wait_for_answer(elsewhere, 1)
        assert last(elsewhere).get_by_text("Possibly:", exact=True).is_visible()
        elsewhere.context.close()

    def test_a_damaged_link_is_told(self, page, own_address):
        page.goto(f"{own_address}/#answer/abc")
        page.get_by_text("is not the id of an answer").wait_for()
        # Its heading is no question that could be asked.
        assert not page.get_by_role("button", name=re.compile("Try again|Edit")).count()

    def test_a_question_is_edited_in_its_place(self, page):
        ask(page, QUESTION)
        ask(page, FOLLOW_UP)
        page.locator(".user-row").first.get_by_role("button", name="Edit question 1").click()
        field = page.get_by_label("Edit the question")
        assert field.input_value() == QUESTION
        field.fill("Who is Ruth Rankine?")
        field.press("Enter")
        wait_for_answer(page, 1)
        assert asked(page) == "Who is Ruth Rankine?"

    def test_editing_can_be_given_up(self, page):
        ask(page, QUESTION)
        page.get_by_role("button", name="Edit question 1").click()
        page.get_by_label("Edit the question").fill("Something else")
        page.keyboard.press("Escape")
        assert asked(page) == QUESTION and page.get_by_label("Edit the question").count() == 0

    def test_a_question_is_stopped_and_given_back(self, own, browser):
        bot = Gated(own)
        with served(bot) as address, opened_at_last(bot.gate):
            page = browser.new_page()
            page.goto(address)
            page.wait_for_selector("#question textarea")
            page.fill("#question textarea", QUESTION)
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Stop").click()
            page.wait_for_function("() => document.querySelectorAll('#chat .bot-row').length === 0")
            assert page.locator("#question textarea").input_value() == QUESTION
            bot.gate.set()
            page.wait_for_timeout(500)  # Gradio ends the first question after it has drawn
            page.locator("#question textarea").press("Enter")
            wait_for_answer(page, 1)
            page.close()

    def test_while_an_answer_is_on_its_way_nothing_is_lost(self, own, browser):
        own.try_suggestions()  # an empty chat shows examples only then
        bot = Gated(own)
        bot.gate.set()
        with served(bot) as address, opened_at_last(bot.gate):
            page = browser.new_page()
            page.goto(address)
            page.wait_for_selector("#question textarea")
            ask(page, "Who is Ruth Rankine?")
            page.locator("#new").click()
            page.locator("#chat .example").first.wait_for()
            ask(page, QUESTION)
            bot.gate.clear()
            page.get_by_role("button", name="Edit question 1").click()
            page.get_by_label("Edit the question").press("Enter")
            page.locator("#chat .pending").wait_for()
            page.fill("#question textarea", FOLLOW_UP)
            page.keyboard.press("Enter")
            page.get_by_text("The last question is still being answered").wait_for()
            bot.gate.set()
            wait_for_answer(page, 1)
            assert asked(page) == QUESTION and page.input_value("#question textarea") == FOLLOW_UP
            bot.gate.clear()
            page.wait_for_timeout(500)  # Gradio ends the first question after it has drawn
            page.keyboard.press("Enter")
            page.locator("#chat .pending").wait_for()
            page.reload()
            wait_for_answer(page, 1)
            assert asked(page) == QUESTION and page.input_value("#question textarea") == FOLLOW_UP
            page.locator("#question textarea").press("Enter")
            page.locator("#chat .pending").wait_for()
            page.locator("#past").click()
            page.locator("#history .title").filter(has_text="Ruth").click()
            page.locator("#chat .user-row").filter(has_text="Ruth").wait_for()
            bot.gate.set()
            page.wait_for_timeout(500)
            assert asked(page) == "Who is Ruth Rankine?" and kept(page) == [1, 1]
            page.close()

    def test_a_lost_connection_is_found_again(self, page):
        ask(page, QUESTION)
        page.context.set_offline(True)
        page.fill("#question textarea", FOLLOW_UP)
        page.keyboard.press("Enter")
        page.get_by_text("Connection to the server was lost").wait_for()
        with page.expect_navigation():  # Gradio loads the page anew
            page.context.set_offline(False)
        wait_for_answer(page, 1)
        assert page.input_value("#question textarea") == FOLLOW_UP
        page.locator("#question textarea").press("Enter")
        wait_for_answer(page, 2)

    def test_why_a_sentence_was_chosen_is_told_to_who_asks_after_a_reload_too(self, page, own):
        ask(page, QUESTION)
        why = own.ask(QUESTION).citations[0].why
        words = f"Matched: {', '.join(why.words)}; close in meaning; first of {why.passages} passages"
        for _ in range(2):
            first = last(page).locator(".cutting").first
            assert not first.locator(".why").is_visible()
            first.get_by_role("button", name="Why?").click()
            assert first.locator(".why p").inner_text() == words
            assert not first.locator("dl").is_visible()
            first.get_by_text("In numbers").click()
            told = first.locator("dl").inner_text()
            assert f"{why.rank} / {why.read}" in told and f"(cosine {why.cosine:.2f})" in told
            page.reload()
            wait_for_answer(page, 1)

    def test_thumbs_are_kept_with_the_answer_and_a_comment(self, page, own):
        ask(page, QUESTION)
        tool(page, "Not helpful").click()
        page.get_by_label("Your comment, if you like").fill("It left out the other half.")
        page.keyboard.press("Enter")
        page.wait_for_function("() => !document.querySelector('.comment')")
        assert tool(page, "Not helpful").get_attribute("aria-pressed") == "true"
        lines = (own.collection.folder / "feedback.jsonl").read_text().splitlines()
        kept = [json.loads(line) for line in lines][-1]
        assert (kept["verdict"], kept["comment"]) == ("down", "It left out the other half.")
        assert kept["question"] == QUESTION
        assert [c["quote"] for c in kept["citations"]] == [c.quote for c in own.ask(QUESTION).citations]


class TestSource:
    def test_the_citations_of_an_answer_are_gone_through(self, page, own):
        ask(page, QUESTION)
        citations = own.ask(QUESTION).citations
        last(page).locator(".from .chip").first.click()
        for i, citation in enumerate(citations):
            page.get_by_text(f"{i + 1} of {len(citations)}", exact=True).wait_for()
            page.locator("#source mark").wait_for()
            assert page.locator("#source mark").inner_text() == citation.quote
            assert page.evaluate(IN_VIEW)
            assert page.locator("#source-previous").is_disabled() == (i == 0)
            if i + 1 < len(citations):
                page.locator("#source-next").click()
        assert page.locator("#source-next").is_disabled()

    def test_going_back_closes_it(self, page):
        page.get_by_role("link", name="Library").click()
        page.locator("#library-list .title").first.click()
        page.locator("#source[open]").wait_for()
        page.go_back()
        page.wait_for_function("() => !document.querySelector('#source').open")
        assert page.locator("#view-ask").is_visible()

    def test_what_was_left_out_of_an_article_can_be_seen(self, page, own, own_address):
        article = next(a for s in own.collection.articles() if (a := own.collection.article(s.id)).removed)
        page.goto(f"{own_address}/#cite/{article.id}/0/0")
        box = page.get_by_label("Show what was left out")
        box.wait_for()
        assert page.locator("#source .left-out").count() == 0
        box.check()
        shown = " ".join(page.locator("#source .left-out").all_inner_texts())
        for gone in article.removed:
            assert gone.reason in shown
            assert article.text[gone.start : gone.end].split()[0] in shown


class TestConversations:
    def test_a_conversation_is_there_when_the_page_is_loaded_again(self, page):
        ask(page, QUESTION)
        ask(page, FOLLOW_UP)
        before = page.locator("#chat .cutting > p:first-child").all_inner_texts()
        page.reload()
        wait_for_answer(page, 2)
        assert page.locator("#chat .cutting > p:first-child").all_inner_texts() == before
        assert asked(page) == FOLLOW_UP

    def test_a_browser_that_stores_nothing_can_ask_all_the_same(self, own_address, browser):
        context = browser.new_context()
        context.add_init_script(
            """for (const name of ["localStorage", "sessionStorage"]) {
                const forbid = () => { throw new DOMException("forbidden", "SecurityError"); };
                Object.defineProperty(window, name, { get: forbid });
            }"""
        )
        page = context.new_page()
        seen = Seen(page)
        page.goto(own_address)
        page.wait_for_selector("#question textarea")
        ask(page, QUESTION)
        assert last(page).locator(".cutting").count() > 0 and seen.complaints == []
        context.close()

    def test_conversations_are_listed_opened_and_deleted(self, page):
        ask(page, QUESTION)
        page.locator("#new").click()
        page.locator("#chat .example").first.wait_for()
        ask(page, "Who is Ruth Rankine?")
        page.locator("#past").click()
        titles = page.locator("#history .title")
        assert titles.all_inner_texts() == ["Who is Ruth Rankine?", QUESTION]
        titles.nth(1).click()
        page.locator("#chat .user-row").filter(has_text=QUESTION).wait_for()
        wait_for_answer(page, 1)
        page.locator("#past").click()
        page.get_by_role("button", name=f"Delete: {QUESTION}").click()
        assert titles.all_inner_texts() == ["Who is Ruth Rankine?"]
        page.get_by_role("button", name="Delete all").click()
        assert page.get_by_text("There are none yet").is_visible()

    def test_a_conversation_is_listed_once_and_not_at_all_once_it_is_deleted(self, page):
        ask(page, QUESTION)
        page.locator("#new").click()
        page.locator("#chat .example").first.wait_for()
        assert kept(page) == [1]
        ask(page, "Who is Ruth Rankine?")
        page.get_by_role("button", name="Edit question 1").click()
        page.locator("#past").click()
        page.locator("#history .title").nth(1).click()
        page.locator("#chat .user-row").filter(has_text=QUESTION).wait_for()
        # What was being edited is not there any more.
        assert asked(page) == QUESTION and page.get_by_label("Edit the question").count() == 0
        page.locator("#past").click()
        page.get_by_role("button", name=f"Delete: {QUESTION}").click()
        assert page.locator("#history").get_by_text("Conversation deleted").is_visible()
        page.keyboard.press("Escape")
        page.locator("#chat .example").first.wait_for()
        assert kept(page) == [1]

    def test_a_conversation_is_exported_as_markdown_and_json(self, page, own):
        ask(page, QUESTION)
        ask(page, FOLLOW_UP)
        page.locator("#past").click()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Export as Markdown").click()
        markdown = Path(waiting.value.path()).read_text()
        assert markdown.startswith(f"# {QUESTION}") and f"## {FOLLOW_UP}" in markdown
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Export as JSON").click()
        kept = json.loads(Path(waiting.value.path()).read_text())
        assert [answer["question"] for answer in kept["answers"]] == [QUESTION, FOLLOW_UP]
        assert kept["answers"][0]["citations"][0]["quote"] == own.ask(QUESTION).citations[0].quote


class TestFilters:
    def test_only_the_chosen_publisher_is_quoted_until_it_is_taken_off(self, page, own):
        publisher = own.ask(QUESTION).citations[1].publisher
        page.locator("#filter-open").click()
        page.get_by_label(publisher).check()
        page.get_by_role("button", name="Apply").click()
        assert page.locator("#filter-open").inner_text() == f"Only {publisher}"
        ask(page, QUESTION)
        assert f"Only {publisher}." in last(page).locator(".searched").inner_text()
        chips = last(page).locator(".from .chip b").all_inner_texts()
        assert chips and all(chip.startswith(f"{publisher},") for chip in chips)
        page.get_by_role("button", name="Everything").click()
        ask(page, QUESTION)
        assert last(page).locator(".searched").count() == 0

    def test_a_time_that_ends_before_it_begins_is_told(self, page):
        page.locator("#filter-open").click()
        page.locator("#filter input[name=from]").fill("2020-02-01")
        page.locator("#filter input[name=to]").fill("2020-01-01")
        page.get_by_role("button", name="Apply").click()
        assert page.get_by_text("The time ends before it begins").is_visible()
        page.locator("#filter input[name=to]").fill("2020-02-05")
        page.get_by_role("button", name="Apply").click()
        assert page.locator("#filter-open").inner_text() == "Only 1 February 2020 to 5 February 2020"


class TestLibrary:
    def test_articles_are_searched_filtered_and_read(self, page, own):
        page.get_by_role("link", name="Library").click()
        articles = own.collection.articles()
        page.get_by_text(f"{len(articles)} articles", exact=True).wait_for()
        assert page.locator("#library-list .title").all_inner_texts() == [a.title for a in articles]
        page.get_by_label("Search").fill("timeline")
        page.wait_for_function("() => document.querySelectorAll('#library-list li').length === 1")
        page.locator("#library-list .title").click()
        page.locator("#source-title").filter(has_text=re.compile("^Timeline")).wait_for()
        page.keyboard.press("Escape")
        page.get_by_label("Search").fill("no such article")
        page.get_by_text("No article fits.").wait_for()

    def test_files_are_added_with_a_report_of_what_was_skipped(self, page, own):
        days = page.locator("#about").inner_text().partition(",")[2]
        page.get_by_role("link", name="Library").click()
        page.locator("#upload").wait_for()
        text = (
            "# The bridge at Alford\n\nThe bridge at Alford opened to lorries in May 1994, the council said."
        )
        page.locator("#upload-files").set_input_files(
            [
                {"name": "alford.md", "mimeType": "text/markdown", "buffer": text.encode()},
                {"name": "picture.png", "mimeType": "image/png", "buffer": b"\x89PNG"},
                {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
            ]
        )
        page.get_by_text("Done: 1 added, 2 skipped").wait_for()
        report = page.locator("#upload-report > li").all_inner_texts()
        assert report[0] == "alford.md: added"
        assert "picture.png" in report[1] and "skipped" in report[1]
        assert "empty.txt: skipped" in report[2]
        known = len(own.collection.articles())
        page.locator("#about").filter(has_text=f"{known} articles,").wait_for()
        assert page.locator("#about").inner_text().partition(",")[2] == days
        page.get_by_role("link", name="Ask", exact=True).click()
        ask(page, "When did the bridge at Alford open to lorries?")
        assert "May 1994" in last(page).locator(".cutting > p:first-child").first.inner_text()

    def test_files_are_added_only_where_it_is_allowed(self, address, open_page):
        page, _ = open_page(address)
        page.get_by_role("link", name="Library").click()
        page.locator("#library-list li").first.wait_for()
        assert not page.locator("#upload").is_visible()


# Sizes decide what there is and schemes which colours it has: neither looks at the other.
@pytest.mark.parametrize(
    ("size", "scheme"), [({"width": 1280, "height": 900}, "light"), ({"width": 390, "height": 844}, "dark")]
)
def test_nothing_stands_in_the_way_of_anybody(own, own_address, browser, scheme, size, monkeypatch):
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(own_address)
    page.locator("#chat .example").first.wait_for()
    found = axe(page)
    ask(page, QUESTION)
    last(page).get_by_role("button", name="Why?").first.click()
    last(page).get_by_role("button", name="More of this passage").first.click()
    last(page).locator(".near").first.wait_for()
    ask(page, FOLLOW_UP)
    with_settings(monkeypatch, own, threshold=0.0, sure_threshold=1.0)
    ask(page, QUESTION)
    assert last(page).locator(".unsure").count()
    monkeypatch.undo()
    ask(page, "Why is the sky blue?")
    last(page).locator(".closest > summary").click()
    page.get_by_role("button", name="Edit question 1").click()
    tool(page, "Helpful").click()
    page.locator(".comment").wait_for()
    found += axe(page)
    page.locator(".bot-row").first.locator(".from .chip").first.click()
    page.locator("#source mark").wait_for()
    found += axe(page)
    page.keyboard.press("Escape")
    for opener in ("#past", "#filter-open"):
        page.locator(opener).click()
        page.locator("dialog[open]").wait_for()
        found += axe(page)
        page.keyboard.press("Escape")
    page.get_by_role("link", name="Library").click()
    page.wait_for_timeout(300)
    found += axe(page)
    assert found == []
    context.close()


def test_the_keyboard_is_enough(page):
    page.locator("#question textarea").focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    wait_for_answer(page, 1)
    last(page).locator(".from .chip").first.focus()
    page.keyboard.press("Enter")
    page.locator("#source mark").wait_for()
    assert page.evaluate("document.querySelector('#source').contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.chip')")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('#question textarea')")
    assert page.locator("#question textarea").input_value() == ""
