"""The widget in a real browser, on pages of other sites: real second servers, with their own policies."""

from __future__ import annotations

import gzip
import http.server
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from chatbot.answer import Answer, Difference
from chatbot.bot import Chatbot
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


@pytest.fixture
def host(address, site, browser) -> Iterator[Callable[..., Widget]]:
    """Opens a page of a site with the widget on it."""
    contexts = []

    def open_page(
        attributes: str = "",
        *,
        on: Site = site,
        server: str = address,
        body: str = "<h1>The Record</h1><p>News.</p>",
        style: str = "",
        policy: str = "style-src 'self'",
        wait: str = ".bubble",
        html: str = 'lang="en"',
        **context: Any,
    ) -> Widget:
        policy = (
            f"default-src 'none'; script-src {server}; connect-src {server}; "
            f"img-src data:; require-trusted-types-for 'script'; {policy}"
        )
        links = '<link rel="stylesheet" href="style.css">' if style else ""
        on.pages["/"] = (
            "text/html",
            f"<!doctype html><html {html}><head><title>The Record</title>"
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="icon" href="data:,">{links}'
            f'<script src="{server}/widget.js" {attributes} defer></script></head>'
            f"<body><main>{body}</main></body></html>",
            policy,
        )
        on.pages["/style.css"] = ("text/css", style, "")
        contexts.append(
            browser.new_context(
                **{"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **context}
            )
        )
        page = contexts[-1].new_page()
        page.add_init_script(LISTEN)
        widget = Widget(page, Seen(page))
        page.goto(f"{on.address}/")
        if wait:
            widget.at(wait).wait_for()
        return widget

    yield open_page
    for context in contexts:
        context.close()


LISTEN = (
    "window.computed = (element, style = getComputedStyle(element)) =>"
    " [...style].map(name => `${name}: ${style.getPropertyValue(name)}`).sort();"
    'window.heard = []; for (const what of ["ready", "open", "ask", "answer", "error", "close"])'
    ' addEventListener("cuttings:" + what, (event) => heard.push([what, event.detail]));'
)


class TestAsking:
    def test_it_says_what_there_is_and_offers_questions(self, host, bundled):
        widget = host()
        widget.bubble.click()
        widget.at(".examples button").first.wait_for()
        count = len(bundled.collection.articles())
        assert widget.at(".intro .quiet").inner_text().startswith(f"{count} articles, ")
        assert widget.at(".examples button").all_inner_texts() == list(bundled.examples())
        widget.at(".examples button").first.click()
        widget.answered(bundled.examples()[0])
        assert not widget.at(".intro").is_visible()

    def test_an_allowed_site_gets_quotations_that_open_at_their_place(self, host, address, bundled):
        widget = host('data-title="Ask the archive"')
        assert widget.seen.requests[1:] == [f"{address}/widget.js"], "asked before it was opened"
        widget.bubble.click()
        assert widget.at(".conversation h2").inner_text() == "Ask the archive"
        widget.ask(QUESTION)
        answer = bundled.ask(QUESTION)
        citations = answer.citations
        assert widget.last.locator(".quote").all_inner_texts() == [citation.quote for citation in citations]
        full = widget.at(".conversation .foot a")
        assert full.get_attribute("href") == f"{address}/#answer/{answer.id}"
        for i, citation in enumerate(citations):
            widget.last.locator(".from .chip").nth(i).click()
            widget.at(".source mark").wait_for()
            assert widget.at(".source mark").inner_text() == citation.quote
            assert widget.at(".about h2").inner_text() == citation.title
            assert citation.publisher in widget.at(".about p").inner_text()
            assert widget.mark_in_view()
            place = f"{citation.article_id}/{citation.start}/{citation.end}"
            assert widget.at(".source .foot a").last.get_attribute("href") == f"{address}/#cite/{place}"
            widget.page.keyboard.press("Escape")
            assert widget.focused() == "chip"
        assert widget.seen.outside(address)[1:] == [] and widget.seen.complaints == []

    def test_what_was_removed_from_an_article_is_not_shown(self, host, bundled):
        widget = host()
        widget.bubble.click()
        widget.ask(QUESTION)
        article = bundled.collection.article(bundled.ask(QUESTION).citations[0].article_id)
        assert article.removed
        widget.last.locator(".from .chip").first.click()
        widget.at(".source mark").wait_for()
        shown = widget.at(".source .scroll").inner_text().splitlines()
        gone = "\n".join(article.text[removed.start : removed.end] for removed in article.removed)
        assert len(shown) > 10 and not {line for line in gone.splitlines() if line} & set(shown)

    def test_no_cookies_go_along(self, host, address):
        widget = host()
        widget.page.context.add_cookies([{"name": "session", "value": "1", "url": address}])
        with widget.page.expect_request("**/api/v1/ask") as asked:
            widget.bubble.click()
            widget.ask(QUESTION)
        assert "cookie" not in asked.value.all_headers()
        assert widget.last.locator(".quote").first.is_visible()

    def test_the_words_that_answer_are_marked_and_all_sources_can_be_walked_through(self, host, bundled):
        widget = host()
        widget.bubble.click()
        widget.ask(ALSO)
        (citation,) = bundled.ask(ALSO).citations
        start, end = (at - citation.start for at in citation.highlight)
        assert widget.last.locator(".quote mark").inner_text() == citation.quote[start:end]
        sources = 1 + len(citation.also)
        assert widget.last.locator(".also .chip").count() == len(citation.also) >= 2
        assert widget.last.locator(".also").inner_text().endswith(f"{citation.sources} independent sources")
        widget.last.locator(".also .chip").first.click()
        for at, shown in enumerate(citation.also, start=2):
            widget.at(".source .top p", has_text=f"{at} of {sources}").wait_for()
            widget.at(".source mark", has_text=shown.quote[:30]).wait_for()
            assert widget.at(".source mark").inner_text() == shown.quote
            if at < sources:
                widget.page.get_by_title("Next citation").click()
        assert widget.page.get_by_title("Next citation").is_disabled()

    def test_a_follow_up_is_completed_and_can_be_asked_as_typed(self, host, bot):
        widget = host()
        widget.bubble.click()
        widget.ask(QUESTION)
        widget.ask(FOLLOW_UP)
        assert widget.last.locator(".quiet i").inner_text() != FOLLOW_UP
        widget.last.get_by_text("Ask it as typed").click()
        widget.last.get_by_text("Searched as you typed it").wait_for()
        widget.answered(FOLLOW_UP)
        assert widget.at(".exchange").count() == 2

    def test_the_time_that_a_question_names_is_told_and_can_be_taken_off(self, host):
        widget = host()
        widget.bubble.click()
        widget.ask(DATED)
        assert re.search(r"Only articles of this time: 1\s?–\s?31 January 2020", widget.last.inner_text())
        widget.last.get_by_text("Any time").click()
        widget.last.get_by_text("Searched at any time").wait_for()
        widget.answered(DATED)

    def test_what_the_articles_do_not_answer_is_said_and_the_closest_passages_are_folded(self, host):
        widget = host()
        widget.bubble.click()
        widget.ask(UNANSWERED)
        widget.last.get_by_text("The articles do not answer that.").wait_for()
        assert not widget.last.locator(".cutting").first.is_visible()
        widget.last.locator("summary").click()
        assert widget.last.locator(".cutting").first.is_visible()

    def test_what_is_possibly_the_answer_is_open_and_marked_by_a_word_and_a_broken_border(self, host, bot):
        borders = {}
        for state in ("answer", "possibly"):
            bot.change = lambda answer, state=state: replace(answer, state=state)
            widget = host()
            widget.bubble.click()
            widget.ask(QUESTION)
            cutting = widget.last.locator(".cutting").first
            assert cutting.is_visible()
            assert widget.last.get_by_text("Possibly:", exact=True).count() == (state == "possibly")
            borders[state] = cutting.evaluate("e => getComputedStyle(e).borderInlineStartStyle")
        assert borders == {"answer": "solid", "possibly": "dashed"}

    def test_sources_that_differ_stand_side_by_side_and_below_each_other_on_a_phone(self, host, bot):
        bot.change = lambda answer: replace(answer, differ=(Difference(answer.citations[:2]),))
        for size, columns in (({"width": 1280, "height": 900}, 2), ({"width": 390, "height": 844}, 1)):
            widget = host(viewport=size)
            widget.bubble.click()
            widget.ask(QUESTION)
            assert widget.last.locator(".differ > p").inner_text() == "Sources differ"
            boxes = [card.bounding_box() for card in widget.last.locator(".differ .cutting").all()]
            assert len({box["x"] for box in boxes}) == columns
            assert widget.last.locator(".cutting").count() == len(bot.bot.ask(QUESTION).citations)

    def test_suggestions_are_asked_by_a_click(self, host, bot):
        suggested = ("What does the *BMA* <b>say</b>?", "Who was asked?")
        bot.change = lambda answer: replace(answer, suggestions=suggested)
        widget = host()
        widget.bubble.click()
        widget.ask(QUESTION)
        assert widget.last.locator(".options button").all_inner_texts() == list(suggested)
        widget.last.locator(".options button").first.click()
        widget.answered(suggested[0])
        assert widget.at(".options:visible").count() == 1
        assert widget.focused() == "textarea", "what was pressed is gone, and the focus with it"

    def test_the_conversation_goes_along_to_the_next_page_and_ends_when_a_new_one_is_begun(self, host):
        widget = host()
        widget.bubble.click()
        widget.ask(QUESTION)
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

    def test_a_question_is_asked_again_once_the_connection_is_back(self, host):
        widget = host()
        widget.bubble.click()
        widget.page.context.set_offline(True)
        assert widget.at(".offline").inner_text() == "You are offline."
        widget.ask(QUESTION)
        assert "You are offline." in widget.last.inner_text()
        widget.page.context.set_offline(False)
        widget.at(".offline").wait_for(state="hidden")
        widget.last.get_by_text("Try again").click()
        widget.last.locator(".quote").first.wait_for()
        assert widget.last.locator(".trouble").count() == 0

    def test_a_server_that_is_gone_is_told(self, host, address):
        widget = host()
        widget.bubble.click()
        widget.page.route(f"{address}/**", lambda route: route.abort("connectionrefused"))
        widget.ask(QUESTION)
        assert "The server does not answer." in widget.last.inner_text()
        assert widget.heard("error") == [
            {"kind": "gone", "status": 0, "message": "The server does not answer."}
        ]

    def test_a_busy_server_is_asked_again_when_it_says(self, host, address, site):
        widget = host()
        widget.bubble.click()
        headers = {
            "access-control-allow-origin": site.address,
            "access-control-expose-headers": "Retry-After",
            "retry-after": "2",
        }
        full = {"status": 503, "headers": headers, "json": {"status": 503, "detail": "the queue is full"}}
        widget.page.route(f"{address}/api/v1/ask", lambda route: route.fulfill(**full))
        widget.ask(QUESTION)
        again = widget.last.locator(".pill")
        assert "Many people are asking" in widget.last.inner_text()
        assert again.inner_text() == "Try again in 2 s" and again.is_disabled()
        widget.page.unroute(f"{address}/api/v1/ask")
        widget.last.get_by_text(re.compile("^Try again$")).click()
        widget.last.locator(".quote").first.wait_for()

    def test_what_the_server_refuses_is_told_in_its_words(self, host):
        widget = host()
        widget.bubble.click()
        widget.ask("why " * 1000)
        assert "the question has 3,999 characters" in widget.last.locator(".trouble").inner_text()

    def test_an_answer_that_is_cut_off_is_no_answer(self, host, address, site):
        widget = host()
        widget.bubble.click()
        half = 'event: question\ndata: {"standalone_question": "Why?", "period": null}\n\nevent: citation\nda'
        headers = {"access-control-allow-origin": site.address}
        widget.page.route(f"{address}/api/v1/ask", lambda route: route.fulfill(headers=headers, body=half))
        widget.ask("Why?")
        assert "The connection was lost" in widget.last.inner_text()
        widget.page.reload()
        widget.bubble.click()
        assert widget.at(".exchange").count() == 0

    def test_a_question_can_be_stopped(self, host, bot):
        bot.gate.clear()
        widget = host()
        widget.bubble.click()
        widget.box.fill(QUESTION)
        widget.page.keyboard.press("Enter")
        widget.last.get_by_text("Reading the articles").wait_for()
        widget.at(".ask", has_text="Stop").click()
        widget.last.get_by_text("Stopped.").wait_for()
        bot.gate.set()
        widget.last.get_by_text("Try again").click()
        widget.last.locator(".quote").first.wait_for()

    def test_an_article_that_has_changed_is_opened_without_a_mark(self, host, bot):
        bot.change = lambda answer: replace(
            answer, citations=(replace(answer.citations[0], quote="It never stood there."),)
        )
        widget = host()
        widget.bubble.click()
        widget.ask(QUESTION)
        widget.last.locator(".chip").first.click()
        widget.at(".source .trouble", has_text="does not stand there any more").wait_for()
        assert widget.at(".source mark").count() == 0

    def test_an_article_that_is_gone_is_told(self, host, bot):
        bot.change = lambda answer: replace(
            answer, citations=(replace(answer.citations[0], article_id="no/such"),)
        )
        widget = host()
        widget.bubble.click()
        widget.ask(QUESTION)
        widget.last.locator(".chip").first.click()
        widget.at(".about h2", has_text="This article could not be opened").wait_for()
        assert "no/such" in widget.at(".source .scroll").inner_text()


ATTACK = """
html > *, body * { display: none !important; opacity: 0 !important; visibility: hidden !important; }
html { direction: rtl; font-size: 40px; }
body { display: block !important; filter: blur(3px); transform: rotate(9deg); }
* { font-size: 40px !important; color: red !important; background: red !important; }
* { text-transform: uppercase !important; letter-spacing: 1em !important; pointer-events: none !important; }
div, button, dialog, p, mark { all: unset !important; position: static !important; width: 3px !important; }
"""


class TestHostPage:
    def test_the_styles_of_the_page_do_not_reach_the_widget(self, host, bundled):
        plain, attacked = host(), host(style=ATTACK)
        looks = []
        for widget in (plain, attacked):
            assert widget.bubble.is_visible()
            widget.bubble.click()
            widget.ask(QUESTION)
            quote = widget.last.locator(".quote").first
            looks.append(quote.evaluate("e => [e.offsetWidth, e.offsetHeight, ...computed(e)]"))
            assert widget.at(".panel").bounding_box()["height"] == 680
        assert looks[0] == looks[1]

    def test_the_styles_of_the_widget_do_not_reach_the_page(self, host):
        look = "() => [...document.querySelectorAll('html, body, main, h1, p')].map((e) => computed(e))"
        widget = host(style="h1 { color: green }")
        with_widget = widget.page.evaluate(look)
        widget.page.evaluate("document.querySelector('cuttings-widget').remove()")
        assert widget.page.evaluate(look) == with_widget

    def test_the_strictest_policy_is_enough(self, host):
        widget = host(policy="style-src 'none'; form-action 'none'; base-uri 'none'")
        widget.bubble.click()
        widget.ask(QUESTION)
        widget.last.locator(".from .chip").first.click()
        widget.at(".source mark").wait_for()
        assert widget.mark_in_view()
        assert widget.at(".panel").bounding_box()["width"] == 440
        assert widget.seen.complaints == []

    def test_the_page_is_told_what_happens_and_can_ask_itself(self, host, bundled):
        widget = host()
        assert widget.heard("ready") == [{}]
        widget.page.evaluate("question => document.querySelector('cuttings-widget').ask(question)", QUESTION)
        widget.answered(QUESTION)
        assert len(widget.heard("open")) == 1
        assert widget.heard("ask") == [{"question": QUESTION}]
        (told,) = widget.heard("answer")
        quotes = [citation["quote"] for citation in told["answer"]["citations"]]
        assert quotes == [citation.quote for citation in bundled.ask(QUESTION).citations]
        widget.page.evaluate("document.querySelector('cuttings-widget').close()")
        widget.bubble.wait_for()
        assert len(widget.heard("close")) == 1

    def test_keys_that_are_typed_in_the_widget_are_no_shortcuts_of_the_page(self, host):
        widget = host()
        widget.page.evaluate("window.keys = []; addEventListener('keydown', (event) => keys.push(event.key))")
        widget.bubble.click()
        widget.box.press_sequentially("s/")
        assert widget.box.input_value() == "s/"
        assert widget.page.evaluate("keys") == []

    def test_two_tags_make_one_bubble_and_another_place_another_widget(self, host, address):
        body = '<div id="here"></div><script src="{0}/widget.js" defer></script>'
        body += '<script src="{0}/widget.js" data-target="#here" defer></script>'
        widget = host(body=body.format(address), wait="")
        widget.at("div.panel").wait_for()
        assert widget.page.locator("cuttings-widget").count() == 2
        assert widget.at(".bubble:visible").count() == 1

    def test_inline_it_fills_its_place(self, host):
        widget = host('data-target="#here"', body='<h1>The Record</h1><div id="here"></div>', wait="textarea")
        assert not widget.bubble.is_visible()
        assert widget.page.locator("#here > cuttings-widget").count() == 1
        widget.ask(QUESTION)
        widget.last.locator(".from .chip").first.click()
        widget.at(".source mark").wait_for()
        assert widget.mark_in_view()
        widget.page.keyboard.press("Escape")
        assert widget.focused() == "chip"
        assert axe(widget.page) == []

    def test_a_target_that_is_missing_is_told_in_the_console(self, host):
        widget = host('data-target="#nowhere"', wait="")
        widget.page.wait_for_timeout(300)
        assert widget.page.locator("cuttings-widget").count() == 0
        assert widget.seen.complaints == ['cuttings: no element of this page matches data-target="#nowhere"']

    @pytest.mark.parametrize(
        ("accent", "ink"),
        [
            ("#ffee00", "rgb(0, 0, 0)"),
            ("oklch(35% 0.1 250)", "rgb(255, 255, 255)"),
            ("rebeccapurple", "rgb(255, 255, 255)"),
            ("red; } * { color: red", "rgb(255, 255, 255)"),
        ],
    )
    def test_what_stands_on_the_accent_can_be_read(self, host, accent, ink):
        widget = host(f'data-accent="{accent}"')
        assert widget.bubble.evaluate("e => getComputedStyle(e).color") == ink

    def test_the_page_sets_colours_by_custom_properties(self, host):
        widget = host(
            style=":root { --cuttings-accent: #c00; --cuttings-width: 300px; --cuttings-paper: #fed }"
        )
        assert widget.bubble.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(204, 0, 0)"
        widget.bubble.click()
        assert widget.at(".panel").bounding_box()["width"] == 300
        assert (
            widget.at(".panel").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 238, 221)"
        )

    @pytest.mark.parametrize(
        ("attributes", "html", "said", "month"),
        [
            ('data-lang="de"', "", "Die Artikel fragen", "Januar"),
            ('data-lang="fr-CA"', "", "Interroger les articles", "janvier"),
            ('data-lang="es"', "", "Preguntar a los artículos", "enero"),
            ("", 'lang="it"', "Chiedi agli articoli", "gennaio"),
            ('data-lang="tlh"', 'lang="it"', "Ask the articles", "January"),
        ],
    )
    def test_it_speaks_the_language_that_is_asked_for(self, host, attributes, html, said, month):
        widget = host(attributes, html=html)
        assert widget.bubble.get_attribute("aria-label") == said
        widget.bubble.click()
        widget.ask(DATED)
        assert month in widget.last.locator(".quiet").first.inner_text()
        assert widget.seen.complaints == []

    def test_a_page_that_reads_from_right_to_left_has_it_on_the_left(self, host):
        widget = host(html='lang="ar" dir="rtl"')
        assert widget.bubble.bounding_box()["x"] < 100
        widget.bubble.click()
        assert widget.at(".panel").bounding_box()["x"] < 100
        assert widget.at("h2").first.evaluate("e => getComputedStyle(e).direction") == "ltr"


