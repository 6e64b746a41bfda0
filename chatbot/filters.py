"""Which articles a person wants to hear: those of some publishers, those of some time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from corpus.errors import CuttingsError


@dataclass(frozen=True, slots=True)
class Filters:
    """What every article that is read must fit. Empty, it filters nothing, and is false.

    `publishers` are names as the articles have them, any of which will do. `start` and `end` are days of
    publication, both included; an article without a date fits neither.
    """

    publishers: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None

    def __bool__(self) -> bool:
        return bool(self.publishers or self.start or self.end)

    def hold(self, publisher: str | None, published: str | None) -> bool:
        """Whether an article by this publisher, of this ISO date, fits."""
        if self.publishers and publisher not in self.publishers:
            return False
        if not (self.start or self.end):
            return True
        first, last = self.start or date.min, self.end or date.max
        return published is not None and first.isoformat() <= published <= last.isoformat()

    def as_json(self) -> dict[str, Any] | None:
        """`{"publishers": [...], "from": ISO date or None, "to": the same}`; None for none."""
        if not self:
            return None
        return {
            "publishers": list(self.publishers),
            "from": self.start.isoformat() if self.start else None,
            "to": self.end.isoformat() if self.end else None,
        }

    @classmethod
    def of_json(cls, given: Any) -> Filters:
        """What `as_json` gave. CuttingsError names what is wrong with anything else."""
        if given is None:
            return cls()
        if not isinstance(given, dict) or not isinstance(given.get("publishers") or [], list):
            raise CuttingsError('filters are an object with "publishers" (a list), "from" and "to" (dates)')
        names = given.get("publishers") or []
        if not all(isinstance(name, str) for name in names):
            raise CuttingsError("the publishers of the filters are not all text; give their names")
        return cls(tuple(names), _day(given.get("from"), "from"), _day(given.get("to"), "to")).checked()

    def checked(self) -> Filters:
        """These filters. CuttingsError where they end before they begin."""
        if self.start and self.end and self.end < self.start:
            raise CuttingsError(f"the filter ends ({self.end}) before it begins ({self.start}); swap the two")
        return self


def _day(given: Any, name: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except (TypeError, ValueError) as error:
        raise CuttingsError(f'"{name}" of the filters is {given!r}; give a date as 2024-05-31') from error


EVERYTHING = Filters()
