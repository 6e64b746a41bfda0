"""What each part is worth: the measures with one part after the other taken away.

    python -m scripts.ablate [SET...]     the folder of a question set each; none: the bundled questions

Prints a Markdown table for each set. The product has no switches for its parts, so while the questions are
asked a name in its code stands for something else (`PARTS`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from chatbot.bot import Chatbot
from chatbot.conversation import understand
from chatbot.conversation.followup import Standalone
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from eval.asking import ask_all, product
from eval.measures.metrics import measure
from eval.measures.significance import FLIPS, holm, paired_p
from eval.prepare import prepared
from eval.progress import progress_of
from eval.questions.gold import Gold
from index.folder.searcher import LocalSearcher
from index.fusion import STANDARD, Fusion
from index.hit import Hit
from index.scope import EVERYWHERE, Scope
from index.search import Mode, Query

MEASURES = ("first citation right", "nDCG@5")
"""As `eval/measures/metrics.py` defines them, over the answerable questions, shown or not."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is taken away: settings that do without it, or names that stand for something else."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    swaps: Sequence[tuple[object, str, object]] = ()
    """(module or class, name in it, what stands there instead)"""


def searching(mode: Mode) -> Callable[..., list[Hit]]:
    """`LocalSearcher.search`, but that it searches in one way only."""
    search = LocalSearcher.search

    def one_way(
        self: LocalSearcher,
        query: Query,
        k: int,
        _: Mode = "hybrid",
        scope: Scope = EVERYWHERE,
        fusion: Fusion = STANDARD,
    ) -> list[Hit]:
        return search(self, query, k, mode, scope, fusion)

    return one_way


PARTS = (
    Part("joint reader", settings={"reader": "none"}),
    Part("BM25 retrieval", swaps=[(LocalSearcher, "search", searching("dense"))]),
    Part("dense retrieval", swaps=[(LocalSearcher, "search", searching("bm25"))]),
    Part(
        "follow-up handling",
        swaps=[(understand, "complete", lambda question, _: Standalone(question))],
    ),
)


def ablate(questions: Path | None, parts: Sequence[Part] = PARTS) -> str:
    """The table of a question set, or of the bundled one, in Markdown."""
    if questions is not None and not questions.is_dir():
        raise CuttingsError(f"{questions} is no folder; give the folder of a question set")
    name = questions.resolve().name if questions else "bundled"
    bot, golds = prepared(questions, Path(), Settings())
    whole = scores(bot, golds, f"{name}, whole")
    reduced = []
    for part in parts:
        bot_without = prepared(questions, Path(), Settings(**part.settings))[0] if part.settings else bot
        with swapped(part):
            reduced.append(scores(bot_without, golds, f"{name}, without {part.name}"))
    return table(name, whole, {part.name: one for part, one in zip(parts, reduced, strict=True)})


@contextmanager
def swapped(part: Part) -> Iterator[None]:
    """The product without a part, for as long as this lasts."""
    with ExitStack() as stack:
        for owner, name, instead in part.swaps:
            stack.enter_context(patch.object(owner, name, instead))
        yield


def scores(bot: Chatbot, golds: Sequence[Gold], about: str) -> np.ndarray:
    """The measures of each answerable question, (n, len(MEASURES))."""
    asked = [replace(gold, standalone="") for gold in golds if gold.answerable]
    records = ask_all([product(bot)], asked, progress_of(about))
    columns = []
    for name in ("first_citation", "nDCG@5"):
        each = measure(name).each
        assert each, "a measure of single questions"
        columns.append(each(records))
    return np.array(columns, float).T


def table(name: str, whole: np.ndarray, reduced: Mapping[str, np.ndarray]) -> str:
    """The means, their differences to the whole, and how sure the differences are."""
    means = whole.mean(axis=0)
    cells: dict[str, list[str]] = {part: [] for part in reduced}
    for column in range(len(MEASURES)):
        differences = [one[:, column] - whole[:, column] for one in reduced.values()]
        ps = holm([paired_p(difference.tolist()) for difference in differences])
        for part, difference, p in zip(reduced, differences, ps, strict=True):
            cells[part] += [
                f"{means[column] + difference.mean():.3f}",
                f"{difference.mean():+.3f}",
                "< 0.001" if p < 0.001 else f"{p:.3f}",
            ]
    heading = ["without", *(title for measure in MEASURES for title in (measure, "difference", "p"))]
    rows = [
        heading,
        ["---", *["---:"] * (len(heading) - 1)],
        ["(the whole)", *(cell for mean in means for cell in (f"{mean:.3f}", "", ""))],
        *([part, *texts] for part, texts in cells.items()),
    ]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(
        [
            f"**{name}**, n = {len(whole)} answerable questions. p: two-sided paired randomisation test "
            f"({FLIPS:,} flips), Holm-corrected over the {len(reduced)} rows.",
            "",
            *lines,
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.ablate", description="What each part is worth.")
    parser.add_argument("sets", metavar="SET", nargs="*", type=Path, help="folder of a question set")
    try:
        for questions in parser.parse_args().sets or [None]:
            print(ablate(questions), end="\n\n", flush=True)
    except CuttingsError as error:
        sys.exit(f"scripts.ablate: {error}")


if __name__ == "__main__":
    main()
