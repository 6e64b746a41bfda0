"""What happens on the chat page: the Gradio Blocks, its conversation and its events.

The page's script asks through two hidden fields: `filters`, which go with every question, and `act`, which
says what else was pressed. Importing this file imports Gradio, which takes seconds; `ui.py` does so only when
it serves.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import Any

import gradio as gr

from chatbot.answer import TAKEN_OFF, Answer, TakenOff, Turn
from chatbot.filters import EVERYTHING, Filters
from chatbot.permalink import reopen
from chatbot.render.message import escape, paragraphs
from chatbot.server import gate
from chatbot.server.access import Caller, caller_of
from chatbot.server.gate import AT_ONCE, WAITING
from chatbot.server.loading import Loading
from chatbot.server.served import COLLECTION, Collections, Served
from corpus.errors import CuttingsError

log = logging.getLogger(__name__)

EXCHANGES_KEPT = 50
"""Questions that one conversation holds; the oldest go first."""

CHARACTERS_KEPT = 200_000
"""Of what is shown of them, likewise."""

SESSIONS = 500
"""Open pages whose conversation the server holds; that of the page not used for longest goes first."""

SESSION_HOURS = 12
"""After which the conversation of an open page is forgotten where nothing was asked."""

PENDING = '<p class="pending">Reading the articles</p>'
LOADING = '<p class="pending">Loading the search models; the first answer takes a few seconds</p>'


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as the page puts it."""

    question: str
    filters: Filters = EVERYTHING
    taken_off: frozenset[TakenOff] = frozenset()
    caller: str = ""
    """The address that it comes from."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, its answer where there is one, and what is shown for it (Markdown, already encoded)."""

    asking: Asking
    content: str
    answer: Answer | None = None
    pending: bool = False
    """whether there is more to come"""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What the next question's conversation needs of it."""
        return self.answer.turns if self.answer else ()


Find = Callable[[], Served]
"""Gives the collection that an open page is about. CuttingsError where it is not there."""

Update = tuple[Any, list[Exchange], list[dict[str, Any]]]
"""The question's box (often left as it is), the conversation, and the conversation as Gradio shows it."""


