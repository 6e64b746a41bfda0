"""What only Milvus needs: writers that are killed, that work at once, that leave something behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from corpus.errors import CuttingsError
from corpus.read import read
from index.address import address, folder_of, is_url
from index.bm25 import Bm25
from index.ingest.ingest import ingest
from index.ingest.workers import Shard, Workers
from index.milvus import change as milvus_change
from index.milvus.engine import Engine
from index.milvus.searcher import MilvusSearcher, _Statistics
from index.milvus.store import MilvusStore
from index.stores import create_store, open_store
from index.verify import verify
from tests.fakes import HashEncoder
from tests.stores import TOKENS, filled, milvus_server, needs_milvus, place, sizes, written

pytestmark = pytest.mark.slow  # processes

OLD = "The ferry sails at nine in the morning. " * 30
NEW = f"The ferry was sold to an island in the north of {'Llanfair' * 100}. " * 80
"""Longer than a row, so that it has parts of its own."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with milvus_server(tmp_path_factory.mktemp("milvus") / "data") as url:
        yield url


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture
def url(server: str, request: pytest.FixtureRequest) -> str:
    """A collection of the test's own."""
    return f"{server}/t{abs(hash(request.node.name))}"


def texts(store: MilvusStore) -> dict[str, str]:
    return {article.id: store.article(article.id).text for article in store.articles()}


def writes(url: str, folder: Path, killed_at: int | None = None) -> None:
    """Ingest a folder, in a process of its own; it is killed before its n-th message to Milvus."""
    messages = 0

    def counted(of: str) -> None:
        real = getattr(Engine, of)

        def one(self: Engine, table: str, rows: object) -> None:
            nonlocal messages
            if rows:
                messages += 1
                if messages == killed_at:
                    os.kill(os.getpid(), signal.SIGKILL)
            real(self, table, rows)

        setattr(Engine, of, one)

    counted("put")
    counted("delete")
    store = create_store(url)
    filled(store, HashEncoder(), folder)
    (folder.parent / "messages").write_text(str(messages))


def in_a_process(*given: object) -> int | None:
    process = multiprocessing.get_context("spawn").Process(target=writes, args=given)
    process.start()
    process.join(60)
    return process.exitcode


def whole(store: MilvusStore, encoder: HashEncoder) -> str:
    """The text of the article, after a check that nothing of any other version is to be seen."""
    assert verify(store) == []
    text = store.article("ferry").text
    searches = store.searcher(encoder)
    for question in ("ferry morning nine", "ferry sold island north"):
        for hit in searches.search(searches.query(question), 20):
            assert hit.text == text[hit.start : hit.end]
    return text


