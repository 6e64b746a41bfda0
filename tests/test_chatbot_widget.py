"""The widget in a real browser, on pages of other sites: real second servers, with their own policies."""

from __future__ import annotations

import gzip
import http.server
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from chatbot.answer import Answer, Correction, Difference, Section
from chatbot.bot import Chatbot
from chatbot.quoting.article_list import MOST_ARTICLES
from chatbot.server import embed
from chatbot.server.files import WEB
from chatbot.settings import Settings
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.browsing import HOSTILE, Page, Seen, axe, browser_needed, served
from tests.fakes import HashEncoder

pytestmark = [pytest.mark.model, pytest.mark.browser, browser_needed]

QUESTION = "What did the BMA survey of clinical directors find?"
FOLLOW_UP = "When did they publish it?"
ALSO = "According to Pulse, what percentage of GP partners would leave the network contract?"
DATED = "What was reported in January 2020 about GPs?"
UNANSWERED = "Why is the sky blue?"
STOP = re.compile("Stop|Anhalten|Arrêter|Detener|Ferma")


class Site:
    """A site of its own, at its own origin: pages by path, each with its content security policy."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str, str]] = {}
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, text, policy = site.pages.get(self.path, ("text/plain", "", ""))
                self.send_response(200 if self.path in site.pages else 404)
                self.send_header("content-type", f"{kind}; charset=utf-8")
                self.send_header("content-security-policy", policy)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Steered:
    """A bot whose answers wait for `gate`, and are what `change` makes of them."""

    def __init__(self, bot: Any) -> None:
        self.bot = bot
        self.free()

    def free(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.change: Callable[[Answer], Answer] = lambda answer: answer

    def ask(self, *asked: Any, **how: Any) -> Answer:
        self.gate.wait(30)
        return self.change(self.bot.ask(*asked, **how))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bot, name)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="module")
def stranger() -> Iterator[Site]:
    """A site that is not allowed."""
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="module")
def shared(bundled, site) -> Iterator[tuple[str, Steered]]:
    bot = Steered(bundled)
    with served(bot, sites=frozenset({site.address})) as address:
        while httpx.get(f"{address}/readyz").status_code != 200:
            time.sleep(0.1)
        yield address, bot


@pytest.fixture
def address(shared) -> str:
    return shared[0]


@pytest.fixture
def bot(shared) -> Iterator[Steered]:
    yield shared[1]
    shared[1].free()


@dataclass
class Widget:
    """A page with the widget, and the ways in which a person uses it."""

    page: Page
    seen: Seen
    bubble: Any = field(init=False)
    box: Any = field(init=False)

    def __post_init__(self) -> None:
        self.bubble, self.box = self.at(".bubble"), self.at("textarea")

    def at(self, selector: str, **which: Any) -> Any:
        return self.page.locator(f"cuttings-widget {selector}", **which)

    @property
    def last(self) -> Any:
        return self.at(".exchange").last

    def ask(self, question: str) -> None:
        self.box.fill(question)
        self.page.keyboard.press("Enter")
        self.answered(question)

    def answered(self, question: str) -> None:
        self.last.locator("h3", has_text=question).wait_for()
        self.at(".ask", has_not_text=STOP).wait_for()

    def heard(self, what: str) -> list[Any]:
        """The details of the events of one kind that the host page was told of."""
        return self.page.evaluate("what => heard.filter(([name]) => name === what).map(([, d]) => d)", what)

    def dark(self) -> bool:
        return self.at(".panel").evaluate("e => getComputedStyle(e).colorScheme") == "dark"

    def focused(self) -> str:
        """The class or tag of what the keyboard is at, inside the widget or outside."""
        return self.page.evaluate(
            "() => { const at = document.activeElement.shadowRoot?.activeElement ?? document.activeElement;"
            " return at.className || at.localName; }"
        )

    def mark_in_view(self) -> bool:
        return self.page.evaluate(
            """() => {
                const root = document.querySelector("cuttings-widget").shadowRoot;
                const mark = root.querySelector(".source mark").getBoundingClientRect();
                const text = root.querySelector(".source .scroll").getBoundingClientRect();
                return text.height > 100 && mark.top >= text.top && mark.bottom <= text.bottom;
            }"""
        )


def stand(
    site: Site,
    server: str,
    attributes: str = "",
    *,
    at: str = "/",
    body: str = "<h1>The Record</h1><p>News.</p>",
    style: str = "",
    policy: str = "style-src 'self'",
    html: str = 'lang="en"',
) -> str:
    """Put a page with the widget of a `server` at an address of the site."""
    policy = (
        f"default-src 'none'; script-src {server}; connect-src {server}; "
        f"img-src data:; require-trusted-types-for 'script'; {policy}"
    )
    links = '<link rel="stylesheet" href="style.css">' if style else ""
    site.pages[at] = (
        "text/html",
        f"<!doctype html><html {html}><head><title>The Record</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,">{links}'
        f'<script src="{server}/widget.js" {attributes} defer></script></head>'
        f"<body><main>{body}</main></body></html>",
        policy,
    )
    site.pages["/style.css"] = ("text/css", style, "")
    return f"{site.address}{at}"


def opened(window: Any, url: str) -> Widget:
    """That page in a context."""
    page = window.new_page()
    page.add_init_script(LISTEN)
    widget = Widget(page, Seen(page))
    page.goto(url)
    return widget


@pytest.fixture
def host(address, site, windows) -> Iterator[Callable[..., Widget]]:
    """Opens a page of a site with the widget on it."""
    stack = ExitStack()

    def open_page(
        attributes: str = "",
        *,
        on: Site = site,
        server: str = address,
        wait: str = ".bubble",
        page: dict[str, str] | None = None,
        **context: Any,
    ) -> Widget:
        window = stack.enter_context(windows.lent(**context))
        widget = opened(window, stand(on, server, attributes, **page or {}))
        widget.at(wait).first.wait_for()
        return widget

    with stack:
        yield open_page


@pytest.fixture(scope="module")
def kept(shared, site, windows) -> Iterator[Widget]:
    with windows.lent() as window:
        widget = opened(window, stand(site, shared[0], 'data-title="Ask the archive"', at="/kept"))
        widget.bubble.wait_for()
        assert widget.seen.requests[1:] == [f"{shared[0]}/widget.js"], "asked before it was opened"
        yield widget


@pytest.fixture
def fresh(kept, bot) -> Iterator[Widget]:
    """The open widget on a page that other tests used too, with a new conversation."""
    kept.page.evaluate("heard.length = 0; document.querySelector('cuttings-widget').open()")
    for told in (kept.seen.requests, kept.seen.complaints):
        told.clear()
    yield kept
    bot.free()
    kept.page.unroute_all()
    kept.page.context.set_offline(False)
    kept.page.set_viewport_size({"width": 1280, "height": 900})
    kept.page.keyboard.press("Escape")
    kept.page.evaluate("document.querySelector('cuttings-widget').open()")
    if kept.page.get_by_title("New conversation").is_visible():
        kept.page.get_by_title("New conversation").click()
    kept.at(".intro").wait_for()


LISTEN = (
    "window.computed = (element, style = getComputedStyle(element)) =>"
    " [...style].filter(name => !name.startsWith('--'))"
    ".map(name => `${name}: ${style.getPropertyValue(name)}`).sort();"
    'window.heard = []; for (const what of ["ready", "open", "ask", "answer", "error", "close"])'
    ' addEventListener("cuttings:" + what, (event) => heard.push([what, event.detail]));'
)


class TestAsking:
    def test_it_says_what_there_is_and_offers_questions(self, fresh, bundled):
        bundled.try_suggestions()
        # Opened before the server had any, it asks again when it is opened again.
        fresh.page.evaluate("{ const at = document.querySelector('cuttings-widget'); at.close(); at.open() }")
        fresh.at(".examples button").first.wait_for()
        count = len(bundled.collection.articles())
        assert fresh.at(".intro .quiet").inner_text().startswith(f"{count} articles, ")
        assert fresh.at(".examples button").all_inner_texts() == list(bundled.examples())
        fresh.at(".examples button").first.click()
        fresh.answered(bundled.examples()[0])
        assert not fresh.at(".intro").is_visible()

    def test_an_allowed_site_gets_quotations_that_open_at_their_place(self, fresh, address, bundled):
        assert fresh.at(".conversation h2").inner_text() == "Ask the archive"
        fresh.page.context.add_cookies([{"name": "session", "value": "1", "url": address}])
        with fresh.page.expect_request("**/api/v1/ask") as asked:
            fresh.ask(QUESTION)
        assert "cookie" not in asked.value.all_headers()
        answer = bundled.ask(QUESTION)
        citations = answer.citations
        assert fresh.last.locator(".quote").all_inner_texts() == [citation.quote for citation in citations]
        full = fresh.at(".conversation .foot a")
        assert full.get_attribute("href") == f"{address}/#answer/{answer.id}"
        for i, citation in enumerate(citations):
            fresh.last.locator(".from .chip").nth(i).click()
            fresh.at(".source mark").wait_for()
            assert fresh.at(".source mark").inner_text() == citation.quote
            assert fresh.at(".about h2").inner_text() == citation.title
            assert citation.publisher in fresh.at(".about p").inner_text()
            assert fresh.mark_in_view()
            place = f"{citation.article_id}/{citation.start}/{citation.end}"
            assert fresh.at(".source .foot a").last.get_attribute("href") == f"{address}/#cite/{place}"
            if i == 0:  # what was removed from an article is not shown
                article = bundled.collection.article(citation.article_id)
                shown = fresh.at(".source .scroll").inner_text().splitlines()
                gone = "\n".join(article.text[one.start : one.end] for one in article.removed)
                assert gone and len(shown) > 10
                assert not {line for line in gone.splitlines() if line} & set(shown)
            fresh.page.keyboard.press("Escape")
            assert fresh.focused() == "chip"
        assert fresh.seen.outside(address) == [] and fresh.seen.complaints == []

    def test_citations_are_numbered_previewed_and_walked_through(self, fresh, bundled):
        fresh.ask(ALSO)
        (citation,) = bundled.ask(ALSO).citations
        start, end = (at - citation.start for at in citation.highlight)
        assert fresh.last.locator(".quote mark").inner_text() == citation.quote[start:end]
        sources = 1 + len(citation.also)
        assert fresh.last.locator(".also .chip").count() == len(citation.also) >= 2
        assert fresh.last.locator(".also").inner_text().endswith(f"{citation.sources} independent sources")
        numbers = [text.split()[0] for text in fresh.last.locator(".chip").all_inner_texts()]
        assert numbers == [f"[{number}]" for number in range(1, sources + 1)]
        # With the pointer, which may go to the preview itself; what stands beside the quotation is in it.
        chip, preview = fresh.last.locator(".also .chip").first, fresh.at(".preview")
        chip.hover()
        preview.locator("mark", has_text=citation.also[0].quote).wait_for()
        text = bundled.collection.article(citation.also[0].article_id).text
        preview.locator("p:not(:has(mark)), mark + *, p", has_text=re.compile(r"\w+ \w+")).first.wait_for()
        fresh.page.wait_for_function(
            "quote => document.querySelector('cuttings-widget').shadowRoot"
            ".querySelector('.preview div').textContent.length > quote.length",
            arg=citation.also[0].quote,
        )
        beside = preview.locator("div").inner_text().split("\n")[0][:40]
        assert beside in text and citation.also[0].publisher in preview.inner_text()
        assert chip.get_attribute("aria-describedby") == preview.get_attribute("id")
        preview.hover()
        fresh.page.wait_for_timeout(500)
        assert preview.is_visible()
        fresh.page.mouse.move(5, 5)
        preview.wait_for(state="hidden")
        # With the keyboard; Escape takes it away, and nothing else.
        fresh.box.focus()
        while not fresh.focused().startswith("chip"):
            fresh.page.keyboard.press("Shift+Tab")
        preview.wait_for()
        fresh.page.keyboard.press("Escape")
        assert not preview.is_visible() and fresh.focused() == "chip" and fresh.at("dialog[open]").count()
        fresh.last.locator(".also .chip").first.click()
        assert not preview.is_visible()
        for at, shown in enumerate(citation.also, start=2):
            fresh.at(".source .top p", has_text=f"{at} of {sources}").wait_for()
            fresh.at(".source mark", has_text=shown.quote[:30]).wait_for()
            assert fresh.at(".source mark").inner_text() == shown.quote
            if at < sources:
                fresh.page.get_by_title("Next citation").click()
        assert fresh.page.get_by_title("Next citation").is_disabled()

    def test_a_follow_up_is_completed_and_can_be_asked_as_typed(self, fresh):
        fresh.ask(QUESTION)
        fresh.ask(FOLLOW_UP)
        assert fresh.last.locator(".quiet i").inner_text() != FOLLOW_UP
        fresh.last.get_by_text("Ask it as typed").click()
        fresh.last.get_by_text("Searched as you typed it").wait_for()
        fresh.answered(FOLLOW_UP)
        assert fresh.at(".exchange").count() == 2

    def test_the_time_that_a_question_names_is_told_and_can_be_taken_off(self, fresh):
        fresh.ask(DATED)
        assert re.search(r"Only articles of this time: 1\s?–\s?31 January 2020", fresh.last.inner_text())
        fresh.last.get_by_text("Any time").click()
        fresh.last.get_by_text("Searched at any time").wait_for()
        fresh.answered(DATED)

    def test_what_the_articles_do_not_answer_is_said_and_the_closest_passages_are_folded(self, fresh):
        fresh.ask(UNANSWERED)
        fresh.last.get_by_text("The articles do not answer that.").wait_for()
        assert not fresh.last.locator(".cutting").first.is_visible()
        fresh.last.locator("summary").click()
        assert fresh.last.locator(".cutting").first.is_visible()

    def test_what_is_possibly_the_answer_is_open_and_marked_by_a_word_and_a_broken_border(self, fresh, bot):
        borders = {}
        for state in ("answer", "possibly"):
            bot.change = lambda answer, state=state: replace(answer, state=state)
            fresh.ask(f"{QUESTION}{' ' * len(borders)}")
            cutting = fresh.last.locator(".cutting").first
            assert cutting.is_visible()
            assert fresh.last.get_by_text("Possibly:", exact=True).count() == (state == "possibly")
            borders[state] = cutting.evaluate("e => getComputedStyle(e).borderInlineStartStyle")
        assert borders == {"answer": "solid", "possibly": "dashed"}

    def test_sources_that_differ_stand_side_by_side_and_below_each_other_on_a_phone(self, fresh, bot):
        bot.change = lambda answer: replace(answer, differ=(Difference(answer.citations[:2]),))
        fresh.ask(QUESTION)
        assert fresh.last.locator(".differ h4").inner_text() == "Sources differ"
        assert fresh.last.locator(".cutting").count() == len(bot.bot.ask(QUESTION).citations)
        for size, columns in (({"width": 1280, "height": 900}, 2), ({"width": 390, "height": 844}, 1)):
            fresh.page.set_viewport_size(size)
            boxes = [card.bounding_box() for card in fresh.last.locator(".differ .cutting").all()]
            assert len({box["x"] for box in boxes}) == columns

    def test_sections_stand_as_on_the_page(self, fresh, bot):
        """Two sides beside each other, the parts of a question with their states, times, lists, spelling."""
        one, other = bot.bot.ask(QUESTION).citations[:2]

        def shown(kind: str, *sections: Section, **more: Any) -> Any:
            cited = tuple(citation for section in sections for citation in section.citations)
            bot.change = lambda answer: replace(
                answer, kind=kind, sections=sections, citations=cited, differ=(), **more
            )
            fresh.ask(f"{QUESTION} {kind}")
            return fresh.last

        sides = (Section("Both", (one, other)), Section("the BMA", (one,)), Section("NHS England", (other,)))
        boxes = [part.bounding_box() for part in shown("comparison", *sides).locator(".part").all()]
        assert fresh.last.locator("h4").all_inner_texts() == ["Both", "the BMA", "NHS England"]
        assert boxes[1]["y"] == boxes[2]["y"] > boxes[0]["y"] and boxes[1]["x"] < boxes[2]["x"]
        assert boxes[0]["width"] > 1.9 * boxes[1]["width"]
        # A place that is shown twice has one number.
        numbers = [text.split()[0] for text in fresh.last.locator(".from .chip").all_inner_texts()]
        assert len(set(numbers)) == 2 and numbers[0] == numbers[2] and numbers[1] == numbers[3]

        parts = (Section("Who <b>?", (one,), state="possibly"), Section("When?", (), state="none"))
        answer = shown("several at once", *parts, state="possibly")
        said = [part.split("\n\n") for part in answer.locator(".part").all_inner_texts()]
        assert said[0][:2] == ["Who <b>?", "Possibly:"]
        assert said[1] == ["When?", "The articles do not answer that."]
        assert answer.get_by_text("Possibly:").count() == 1

        times = (Section("July 2019", (one,), "last July"), Section("2020", (other,)))
        answer = shown("timeline", *times)
        assert answer.locator(".timeline .part .quiet").all_inner_texts() == ["last July"]
        assert answer.locator("h4").all_inner_texts() == ["July 2019", "2020"]

        many = tuple(Section(one.title, (one,)) for _ in range(MOST_ARTICLES))
        assert shown("articles", *many).locator(".quiet").first.inner_text() == f"{MOST_ARTICLES}+ articles"

        words = {"corrections": (Correction("netwrok", "network"),), "standalone_question": "The network"}
        answer = shown("fact", rewrite_reason="", **words)
        assert answer.locator(".quiet").first.inner_text() == (
            "Searched for: network, not netwrok Ask it as typed"
        )

    def test_suggestions_are_asked_by_a_click(self, fresh, bot):
        suggested = ("What does the *BMA* <b>say</b>?", "Who was asked?")
        bot.change = lambda answer: replace(answer, suggestions=suggested)
        fresh.ask(QUESTION)
        assert fresh.last.locator(".options button").all_inner_texts() == list(suggested)
        fresh.last.locator(".options button").first.click()
        fresh.answered(suggested[0])
        assert fresh.at(".options:visible").count() == 1
        assert fresh.focused() == "textarea", "what was pressed is gone, and the focus with it"

    def test_the_conversation_goes_along_to_the_next_page_and_ends_when_a_new_one_is_begun(
        self, host, address, site
    ):
        widget = host()
        widget.bubble.click()
        widget.ask(QUESTION)
        # An answer that is cut off is no answer, and is not kept.
        half = 'event: question\ndata: {"standalone_question": "Why?", "period": null}\n\nevent: citation\nda'
        headers = {"access-control-allow-origin": site.address}
        widget.page.route(f"{address}/api/v1/ask", lambda route: route.fulfill(headers=headers, body=half))
        widget.ask("Why?")
        assert "The connection was lost" in widget.last.inner_text()
        widget.page.unroute_all()
        widget.page.reload()
        widget.bubble.click()
        assert widget.at(".exchange h3").all_inner_texts() == [QUESTION]
        widget.last.locator(".from .chip").first.click()
        widget.at(".source mark").wait_for()
        widget.page.keyboard.press("Escape")
        widget.ask(FOLLOW_UP)
        assert widget.last.locator(".quiet i").count() == 1, "the conversation was not sent along"
        widget.page.get_by_title("New conversation").click()
        assert widget.at(".exchange").count() == 0
        widget.ask(FOLLOW_UP)
        assert widget.last.locator(".quiet i").count() == 0
        widget.page.reload()
        widget.bubble.click()
        assert widget.at(".exchange h3").all_inner_texts() == [FOLLOW_UP]


class TestTrouble:
    def test_a_site_that_is_not_allowed_is_told_so(self, host, stranger):
        widget = host(on=stranger)
        widget.bubble.click()
        widget.ask(QUESTION)
        assert "This site is not allowed to ask this server." in widget.last.inner_text()
        assert widget.heard("error")[0]["kind"] == "refused"
        assert widget.at(".quote").count() == 0

    def test_a_question_is_asked_again_once_the_connection_is_back(self, fresh):
        fresh.page.context.set_offline(True)
        assert fresh.at(".offline").inner_text() == "You are offline."
        fresh.ask(QUESTION)
        assert "You are offline." in fresh.last.inner_text()
        fresh.page.context.set_offline(False)
        fresh.at(".offline").wait_for(state="hidden")
        fresh.last.get_by_text("Try again").click()
        fresh.last.locator(".quote").first.wait_for()
        assert fresh.last.locator(".trouble").count() == 0

    def test_a_server_that_is_gone_is_told(self, fresh, address):
        fresh.page.route(f"{address}/**", lambda route: route.abort("connectionrefused"))
        fresh.ask(QUESTION)
        assert "The server does not answer." in fresh.last.inner_text()
        assert fresh.heard("error") == [
            {"kind": "gone", "status": 0, "message": "The server does not answer."}
        ]

    def test_a_busy_server_is_asked_again_when_it_says(self, fresh, address, site):
        headers = {
            "access-control-allow-origin": site.address,
            "access-control-expose-headers": "Retry-After",
            "retry-after": "2",
        }
        full = {"status": 503, "headers": headers, "json": {"status": 503, "detail": "the queue is full"}}
        fresh.page.route(f"{address}/api/v1/ask", lambda route: route.fulfill(**full))
        fresh.ask(QUESTION)
        again = fresh.last.locator(".pill")
        assert "Many people are asking" in fresh.last.inner_text()
        assert again.inner_text() == "Try again (2 s)" and again.is_disabled()
        fresh.page.unroute(f"{address}/api/v1/ask")
        fresh.last.get_by_text(re.compile("^Try again$")).click()
        fresh.last.locator(".quote").first.wait_for()

    def test_what_the_server_refuses_is_told_in_its_words(self, fresh):
        fresh.ask("why " * 1000)
        assert "the question has 3,999 characters" in fresh.last.locator(".trouble").inner_text()

    def test_a_question_can_be_stopped(self, fresh, bot):
        bot.gate.clear()
        fresh.box.fill(QUESTION)
        fresh.page.keyboard.press("Enter")
        fresh.last.get_by_text("Reading the articles").wait_for()
        fresh.at(".ask", has_text="Stop").click()
        fresh.last.get_by_text("Stopped.").wait_for()
        bot.gate.set()
        fresh.last.get_by_text("Try again").click()
        fresh.last.locator(".quote").first.wait_for()

    def test_an_article_that_has_changed_or_is_gone_is_told_and_not_marked(self, fresh, bot):
        bot.change = lambda answer: replace(
            answer,
            citations=(
                replace(answer.citations[0], quote="It never stood there.", also=()),
                replace(answer.citations[0], article_id="no/such", also=()),
            ),
            differ=(),
        )
        fresh.ask(QUESTION)
        fresh.last.locator(".chip").first.click()
        fresh.at(".source .trouble", has_text="does not stand there any more").wait_for()
        assert fresh.at(".source mark").count() == 0
        fresh.page.get_by_title("Next citation").click()
        fresh.at(".about h2", has_text="This article could not be opened").wait_for()
        assert "no/such" in fresh.at(".source .scroll").inner_text()


ATTACK = """
html > *, body * { display: none !important; opacity: 0 !important; visibility: hidden !important; }
html { direction: rtl; font-size: 40px; }
body { display: block !important; filter: blur(3px); transform: rotate(9deg); }
* { font-size: 40px !important; color: red !important; background: red !important; }
* { text-transform: uppercase !important; letter-spacing: 1em !important; pointer-events: none !important; }
div, button, dialog, p, mark { all: unset !important; position: static !important; width: 3px !important; }
"""


class TestHostPage:
    def test_the_styles_of_the_page_do_not_reach_the_widget(self, fresh, host):
        looks = []
        for widget in (fresh, host(page={"style": ATTACK})):
            if widget is not fresh:
                assert widget.bubble.is_visible()
                widget.bubble.click()
            widget.ask(QUESTION)
            quote = widget.last.locator(".quote").first
            looks.append(quote.evaluate("e => [e.offsetWidth, e.offsetHeight, ...computed(e)]"))
            assert widget.at(".panel").bounding_box()["height"] == 680
            # Red is no dark page.
            assert not widget.dark()
        assert looks[0] == looks[1]

    def test_it_follows_the_colours_of_the_page_as_they_change(self, host):
        """And not those of the reader's device, which a page may know nothing of."""
        widget = host(page={"style": "body { margin: 0 }"}, color_scheme="dark")
        widget.bubble.click()
        assert not widget.dark(), "the page is white"

        def becomes(dark: bool, change: str) -> None:
            widget.page.evaluate(
                f"{{ const page = document.documentElement, body = document.body; {change} }}"
            )
            widget.page.wait_for_function(
                "dark => (getComputedStyle(document.querySelector('cuttings-widget').shadowRoot"
                ".querySelector('.panel')).colorScheme === 'dark') === dark",
                arg=dark,
            )

        becomes(True, "body.style.background = 'oklch(25% 0.02 250)'")
        becomes(False, "body.style.background = 'rgb(0 0 0 / 10%)'")  # as good as nothing
        becomes(True, "page.style.background = '#222'")
        becomes(False, "page.removeAttribute('style')")
        becomes(True, "page.style.colorScheme = 'dark'")
        becomes(False, "page.style.colorScheme = 'light'")
        becomes(True, "page.style.colorScheme = 'light dark'")
        widget.page.emulate_media(color_scheme="light")
        becomes(False, "")
        # A page that changes slowly has its new colour later.
        becomes(
            True,
            "body.style.transition = 'background 0.2s'; body.offsetWidth; body.style.background = '#111'",
        )
        # And what the tag or the element asks for holds.
        becomes(False, "document.querySelector('cuttings-widget').dataset.theme = 'light'")
        becomes(True, "document.querySelector('cuttings-widget').dataset.theme = 'auto'")
        assert widget.at(".ask").evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
        assert widget.seen.complaints == []

    def test_the_strictest_policy_is_enough_and_the_page_is_told_what_happens(self, host, bundled):
        widget = host(page={"policy": "style-src 'none'; form-action 'none'; base-uri 'none'"})
        assert widget.heard("ready") == [{}]
        widget.page.evaluate("question => document.querySelector('cuttings-widget').ask(question)", QUESTION)
        widget.answered(QUESTION)
        assert len(widget.heard("open")) == 1
        assert widget.heard("ask") == [{"question": QUESTION}]
        (told,) = widget.heard("answer")
        quotes = [citation["quote"] for citation in told["answer"]["citations"]]
        assert quotes == [citation.quote for citation in bundled.ask(QUESTION).citations]
        widget.last.locator(".from .chip").first.click()
        widget.at(".source mark").wait_for()
        assert widget.mark_in_view()
        assert widget.at(".panel").bounding_box()["width"] == 440
        widget.page.evaluate("document.querySelector('cuttings-widget').close()")
        widget.bubble.wait_for()
        assert len(widget.heard("close")) == 1
        assert widget.seen.complaints == []

    def test_keys_that_are_typed_in_the_widget_are_no_shortcuts_of_the_page(self, fresh):
        fresh.page.evaluate("window.keys = []; addEventListener('keydown', (event) => keys.push(event.key))")
        fresh.box.press_sequentially("s/")
        assert fresh.box.input_value() == "s/"
        assert fresh.page.evaluate("keys") == []
        fresh.box.fill("")

    def test_it_stands_in_each_place_once_and_fills_those_of_the_page(self, host, address):
        """Two tags make one button; a target has a widget of its own, of another collection too."""
        tag = f'<script src="{address}/widget.js" '
        body = f'<h1>The Record</h1><div id="here"></div><div id="there"></div>{tag}defer></script>'
        body += f'{tag}data-target="#here" defer></script>{tag}data-target="#nowhere" defer></script>'
        body += f'{tag}data-target="#there" data-collection="reports &amp; more" defer></script>'
        widget = host(wait="div.panel", page={"body": body})
        widget.page.locator("#there > cuttings-widget").wait_for(state="attached")
        assert widget.page.locator("cuttings-widget").count() == 3
        assert widget.at(".bubble:visible").count() == 1
        here = Widget(widget.page, widget.seen)
        here.at = lambda selector, **which: widget.page.locator(f"#here {selector}", **which)
        here.__post_init__()
        here.ask(QUESTION)
        here.last.locator(".from .chip").first.click()
        here.at(".source mark").wait_for()
        here.page.keyboard.press("Escape")
        assert here.focused() == "chip"
        assert axe(widget.page) == []
        named = "reports%20%26%20more"
        assert widget.page.locator("#there .foot a").first.get_attribute("href") == (
            f"{address}/?collection={named}"
        )
        with widget.page.expect_request(f"{address}/api/v1/collections/{named}/ask"):
            widget.page.evaluate("document.querySelector('#there > cuttings-widget').ask('Who?')")
        ours = [text for text in widget.seen.complaints if text.startswith("cuttings:")]
        assert ours == ['cuttings: no element of this page matches data-target="#nowhere"']

    def test_languages_and_accents(self, host, address):
        """What stands on an accent can be read; the language is that asked for, or that of the page."""
        asked = [
            ("de", "#ffee00", "Die Artikel fragen", "Januar", "rgb(0, 0, 0)"),
            ("fr-CA", "oklch(35% 0.1 250)", "Interroger les articles", "janvier", "rgb(255, 255, 255)"),
            ("es", "rebeccapurple", "Preguntar a los artículos", "enero", "rgb(255, 255, 255)"),
            ("cy", "#767676", "Holi’r erthyglau", "o’r cyfnod", "rgb(0, 0, 0)"),
            ("", "red; } * { color: red", "Chiedi agli articoli", "gennaio", "rgb(255, 255, 255)"),
            ("tlh", "#ffcc00", "Ask the articles", "January", "rgb(0, 0, 0)"),
        ]
        body = "<h1>The Record</h1>" + "".join(
            f'<div id="in{i}"></div><script src="{address}/widget.js" data-target="#in{i}" data-lang="{code}"'
            f' data-accent="{accent}" defer></script>'
            for i, (code, accent, *_) in enumerate(asked)
        )
        style = ":root { color-scheme: light dark; --cuttings-height: 480px }"
        widget = host(wait="div.panel", page={"body": body, "html": 'lang="it"', "style": style})
        widget.page.locator("#in5 .ask").wait_for()
        for i, (_, _, title, month, ink) in enumerate(asked):
            place = widget.page.locator(f"#in{i}")
            assert place.locator("h2").first.inner_text() == title
            assert place.locator(".ask").evaluate("e => getComputedStyle(e).color") == ink
            widget.page.evaluate(
                "([at, text]) => document.querySelector(at).ask(text)", [f"#in{i} > *", DATED]
            )
            place.locator(".reply .quiet", has_text=month).first.wait_for()
        for scheme in ("light", "dark"):
            widget.page.emulate_media(color_scheme=scheme)
            assert axe(widget.page) == []
        assert widget.seen.complaints == []

    def test_the_page_sets_colours_and_its_own_styles_stay(self, host):
        """On a page that reads from right to left, which has it on the left."""
        style = ":root { --cuttings-accent: #c00; --cuttings-width: 300px; --cuttings-paper: #fed }"
        page = {"style": f"{style} h1 {{ color: green }}", "html": 'lang="ar" dir="rtl"'}
        widget = host(page=page)
        assert widget.bubble.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(204, 0, 0)"
        assert widget.bubble.bounding_box()["x"] < 100
        widget.bubble.click()
        assert widget.at(".panel").bounding_box()["width"] == 300
        assert widget.at(".panel").bounding_box()["x"] < 100
        assert widget.at("h2").first.evaluate("e => getComputedStyle(e).direction") == "ltr"
        assert (
            widget.at(".panel").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 238, 221)"
        )
        look = "() => [...document.querySelectorAll('html, body, main, h1, p')].map((e) => computed(e))"
        with_widget = widget.page.evaluate(look)
        widget.page.evaluate("document.querySelector('cuttings-widget').remove()")
        assert widget.page.evaluate(look) == with_widget


