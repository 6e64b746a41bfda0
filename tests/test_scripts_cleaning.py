"""Made pages are cleaned as is promised: furniture 0.98, story 0.995, words no worse than trafilatura's.

Of the text of a page alone, without its markup, less is seen.
"""

from __future__ import annotations

import pytest

from corpus.formats.html_blocks import shown, tree
from scripts.cleaning import Measured, measured, stories
from scripts.pages import HELD_OUT, TEMPLATES, made


@pytest.fixture(scope="module")
def pages():
    return made(stories(), TEMPLATES + HELD_OUT, 3, seed=2)


def _shares(results: list[Measured]) -> tuple[float, float]:
    furniture, story = sum(one.furniture for one in results), sum(one.story for one in results)
    removed = 1 - sum(one.furniture_left for one in results) / furniture
    return removed, 1 - sum(one.story_lost for one in results) / story


def test_every_line_of_a_made_page_is_labelled(pages) -> None:
    for one in pages:
        top = tree(one.html)
        assert top is not None
        seen = "".join("".join(block.text.replace("•", "").split()) for block in shown(top))
        assert len(seen) == sum(len("".join(line.split())) for _, line in one.lines)


@pytest.mark.slow
def test_pages_are_cleaned(pages) -> None:
    results = [measured(one, beside=at % 3 == 0) for at, one in enumerate(pages)]
    assert len(results) >= 40
    removed, kept = _shares(results)
    assert removed >= 0.98 and kept >= 0.995
    assert sum(one.captions_found for one in results) == sum(one.captions for one in results) > 0
    assert sum(one.f1 for one in results[::3]) >= sum(one.baseline for one in results[::3])


def test_texts_of_pages_are_cleaned(pages) -> None:
    removed, kept = _shares([measured(one, as_text=True, beside=False) for one in pages])
    assert removed >= 0.94 and kept >= 0.98
