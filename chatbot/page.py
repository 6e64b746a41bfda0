"""What happens on the chat page: the Gradio Blocks, its conversation and its events.

Importing this file imports Gradio, which takes seconds; `chatbot.ui` does so only when it serves.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from chatbot.answer import Turn
from chatbot.api import Loading
from chatbot.markup import escape, message, plain
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

log = logging.getLogger(__name__)

EXCHANGES_KEPT = 50
"""Questions that one conversation holds; the oldest go first."""
ASKED_AT_ONCE = 4
"""Questions that are answered side by side, over all visitors."""
WAITING = 64
"""Questions that may wait for their turn; one more is turned away at once."""

PENDING = '<p class="pending">Reading the articles</p>'
LOADING = '<p class="pending">Loading the search models; the first answer takes a few seconds</p>'


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was shown for it (Markdown, already encoded)."""

    question: str
    shown: str
    turns: tuple[Turn, ...] = ()
    """What the next question's conversation needs of it; nothing where nothing was answered."""
    suggestions: tuple[str, ...] = ()
    taken_off: frozenset[str] = frozenset()
    """What the person took off the question, as `Chatbot.ask` calls it: "as_typed", "any_time"."""


Update = tuple[str, list[Exchange], list[dict[str, Any]]]
"""The question's box, the conversation, and the conversation as Gradio shows it."""


def blocks(bot: Chatbot, loading: Loading) -> gr.Blocks:
    """The page over `bot`; its examples come when `loading` is done."""

    def ask(question: str, exchanges: list[Exchange]) -> Iterator[Update]:
        yield from _exchange(bot, loading, question, exchanges)

    def ask_example(exchanges: list[Exchange], event: gr.SelectData) -> Iterator[Update]:
        yield from _exchange(bot, loading, str(event.value["text"]), exchanges)

    def ask_suggestion(exchanges: list[Exchange], event: gr.SelectData) -> Iterator[Update]:
        yield from _exchange(bot, loading, str(event.value), exchanges)

    def ask_without(what: str, exchanges: list[Exchange]) -> Iterator[Update]:
        # The new answer takes the place of the one that it corrects.
        if exchanges:
            last = exchanges[-1]
            yield from _exchange(bot, loading, last.question, exchanges[:-1], last.taken_off | {what})

    def clear() -> Update:
        return "", [], []

    async def examples() -> gr.Chatbot:
        while not loading.done:
            await asyncio.sleep(0.1)
        return gr.Chatbot(examples=[{"text": question} for question in bot.examples()])

    with gr.Blocks(title="Cuttings", fill_width=True, analytics_enabled=False) as page:
        exchanges = gr.State([])
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
        box = gr.Textbox(
            elem_id="question",
            label="Your question",
            show_label=False,
            container=False,
            lines=1,
            max_lines=5,
            max_length=bot.settings.question_characters,
            placeholder="Ask about the articles",
            submit_btn="Ask",
        )
        # Not shown: page.js presses them for a link in a message and a button in the heading.
        as_typed = gr.Button("Ask it as typed", elem_id="as-typed")
        any_time = gr.Button("Any time", elem_id="any-time")
        new = gr.Button("New conversation", elem_id="clear")

        shown = [box, exchanges, chat]
        common: dict[str, Any] = {
            "outputs": shown,
            "show_progress": "hidden",
            "api_visibility": "private",
            # One queue for every way to ask; Gradio would make one for each.
            "concurrency_id": "ask",
            "concurrency_limit": ASKED_AT_ONCE,
        }
        box.submit(ask, [box, exchanges], **common)
        chat.example_select(ask_example, [exchanges], **common)
        chat.option_select(ask_suggestion, [exchanges], **common)
        as_typed.click(partial(ask_without, "as_typed"), [exchanges], **common)
        any_time.click(partial(ask_without, "any_time"), [exchanges], **common)
        gr.on([new.click, chat.clear], clear, None, shown, show_progress="hidden", api_visibility="private")
        page.load(
            examples, None, chat, show_progress="hidden", api_visibility="private", concurrency_limit=None
        )
    page.queue(max_size=WAITING)
    return page


def _exchange(
    bot: Chatbot,
    loading: Loading,
    question: str,
    before: list[Exchange],
    taken_off: frozenset[str] = frozenset(),
) -> Iterator[Update]:
    """Show the question at once, then its answer."""
    question = question.strip()
    if not question:
        return
    waiting = Exchange(question, PENDING if loading.ready else LOADING)
    yield "", before, _messages([*before, waiting])
    after = [*before, _asked(bot, question, before, taken_off)][-EXCHANGES_KEPT:]
    yield "", after, _messages(after)


def _asked(bot: Chatbot, question: str, before: list[Exchange], taken_off: frozenset[str]) -> Exchange:
    try:
        turns = [turn for exchange in before for turn in exchange.turns]
        off = {"as_typed": "as_typed" in taken_off, "any_time": "any_time" in taken_off}
        answer = bot.ask(question, turns, as_typed=off["as_typed"], any_time=off["any_time"])
    except CuttingsError as error:
        return Exchange(question, escape(str(error)))
    except Exception:
        log.exception("a question failed")
        return Exchange(question, "Something failed on the server; its log says what.")
    turns_of_it = () if answer.notice else (Turn("user", question), Turn("assistant", plain(answer)))
    return Exchange(question, message(answer, **off), turns_of_it, answer.suggestions, taken_off)


def _messages(exchanges: list[Exchange]) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for exchange in exchanges:
        messages.append({"role": "user", "content": escape(exchange.question)})
        options = [{"value": suggestion} for suggestion in exchange.suggestions]
        messages.append({"role": "assistant", "content": exchange.shown, "options": options})
    return messages
