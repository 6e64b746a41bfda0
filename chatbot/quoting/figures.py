"""The figures and dates of a sentence, in a form in which two sentences can be compared.

What is read is what newspapers print: digits and number words, shares ("11%", "eight in ten", "a fifth"),
money, spans of time, dates, and counts with the words that they count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corpus.language import FRACTIONS, MONTH_OR_SHORT, NUMBER_WORD, SCALES, UNITS, YEAR, month_number, number
from index.tokens import fold, terms

Kind = Literal["share", "money", "span", "date", "count", "score"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    `value` is one number, a share in per cent, a span in days; of a date year, month and day, 0 where not
    given; of a score both sides. `unit` holds the first terms of what is counted, or the currency. `exact`
    is false for "about 40", "over 200" and "a fifth". `step` is the last place that is printed: 1,000 for
    "6,000", 100,000 for "2.4 million".
    """

    kind: Kind
    value: tuple[float, ...]
    unit: tuple[str, ...] = ()
    exact: bool = True
    step: float = 0.0

    def agrees(self, other: Figure) -> bool:
        """Whether both may be the same: equal, or within 5% (3 points of a share) where one is rough."""
        if self.kind != other.kind:
            return False
        if self.kind in ("date", "score"):
            pairs = zip(self.value, other.value, strict=True)
            return all(a == b or (self.kind == "date" and not (a and b)) for a, b in pairs)
        away = abs(self.amount - other.amount)
        if self.exact and other.exact:
            return away <= 1e-9 * self.amount
        return away <= (3.0 if self.kind == "share" else 0.05 * max(self.amount, other.amount))

    def contradicts(self, other: Figure) -> bool:
        """Whether both measure the same in another figure, and no rounding explains it."""
        if self.kind != other.kind or self.agrees(other):
            return False
        # One of them the first: "213 directors came", "157 networks came".
        both = {*self.unit} & {*other.unit}
        if self.kind in ("money", "count") and not both & {*self.unit[:1], *other.unit[:1]}:
            return False
        if self.kind in ("date", "score"):
            return True
        return abs(self.amount - other.amount) > max(self.step, other.step) / 2

    @property
    def amount(self) -> float:
        """The one number of a share, a sum, a span or a count."""
        return self.value[0]


_SCALES = SCALES | {"k": 1e3, "m": 1e6, "bn": 1e9}
_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 365 / 12, "year": 365, "decade": 3650}
_CURRENCIES = {"£": "pound", "$": "dollar", "€": "euro", "pence": "pound"}

_DIGITS = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = rf"(?P<number>{_DIGITS}|{NUMBER_WORD})(?:[ -]?(?P<scale>{'|'.join(_SCALES)})\b)?"
_NUMBER = rf"(?<![\w.,]){_AMOUNT}"
_MONTH = rf"(?P<month>{MONTH_OR_SHORT})"
_YEAR = rf"(?P<year>{YEAR})"
_UNIT = rf"{'|'.join(UNITS)}|\d"
_FEW = rf"{'|'.join(UNITS[:5])}|\d"  # "six quarters" are counted
_OF_TEN = rf"{'|'.join(UNITS[1:])}|ten|[2-9]|10|20|100"

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("date", rf"(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? {_YEAR})?\b"),
        ("date", rf"\b{_MONTH} (?P<day>\d\d?)(?:st|nd|rd|th)?\b(?:,? {_YEAR})?(?![\d,])"),
        ("date", rf"\b{_MONTH},? {_YEAR}\b"),
        ("date", rf"(?:(?<=\bin )|(?<=\blast )){_MONTH}\b"),
        ("score", r"(?<![\d-])(?P<left>\d\d?)[-–](?P<right>\d\d?)(?![\d-])"),
        ("money", rf"(?P<sign>[£$€]) ?{_AMOUNT}"),
        ("money", rf"{_NUMBER} (?P<sign>pound|dollar|euro|pence)s?\b"),
        ("share", rf"{_NUMBER} ?(?:%|per ?cent\b)"),
        ("part", rf"\b(?P<top>{_UNIT})(?: \w+){{0,3}} in (?P<of>{_OF_TEN})\b"),
        ("part", rf"\b(?P<top>an?|{_FEW})[- ](?P<of>{'|'.join(FRACTIONS)})s?\b"),
        ("part", r"\b(?P<of>half)\b(?! (?:an? )?(?:year|hour|month|century|time)\b)"),
        ("date", rf"(?<![\d.,/£$€-]){_YEAR}(?:/\d\d(?:\d\d)?)?(?!,\d|\.\d|[-/\d])"),
        ("span", rf"{_NUMBER}[ -](?P<time>hour|day|week|month|year|decade)s?\b"),
        ("count", _NUMBER),
    )
)  # fmt: skip
_ROUGHLY = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|approximately|some|over|(?:more|less|fewer|other) than|under"
    r"|up to|at least|close to|as many as|estimated|circa|just below)(?: an?)? ?[£$€]?$"
)
_VERB = re.compile(r"\b(?=may\b|march\b)")
_COUNTED = re.compile(r"(?:[ -]+[a-z][a-z'-]*){1,5}")
_SKIPPED = frozenset(terms("additional extra further new different full total separate"))


