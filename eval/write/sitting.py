"""`cuttings gold new`: a person writes gold questions, passage by passage, and chooses what answers them."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from chatbot.answer import Turn
from chatbot.bot import Chatbot
from chatbot.cli.console import Screen
from chatbot.conversation.followup import complete
from chatbot.reading.candidate import Candidate
from chatbot.render.text import counted, one_line, wrapped
from chatbot.request import Request
from chatbot.threads import begun, in_background
from corpus.article import Passage
from corpus.errors import CuttingsError
from eval.questions.findings import duplicates, given_away
from eval.questions.gold import Gold, Loaded, read_gold
from eval.questions.jsonl import stop
from eval.questions.texts import of_collection
from eval.write import dialogue
from eval.write.draft import Choices, Place, fields, gold_question, quote
from eval.write.gold_file import GoldFile
from eval.write.next_passage import passages_to_ask, without_question

_ELSEWHERE = 3
"""Sentences that are shown for a question besides those of the passage."""

_NO_ANSWER = "The articles do not answer that."
"""What a follow-up has as the answer to a question that has none."""

_DROPPED = "Dropped; nothing of it was written."


class _Dropped(Exception):
    """The question that is being written is not wanted after all."""


def write(bot: Chatbot, path: Path, seed: int | None) -> int:
    """Show passages and add what is written to the file, until there is nothing more to read.

    The exit code: 1 where what is piped in could not be taken, or ends in the middle of a question.
    CuttingsError, with nothing asked, where the file has errors or cannot be written.
    """
    file = GoldFile(path)
    golds = _present(path, bot)
    passages = sum(article.passages for article in bot.collection.articles())
    if not passages:
        raise CuttingsError("there is no passage in the collection; add articles with `cuttings ingest PATH`")
    screen = Screen.of_process()
    if screen.person:
        in_background(lambda: _warm(bot))
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401 -- by being loaded it lets a line be edited
    free = without_question(bot.collection, golds)
    without = f"{free:,} of {counted(passages, 'passage')} without one"
    print(f"{counted(len(golds), 'question')} in {path}; {without}.\n`?` says what you can type.")
    writing = Writing(bot, file, golds, screen)
    try:
        for one in passages_to_ask(bot.collection, list(golds), len(golds) if seed is None else seed):
            if not writing.passage(one):
                break
        else:
            print("\nThat was the last passage.")
    except EOFError:
        print()
    print(writing.summary())
    return 1 if writing.failed and not screen.person else 0


def _present(path: Path, bot: Chatbot) -> list[Gold]:
    """The questions that the file has. CuttingsError for the first error in it."""
    if not path.exists():
        return []
    loaded = read_gold(path, of_collection(bot.collection), stop)
    if loaded.left_out:
        left = counted(len(loaded.left_out), "question")
        print(f"{left} of {path} cannot be asked; `cuttings gold check {path}` tells why.")
    return list(loaded.golds)


@dataclass(frozen=True, slots=True)
class _Written:
    """A question that is in the file, and what a follow-up has as the answer to it."""

    gold: Gold
    said: str


class Writing:
    """One sitting: what was written in it, and the tags of what comes next."""

    def __init__(self, bot: Chatbot, file: GoldFile, golds: list[Gold], screen: Screen) -> None:
        self._bot = bot
        self._texts = of_collection(bot.collection)
        self._file = file
        self._golds = golds
        self._screen = screen
        self._written: list[_Written] = []
        self._tags: tuple[str, ...] = ()
        self.failed = False

    def passage(self, passage: Passage) -> bool:
        """Show a passage and take questions about it; False where the person ends. EOFError at the end."""
        article = self._bot.collection.article(passage.article_id)
        here = [(article, one) for one in passage.sentences if one.kind != "heading"]
        self._screen.show(dialogue.passage(here, passage.heading, self._screen.columns))
        while True:
            try:
                line = self._screen.asked("question> ")
            except KeyboardInterrupt:
                print()
                continue
            if not line:
                return True
            if re.fullmatch(r"q|quit|exit", line, re.IGNORECASE):
                return False
            try:
                self._take(line, here)
            except _Dropped:
                print(_DROPPED)
            except KeyboardInterrupt:
                print(f"\n{_DROPPED}")
            except CuttingsError as error:
                self.failed = True
                print(f"cuttings: {one_line(str(error))}", file=sys.stderr, flush=True)
            except EOFError:
                self.failed = True
                print(f"\ncuttings: nothing more to read; not written: {one_line(line)}", file=sys.stderr)
                raise

    def summary(self) -> str:
        """What came of the sitting."""
        written = counted(len(self._written), "question")
        return f"{written} written; {self._file.path} has {len(self._golds):,}."

    def _take(self, line: str, here: Sequence[Place]) -> None:
        """Do what a line says that does not end the passage."""
        if line.lower() in ("?", "help"):
            print(dialogue.HELP)
        elif line.lower() in ("undo", "back"):
            self._undo()
        elif match := re.fullmatch(r"tags?:(.*)", line, re.IGNORECASE):
            tags = (" ".join(tag.split()) for tag in match[1].split(","))
            self._tags = tuple(dict.fromkeys(filter(None, tags)))
            self._tell(f"Tags from now on: {', '.join(self._tags) or 'none'}.")
        else:
            self._question(*dialogue.asked(line), here)

    def _undo(self) -> None:
        if not self._written:
            print("Nothing was written in this sitting that could be taken out.")
            return
        last = self._written[-1].gold
        with _uninterrupted():
            self._file.take_out(last.id)
            self._written.pop()
            self._golds.remove(last)
        self._tell(f"{last.id} is taken out: {last.question}")

    def _question(self, mark: str, question: str, here: Sequence[Place]) -> None:
        """Ask for all that a question needs, and write it. `mark` is "u", "f" or ""."""
        history = self._history() if mark == "f" else ()
        self._warn_of_twins(question, history)
        alone = self._alone(question, history) if history else ""
        request = Request(alone or question)
        reading = begun(lambda: self._bot.run(request, "judge").candidates)  # while the person chooses
        numbers = () if mark == "u" else self._numbers("evidence> ", len(here))
        evidence = [here[number - 1] for number in numbers]
        choices = [*([evidence] if evidence else []), *self._elsewhere(reading, here if evidence else ())]
        if not choices and mark != "u":
            self._unanswerable()
        self._add(gold_question(question, history, alone, choices, self._tags), choices)

    def _history(self) -> tuple[Turn, ...]:
        """The conversation before a follow-up to the question written last. CuttingsError without one."""
        if not self._written:
            raise CuttingsError("there is no question yet to follow up; write one in this sitting first")
        last = self._written[-1]
        return (*last.gold.history, Turn("user", last.gold.question), Turn("assistant", last.said))

    def _warn_of_twins(self, question: str, history: tuple[Turn, ...]) -> None:
        golds = (*self._golds, gold_question(question, history, "", (), ()))
        for finding in duplicates(Loaded(golds, where={gold.id: gold.id for gold in golds})):
            if not finding.where:
                self._tell(f"{finding.what}; `back` drops it.")

    def _alone(self, question: str, history: Sequence[Turn]) -> str:
        offered = complete(question, history).text
        self._tell(f"How is it asked without the conversation? Enter: {offered}")
        return self._line("alone> ") or offered

    def _elsewhere(self, reading: Future[tuple[Candidate, ...]], here: Sequence[Place]) -> Choices:
        """The sentences that the person takes of those which the bot finds, outside of `here`."""
        seen = {(article.id, sentence.start) for article, sentence in here}
        read = [
            (self._texts.article(one.article.id), one.sentence) for one in self._screen.waited_for(reading)
        ]
        found = [place for place in read if (place[0].id, place[1].start) not in seen][:_ELSEWHERE]
        if not found:
            return []
        print(f"Which of these answer it{' as well' if here else ''}, each by itself? Enter: none.")
        self._screen.show(dialogue.elsewhere(found, self._screen.columns))
        return [[found[number - 1]] for number in self._numbers("also> ", len(found))]

    def _unanswerable(self) -> None:
        print("Then the articles do not answer it. `y` writes it as such a question; Enter drops it.")
        if self._line("unanswered> ").lower() not in ("y", "yes"):
            raise _Dropped

    def _add(self, gold: Gold, choices: Choices) -> None:
        line = fields(gold, choices)
        said = " ".join(quote(place) for place in choices[0]) if choices else _NO_ANSWER
        with _uninterrupted():
            try:
                gold = replace(gold, id=self._file.add(line))
            except CuttingsError:
                print(f"Not written, so that you can keep it: {json.dumps(line)}")
                raise
            self._golds.append(gold)
            self._written.append(_Written(gold, said))
        print(f"{gold.id} is written ({gold.kind}).")
        for finding in given_away(Loaded((gold,), where={gold.id: gold.id}), self._texts):
            self._tell(f"But {finding.what}. Any search finds that; `undo` takes it out.")

    def _numbers(self, prompt: str, most: int) -> tuple[int, ...]:
        """The numbers that are chosen, none for Enter; it is asked again until they fit."""
        while line := self._line(prompt):
            if numbers := dialogue.chosen(line, most):
                return numbers
            print(f"Numbers from 1 to {most}, such as 2 or 1,3 or 2-4; Enter for none, `back` drops it.")
        return ()

    def _tell(self, text: str) -> None:
        print(wrapped(one_line(text), "", self._screen.columns))

    def _line(self, prompt: str) -> str:
        line = self._screen.asked(prompt)
        if line.lower() in ("back", "undo"):
            raise _Dropped
        return line


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C does nothing meanwhile, so that what is reported of the file is what is in it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _warm(bot: Chatbot) -> None:
    with contextlib.suppress(CuttingsError):  # the first question reports it
        bot.search("warm", 1)
