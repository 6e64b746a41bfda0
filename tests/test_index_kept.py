"""What is kept in memory: bounded, and never anything but what was kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import reencoded
from index.kept import Kept
from index.reencoded import Reencoded, rounded
from index.store import create_store
from tests.fakes import HashEncoder
from tests.stores import filled, written


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans())), st.integers(1, 20))
def test_it_holds_the_last_used_up_to_its_limit(uses: list[tuple[int, bool]], limit: int) -> None:
    kept: Kept[int, str] = Kept(limit, len)
    order: list[int] = []
    for key, put in uses:
        if put:
            kept.keep({key: "x" * key})
            order = [*order, key] if key not in order else order
            while sum(order) > limit:
                order.pop(0)
        elif found := kept.found([key]):
            assert found == {key: "x" * key}
            order = [*(other for other in order if other != key), key]
    assert kept.found(range(10)) == {key: "x" * key for key in order}


def test_token_vectors_made_again_are_those_that_were_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = create_store(tmp_path / "news")
    folder = written(tmp_path / "articles", ferry="The ferry sails at nine, they say. " * 30)
    filled(store, HashEncoder(), folder)
    located = store.located(store.passage_ids("ferry"))
    encoder = HashEncoder()
    made = Reencoded(encoder)
    for id, reading in store.readings(located).items():
        np.testing.assert_array_equal(made.readings({id: located[id]})[id].tokens, reading.tokens)
        np.testing.assert_array_equal(made.readings({id: located[id]})[id].offsets, reading.offsets)
    assert len(encoder.encoded) == len(located) > 3  # each once

    monkeypatch.setattr(reencoded, "KEPT", 1)  # bytes: nothing can be kept
    forgetful = Reencoded(encoder)
    for _ in range(2):
        assert forgetful.readings(located).keys() == located.keys()
    assert len(encoder.encoded) == 3 * len(located)


def test_vectors_are_rounded_to_eight_bits() -> None:
    tokens = np.random.default_rng(7).normal(size=(5, 8)).astype(np.float32)
    small, scales = rounded(tokens)
    assert (small.dtype, scales.shape) == (np.int8, (5,))
    np.testing.assert_allclose(small * scales[:, None], tokens, atol=np.abs(tokens).max() / 250)
    assert rounded(np.empty((0, 8), np.float32))[0].shape == (0, 8)
