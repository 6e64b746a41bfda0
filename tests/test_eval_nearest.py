"""What is suggested in place of a quotation that is gone: the likest sentence, first of the same article."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.read import read
from eval.questions.nearest import Near, Nearest
from eval.questions.rows import Quotation
from eval.questions.texts import of_collection
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder

ARTICLES = {
    "bridge": "The old bridge over the river closed at noon. Nobody was hurt. It reopens on Monday.",
    "ferry": "The ferry to Alford runs every Sunday. The old bridge over the river closed at one.",
    "harbour": "# The harbour\n\nTwo hundred lorries wait in the harbour. They carry apples.\n",
}


FERRY = ("ferry", "The ferry to Alford runs every Sunday.")


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    folder = tmp_path_factory.mktemp("nearest")
    for name, text in ARTICLES.items():
        (folder / f"{name}.md").write_text(text)
    collection = Collection.create(folder / "collection")
    ingest(collection, HashEncoder(), read(sorted(folder.glob("*.md"))), 40)
    return collection


def near(collection: Collection, article_id: str, quote: str) -> tuple[str, str] | None:
    found = Nearest(collection, of_collection(collection)).find(Quotation(article_id, quote))
    return (found.quotation.article_id, found.quotation.quote) if found else None


@pytest.mark.parametrize(
    ("article_id", "quote", "expected"),
    [
        # In the same article, though another has it nearly to the letter.
        (
            "bridge",
            "The old bridge over the river closed at two.",
            ("bridge", "The old bridge over the river closed at noon."),
        ),
        # As many sentences as the quotation has.
        (
            "bridge",
            "Nobody has been hurt. It will reopen on Monday.",
            ("bridge", "Nobody was hurt. It reopens on Monday."),
        ),
        # In another, where the same has nothing like it, or is gone.
        ("bridge", "The ferry to Alford runs on Sundays.", FERRY),
        ("gone", "Two hundred lorries wait.", ("harbour", "Two hundred lorries wait in the harbour.")),
        ("gone", "Nothing of this was ever printed here.", None),
        ("bridge", "🌉", None),
    ],
)  # fmt: skip
def test_the_likest_sentences_are_suggested(collection, article_id, quote, expected):
    assert near(collection, article_id, quote) == expected


def test_likeness_is_a_share_and_one_for_what_only_changed_its_marks(collection):
    find = Nearest(collection, of_collection(collection)).find
    there = Quotation("harbour", "They carry apples.")
    assert find(Quotation("gone", "They  carry\napples.")) == Near(there, 1.0)
    changed = find(Quotation("harbour", "They carry pears."))
    assert changed and 0.6 < changed.likeness < 1


def test_in_an_empty_collection_there_is_nothing_near(tmp_path: Path):
    assert near(Collection.create(tmp_path / "empty"), "gone", "They carry apples.") is None
