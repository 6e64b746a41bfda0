"""`cuttings chat`: a conversation at the terminal, or one that is piped in."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.answer import Answer, Citation
from chatbot.cli import chat_text
from chatbot.cli.console import Screen, piped, typed
from chatbot.conversation.period import day_in_words
from chatbot.render.formats import FORMATS
from chatbot.render.outline import numbered
from chatbot.render.text import counted, one_line
from chatbot.threads import begun, in_background
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot


def chat(bot: Chatbot) -> int:
    """Talk until there is nothing more to read; the exit code, 1 where a piped line could not be done."""
    screen = Screen.of_process()
    talk = Chat(bot, screen)
    if screen.person:
        in_background(lambda: _warm(bot))
        articles = counted(len(bot.collection.articles()), "article")
        print(f"{articles}. Ask a question; `help` says what else you can type.")
    for line in filter(str.strip, typed() if screen.person else piped()):
        try:
            going_on = talk.take(line)
        except CuttingsError as error:
            talk.failed = True
            print(f"cuttings: {one_line(str(error))}", file=sys.stderr, flush=True)
            continue
        except KeyboardInterrupt:
            if not screen.person:
                raise
            print("Stopped.")
            continue
        if not going_on:
            break
        print(flush=True)
    return 1 if talk.failed and not screen.person else 0


class Chat:
    """One conversation, and what can be done with its last answer."""

    def __init__(self, bot: Chatbot, screen: Screen) -> None:
        self._bot = bot
        self._screen = screen
        self._answers: list[Answer] = []
        self.failed = False

    def take(self, line: str) -> bool:
        """Do what a line says; False where it ends the conversation. CuttingsError where it cannot."""
        line = line.strip()
        if re.fullmatch(r"quit|exit", line, re.IGNORECASE):
            return False
        for pattern, do in _COMMANDS:
            if match := pattern.fullmatch(line):
                said = do(self, *match.groups(""))
                break
        else:
            said = self._ask(line, self._answers)
        if said:
            self._screen.show(said)
        return True

    def _ask(
        self, question: str, before: list[Answer], as_typed: bool = False, any_time: bool = False
    ) -> str:
        """Ask with the conversation before, and go on from there. Nothing has changed where it is stopped."""
        turns = [turn for answer in before for turn in answer.turns]
        asked = begun(lambda: self._bot.ask(question, turns, as_typed, any_time))
        answer = self._screen.waited_for(asked)
        self._answers = [*before, answer]
        return chat_text.answered(answer, self._screen.columns)

    def _as_typed(self) -> str:
        if not self._answers:
            return _NOTHING_YET
        *before, last = self._answers
        if last.standalone_question == last.question:
            return "It was searched as it was typed."
        return self._ask(last.question, before, True, "any_time" in last.taken_off)

    def _any_time(self) -> str:
        if not self._answers:
            return _NOTHING_YET
        *before, last = self._answers
        if not last.period:
            return "No time was read in it."
        return self._ask(last.question, before, "as_typed" in last.taken_off, True)

    def _open(self, number: str) -> str:
        citation = self._numbered().get(number.lower())
        if citation is None:
            return self._no_such(number)
        article = self._bot.collection.article(citation.article_id)
        if article.text[citation.start : citation.end] != citation.quote:
            return "The article has changed since; ask again."
        columns = self._screen.columns
        around = chat_text.opened(article, citation, columns, whole=False)
        if not self._screen.person:
            return around
        whole = chat_text.opened(article, citation, columns, whole=True)
        if self._screen.fits(whole):
            return whole
        return "" if self._screen.page(whole, chat_text.line_of_quotation(whole)) else around

    def _why(self, number: str) -> str:
        citation = self._numbered().get(number.lower())
        return chat_text.why(citation, number) if citation else self._no_such(number)

    def _sources(self) -> str:
        return chat_text.articles(self._answers[-1]) if self._answers else _NOTHING_YET

    def _new(self) -> str:
        self._answers = []
        return "A new conversation."

    def _save(self, name: str) -> str:
        if not self._answers:
            return _NOTHING_YET
        chosen = next((one for one in FORMATS.values() if name.endswith(f".{one.suffix}")), None)
        if chosen is None:
            suffixes = ", ".join(f".{one.suffix}" for one in FORMATS.values())
            return f"Give a file whose name ends in {suffixes}, as in: save conversation.md"
        try:
            file = Path(name).expanduser()
            with file.open("x", encoding="utf-8", newline="") as saved:
                saved.write(chosen.render(self._answers, f"Conversation of {day_in_words(date.today())}"))
        except FileExistsError as error:
            raise CuttingsError(f"{file} is there already; give another name") from error
        except (OSError, RuntimeError, ValueError) as error:  # also of "~nobody", a zero in it
            reason = getattr(error, "strerror", None) or error
            raise CuttingsError(f"cannot write {name} ({reason}); give another name") from error
        return f"Saved in {one_line(str(file))}."

    def _help(self) -> str:
        return chat_text.HELP

    def _numbered(self) -> dict[str, Citation]:
        return numbered(self._answers[-1]) if self._answers else {}

    def _no_such(self, number: str) -> str:
        known = ", ".join(self._numbered())
        has = f"the last answer has {known}" if known else "the last answer has none"
        return f"There is no citation {number or 'without a number'}; {has}."


_NOTHING_YET = "Nothing was asked yet."

_COMMANDS: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), do)
    for pattern, do in (
        (r"open(?:\s+(\w+))?", Chat._open),
        (r"why\s+(\d+[a-z]?)", Chat._why),
        (r"sources", Chat._sources),
        (r"as\s+typed", Chat._as_typed),
        (r"any\s+time", Chat._any_time),
        (r"new", Chat._new),
        (r"save(?:\s+(\S+|\S.*\.(?:md|txt|html|ris|json|bib)))?", Chat._save),
        (r"help|\?", Chat._help),
    )
)
"""What is no question. Each has to be the whole line, so that a question may begin with these words."""


def _warm(bot: Chatbot) -> None:
    with contextlib.suppress(CuttingsError):  # the first question fails with the same error
        bot.warm()
        bot.try_suggestions()