class TestByKeyboard:
    def test_everything_is_reached_and_left_without_a_mouse(self, host):
        widget = host(body='<h1>The Record</h1><a href="#">A link</a>')
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
        press("Escape")
        widget.bubble.wait_for()
        assert widget.focused() == "bubble"

    @pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
    def test_tab_goes_round_in_the_open_panel(self, host, key):
        widget = host(body='<h1>The Record</h1><a href="#">A link</a>')
        widget.bubble.click()
        widget.ask(QUESTION)
        seen = []
        for _ in range(40):
            widget.page.keyboard.press(key)
            seen.append(widget.focused())
            assert widget.page.evaluate("document.activeElement.localName") == "cuttings-widget"
        assert {"round", "scroll", "chip", "textarea", "ask", "a"} <= set(seen)

    def test_an_answer_is_read_out_when_it_is_whole(self, host, bot):
        bot.gate.clear()
        widget = host()
        widget.bubble.click()
        widget.page.evaluate(
            """() => {
                const log = document.querySelector("cuttings-widget").shadowRoot.querySelector("[role=log]");
                window.states = [];
                new MutationObserver(() => states.push([log.ariaBusy, log.querySelectorAll(".quote").length]))
                    .observe(log, {subtree: true, childList: true, attributes: true});
            }"""
        )
        widget.box.fill(QUESTION)
        widget.page.keyboard.press("Enter")
        bot.gate.set()
        widget.answered(QUESTION)
        states = widget.page.evaluate("states")
        assert states[-1][0] == "false" and states[-1][1] > 0
        assert all(busy == "true" for busy, quotes in states[:-1] if quotes)
        assert widget.at("[role=log]").get_attribute("aria-live") == "polite"


PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


class TestPhone:
    def test_the_panel_fills_the_screen(self, host):
        widget = host(**PHONE)
        widget.bubble.tap()
        assert not widget.bubble.is_visible()
        assert widget.focused() == "scroll", "the keyboard of the phone would come up"
        widget.ask(QUESTION)
        assert widget.at(".panel").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        widget.last.locator(".from .chip").first.tap()
        widget.at(".source mark").wait_for()
        assert widget.mark_in_view()
        assert widget.page.evaluate("document.documentElement.scrollWidth") <= 390
        for view in ("conversation", "source"):
            assert widget.at(f".{view}").evaluate("e => e.scrollWidth") <= 390
        assert axe(widget.page) == []
        widget.page.get_by_title("Close").last.tap()
        widget.bubble.wait_for()

    def test_turning_or_resizing_the_screen_keeps_it_open(self, host):
        widget = host()
        widget.bubble.click()
        widget.box.fill("half a question")
        widget.page.set_viewport_size({"width": 390, "height": 844})
        widget.at("dialog:modal").wait_for()
        assert widget.at(".panel").bounding_box()["width"] == 390
        widget.page.set_viewport_size({"width": 1280, "height": 900})
        widget.at("dialog:not(:modal)").wait_for()
        assert widget.box.input_value() == "half a question"
        assert not widget.bubble.is_visible() and widget.heard("close") == []


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
        widget = host(on=site, body=frame, policy=policy)
        inner = widget.page.frame_locator("iframe")
        inner.locator("cuttings-widget textarea").fill(QUESTION)
        inner.locator("cuttings-widget textarea").press("Enter")
        inner.locator("cuttings-widget .from .chip").first.click()
        inner.locator("cuttings-widget .source mark").wait_for()
        assert inner.locator("cuttings-widget h2").first.inner_text() == "Archive"
        refused = host(on=stranger, body=frame, policy=policy)
        assert refused.page.frame_locator("iframe").locator("cuttings-widget").count() == 0
        assert any("frame-ancestors" in complaint for complaint in refused.seen.complaints)

    def test_its_parameters_are_text(self):
        shown = embed.embed({"title": '"><script>alert(1)</script>', "accent": "'x", "target": "body"})
        assert "<script>alert" not in shown and shown.count("<script ") == 1
        assert 'data-accent="&#x27;x"' in shown and 'data-target="#widget"' in shown


