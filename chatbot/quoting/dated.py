"""When a sentence says that something was or will be: the days that its words name.

A date, a month with its year and a year say it by themselves; "in December", "last month", "on Monday" and
"two weeks ago" are counted from the day on which the article was published, and say nothing where that is
not known. "A few weeks ago" and "recently" name no days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from corpus.language import MONTH, MONTH_OR_SHORT, MONTHS, NUMBER_WORD, WEEKDAYS, YEAR, month_number, number

_LONGEST = 2_000
"""Characters of a sentence that are read."""
_HINTS = (
    *MONTHS,
    *WEEKDAYS,
    "last ",
    "this ",
    "next ",
    "past ",
    " ago",
    "today",
    "tonight",
    "yesterday",
    "tomorrow",
)
"""One of these, or a digit, is in each sentence that names a time; most sentences need no closer look."""
_DIGIT = re.compile(r"\d")
_AHEAD = 2
"""A month without a year is the nearest one; one to come counts as so many times farther off."""
_LIES_OVER = 6
"""Days by which a week may reach over the end of a month that it begins in."""


@dataclass(frozen=True, slots=True)
class Time:
    """The days from `start` to `end`, both included; `start` is None for all days before.

    `words` are those of the sentence, `relative` tells whether they were counted from the article's date, and
    `name` is the time as a heading has it: "January 2020".
    """

    start: date | None
    end: date
    name: str
    words: str
    relative: bool = False

    @property
    def days(self) -> int:
        """How many; 0 where the beginning is open."""
        return (self.end - self.start).days + 1 if self.start else 0

    @property
    def order(self) -> tuple[date, int]:
        """Sorts times from the oldest to the newest, the longer of two that begin on one day first."""
        return self.start or self.end, -self.days

    def within(self, first: date, last: date) -> bool:
        """Whether it lies between two days, both included."""
        if self.start is None:
            return first <= self.end <= last
        return first <= self.start and self.end <= max(last, self._whole_week(last))

    def _whole_week(self, last: date) -> date:
        reaches = self.start is not None and self.start <= last and self.days <= _LIES_OVER + 1
        return last + timedelta(_LIES_OVER) if reaches else last


@lru_cache(maxsize=20_000)
def time_of(sentence: str, published: str | None) -> Time | None:
    """The first time that a sentence names; None where it names none.

    `published` is the ISO date of its article; where it is None, only what needs no such date is read.
    """
    sentence = sentence[:_LONGEST]
    folded = sentence.lower()
    if not any(word in folded for word in _HINTS) and not _DIGIT.search(sentence):
        return None
    day = _day(published)
    found: tuple[int, int, Time] | None = None
    for pattern, read in _READINGS:
        for match in pattern.finditer(sentence):
            try:
                time = read(match, day)
            except (ValueError, OverflowError):  # 31 June, or a day before the first year
                continue
            if time and (found is None or (match.start(), -match.end()) < found[:2]):
                found = match.start(), -match.end(), time
            if time:
                break
    return found[2] if found else None


def days_of(published: str | None) -> Time | None:
    """The day of an article as a time of its own."""
    day = _day(published)
    return Time(day, day, _days_name(day, day), "") if day else None


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published or "")
    except ValueError:
        return None


# --- How each is read: of a match and the day of the article, the time or None --------------------------

_Reading = Callable[[re.Match[str], date | None], Time | None]


def _absolute(match: re.Match[str], day: date | None) -> Time | None:
    """A date or a month, with its year or without."""
    parts = match.groupdict()
    month = month_number(parts["month"])
    if parts.get("year"):
        year = int(parts["year"])
    elif day and parts["month"][0].isupper():
        year = _nearest_year(month, day)
    else:
        return None
    relative = not parts.get("year")
    if parts.get("day"):
        at = date(year, month, int(re.sub(r"\D", "", parts["day"])))
        return Time(at, at, _days_name(at, at), match[0], relative)
    return _month(year, month, match[0], relative, parts.get("part"), bool(parts.get("open")))


def _iso(match: re.Match[str], day: date | None) -> Time | None:
    at = date.fromisoformat(match[0])
    return Time(at, at, _days_name(at, at), match[0])


def _bare_month(match: re.Match[str], day: date | None) -> Time | None:
    """A month alone; "may" and "march" are verbs unless something says that they are months."""
    if match["month"].lower() in ("may", "march") and not (match["how"] or match["part"]):
        return None
    return _absolute(match, day)


def _pointed_month(match: re.Match[str], day: date | None) -> Time | None:
    """ "last July" """
    if not day or not match["month"][0].isupper():
        return None
    month, which = month_number(match["month"]), match["which"].lower()
    year = day.year
    if which == "last" and month >= day.month:
        year -= 1
    if which == "next" and month <= day.month:
        year += 1
    return _month(year, month, match[0], True)


def _unit(match: re.Match[str], day: date | None) -> Time | None:
    """ "last week", "earlier this month", "late last year" """
    if not day:
        return None
    step = {"last": -1, "this": 0, "next": 1}[match["which"].lower()]
    unit = match["unit"].lower()
    if unit == "year":
        return Time(
            date(day.year + step, 1, 1), date(day.year + step, 12, 31), str(day.year + step), match[0], True
        )
    if unit == "month":
        months = day.year * 12 + day.month - 1 + step
        return _month(months // 12, months % 12 + 1, match[0], True)
    first = day - timedelta(day.weekday()) + timedelta(7 * step)
    last = first + timedelta(6)
    return Time(first, last, _days_name(first, last), match[0], True)


def _span(match: re.Match[str], day: date | None) -> Time | None:
    """ "in the past three weeks" """
    if not day:
        return None
    first = day - timedelta(round(_DAYS[match["unit"].lower()] * _count(match["count"])))
    return Time(first, day, _days_name(first, day), match[0], True)


def _ago(match: re.Match[str], day: date | None) -> Time | None:
    if not day:
        return None
    unit, count = match["unit"].lower(), _count(match["count"])
    if unit == "year":
        year = day.year - count
        return Time(date(year, 1, 1), date(year, 12, 31), str(year), match[0], True)
    if unit == "month":
        months = day.year * 12 + day.month - 1 - count
        return _month(months // 12, months % 12 + 1, match[0], True)
    first = day - timedelta(_DAYS[unit] * count)
    if unit == "week":
        first -= timedelta(first.weekday())
        return Time(first, first + timedelta(6), _days_name(first, first + timedelta(6)), match[0], True)
    return Time(first, first, _days_name(first, first), match[0], True)


def _near(match: re.Match[str], day: date | None) -> Time | None:
    if not day:
        return None
    at = day + timedelta({"yesterday": -1, "tomorrow": 1}.get(match[0].lower(), 0))
    return Time(at, at, _days_name(at, at), match[0], True)


def _weekday(match: re.Match[str], day: date | None) -> Time | None:
    """The last such day before the article, or on its own day; the next one after "next"."""
    if not day or not match["weekday"][0].isupper():
        return None
    back = (day.weekday() - WEEKDAYS.index(match["weekday"].lower())) % 7
    which = match["which"].lower()
    at = day - timedelta(7 if which == "last" and not back else back)
    if which == "next" or (which == "this" and back):
        at += timedelta(7)
    return Time(at, at, _days_name(at, at), match[0], True)


def _decade(match: re.Match[str], day: date | None) -> Time | None:
    year = int(match["decade"])
    return Time(date(year, 1, 1), date(year + 9, 12, 31), f"{year}s", match[0])


def _year(match: re.Match[str], day: date | None) -> Time | None:
    year = int(match["year"])
    return Time(date(year, 1, 1), date(year, 12, 31), str(year), match[0])


_DAYS = {"day": 1, "week": 7, "month": 30.5, "year": 365.25}

_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_PART = r"(?:(?P<part>early|mid|late|(?:the )?(?:beginning|start|middle|end) of)[ -](?:in )?)?"
_WHOLE = rf"(?P<month>{MONTH})\b"
_ANY = rf"(?P<month>{MONTH_OR_SHORT})"
_ITS_YEAR = rf"(?P<year>{YEAR})\b(?![/–-]?\d)"
_HOW = r"in|since|by|from|until|till|during|before|after|between|early|late|to"
_COUNT = rf"(?P<count>\d\d?|an?|{NUMBER_WORD})"
_LONG_UNIT = r"(?P<unit>week|month|year)"
_UNIT = r"(?P<unit>day|week|month|year)"

_READINGS: tuple[tuple[re.Pattern[str], _Reading], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (rf"\b{YEAR}-\d\d-\d\d\b", _iso),
        (rf"(?:\b(?:{'|'.join(WEEKDAYS)}),? )?\b{_DAY}(?: of)? {_ANY}(?:,? {_ITS_YEAR})?", _absolute),
        (rf"\b{_ANY} {_DAY}\b(?![.,]\d)(?:,? {_ITS_YEAR})?", _absolute),
        (rf"(?P<open>^before )?\b{_PART}{_ANY},? (?:of )?{_ITS_YEAR}", _absolute),
        (rf"\b(?P<how>(?:{_HOW}) )?{_PART}{_WHOLE}(?!,? (?:of )?\d)", _bare_month),
        (rf"\b(?P<which>last|this|next) {_WHOLE}(?!,? \d)", _pointed_month),
        (rf"\b(?:earlier |later |early |late )?(?<!the )(?P<which>last|this|next) {_LONG_UNIT}\b", _unit),
        (rf"\b(?:the (?:last|past)|past) (?:{_COUNT} )?{_UNIT}s?\b", _span),
        (rf"\blast {_COUNT} {_UNIT}s?\b", _span),
        (rf"\b(?<!less than )(?<!more than ){_COUNT} {_UNIT}s? ago\b", _ago),
        (r"\b(?:(?:earlier|later) today|tonight|yesterday|tomorrow)\b", _near),
        (rf"\b(?P<which>on|last|this|next) (?P<weekday>{'|'.join(WEEKDAYS)})\b(?!,? [0-3]?\d\b)", _weekday),
        (r"\b(?:the )?(?P<decade>(?:1[5-9]|20)\d0)s\b", _decade),
        (rf"\b(?:{_HOW}) (?:the year )?(?<![£$€]){_ITS_YEAR}(?! ?%|,\d| per\b)", _year),
        (r"\b(?:in|since|until|from|between|by) (?P<year>1[0-4]\d\d)\b(?![\d,.%]\d| ?%| \w+s\b)", _year),
        (rf"^{_ITS_YEAR}(?=[:,])", _year),
        (rf"\b(?:of|for) {_ITS_YEAR}(?=\W*$)", _year),
    )
)  # fmt: skip


def _nearest_year(month: int, day: date) -> int:
    """The year in which a month lies nearest to a day."""
    off = (month - day.month) % 12  # months to the next one
    return day.year + (month < day.month) if off * _AHEAD < 12 - off else day.year - (month > day.month)


def _month(
    year: int, month: int, words: str, relative: bool, part: str | None = None, before: bool = False
) -> Time:
    """A month, a third of it, or all that is before it."""
    first = date(year, month, 1)
    last = first.replace(day=monthrange(year, month)[1])
    name = f"{first:%B} {year}"
    if before:
        return Time(None, first - timedelta(1), f"Before {name}", words, relative)
    said = (part or "").lower()
    if re.search(r"early|beginning|start", said):
        return Time(first, first.replace(day=10), f"Early {name}", words, relative)
    if "mid" in said:
        return Time(first.replace(day=11), first.replace(day=20), f"Mid-{name}", words, relative)
    if re.search(r"late|end", said):
        return Time(first.replace(day=21), last, f"Late {name}", words, relative)
    return Time(first, last, name, words, relative)


def _count(word: str | None) -> int:
    return 1 if not word or word.lower() in ("a", "an") else number(word)


def _days_name(first: date, last: date) -> str:
    """ "27 January 2020", "27 to 31 January 2020", "30 December 2019 to 5 January 2020" """
    end = f"{last.day} {last:%B} {last.year}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {end}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {end}"
    return f"{first.day} {first:%B} {first.year} to {end}"
