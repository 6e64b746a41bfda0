"""Questions asked of systems: every record says what was found, cited and right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.pipeline import STAGES
from chatbot.request import Request
from corpus.errors import CuttingsError
from eval.absence import without_sentences
from eval.asking import Opened, ask, ask_all, product, units
from eval.questions.gold import Evidence
from eval.record import Record
from eval.spans import named
from eval.systems import MODES, PRODUCT, systems
from index.fusion import Fusion
from tests.records import timeless
from tests.small_runs import CLOSES, FOLLOWS, GOLDS, NOWHERE, ROWED, Small, gold, place, small_collection


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_collection(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def opened(folder: Path) -> tuple[Opened, ...]:
    return Small(folder, ",".join(MODES))()


@pytest.fixture(scope="module")
def records(opened: tuple[Opened, ...]) -> tuple[Record, ...]:
    return ask_all(opened, GOLDS)


@pytest.fixture
def bot(opened: tuple[Opened, ...]) -> Chatbot:
    return opened[0].bot


def characters(spans: object) -> set[tuple[str, int]]:
    return {(one.article_id, at) for one in spans for at in range(one.start, one.end)}  # type: ignore[attr-defined]


def test_every_system_is_asked_every_question_in_order(records: tuple[Record, ...]) -> None:
    ids = ["q1", "q2", "q3", "q3 (stand-alone)", "q4"]
    assert [(one.id, one.system) for one in records] == [(id, name) for id in ids for name in MODES]


def test_a_record_of_the_product_is_what_the_chatbot_says(records: tuple[Record, ...], bot: Chatbot) -> None:
    for one in (record for record in records if record.system == PRODUCT):
        asked = next(gold for unit in units(GOLDS) for gold in unit if gold.id == one.id)
        run = bot.run(Request(asked.question, asked.history))
        answer = run.answer
        assert answer
        assert one.searched == answer.standalone_question
        assert one.confidence == answer.confidence and one.state == answer.state
        assert [cited.quote for cited in one.citations] == [cited.quote for cited in answer.citations]
        assert [(hit.name, hit.score) for hit in one.hits] == [(named(hit), hit.score) for hit in run.hits]
        assert set(one.stages) == {*STAGES}
        assert 0 < sum(one.stages.values()) <= one.milliseconds


def test_a_citation_is_right_exactly_when_it_shares_a_character_with_evidence(
    records: tuple[Record, ...],
) -> None:
    seen = set()
    for record in records:
        evidence = characters(record.expected)
        for cited in record.citations:
            also = [Evidence(*span) for span in cited.also]
            assert cited.right == bool(evidence & characters([cited, *also]))
            seen.add(cited.right)
        assert any(hit.grade for hit in record.hits) == bool(evidence & characters(record.hits))
    assert seen == {True, False}


def test_the_best_right_sentence_is_found_among_all_that_were_read(
    records: tuple[Record, ...], bot: Chatbot
) -> None:
    for record in records:
        if not record.reads or not record.answerable:
            assert record.best_right is None
            continue
        best = record.best_right
        assert best and best.score <= best.best_score and 1 <= best.rank <= best.read
        assert (best.rank == 1) == record.first_right == (best.score == best.best_score)
        assert 1 <= best.passage_rank <= len(record.hits)


def test_a_system_that_only_ranks_searches_what_the_product_reads(
    records: tuple[Record, ...], bot: Chatbot
) -> None:
    of = {(record.system, record.id): record for record in records}
    for (system, id), record in of.items():
        if record.reads:
            continue
        whole = of[f"{system}+reader", id]
        assert {hit.name for hit in record.hits} == {hit.name for hit in whole.hits}
        assert record.searched == whole.searched
        assert (record.citations, record.answered, record.confidence, record.best_right) == (
            (),
            False,
            0.0,
            None,
        )
        assert set(record.stages) == {"understand", "search"}


def test_the_ways_of_searching_differ_in_their_ranks(records: tuple[Record, ...]) -> None:
    ranks = {record.system: record.hits for record in records if record.id == "q1" and not record.reads}
    assert [hit.bm25_rank for hit in ranks["bm25"]] == list(range(1, len(ranks["bm25"]) + 1))
    assert [hit.dense_rank for hit in ranks["dense"]] == list(range(1, len(ranks["dense"]) + 1))
    assert len(ranks["hybrid"]) == len(ranks["dense"]) > len(ranks["bm25"])


def test_a_follow_up_is_asked_as_it_is_and_in_its_stand_alone_form(records: tuple[Record, ...]) -> None:
    asked, alone = (record for record in records if record.system == PRODUCT and record.id.startswith("q3"))
    assert (asked.of, alone.of) == ("", "q3")
    assert asked.standalone == alone.question == FOLLOWS.standalone and alone.standalone == ""
    assert asked.history and not alone.history
    assert asked.searched != asked.question and alone.searched == alone.question
    assert (alone.kind, alone.expected, alone.relevant) == (asked.kind, asked.expected, asked.relevant)


def test_only_a_follow_up_that_has_such_a_form_is_asked_twice() -> None:
    assert [len(unit) for unit in units(GOLDS)] == [1, 1, 2, 1]
    assert [
        len(unit) for unit in units([replace(FOLLOWS, standalone=""), replace(FOLLOWS, id="x", history=())])
    ] == [
        1,
        1,
    ]
    assert units([]) == ()


def test_two_questions_of_one_id_are_refused() -> None:
    with pytest.raises(CuttingsError, match=r"two questions have the id 'q3 \(stand-alone\)'"):
        units([*GOLDS, replace(NOWHERE, id="q3 (stand-alone)")])


def test_a_follow_up_that_only_its_history_loses_is_known(opened: tuple[Opened, ...]) -> None:
    misled = replace(ROWED, history=FOLLOWS.history, question="And when was that?", standalone=ROWED.question)
    for record in ask(opened, units([misled])[0]):
        if record.of:
            assert record.fault == ""
        elif record.system == PRODUCT:
            assert not record.first_right and record.fault == "follow-up"


def test_planted_evidence_moves_what_is_right(
    opened: tuple[Opened, ...], records: tuple[Record, ...]
) -> None:
    """With what was cited first as evidence all is right; with what was never found, nothing."""
    first = {one.id: one.citations[0] for one in records if one.system == PRODUCT and not one.of}
    cited = [
        replace(
            one,
            answerable=True,
            evidence=(Evidence(found.article_id, found.start, found.end),),
            standalone="",
        )
        for one in GOLDS
        for found in [first[one.id]]
    ]
    assert all(one.first_right and one.fault == "" for one in ask_all(opened[:1], cited))
    nowhere = [replace(one, evidence=(Evidence("nowhere", 0, 9),)) for one in cited]
    for one in ask_all(opened, nowhere):
        assert not any(cited.right for cited in one.citations) and not any(hit.grade for hit in one.hits)
        assert one.fault == "not in a passage" and one.best_right is None


def test_articles_that_are_passed_over_are_found_by_no_system(opened: tuple[Opened, ...]) -> None:
    for record in ask_all(opened, [replace(ROWED, without=("boats",))]):
        assert record.hits or record.system.startswith("bm25")
        assert "boats" not in {hit.article_id for hit in record.hits}
        assert record.without == ("boats",) and record.fault == "retrieval"


def test_a_sentence_that_is_cut_out_is_quoted_by_no_system_though_its_passage_is_found(
    opened: tuple[Opened, ...],
) -> None:
    (twin,) = without_sentences([ROWED])
    for record in ask_all(opened, [twin]):
        assert "boats" in {hit.article_id for hit in record.hits}
        assert not any("rowed across the bay" in one.quote for one in record.citations)
        assert record.hidden == twin.hidden and record.kind == "cut"
        assert record.fault == ("false answer" if record.reads else "")


def test_of_whole_articles_each_is_named_once(opened: tuple[Opened, ...]) -> None:
    whole = replace(ROWED, unit="article", evidence=(replace(ROWED.evidence[0], start=0, end=200),))
    for record in ask_all(opened, [whole]):
        assert set(record.ranking) <= {"boats", "bread", "trees"}
        assert len(record.ranking) == len(set(record.ranking)) <= len(record.hits)
        assert {hit.grade for hit in record.hits if hit.name == "boats"} == {1}


def test_no_more_than_a_depth_of_passages_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Small(folder, "hybrid+reader,hybrid")()
    assert all(len(record.hits) > 2 for record in ask_all(opened, [CLOSES]))
    monkeypatch.setattr("eval.asking.DEPTH", 2)
    assert [len(record.hits) for record in ask_all(opened, [CLOSES])] == [2, 2]


def test_a_notice_is_no_answer_and_nothing_is_searched_for_it(opened: tuple[Opened, ...]) -> None:
    for record in ask_all(opened, [replace(NOWHERE, question="Thank you!")]):
        assert not record.answered and record.hits == () and record.fault == ""
        assert record.searched == "Thank you!"


def test_settings_of_a_system_are_those_that_it_is_asked_under(folder: Path) -> None:
    opened = Small(folder)()
    sure = replace(opened[0].bot.settings, sure_threshold=1.0)
    swept = systems(None, ["threshold=1.0", "fusion.depth=1"], sure)
    asked = ask_all([Opened(one, opened[0].bot.having(one.settings)) for one in swept], [CLOSES])
    assert [one.answered for one in asked] == [True, True, False, False]
    assert len(asked[0].hits) > 2 >= len(asked[1].hits) == len(asked[3].hits)  # one of each retriever
    assert opened[0].bot.settings.fusion == Fusion()


def test_the_product_is_the_chatbot_as_it_is(bot: Chatbot) -> None:
    one = product(bot)
    assert (one.system.name, one.system.settings, one.bot) == (PRODUCT, bot.settings, bot)


def test_the_same_questions_make_the_same_records(
    opened: tuple[Opened, ...], records: tuple[Record, ...]
) -> None:
    assert [timeless(one) for one in ask_all(opened, GOLDS)] == [timeless(one) for one in records]


def test_progress_is_by_question(opened: tuple[Opened, ...]) -> None:
    told: list[tuple[int, int]] = []
    ask_all(opened[:1], GOLDS, lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_question_with_several_choices_keeps_them_apart(opened: tuple[Opened, ...]) -> None:
    either = gold("q", ROWED.question, ROWED.evidence[0], place("boats", "new jetty", 1, 2))
    for record in ask_all(opened, [either]):
        assert [one.choice for one in record.expected] == [0, 1]
        assert [one.grade for one in record.expected] == [1, 2]