class TestDemo:
    def test_what_the_snippet_says_is_what_runs(self, address, open_demo):
        page, seen = open_demo(address)
        page.fill("#title", 'Ask "us" & <them>')
        page.select_option("#lang", "fr")
        page.check("#coloured")
        page.fill("#accent", "#aa0000")
        page.select_option("#position", "left")
        bubble = page.locator('cuttings-widget .left .bubble[aria-label="Ask \\"us\\" & <them>"]')
        bubble.wait_for()
        assert page.locator("#snippet").inner_text() == (
            f'<script src="{address}/widget.js" data-title="Ask &quot;us&quot; &amp; &lt;them>" '
            'data-accent="#aa0000" data-lang="fr" data-position="left" defer></script>'
        )
        assert bubble.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(170, 0, 0)"
        page.select_option("#mode", "inline")
        page.locator("#cuttings > cuttings-widget[inline]").wait_for()
        assert page.locator("#snippet").inner_text().startswith('<div id="cuttings"></div>\n<script ')
        page.select_option("#mode", "iframe")
        page.frame_locator("#place iframe").locator("cuttings-widget textarea").wait_for()
        assert f'src="{address}/embed?title=Ask+' in page.locator("#snippet").inner_text()
        assert page.locator("cuttings-widget").count() == 0
        assert seen.outside(address) == [] and seen.complaints == []

    def test_the_snippet_is_copied(self, address, open_demo):
        page, _ = open_demo(address, permissions=["clipboard-read", "clipboard-write"])
        page.click("#copy")
        page.get_by_text("Copied.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#snippet").inner_text()


