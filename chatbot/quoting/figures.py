"""The figures and dates of a sentence, in a form in which two sentences can be compared.

What is read is what newspapers and wires print: digits and number words, ranges, shares ("11%", "a fifth",
"eight in ten"), money, spans of time, dates and seasons, times of day, and counts with what they count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from corpus.language import (
    FRACTIONS,
    MONTH_OR_SHORT,
    NUMBER_WORD,
    NUMBER_WORDS,
    SCALES,
    UNITS,
    YEAR,
    month_number,
    number,
)
from index.tokens import fold, terms

Kind = Literal["share", "money", "span", "date", "time", "count", "score"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    `value` is one number, or the two ends of a range; a share in per cent, a span in days, a time in hours;
    of a date year, month (13 to 16 for a season) and day, 0 where not given; of a score both sides. `unit` is
    the first terms of what is counted, or the currency; `per` what it is reckoned by ("£9 a head"). `exact`
    is false for "about 40", "over 200" and "a fifth". `step` is the last place that is printed: 1,000 for
    "6,000", 100,000 for "2.4 million". `before` and `after` are the terms around it, the nearest first.
    """

    kind: Kind
    value: tuple[float, ...]
    unit: tuple[str, ...] = ()
    exact: bool = True
    step: float = 0.0
    per: str = ""
    before: tuple[str, ...] = field(default=(), compare=False)
    after: tuple[str, ...] = field(default=(), compare=False)

    def agrees(self, other: Figure) -> bool:
        """Whether both may be the same: equal, or within 5% (3 points of a share) where one is rough."""
        if self.kind != other.kind:
            return False
        if self.kind == "date":
            return all(map(_same_time, self.value, other.value))
        if self.kind in ("score", "time"):
            return self.value == other.value
        if self._ranges(other):
            return self.value[0] <= other.value[-1] and other.value[0] <= self.value[-1]
        away = abs(self.amount - other.amount)
        if self.exact and other.exact:
            return away <= 1e-9 * self.amount
        return away <= (3.0 if self.kind == "share" else 0.05 * max(self.amount, other.amount))

    def may_be(self, other: Figure) -> bool:
        """Whether both may be one figure of one thing, if only in other places of rounding."""
        if self.kind in ("money", "count") and not self._counts_with(other):
            return False
        return self.kind == other.kind and self.per == other.per and not self.contradicts(other)

    def contradicts(self, other: Figure) -> bool:
        """Whether both measure the same in another figure, and no rounding explains it."""
        if self.kind != other.kind or self.per != other.per or self.agrees(other):
            return False
        if self.kind in ("money", "count") and not self._counts_with(other):
            return False
        if self.kind in ("date", "score", "time"):
            return True
        low, high = sorted((self, other), key=lambda figure: figure.value)
        return high.value[0] - low.value[-1] > 0.501 * max(self.step, other.step)

    @property
    def amount(self) -> float:
        """The one number of a share, a sum, a span or a count; of a range its middle."""
        return sum(self.value) / len(self.value)

    def _ranges(self, other: Figure) -> bool:
        return len(self.value) > 1 or len(other.value) > 1

    def _counts_with(self, other: Figure) -> bool:
        """Whether both count the same: "213 directors came", but not "157 networks came"."""
        if not self.unit or not other.unit:  # "a magnitude of 6.1"
            return bool(self.before and self.before[:1] == other.before[:1])
        return bool({*self.unit} & {*other.unit} & {*self.unit[:1], *other.unit[:1]})


def _same_time(one: float, other: float) -> bool:
    """Whether a year, a month or season, or a day may be the other's: equal, not given, or in its season."""
    if not one or not other or one == other:
        return True
    month, season = sorted((one, other))
    return 12 < season < 17 and month < 13 and _SEASONS[int(season) - 13][1] == int(month) % 12 // 3


_SEASONS = (("spring", 1), ("summer", 2), ("autumn", 3), ("winter", 0))
"""With the quarter of the year, December first."""
_SCALES = SCALES | {"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "bn": 1e9, "bln": 1e9, "trillion": 1e12}
_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 365 / 12, "year": 365, "decade": 3650}
_CURRENCIES = {"£": "pound", "$": "dollar", "€": "euro", "pence": "pound", "stg": "pound", "dlr": "dollar"}
_COINS = r"pound|dollar|euro|pence|stg|dlr|yen|yuan|franc|mark|peso|rupee|krona|krone"