class TestByKeyboard:
    def test_everything_is_reached_and_left_without_a_mouse(self, host):
        widget = host(page={"body": '<h1>The Record</h1><a href="#">A link</a>'})
        press = widget.page.keyboard.press
        press("Tab")
        press("Tab")
        assert widget.focused() == "bubble"
        press("Enter")
        assert widget.focused() == "textarea"
        widget.page.keyboard.type(QUESTION)
        press("Enter")
        widget.answered(QUESTION)
        assert widget.focused() == "textarea"
        while widget.focused() != "chip":
            press("Shift+Tab")
        press("Enter")
        widget.at(".source mark").wait_for()
        assert widget.focused() == "scroll"
        press("Escape")
        assert widget.focused() == "chip"
        press("Escape")  # at once, before there is a preview
        widget.bubble.wait_for()
        assert widget.focused() == "bubble"

    def test_tab_goes_round_in_the_open_panel(self, fresh):
        fresh.ask(QUESTION)
        for key in ("Tab", "Shift+Tab"):
            seen = []
            for _ in range(20):
                fresh.page.keyboard.press(key)
                seen.append(fresh.focused())
                assert fresh.page.evaluate("document.activeElement.localName") == "cuttings-widget"
            assert {"round", "scroll", "chip", "textarea", "ask", "a"} <= set(seen)

    def test_an_answer_is_read_out_when_it_is_whole(self, fresh, bot):
        bot.gate.clear()
        fresh.page.evaluate(
            """() => {
                const log = document.querySelector("cuttings-widget").shadowRoot.querySelector("[role=log]");
                window.states = [];
                new MutationObserver(() => states.push([log.ariaBusy, log.querySelectorAll(".quote").length]))
                    .observe(log, {subtree: true, childList: true, attributes: true});
            }"""
        )
        fresh.box.fill(QUESTION)
        fresh.page.keyboard.press("Enter")
        bot.gate.set()
        fresh.answered(QUESTION)
        states = fresh.page.evaluate("states")
        assert states[-1][0] == "false" and states[-1][1] > 0
        assert all(busy == "true" for busy, quotes in states[:-1] if quotes)
        assert fresh.at("[role=log]").get_attribute("aria-live") == "polite"


