"""Looks at the page at every size, light and dark, and takes the pictures of the documentation.

    python -m scripts.pictures ADDRESS [FOLDER]

ADDRESS is a running `cuttings serve` on the bundled articles. Prints what axe-core finds at each size in each
scheme (an empty page, an answer with the source, the library), how wide the page is, and how long it took to
its first paint; with FOLDER the pictures are written there.
"""

from __future__ import annotations

import argparse
import statistics
from io import BytesIO
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

CHROMIUM = "/usr/bin/chromium"
SIZES = ((390, 844), (820, 1180), (1440, 900), (2560, 1440))
SCHEMES = ("light", "dark")
QUESTION = "What did the BMA survey of clinical directors find?"
FOLLOW_UP = "When did they publish it?"
VISITS = 7
PAINTED = """performance.getEntriesByName("first-contentful-paint")[0].startTime"""
COLOURS = 128
"""Of a picture: enough for a page of text, and small."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("address")
    parser.add_argument("folder", nargs="?", type=Path)
    asked = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        first_paint(browser, asked.address)
        for size in SIZES:
            for scheme in SCHEMES:
                look(browser, asked.address, size, scheme)
        if asked.folder:
            take(browser, asked.address, asked.folder)
        browser.close()


def opened(browser: Browser, address: str, size: tuple[int, int], scheme: Any) -> Page:
    viewport: Any = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.locator("#chat .example").first.wait_for()
    return page


def ask(page: Page, question: str) -> None:
    answers = page.locator("#chat .bot-row").count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.locator("#chat .tools").nth(answers).wait_for()


def last(page: Page) -> Locator:
    return page.locator("#chat .bot-row").last


def axe(page: Page) -> list[str]:
    """What axe-core finds, one line a rule."""
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in Axe().run(page).response["violations"]]


def first_paint(browser: Browser, address: str) -> None:
    times = []
    for _ in range(VISITS):
        page = opened(browser, address, SIZES[2], "light")
        times.append(page.evaluate(PAINTED))
        page.context.close()
    median, worst = statistics.median(times), max(times)
    print(f"first paint, cold, {VISITS} visits: median {median:.0f} ms, worst {worst:.0f} ms")


def look(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> None:
    page = opened(browser, address, size, scheme)
    found = axe(page)
    ask(page, QUESTION)
    last(page).get_by_role("button", name="Why?").first.click()
    last(page).get_by_role("button", name="More of this passage").first.click()
    found += axe(page)
    last(page).locator(".chip").last.click()
    page.locator("#source mark").wait_for()
    found += axe(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Library").click()
    page.locator("#library-list .title").first.wait_for()
    found += axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    print(f"{size[0]} x {size[1]}, {scheme}: axe {len(found)}, {wide} wide", *found, sep="\n  ")
    page.context.close()


def take(browser: Browser, address: str, folder: Path) -> None:
    for name, size, scheme in (
        ("chat", (1440, 900), "light"),
        ("chat-dark", (1440, 900), "dark"),
        ("chat-phone", (390, 844), "light"),
    ):
        page = opened(browser, address, size, scheme)
        ask(page, QUESTION)
        if name == "chat-dark":
            ask(page, FOLLOW_UP)
        shoot(page, folder / f"{name}.png")
    page = opened(browser, address, (1440, 900), "light")
    page.get_by_role("link", name="Library").click()
    page.locator("#library-list .title").nth(1).click()
    page.locator("#source-text p").first.wait_for()
    shoot(page, folder / "library.png")
    for name, size in (("widget", (1280, 900)), ("widget-phone", (390, 844))):
        page = browser.new_context(viewport=ViewportSize(width=size[0], height=size[1])).new_page()
        page.goto(f"{address.rstrip('/')}/widget-demo")
        page.locator(".bubble").click()
        page.locator(".box textarea").fill(QUESTION)
        page.keyboard.press("Enter")
        page.locator(".options").wait_for()
        if name == "widget":
            page.locator(".from .chip").nth(1).hover()
            page.locator(".preview").wait_for()
        shoot(page, folder / f"{name}.png")


def shoot(page: Page, path: Path) -> None:
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(800)
    seen = Image.open(BytesIO(page.screenshot())).convert("RGB")
    seen.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {path.stat().st_size // 1000} kB")
    page.context.close()


if __name__ == "__main__":
    main()
