"""The commands that measure: how good the answers are, and what shows it.

They are those of the room above, which is imported inside them.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from chatbot.cli.location import where


def _eval(args: Namespace) -> int:
    from chatbot.settings import Settings
    from eval.command import evaluate
    from index.address import folder_of

    about = where(args)
    return evaluate(
        Path(args.questions) if args.questions else None,
        about,
        Settings.load(folder_of(about)),
        report=Path(args.report) if args.report else None,
        compare=args.compare,
        topics=Path(args.topics) if args.topics else None,
        sweeps=args.sweep,
        fail_under=args.fail_under,
        no_worse=Path(args.no_worse_than) if args.no_worse_than else None,
        alpha=args.alpha,
        with_history=not args.without_history,
        as_json=args.json,
        with_absent=args.absent,
        with_cut=args.cut,
        seed=args.seed,
        jobs=args.jobs,
    )


def _compare(args: Namespace) -> int:
    from eval.compare_runs import compare_runs

    report = Path(args.report) if args.report else None
    return compare_runs(Path(args.before), Path(args.after), report, args.json)


def _calibrate(args: Namespace) -> int:
    from chatbot.settings import Settings
    from eval.calibrate import calibrate
    from index.address import folder_of

    about = where(args)
    settings = Settings.load(folder_of(about))
    return calibrate(Path(args.questions), about, settings, args.max_wrong, args.sure_right)


def _gold(args: Namespace) -> int:
    if args.action == "new":
        from chatbot.bot import Chatbot
        from eval.write.sitting import write

        return write(Chatbot.open(where(args)), Path(args.questions), args.seed)
    if args.action == "from-feedback":
        from eval.questions.from_feedback import from_feedback

        return from_feedback(where(args), Path(args.out) if args.out else None, with_down=args.all)
    from eval.questions.check import gold_check

    topics = Path(args.topics) if args.topics else None
    return gold_check(Path(args.questions), topics, where(args), args.json)


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "eval": _eval,
    "compare": _compare,
    "calibrate": _calibrate,
    "gold": _gold,
}
