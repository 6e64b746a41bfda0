"""Runs with the real chatbot on the bundled articles; planted right and wrong evidence moves the measures."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from eval import run as runs
from eval.gold import Evidence, Gold, load_gold
from eval.judged import Score
from eval.run import Run, run

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def all_golds(bundled: Chatbot) -> tuple[Gold, ...]:
    return load_gold(Path(str(files("eval") / "gold" / "bundled.jsonl")), bundled.collection)


@pytest.fixture(scope="module")
def golds(all_golds: tuple[Gold, ...]) -> tuple[Gold, ...]:
    """Two questions of each kind, of the follow-ups four."""
    chosen = []
    for kind in dict.fromkeys(gold.kind for gold in all_golds):
        chosen += [gold for gold in all_golds if gold.kind == kind][: 4 if kind == "followup" else 2]
    return tuple(chosen)


@pytest.fixture(scope="module")
def ran(bundled: Chatbot, golds: tuple[Gold, ...]) -> Run:
    return run(bundled, golds)


def characters(spans) -> set[tuple[str, int]]:
    return {(span.article_id, place) for span in spans for place in range(span.start, span.end)}


def test_the_bundled_questions_resolve_and_cover_both_sorts(all_golds):
    assert {gold.answerable for gold in all_golds} == {True, False}
    assert any(gold.history for gold in all_golds)


def test_every_question_is_kept_in_order_with_its_evidence(ran, golds, bundled):
    assert [record.gold for record in ran.records] == list(golds)
    for record in ran.records:
        for place, text in zip(record.gold.evidence, record.expected, strict=True):
            assert bundled.collection.article(place.article_id).text[place.start : place.end] == text


def test_a_citation_is_right_exactly_when_it_shares_a_character_with_evidence(ran):
    seen = set()
    for record in ran.records:
        evidence = characters(record.gold.evidence)
        for citation, right in zip(record.answer.citations, record.judged.right, strict=True):
            assert right == bool(evidence & characters([citation, *citation.also]))
            seen.add(right)
    assert seen == {True, False}


def test_the_first_hit_is_judged_by_its_span_for_every_system(ran, bundled):
    for record in ran.records:
        if not record.gold.answerable:
            assert record.retrieval == {}
            continue
        evidence = characters(record.gold.evidence)
        for mode in runs.MODES:
            hits = bundled.search(record.answer.standalone_question, 10, mode)
            assert record.retrieval[mode]["hit@1"] == bool(evidence & characters(hits[:1]))
        listed = record.answer.hits
        assert record.retrieval[runs.PRODUCT]["hit@1"] == bool(evidence & characters(listed[:1]))
        assert (record.retrieval[runs.PRODUCT]["MRR"] > 0) == bool(evidence & characters(listed))


def test_the_summary_is_the_mean_of_the_records_and_the_kinds_add_up(ran):
    answerable = [record for record in ran.records if record.gold.answerable]
    for system in runs.SYSTEMS:
        values = [record.retrieval[system]["nDCG@10"] for record in answerable]
        score = ran.summary.retrieval[system]["nDCG@10"]
        assert score == Score(pytest.approx(sum(values) / len(values)), len(answerable))
    assert (
        sum(summary.questions for summary in ran.kinds.values()) == ran.summary.questions == len(ran.records)
    )
    right = sum(s.measures["first_citation"].value * s.answerable for s in ran.kinds.values() if s.answerable)
    assert ran.summary.measures["first_citation"].value == pytest.approx(right / len(answerable))


def test_latency_is_measured_for_every_question(ran):
    assert all(record.judged.latency_ms > 0 for record in ran.records)
    assert ran.summary.measures["latency_p50_ms"].n == len(ran.records)


def test_history_reaches_the_bot_unless_it_is_left_out(ran, golds, bundled):
    with_turns = [gold for gold in golds if gold.history]
    alone = run(bundled, with_turns, with_history=False).records
    completed = [record for record in ran.records if record.gold.history]
    assert [record.answer for record in alone] == [bundled.ask(gold.question) for gold in with_turns]
    assert [record.answer for record in completed] == [bundled.ask(g.question, g.history) for g in with_turns]
    assert any(a.answer != b.answer for a, b in zip(alone, completed, strict=True))


def planted(ran: Run, place: dict[str, Evidence], bundled: Chatbot) -> Run:
    """The same questions, with other evidence; those without a place are left out."""
    golds = [
        replace(record.gold, answerable=True, evidence=(place[record.gold.id],))
        for record in ran.records
        if record.gold.id in place
    ]
    return run(bundled, golds)


def test_with_the_given_citation_as_evidence_every_measure_is_at_its_best(ran, bundled):
    place = {
        record.gold.id: Evidence(first.article_id, first.start, first.end)
        for record in ran.records
        for first in record.answer.citations[:1]
        if not record.answer.abstained
    }
    measures = planted(ran, place, bundled).summary.measures
    assert (
        measures["first_citation"]
        == measures["any_of_3"]
        == measures["answered_right"]
        == Score(1.0, len(place))
    )
    assert measures["false_refusals"] == Score(0.0, len(place))
    assert measures["recall@5"].value > 0


def test_with_evidence_that_was_not_cited_or_found_every_measure_is_zero(ran, bundled):
    place = {}
    for record in ran.records:
        shown = characters(record.answer.hits)
        for citation in record.answer.citations:
            shown |= characters([citation, *citation.also])
        for article in bundled.collection.articles():
            for passage in bundled.collection.passages(article.id):
                if not shown & characters([passage]):
                    place[record.gold.id] = Evidence(article.id, passage.start, passage.end)
    wrong = planted(ran, place, bundled).summary
    assert wrong.questions > len(ran.records) / 2
    for name in (
        "first_citation",
        "any_of_3",
        "answered_right",
        "citation_precision",
        "hit@1",
        "MRR",
        "nDCG@10",
    ):
        assert wrong.measures[name].value == 0, name


def test_questions_without_evidence_turn_answers_into_false_answers(ran, bundled):
    none = run(bundled, [replace(r.gold, answerable=False, evidence=()) for r in ran.records]).summary
    answered = sum(record.judged.answered for record in ran.records)
    assert none.measures["false_answers"] == Score(answered / len(ran.records), len(ran.records))
    assert none.measures["first_citation"] == none.measures["hit@1"] == Score(None, 0)


def test_an_article_that_is_not_there_counts_as_not_found(ran, golds, bundled):
    gold = replace(next(gold for gold in golds if gold.answerable), evidence=(Evidence("nowhere", 0, 9),))
    (record,) = run(bundled, [gold]).records
    assert record.expected == ("(article nowhere is not in the collection)",)
    assert record.retrieval[runs.PRODUCT] == dict.fromkeys(record.retrieval[runs.PRODUCT], 0.0)


def test_a_notice_is_not_an_answer(bundled):
    thanks = Gold("t", "Thank you!", "smalltalk", (), False, ())
    (record,) = run(bundled, [thanks]).records
    assert record.answer.notice and not record.judged.answered
