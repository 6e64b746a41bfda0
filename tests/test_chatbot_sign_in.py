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
    kept = Keys(bot.collection.folder)
    secret = kept.add("ann", (ASK, READ, FEEDBACK))
    of_site = kept.add("site", (ASK, READ, FEEDBACK), "https://friend.test")
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
        # The frame for other sites has no session, says so, and takes a key that was made for one of them.
        page.goto(f"{address}/embed")
        page.fill("cuttings-widget textarea", "Who opened the new bridge?")
        page.press("cuttings-widget textarea", "Enter")
        told = page.locator("cuttings-widget .trouble")
        assert "sign in on" in told.inner_text()
        assert told.locator("a").get_attribute("href") == f"{address}/"
        page.goto(f"{address}/embed?key={of_site}")
        page.evaluate("sessionStorage.clear()")
        page.fill("cuttings-widget textarea", "Who opened the new bridge?")
        page.press("cuttings-widget textarea", "Enter")
        page.locator("cuttings-widget .from .chip").first.click()
        assert "mayor opened" in page.locator("cuttings-widget .source mark").inner_text()
        refused = page.request.get(
            f"{address}/api/v1/collection", headers={"authorization": f"Bearer {of_site}"}
        )
        assert refused.status == 401
    unexpected = [said for said in seen.complaints if "401" not in said]
    assert unexpected == [] and seen.outside(address) == []
    context.close()
