"""The page of a PDF in the source panel, in a real browser: the quotation is marked on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.browsing import browser_needed, served
from tests.fakes import HashEncoder
from tests.pdfs import newspaper

pytestmark = [pytest.mark.browser, browser_needed]

QUOTE = "Volunteers will look after the buildings in the additional hours"

# How much darker than white the paper is under each mark, and that the marks lie on the canvas.
INK = """() => {
  const canvas = document.querySelector("#source-page canvas");
  const [sheet, pixels] = [canvas.getBoundingClientRect(), canvas.getContext("2d")];
  const scale = canvas.width / sheet.width;
  return [...document.querySelectorAll("#source-page .page-mark")].map((mark) => {
    const { left, top, width, height } = mark.getBoundingClientRect();
    const at = [left - sheet.left, top - sheet.top, width, height].map((n) => Math.round(n * scale));
    const { data } = pixels.getImageData(...at);
    return data.filter((value, i) => i % 4 === 0 && value < 128).length / (data.length / 4);
  });
}"""


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory, gradio_folder: Any) -> Iterator[tuple[str, str]]:
    """The address of a quotation on a page of a PDF, and that of one in a text."""
    folder = tmp_path_factory.mktemp("press")
    (folder / "harbour.pdf").write_bytes(newspaper().data)
    (folder / "plain.txt").write_text("The ferry was late on every day of the week, its passengers said.\n")
    collection = Collection.create(folder / "collection")
    ingest(collection, HashEncoder(), read([folder / "harbour.pdf", folder / "plain.txt"]), 200)
    start = collection.article("harbour").text.index(QUOTE)
    with served(Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))) as address:
        yield f"{address}/#cite/harbour/{start}/{start + len(QUOTE)}", f"{address}/#cite/plain/0/9"


def test_the_page_is_shown_with_the_words_marked_beside_the_text(press, open_page) -> None:
    page, seen = open_page(press[0])
    page.locator("#source-page .page-mark").first.wait_for()
    assert page.locator("#source-page-label").inner_text() == f"Page 2 of {newspaper().pages}"
    inks = page.evaluate(INK)
    assert len(inks) == 2 and all(0.02 < ink < 0.6 for ink in inks)  # words are under them
    page.set_viewport_size({"width": 2560, "height": 1440})  # room for both
    assert page.locator("#source-text mark").inner_text() == QUOTE
    assert page.locator("#source-text mark").is_visible() and page.locator("#source-page").is_visible()
    page.locator("#source-page-next").click()
    page.locator("#source-page-label", has_text="Page 3 of").wait_for()
    assert page.locator("#source-page .page-mark").count() == 0
    assert (
        page.locator("#source-pdf").get_attribute("href").endswith("api/v1/articles/harbour/original#page=2")
    )
    assert sum("pdfjs" in url for url in seen.requests) == 2
    # From the library the article is opened, and no place in it.
    page.get_by_role("link", name="Library").click()
    page.locator("#library-list .title", has_text="Harbour wall").click()
    page.locator("#source-page-label", has_text="Page 1 of").wait_for()
    assert page.locator("#source-page canvas").is_visible()
    assert seen.complaints == []


def test_on_a_narrow_screen_one_of_the_two_is_shown(press, open_page) -> None:
    page, seen = open_page(press[1])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(press[0])
    page.locator("#source-page .page-mark").first.wait_for()
    assert not page.locator("#source-text").is_visible()
    page.locator("#source-view-text").click()
    assert page.locator("#source-text mark").is_visible() and not page.locator("#source-page").is_visible()
    assert page.evaluate("document.querySelector('#source').scrollWidth") <= 390
    assert seen.complaints == []


def test_without_pages_nothing_of_it_is_there_or_loaded(press, open_page) -> None:
    page, seen = open_page(press[1])
    page.locator("#source-text mark").wait_for()
    for name in ("paper", "views", "pdf"):
        assert not page.locator(f"#source-{name}").is_visible()
    assert not any("pdfjs" in url for url in seen.requests)


def test_a_file_that_cannot_be_had_leaves_the_text(press, open_page) -> None:
    page, _ = open_page(press[1])
    page.route("**/original", lambda route: route.fulfill(status=404, body="{}"))
    page.goto(press[0])
    page.locator("#source-page .page-note", has_text="cannot be shown").wait_for()
    assert page.locator("#source-text mark").inner_text() == QUOTE
