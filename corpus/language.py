"""English in news: one definition each of a month, a year, a number word, a name and a pointing word.

The patterns are strings, to be built into larger ones; none has a capturing group. What is spelt in small
letters here matches small letters: compile it with re.IGNORECASE, or fold the text before.
"""

from __future__ import annotations

import re
import string

MONTHS = tuple(
    "january february march april may june july august september october november december".split()
)
MONTH = rf"(?:{'|'.join(MONTHS)})"
"""A month in full."""
MONTH_OR_SHORT = rf"(?:{'|'.join(MONTHS)}|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
"""A month in full or abbreviated ("Sept."); `month_number` reads both."""
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())

YEAR = r"(?:1[5-9]|20)\d\d"
"""1500 to 2099."""
LATE_YEAR = r"(?:1[89]|20)\d\d"
"""1800 to 2099, for questions: a smaller number is more often a count there ("the 1500 directors")."""

UNITS = tuple("one two three four five six seven eight nine".split())
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SMALL_NUMBERS = (*UNITS, *_TEENS)
"""One to nineteen, in order."""
NUMBER_WORD = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(UNITS)}))?|{'|'.join(reversed(SMALL_NUMBERS))}|dozen)"
)
"""A spelt number from one to ninety-nine, or "dozen"; `number` reads it."""
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
"""Into how many parts each divides."""
_NUMBERS = (
    {word: n for n, word in enumerate(SMALL_NUMBERS, 1)}
    | {word: 10 * n for n, word in enumerate(_TENS, 2)}
    | {"dozen": 12}
)
NUMBER_WORDS = frozenset({*_NUMBERS, *SCALES, *FRACTIONS, "twice"})
"""Single words that say how many, or which part."""

CAPITALISED = r"[A-Z][\w'’&-]*"
"""A word with a capital: a name, a part of one, or the first word of a sentence."""
NAME = rf"{CAPITALISED}(?: (?:(?:of the|for the|of|for|and|the|de|van|von) )?{CAPITALISED})*"
"""A run of capitalised words, with the small words that join them ("Ann Leeds of the Harbour Board")."""
TITLES = tuple("Dr Prof Professor Sir Dame Lord Lady Mr Mrs Ms Miss".split())
TITLE = rf"(?:{'|'.join(TITLES)})\b\.?"
"""What stands before a person's name."""

PERSONAL = tuple("it they them he she him her".split())
POSSESSIVE = tuple("its their theirs his her hers".split())
DEMONSTRATIVE = tuple("this that these those".split())
POINTING = rf"(?:{'|'.join(dict.fromkeys((*PERSONAL, *POSSESSIVE, *DEMONSTRATIVE)))})"
"""A word that points to what was named elsewhere."""

_BEFORE_SENTENCE = string.whitespace + "\"'“‘("


def month_number(month: str) -> int:
    """1 to 12, of what `MONTH_OR_SHORT` matches, in any case. ValueError for a word that begins otherwise."""
    short = month[:3].lower()
    return [name[:3] for name in MONTHS].index(short) + 1


def number(words: str) -> int:
    """The value of digits ("12") or of what `NUMBER_WORD` matches ("twenty-one"), in any case.

    KeyError for another word.
    """
    if words.isdigit():
        return int(words)
    return sum(_NUMBERS[word] for word in re.split(r"[- ]", words.lower()))


def opens_sentence(text: str, start: int) -> bool:
    """Whether a sentence begins at `start`, so that a capital there need not be that of a name."""
    before = text[:start].rstrip(_BEFORE_SENTENCE)
    return not before or before[-1] in ".!?:"
