"""An answer is opened again from its id, and shows nothing that its articles do not have."""

from __future__ import annotations

import base64
import json
import math
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answer import STATES, Answer
from chatbot.bot import Chatbot
from chatbot.filters import Filters
from chatbot.permalink import _digest, answer_id, reopen
from chatbot.render.schema import answer_json
from chatbot.seal import FILE, key_of
from corpus.errors import CuttingsError
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.versions import NO_HISTORY
from tests.fakes import HashEncoder

QUESTIONS = (
    "What did the BMA survey of clinical directors find?",
    "How many clinical directors replied to the survey?",
    "What was reported in January 2020 about pay?",
    "Why is the sky blue?",
    "Hello!",
    "and?",
)


def reopened_json(answer: Answer) -> dict[str, Any]:
    """What is kept of an answer: all but what belongs to the search that found it."""
    kept = replace(answer, hits=(), suggestions=())
    shown = answer_json(kept)
    for citation in shown["citations"] + [c for one in shown["differ"] for c in one["citations"]]:
        for one in citation["also"]:
            one["why"] = None
        for name in ("margin", "bm25", "cosine") if citation["why"] else ():
            citation["why"][name] = pytest.approx(citation["why"][name], abs=0.006)
    return shown


@pytest.mark.model
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("as_typed", [False, True])
def test_an_answer_is_opened_as_it_was_given(bundled: Chatbot, question: str, as_typed: bool) -> None:
    publisher = next(a.publisher for a in bundled.collection.articles() if a.publisher)
    filters = Filters((publisher,), date(2019, 1, 1)) if as_typed else Filters()
    answer = bundled.ask(question, as_typed=as_typed, filters=filters)
    opened = reopen(answer.id, bundled.collection)
    assert opened.lost == 0
    assert reopened_json(answer) == answer_json(opened.answer)
    assert answer.notice or all(citation.why for citation in opened.answer.citations)


def small(tmp_path: Path, **texts: str) -> Chatbot:
    folder = tmp_path / "articles"
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)
    collection = Collection.create(tmp_path / "collection")
    ingest(collection, HashEncoder(), read([folder]), 200)
    return Chatbot(collection, HashEncoder(), _settings())


def _settings() -> Any:
    from chatbot.settings import Settings

    return Settings(reader="none", threshold=0.0)


FERRY = "The ferry carries 213 cars across the wide harbour every day. Its captain is Ada Long of Leeds."


def test_a_sentence_that_its_article_no_longer_has_is_left_out_and_counted(tmp_path: Path) -> None:
    bot = small(tmp_path, ferry=FERRY, bridge="The bridge over the harbour opened to cars in 1994, they say.")
    answer = bot.ask("How many cars does the ferry carry across the harbour?")
    assert {citation.article_id for citation in answer.citations} >= {"ferry"}
    small(tmp_path, ferry=FERRY.replace("213", "312"))
    with bot.collection.change() as change:
        change.keep("ferry", NO_HISTORY)
    opened = reopen(answer.id, bot.collection)
    gone = sum("213" in citation.quote for citation in answer.citations)
    assert opened.lost == gone == 1
    assert not any("213" in citation.quote for citation in opened.answer.citations)
    with bot.collection.change() as change:
        for article in bot.collection.articles():
            change.remove(article.id)
    empty = reopen(answer.id, bot.collection)
    assert empty.lost == len(answer.citations) and empty.answer.abstained


def repacked(id: str, change: Any) -> str:
    """The id with its contents changed, as one who forges it would."""
    packed = json.loads(zlib.decompress(base64.urlsafe_b64decode(id + "===")))
    change(packed)
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(packed).encode())).rstrip(b"=").decode()


def test_an_id_says_how_sure_the_answer_was_and_those_of_before_there_were_three_states_open(
    tmp_path: Path,
) -> None:
    bot = small(tmp_path, ferry=FERRY)
    given = bot.ask("How many cars does the ferry carry?")
    for state in STATES:
        id = answer_id(replace(given, state=state), key_of(bot.collection.folder))
        assert reopen(id, bot.collection).answer.state == state
        old = repacked(id, lambda packed, state=state: packed.__setitem__(3, state == "none"))
        assert reopen(old, bot.collection).answer.abstained == (state == "none")


