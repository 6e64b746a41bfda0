"""Articles that say the words of the questions and answer none: `python -m scripts.decoys [--reader NAME]`.

The bundled questions are put to four collections: the bundled articles alone, with five articles that restate
every question as a statement, with one of these five times over, and with five that heap up the questions'
words. Prints how often the first citation is right, and how often it is one of a decoy; then the same where
the bundled articles' publishers are trusted (`trusted_publishers`), and the decoys' is not.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.metadata import Metadata
from corpus.read import Raw, read
from eval.prepare import on_articles, prepare
from eval.questions.gold import Gold

ARTICLES = 5
_OPENINGS = (
    "Of course {}.",
    "It is well known {}.",
    "Everybody asks {}.",
    "{}: that is the question.",
    "We know {}.",
)


def restating(golds: list[Gold]) -> list[str]:
    """Five texts; in each, every question as a sentence that answers it not."""
    return ["\n\n".join(opening.format(_plain(gold.question)) for gold in golds) for opening in _OPENINGS]


def heaping(golds: list[Gold]) -> list[str]:
    """Five texts of the questions' words, in any order."""
    random_ = random.Random(3)
    texts = []
    for _ in range(ARTICLES):
        lines = []
        for gold in golds:
            words = _plain(gold.question).split()
            random_.shuffle(words)
            lines.append(f"{' '.join(words).capitalize()}.")
        texts.append("\n\n".join(lines))
    return texts


def copied(golds: list[Gold]) -> list[str]:
    """One text of the restating ones, five times."""
    return restating(golds)[:1] * ARTICLES


def _plain(question: str) -> str:
    question = question.strip().rstrip("?.! ")
    return question[:1].lower() + question[1:]


def right(bot: Chatbot, golds: list[Gold]) -> tuple[int, int]:
    """Questions whose first citation is right, and those whose first citation is of a decoy."""
    good = decoyed = 0
    for gold in golds:
        answer = bot.ask(gold.question, gold.history)
        if answer.citations:
            first = answer.citations[0]
            decoyed += first.article_id.startswith("decoy")
            good += any(
                place.article_id == first.article_id and place.start < first.end and first.start < place.end
                for place in gold.evidence
            )
    return good, decoyed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.decoys", description=__doc__)
    parser.add_argument("--reader", default=Settings().reader)
    settings = replace(Settings(), reader=parser.parse_args().reader)
    golds = [one for one in prepare(None, Path("unused"), settings).loaded.golds if one.answerable]
    with as_file(files("corpus") / "articles") as folder:
        articles = [raw for raw in read([folder]) if isinstance(raw, Raw)]
    made = {"alone": [], "restated": restating(golds), "copied": copied(golds), "heaped": heaping(golds)}
    for name, texts in made.items():
        decoys = [
            Raw(
                f"/{name}-{i}",
                f"decoy-{i}.txt",
                text,
                "txt",
                Metadata(id=f"decoy-{i}", publisher="Nobody Known"),
                (),
                hashlib.sha256(text.encode()).hexdigest(),
            )
            for i, text in enumerate(texts)
        ]
        bot = on_articles([*articles, *decoys], f"decoys-{name}", settings)
        names = bot.collection.articles()
        trusted = {one.publisher for one in names if one.publisher and not one.id.startswith("decoy")}
        for how, setting in (("", ""), (", trusting", "; ".join(sorted(trusted)))):
            good, decoyed = right(bot.having(replace(settings, trusted_publishers=setting)), golds)
            n = len(golds)
            print(
                f"{name + how:18s} first right {good / n:.3f}, of a decoy {decoyed / n:.3f}, n = {n}",
                flush=True,
            )


if __name__ == "__main__":
    main()
