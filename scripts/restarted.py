"""A server that is killed while it answers, and started again: what a person's page still has.

    python -m scripts.restarted

Asks on the page of the bundled articles, asks once more, kills the server before it can answer, and starts
another at the same address. Prints a line of JSON; ends with exit code 1 where the page does not come back by
itself with the first answer, and with the second question typed, to be sent again.
"""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from chatbot.settings import Settings
from eval.prepare import prepared

_PATIENCE = 120_000
"""Milliseconds for whatever the page is to show."""

FIRST = "What did Ruth Rankine say?"
SECOND = "How many clinical directors plan to quit?"


@contextmanager
def _serving(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    run = "import sys; from chatbot.cli.main import run; sys.exit(run())"
    command = [sys.executable, "-c", run, "serve", "--port", str(port), "--collection", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            server.stdout.readline()  # it answers
            yield server
        finally:
            server.kill()


def _ask(page: Page, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def restarted(folder: Path, page: Page, port: int) -> dict[str, object]:
    with _serving(folder, port) as server:
        page.goto(f"http://127.0.0.1:{port}/")
        _ask(page, FIRST)
        page.locator("#chat .cutting").first.wait_for()
        page.wait_for_timeout(1000)  # Gradio ends a question after it has drawn
        page.evaluate("window.before = true")
        server.send_signal(signal.SIGSTOP)
        _ask(page, SECOND)
        page.wait_for_timeout(1000)
    began = time.monotonic()
    with _serving(folder, port):
        typed = f"document.querySelector('#question textarea')?.value === {json.dumps(SECOND)}"
        page.wait_for_function(f"() => !window.before && {typed} && document.querySelector('#chat .cutting')")
        back = time.monotonic() - began
        kept = page.locator("#chat .user-row").all_inner_texts()
        page.press("#question textarea", "Enter")
        page.locator("#chat .bot-row").nth(1).locator(".cutting").first.wait_for()
    return {"kept": [one.split("\n")[0] for one in kept], "typed again": SECOND, "seconds": round(back, 1)}


def main() -> int:
    bot, _ = prepared(None, Path(), Settings())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ExitStack() as stack:
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.set_default_timeout(_PATIENCE)
        figures = restarted(bot.collection.folder, page, port)
        browser.close()
    print(json.dumps(figures))
    return 0 if figures["kept"] == [FIRST] else 1


if __name__ == "__main__":
    sys.exit(main())
