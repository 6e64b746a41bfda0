"""The retrievers for other frameworks, with the real packages: over a collection, and over a server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chatbot.bot import Chatbot
from chatbot.filters import Filters
from chatbot.integrations.retrieval import PAGE, found, source_of
from chatbot.keys import ASK, READ, Keys
from chatbot.server import api
from chatbot.server.recognition import Mode
from corpus.errors import CuttingsError
from tests.small import serving_app, small_bot, with_settings

QUESTION = "Who opened the bridge?"
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    return small_bot(tmp_path_factory.mktemp("retrievers"))


@pytest.fixture(scope="module")
def server(bot: Chatbot) -> Iterator[str]:
    with serving_app(api.app(bot)) as address:
        yield address


def langchain(where: Any, query: str = QUESTION, **how: Any) -> list[dict[str, Any]]:
    pytest.importorskip("langchain_core")
    from chatbot.integrations.langchain import CuttingsRetriever

    documents = CuttingsRetriever(where=where, **how).invoke(query)
    return [{**one.metadata, "text": one.page_content, "id": one.id} for one in documents]


def llamaindex(where: Any, query: str = QUESTION, **how: Any) -> list[dict[str, Any]]:
    pytest.importorskip("llama_index.core")
    from chatbot.integrations.llamaindex import CuttingsRetriever

    nodes = CuttingsRetriever(where, **how).retrieve(query)
    assert all(node.node.start_char_idx == node.metadata["start"] for node in nodes)
    assert all("link" not in node.node.get_content("llm") for node in nodes)
    return [{**one.metadata, "text": one.text, "id": one.id_, "score": one.score} for one in nodes]


def haystack(where: Any, query: str = QUESTION, **how: Any) -> list[dict[str, Any]]:
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    pytest.importorskip("haystack")
    from haystack import Pipeline

    from chatbot.integrations.haystack import CuttingsRetriever

    retriever = CuttingsRetriever(where, **{"top_k" if name == "k" else name: how[name] for name in how})
    pipeline = Pipeline()
    pipeline.add_component("retriever", retriever)
    if isinstance(where, Chatbot):
        with pytest.raises(TypeError, match="cannot be saved"):
            retriever.to_dict()
    else:
        pipeline = Pipeline.loads(pipeline.dumps(), allowed_modules=[CuttingsRetriever.__module__])
    documents = pipeline.run({"retriever": {"query": query}})["retriever"]["documents"]
    return [{**one.meta, "text": one.content, "id": one.id, "score": one.score} for one in documents]


Retrieved = Callable[..., list[dict[str, Any]]]


@pytest.mark.parametrize("retrieved", [langchain, llamaindex, haystack])
def test_each_framework_gets_documents_that_lead_back_to_their_place(
    retrieved: Retrieved, bot: Chatbot, server: str
) -> None:
    for where, page in ((bot, PAGE), (server, server)):
        everything = retrieved(where)
        assert len(everything) == 3
        for one in everything:
            article = bot.collection.article(one["article_id"])
            assert article.text[one["start"] : one["end"]] == one["text"]
            assert one["link"] == f"{page}/#cite/{article.id}/{one['start']}/{one['end']}"
            assert (one["publisher"], one["published"]) == (article.publisher, article.published)
            assert one["id"] == f"{article.id}#{one['start']}-{one['end']}" and one["score"]
        echo = {"publishers": ["The Echo"], "from": "2024-06-01"}
        (only,) = retrieved(where, k=1, filters=echo)
        assert only["publisher"] == "The Echo"
        sentences = retrieved(where, sentences=True, k=2, page="https://c.test/")
        assert sentences[0]["text"] == "The mayor opened the new bridge on Friday." and len(sentences) == 2
        assert sentences[0]["link"].startswith("https://c.test/#cite/bridge/")


def test_a_question_that_the_articles_do_not_answer_has_no_sentences(
    bot: Chatbot, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_settings(monkeypatch, bot, threshold=1.0, sure_threshold=1.0)
    for where in (bot, server):
        assert found(source_of(where), QUESTION, 5, None, sentences=True) == []
        assert found(source_of(where), QUESTION, 5, Filters(("The Post",)), sentences=False)


def test_both_ways_find_the_same(bot: Chatbot, server: str) -> None:
    here, there = (found(source_of(one, page="p"), QUESTION, 5, None, False) for one in (bot, server))
    assert [(one.id, one.text, one.title) for one in here] == [(one.id, one.text, one.title) for one in there]


@pytest.mark.slow
def test_a_server_that_wants_a_key_gets_it_and_what_is_wrong_is_one_line(bot: Chatbot) -> None:
    key = Keys(bot.collection.folder).add("retriever", (ASK, READ))
    with serving_app(api.app(bot, mode=Mode("keys"))) as address:
        assert found(source_of(f"{address}/", key), QUESTION, 1, None, False)
        assert found(source_of(f"{address}/api/v1", key), QUESTION, 1, None, True)
        for where, more, line in (
            (address, {}, "needs a key that may read"),
            (address, {"key": key, "filters": {"publishers": ["Nobody"]}}, "Nobody"),
            (address, {"key": key, "k": 0}, "ask for 1 to 100"),
        ):
            with pytest.raises(CuttingsError, match=line) as raised:
                chosen = {"k": 1, "filters": None, **{k: v for k, v in more.items() if k != "key"}}
                found(source_of(where, more.get("key", "")), QUESTION, sentences=False, **chosen)
            assert "\n" not in str(raised.value)
    with pytest.raises(CuttingsError, match="is `cuttings serve` running there"):
        found(source_of(address), QUESTION, 1, None, False)
    with pytest.raises(CuttingsError, match="no collection"):
        source_of("/nowhere/at/all")


def test_without_the_framework_the_extra_is_named() -> None:
    script = (
        "import sys; sys.modules['langchain_core'] = None\n"
        "try:\n    import chatbot.integrations.langchain\nexcept ImportError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert "pip install 'cuttings[langchain]'" in done.stdout
