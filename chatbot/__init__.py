"""Answering: follow-ups, extraction of sentences, abstaining, and the ways in.

From Python, `from chatbot import Chatbot` and the other names of `__all__` are all that is needed; the rest
may change. They are loaded when they are first asked for, so that the command line need not wait for them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chatbot.answer import Answer, Citation, Turn
    from chatbot.bot import Chatbot
    from chatbot.filters import Filters
    from chatbot.settings import Settings
    from corpus.errors import CuttingsError

__all__ = ["Answer", "Chatbot", "Citation", "CuttingsError", "Filters", "Settings", "Turn"]

_HOMES = {
    "Answer": "chatbot.answer",
    "Chatbot": "chatbot.bot",
    "Citation": "chatbot.answer",
    "CuttingsError": "corpus.errors",
    "Filters": "chatbot.filters",
    "Settings": "chatbot.settings",
    "Turn": "chatbot.answer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'chatbot' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