def figures(text: str) -> tuple[tuple[Figure, ...], frozenset[str]]:
    """The figures of a sentence in order of their kinds, and the terms that are left without them."""
    if not text.islower():  # else the months have no capital either
        text = _VERB.sub("_", text)  # "he may 5 times": no month is read in "_may"
    rest = fold(text)
    found: list[Figure] = []
    for form, pattern in _FORMS:
        for match in pattern.finditer(rest):
            if figure := _figure(form, match, rest):
                found.append(figure)
        if form != "count":  # what one form has read, the next does not read again
            rest = pattern.sub(lambda match: "_" * len(match[0]), rest)
    left = _FORMS[-1][1].sub(" ", rest.replace("_", " "))
    return tuple(dict.fromkeys(_without_glosses(found))), frozenset(terms(left))


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
    exact = not _ROUGHLY.search(text[max(0, match.start() - 24) : match.start()])
    if form == "date":
        month = month_number(parts["month"]) if parts.get("month") else 0
        return Figure("date", (int(parts.get("year") or 0), month, int(parts.get("day") or 0)))
    if form == "score":
        return Figure("score", (int(parts["left"]), int(parts["right"])))
    if form == "part":
        of = FRACTIONS.get(parts["of"]) or number(parts["of"])
        top = 1 if parts.get("top") in (None, "a", "an") else number(parts["top"])
        return Figure("share", (100.0 * top / of,), exact=False) if top < of else None
    value, step = _value(parts["number"], parts["scale"])
    if form == "share":
        return Figure("share", (value,), exact=exact, step=step)
    if form == "money":
        sign = _CURRENCIES.get(parts["sign"], parts["sign"])
        hundredth = 100 if parts["sign"] == "pence" else 1
        return Figure("money", (value / hundredth,), (sign,), exact, step / hundredth)
    if form == "span":
        days = _DAYS[parts["time"]]
        return Figure("span", (value * days,), exact=False)  # "12 months" and "a year" are no precise spans
    if parts["number"] == "one" and not parts["scale"]:
        return None  # "one director parts" counts nothing
    after = _COUNTED.match(text, match.end())
    unit = [term for term in terms(after[0] if after else "") if term not in _SKIPPED][:2]
    return Figure("count", (value,), tuple(unit), exact, step)


def _value(printed: str, scale: str | None) -> tuple[float, float]:
    """A printed number and the value of its last place that is not rounded away."""
    times = _SCALES[scale] if scale else 1.0
    if not printed[0].isdigit():
        return number(printed) * times, times
    plain = printed.replace(",", "")
    whole, _, decimals = plain.partition(".")
    step = 10.0 ** -len(decimals)
    if not decimals and len(whole) > 3:
        step = 10.0 ** (len(whole) - len(whole.rstrip("0")))
    return float(plain) * times, step * times
