"""The words of a quotation that answer: where the question asks for a number, a date, a name.

A pattern finds the words that could be it. Where there are several, those are taken that stand nearest to
what the question says: each of its tokens points, by the reader's vectors, at its match in the sentence.
Where two are about as near nothing is marked; the quotation stands whole anyway.
"""

from __future__ import annotations

import re
from collections.abc import Set

import numpy as np

from chatbot.extract import Candidate
from chatbot.features import Asked
from index.tokens import terms

_REACH = 4.0
"""Tokens over which nearness falls to a third."""

_INSIDE = 3.0
"""Distance of a match within the words themselves: what the question says already does not answer it."""

_LEAD = 0.03
"""How much nearer (0 to 1) the marked words are than any others; on XQuAD eight marks of ten are right."""

_SCALE = r"(?:\s(?:hundred|thousand|million|billion|trillion|dozen|m|bn|k)\b)?"
_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
_ONES = r"one|two|three|four|five|six|seven|eight|nine"
_TENS = r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WORDS = (
    rf"(?:(?:{_TENS})(?:[- ](?:{_ONES}))?|{_ONES}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|(?:a|several|half a) (?:hundred|thousand|million|billion|dozen)|twice|once|"
    r"none)"
)
_AMOUNT = rf"(?:{_DIGITS}|\b{_WORDS}\b){_SCALE}"
_UNIT = (
    r"(?:[\s-](?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|times|miles?|metres?|meters?|feet|"
    r"kilomet(?:re|er)s?|km|kg|tonnes?|tons?|acres?|hectares?|degrees?|per ?cent)\b)?"
)
_ORDINAL = r"(?:st|nd|rd|th)?"
_MONTH = (
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_YEAR = r"\b(?:1\d{3}|20\d\d)\b"
_NAME = r"\b[A-Z][\w'’&-]*(?: (?:(?:of|the|de|van|von|al|and)(?: the)? (?=[A-Z]))?[A-Z][\w'’&-]*)*"

_PATTERNS = {
    "money": re.compile(rf"[£$€¥]\s?{_DIGITS}{_SCALE}|{_AMOUNT}\s(?:pounds?|dollars?|euros?|pence|cents?)\b"),
    "share": re.compile(
        rf"{_DIGITS}\s?(?:%|per ?cent\b)|\b{_WORDS} per ?cent\b|\bhalf\b"
        r"|\b(?:a|one|two|three|four) (?:thirds?|quarters?|fifths?|tenths?)\b"
        rf"|\b(?:{_ONES}|\d+) (?:in|out of) (?:{_ONES}|ten|\d+)\b",
        re.IGNORECASE,
    ),
    "year": re.compile(_YEAR),
    "number": re.compile(rf"[£$€¥]?{_AMOUNT}%?{_UNIT}", re.IGNORECASE),
    "date": re.compile(
        rf"(?:\b\d{{1,2}}{_ORDINAL} (?:of )?)?{_MONTH}(?: \d{{1,2}}{_ORDINAL}\b)?(?:,? \d{{4}}\b)?"
        rf"|{_YEAR}(?:[-–]\d{{2,4}}\b)?s?|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
        r"|\b(?:\d{1,2}(?:st|nd|rd|th)|\w+th) century\b"
        r"|\b(?:last|next|this) (?:week|month|year|summer|winter|spring|autumn)\b"
    ),
    "person": re.compile(_NAME),
    "place": re.compile(_NAME),
}


def highlight(asked: Asked, candidate: Candidate) -> tuple[int, int] | None:
    """(start, end), characters of the article: the words of the sentence that are asked for, or None."""
    pattern = _PATTERNS.get(asked.kind)
    if pattern is None:
        return None
    text, start = candidate.quote, candidate.sentence.start
    known = set(asked.rarity)
    spans = [match.span() for match in pattern.finditer(text) if _tells(match, text, known)]
    if len(spans) > 1:
        nearness = _nearness(asked, candidate, spans)
        order = np.argsort(-nearness)
        if nearness[order[0]] - nearness[order[1]] < _LEAD:
            return None
        spans = [spans[order[0]]]
    return (start + spans[0][0], start + spans[0][1]) if spans else None


def _tells(match: re.Match[str], text: str, known: Set[str]) -> bool:
    """Whether a match says something that the question does not, and is no word but for its capital."""
    words = set(terms(match.group()))
    opening = not text[: match.start()].strip("\"'“‘( ")
    ordinary = opening and match.group().isalpha() and match.re.pattern == _NAME
    return bool(words - known) and not ordinary


def _nearness(asked: Asked, candidate: Candidate, spans: list[tuple[int, int]]) -> np.ndarray:
    """(n,), 0 to 1: how near each of the spans (characters of the sentence) stands to what is asked about."""
    at = candidate.reading.between(candidate.sentence.start, candidate.sentence.end)
    offsets = candidate.reading.offsets[at] - candidate.sentence.start
    if not len(offsets):
        return np.zeros(len(spans))
    similarity = asked.tokens[asked.content] @ candidate.reading.tokens[at].T
    weight = asked.weight[asked.content] * similarity.max(axis=1)
    matched = similarity.argmax(axis=1)
    near = []
    for start, end in spans:
        inside = np.flatnonzero((offsets[:, 0] < end) & (start < offsets[:, 1]))
        if not len(inside):  # behind what the model reads
            near.append(0.0)
            continue
        distance = np.maximum(inside[0] - matched, matched - inside[-1]).astype(float)
        distance[distance <= 0] = _INSIDE
        near.append(float(weight @ np.exp(-distance / _REACH)))
    return np.array(near) / max(float(asked.weight[asked.content].sum()), 1e-9)
