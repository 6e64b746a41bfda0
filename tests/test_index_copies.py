"""Copies of one story: known by sketches among all articles, listed as one, counted, and never deleted."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.bot import Chatbot
from chatbot.render import terminal
from chatbot.settings import Settings
from corpus.article import Article
from index.copies import copied, groups, sketch
from index.runs import runs
from index.stores import create_store
from tests.fakes import HashEncoder
from tests.stores import filled, written

WIRE = (
    "The harbour authority closed the northern pier on Tuesday after inspectors found cracks in three of "
    "its pillars. Ferries to the islands will leave from the southern pier until the repairs are done, which "
    "will take at least six weeks. The authority said that it had asked for money for new pillars in each of "
    "the last four years. Traders on the islands fear that the summer season will be lost."
)
HEADLINES = {
    "Post": "Pier closed after cracks found",
    "Echo": "Islanders fear for summer",
    "Times": "Harbour shuts northern pier",
    "Star": "Ferries move south",
    "Herald": "Six weeks of repairs at the pier",
}
OWN = (
    "Our reporter walked along the northern pier and met Ann Lee, who has fished there for forty years. She "
    "wonders who will mend it, and when, and whether the islands will have a summer at all."
)


def article(id: str, text: str) -> Article:
    return Article(id, id, text, f"{id}.txt")


def wired(folder: Path) -> Path:
    texts = {
        name: f"---\ntitle: {title}\npublisher: {name}\npublished: 2025-04-0{day}\n---\n\n"
        + (WIRE if day % 2 else WIRE[: WIRE.index(" Traders")])
        for day, (name, title) in enumerate(HEADLINES.items(), start=1)
    }
    return written(folder, **texts, own=f"---\ntitle: A walk\npublished: 2025-04-09\n---\n\n{OWN}")


def test_a_wire_story_in_five_papers_is_one_in_lists_and_one_source(tmp_path: Path) -> None:
    store = create_store(tmp_path / "news")
    filled(store, HashEncoder(), wired(tmp_path / "articles"))
    (group,) = store.copies()
    assert sorted(group) == sorted(name.lower() for name in HEADLINES) and len(store.articles()) == 6
    lines = terminal.listing(store.articles(), store.copies()).splitlines()
    assert [line.endswith(", and in 4 more") for line in lines] == [False, True, False]
    assert len(terminal.listing(store.articles()).splitlines()) == 6
    bot = Chatbot(store, HashEncoder(), Settings(reader="none", threshold=0.0))
    mentions = bot.ask("Which articles mention the pier?").citations
    assert [len(one.also) for one in mentions] == [4, 0] and mentions[0].sources == 1
    store.close()


words = st.permutations(range(60)).map(lambda order: [f"word{n}" for n in order])


@settings(max_examples=25)
@given(words, words, st.integers(0, 9))
def test_who_is_grouped_is_a_copy(one: list[str], other: list[str], cut: int) -> None:
    texts = {"a": " ".join(one), "b": " ".join(one[cut:]), "c": " ".join(other)}
    articles = {id: article(id, text) for id, text in texts.items()}
    found = groups({id: sketch(given) for id, given in articles.items()})
    assert any({"a", "b"} <= set(group) for group in found)
    for group in found:
        assert all(copied(runs(articles[group[0]]), runs(articles[id])) for id in group)


def test_what_is_too_short_for_a_sketch_is_nobodys_copy() -> None:
    assert groups({"a": sketch(article("a", "It rained.")), "b": sketch(article("b", "It rained."))}) == []
    assert groups({}) == []
