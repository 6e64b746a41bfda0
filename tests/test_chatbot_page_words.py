"""The page's words in other languages: each says everything, and the page speaks the one asked for."""

from __future__ import annotations

import re

import pytest

from chatbot.server.files import WEB
from tests.browsing import browser_needed, served
from tests.small import small_bot

ENTRY = re.compile(r'^  ("(?:[^"\\]|\\.)+"): ("(?:[^"\\]|\\.)+"),$', re.MULTILINE)
LANGUAGES = ("cy", "de", "es", "fr")


def words(language: str) -> dict[str, str]:
    return dict(ENTRY.findall((WEB / "words" / f"{language}.js").read_text(encoding="utf-8")))


def test_every_language_of_the_page_says_everything() -> None:
    assert sorted(path.stem for path in (WEB / "words").glob("*.js")) == list(LANGUAGES)
    names = words("cy").keys()
    assert len(names) > 80
    for language in LANGUAGES:
        said = words(language)
        assert said.keys() == names
        for name, text in said.items():
            assert sorted(re.findall(r"\{\w+\}", name)) == sorted(re.findall(r"\{\w+\}", text))
    own = [*WEB.glob("*.js"), *WEB.glob("operator/*.js")]
    code = "".join(path.read_text(encoding="utf-8") for path in own if path.name != "widget.js")
    used = set(re.findall(r'\bt\(("(?:[^"\\]|\\.)+")', code))
    counted = re.findall(r'\bcount\([^)"]*"(\w+)"\)', code)
    assert used | {f'"{{n}} {name}{s}"' for name in counted for s in ("", "s")} <= names | {'"{n} article"'}


@pytest.mark.browser
@browser_needed
def test_the_page_speaks_the_language_that_is_asked_for(tmp_path, browser, gradio_folder) -> None:
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    page = context.new_page()
    with served(small_bot(tmp_path)) as address:
        page.goto(f"{address}/?lang=cy")
        page.locator("#question .submit-button", has_text="Gofyn").wait_for()
        assert page.locator("#views").inner_text().split() == ["Gofyn", "Llyfrgell", "Gweithredwr"]
        page.locator("#about", has_text="Brawddegau a ddyfynnir air am air o 3 erthygl").wait_for()
        page.locator("#question textarea").fill("What did the bridge cost?")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Cyfeirio").wait_for()
        assert page.locator("html").get_attribute("lang") == "cy"
        # What is quoted stays in its own words.
        assert (
            "The mayor opened the new bridge on Friday."
            in page.locator("#chat blockquote").first.inner_text()
        )
        # Days are written in it where the browser knows how.
        assert re.search(
            r"Hefyd yn \[2\] The Echo, 10 (June|Mehefin) 2024 2 ffynhonnell annibynnol",
            re.sub(r"\s+", " ", page.locator("#chat .also").inner_text()),
        )
        page.goto(f"{address}/?lang=de")
        page.locator("#chat .also time", has_text="10. Juni 2024").wait_for()
        page.locator("#past").click()
        open_now = "getComputedStyle(document.querySelector('#history .title'), '::after').content"
        assert page.locator("#history .title").get_attribute("data-now") == "jetzt offen"
        assert "\u00b7 " in page.evaluate(open_now)
        context.close()
