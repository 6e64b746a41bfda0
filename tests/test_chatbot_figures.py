"""The figures and dates of a sentence."""

from __future__ import annotations

import pytest

from chatbot.quoting.figures import Figure, figures


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
