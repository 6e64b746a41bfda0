"""A chatbot answers alike from a folder and from Milvus."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.read import read
from index.encoding.encoder import Encoder, SentenceEncoder
from index.ingest.ingest import ingest
from index.stores import create_store
from tests.fakes import HashEncoder
from tests.stores import needs_milvus, place

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"

pytestmark = needs_milvus


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies beside a collection on Milvus."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


def chatbot(kind: str, tmp_path: Path, encoder: Encoder, settings: Settings) -> Chatbot:
    store = create_store(place(kind, tmp_path))
    ingest(store, encoder, read([ARTICLES]), settings.passage_tokens)
    return Chatbot(store, encoder, settings)


def questions() -> list[str]:
    lines = (files("eval") / "gold" / "bundled.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines][::4]


@pytest.mark.slow
def test_both_give_the_same_answers(tmp_path: Path) -> None:
    settings = Settings(reader="none", threshold=0.0)
    ours, theirs = (chatbot(kind, tmp_path, HashEncoder(), settings) for kind in ("folder", "milvus"))
    for question in questions():
        cited = [
            [(one.article_id, one.start, one.end, one.quote) for one in bot.ask(question).citations]
            for bot in (ours, theirs)
        ]
        assert cited[0] == cited[1], question


@pytest.mark.model
def test_both_give_the_same_answers_with_the_real_model(
    bundled: Chatbot, encoder: SentenceEncoder, tmp_path: Path
) -> None:
    remote = chatbot("milvus", tmp_path, encoder, Settings())
    for question in questions()[::3]:
        ours, theirs = bundled.ask(question), remote.ask(question)
        assert theirs.abstained == ours.abstained, question
        assert theirs.confidence == pytest.approx(ours.confidence, abs=0.02), question
        assert [c.quote for c in theirs.citations] == [c.quote for c in ours.citations], question
        assert [(h.article_id, h.start) for h in theirs.hits] == [(h.article_id, h.start) for h in ours.hits]
