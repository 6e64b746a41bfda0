"""Which systems a run compares, by what names, and what is said of wrong ones."""

from __future__ import annotations

import pytest

from chatbot.settings import Settings
from corpus.errors import CuttingsError
from eval.systems import DEFAULT, MODES, PRODUCT, systems
from index.fusion import Fusion


def test_the_product_comes_first_by_default_and_alone_in_a_sweep() -> None:
    assert [one.name for one in systems(None, [], Settings())] == list(DEFAULT)
    assert DEFAULT[0] == PRODUCT == "hybrid+reader"
    assert [one.name for one in systems(None, ["citations=5"], Settings())] == ["hybrid+reader citations=5"]


@pytest.mark.parametrize("name", MODES)
def test_every_system_searches_in_its_way_and_reads_where_it_says_so(name: str) -> None:
    (one,) = systems(name, [], Settings(citations=3))
    assert (one.name, one.settings) == (name, Settings(citations=3))
    assert one.mode == name.split("+")[0] and one.reads == name.endswith("+reader")


def test_the_order_is_the_one_given() -> None:
    assert [one.name for one in systems("bm25, hybrid+reader,dense", [], Settings())] == [
        "bm25",
        "hybrid+reader",
        "dense",
    ]


def test_of_a_sweep_the_present_value_is_first_and_each_is_there_once() -> None:
    made = systems("hybrid", ["fusion.depth=10,100,60,10"], Settings())
    assert [one.name for one in made] == [
        "hybrid fusion.depth=100",
        "hybrid fusion.depth=10",
        "hybrid fusion.depth=60",
    ]
    assert [one.settings.fusion for one in made] == [Fusion(depth=100), Fusion(depth=10), Fusion(depth=60)]
    changed = systems("hybrid", ["fusion.depth=10"], Settings(fusion=Fusion(depth=3)))
    assert [one.name for one in changed] == ["hybrid fusion.depth=3", "hybrid fusion.depth=10"]


def test_sweeps_are_crossed() -> None:
    made = systems("dense,hybrid+reader", ["threshold=0.4", "reader=none"], Settings())
    assert [one.name for one in made] == [
        f"{name} threshold={threshold} reader={reader}"
        for name in ("dense", "hybrid+reader")
        for threshold in (str(Settings().threshold), "0.4")
        for reader in ("joint", "none")
    ]
    assert made[-1].settings == Settings(threshold=0.4, reader="none")


@pytest.mark.parametrize(
    ("compare", "words"),
    [
        ("bm52", ["no system 'bm52', did you mean 'bm25'?", "hybrid+reader"]),
        ("hybrid+raeder", ["did you mean 'hybrid+reader'?"]),
        ("zzz", ["no system 'zzz'. Choose from"]),
        ("", ["no system ''"]),
        ("bm25,", ["no system ''"]),
        ("bm25,bm25", ["'bm25' is named twice"]),
    ],
)
def test_a_wrong_system_is_refused(compare: str, words: list[str]) -> None:
    with pytest.raises(CuttingsError) as error:
        systems(compare, [], Settings())
    assert all(word in str(error.value) for word in [f"--compare {compare}", *words])


@pytest.mark.parametrize(
    ("sweep", "words"),
    [
        ("fusion_depth=3", ["no setting 'fusion_depth', did you mean 'fusion.depth'?"]),
        ("fusion=3", ["no setting 'fusion'"]),
        ("citations", ["a value is missing", "citations=5,"]),
        ("citations=", ["a value is missing"]),
        ("citations=3,,4", ["a value is missing"]),
        ("citations=many", ["citations = 'many' is not of type int"]),
        ("citations=3.5", ["'3.5' is not of type int"]),
        ("threshold=nan", ["threshold = nan is not between"]),
        ("citations=3,21", ["citations = 21 is not between 1 and 20"]),
    ],
)
def test_a_wrong_sweep_is_refused(sweep: str, words: list[str]) -> None:
    with pytest.raises(CuttingsError) as error:
        systems(None, [sweep], Settings())
    assert all(word in str(error.value) for word in [f"--sweep {sweep}", *words])


def test_a_setting_is_swept_once() -> None:
    with pytest.raises(CuttingsError, match="citations: it is given twice"):
        systems(None, ["citations=3", "citations=4"], Settings())
