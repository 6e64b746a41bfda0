"""The time that a question names, as far as it can be read with certainty, and what it does to the answer.

- A *filter* where the words are about publication ("articles from 2021", "what was reported in January
  2020", "news of last week"), or say since when, to the month or closer ("what has changed since March
  2023"): only articles published then are read. One without a date is left out, and the answer says how many.
- A *preference* where the time is that of an event ("what happened in 1994"), since an article of any later
  day may well tell of it: nothing is left out, and a sentence of an article published then leads only where
  it is nearly level with another.
- *Newest*, for "the latest on ..." and the like: a preference for the newest articles.

Where no article of the collection is dated, nothing changes.

Read as a time are a date, a month with its year, a year or decade after a preposition, and days, weeks,
months and years counted from today. Not read: "since the election", which no calendar knows; "the 2019
report", a name; "in May", of some year; and what lies wholly in the future. dateparser, which htmldate brings
along, is not used: it finds a date in "who may march", "the 2000 patients" and "2020-13-01", and none in "the
1990s" or "the past month".
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from corpus.language import LATE_YEAR, MONTH, NUMBER_WORD, month_number, number

_DECADE = r"(?:1[89]|20)\d0s"
_DAY = r"\d\d?(?:st|nd|rd|th)?"
_POINT = (
    rf"(?:{LATE_YEAR}-\d\d-\d\d|{_DAY} (?:of )?{MONTH},? {LATE_YEAR}|{MONTH} {_DAY},? {LATE_YEAR}"
    rf"|{MONTH},? (?:of )?{LATE_YEAR}|(?:the )?(?:early |late )?{_DECADE}|{LATE_YEAR}(?![\ds%/–-]))"
)
_COUNT = rf"(?P<count>\d\d?|{NUMBER_WORD})"
_LAST = rf"(?:(?P<to_today>the (?:last|past)|past)|last) (?:{_COUNT} )?(?P<unit>day|week|month|year)s?"
_HOW = "since|after|before|until|till|from|in|on|during|of|for|dated"
_THIS = r"this (?P<this>week|month|year)|(?P<day>today|yesterday)"
_TIMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:between|from) (?P<first>{_POINT}|{MONTH}) (?:and|to|until|till) (?P<last>{_POINT})\b",
        rf"\b(?P<how>{_HOW}) (?P<at>{_POINT})(?: (?P<on>onwards?)\b)?",
        rf"\b(?:(?P<since>since) )?(?:in |over |during |of |from |within )?(?:{_LAST})\b(?! of\b)",
        rf"\b(?:(?P<since>since) )?(?:of |from )?(?:{_THIS})\b",
    )
)  # fmt: skip
_NEWS = r"(?:articles?|news|stories|story|coverage|cuttings?|headlines?|(?:press|news) reports?)"
_ABOUT_NEWS = re.compile(
    rf"\b{_NEWS}(?: (?:that|which|was|were|is|are|has|have|been|appeared|published|printed|written))*[ ,]*$"
    r"|\bwhat (?:else )?(?:was|is|has been|did (?:the )?(?:papers?|press|articles?|news)) "
    r"(?:reported|report|written|write|in the (?:news|papers?|press))(?: (?:on|about) [\w' -]+)?$",
    re.IGNORECASE,
)
_NEWS_AFTER = re.compile(rf" ?['’]?s? {_NEWS}\b", re.IGNORECASE)
_HAS = re.compile(r"\b(?:has|have|what'?s|who'?s|anything|new)\b", re.IGNORECASE)
_NEWEST = re.compile(
    rf"\b(?:latest|newest|most recent) {_NEWS}\b"
    r"|\b(?:the|what'?s) (?:latest|newest)(?: (?:on|about|from|in|with)\b|\W*$)|^\W*(?:latest|newest)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Period:
    """A time that a question names, both days included; None where it is open on that side.

    `words` are those of the question. Of a filter, `articles` are the articles that were published then,
    and `undated` those that were left out for want of a date.
    """

    kind: Literal["filter", "prefer", "newest"]
    start: date | None
    end: date | None
    words: str
    articles: int = 0
    undated: int = 0

    def holds(self, published: str | None) -> bool:
        """Whether it contains an ISO date; False for None."""
        if not published:
            return False
        return (self.start or date.min).isoformat() <= published <= (self.end or date.max).isoformat()


def period(question: str, today: date) -> Period | None:
    """The time that a question names, read on the day `today`; None where it names none with certainty."""
    for pattern in _TIMES:
        for match in pattern.finditer(question):
            try:
                bounds = _bounds(match.groupdict(), today)
            except ValueError:  # 31 June
                continue
            if bounds is None or (bounds[0] and bounds[0] > today):
                continue
            if _filters(question, match):
                return Period("filter", *bounds, match[0])
            # "The election of 1994" and "the report from 2019" are names.
            names = (match.groupdict().get("how") or "").lower() in ("of", "for", "from")
            if not names or match.groupdict().get("on"):
                return Period("prefer", *bounds, match[0])
    if newest := _NEWEST.search(question):
        return Period("newest", None, None, newest[0].strip(" ?"))
    return None


def in_words(period: Period) -> str:
    """What the period did to the answer, as a sentence without its full stop."""
    if period.kind == "newest":
        return "Newest articles preferred"
    when = _when(period)
    if period.kind == "prefer":
        return f"Articles published {when} preferred"
    undated = f"; {period.undated} without a date left out" if period.undated else ""
    return f"{'Only articles' if period.articles else 'No article was'} published {when}{undated}"


def nothing_then(period: Period | None) -> bool:
    """Whether a filter leaves no article, so that the answer is of any time."""
    return period is not None and period.kind == "filter" and not period.articles


def _filters(question: str, match: re.Match[str]) -> bool:
    """Whether the words around a time are about when something was published."""
    before, after = question[: match.start()].rstrip(), question[match.end() :]
    parts = match.groupdict()
    if parts.get("how") == "dated" or _ABOUT_NEWS.search(before) or _NEWS_AFTER.match(after):
        return True
    since = parts.get("since") or (parts.get("how") or "").lower() == "since"
    return bool(since and not re.fullmatch(LATE_YEAR, parts.get("at") or "") and _HAS.search(before + after))


def _bounds(parts: dict[str, str | None], today: date) -> tuple[date | None, date | None] | None:
    """The first and the last day of a match's `parts`; None where they are the wrong way round.

    ValueError for a day that no calendar has.
    """
    if parts.get("first") and (last := parts.get("last")):
        first = parts["first"] or ""
        if not re.search(r"\d", first):  # "from January to March 2020", "from January to 2020-03-05"
            first += f" {_days_of(last)[1].year}"
        start, end = _days_of(first)[0], _days_of(last)[1]
        return (start, end) if start <= end else None
    if point := parts.get("at"):
        start, end = _days_of(point)
        how = (parts["how"] or "").lower()
        if how == "since" or parts.get("on"):
            return start, None
        if how == "after":
            return end + timedelta(1), None
        if how in ("before", "until", "till"):
            return None, start - timedelta(1) if how == "before" else end
        return start, end
    start, end = _from_today(parts, today)
    return start, None if parts.get("since") else end


def _from_today(parts: dict[str, str | None], today: date) -> tuple[date, date]:
    """The first and the last day of a time that is counted from today.

    "Last month" is the calendar month before this one; "the last three months", "the past month" and "the
    last month" (all `to_today`) end today.
    """
    if day := parts.get("day"):
        at_day = today - timedelta(day.lower() == "yesterday")
        return at_day, at_day
    unit, count = (parts.get("unit") or "").lower(), parts.get("count")
    this = {
        "week": today - timedelta(today.weekday()),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }
    if not unit:
        return this[(parts["this"] or "").lower()], today
    if unit in this and not count and not parts["to_today"]:
        end = this[unit] - timedelta(1)
        start = {"week": end - timedelta(6), "month": end.replace(day=1), "year": end.replace(month=1, day=1)}
        return start[unit], end
    days = {"day": 1, "week": 7, "month": 30.5, "year": 365.25}[unit]
    return today - timedelta(round(days * number(count or "1"))), today


def _days_of(point: str) -> tuple[date, date]:
    """The first and the last day of a date, a month, a year or a decade."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", point):
        return date.fromisoformat(point), date.fromisoformat(point)
    year = int(re.findall(r"\d{4}", point)[-1])
    named = re.search(MONTH, point.lower())
    if not named:
        years = 10 if point.lower().endswith("s") else 1
        return date(year, 1, 1), date(year + years - 1, 12, 31)
    month = month_number(named[0])
    numbers = re.findall(r"\d+", point)
    if len(numbers) > 1:
        return (day := date(year, month, int(numbers[0]))), day
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _when(period: Period) -> str:
    """ "in January 2020", "since 1 March 2023", "until 4 May 2021", "from ... to ..."."""
    start, end = period.start, period.end
    if start is None or end is None:
        return f"since {day_in_words(start)}" if start else f"until {day_in_words(end or date.max)}"
    if start == end:
        return f"on {day_in_words(start)}"
    if start.day == 1 and (end + timedelta(1)).day == 1:
        if (start.year, start.month) == (end.year, end.month):
            return f"in {start:%B %Y}"
        if start.month == 1 and end.month == 12:
            return f"in {start.year}" + (f" to {end.year}" if end.year > start.year else "")
    return f"from {day_in_words(start)} to {day_in_words(end)}"


def day_in_words(when: date) -> str:
    """3 May 2024"""
    return f"{when.day} {when:%B %Y}"