@needs_milvus
def test_a_writer_that_is_killed_leaves_the_article_as_before_or_after(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = HashEncoder()
    folder = written(tmp_path / "articles", ferry=OLD)
    store = MilvusStore.create(address(url))
    filled(store, encoder, folder)
    before = sizes(store)
    written(folder, ferry=NEW)
    # Settings (2), note, passages, parts, the article's row, the revision, the old passages, the note again.
    assert in_a_process(url, folder, 8) == -signal.SIGKILL
    assert whole(store, encoder) == NEW
    filled(store, encoder, written(folder, ferry=OLD))
    assert whole(store, encoder) == OLD
    written(folder, ferry=NEW)
    for message in (5, 6):
        assert in_a_process(url, folder, message) == -signal.SIGKILL
        assert whole(store, encoder) == OLD

    # What they left is cleared by whoever changes the collection an hour later, and no sooner.
    filled(store, encoder, written(folder, ferry=OLD))
    left = sizes(store)
    assert left["passage"] > before["passage"] and left["part"] > 0 and left["writing"] == 3
    monkeypatch.setattr(milvus_change, "ABANDONED", -1)
    filled(store, encoder, folder)
    assert sizes(store) == before | {"history": 2}  # both texts that it had since
    assert whole(store, encoder) == OLD


@needs_milvus
@pytest.mark.parametrize("failing", range(3, 12))
def test_whatever_message_fails_the_article_is_whole_and_the_next_ingest_completes_it(
    failing: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = place("milvus", tmp_path)
    folder = written(tmp_path / "articles", ferry=OLD)
    encoder = HashEncoder()
    store = MilvusStore.create(address(where))
    filled(store, encoder, folder)
    written(folder, ferry=NEW)
    messages = 0
    with monkeypatch.context() as patch:
        for of in ("put", "delete"):
            real = getattr(Engine, of)

            def one(self: Engine, table: str, rows: object, real=real) -> None:  # type: ignore[no-untyped-def]
                nonlocal messages
                messages += bool(rows)
                if rows and messages >= failing:
                    raise CuttingsError("the network is down")
                real(self, table, rows)

            patch.setattr(Engine, of, one)
        if failing < 11:  # there are ten messages
            with pytest.raises(CuttingsError, match="the network is down"):
                filled(store, encoder, folder)
        else:
            filled(store, encoder, folder)
    assert whole(store, encoder) == (OLD if failing <= 6 else NEW)
    filled(store, encoder, folder)
    assert whole(store, encoder) == NEW
    store.close()


@needs_milvus
def test_milvus_lite_killed_in_the_middle_opens_again(tmp_path: Path) -> None:
    """Its file is in the process that is killed."""
    where = place("milvus", tmp_path)
    folder = written(tmp_path / "articles", ferry=OLD)
    assert in_a_process(where, folder) == 0
    written(folder, ferry=NEW)
    assert in_a_process(where, folder, 6) == -signal.SIGKILL
    store = MilvusStore.create(address(where))
    assert whole(store, HashEncoder()) == OLD
    filled(store, HashEncoder(), folder)
    assert whole(store, HashEncoder()) == NEW
    store.close()


def stories(folder: Path, n: int = 40) -> Path:
    """Four of each name, in folders of their own."""
    folder.mkdir()
    for i in range(n):
        text = f"Ship {i} left port {i % 7}. It was late.\n"
        written(folder / f"part-{i % 4}", **{f"story-{i // 4}": text})
    return folder


def ingests_shard(url: str, folder: Path, number: int, total: int) -> None:
    store = create_store(url)
    ingest(store, HashEncoder(), read([folder]), TOKENS, shard=Shard(number, total))


@needs_milvus
def test_many_machines_make_the_collection_that_one_makes(url: str, tmp_path: Path) -> None:
    folder = stories(tmp_path / "stories")
    alone = create_store(tmp_path / "alone")
    filled(alone, HashEncoder(), folder)
    context = multiprocessing.get_context("spawn")
    # Three shares, and one of them twice: two machines that were given the same by mistake.
    shares = [(1, 3), (2, 3), (3, 3), (3, 3)]
    processes = [context.Process(target=ingests_shard, args=(url, folder, *share)) for share in shares]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * 4
    together = MilvusStore.open(address(url))
    assert together.articles() == alone.articles()
    assert together.stored() == alone.stored()
    assert verify(together) == []
    passages = sum(summary.passages for summary in alone.articles())
    assert sizes(together) == {"article": len(alone.articles()), "meta": 4, "passage": passages}


@pytest.mark.parametrize("kind", ["folder", pytest.param("milvus server", marks=needs_milvus)])
def test_processes_of_one_machine_make_the_same_collection(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = stories(tmp_path / "stories", 24)
    alone = create_store(tmp_path / "alone")
    filled(alone, HashEncoder(), folder)
    where = str(tmp_path / "spread") if kind == "folder" else request.getfixturevalue("url")
    store = create_store(where)
    told: list[tuple[int, int]] = []
    report = ingest(
        store,
        HashEncoder(),
        read([folder]),
        TOKENS,
        lambda done, total: told.append((done, total)),
        Workers(2, HashEncoder),
    )
    assert len(report.added) == 24 and told[-1] == (24, 24)
    assert store.articles() == alone.articles()
    assert verify(store) == []
    store.close()


@pytest.mark.parametrize(
    ("url", "uri", "name", "shown"),
    [
        ("milvus://db/news", "http://db:19530", "news", "milvus://db:19530/news"),
        ("http://db:1234/news/", "http://db:1234", "news", "milvus://db:1234/news"),
        (
            "https://db.example.org/news",
            "https://db.example.org:443",
            "news",
            "https://db.example.org:443/news",
        ),
        ("milvus://[::1]:9/n_1", "http://[::1]:9", "n_1", "milvus://[::1]:9/n_1"),
        ("milvus:///data/my%20file.db/news", "/data/my file.db", "news", "milvus:///data/my file.db/news"),
    ],
)
def test_urls_name_a_collection(url: str, uri: str, name: str, shown: str) -> None:
    found = address(url)
    assert (found.uri, found.name, found.url) == (uri, name, shown)
    assert is_url(url) and folder_of(url) == found.folder


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("milvus://db", "is no name for a collection"),
        ("milvus://db/2024", "is no name for a collection"),
        ("milvus://db/a/b", "no collection is named so"),
        ("milvus:///data/file/news", "ends in .db"),
        ("redis://db/news", "no collection is named so"),
        ("milvus://db:port/news", "cannot be read"),
        ("milvus://root:secret@db/news", "MILVUS_TOKEN"),
        ("milvus://db/news?token=1", "no collection is named so"),
    ],
)
def test_a_wrong_url_is_explained_without_its_secrets(url: str, wrong: str) -> None:
    with pytest.raises(CuttingsError, match=wrong) as caught:
        address(url)
    assert "secret" not in str(caught.value)


@needs_milvus
def test_one_search_scores_by_one_set_of_statistics_whatever_is_changed_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MilvusStore.create(address(place("milvus", tmp_path)))
    encoder = HashEncoder()
    filled(store, encoder, written(tmp_path / "articles", ferry=OLD, toll="The toll of the ferry rises.\n"))
    searcher = MilvusSearcher(store, encoder)
    query = searcher.query("the toll of the ferry", "morning", 0.5, "rises")
    before = searcher.search(query, 10)
    used: list[tuple[int, _Statistics]] = []

    def counted(name: str, place: int) -> None:
        real = getattr(MilvusSearcher, name)

        def one(self: MilvusSearcher, *given):  # type: ignore[no-untyped-def]
            used.append((id(given[place]), given[place]))
            return real(self, *given)

        monkeypatch.setattr(MilvusSearcher, name, one)

    for name, argument in (("_score", 2), ("_highest", 1), ("_frequency", 0), ("_best", 3)):
        counted(name, argument)
    found = MilvusSearcher._retrieved
    changes = iter(range(9))

    def changed_meanwhile(self: MilvusSearcher, *given, **named):  # type: ignore[no-untyped-def]
        rows = found(self, *given, **named)
        new = f"The toll of the ferry was paid {next(changes)} times.\n" * 3
        filled(store, encoder, written(tmp_path / "articles", new=new))
        assert self._current() is not used_before  # as another thread's search would ask for it
        return rows

    monkeypatch.setattr(MilvusSearcher, "_retrieved", changed_meanwhile)
    used_before = searcher._current()
    meanwhile = searcher.search(query, 10)
    assert {one for one, _ in used} == {id(used_before)} and len(used) > 10
    assert [(hit.article_id, hit.bm25, hit.score) for hit in meanwhile] == [
        (hit.article_id, hit.bm25, hit.score) for hit in before
    ]
    used.clear()
    used_before = searcher._current()
    searcher.search(query, 10)
    assert len({one for one, _ in used}) == 1
    store.close()


class Cleared(dict):
    """What is known, of which another thread makes room as soon as something is added."""

    def __setitem__(self, key: str, value: object) -> None:
        super().__setitem__(key, value)
        self.clear()


@needs_milvus
def test_what_another_thread_forgets_meanwhile_is_still_told() -> None:
    engine = SimpleNamespace(lite=False, count=lambda table, filter: 3)
    store = SimpleNamespace(
        require=lambda *_: None,
        engine=engine,
        revision=1,
        searchable=True,
        passages_table="p",
        articles_table="a",
    )
    searcher = MilvusSearcher(store, HashEncoder())  # type: ignore[arg-type]
    searcher._statistics = _Statistics(1, Bm25(9, 5.0, lambda: 1.0), frequencies=Cleared(), counts=Cleared())
    assert searcher.rarity("rust") > 0
    assert searcher.undated() == 3


def test_a_server_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.milvus.engine._TIMEOUT", 1.0)
    monkeypatch.setenv("MILVUS_TOKEN", "root:secret")
    with pytest.raises(
        CuttingsError, match=r"milvus://127.0.0.1:9/news cannot be used: no Milvus answers"
    ) as told:
        open_store("milvus://127.0.0.1:9/news")
    assert "secret" not in str(told.value)


def test_without_its_client_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymilvus", None)
    with pytest.raises(CuttingsError, match=r"pip install 'cuttings\[milvus\]'"):
        open_store("milvus://127.0.0.1:9/news")