_DIGITS = r"\d+[ -]\d{1,2}/\d{1,2}(?![\d/])|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_ONE = rf"(?:{_DIGITS}|{NUMBER_WORD}\b)"
_SCALE = rf"(?:{'|'.join(_SCALES)})\b"
_BETWEEN = rf"(?:(?<=\bbetween )|(?<=\bbetween [£$€])|(?!{_ONE}(?:[ -]?{_SCALE})? and ))"
_LOW = rf"(?<!\bfrom )(?<!\bfrom [£$€]){_BETWEEN}(?P<low>{_ONE})(?:[ -]?(?P<low_scale>{_SCALE}))?"
_TO = r"(?: (?:to|or|and) |(?<=[\dmnk])-(?=[\d£$€]))[£$€]?"
_AMOUNT = rf"(?:{_LOW}{_TO})?(?P<number>{_ONE})(?:[ -]?(?P<scale>{_SCALE}))?"
_NUMBER = rf"(?<![\w.,/]){_AMOUNT}"
_MONTH = rf"(?P<month>{MONTH_OR_SHORT})"
_YEAR = rf"(?P<year>{YEAR})"
_IN = r"(?:(?<=\bin )|(?<=\blast )|(?<=\bnext )|(?<=\bby )|(?<=\bsince )|(?<=\buntil ))"
_HALF = r"am|pm|a\.m\.|p\.m\."
_CLOCK = r"(?:hours|hrs|gmt|est|edt|bst)"
_MEASURE = rf"(?:%|pc|per ?c|{'|'.join(_SCALES)})"
_SEASON = "|".join(name for name, _ in _SEASONS)
_UNIT = rf"{'|'.join(UNITS)}|\d"
_FEW = rf"{'|'.join(UNITS[:5])}|\d"  # "six quarters" are counted
_OF_TEN = rf"{'|'.join(UNITS[1:])}|ten|[2-9]|10|20|100"

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("time", rf"(?<![\d.:])(?P<hour>\d\d?)(?:[.:](?P<minute>[0-5]\d))? ?(?P<half>{_HALF})(?!\w)"),
        ("date", rf"(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? {_YEAR})?\b"),
        ("date", rf"\b{_MONTH} (?P<day>\d\d?)(?:st|nd|rd|th)?\b(?:,? {_YEAR})?(?!\d|,\d)"),
        ("date", rf"\b{_MONTH},? {_YEAR}\b"),
        ("date", rf"{_IN}{_MONTH}\b"),
        ("date", rf"\b(?P<season>{_SEASON}|fall),? {_YEAR}\b"),
        ("date", rf"{_IN}(?P<season>{_SEASON})\b"),
        ("score", rf"(?<![\d-])(?P<left>\d\d?)[-–](?P<right>\d\d?)(?![\d/-]| ?{_MEASURE})"),
        ("money", rf"(?P<sign>[£$€]) ?{_AMOUNT}"),
        ("money", rf"{_NUMBER}[ -](?:[a-z]+ )?(?P<sign>{_COINS})s?\b"),
        ("share", rf"{_NUMBER} ?(?:%|per ?cent\b|pct\b|percent\b)"),
        ("part", rf"\b(?P<top>{_UNIT})(?: \w+){{0,3}} in (?P<of>{_OF_TEN})\b"),
        ("part", rf"\b(?P<top>an?|{_FEW})[- ](?P<of>{'|'.join(FRACTIONS)})s?\b"),
        ("part", r"(?<!first )(?<!second )\b(?P<of>half)\b(?! (?:an? )?(?:year|hour|month|century|time)\b)"),
        ("date", rf"(?<![\d.,/£$€-]){_YEAR}(?:/\d\d(?:\d\d)?)?(?!,\d|\.\d|[-/\d]| {_CLOCK}\b)"),
        ("span", rf"{_NUMBER}[ -](?P<time>hour|day|week|month|year|decade)s?\b"),
        ("count", _NUMBER),
    )
)  # fmt: skip
_ROUGHLY = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|approximately|some"
    r"|(?P<over>over|more than|at least|in excess of)"
    r"|(?:less|fewer|other) than|under|up to|close to|as many as|estimated|circa|just below"
    r")(?: an?)? ?[£$€]?$"
)
_VERB = re.compile(r"\b(?=may\b|march\b)")
_COUNTED = re.compile(r"(?:[ -]+(?:[a-z][a-z'-]*|\d+)){1,5}")
_PER = re.compile(
    r"[ -]an?[ -](?P<one>[a-z]+)"
    r"|(?:[ -][a-z]+){0,2}?[ -](?:per[ -](?P<any>[a-z]+)|an?[ -](?P<time>hour|day|week|month|year))\b"
)
_AROUND = 80
"""Characters before and after a figure that are read for the words around it."""
_NUMBERS = frozenset(terms(" ".join([*NUMBER_WORDS, *_SCALES])))
_SKIPPED = frozenset(terms("additional extra further new different full total separate"))


def figures(text: str) -> tuple[tuple[Figure, ...], frozenset[str]]:
    """The figures of a sentence in order of their kinds, and the terms that are left without them."""
    if not text.islower():  # else the months have no capital either
        text = _VERB.sub("_", text)  # "he may 5 times": no month is read in "_may"
    rest = fold(" ".join(text.split()))
    whole, found = rest, list[Figure]()
    for form, pattern in _FORMS:
        for match in pattern.finditer(rest):
            if figure := _figure(form, match, rest):
                before, after = _around(whole, match.start(), match.end())
                found.append(replace(figure, before=before, after=after))
        if form != "count":  # what one form has read, the next does not read again
            rest = pattern.sub(lambda match: "_" * len(match[0]), rest)
    left = _FORMS[-1][1].sub(" ", rest.replace("_", " "))
    return tuple(dict.fromkeys(_without_glosses(found))), frozenset(terms(left))


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """A place in a text, widened where it begins or ends within a figure or its unit: the "18" of "£18m"."""
    rest = text.lower()
    if len(rest) != len(text):
        return start, end
    for form, pattern in _FORMS:
        for match in pattern.finditer(rest):
            if match.start() < end and start < match.end():
                start, end = min(start, match.start()), max(end, match.end())
        if form != "count":
            rest = pattern.sub(lambda match: "_" * len(match[0]), rest)
    return start, end


