"""Gold questions: what was asked, and where in the articles the answer stands.

They come from gold files, described in docs/gold.md, and from the formats that `sources.py` lists. A gold
file quotes its evidence, so that a person can read and edit it and articles may change. The quotations become
offsets here, once, while the file is read, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from chatbot.answer import Turn
from corpus.errors import CuttingsError
from eval.manifest import LeftOut
from eval.questions.jsonl import Complain, Wrong, read_lines, reporting, stop
from eval.questions.rows import Quotation, Row, read_row
from eval.questions.texts import Texts, of_collection
from eval.spans import Place
from index.store import Store


@dataclass(frozen=True, slots=True)
class Evidence:
    """`article.text[start:end]`: a place where an answer stands.

    Places of one `choice` answer together: 0 is the evidence itself, 1, 2, ... are its alternatives, each of
    which answers by itself. `grade` is how relevant the place is, 1 or more.
    """

    article_id: str
    start: int
    end: int
    choice: int = 0
    grade: int = 1

    @property
    def place(self) -> Place:
        return self.article_id, self.start, self.end


@dataclass(frozen=True, slots=True)
class Gold:
    """One question with every place where its answer stands; an unanswerable one has none.

    `unit` says how finely the evidence was marked: "passage" for spans, "article" where whole
    articles were marked, so that a second hit of the same article is no second find. `without` names the
    articles that are passed over when it is asked, `hidden` the places of which no sentence is read, see
    `eval/absence.py`. `standalone` is a follow-up put so that it needs no history, "" without one; `of` is
    the id of the question whose stand-alone form this one is, "" else.
    """

    id: str
    question: str
    kind: str
    history: tuple[Turn, ...]
    answerable: bool
    evidence: tuple[Evidence, ...]
    unit: Literal["passage", "article"] = "passage"
    without: tuple[str, ...] = ()
    hidden: tuple[Place, ...] = ()
    tags: tuple[str, ...] = ()
    standalone: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A quotation that was not found, of question `id` at `where`; of a whole article `quote` is ""."""

    id: str
    where: str
    what: str
    """such as "evidence" or "alternative 2" """
    quotation: Quotation
    why: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The questions that can be asked, and what cannot.

    `left_out` are questions of which no choice resolves; `notes` say what else was passed over: a choice of a
    question that is asked by another, or, with the id "", something about the file as a whole. Every
    quotation behind either is in `unresolved`. `where` gives the place of each question, by its id.
    """

    golds: tuple[Gold, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[LeftOut, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Gathering:
    """What becomes a `Loaded`, while the questions are read; each id once."""

    golds: list[Gold] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[LeftOut] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    where: dict[str, str] = field(default_factory=dict)

    def claim(self, id: str, where: str) -> None:
        """Wrong where an earlier question has the id."""
        if id in self.where:
            raise Wrong(where, f"the id {id!r} stands at {self.where[id]} already. Rename one of them.")
        self.where[id] = where

    def loaded(self) -> Loaded:
        left_out, notes = tuple(self.left_out), tuple(self.notes)
        return Loaded(tuple(self.golds), left_out, notes, tuple(self.unresolved), self.where)


def alone(id: str) -> str:
    """The id under which the stand-alone form of a follow-up is asked."""
    return f"{id} (stand-alone)"


def load_gold(path: Path, collection: Store) -> Loaded:
    """The questions of a gold file, their quotations looked up in the collection's articles.

    Raises CuttingsError, with file, line and value, for a line that does not fit, and where no question is
    left. A quotation that is not found is no error, since articles change: it is reported in the result.
    """
    return some(read_gold(path, of_collection(collection), stop), path)


def read_gold(path: Path, texts: Texts, complain: Complain) -> Loaded:
    """As `load_gold`, but `complain` hears of each line that does not fit, and there may be no question."""
    gathering = Gathering()
    for where, line in read_lines(path):
        with reporting(complain):
            row = read_row(line, where)
            gathering.claim(row.id, where)
            if row.standalone:
                gathering.claim(alone(row.id), where)
            _resolve(row, where, texts, gathering)
    return gathering.loaded()


def some(loaded: Loaded, path: Path) -> Loaded:
    """The same. CuttingsError where it has no question."""
    if loaded.golds:
        return loaded
    if not loaded.left_out:
        raise CuttingsError(f"{path}: no questions. Write some.")
    first, others = loaded.left_out[0], len(loaded.left_out) - 1
    left = f"{others} more cannot either" if others else "it is the only question"
    raise CuttingsError(
        f"{first.where}: {first.id!r} cannot be asked: {first.why}; {left}. See `cuttings gold check {path}`."
    )


def readable(loaded: Loaded, limit: int) -> Loaded:
    """The same, with questions of more than `limit` characters, which no system reads, left out."""
    why = f"it is longer than the {limit:,} characters of a question that are read"
    long = {gold.id for gold in loaded.golds if max(len(gold.question), len(gold.standalone)) > limit}
    return replace(
        loaded,
        golds=tuple(gold for gold in loaded.golds if gold.id not in long),
        left_out=(
            *loaded.left_out,
            *(LeftOut(gold.id, loaded.where[gold.id], why) for gold in loaded.golds if gold.id in long),
        ),
    )


def _resolve(row: Row, where: str, texts: Texts, gathering: Gathering) -> None:
    """Adds the question as far as its quotations are found, or leaves it out."""
    grades: dict[tuple[str, int, int, int], int] = {}  # the same quotation given twice is one place
    missing: list[Unresolved] = []
    whole = False
    for choice, quotations in enumerate(row.choices):
        what = f"alternative {choice}" if choice else "evidence"
        failed = [
            Unresolved(row.id, where, what, quotation, why)
            for quotation in quotations
            if (why := _why_not(quotation, texts))
        ]
        missing += failed
        if not failed:
            whole = True
            for quotation in quotations:
                for start, end in texts.places(quotation.article_id, quotation.quote):
                    place = quotation.article_id, start, end, choice
                    grades[place] = max(quotation.grade, grades.get(place, 0))
    gathering.unresolved += missing
    why = "; ".join(f"{one.what}: {one.why}" for one in missing)
    if row.choices and not whole:
        gathering.left_out.append(LeftOut(row.id, where, why))
        return
    if missing:
        gathering.notes.append(LeftOut(row.id, where, f"asked without {why}"))
    gathering.golds.append(
        Gold(
            row.id,
            row.question,
            row.kind,
            row.history,
            row.answerable,
            tuple(Evidence(*place, grade) for place, grade in grades.items()),
            tags=row.tags,
            standalone=row.standalone,
        )
    )


def _why_not(quotation: Quotation, texts: Texts) -> str:
    """Why a quotation is not found, "" where it is."""
    if quotation.article_id not in texts:
        return f"no article {quotation.article_id!r} in the collection"
    if not texts.places(quotation.article_id, quotation.quote):
        return f"the quote {quotation.quote[:80]!r} is not in article {quotation.article_id!r}"
    return ""
