"""Dense search against numpy."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.vectors import Vectors


def unit(rng: np.random.Generator, *shape: int) -> np.ndarray:
    vectors = rng.normal(size=shape).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


@settings(max_examples=50, deadline=None)  # the first example loads faiss
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 50))
def test_order_and_cosines_are_numpys(seed: int, n: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, query = unit(rng, n, 16), unit(rng, 16)
    positions, cosines = Vectors(vectors).search(query, k)
    exact = vectors @ query
    assert len(set(positions.tolist())) == min(n, k)
    np.testing.assert_allclose(exact[positions], np.sort(exact)[::-1][:k], atol=1e-6)
    np.testing.assert_allclose(cosines, exact[positions], atol=1e-6)


def test_by_hand() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32)
    positions, cosines = Vectors(vectors).search(np.array([0, 1], np.float32), 2)
    assert positions.tolist() == [1, 2]
    np.testing.assert_allclose(cosines, [1.0, 0.8], atol=1e-6)


def test_other_number_types_and_layouts_are_taken() -> None:
    vectors = np.asfortranarray(np.eye(3))  # float64, by columns
    assert Vectors(vectors).search(np.eye(3)[2], 1)[0].tolist() == [2]


def test_nothing_to_find() -> None:
    assert Vectors(np.empty((0, 1), np.float32)).search(np.ones(4, np.float32), 5)[0].tolist() == []
    assert Vectors(np.eye(2, dtype=np.float32)).search(np.ones(2, np.float32), 0)[0].tolist() == []
