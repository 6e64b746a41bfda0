"""Signing in as people do it, in a real browser."""

from __future__ import annotations

import pytest

from chatbot.keys import ASK, FEEDBACK, READ, Keys
from chatbot.server.recognition import Mode
from tests.browsing import Seen, ask, axe, browser_needed, last, served
from tests.small import small_bot

pytestmark = [pytest.mark.browser, browser_needed]


def test_who_signs_in_comes_to_where_they_were_going_and_can_ask(tmp_path, browser, gradio_folder) -> None:
    bot = small_bot(tmp_path)
    secret = Keys(bot.collection.folder).add("ann", (ASK, READ, FEEDBACK))
    context = browser.new_context()
    page = context.new_page()
    seen = Seen(page)
    with served(bot, mode=Mode("keys")) as address:
        page.goto(f"{address}/#library")
        assert axe(page) == []
        page.fill("#secret", "wrong")
        page.click("button")
        assert "not right" in page.locator("[role=alert]").inner_text()
        page.goto(f"{address}/#library")
        page.fill("#secret", secret)
        page.click("button")
        page.wait_for_selector("#question textarea", state="attached")
        assert page.url.removeprefix(address) == "/#library"
        page.goto(f"{address}/#ask")
        ask(page, "Who opened the new bridge?")
        assert "mayor opened" in last(page).inner_text()
    unexpected = [said for said in seen.complaints if "401" not in said]
    assert unexpected == [] and seen.outside(address) == []
    context.close()
