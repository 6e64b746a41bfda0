"""Dense search against numpy: each way of searching, with filters, built at once and piece by piece."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.folder import dense
from index.folder.dense import Dense, build


def unit(rng: np.random.Generator, *shape: int) -> np.ndarray:
    vectors = rng.normal(size=shape).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def clustered(rng: np.random.Generator, n: int, world: int = 0) -> np.ndarray:
    """Unit vectors that lie about forty centres, as those of texts do; each world has its own."""
    centres = unit(np.random.default_rng(world), 40, 16)
    vectors = centres[rng.integers(40, size=n)] + 0.15 * rng.normal(size=(n, 16)).astype(np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def exact(vectors: np.ndarray, query: np.ndarray, k: int, allowed: np.ndarray | None) -> set[int]:
    found = np.where(True if allowed is None else allowed, vectors @ query, -2)
    return {place for place in np.argsort(-found, kind="stable")[:k].tolist() if found[place] > -2}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thresholds a hundredth of what they are, so that each way is taken."""
    monkeypatch.setattr(dense, "EXACT", 2000)
    monkeypatch.setattr(dense, "HALVED", 5000)
    monkeypatch.setattr(dense, "LIST_SIZE", 100)
    monkeypatch.setattr(dense, "PROBED", 10)


@settings(max_examples=50, deadline=None)  # the first example loads faiss
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 50), st.floats(0, 1))
def test_order_and_cosines_are_numpys(seed: int, n: int, k: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    vectors, query = unit(rng, n, 16), unit(rng, 16)
    for allowed in (None, rng.random(n) < share):
        positions, cosines = Dense(vectors).search(query, k, allowed)
        every = vectors @ query
        assert set(positions.tolist()) == exact(vectors, query, k, allowed)
        np.testing.assert_allclose(cosines, every[positions], atol=1e-6)
        assert cosines.tolist() == sorted(cosines.tolist(), reverse=True)


def test_by_hand() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8], [0, 1]], np.float32)
    positions, cosines = Dense(vectors).search(np.array([0, 1], np.float32), 3, None)
    assert positions.tolist() == [1, 3, 2]  # ties by position
    np.testing.assert_allclose(cosines, [1.0, 1.0, 0.8], atol=1e-6)


def test_nothing_to_find() -> None:
    vectors = np.eye(2, dtype=np.float32)
    assert Dense(vectors).search(np.ones(2, np.float32), 0, None)[0].tolist() == []
    assert Dense(vectors).search(np.ones(2, np.float32), 5, np.zeros(2, bool))[0].tolist() == []


def test_a_query_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="vectors of 2 numbers, and a query of 3"):
        Dense(np.eye(2, dtype=np.float32)).search(np.ones(3, np.float32), 1, None)


def test_few_vectors_need_nothing_beside_them(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(1), 50, 16)
    build(vectors, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert Dense(vectors, tmp_path).search(vectors[7], 1, None)[0].tolist() == [7]


@pytest.mark.parametrize("n", [3000, 8000], ids=["halved", "lists"])
@pytest.mark.parametrize("share", [1.0, 0.5, 0.01, 0.0005])
def test_what_is_found_by_scan_or_lists(tmp_path: Path, small: None, n: int, share: float) -> None:
    rng = np.random.default_rng(3)
    vectors = clustered(rng, n)
    build(vectors, tmp_path)
    index = Dense(vectors, tmp_path)
    assert (index.trained is not None) == (n == 8000)
    allowed = None if share == 1.0 else rng.random(n) < share
    found = wanted = 0
    for query in clustered(rng, 50):
        positions, cosines = index.search(query, 10, allowed)
        assert allowed is None or allowed[positions].all()
        np.testing.assert_allclose(cosines, vectors[positions] @ query, atol=1e-6)
        best = exact(vectors, query, 10, allowed)
        wanted += len(best)
        found += len(best & set(positions.tolist()))
    assert wanted and found / wanted >= (0.97 if n == 8000 else 0.998)


@pytest.mark.parametrize("gone", [0.0, 0.2])
def test_lists_are_kept_while_they_fit_and_find_what_came_since(
    tmp_path: Path, small: None, gone: float
) -> None:
    rng = np.random.default_rng(4)
    vectors = clustered(rng, 10_000)
    build(vectors[:8000], tmp_path)
    before = Dense(vectors[:8000], tmp_path)
    live = None if not gone else rng.random(8000) >= gone
    now = np.concatenate([vectors[:8000] if live is None else vectors[:8000][live], vectors[8000:]])
    (tmp_path / "now").mkdir()
    build(now, tmp_path / "now", before, live)
    index = Dense(now, tmp_path / "now")
    assert index.trained == before.trained
    found = [
        len(exact(now, query, 10, None) & set(index.search(query, 10, None)[0].tolist()))
        for query in clustered(rng, 50)
    ]
    assert np.mean(found) >= 9.7
    for place in (0, len(now) - 1):
        assert index.search(now[place], 1, None)[0].tolist() == [place]


@pytest.mark.parametrize("reason", ["grown", "drifted"])
def test_lists_are_trained_again_where_they_no_longer_fit(tmp_path: Path, small: None, reason: str) -> None:
    rng = np.random.default_rng(5)
    vectors = clustered(rng, 6000)
    build(vectors, tmp_path)
    before = Dense(vectors, tmp_path)
    # Other centres: the vectors that come are unlike any centroid.
    more = vectors[:100].repeat(70, axis=0) if reason == "grown" else clustered(rng, 3000, 1)
    now = np.concatenate([vectors, more])
    (tmp_path / "now").mkdir()
    build(now, tmp_path / "now", before)
    index = Dense(now, tmp_path / "now")
    assert index.trained and index.trained.passages == len(now)
    assert before.trained and before.trained.passages == 6000


def test_the_same_vectors_make_the_same_index(tmp_path: Path, small: None) -> None:
    vectors = clustered(np.random.default_rng(6), 6000)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        build(vectors, tmp_path / name)
    assert (tmp_path / "one" / dense.FILE).read_bytes() == (tmp_path / "other" / dense.FILE).read_bytes()


def test_an_index_of_other_vectors_or_a_damaged_one_is_refused(tmp_path: Path, small: None) -> None:
    vectors = clustered(np.random.default_rng(7), 3000)
    build(vectors, tmp_path)
    with pytest.raises(ValueError, match="is not that of its vectors"):
        Dense(vectors[:2500], tmp_path)
    file = tmp_path / dense.FILE
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(RuntimeError):
        Dense(vectors, tmp_path)