@pytest.fixture
def open_demo(browser) -> Iterator[Callable[..., tuple[Page, Seen]]]:
    contexts = []

    def open_page(address: str, path: str = "widget-demo", **context: Any) -> tuple[Page, Seen]:
        contexts.append(browser.new_context(reduced_motion="reduce", **context))
        page = contexts[-1].new_page()
        seen = Seen(page)
        page.goto(f"{address}/{path}")
        page.locator("cuttings-widget .panel").wait_for(state="attached")
        return page, seen

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
class TestAccessibility:
    def test_nothing_is_wrong_on_any_page_that_we_make(self, address, open_demo, scheme):
        for path in ("widget-demo", "embed?title=Archive"):
            page, _ = open_demo(address, path, color_scheme=scheme)
            assert axe(page) == []

    @pytest.mark.parametrize("accent", ["#ffcc00", "#767676"])
    def test_every_accent_can_be_read(self, host, scheme, accent):
        widget = host(f'data-accent="{accent}"', color_scheme=scheme)
        assert axe(widget.page) == []
        widget.bubble.click()
        assert axe(widget.page) == []

    def test_nothing_is_wrong_with_the_widget(self, host, bot, scheme):
        widget = host('data-accent=""', color_scheme=scheme)
        assert axe(widget.page) == []
        widget.bubble.click()
        assert axe(widget.page) == []
        widget.ask(ALSO)
        widget.ask(DATED)
        widget.ask(UNANSWERED)
        widget.last.locator("summary").click()
        assert axe(widget.page) == []
        bot.change = lambda answer: replace(answer, state="possibly")
        widget.ask(QUESTION)
        assert axe(widget.page) == []
        widget.at(".from .chip").first.click()
        widget.at(".source mark").wait_for()
        assert axe(widget.page) == []


def test_motion_is_for_those_who_want_it(host):
    moving = "e => getComputedStyle(e).animationName"
    for wanted, name in (("no-preference", "rise"), ("reduce", "none")):
        widget = host(reduced_motion=wanted)
        widget.bubble.click()
        assert widget.at(".panel").evaluate(moving) == name


def test_the_script_is_small_and_not_sent_twice(address):
    sent = httpx.get(f"{address}/widget.js")
    assert sent.headers["content-encoding"] == "gzip"
    assert sent.headers["cross-origin-resource-policy"] == "cross-origin"
    assert int(sent.headers["content-length"]) < 15_000
    assert sent.text == (WEB / "widget.js").read_text(encoding="utf-8")
    again = httpx.get(f"{address}/widget.js", headers={"if-none-match": sent.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = httpx.get(f"{address}/widget.js", headers={"accept-encoding": "identity"})
    assert plain.text == sent.text and "content-encoding" not in plain.headers
    assert len(gzip.compress(plain.content)) == int(sent.headers["content-length"])
