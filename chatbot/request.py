"""What is asked of the chatbot, and how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chatbot.answer import TakenOff, Turn
from chatbot.filters import EVERYTHING, Filters
from index.search import Mode

Place = tuple[str, int, int]
"""Article id, start and end in its text."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question with the turns before it, and what is to hold for its answer.

    What seems misspelt in the question is corrected, and it is completed from the turns, unless `as_typed`;
    with `any_time` the time that it names filters and prefers nothing. `without` names articles that are
    passed over, as if they were not in the collection, `filters` those that are read. Three more are for
    measuring: `mode` says how to search, `passages` how many are searched for (None: as many as an answer
    needs), and a sentence that overlaps a `hidden` place is neither read nor quoted.
    """

    question: str
    turns: Sequence[Turn] = ()
    as_typed: bool = False
    any_time: bool = False
    without: Iterable[str] = ()
    filters: Filters = EVERYTHING
    mode: Mode = "hybrid"
    passages: int | None = None
    hidden: Iterable[Place] = ()

    @property
    def taken_off(self) -> frozenset[TakenOff]:
        asked_so: dict[TakenOff, bool] = {"as_typed": self.as_typed, "any_time": self.any_time}
        return frozenset(what for what, taken in asked_so.items() if taken)
