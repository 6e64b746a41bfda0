"""How sure an answer is."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.candidate import Candidate, Evidence
from chatbot.confidence import UNFITTED, Calibration, calibration, confidence, evidence
from chatbot.reading.readers import JOINT
from tests.reading import neighbours


def candidate(margin: float, cosine: float = 0.0, missing: float = 0.0) -> Candidate:
    return replace(neighbours("a", "Rust was found.")[0], evidence=Evidence(margin, cosine, missing))


def test_no_candidates_no_numbers() -> None:
    assert confidence("joint", []) == []
    assert evidence([]).shape == (0, len(Evidence._fields))


def test_the_probability_is_the_logistic_function_of_the_weighted_evidence() -> None:
    model = Calibration(0.5, {"margin": 2.0, "missing": -1.0})
    # 2 * 1.5 - 1 * 0.25 + 0.5; what has no weight does not count
    assert model(evidence([candidate(1.5, 0.9, 0.25)])) == pytest.approx([1 / (1 + math.exp(-3.25))])


def test_a_reader_that_nothing_was_fitted_for_is_taken_by_its_margin() -> None:
    assert calibration("a/cross-encoder") is UNFITTED
    assert confidence("a/cross-encoder", [candidate(0.0), candidate(2.0)]) == pytest.approx(
        [0.5, 1 / (1 + math.exp(-2))]
    )


@pytest.mark.parametrize("reader", [*JOINT, "none"])
def test_what_is_stored_for_a_reader_weighs_evidence_that_there_is(reader: str) -> None:
    weights = calibration(reader).weights
    assert set(weights) <= set(Evidence._fields)
    assert weights["margin"] > 0


NUMBER = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.filterwarnings("error")
@given(st.lists(st.tuples(NUMBER, st.floats(-1, 1), st.floats(0, 1)), min_size=1, max_size=6))
def test_confidence_is_a_probability_whatever_the_evidence(rows: list[tuple[float, float, float]]) -> None:
    sure = np.array(confidence("joint", [candidate(*row) for row in rows]))
    assert sure.shape == (len(rows),)
    assert ((sure >= 0) & (sure <= 1)).all()
