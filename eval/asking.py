"""Asking every question of every system, and noting down what came of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from threadpoolctl import threadpool_limits

from chatbot.bot import Chatbot
from chatbot.request import Request
from corpus.errors import CuttingsError
from eval.faults import fault
from eval.questions.gold import Gold, alone
from eval.record import DEPTH, Record
from eval.relevance import Relevance, relevance
from eval.systems import PRODUCT, System, systems
from index.encoding.encoder import SentenceEncoder
from index.stores import Where, open_store

Unit = tuple[Gold, ...]
"""A question, followed by its stand-alone form where it is a follow-up that has one."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A system that can be asked."""

    system: System
    bot: Chatbot


@dataclass(frozen=True, slots=True)
class Opening:
    """The systems, each with its collection; to be opened in the process where they are asked.

    Those of one collection share its indexes and the model.
    """

    systems: tuple[System, ...]
    collections: tuple[Where, ...]

    def __call__(self) -> tuple[Opened, ...]:
        bots: dict[tuple[Where, str], Chatbot] = {}
        opened = []
        for system, where in zip(self.systems, self.collections, strict=True):
            encoder = SentenceEncoder(system.settings.model)
            key = where, encoder.name
            if key not in bots:
                bots[key] = Chatbot(open_store(where), encoder, system.settings)
            opened.append(Opened(system, bots[key].having(system.settings)))
        return tuple(opened)


def product(bot: Chatbot) -> Opened:
    """The chatbot as people use it."""
    return Opened(systems(PRODUCT, [], bot.settings)[0], bot)


def units(golds: Sequence[Gold]) -> tuple[Unit, ...]:
    """The questions in order, follow-ups with their stand-alone form. CuttingsError where two ids are one."""
    made = tuple((gold, *_alone(gold)) for gold in golds)
    for again, times in Counter(gold.id for unit in made for gold in unit).most_common(1):
        if times > 1:
            raise CuttingsError(f"two questions have the id {again!r}; rename one of them")
    return made


def _alone(gold: Gold) -> Iterator[Gold]:
    if gold.history and gold.standalone:
        yield replace(
            gold,
            id=alone(gold.id),
            question=gold.standalone,
            history=(),
            standalone="",
            of=gold.id,
        )


def warm(opened: Sequence[Opened]) -> None:
    """Load what is loaded when it is first used, so that the first question need not wait for it."""
    for one in opened:
        one.bot.ask("harbour"[: one.system.settings.question_characters])


def one_thread() -> threadpool_limits:
    """From here on, or within it as a context, matrices are multiplied on one thread.

    How many there are changes the last digits of scores, so that one process would not say the same as two,
    nor a machine the same as another; and processes side by side would be in each other's way.
    """
    return threadpool_limits(1, "blas")


def ask(opened: Sequence[Opened], unit: Unit) -> tuple[Record, ...]:
    """The records of a question, of each system in order, then those of its stand-alone form."""
    looked_up: dict[tuple[str, int], Relevance] = {}

    def of(gold: Gold, bot: Chatbot) -> Relevance:
        key = gold.id, id(bot.collection)
        if key not in looked_up:
            looked_up[key] = relevance(gold, bot.collection)
        return looked_up[key]

    asked = [[_asked(one, of(gold, one.bot)) for one in opened] for gold in unit]
    alone = asked[1] if len(asked) > 1 else [None] * len(opened)
    judged = [replace(one, fault=fault(one, other)) for one, other in zip(asked[0], alone, strict=True)]
    rest = [replace(one, fault=fault(one)) for records in asked[1:] for one in records]
    return (*judged, *rest)


def ask_all(
    opened: Sequence[Opened],
    golds: Sequence[Gold],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Record, ...]:
    """The records of all questions, asked in this process and kept nowhere. `progress` hears of questions."""
    made = units(golds)
    records: list[Record] = []
    with one_thread():
        warm(opened)
        for done, unit in enumerate(made, start=1):
            records += ask(opened, unit)
            progress(done, len(made))
    return tuple(records)


def _asked(one: Opened, wanted: Relevance) -> Record:
    gold, system = wanted.gold, one.system
    begun = time.perf_counter()
    request = Request(
        gold.question,
        gold.history,
        without=gold.without,
        mode=system.mode,
        passages=None if system.reads else DEPTH,
        hidden=gold.hidden,
    )
    run = one.bot.run(request, "compose" if system.reads else "search")
    answer = run.answer if system.reads else None
    milliseconds = 1000 * (time.perf_counter() - begun)
    return Record(
        system=system.name,
        id=gold.id,
        question=gold.question,
        kind=gold.kind,
        tags=gold.tags,
        history=tuple((turn.role, turn.content) for turn in gold.history),
        standalone=gold.standalone,
        of=gold.of,
        answerable=gold.answerable,
        unit=gold.unit,
        without=gold.without,
        hidden=gold.hidden,
        expected=wanted.expected,
        relevant=wanted.relevant,
        searched=run.searched,
        hits=wanted.found(run.hits[:DEPTH]),
        reads=system.reads,
        state=answer.state if answer else "none",
        confidence=answer.confidence if answer else 0.0,
        citations=wanted.quoted(answer.citations) if answer else (),
        best_right=wanted.best_right(run.candidates),
        fault="",
        milliseconds=milliseconds,
        stages=run.milliseconds,
    )
