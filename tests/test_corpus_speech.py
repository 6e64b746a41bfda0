"""Who says what in an article."""

from __future__ import annotations

import pytest

from corpus.article import Article
from corpus.attribution import QUOTATION, subjects, untitled
from corpus.sentences import sentences
from corpus.speech import Statement, posts, short_names, statements

TOWN = """# The bridge

Work on the bridge began in May.

Ann Leeds, chair of the Harbour Board (HB), said that the bridge would open late.
She added that money was short.

“We are sorry,” said Ms Leeds. “Nobody likes to wait. It cannot be helped.”

According to Tom Reyes, an engineer, the steel is sound. In his view nothing need be replaced.

The HB warned drivers to stay away. It fears long queues. Two residents spoke to us. One said it was too loud.
"""


def _told(text: str) -> list[tuple[str, str, str]]:
    article = Article("a", "The bridge", text, "a.md", publisher="The Echo")
    return [
        (text[one.sentence.start : one.sentence.end], one.speaker, one.form)
        for one in statements(article, sentences(article))
    ]


def test_statements_carry_the_full_name_through_titles_pronouns_and_short_names() -> None:
    assert _told(TOWN) == [
        (
            "Ann Leeds, chair of the Harbour Board (HB), said that the bridge would open late.",
            "Ann Leeds",
            "reported",
        ),
        ("She added that money was short.", "Ann Leeds", "reported"),
        ("“We are sorry,” said Ms Leeds.", "Ann Leeds", "direct"),
        ("“Nobody likes to wait.", "Ann Leeds", "direct"),
        ("It cannot be helped.”", "Ann Leeds", "direct"),
        ("According to Tom Reyes, an engineer, the steel is sound.", "Tom Reyes", "reported"),
        ("In his view nothing need be replaced.", "Tom Reyes", "reported"),
        ("The HB warned drivers to stay away.", "Harbour Board", "reported"),
        ("It fears long queues.", "Harbour Board", "reported"),
        ("One said it was too loud.", "One (residents)", "reported"),
    ]


def test_a_quotation_belongs_to_the_one_who_is_named_where_it_ends() -> None:
    text = "“It was dark. We heard a noise and ran,” said Ann Leeds.\n\nTom Reyes was there too.\n"
    assert [(quote, name) for quote, name, _ in _told(text)] == [
        ("“It was dark.", "Ann Leeds"),
        ("We heard a noise and ran,” said Ann Leeds.", "Ann Leeds"),
    ]


def test_a_pronoun_may_mean_one_without_a_name() -> None:
    text = "Ann Leeds said no. One fund manager said yes. He added that it was late.\n"
    assert [name for _, name, _ in _told(text)] == ["Ann Leeds", "One fund manager", "One fund manager"]


def test_the_paper_says_what_it_calls_its_own_view() -> None:
    assert _told("We think that the plan is sound.") == [
        ("We think that the plan is sound.", "The Echo", "reported")
    ]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("The chair of the board, Dr Ann Leeds, said that it was late.", ["Dr Ann Leeds"]),
        ("The bridge, the union said, was never safe.", ["the union"]),
        (f"{QUOTATION} said Tom Reyes, who lives near by.", ["Tom Reyes"]),
        (f"{QUOTATION} says the shop's manager, Ann Leeds.", ["Ann Leeds"]),
        ("Several local committees (LCs) have warned against it.", ["Several local committees"]),
        ("Her fear is that it will fall.", ["she"]),
        ("Patients need no letter, according to new advice to doctors from NICE.", ["NICE"]),
        ("Ann Leeds of the board says yes, and Tom Reyes of the union says no.", ["Ann Leeds", "Tom Reyes"]),
    ],
)
def test_subjects_of_verbs_of_saying(sentence: str, names: list[str]) -> None:
    assert subjects(sentence) == names


@pytest.mark.parametrize(
    "sentence",
    [
        "Ann Leeds works for the Harbour Board, which runs the port.",
        "Drivers have been told to stay away.",
        "The survey does not say why size makes a difference.",
        "The Harbour Board had 157 replies.",
        "The union's demands were met with reports of delays.",
    ],
)
def test_a_sentence_that_only_mentions_somebody_has_no_speaker(sentence: str) -> None:
    assert subjects(sentence) == []


def test_names_without_titles_and_offices() -> None:
    assert untitled("Finance Minister Ann Leeds") == "Ann Leeds"
    assert untitled("the Harbour Board") == "Harbour Board"


def test_short_names_and_posts_come_from_the_text() -> None:
    assert short_names(TOWN) == {"HB": "Harbour Board"}
    assert posts(TOWN, "Ann Leeds") == "chair of the Harbour Board (HB)"
    assert posts(TOWN, "Tom Nobody") == ""


@pytest.mark.parametrize("piece", ["A", "Aa ", "said ", "“ said ", "(A ", "Aa of ", ", "])
def test_hostile_text_is_read_in_time(piece: str, benchmark_seconds: float = 5.0) -> None:
    import time

    article = Article("a", "a", piece * (60_000 // len(piece)), "a")
    begun = time.process_time()
    found = statements(article, sentences(article))
    assert all(isinstance(one, Statement) for one in found)
    assert time.process_time() - begun < benchmark_seconds
