"""What the server keeps of an open page: bounded, and without what was found for the answers."""

from __future__ import annotations

import gradio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.server import api
from chatbot.server.loading import Loading
from chatbot.server.page import CHARACTERS_KEPT, EXCHANGES_KEPT, SESSIONS, Asking, Exchange, _kept, blocks
from tests.small import small_bot


@given(st.lists(st.integers(0, CHARACTERS_KEPT), max_size=2 * EXCHANGES_KEPT))
def test_the_latest_of_a_conversation_are_kept_within_its_bounds(sizes: list[int]) -> None:
    exchanges = [Exchange(Asking(str(number)), "a" * size) for number, size in enumerate(sizes)]
    kept = _kept(exchanges)
    assert kept == exchanges[len(exchanges) - len(kept) :] and (bool(kept) or not exchanges)
    assert len(kept) <= EXCHANGES_KEPT
    assert len(kept) < 2 or sum(len(one.content) for one in kept) <= CHARACTERS_KEPT


@pytest.mark.slow
def test_the_sessions_that_clients_name_are_bounded(tmp_path) -> None:
    bot = small_bot(tmp_path)
    app = api.app(bot)
    page = blocks(app.state.collections, Loading(bot))
    assert page.state_session_capacity == SESSIONS
    (state,) = (one for one in page.blocks.values() if isinstance(one, gradio.State))
    assert 0 < state.time_to_live < 24 * 3600
