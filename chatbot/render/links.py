"""The addresses at which the page opens a citation or an answer, for whoever shows them elsewhere."""

from __future__ import annotations

from urllib.parse import quote


def cited(article_id: str, start: int, end: int, version: int | None = None) -> str:
    """What follows the page's address: the article, or an older version of it, opens with `text[start:end]`
    marked."""
    of = f"/v{version}" if version else ""
    return f"#cite/{quote(article_id, safe='')}/{start}/{end}{of}"


def page_of(address: str, collection: str = "") -> str:
    """The page of a collection at a server's address; without a name, of its first."""
    return f"{address.rstrip('/')}/{f'?collection={quote(collection)}' if collection else ''}"
