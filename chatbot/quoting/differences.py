"""Where sources differ: statements of an answer that give different figures or dates for the same thing."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.answer import Citation, Difference
from chatbot.quoting.compose import Group
from chatbot.quoting.rivals import differ
from chatbot.quoting.statements import Nearness


def differing(
    groups: Sequence[Group], citations: Sequence[Citation], limit: int, nearness: Nearness
) -> tuple[Difference, ...]:
    """The statements that differ from one of the first `limit`, which are cited, side by side with it.

    `citations` are those of the groups, one for each.

    Statements of one article never differ: an article that gives two figures means two things. Each
    statement stands in one difference at most.
    """
    found: list[Difference] = []
    used: set[int] = set()
    for i, cited in enumerate(groups[:limit]):
        rivals = [
            j
            for j, rival in enumerate(groups)
            if j not in used | {i}
            and not _articles(cited) & _articles(rival)
            and differ(cited.statement, rival.statement, nearness)
        ]
        if i not in used and rivals:
            used |= {i, *rivals}
            side_by_side = [citations[j] for j in (i, *rivals)]
            found.append(Difference(tuple(sorted(side_by_side, key=_published, reverse=True))))
    return tuple(found)


def _articles(group: Group) -> set[str]:
    return {candidate.article.id for candidate, _ in group.members}


def _published(citation: Citation) -> str:
    """The date to sort by; without one a statement comes last."""
    return citation.published or ""
