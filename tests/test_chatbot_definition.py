"""Which sentence says what a thing is, and what an answer makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.quoting.definition import DEFINES, DESCRIBES, SPELLS_OUT, defining, spelt_out
from chatbot.settings import Settings
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder

TEXTS = [
    "The Harbour and River Board (HRB), the Royal Society of DJs (RSDJ), NHS England and Wales (NHSE&W)."
]


@pytest.mark.parametrize(
    ("question", "sentence", "how"),
    [
        (
            "What is the HRB?",
            "The Harbour and River Board is a body that looks after the quays.",
            DEFINES,
        ),
        (
            "What is the HRB?",
            "A harbour and river board, or HRB, is one of the oldest bodies.",
            DEFINES,
        ),
        ("what does HRB stand for", "The Harbour and River Board (HRB) met on Monday.", SPELLS_OUT),
        ("What is the HRB?", "The HRB is being wound up.", 0),
        ("What is the HRB?", "Members of the HRB left.", 0),
        ("Define groyne", "A groyne is a low wall built out into the sea.", DEFINES),
        ("What are groynes?", "Groynes: walls that keep the sand.", DEFINES),
        ("What is 'longshore drift'?", "'Longshore drift' means that sand wanders along a coast.", DEFINES),
        ("What is longshore drift?", "Sand wanders, which is called longshore drift.", DESCRIBES),
        ("What is the Ferryman?", "A poll by the Ferryman, a weekly paper, found the same.", DESCRIBES),
        ("Who is Ann Marlow?", "Dr Marlow leads the harbour's school.", DEFINES),
        ("Who is Ann Marlow?", "The head of the school, Ann Marlow, was late.", DESCRIBES),
        ("Who is Ann Marlow?", "Ann Marlow was late.", 0),
        ("What is it?", "It is a wall.", 0),
        ("What is?", "It is a wall.", 0),
    ],
)
def test_a_sentence_defines_describes_or_only_mentions(question: str, sentence: str, how: int) -> None:
    assert defining(question, TEXTS)(sentence) == how


def test_initials_are_spelt_out_by_the_words_before_them() -> None:
    assert [*spelt_out(TEXTS[0])] == [
        ("HRB", "Harbour and River Board"),
        ("RSDJ", "Royal Society of DJs"),
        ("NHSE&W", "NHS England and Wales"),
    ]
    assert spelt_out("It was late (HRB). A (B) C. (HRB)") == []


def test_no_question_and_no_text_takes_long_or_breaks_it(bot: Chatbot) -> None:
    """Each would take hours where a pattern tries its ways of dividing them."""
    assert spelt_out("a" * 200_000) == [] == spelt_out("a " * 100_000 + "'" * 100_000)
    for asked in ("what is a " + "'" * 900 + " b c d", "who is ann (b meant by", "who is a [b mean"):
        defining(asked, TEXTS)("It is late.")
        assert bot.ask(asked).citations


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    (tmp_path / "board.md").write_text(
        "# The quays\n\nThe Harbour and River Board (HRB) asked the HRB chair about HRB quays and money.\n\n"
        "The harbour and river board is a body of twelve. Nobody saw the HRB groyne.\n"
    )
    collection = Collection.create(tmp_path / "collection")
    ingest(collection, HashEncoder(), read([tmp_path / "board.md"]), 200)
    return Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0, sure_threshold=0.0))


def test_what_defines_comes_first_and_without_it_nothing_is_stated(bot: Chatbot) -> None:
    answer = bot.ask("What is the HRB?")
    assert (answer.kind, answer.state) == ("definition", "answer")
    assert answer.citations[0].quote == "The harbour and river board is a body of twelve."
    for asked in ("What is a groyne?", "what is a groyne"):
        mentioned = bot.ask(asked)
        assert (mentioned.kind, mentioned.state) == ("definition", "possibly")
    # It asks for more than what a name means.
    assert bot.ask("Who was the HRB chair of the quays?").kind == "fact"