PHONE = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}


class TestPhone:
    def test_the_panel_fills_the_screen(self, host):
        widget = host(**PHONE)
        box = widget.bubble.bounding_box()
        assert box["width"] == box["height"] == 56, "an icon, whose name is heard"
        assert widget.bubble.get_attribute("aria-label") == "Ask the articles"
        widget.bubble.tap()
        assert not widget.bubble.is_visible()
        assert widget.focused() == "scroll", "the keyboard of the phone would come up"
        widget.ask(QUESTION)
        assert widget.at(".panel").bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 640}
        widget.last.locator(".from .chip").first.tap()
        widget.at(".source mark").wait_for()
        assert widget.mark_in_view()
        assert widget.page.evaluate("document.documentElement.scrollWidth") <= 320
        for view in ("conversation", "source"):
            assert widget.at(f".{view}").evaluate("e => e.scrollWidth") <= 320
        assert axe(widget.page) == []
        widget.page.get_by_title("Close").last.tap()
        widget.bubble.wait_for()

    def test_turning_or_resizing_the_screen_keeps_it_open(self, fresh):
        fresh.box.fill("half a question")
        fresh.page.set_viewport_size({"width": 390, "height": 844})
        fresh.at("dialog:modal").wait_for()
        assert fresh.at(".panel").bounding_box()["width"] == 390
        fresh.page.set_viewport_size({"width": 1280, "height": 900})
        fresh.at("dialog:not(:modal)").wait_for()
        assert fresh.box.input_value() == "half a question"
        assert not fresh.bubble.is_visible() and fresh.heard("close") == []
        fresh.box.fill("")


