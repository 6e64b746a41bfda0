"""A run made up for the tests of reports: every outcome and fault, in as many questions as are wanted."""

from __future__ import annotations

import random
from dataclasses import replace

from eval.manifest import Indexed, LeftOut, Manifest
from eval.record import BestRight, Expected, Fault, Found, Quoted, Record
from eval.stored import Run

HOSTILE = "<script>alert('Ann & Ben')</script> | `x` [a](javascript:alert(1)) \u202e\n# <b>"
"""A text that tries to be more than that, in a page or in Markdown."""

SYSTEMS = ("hybrid+reader", "hybrid", "dense", "bm25")
_FAULTS: tuple[Fault, ...] = (
    "", "", "", "", "", "", "retrieval", "reading", "refusal", "follow-up", "cleaned away", "not in a passage"
)  # fmt: skip


def made_run(questions: int = 24, systems: tuple[str, ...] = SYSTEMS, seed: int = 1, text: str = "") -> Run:
    """The same run for the same arguments. `text` is part of every question, quotation, article and name."""
    chance = random.Random(seed)
    records = [one for place in range(questions) for one in _asked(place, systems, chance, text)]
    return Run(manifest(systems, text), tuple(sorted(records, key=lambda one: systems.index(one.system))))


def manifest(systems: tuple[str, ...] = SYSTEMS, text: str = "") -> Manifest:
    """What it ran on. One question was left out."""
    return Manifest(
        questions=f"gold.jsonl{text}",
        questions_sha256="aa" * 32,
        systems=systems,
        settings={
            name: {"threshold": 0.3, "passages_read": 20, "fusion.depth": 10 * place + 10}
            for place, name in enumerate(systems)
        },
        collections={name: Indexed(15, 120, 3_400_000, "bb" * 32) for name in systems},
        model={"name": "all-MiniLM-L6-v2", "sha256": "cc" * 32},
        versions={"cuttings": "0.1.0", "python": "3.11.2", "numpy": "2.1.0"},
        machine={"system": "Linux 6.1", "processor": "x86_64", "cores": "2"},
        seed=7,
        jobs=2,
        started="2026-01-05T09:30:00+00:00",
        seconds=83.4,
        left_out=(
            LeftOut(f"q99{text}", "gold.jsonl, line 99", f"the quote 'Nobody rowed.'{text} is not there"),
        ),
    )


def _asked(place: int, systems: tuple[str, ...], chance: random.Random, text: str) -> list[Record]:
    answerable = place % 4 != 3
    fault: Fault = _FAULTS[place % len(_FAULTS)] if answerable else ("false answer" if place % 8 == 7 else "")
    follow_up = fault == "follow-up" or place % 6 == 0
    article = f"the-regatta-{place % 5}{text}"
    names = [f"{article}:{100 * number}-{100 * number + 90}" for number in range(25)]
    relevant = {names[place % 3]: 1, names[4 + place % 2]: 1} if answerable else {}
    quote = f"Ann rowed home in {1900 + place}, as those on the bank remember. {text}"
    fate = {"cleaned away": "removed", "not in a passage": "no passage"}.get(fault, "passage")
    expected = tuple(
        Expected(
            article,
            100 * choice,
            100 * choice + 40,
            quote,
            choice,
            1,
            (100 * choice, 100 * choice + 60),
            fate,
        )
        for choice in range(1 + place % 2)
        if answerable
    )
    asked = []
    for system in systems:
        reads = system.endswith("+reader")
        order = names[:20]
        if fault in ("retrieval", "cleaned away", "not in a passage"):
            order = [name for name in names if name not in relevant][:20]
        elif not reads:
            chance.shuffle(order)
        right = reads and answerable and fault in ("", "refusal")
        confidence = round(min(1.0, max(0.0, chance.gauss(0.75 if right else 0.3, 0.2))), 3)
        answered = fault != "refusal" if answerable else fault == "false answer"
        asked.append(
            Record(
                system=system,
                id=f"q{place}{text}",
                question=f"Who rowed home in {1900 + place}{', and who saw it' * (place % 3)}?{text}",
                kind=("single", "date", "follow-up")[place % 3] + text if answerable else "unanswerable",
                tags=(f"rowing{text}",) if place % 2 else (),
                history=(
                    ("user", f"Tell me about the regatta of {1900 + place}. {text}"),
                    ("assistant", "It was long."),
                )
                if follow_up
                else (),
                standalone=f"Who rowed home from the regatta in {1900 + place}?" if follow_up else "",
                of="",
                answerable=answerable,
                unit="passage",
                without=(),
                hidden=(),
                expected=expected,
                relevant=relevant,
                searched=f"Who rowed home in {1900 + place} (the regatta)?{text}" if follow_up else "",
                hits=tuple(_found(name, relevant, rank, article) for rank, name in enumerate(order, start=1)),
                reads=reads,
                state="answer" if reads and answered else "none",
                confidence=confidence if reads else 0.0,
                citations=_citations(right, place, article, text) if reads else (),
                best_right=BestRight(1 if right else 3, 80, 2, 1.2, 1.2 if right else 2.5)
                if reads and answerable and fault in ("", "reading", "refusal", "follow-up")
                else None,
                fault=fault if reads else "",
                milliseconds=chance.lognormvariate(3 if reads else 1.5, 0.4),
                stages={"encode": 4.0, "search": 2.0, "read": 11.0}
                if reads
                else {"encode": 4.0, "search": 2.0},
            )
        )
    asked = [one if one.searched else replace(one, searched=one.question) for one in asked]
    if follow_up:
        asked += [
            replace(one, id=f"{one.id} (stand-alone)", of=one.id, history=()) for one in asked if one.reads
        ]
    return asked


def _found(name: str, relevant: dict[str, int], rank: int, article: str) -> Found:
    start, end = map(int, name.rsplit(":", 1)[1].split("-"))
    bm25_rank = rank + 1 if rank % 5 else None
    return Found(
        name,
        article,
        start,
        end,
        relevant.get(name, 0),
        1 / (60 + rank),
        20 / rank,
        bm25_rank,
        0.9 - rank / 50,
        rank,
    )


def _citations(right: bool, place: int, article: str, text: str) -> tuple[Quoted, ...]:
    return (
        Quoted(1, f"Ann rowed home in {1900 + place}. {text}", article, 0, 20, 0.82, right),
        Quoted(2, f"Ben stayed on the bank. {text}", article, 30, 50, 0.41, place % 5 == 0),
    )
