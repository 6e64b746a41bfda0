"""What several test files share: a chatbot on the bundled corpus, with the real model."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.read import read
from index.encoding.encoder import PACKAGED, SentenceEncoder
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.browsing import CHROMIUM, Page, Seen, Windows, served

# Read when the hub's library is imported, which nothing above does. Without it a wrong name takes a minute.
os.environ["HF_HUB_OFFLINE"] = "1"

# Read when gRPC is imported, by tests of Milvus: else it takes part in every later fork of the same process,
# and may end the process or its child.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"

# A slow or busy machine is not a failure.
hypothesis.settings.register_profile("cuttings", deadline=None)
hypothesis.settings.register_profile("few", deadline=None, max_examples=20)  # `make check`
hypothesis.settings.load_profile("cuttings")

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


MARKERS = {"encoder": "model", "browser": "browser"}
"""What a fixture needs, and with it every test that takes it, directly or by another fixture."""

SLOWEST_FIRST = ("browser", "slow", "model")
"""In this order files are run that have such tests, before those that have none."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rank: dict[Path, int] = {}
    for item in items:
        for fixture, marker in MARKERS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)
        marked = [place for place, marker in enumerate(SLOWEST_FIRST) if item.get_closest_marker(marker)]
        rank[item.path] = min(rank.get(item.path, len(SLOWEST_FIRST)), *marked, len(SLOWEST_FIRST))
    items.sort(key=lambda item: rank[item.path])


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


MAKERS = (
    "chatbot.bot",
    "eval.asking",
    "eval.provenance",
    "eval.prepare",
    "scripts.bench.collection",
    "scripts.bench.command",
    "scripts.bench.made_collection",
    "scripts.bench.side_by_side",
)


@pytest.fixture
def one_model(encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that run in this process take the model that is loaded, where they would load it anew."""

    def shared(model: str = PACKAGED) -> SentenceEncoder:
        return encoder if model == PACKAGED else SentenceEncoder(model)

    for module in MAKERS:
        monkeypatch.setattr(f"{module}.SentenceEncoder", shared)


@pytest.fixture(scope="session")
def bundled_folder(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder) -> Path:
    """The folder of a collection of the bundled articles, and its suggestions. Not to be changed."""
    folder = tmp_path_factory.mktemp("bundled")
    collection = Collection.create(folder)
    ingest(collection, encoder, read([ARTICLES]), Settings().passage_tokens)
    Chatbot(collection, encoder, Settings()).try_suggestions()
    collection.close()
    return folder


@pytest.fixture(scope="session")
def bundled(bundled_folder: Path, encoder: SentenceEncoder) -> Chatbot:
    """The chatbot on the bundled articles."""
    return Chatbot(Collection.open(bundled_folder), encoder, Settings())


# Of a module: while it is open no test can run an event loop of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; skipped without Playwright."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def windows(browser: Any) -> Windows:
    return Windows(browser)


@pytest.fixture
def open_page(windows: Windows) -> Iterator[Callable[[str], tuple[Page, Seen]]]:
    with ExitStack() as stack:

        def open_one(address: str) -> tuple[Page, Seen]:
            page = stack.enter_context(windows.lent()).new_page()
            seen = Seen(page)
            page.goto(address)
            page.wait_for_selector("#question textarea")
            return page, seen

        yield open_one


@pytest.fixture(scope="session")
def gradio_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder into which Gradio copies what it is about to serve."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("gradio")
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        yield folder


@pytest.fixture(scope="session")
def address(bundled: Chatbot, gradio_folder: Path) -> Iterator[str]:
    with served(bundled) as address:
        yield address