class TestHostileArticles:
    def test_they_are_shown_as_text(self, tmp_path_factory, site, host):
        folder = tmp_path_factory.mktemp("hostile")
        (folder / "a <b>&'#%2F.md").write_text(HOSTILE)
        collection = Collection.create(folder / "collection")
        ingest(collection, HashEncoder(), read([folder]), Settings().passage_tokens)
        bot = Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))
        question = (
            "Did the mayor <img src=x onerror=alert(1)> open the new bridge ![](http://evil.test/q.png)?"
        )
        (citation, *_) = [c for c in bot.ask(question).citations if "<script>" in c.quote]
        with served(bot, sites=frozenset({site.address})) as address:
            widget = host(server=address)
            widget.bubble.click()
            widget.ask(question)
            assert widget.last.locator("h3").inner_text() == question
            shown = widget.last.locator(".quote", has_text="<script>")
            assert shown.evaluate("e => e.textContent") == citation.quote
            chip = shown.locator("xpath=..").locator(".chip")
            # What turns the direction ends with the text that it stands in.
            for part in (shown, chip.locator("bdi"), chip.locator("span")):
                assert part.evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"
            chip.click()
            widget.at(".source mark").wait_for()
            assert widget.at(".source mark").evaluate("e => e.textContent") == citation.quote
            assert widget.at(".about h2").evaluate("e => e.textContent") == citation.title
            assert widget.at(":is(img, script, iframe)").count() == 0
            links = widget.at("a").evaluate_all("all => all.map(a => a.protocol)")
            assert set(links) == {"http:"}
            assert widget.seen.outside(address)[1:] == [] and widget.seen.complaints == []


