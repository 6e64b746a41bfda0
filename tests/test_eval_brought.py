"""The articles of a set get ids that a collection keeps as they are, whatever the set calls them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.naming import slug
from eval.questions.brought import Brought
from eval.questions.jsonl import Wrong


def brought(*names: str) -> Brought:
    made = Brought()
    for name in names:
        made.add(name, f"This is {name!r}.", None, "here")
    return made


@given(st.lists(st.text("aAéÉ -._/条", min_size=1, max_size=90), unique=True, max_size=6))
def test_ids_are_unique_and_what_the_collection_makes_of_them(names):
    raws = brought(*names).raws
    ids = [raw.metadata.id for raw in raws]
    assert ids == [slug(raw) for raw in raws]
    assert len(set(ids)) == len(names)
    assert [raw.source for raw in raws] == names


def test_an_article_is_found_by_the_name_that_the_set_has_for_it():
    made = brought("MED-10", "med-10", "Beyoncé")
    assert made.find("MED-10", "here") == ("med-10", "This is 'MED-10'.")
    assert made.find("Beyoncé", "here")[0] == "beyonce"
    id, text = made.find("med-10", "here")
    assert id.startswith("med-10-") and text == "This is 'med-10'."


def test_a_name_that_is_taken_or_unknown_is_refused():
    made = brought("a")
    with pytest.raises(Wrong, match="here: a second article with the id 'a'"):
        made.add("a", "Once more.", None, "here")
    with pytest.raises(Wrong, match="there: no article 'b' in this set"):
        made.find("b", "there")
    with pytest.raises(Wrong, match="there: no article 7 in this set"):
        made.find(7, "there")
