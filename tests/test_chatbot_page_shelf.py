"""What leaves the page and what changes its library, in a real browser."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rispy

from chatbot.server.files import WEB
from corpus.formats.document import LIMIT
from tests.browsing import Page, Seen, Windows, ask, axe, browser_needed, last, served
from tests.small import small_bot

pytestmark = [pytest.mark.browser, browser_needed]

QUESTION = "Who opened the bridge?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, gradio_folder: Path) -> Iterator[str]:
    with served(small_bot(tmp_path_factory.mktemp("shelf")), uploads=True) as address:
        yield address


@pytest.fixture
def page(address: str, windows: Windows) -> Iterator[Page]:
    small, clipboard = {"width": 390, "height": 844}, ["clipboard-read", "clipboard-write"]
    with windows.lent(viewport=small, permissions=clipboard) as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("#question textarea")
        yield page


def saved(page: Page, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return Path(waiting.value.path()).read_bytes()


def test_an_answer_is_cited_kept_and_printed(page: Page, address: str) -> None:
    seen = Seen(page)
    ask(page, "What did the bridge cost?")
    ask(page, QUESTION)
    assert page.get_by_role("heading", level=2, name=QUESTION).is_visible()
    last(page).get_by_role("button", name="Cite", exact=True).click()
    dialog = page.locator("#cite[open]")
    numbers = [one.partition(" ")[0] for one in dialog.get_by_label("Quotation").inner_text().splitlines()]
    chips = last(page).locator(".from .chip i").all_inner_texts()
    assert numbers and numbers == [one for one in chips if one in numbers]
    dialog.get_by_role("button", name="Formatted").click()
    dialog.get_by_role("button", name="Copied").wait_for()
    html = page.evaluate(
        "navigator.clipboard.read().then(([one]) => one.getType('text/html')).then((one) => one.text())"
    )
    plain = page.evaluate("navigator.clipboard.readText()")
    assert plain.startswith(QUESTION) and "<blockquote" in html
    assert f"{address}/#cite/bridge/" in plain and f"{address}/#cite/bridge/" in html
    page.get_by_label("The whole conversation").check()
    works = rispy.loads(saved(page, "RIS").decode())
    assert sorted(work["id"] for work in works) == sorted({work["id"] for work in works}) and len(works) > 1
    quoted = page.locator("#cite select").first.locator("option").first.inner_text().partition(" ")[2]
    picture = ElementTree.fromstring(saved(page, "SVG"))
    lines = [text.text or "" for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert f"“{quoted}”" in " ".join(lines) and "The Post, 3 May 2024" in lines
    light = picture[0].get("fill")
    png = saved(page, "PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert png.startswith(b"\x89PNG") and (width, height) == (2400, 1260)
    page.get_by_label("Colours").select_option("Dark")
    assert ElementTree.fromstring(saved(page, "SVG"))[0].get("fill") != light
    page.evaluate("window.print = () => document.title = document.documentElement.dataset.print")
    assert [one for one in axe(page) if "#cite" in one] == []
    dialog.get_by_role("button", name="Print").click()
    assert page.title() == "conversation" and not page.locator("#cite[open]").count()
    page.emulate_media(media="print")
    assert not page.locator("#asking").is_visible() and not last(page).locator(".tools").is_visible()
    assert last(page).locator(".cutting").first.is_visible()
    page.emulate_media(media="screen")
    assert seen.complaints == []


def test_conversations_are_found_named_pinned_and_exported(page: Page) -> None:
    ask(page, QUESTION)
    ask(page, "What does the council want?")
    page.locator("#new").click()
    page.wait_for_function("() => !document.querySelector('#chat .user-row')")
    ask(page, "When does the ferry run?")
    page.locator("#past").click()
    titles = page.locator("#history .title")
    assert titles.all_inner_texts() == ["When does the ferry run?", QUESTION]
    assert re.search(r"\d{4} at \d\d:\d\d, 2 questions", page.locator("#history-list li").nth(1).inner_text())
    page.get_by_role("button", name=f"Pin: {QUESTION}").click()
    page.get_by_role("button", name=f"Unpin: {QUESTION}").wait_for()
    assert titles.all_inner_texts() == [QUESTION, "When does the ferry run?"]
    page.get_by_role("button", name=f"Rename: {QUESTION}").click()
    page.get_by_label("Name of the conversation").fill("<b>Bridges</b>")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Pin: <b>Bridges</b>").wait_for()
    page.get_by_role("button", name="Rename: When").click()
    page.keyboard.press("Escape")
    page.get_by_role(
        "button", name="Rename: When"
    ).wait_for()  # the drawer is still there, and the name as it was
    page.locator("#history-search").fill("COUNCIL")  # asked second, and in no name
    page.wait_for_function("() => document.querySelectorAll('#history-list li').length === 1")
    assert titles.all_inner_texts() == ["<b>Bridges</b>"]
    page.locator("#history-search").fill("zeppelin")
    page.get_by_text("None fits.").wait_for()
    whole = json.loads(saved(page, "Export all as JSON"))
    assert [len(one["answers"]) for one in whole["conversations"]] == [2, 1]
    markdown = saved(page, "Export all as Markdown").decode()
    assert markdown.startswith(r"# \<b\>Bridges\</b\>") and "\n# When does the ferry run?\n" in markdown
    assert [one for one in axe(page) if "#history" in one] == []


DROP = """([name, text]) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name));
    for (const kind of ["dragenter", "dragover", "drop"]) {
        const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: files });
        document.querySelector("#view-library h2").dispatchEvent(event);
    }
}"""


def test_the_library_is_added_to_and_changed(page: Page) -> None:
    ask(page, QUESTION)
    last(page).get_by_role("button", name="Articles about this").click()
    page.locator("#library-list .excerpt").first.wait_for()
    assert page.locator("#library-question").inner_text() == QUESTION
    assert "The mayor opens the bridge" in page.locator("#library-list .title").all_inner_texts()
    page.get_by_role("button", name="All articles").click()
    page.get_by_text("3 articles", exact=True).wait_for()
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": content}
        for name, content in (
            (
                "pier.jsonl",
                b'{"id": "lamp", "text": "The pier has a lamp."}\n{"id": "crane", "text": "A crane."}\n',
            ),
            ("picture.png", b"\x89PNG"),
            ("empty.txt", b""),
        )
    ]
    page.locator("#upload-files").set_input_files(files)
    page.get_by_text("Done: 2 added, 2 skipped").wait_for()
    report = page.locator("#upload-report > li").all_inner_texts()
    assert report[0] == "pier.jsonl: 2 added" and "is not read" in report[1] and "empty file" in report[2]
    page.get_by_label("Add a page by its address").fill("http://10.0.0.1/secret")
    page.keyboard.press("Enter")
    page.get_by_text("no address of the public net").wait_for()
    page.evaluate(DROP, ["quay.md", "# The quay\n\nThe quay was paved with granite."])
    page.get_by_text("Done: 1 added").wait_for()
    page.get_by_text("6 articles", exact=True).wait_for()
    for title in ("The quay", "The pier has a lamp"):
        page.get_by_label(f"Choose: {title}").check()
    page.locator("#library-chosen").get_by_role("button", name="Details").click()
    page.get_by_label("Topics, with commas between them").fill("harbour, <i>stone</i>")
    assert [one for one in axe(page) if "#tags" in one or "#library" in one] == []
    page.get_by_role("button", name="Save").click()
    page.get_by_text("2 articles changed").wait_for()
    page.get_by_role("button", name="Topic: <i>stone</i>").first.click()
    page.locator("#library-count", has_text="2 articles").wait_for()
    page.get_by_role("button", name="Remove: The quay").click()
    page.locator("#tags").get_by_role("button", name="Remove").click()
    page.get_by_text("1 article removed").wait_for()
    page.locator("#library-count", has_text="1 article").wait_for()


def test_the_page_and_the_server_agree_on_the_largest_file() -> None:
    stated = re.search(r"const LARGEST = ([\d *]+);", (WEB / "upload.js").read_text(encoding="utf-8"))
    product = 1
    for factor in stated[1].split("*") if stated else ():
        product *= int(factor)
    assert product == LIMIT
