"""Rankings, measured by trec_eval's code.

Through ir-measures (MacAvaney, Macdonald and Ounis, "Streamlining Evaluation with ir-measures", ECIR 2022),
which asks pytrec_eval (Van Gysel and de Rijke, "Pytrec_eval: An Extremely Fast Python Interface to
trec_eval", SIGIR 2018). Each measure is defined in docs/measures.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from eval.record import DEPTH

CUT = ("hit", "recall", "nDCG")
"""Measures of the first k passages: `hit@1`, `recall@5`, `nDCG@10`, with any k from 1 to `DEPTH`."""
UNCUT = ("MRR", "MAP")
"""Measures of the whole ranking."""


class Ranked(Protocol):
    """Names with grades of what should be found, and names of what was, best first, each once."""

    @property
    def relevant(self) -> Mapping[str, int]: ...
    @property
    def ranking(self) -> tuple[str, ...]: ...


def is_retrieval(name: str) -> bool:
    """Whether `rankings` knows a measure of this name."""
    family, at, k = name.partition("@")
    if not at:
        return name in UNCUT
    return family in CUT and k.isascii() and k.isdecimal() and k[0] != "0" and int(k) <= DEPTH


def rankings(records: Sequence[Ranked], name: str) -> list[float | None]:
    """The measure called `name` of each record's ranking; None where there is nothing to find.

    A question without hits counts 0. Each passage counts once, where it stands first.
    """
    import ir_measures

    family, _, k = name.partition("@")
    theirs = {
        "hit": ir_measures.Success,
        "recall": ir_measures.R,
        "nDCG": ir_measures.nDCG,
        "MRR": ir_measures.RR,
        "MAP": ir_measures.AP,
    }[family]
    metric = theirs @ int(k) if k else theirs
    judged = {str(place): dict(one.relevant) for place, one in enumerate(records) if one.relevant}
    # Falling scores, so that trec_eval, which sorts by score, has no ties to break.
    found = {
        place: {passage: float(-rank) for rank, passage in enumerate(records[int(place)].ranking)}
        for place in judged
    }
    values: list[float | None] = [None] * len(records)
    for one in ir_measures.iter_calc([metric], judged, found) if judged else ():
        values[int(one.query_id)] = float(one.value)
    return values