class TestFrame:
    def test_an_allowed_site_frames_it_and_another_does_not(self, host, address, site, stranger):
        frame = f'<h1>The Record</h1><iframe src="{address}/embed?title=Archive&lang=de" title="Archive" '
        frame += 'width="800" height="600"></iframe>'
        policy = f"frame-src {address}"
        widget = host(on=site, page={"body": frame, "policy": policy})
        inner = widget.page.frame_locator("iframe")
        inner.locator("cuttings-widget textarea").fill(QUESTION)
        inner.locator("cuttings-widget textarea").press("Enter")
        inner.locator("cuttings-widget .from .chip").first.click()
        inner.locator("cuttings-widget .source mark").wait_for()
        assert inner.locator("cuttings-widget h2").first.inner_text() == "Archive"
        refused = host(on=stranger, page={"body": frame, "policy": policy})
        assert refused.page.frame_locator("iframe").locator("cuttings-widget").count() == 0
        assert any("frame-ancestors" in complaint for complaint in refused.seen.complaints)

    def test_its_parameters_are_text(self):
        shown = embed.embed(
            {"title": '"><script>alert(1)</script>', "accent": "'x", "target": "body", "collection": "a<b"}
        )
        assert "<script>alert" not in shown and shown.count("<script ") == 1
        assert 'data-accent="&#x27;x"' in shown and 'data-target="#widget"' in shown
        assert 'data-collection="a&lt;b"' in shown


