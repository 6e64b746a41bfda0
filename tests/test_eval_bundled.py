"""The bundled questions: every quotation stands, nothing in them is odd, and the README knows their tags."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.read import read
from eval.questions.check import check
from eval.questions.gold import Gold
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.conftest import ARTICLES
from tests.fakes import HashEncoder

GOLD = Path(__file__).parent.parent / "eval" / "gold"


@pytest.fixture(scope="module")
def golds(tmp_path_factory) -> tuple[Gold, ...]:
    folder = tmp_path_factory.mktemp("collection")
    ingest(Collection.create(folder), HashEncoder(), read([ARTICLES]), 200)
    loaded, found = check(GOLD / "bundled.jsonl", None, folder)
    assert found == [] and loaded.left_out == ()
    return loaded.golds


def test_every_follow_up_has_a_form_that_stands_alone_and_no_other_question_has(golds):
    assert len(golds) == 160 and sum(gold.answerable for gold in golds) == 122
    assert [gold.id for gold in golds if gold.history] == [gold.id for gold in golds if gold.standalone]
    assert {gold.kind for gold in golds if gold.history} == {"follow-up"}


def test_the_tags_are_those_that_are_described(golds):
    (section,) = re.findall(
        r"^## Tags\n(.*?)^## ", (GOLD / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    described = re.findall(r"^\| ([a-z ]+) \| ", section, re.MULTILINE)
    assert {*described} - {"tag"} == {tag for gold in golds for tag in gold.tags}
    for gold in golds:
        absent = {"near miss", "off topic"} & {*gold.tags}
        assert len(absent) == (not gold.answerable), gold.id


def test_what_takes_several_articles_has_its_evidence_in_several(golds):
    for gold in golds:
        articles = {place.article_id for place in gold.evidence if place.choice == 0}
        assert (len(articles) > 1) == ("several articles" in gold.tags), gold.id
