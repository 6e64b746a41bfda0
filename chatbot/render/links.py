"""The addresses at which the page opens a citation or an answer, for whoever shows them elsewhere."""

from __future__ import annotations

from urllib.parse import quote


def cited(article_id: str, start: int, end: int) -> str:
    """What follows the page's address: the article opens with `text[start:end]` marked."""
    return f"#cite/{quote(article_id, safe='')}/{start}/{end}"


def opened(page: str, fragment: str) -> str:
    """The whole address; `page` is that of the page, with or without a slash at its end."""
    return f"{page.rstrip('/')}/{fragment}"
