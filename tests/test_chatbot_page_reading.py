"""Reading on the page, in a real browser: the source beside the answer, a passage opened, at any size."""

from __future__ import annotations

from typing import Any

import pytest

from chatbot.answer import Citation
from chatbot.bot import Chatbot
from tests.browsing import IN_VIEW, ask, asked, browser_needed, last
from tests.test_chatbot_page import FOLLOW_UP, QUESTION

pytestmark = [pytest.mark.model, pytest.mark.browser, browser_needed]

SIZES = ((390, 844), (820, 1180), (1440, 900), (2560, 1440), (640, 450), (320, 225))
"""Windows; the last two are 1280 by 900 at 200% and at 400%."""

SMALL = """() => [...document.querySelectorAll("#chat :is(button, .tools a), #actions button")]
    .filter((one) => one.checkVisibility()).filter((one) => {
        const { width, height } = one.getBoundingClientRect();
        return width < 24 || height < 24 || parseFloat(getComputedStyle(one).fontSize) < 14;
    }).map((one) => one.outerHTML)"""
"""What is too small to be hit or read."""

ROWS = """() => [...document.querySelectorAll("#chat .tools, #chat .acts")].map((row) =>
    new Set([...row.children].filter((one) => one.checkVisibility()).map((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return Math.round((top + bottom) / 2);
    })).size)"""
"""In how many rows the actions stand."""

HIDDEN = """() => {
    const { activeElement: one } = document;
    if (one === document.body || one.closest("#asking, #top")) return "";
    const { left, top, width, height } = one.getBoundingClientRect();
    const at = [top + 2, top + height / 2, top + height - 2];
    const over = at.map((y) => document.elementFromPoint(left + width / 2, y));
    const seen = over.some((found) => found && (one.contains(found) || found.contains(one)));
    return seen ? "" : one.outerHTML;
}"""
"""What has the focus, where it cannot be seen."""


def near(page: Any) -> list[str]:
    return last(page).locator(".cutting").first.locator(".near").all_inner_texts()


def same(address: str, citation: Citation) -> bool:
    return address == f"#cite/{citation.article_id}/{citation.start}/{citation.end}"


def test_the_source_stands_beside_the_answer_and_goes_with_its_citations(address, bundled, open_page):
    page, seen = open_page(address)
    ask(page, QUESTION)
    citations = bundled.ask(QUESTION).citations
    current = last(page).locator(".chip[aria-current]")
    source = page.locator("#source")
    for i, citation in enumerate(citations):
        page.locator("#source mark").filter(has_text=citation.quote).wait_for()
        assert page.evaluate(IN_VIEW) and same(current.get_attribute("href"), citation)
        assert current.locator("i").inner_text() == f"[{i + 1}]"
        # Beside it, and over nothing; by itself it opens without an address.
        assert source.bounding_box()["x"] >= page.locator("#question").bounding_box()["width"]
        assert page.locator("#source:modal").count() == 0
        assert ("#cite/" in page.url) == (i > 0)
        if i + 1 < len(citations):
            page.locator("#source-next").click()
    ask(page, FOLLOW_UP)
    assert page.evaluate("document.activeElement.matches('#question textarea')")
    first = bundled.ask(FOLLOW_UP, bundled.ask(QUESTION).turns).citations[0]
    page.locator("#source mark").filter(has_text=first.quote).wait_for()
    page.keyboard.press("Escape")
    ask(page, QUESTION)
    assert not source.is_visible()  # until one is opened again
    last(page).locator(".chip").first.click()
    page.locator("#source mark").wait_for()
    page.set_viewport_size({"width": 1099, "height": 900})
    page.locator("#source:modal").wait_for()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("#source:not(:modal)").wait_for()
    page.locator("#new").click()
    assert not source.is_visible()
    assert seen.complaints == []


def test_what_is_around_a_quotation_opens_in_its_place(address, bundled: Chatbot, open_page):
    page, seen = open_page(address)
    ask(page, QUESTION)
    citation = bundled.ask(QUESTION).citations[1]
    article = bundled.collection.article(citation.article_id)
    cutting = last(page).locator(".cutting").nth(1)
    cutting.get_by_role("button", name="More of this passage").click()
    cutting.locator(".near").first.wait_for()
    before = cutting.locator("p:has(~ p > bdi)").all_inner_texts()
    after = cutting.locator("p:has(> bdi) ~ .near").all_inner_texts()
    places = [article.text.index(text) for text in [*before, *after]]
    assert before and after and places == sorted(places)
    assert all(place < citation.start for place in places[: len(before)])
    assert all(place >= citation.end for place in places[len(before) :])
    length = len(cutting.text_content())
    cutting.get_by_role("button", name="Still more").click()
    shown = "n => document.querySelector('#chat .cutting:has(.near)').textContent.length > n"
    page.wait_for_function(shown, arg=length)
    cutting.get_by_role("button", name="Less").click()
    assert cutting.locator(".near").count() == 0
    # A look at it, with the keyboard: Escape takes it away and nothing else.
    cutting.locator(".chip").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.locator("#preview:popover-open mark").filter(has_text=citation.quote).wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#preview:popover-open").count() == 0 and page.locator("#source").is_visible()
    assert seen.complaints == []


def test_a_theme_is_remembered_and_there_before_anything_is_drawn(address, open_page):
    page, _ = open_page(address)
    page.get_by_label("Light or dark").select_option("Dark")
    page.add_init_script(
        """document.addEventListener("readystatechange", () => {
            window.first ??= getComputedStyle(document.documentElement).backgroundColor;
        })"""
    )
    page.reload()
    page.locator("#chat .example").first.wait_for()
    assert page.evaluate("[window.first, getComputedStyle(document.body).backgroundColor]") == 2 * [
        "rgb(21, 23, 26)"
    ]
    page.emulate_media(color_scheme="dark")
    page.get_by_label("Light or dark").select_option("Light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 251, 249)"
    assert not page.evaluate("document.body.classList.contains('dark')")


def test_at_every_size_all_is_within_reach_and_the_focus_is_seen(address, open_page):
    page, seen = open_page(address)
    ask(page, "Hello!")
    assert last(page).locator(".tools").count() == 0
    ask(page, QUESTION)
    long = f"Who is Ruth Rankine, {'and what does she want for the networks, ' * 9}if anything?"
    ask(page, long)
    folded = page.locator("#chat .user-row").last
    height = folded.bounding_box()["height"]
    folded.get_by_role("button", name="Show all of it").click()
    assert folded.bounding_box()["height"] > height and asked(page) == long
    for width, high in SIZES:
        page.set_viewport_size({"width": width, "height": high})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(SMALL) == []
        if width >= 390:
            assert set(page.evaluate(ROWS)) <= {0, 1}
        page.keyboard.press("Escape")  # the source, where it is over the page
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        for key in ["Tab"] * 24 + ["Shift+Tab"] * 12:
            page.keyboard.press(key)
            assert page.evaluate(HIDDEN) == ""
        if high > 400:
            for part in ("#top", "#question"):
                box = page.locator(part).bounding_box()
                assert box["y"] >= 0 and box["y"] + box["height"] <= high
    assert seen.complaints == []
