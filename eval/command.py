"""`cuttings eval`: which questions on which collection, what is printed, and whether a gate was missed."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from importlib.resources import as_file, files
from pathlib import Path

from chatbot.bot import Chatbot
from chatbot.server.shell import report_of
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from corpus.read import Raw, Skipped, read
from eval.absence import absent
from eval.gold import Gold, load_gold
from eval.metrics import ANSWERS, LOWER_IS_BETTER, RETRIEVAL
from eval.report import as_dict, as_text, write_report
from eval.run import Summary, run
from eval.sources import load
from eval.temporary import collection_of, told
from index.embed import SentenceEncoder

GATE_MISSED = 3
"""Exit code."""


def evaluate(
    questions: Path | None,
    collection: Path,
    settings: Settings,
    report: Path | None = None,
    fail_under: Sequence[str] = (),
    with_history: bool = True,
    as_json: bool = False,
    with_absent: bool = False,
) -> int:
    """Evaluate, print, and return the exit code: 0, or 3 when a gate of `fail_under` was missed.

    With `with_absent`, every answerable question is asked once more without the articles that answer it.

    `questions` is a gold file about `collection`, the folder of a question set (which brings its own
    articles), or None for the bundled questions on the bundled articles.
    """
    gates = [parse_gate(gate) for gate in fail_under]
    bot, golds = prepared(questions, collection, settings)
    if with_absent:
        golds = (*golds, *absent(golds))
    result = run(bot, golds, with_history, told("questions"))
    print(json.dumps(as_dict(result), indent=2) if as_json else as_text(result))
    about = [str(questions or "bundled questions")]
    about += [] if with_history else ["without history"]
    about += ["each answerable one also without the articles that answer it"] if with_absent else []
    if report:
        write_report(result, report, ", ".join(about), settings.threshold)
    if questions and questions.is_file():  # it is about this collection, whose page shows its newest report
        try:
            write_report(result, report_of(collection).parent, ", ".join(about), settings.threshold)
        except CuttingsError as error:
            print(f"cuttings eval: the page will not show this run: {error}", file=sys.stderr)
    misses = [why for measure, value in gates if (why := missed(result.summary, measure, value))]
    for why in misses:
        print(f"cuttings eval: gate missed: {why}", file=sys.stderr)
    return GATE_MISSED if misses else 0


def prepared(questions: Path | None, collection: Path, settings: Settings) -> tuple[Chatbot, Sequence[Gold]]:
    """A bot on the collection that the questions are about, and the questions; see `evaluate`."""
    if questions is None:
        with as_file(files("corpus") / "articles") as articles, as_file(files("eval") / "gold") as gold:
            bot = on_articles(read([articles]), "bundled", settings)
            return bot, load_gold(gold / "bundled.jsonl", bot.collection).golds
    source = load(questions)
    if source.raws is None:
        bot = Chatbot.open(collection, settings)
    else:
        bot = on_articles(source.raws, questions.resolve().name, settings)
    loaded = source.questions(bot.collection)
    for left in loaded.left_out:
        print(f"{left.where}: {left.id!r} is left out: {left.why}", file=sys.stderr)
    return bot, loaded.golds


def on_articles(raws: Iterable[Raw | Skipped], name: str, settings: Settings) -> Chatbot:
    """A chatbot on exactly these articles."""
    encoder = SentenceEncoder(settings.model, settings.reader)
    folder = collection_of(raws, f"{name}-{encoder.reader}", encoder, settings.passage_tokens)
    return Chatbot.open(folder, settings)


def parse_gate(gate: str) -> tuple[str, float]:
    """(measure, value) of `MEASURE=VALUE`."""
    measure, _, value = gate.partition("=")
    names = (*RETRIEVAL, *ANSWERS)
    if measure not in names:
        raise CuttingsError(f"--fail-under {gate}: no measure {measure!r}. Choose from: {', '.join(names)}.")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CuttingsError(f"--fail-under {gate}: {value!r} is no number. Write {measure}=0.8, say.")
    return measure, number


def missed(summary: Summary, measure: str, value: float) -> str:
    """Why the gate was missed, in a few words; "" when it was not.

    Where lower is better, the gate is a ceiling. Raises CuttingsError when there is nothing to judge by.
    """
    score = summary.measures[measure]
    if score.value is None:
        raise CuttingsError(
            f"--fail-under {measure}={value:g}: no question here is measured by it. Leave it out."
        )
    lower = measure in LOWER_IS_BETTER
    if score.value > value if lower else score.value < value:
        return f"{measure} is {score.value:.4g} (n={score.n}), {'over' if lower else 'under'} {value:g}"
    return ""
