"""Taking parts away on a small collection: each swap does something, is taken back."""

from dataclasses import replace

import numpy as np
import pytest

from chatbot.answer import Turn
from chatbot.bot import Chatbot
from chatbot.request import Request
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from eval.measures.significance import holm, paired_p
from eval.questions.gold import Evidence
from index.folder.collection import Collection
from index.folder.searcher import LocalSearcher
from scripts.ablate import MEASURES, PARTS, ablate, scores, swapped, table
from tests.fakes import HashEncoder
from tests.small_runs import ROWED, gold, place, small_collection

SWAPPED = [part for part in PARTS if part.swaps]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    folder = small_collection(tmp_path_factory.mktemp("ablate"), passage_tokens=60)
    return Chatbot(Collection.open(folder), HashEncoder(), Settings(reader="none"))


WHEN = gold(
    "when",
    "And when was that?",
    place("trees", "asked for help in May"),
    history=[Turn("user", "Did the school ask for help?")],
)


def test_scores_are_of_the_answerable_questions(bot):
    nowhere = replace(ROWED, id="none", answerable=False, evidence=())
    assert scores(bot, [ROWED, nowhere], "").tolist() == [[1.0, 1.0]]
    elsewhere = replace(ROWED, evidence=(Evidence("nowhere", 0, 5),))
    assert scores(bot, [elsewhere], "").tolist() == [[0.0, 0.0]]


def read(bot: Chatbot) -> list[object]:
    """What the parts of the chain make of a follow-up."""
    candidates = bot.run(Request(WHEN.question, WHEN.history), "judge").candidates
    ranks = [(one.hit.passage_id, one.hit.rank) for one in candidates]
    return [ranks, [round(one.score, 6) for one in candidates]]


@pytest.mark.parametrize("part", SWAPPED, ids=[part.name for part in SWAPPED])
def test_a_part_that_is_taken_away_changes_what_is_read_until_it_is_given_back(bot, part):
    before = read(bot)
    with swapped(part):
        assert read(bot) != before
    assert read(bot) == before


def test_a_swap_of_what_is_not_there_is_an_error(bot):
    with (
        pytest.raises(AttributeError),
        swapped(replace(PARTS[-1], swaps=[(LocalSearcher, "gone", None)])),
    ):
        pass


def test_follow_ups_are_asked_alone_without_their_handling(bot):
    with swapped(next(part for part in PARTS if part.name == "follow-up handling")):
        alone = bot.ask(WHEN.question, WHEN.history)
    assert alone.standalone_question == WHEN.question
    assert "school" in bot.ask(WHEN.question, WHEN.history).standalone_question


@pytest.mark.parametrize(
    ("name", "rank"), [("BM25 retrieval", "dense_rank"), ("dense retrieval", "bm25_rank")]
)
def test_one_way_of_searching_is_left(bot, name, rank):
    with swapped(next(part for part in PARTS if part.name == name)):
        hits = bot.search("Mill Lane trees")
        assert [getattr(hit, rank) for hit in hits] == list(range(1, len(hits) + 1))
        assert ROWED.evidence[0].article_id not in {
            hit.article_id for hit in bot.ask(ROWED.question, without=["boats"]).hits
        }


def test_the_table_holds_means_differences_and_corrected_p_values():
    """Of twenty questions, all right: one part loses none, the other ten of the first measure."""
    whole = np.ones((20, 2))
    worse = whole.copy()
    worse[:10, 0] = 0
    lines = table("small", whole, {"this": whole, "that": worse}).splitlines()
    assert "small" in lines[0] and "n = 20" in lines[0] and "2 rows" in lines[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert cells[0][1::3] == list(MEASURES)
    assert cells[2] == ["(the whole)", "1.000", "", "", "1.000", "", ""]
    assert cells[3] == ["this", "1.000", "+0.000", "1.000", "1.000", "+0.000", "1.000"]
    p = holm([1.0, paired_p([-1.0] * 10)])[1]
    assert cells[4] == ["that", "0.500", "-0.500", f"{p:.3f}", "1.000", "+0.000", "1.000"]
    assert len({len(row) for row in cells}) == 1


def test_a_set_is_a_folder(tmp_path):
    with pytest.raises(CuttingsError, match=r"gold.jsonl is no folder"):
        ablate(tmp_path / "gold.jsonl")