def blocks(collections: Collections, loading: Loading) -> gr.Blocks:
    """The page over collections, of which its address names one; examples come when `loading` is done."""

    def chosen(request: gr.Request) -> Find:
        of_page = request.request
        caller = caller_of(of_page.scope) if of_page else Caller()
        return partial(collections.of, of_page.query_params.get(COLLECTION, "") if of_page else "", caller)

    async def ask(
        question: str, filters: str, exchanges: list[Exchange], request: gr.Request
    ) -> AsyncIterator[Update]:
        box: Any = ""  # emptied once: what is typed while the answer is on its way stays
        async for _, *update in _exchange(
            chosen(request), loading, _asking(question, filters, request), _settled(exchanges)
        ):
            yield box, *update
            box = gr.skip()

    async def ask_example(
        filters: str, exchanges: list[Exchange], event: gr.SelectData, request: gr.Request
    ) -> AsyncIterator[Update]:
        asking = _asking(str(event.value["text"]), filters, request)
        async for update in _exchange(chosen(request), loading, asking, _settled(exchanges)):
            yield update

    async def ask_suggestion(
        filters: str, exchanges: list[Exchange], event: gr.SelectData, request: gr.Request
    ) -> AsyncIterator[Update]:
        async for update in _exchange(
            chosen(request), loading, _asking(str(event.value), filters, request), _settled(exchanges)
        ):
            yield update

    async def act(
        said: str, filters: str, exchanges: list[Exchange], request: gr.Request
    ) -> AsyncIterator[Update]:
        do = _object(said)
        settled = _settled(exchanges)
        if isinstance(at := do.get("again"), int) and 0 <= at < len(settled):
            # The new answer takes the place of the one that it corrects, and of all that came after it.
            asking = replace(settled[at].asking, caller=_address(request))
            if "question" in do:
                asking = _asking(str(do["question"]), filters, request)
            elif "without" in do:
                off = asking.taken_off | {what for what in TAKEN_OFF if what == do["without"]}
                asking = replace(asking, taken_off=off)
            async for update in _exchange(chosen(request), loading, asking, settled[:at]):
                yield update

    async def open_answers(said: str, exchanges: list[Exchange], request: gr.Request) -> Update:
        ids = _object(said).get("open")
        if isinstance(ids, list):
            latest = ids[-EXCHANGES_KEPT:]
            exchanges = _kept(await asyncio.to_thread(_opened, chosen(request), latest))
        return gr.skip(), exchanges, _messages(exchanges)

    def stop(exchanges: list[Exchange]) -> Update:
        # What was asked is given back, to be asked in other words.
        given_up = exchanges[-1].asking.question if exchanges and exchanges[-1].pending else ""
        settled = _settled(exchanges)
        return given_up, settled, _messages(settled)

    def clear() -> Update:
        return "", [], []

    def show(exchanges: list[Exchange]) -> list[dict[str, Any]]:
        return _messages(exchanges)

    async def examples(request: gr.Request) -> gr.Chatbot:
        while not loading.done:
            await asyncio.sleep(0.1)
        with suppress(CuttingsError):  # the first question reports it
            questions = chosen(request)().bot.examples()
            return gr.Chatbot(examples=[{"text": question} for question in questions])
        return gr.Chatbot()

    with gr.Blocks(title="Cuttings", fill_width=True, analytics_enabled=False) as page:
        exchanges = gr.State([], time_to_live=SESSION_HOURS * 3600)
        chat = gr.Chatbot(
            elem_id="chat",
            label="Conversation",
            show_label=False,
            container=False,
            height=None,
            autoscroll=False,
            buttons=[],
            layout="panel",
            # Article text is text: no formulas, no tags of its own, no line breaks but ours.
            latex_delimiters=[],
            allow_tags=False,
            line_breaks=False,
            placeholder="Ask a question, and read the sentences that answer it, each with its source.",
        )
        with gr.Column(elem_id="asking"):
            box = gr.Textbox(
                elem_id="question",
                label="Your question",
                show_label=False,
                container=False,
                lines=1,
                max_lines=5,
                placeholder="Ask about the articles",
                submit_btn="Ask",
                stop_btn="Stop",
            )
        # Not shown: the page's script fills and presses them.
        filters = gr.Textbox(elem_id="filters", label="Filters")
        said = gr.Textbox(elem_id="said", label="Said")
        go = gr.Button("Go", elem_id="act")
        reopening = gr.Button("Open", elem_id="open")
        new = gr.Button("New conversation", elem_id="clear")
        showing = gr.Button("Show", elem_id="show")

        outputs = [box, exchanges, chat]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        common: dict[str, Any] = {
            "outputs": outputs,
            # One queue for every way to ask; Gradio would make one for each. Who waits, waits at the gate.
            "concurrency_id": "ask",
            "concurrency_limit": AT_ONCE + WAITING,
            # The page lets nobody ask while an answer is on its way. Gradio would go on refusing for a
            # moment after the answer is there, and for ever where an event was lost, without a word.
            "trigger_mode": "multiple",
            **quiet,
        }
        questions: list[Any] = [
            box.submit(ask, [box, filters, exchanges], **common),
            chat.example_select(ask_example, [filters, exchanges], **common),
            chat.option_select(ask_suggestion, [filters, exchanges], **common),
            go.click(act, [said, filters, exchanges], **common),
        ]
        box.stop(stop, [exchanges], outputs, cancels=questions, **quiet)
        reopening.click(open_answers, [said, exchanges], outputs, cancels=questions, **quiet)
        new.click(clear, None, outputs, cancels=questions, **quiet)
        showing.click(show, [exchanges], chat, trigger_mode="multiple", concurrency_limit=None, **quiet)
        page.load(examples, None, chat, concurrency_limit=None, **quiet)
    page.queue(max_size=WAITING)
    page.state_session_capacity = SESSIONS
    return page


