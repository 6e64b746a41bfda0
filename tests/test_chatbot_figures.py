"""The figures and dates of a sentence."""

from __future__ import annotations

import pytest

from chatbot.quoting.figures import Figure, figures, whole


def one(text: str) -> Figure:
    (figure,), _ = figures(text)
    return figure


@pytest.mark.parametrize(
    ("text", "kind", "value", "exact"),
    [
        ("It was 11% of them.", "share", (11,), True),
        ("Seventy-one per cent agreed.", "share", (71,), True),
        ("Eight in ten agreed.", "share", (80,), False),
        ("More than four-fifths agreed.", "share", (80,), False),
        ("Almost half (49%) agreed.", "share", (49,), True),
        ("It costs £2.4m.", "money", (2.4e6,), True),
        ("It costs about two pounds.", "money", (2,), False),
        ("There were 6,000 additional doctors.", "count", (6000,), True),
        ("There were fewer than 40,000 patients.", "count", (40000,), False),
        ("It began in July 2019.", "date", (2019, 7, 0), True),
        ("It began on 3 May 2019.", "date", (2019, 5, 3), True),
        ("It lasted three weeks.", "span", (21,), False),
        ("They won 3-1 away.", "score", (3, 1), True),
        ("It costs between £10m and £12m.", "money", (10e6, 12e6), False),
        ("It costs 18 million pounds.", "money", (18e6,), True),
        ("Some 48% of tenants agreed.", "share", (48,), True),  # no round number
        ("It opens in autumn 2027.", "date", (2027, 15, 0), True),
        ("It closed on March 31, at last.", "date", (0, 3, 31), True),
        ("It began at 3.15pm.", "time", (15.25,), True),
        ("It holds 3 of its tenants.", "count", (3,), True),
    ],
)
def test_what_newspapers_print_is_read(text: str, kind: str, value: tuple[float, ...], exact: bool) -> None:
    figure = one(text)
    assert (figure.kind, figure.value, figure.exact) == (kind, value, exact)


def test_one_counts_nothing_and_the_rest_is_left() -> None:
    found, rest = figures("One director said that 213 replies came in July 2019.")
    assert [figure.kind for figure in found] == ["date", "count"]
    assert {"director", "repli", "came"} <= rest
    assert not {"213", "juli", "2019"} & rest


@pytest.mark.parametrize(
    ("first", "second", "agrees", "contradicts"),
    [
        ("It was 11%.", "It was 11 per cent.", True, False),
        ("It was 81%.", "It was four in five.", True, False),
        ("It was 11%.", "It was 19%.", False, True),
        ("It costs £2.4m.", "It costs £2m.", False, False),  # rounded
        ("It costs £2m.", "It costs £3m.", False, True),
        ("It costs £2m.", "It costs $3m.", False, False),
        ("213 directors came.", "157 directors came.", False, True),
        ("213 directors came.", "157 networks came.", False, False),
        ("It began in July 2019.", "It began on 3 July 2019.", True, False),
        ("It began in July 2019.", "It began in May 2019.", False, True),
        ("It opens in autumn 2027.", "It opens in October 2027.", True, False),
        ("It opens in autumn 2027.", "It opens in spring 2027.", False, True),
        ("It costs £9 a week.", "It costs £480 a year.", False, False),
        ("It owes £19.7bn.", "It owes between 19 and 20 billion pounds.", True, False),
        ("More than 200 directors came.", "213 directors came.", True, False),
        ("It was 48%.", "It was 49%.", False, True),
        ("It cost £18m.", "It cost 21 million pounds.", False, True),
    ],
)
def test_two_figures_agree_contradict_or_neither(
    first: str, second: str, agrees: bool, contradicts: bool
) -> None:
    assert one(first).agrees(one(second)) == agrees
    assert one(first).contradicts(one(second)) == contradicts


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("He may 5 times a week.", "count"),
        ("The 5 may appeal.", "count"),
        ("They march 5 miles.", "count"),
        ("He left on May 5.", "date"),
        ("MAY 5: he left.", "date"),
        ("he left on may 5", "date"),
    ],
)
def test_a_verb_is_no_month(text: str, kind: str) -> None:
    assert one(text).kind == kind


def test_a_verb_that_is_spelt_as_a_month_stays_a_term() -> None:
    assert "march" in figures("They march on.")[1]


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("It costs £18m now.", "£18", "£18m"),
        ("It costs £18m now.", "18", "£18m"),
        ("Some 48% agreed.", "48", "48%"),
        ("Work ends in June 2026.", "2026", "June 2026"),
        ("It is open until midnight.", "until", "until"),
    ],
)
def test_a_place_within_a_figure_becomes_the_whole_figure(text: str, part: str, expected: str) -> None:
    start, end = whole(text, text.index(part), text.index(part) + len(part))
    assert text[start:end] == expected
