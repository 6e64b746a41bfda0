"""Growing a collection: what is made, what is measured of it, and the drawing."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from corpus.errors import CuttingsError
from index.folder.collection import Collection
from index.scope import Scope
from scripts.growth import Sample, add, built, main, searched
from scripts.growth_chart import PANELS, chart
from tests.whole import WORDS, put, vector


@pytest.fixture
def real(tmp_path: Path) -> Collection:
    collection = Collection.create(tmp_path / "real")
    chance = np.random.default_rng(1)
    for number in range(10):
        put(collection, f"n{number}", [chance.choice(WORDS, 6).tolist() for _ in range(3)])
    return collection


def test_what_is_made_is_like_what_is_real(real: Collection) -> None:
    sample = Sample(real)
    terms, vectors = sample.made(50)
    assert {term for passage in terms for term in passage} <= set(WORDS)
    assert {len(passage) for passage in terms} == {6}
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors @ sample.vectors.T).max(axis=1).mean() > 0.9


def test_what_is_measured(real: Collection, tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "grown")
    add(collection, Sample(real), 0, 81)
    assert len(collection.articles()) == 41
    assert collection.count(Scope(publishers=frozenset({"Paper 7"}))) == 1
    figures = {"passages": 81, **built(collection.folder)}
    assert figures["bytes"] > 81 * 16 and 0 < figures["usable"] <= figures["build"]
    texts = ["rust bridge", "salt", "toll iron"]
    figures |= searched(collection.folder, texts, np.stack([vector(text) for text in texts]))
    assert figures["segments"] == [81] and figures["recall"] == 1.0
    assert {len(figures[name]) for name in ("search", "bm25", "dense", "filtered")} == {3}
    assert len(figures["added"]) == len(figures["removed"]) == 5
    assert len(collection.articles()) == 41  # what was added was removed again
    drawn = ElementTree.fromstring(chart([figures, {**json.loads(json.dumps(figures)), "passages": 8100}]))
    lines = [element for element in drawn.iter() if element.tag.endswith("polyline")]
    assert len(lines) == sum(len(panel[1]) for panel in PANELS)


def test_too_few_passages_to_make_others_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    collection = Collection.create(tmp_path)
    put(collection, "a", [["rust"]] * 3)
    with pytest.raises(CuttingsError, match="has 3 passages; take a larger collection"):
        Sample(collection)
    assert main([str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err.startswith("growth: there is no collection in")