class TestDemo:
    def test_what_the_snippet_says_is_what_runs(self, address, open_demo):
        page, seen = open_demo(address, permissions=["clipboard-read", "clipboard-write"])
        page.fill("#title", 'Ask "us" & <them>')
        page.select_option("#lang", "fr")
        page.check("#coloured")
        page.fill("#accent", "#aa0000")
        page.select_option("#position", "left")
        page.fill("#collection", "reports")
        bubble = page.locator('cuttings-widget .left .bubble[aria-label="Ask \\"us\\" & <them>"]')
        bubble.wait_for()
        assert bubble.locator("span").inner_text() == 'Ask "us" & <them>'
        page.keyboard.press("Tab")
        page.locator("#snippet", has_text="data-collection").wait_for()
        assert page.locator("#snippet").inner_text() == (
            f'<script src="{address}/widget.js" data-title="Ask &quot;us&quot; &amp; &lt;them>" '
            'data-accent="#aa0000" data-lang="fr" data-collection="reports" data-position="left" '
            "defer></script>"
        )
        assert bubble.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(170, 0, 0)"
        page.click("#copy")
        page.get_by_text("Copied.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#snippet").inner_text()
        page.fill("#collection", "")
        page.select_option("#mode", "inline")
        page.locator("#cuttings > cuttings-widget[inline]").wait_for()
        assert page.locator("#snippet").inner_text().startswith('<div id="cuttings"></div>\n<script ')
        # The page can be seen in the dark, and the widget goes with it.
        page.select_option("#page", "dark")
        panel = page.locator("#cuttings .panel")
        assert panel.evaluate("e => getComputedStyle(e).colorScheme") == "dark"
        page.select_option("#mode", "iframe")
        page.frame_locator("#place iframe").locator("cuttings-widget textarea").wait_for()
        assert f'src="{address}/embed?title=Ask+' in page.locator("#snippet").inner_text()
        assert page.locator("cuttings-widget").count() == 0
        assert seen.outside(address) == [] and seen.complaints == []


