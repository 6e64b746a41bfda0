"""Quotations found again: exactly where they stand, whatever became of the white space around the words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.questions.resolve import fold, folded, places

ALPHABET = "ab \r\n\t\u00a0\u202f🌧\u00ad\u200b'’\"“”-–—\u2011é"
texts = st.text(ALPHABET, max_size=40)


def found(text: str, quote: str) -> list[str]:
    return [text[start:end] for start, end in places(folded(text), quote)]


@given(texts, texts)
def test_every_place_says_what_the_quotation_says(text, quote):
    spans = places(folded(text), quote)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(fold(text[start:end]) == fold(quote) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(texts, st.data())
def test_what_is_copied_from_the_text_is_found(text, data):
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    spans = places(folded(text), quote)
    assert bool(spans) == bool(fold(quote))
    # Two that overlap cannot both be given; one of them is.
    inner = [at for at in range(len(quote)) if fold(quote[at])] or [0]
    first, stop = start + inner[0], start + inner[-1] + 1
    assert not spans or any(one < stop and first < end for one, end in spans)


@given(st.lists(st.sampled_from(["Rain", "fell", "🌧️", "“on”", "May—June"]), min_size=1), st.data())
def test_an_article_that_was_set_anew_has_each_quotation_as_often_as_before(words, data):
    gaps = st.sampled_from([" ", "\n", "\r\n", "\u00a0", " \t ", " \u00ad\n"])
    anew = "".join(data.draw(gaps) + word for word in words)
    plain = " ".join(words).translate(str.maketrans("“”—", '""-'))
    start = data.draw(st.integers(0, len(words) - 1))
    quote = " ".join(words[start : data.draw(st.integers(start + 1, len(words)))])
    assert len(found(anew, quote)) == len(found(plain, quote)) > 0


@given(texts)
def test_what_is_folded_stays_as_it_is(text):
    once = folded(text)
    assert folded(once.text).text == once.text
    assert len(once.places) == len(once.text)
    assert list(once.places) == sorted(set(once.places))


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("aaaa", "aa", ["aa", "aa"]),
        ("a  b\na b", "a b", ["a  b", "a b"]),
        ("the brid\u00adge\u00ad closed", "bridge", ["brid\u00adge"]),
        ("It’s “on”", "It's \"on\"", ["It’s “on”"]),
        ("It's \"on\"", "It’s „on“", ["It's \"on\""]),
        ("9 May – 3 June", "9 May - 3\u00a0June", ["9 May – 3 June"]),
        ("Rain fell.", "  Rain\u00a0fell.\r\n", ["Rain fell."]),
        ("Rain fell.", "rain fell.", []),
        ("Rain fell.", "\u00ad", []),
        ("", "a", []),
    ],
)  # fmt: skip
def test_by_hand(text, quote, expected):
    assert found(text, quote) == expected
