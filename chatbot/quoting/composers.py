"""The kinds of answers that have a way of their own of being put together, and that way."""

from __future__ import annotations

from collections.abc import Mapping

from chatbot.answer import Kind
from chatbot.quoting.article_list import article_list
from chatbot.quoting.material import Composer
from chatbot.quoting.timeline import timeline

COMPOSERS: Mapping[Kind, Composer] = {
    "timeline": timeline,
    "articles": article_list,
    "counting": article_list,
}