@pytest.fixture
def open_demo(windows) -> Iterator[Callable[..., tuple[Page, Seen]]]:
    with ExitStack() as stack:

        def open_page(address: str, path: str = "widget-demo", **context: Any) -> tuple[Page, Seen]:
            page = stack.enter_context(windows.lent(**context)).new_page()
            seen = Seen(page)
            page.goto(f"{address}/{path}")
            page.locator("cuttings-widget .panel").wait_for(state="attached")
            return page, seen

        yield open_page


class TestAccessibility:
    @pytest.mark.parametrize("path", ["widget-demo", "embed?title=Archive"])
    def test_nothing_is_wrong_on_any_page_that_we_make(self, address, open_demo, path):
        page, _ = open_demo(address, path)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert axe(page) == []

    def test_nothing_is_wrong_with_the_widget(self, host, bot):
        widget = host('data-accent=""', page={"style": ":root { color-scheme: light dark }"})

        def well() -> None:
            for scheme in ("dark", "light"):
                widget.page.emulate_media(color_scheme=scheme)
                until = time.monotonic() + 5  # the widget hears of it a moment later
                while widget.dark() != (scheme == "dark") and time.monotonic() < until:
                    time.sleep(0.05)
                assert widget.dark() == (scheme == "dark")
                assert axe(widget.page) == []

        well()
        widget.bubble.click()
        widget.ask(DATED)
        widget.ask(UNANSWERED)
        widget.last.locator("summary").click()
        well()
        bot.change = lambda answer: replace(answer, state="possibly")
        widget.ask(ALSO)
        widget.at(".from .chip").last.hover()
        widget.at(".preview").wait_for()
        well()
        widget.at(".from .chip").last.click()
        widget.at(".source mark").wait_for()
        well()


def test_motion_is_for_those_who_want_it(fresh):
    moving = "e => getComputedStyle(e).animationName"
    for wanted, name in (("no-preference", "rise"), ("reduce", "none")):
        fresh.page.emulate_media(reduced_motion=wanted)
        assert fresh.at(".panel").evaluate(moving) == name


def test_the_script_is_small_and_not_sent_twice(address):
    sent = httpx.get(f"{address}/widget.js")
    assert sent.headers["content-encoding"] == "gzip"
    assert sent.headers["cross-origin-resource-policy"] == "cross-origin"
    assert int(sent.headers["content-length"]) < 15 * 1024
    assert sent.text == (WEB / "widget.js").read_text(encoding="utf-8")
    again = httpx.get(f"{address}/widget.js", headers={"if-none-match": sent.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = httpx.get(f"{address}/widget.js", headers={"accept-encoding": "identity"})
    assert plain.text == sent.text and "content-encoding" not in plain.headers
    assert int(sent.headers["content-length"]) < len(gzip.compress(plain.content))
