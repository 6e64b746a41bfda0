"""What a path with questions is: decided by what the files hold, here and nowhere else.

| path | articles |
|---|---|
| gold file (`eval/questions/gold.py`) | the user's collection |
| TREC judgements, with a file of topics (`eval/questions/judgements.py`) | the user's collection |
| SQuAD 1.1 or 2.0 (`eval/questions/squad.py`) | its own |
| folder of BEIR (`eval/questions/beir.py`) | its own |
| folder of a question set (`eval/questions/folder.py`) | its own |
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.errors import CuttingsError, reason
from corpus.read import Raw
from eval.questions import beir, folder
from eval.questions.brought import QuestionSet
from eval.questions.gold import Loaded, read_gold, some
from eval.questions.jsonl import Complain, stop
from eval.questions.judgements import read_qrels
from eval.questions.squad import load_squad
from eval.questions.texts import Texts, of_collection
from index.store import Store

Format = Literal["gold file", "TREC judgements", "SQuAD", "BEIR", "question set"]

_SQUAD = re.compile(r'\s*\{\s*"(?:data|version)"\s*:')
_QRELS = re.compile(r"\s*[^\s{]\S*[ \t]+\S+[ \t]+\S+[ \t]+-?\d+\s*(?:\n|$)")
_LOOKED_AT = 4096
"""Bytes of a file."""


@dataclass(frozen=True, slots=True)
class Source:
    """Questions. `raws` are the articles that they bring; None where they are about the user's collection.

    `read` looks the questions up in the articles.
    """

    path: Path
    format: Format
    raws: tuple[Raw, ...] | None
    read: Callable[[Texts], Loaded]

    def questions(self, collection: Store) -> Loaded:
        """The questions, asked of a collection: the user's, or one made of `raws`.

        CuttingsError for what does not fit, and where no question is left.
        """
        return some(self.read(of_collection(collection)), self.path)


def load(path: Path, topics: Path | None = None, complain: Complain = stop) -> Source:
    """The questions at a path; `topics` is the file that TREC judgements need.

    CuttingsError where it is nothing that is known. `complain` hears of what is wrong in the files.
    """
    form = format_of(path)
    if topics and form != "TREC judgements":
        raise CuttingsError(f"--topics belongs to TREC judgements; {path} is a {form}. Leave it out.")
    if form == "gold file":
        return Source(path, form, None, lambda texts: read_gold(path, texts, complain))
    if form == "TREC judgements":
        if not topics:
            raise CuttingsError(f"{path} holds TREC judgements; give the questions with --topics FILE.")
        asked = topics
        return Source(path, form, None, lambda texts: read_qrels(path, asked, texts, complain))
    readers: dict[Format, Callable[[Path, Complain], QuestionSet]] = {
        "SQuAD": load_squad,
        "BEIR": beir.load_beir,
        "question set": folder.load_folder,
    }
    found = readers[form](path, complain)
    return Source(path, form, found.raws, lambda _: found.loaded)


def format_of(path: Path) -> Format:
    """What a file or folder is. CuttingsError for a folder that is neither, and for what cannot be read."""
    if path.is_dir():
        if (path / beir.CORPUS).is_file() and (path / beir.QUERIES).is_file():
            return "BEIR"
        if (path / folder.QUESTIONS).is_file() and any(
            (path / name).is_file() for name in (folder.SPANS, folder.MARKED)
        ):
            return "question set"
        raise CuttingsError(
            f"{path} is not a question set: it needs {folder.QUESTIONS}, and {folder.SPANS} or "
            f"{folder.MARKED}; or, as BEIR has it, {beir.CORPUS}, {beir.QUERIES} and qrels. "
            f"Give such a folder, or a gold file."
        )
    if path.exists() and not path.is_file():
        raise CuttingsError(f"{path} is no file (it is read twice). Write the questions into one.")
    try:
        with path.open("rb") as file:
            head = file.read(_LOOKED_AT).decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise CuttingsError(
            f"cannot read {path}: {reason(error)}. Give a gold file, or the folder of a set."
        ) from error
    if _SQUAD.match(head):
        return "SQuAD"
    return "TREC judgements" if _QRELS.match(head) else "gold file"