async def _exchange(
    find: Find, loading: Loading, asking: Asking, before: list[Exchange]
) -> AsyncIterator[Update]:
    """Show the question at once, then its answer sentence by sentence."""
    if not asking.question:
        return

    def update(content: str, answer: Answer | None = None, whole: bool = False) -> Update:
        now = _kept([*before, Exchange(asking, content, answer, pending=not whole)])
        return gr.skip(), now, _messages(now)

    yield update(PENDING if loading.ready else LOADING)
    turns = [turn for exchange in before for turn in exchange.turns]
    answer, parts = await _asked(find, asking, turns)
    for count in range(1, len(parts)):
        yield update("\n\n".join(parts[:count]) + "\n\n" + PENDING, answer)
    yield update("\n\n".join(parts), answer, whole=True)


async def _asked(find: Find, asking: Asking, turns: Sequence[Turn]) -> tuple[Answer | None, list[str]]:
    """The answer and the pieces in which it is shown; None and what went wrong where it did."""
    gate.caller.set(asking.caller)  # Gradio's queue is not in the request's context
    off = {what: what in asking.taken_off for what in TAKEN_OFF}
    try:
        chatbot = find().chatbot
    except CuttingsError as error:
        return None, [_failed(str(error))]
    asked = asyncio.ensure_future(chatbot.ask(asking.question, turns, filters=asking.filters, **off))
    try:
        answer = await asyncio.shield(asked)
    except asyncio.CancelledError:
        # Stopped. A thread that is working on it is not waited for.
        asked.cancel()
        raise
    except CuttingsError as error:
        return None, [_failed(str(error))]
    except Exception:
        log.exception("a question failed")
        return None, [_failed("Something failed on the server; its log says what.")]
    # What was found for it is not needed again, and is far more than what is shown.
    return replace(answer, hits=()), paragraphs(answer)


def _opened(find: Find, answer_ids: Sequence[Any]) -> list[Exchange]:
    """Answers that were given before, with no word that their articles do not have."""
    return [_reopened(find, str(answer_id)) for answer_id in answer_ids]


def _reopened(find: Find, answer_id: str) -> Exchange:
    try:
        opened = reopen(answer_id, find().bot.collection)
    except CuttingsError as error:
        return Exchange(Asking("An answer from a link"), _failed(str(error), "failed unopened"))
    answer = opened.answer
    asking = Asking(answer.question, answer.filters, answer.taken_off)
    return Exchange(asking, "\n\n".join(paragraphs(answer, opened.lost, opened.sealed)), answer)


def _failed(reason: str, names: str = "failed") -> str:
    return f'<p class="{names}">{escape(reason)}</p>'


def _kept(exchanges: list[Exchange]) -> list[Exchange]:
    """The latest, as many as a conversation holds; the last one always."""
    sizes = accumulate(len(one.content) + len(one.asking.question) for one in reversed(exchanges))
    fitting = sum(1 for size in sizes if size <= CHARACTERS_KEPT)
    return exchanges[-min(max(fitting, 1), EXCHANGES_KEPT) :]


def _settled(exchanges: list[Exchange]) -> list[Exchange]:
    """Without a question at the end that was given up before it was answered."""
    return exchanges[:-1] if exchanges and exchanges[-1].pending else exchanges


def _asking(question: str, filters: str, request: gr.Request) -> Asking:
    try:
        read = Filters.of_json(_object(filters))
    except CuttingsError:  # no page of ours sends such filters
        read = EVERYTHING
    return Asking(question.strip(), read, caller=_address(request))


def _address(request: gr.Request) -> str:
    return request.client.host if request.client else ""


def _object(said: str) -> dict[str, Any]:
    """What the page's script sent; nothing where it is not of ours."""
    try:
        value = json.loads(said or "{}")
    except (ValueError, TypeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _messages(exchanges: list[Exchange]) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for exchange in exchanges:
        messages.append({"role": "user", "content": escape(exchange.asking.question)})
        offered = exchange.answer.suggestions if exchange.answer and not exchange.pending else ()
        options = [{"value": suggestion} for suggestion in offered]
        messages.append({"role": "assistant", "content": exchange.content, "options": options})
    return messages