def _around(text: str, start: int, end: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The terms before and after a place, the nearest first, of words that stand within _AROUND whole."""
    first, last = max(0, start - _AROUND), end + _AROUND
    before = text[first:start] if first == 0 else text[first:start].partition(" ")[2]
    after = text[end:last] if last >= len(text) else text[end:last].rpartition(" ")[0]
    return tuple(reversed(_words(before))), tuple(_words(after))


def _words(text: str) -> list[str]:
    """The terms of a text that are no numbers."""
    return [term for term in terms(text) if term[0].isalpha() and term not in _NUMBERS]


def _without_glosses(found: list[Figure]) -> list[Figure]:
    """Without the "almost half" that goes with a "(49%)": two ways to say one figure."""
    printed = [figure.amount for figure in found if figure.kind == "share" and figure.step]
    return [
        figure
        for figure in found
        if figure.kind != "share" or figure.step or all(abs(figure.amount - share) > 10 for share in printed)
    ]


def _figure(form: str, match: re.Match[str], text: str) -> Figure | None:
    """The figure of a match of one of `_FORMS` in the text; None where it is none."""
    parts = match.groupdict()
    if form == "date":
        month = month_number(parts["month"]) if parts.get("month") else 0
        if season := parts.get("season"):
            month = 13 + [name for name, _ in _SEASONS].index(season.replace("fall", "autumn"))
        return Figure("date", (int(parts.get("year") or 0), month, int(parts.get("day") or 0)))
    if form == "time":
        noon = 12 if parts["half"].startswith("p") else 0
        return Figure("time", (int(parts["hour"]) % 12 + noon + int(parts["minute"] or 0) / 60,))
    if form == "score":
        return Figure("score", (int(parts["left"]), int(parts["right"])))
    if form == "part":
        of = FRACTIONS.get(parts["of"]) or number(parts["of"])
        top = 1 if parts.get("top") in (None, "a", "an") else number(parts["top"])
        return Figure("share", (100.0 * top / of,), exact=False) if top < of else None
    value, step, is_round = _value(parts["number"], parts["scale"])
    before = text[max(0, match.start() - 24) : match.start()]
    low = _low(parts, value)
    about = _ROUGHLY.search(before)
    exact = not (about and is_round) and not low
    over = bool(about and about["over"] and is_round)
    per = _PER.match(text, match.end())
    values: tuple[float, ...] = (low, value) if low else (value, 1.1 * value) if over else (value,)
    unit: tuple[str, ...] = ()
    if form == "span":  # "12 months" and "a year" are no precise spans
        return Figure("span", tuple(value * _DAYS[parts["time"]] for value in values), exact=False)
    if form == "money":
        hundredth = 100 if parts["sign"] == "pence" else 1
        values, step = tuple(value / hundredth for value in values), step / hundredth
        unit = (_CURRENCIES.get(parts["sign"], parts["sign"]),)
    if form == "count":
        if parts["number"] == "one" and not parts["scale"]:
            return None  # "one director parts" counts nothing
        counted = _COUNTED.match(text, match.end())
        unit = tuple(term for term in _words(counted[0] if counted else "") if term not in _SKIPPED)[:2]
    kind: Kind = "money" if form == "money" else "share" if form == "share" else "count"
    return Figure(kind, values, unit, exact, step, next(filter(None, per.groups()), "") if per else "")


def _low(parts: Mapping[str, str | None], high: float) -> float:
    """The lower end of a range that is printed as two numbers; 0 where it is none."""
    if not parts["low"]:
        return 0.0
    low, *_ = _value(parts["low"], parts["low_scale"] or parts["scale"])
    return low if low < high else 0.0


def _value(printed: str, scale: str | None) -> tuple[float, float, bool]:
    """A printed number, the value of its last place that is not rounded away, and whether it is a round one.

    Round is what has one figure that counts, or a 5 or 0 at the end of those: 8,000, 250, 6.5.
    """
    times = _SCALES[scale] if scale else 1.0
    if not printed[0].isdigit():
        value = number(printed)
        return value * times, times, value < 10 or value % 5 == 0
    if "/" in printed:
        whole, top, of = re.split(r"[ /-]", printed)
        return (int(whole) + int(top) / max(int(of), 1)) * times, 0.0, False
    plain = printed.replace(",", "")
    whole, _, decimals = plain.partition(".")
    step = 10.0 ** -len(decimals)
    if not decimals and len(whole) > 3:
        step = 10.0 ** (len(whole) - len(whole.rstrip("0")))
    counting = plain.replace(".", "").strip("0")
    return float(plain) * times, step * times, len(counting) < 2 or counting.endswith("5")
