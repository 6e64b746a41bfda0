"""How sure an answer is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.reading.candidate import Signals
from chatbot.reading.confidence import UNFITTED, Calibration, calibration, probability
from chatbot.reading.readers import JOINT


def test_the_score_is_the_weighted_sum_of_the_signals() -> None:
    model = Calibration(0.5, {"margin": 2.0, "missing": -1.0})
    # 2 * 1.5 - 1 * 0.25 + 0.5; what has no weight does not count
    assert model(Signals(1.5, 0.9, 0.25, 0.5)) == pytest.approx(3.25)


def test_a_score_is_the_logit_of_its_probability() -> None:
    assert probability(0.0) == 0.5
    assert probability(1.0986122886681098) == pytest.approx(0.75)  # three to one


def test_a_reader_that_nothing_was_fitted_for_is_taken_by_its_margin() -> None:
    assert calibration("a/cross-encoder") is UNFITTED
    assert UNFITTED(Signals(2.0, 1.0, 1.0, 1.0)) == 2.0


@pytest.mark.parametrize("reader", [*JOINT, "none"])
def test_what_is_stored_for_a_reader_weighs_signals_that_there_are(reader: str) -> None:
    weights = calibration(reader).weights
    assert set(weights) <= set(Signals._fields)
    assert weights["margin"] > 0


@pytest.mark.filterwarnings("error")
@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_it_is_a_probability_that_rises_with_the_score(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= probability(low) <= probability(high) <= 1
