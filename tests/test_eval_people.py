"""The questions as people type them: every quotation stands, and the README counts what is there."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from corpus.read import Raw, read
from eval.questions.gold import Gold, read_gold
from eval.questions.jsonl import stop
from eval.questions.rows import read_row
from eval.questions.texts import of_raws
from tests.conftest import ARTICLES

GOLD = Path(__file__).parent.parent / "eval" / "gold"
PEOPLE = GOLD / "people.jsonl"


@pytest.fixture(scope="module")
def golds() -> tuple[Gold, ...]:
    texts = of_raws([raw for raw in read([ARTICLES]) if isinstance(raw, Raw)])
    loaded = read_gold(PEOPLE, texts, stop)
    assert loaded.unresolved == loaded.left_out == ()
    return loaded.golds


def test_every_quotation_is_a_slice_of_its_article_to_the_letter():
    articles = {path.stem: path.read_text(encoding="utf-8") for path in ARTICLES.glob("*.md")}
    for line in PEOPLE.read_text(encoding="utf-8").splitlines():
        for choice in read_row(line, "people.jsonl").choices:
            for one in choice:
                assert one.quote in articles[one.article_id]


def test_the_readme_counts_each_kind(golds):
    told = re.findall(
        r"^\| ([a-z -]+)[^|]*\| (\d+) \| (\d+) \|$", (GOLD / "README.md").read_text("utf-8"), re.MULTILINE
    )
    counts = Counter((gold.kind, gold.answerable) for gold in golds)
    assert {kind.strip(): (int(yes), int(no)) for kind, yes, no in told} == {
        gold.kind: (counts[gold.kind, True], counts[gold.kind, False]) for gold in golds
    }


def test_what_is_not_answered_is_a_near_miss_and_a_follow_up_stands_alone_too(golds):
    for gold in golds:
        assert ("near miss" in gold.tags) != gold.answerable, gold.id
        assert bool(gold.history) == bool(gold.standalone) == (gold.kind == "follow-up"), gold.id


def test_a_misspelt_question_has_the_evidence_of_its_twin(golds):
    by_id = {gold.id: gold for gold in golds}
    for gold in golds:
        twins = [tag.removeprefix("twin:") for tag in gold.tags if tag.startswith("twin:")]
        assert len(twins) == 1 or gold.kind != "misspelt", gold.id
        for twin in twins:
            assert gold.evidence == by_id[twin].evidence
            assert twin == gold.id or (gold.kind == "misspelt" and gold.question != by_id[twin].question)


def test_sentences_that_say_the_same_have_the_same_grade():
    for line in PEOPLE.read_text(encoding="utf-8").splitlines():
        grades: dict[int, set[int]] = {}
        for one in json.loads(line)["evidence"]:
            if "point" in one:
                grades.setdefault(one["point"], set()).add(one["grade"])
        assert all(len(grade) == 1 for grade in grades.values()), line
