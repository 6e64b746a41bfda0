"""The story of an article: its text without the removed spans."""

from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Removed

LENGTH = 30


@given(st.lists(st.integers(0, LENGTH), unique=True), st.integers(0, LENGTH), st.integers(0, LENGTH))
def test_the_story_is_every_character_that_is_not_removed(cuts: list[int], start: int, end: int) -> None:
    bounds = sorted(cuts)
    spans = zip(bounds[::2], bounds[1::2], strict=False)
    removed = tuple(Removed(first, last, "menu") for first, last in spans)
    article = Article("a", "A", "x" * LENGTH, "a.txt", removed=removed)
    stretches = list(article.story(start, end))
    assert all(first < last for first, last in stretches)
    shown = [place for first, last in stretches for place in range(first, last)]
    gone = {place for one in removed for place in range(one.start, one.end)}
    assert shown == [place for place in range(start, end) if place not in gone]


def test_without_bounds_it_is_the_whole_story() -> None:
    article = Article(
        "a", "A", "menu Story. end", "a.txt", removed=(Removed(0, 5, "menu"), Removed(11, 15, "x"))
    )
    assert [article.text[start:end] for start, end in article.story()] == ["Story."]
