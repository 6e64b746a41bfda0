"""Passages: runs of whole sentences within a budget, and how they are dressed for the encoder."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Passage, Removed
from corpus.passages import dress, passages
from corpus.sentences import sentences


def words(text: str) -> int:
    return len(text.split())


def article(text: str, title: str = "The harbour bridge", removed: tuple[Removed, ...] = ()) -> Article:
    return Article("a", title, text, "a.txt", removed=removed)


def cut(of: Article, budget: int) -> tuple[Passage, ...]:
    return passages(of, sentences(of), words, budget)


def texts(of: Article, budget: int) -> list[str]:
    return [of.text[p.start : p.end] for p in cut(of, budget)]


TEN = "One two three four five six seven eight nine ten."


def test_a_short_article_is_one_passage() -> None:
    of = article(f"{TEN}\n\n{TEN}")
    (passage,) = cut(of, 60)
    assert (passage.start, passage.end, passage.heading) == (0, len(of.text), "")
    assert len(passage.sentences) == 2


def test_borders_are_at_paragraphs_and_even() -> None:
    # Six paragraphs of 10 words, a title of 3: 5 fit in 53, and 3 + 3 leaves no stub.
    of = article("\n\n".join([TEN] * 6))
    assert texts(of, 53) == ["\n\n".join([TEN] * 3)] * 2


def test_a_paragraph_that_is_cut_in_the_middle_overlaps_by_one_sentence() -> None:
    of = article(" ".join(f"Sentence number {n} of this one paragraph is here." for n in range(6)))
    runs = [[s.start for s in p.sentences] for p in cut(of, 45)]
    assert len(runs) == 2
    assert runs[0][-1] == runs[1][0]


def test_headings_are_carried_and_counted_but_are_no_sentences() -> None:
    of = article(f"The harbour bridge\n\n{TEN} {TEN}\n\nRust and salt\n\n{TEN} {TEN}")
    first, second = cut(of, 30)
    assert (first.heading, second.heading) == ("", "Rust and salt")
    assert all(s.kind == "prose" for p in (first, second) for s in p.sentences)
    assert dress(of.info, first) == "The harbour bridge\n"
    assert dress(of.info, second) == "The harbour bridge\nRust and salt\n"
    assert words(dress(of.info, second) + of.text[second.start : second.end]) <= 30


def test_a_title_that_only_opens_the_text_is_not_put_before_it() -> None:
    of = article(f"{TEN} {TEN}", title="One two three four…")
    assert dress(of.info, cut(of, 60)[0]) == ""
    of = article(f"Advertisement\n\n{TEN} {TEN}", TEN, (Removed(0, 13, "advertisement"),))
    assert dress(of.info, cut(of, 60)[0]) == ""
    of = article(f"One two three\n\n{TEN}", title="One two three")
    assert dress(of.info, cut(of, 60)[0]) == "One two three\n"


def test_removed_text_is_never_inside_a_passage() -> None:
    text = f"{TEN}\n\nAdvertisement\n\n{TEN}"
    of = article(text, removed=(Removed(51, 64, "advertisement"),))
    assert texts(of, 100) == [TEN, TEN]


def test_a_sentence_beyond_the_budget_is_a_passage_of_its_own() -> None:
    long = " ".join(["word"] * 40) + "."
    assert texts(article(f"{TEN} W{long} {TEN}"), 20) == [TEN, f"W{long}", TEN]


def test_nothing_in_nothing_out() -> None:
    assert cut(article(""), 20) == ()
    assert cut(article("# Only a heading"), 20) == ()


def test_each_sentence_is_counted_once() -> None:
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return words(text)

    of = article("\n\n".join(f"Paragraph {n} says something short. It then says more." for n in range(50)))
    passages(of, sentences(of), count, 40)
    assert len(counted) == 100 + 1  # the sentences, and the title


PARTS = st.lists(
    st.sampled_from(
        [
            TEN,
            "Short one. ",
            "Short one. ",
            "A 🎉 party\u00a0came. ",
            "e\u0301 was here. ",
            "\n\n",
            "\r\n\r\n",
            "• An item.\n",
            "\n\nA heading\n\n",
            "\n\n## Another\n\n",
            "No end ",
            "“Quoted?” she asked. ",
        ]
    ),
    max_size=40,
)


@given(PARTS, st.integers(5, 60), st.lists(st.tuples(st.integers(0, 400), st.integers(1, 40)), max_size=3))
def test_what_holds_for_every_article(parts: list[str], budget: int, cuts: list[tuple[int, int]]) -> None:
    text = "".join(parts)
    removed: list[Removed] = []
    for start, length in sorted(cuts):
        start = max(start, removed[-1].end if removed else 0)
        if start < len(text):
            removed.append(Removed(start, min(start + length, len(text)), "cut"))
    of = article(text, removed=tuple(removed))
    all_sentences = sentences(of)
    quotable = [s for s in all_sentences if s.kind != "heading"]
    found = passages(of, all_sentences, words, budget)
    assert {s for p in found for s in p.sentences} == set(quotable)
    last = -1
    for passage in found:
        first = quotable.index(passage.sentences[0])
        assert list(passage.sentences) == quotable[first : first + len(passage.sentences)]
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        assert first in (last, last + 1)
        last = first + len(passage.sentences) - 1
        assert all(r.end <= passage.start or passage.end <= r.start for r in removed)
        size = sum(words(text[s.start : s.end]) for s in passage.sentences) + words(dress(of.info, passage))
        assert size <= budget or len(passage.sentences) == 1
