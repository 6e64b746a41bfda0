"""docs/gold.md against the code: the example is valid and resolves, every field and finding is explained."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

from corpus.read import Raw, read
from eval.questions.findings import Kind
from eval.questions.gold import read_gold
from eval.questions.jsonl import stop
from eval.questions.texts import of_raws
from tests.conftest import ARTICLES
from tests.test_eval_rows import SCHEMA, VALIDATOR

DOCUMENT = (Path(__file__).parent.parent / "docs" / "gold.md").read_text(encoding="utf-8")


def example() -> dict[str, object]:
    (block,) = re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
    return json.loads(block)


def test_the_example_is_valid_and_shows_every_field_that_is_read():
    VALIDATOR.validate(example())
    assert {*example(), "feedback"} == set(SCHEMA["properties"])


def test_the_example_resolves_in_the_bundled_articles(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(example()), encoding="utf-8")
    texts = of_raws([raw for raw in read([ARTICLES]) if isinstance(raw, Raw)])
    loaded = read_gold(path, texts, stop)
    (gold,) = loaded.golds
    assert not loaded.notes and [place.choice for place in gold.evidence] == [0, 1, 2]


def test_every_field_and_every_finding_is_in_its_table():
    rows = re.findall(r"^\| `([^`]+)` \| (?:(required|optional) \|)?", DOCUMENT, re.MULTILINE)
    required = set(SCHEMA["required"])
    fields = {name: said for name, said in rows if said}
    assert fields == {name: "required" if name in required else "optional" for name in SCHEMA["properties"]}
    assert {name for name, said in rows if not said} == set(get_args(Kind))


def test_what_a_quotation_may_have_is_explained():
    quotation = SCHEMA["$defs"]["quotation"]
    optional = quotation["properties"].keys() - {*quotation["required"]}
    assert {*re.findall(r"^- `([^`]+)` is ", DOCUMENT, re.MULTILINE)} == optional
