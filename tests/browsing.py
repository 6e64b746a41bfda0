"""What the browser tests share: a real server on a free port, and Chromium to look at it with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from chatbot.server import api
from chatbot.server.ui import listen, page_app

Page = Any

CHROMIUM = next(
    (
        path
        for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        if Path(path).exists()
    ),
    None,
)
LOOK = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}

browser_needed = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"
)


HOSTILE = """\
---
title: '<img src=x onerror=alert(1)> **The** [title](javascript:alert(1)) \u202e'
publisher: '<b>Evil</b> & Co \u202e'
published: 2024-05-03
url: javascript:alert(1)
---

Before it comes a paragraph \U0001f4f0\U0001f4f0 with characters that JavaScript counts as two.

The <script>alert(1)</script> mayor <img src=x onerror="alert(1)"> opened ![the](http://evil.test/a.png) the \
**new** [bridge](javascript:alert(1)) `over` | the \u202e \u2066 | $$river$$ &lt;b&gt; ~~on~~ _a_ \
<iframe src=//evil.test>.

It cost http://evil.test/auto pounds.
"""
"""An article that tries to be more than text."""


@contextmanager
def served(bot: Any, **how: Any) -> Iterator[str]:
    """The page over `bot` on a free port of this machine; gives its address. `how`: see `page_app`."""
    listener = listen("127.0.0.1", 0)
    loading = api.Loading(bot)
    config = uvicorn.Config(page_app(bot, loading, **how), log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    loading.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


class Windows:
    """Contexts of a browser, lent by how they look. One that comes back is emptied and lent again: a page
    opens in it in half the time, since what it is made of is there already."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._free: dict[str, list[Any]] = {}

    @contextmanager
    def lent(self, **how: Any) -> Iterator[Any]:
        """`how`: see `new_context` of Playwright. Nothing may be done to it that only closing takes back."""
        free = self._free.setdefault(repr(sorted(how.items())), [])
        context = free.pop() if free else self._browser.new_context(**{**LOOK, **how})
        yield context
        context.set_offline(False)
        blank = context.new_page()
        for page in context.pages:
            if page != blank:
                page.close()
        empty = context.new_cdp_session(blank)
        empty.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
        empty.detach()
        free.append(context)


class Seen:
    """What a page asked for and complained of."""

    def __init__(self, page: Page) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on(
            "console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text)
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    def outside(self, address: str) -> list[str]:
        return [url for url in self.requests if not url.startswith((f"{address}/", "data:"))]


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with a page or a frame, one line an element; nothing where all is well.

    It looks into open shadow trees, but not into the frames of a page: give it those one by one.
    """
    from axe_playwright_python.sync_playwright import Axe

    violations = Axe().run(page).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {node['target']} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


# The chat page

IN_VIEW = """() => {
    const mark = document.querySelector("#source mark").getBoundingClientRect();
    const text = document.querySelector("#source-text").getBoundingClientRect();
    return mark.top >= text.top && mark.bottom <= text.bottom;
}"""
"""Whether the marked quotation can be seen in the source panel."""


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


def asked(page: Page) -> str:
    """The last question, as it is shown."""
    return page.locator('#chat [data-testid="user"]').last.inner_text().strip()


def last(page: Page) -> Any:
    return page.locator("#chat .bot-row").last