def test_a_forged_id_shows_no_other_words(tmp_path: Path) -> None:
    bot = small(tmp_path, ferry=FERRY)
    id = bot.ask("How many cars does the ferry carry?").id

    def shift(packed: Any) -> None:
        packed[6][0][2] -= 3

    assert reopen(repacked(id, shift), bot.collection).lost == 1

    def outside(packed: Any) -> None:
        packed[6][0][1:3] = [-5, 10**9]

    assert reopen(repacked(id, outside), bot.collection).lost == 1


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ((4,), math.nan),
        pytest.param((4,), 10**400, id="huge"),
        ((0,), "\ud800"),
        ((3,), "certainly"),
        ((6, 0, 4), math.inf),
        ((6, 0, 5), [0.5, 1.5]),
        ((6, 0, 7), math.inf),
        ((8,), ["filter", None, None, "then", math.inf, 0]),
        ((10,), {"publishers": ["\ud800"]}),
    ],
)
def test_what_no_answer_has_and_no_response_could_hold_is_refused(
    bundled_id: tuple[str, Collection], place: tuple[int, ...], value: Any
) -> None:
    id, collection = bundled_id

    def change(packed: Any) -> None:
        for step in place[:-1]:
            packed = packed[step]
        packed[place[-1]] = value

    with pytest.raises(CuttingsError, match="is not the id of an answer"):
        reopen(repacked(id, change), collection)


def test_a_small_id_cannot_ask_for_a_whole_article_many_times_over(tmp_path: Path) -> None:
    bot = small(tmp_path, ferry=FERRY * 20)
    id = bot.ask("How many cars does the ferry carry?").id
    text = bot.collection.article("ferry").text

    def grow(packed: Any) -> None:
        packed[6] = [["ferry", 0, len(text), _digest(text), 0.5, None, [], 1]] * 500

    with pytest.raises(CuttingsError, match="not the id of an answer"):
        reopen(repacked(id, grow), bot.collection)

    def grow_less(packed: Any) -> None:
        grow(packed)
        del packed[6][100:]

    opened = reopen(repacked(id, grow_less), bot.collection)
    assert opened.lost == 100 and opened.answer.citations == ()


def test_an_id_is_sealed_with_a_key_that_stays_with_the_collection(tmp_path: Path) -> None:
    bot = small(tmp_path, ferry=FERRY)
    id = bot.ask("How many cars does the ferry carry?").id
    assert reopen(id, bot.collection).sealed and reopen(id, bot.collection).answer.id == id
    key = bot.collection.folder / FILE
    assert key.stat().st_mode & 0o077 == 0
    forged = reopen(repacked(id, lambda packed: packed.__setitem__(0, "Is he guilty?")), bot.collection)
    # Quotations are cut from the articles, but why they were chosen could be anything.
    assert not forged.sealed and {citation.why for citation in forged.answer.citations} == {None}
    before = key.read_bytes()
    key.write_bytes(before[:7])  # as a crash leaves it
    assert key_of(bot.collection.folder) == key.read_bytes() != before
    assert not reopen(id, bot.collection).sealed


def test_where_no_key_can_be_kept_answers_are_given_all_the_same(tmp_path: Path) -> None:
    assert key_of(tmp_path / "no-such-folder") == key_of(tmp_path / "none-either")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)


@given(place=st.integers(0, 11), value=json_values)
def test_whatever_an_id_holds_it_is_opened_or_refused_in_one_line(
    bundled_id: tuple[str, Collection], place: int, value: Any
) -> None:
    id, collection = bundled_id

    def change(packed: Any) -> None:
        packed[place] = value

    try:
        opened = reopen(repacked(id, change), collection)
    except CuttingsError as error:
        assert "\n" not in str(error)
    else:
        json.dumps(answer_json(opened.answer), allow_nan=False)
        for citation in opened.answer.citations:
            assert (
                citation.quote == collection.article(citation.article_id).text[citation.start : citation.end]
            )


@pytest.fixture(scope="module")
def bundled_id(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Collection]:
    bot = small(tmp_path_factory.mktemp("permalink"), ferry=FERRY)
    return bot.ask("How many cars does the ferry carry?").id, bot.collection


@given(st.text(max_size=60))
def test_text_that_is_no_id_is_refused(bundled_id: tuple[str, Collection], text: str) -> None:
    with pytest.raises(CuttingsError, match="is not the id of an answer"):
        reopen(text, bundled_id[1])


def test_an_id_that_unfolds_without_end_is_refused(bundled_id: tuple[str, Collection]) -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b"[" + b"0," * 1_000_000 + b"0]")).decode()
    with pytest.raises(CuttingsError, match="is not the id of an answer"):
        reopen(bomb, bundled_id[1])


def test_an_id_unfolds_to_no_more_than_an_answer_needs(tmp_path: Path) -> None:
    bot = small(tmp_path, ferry=FERRY)
    id = bot.ask("How many cars does the ferry carry?").id
    large = repacked(id, lambda packed: packed.__setitem__(0, "q" * 40_000))
    assert len(large) < 1000
    with pytest.raises(CuttingsError, match="not the id of an answer"):
        reopen(large, bot.collection)
    asked = "How many cars does the ferry carry" + " — and when" * 175 + "?"
    assert reopen(bot.ask(asked).id, bot.collection).answer.question == asked
