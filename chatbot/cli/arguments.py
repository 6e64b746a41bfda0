"""What can be typed: the commands and their arguments, and what is said of wrong ones."""

from __future__ import annotations

import argparse
import difflib
import math
from collections.abc import Callable, Sequence

from chatbot.cli import access_arguments, citing, completion, guide, versions
from chatbot.cli.location import filled as _filled
from chatbot.cli.location import several
from chatbot.cli.parsing import Parser, Version, Words, meant
from chatbot.cli.reading_arguments import add_reading
from chatbot.cli.times import day, every


def parser() -> tuple[Parser, dict[str, Parser]]:
    """The parser of all that can be typed, and those of the commands by their names."""
    parser = Parser(
        prog="cuttings",
        description="Ask your own articles a question; get verbatim sentences back, each with its source.",
        epilog="`cuttings COMMAND --help` says more about each.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=Version, nargs=0, help="print the version and end")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)

    def command(name: str, about: str) -> argparse.ArgumentParser:
        description = f"{about[0].upper()}{about[1:]}."
        return commands.add_parser(name, help=about, description=description, allow_abbrev=False)

    _port(command("demo", "serve the bundled articles, to try Cuttings before it has any of yours"))
    _ingest(command("ingest", "add articles, and update those that changed"))
    _sync(command("sync", "bring the articles in step with folders, feeds, sitemaps and pages"))
    _sources(command("sources", "list, add and remove the sources that `cuttings sync` reads"))
    _watch(command("watch", "sync folders whenever a file in them changes"))
    _journal(command("journal", "tell which articles came, changed, moved and went, and when"))
    _corrections(command("corrections", "find answers that were given whose quotations have changed since"))
    _remove(command("remove", "remove articles from the collection; their files stay"))
    _listing(command("list", "list the articles, newest first"))
    _show(command("show", "print an article's text, without what is not the story"))
    _copy(command("copy", "copy a collection to another folder, to Milvus, or back, and check the copy"))
    _verify(command("verify", "check that all is as it was stored and every sentence a slice of its article"))
    _backup(command("backup", "keep a collection in another folder, also while it is in use, and check it"))
    _restore(command("restore", "put a backup back, checked; what was there is kept beside it"))
    _ask(command("ask", "answer a question with sentences of the articles"))
    _collection(command("chat", "ask and follow up in the terminal, and open what is cited"))
    _search(command("search", "find passages, without reading them for an answer"))
    _serve(command("serve", "serve the chat page and the REST interface"))
    several(command("mcp", "serve the articles to an MCP client, over standard input and output"))
    access_arguments.add(command, _actions, _collection, _json)
    _eval(command("eval", "measure the answers to questions whose answers are known"))
    _compare(command("compare", "tell what changed from one run of `cuttings eval` to another"))
    _calibrate(command("calibrate", "fit the thresholds to your own questions, and store them"))
    _gold(command("gold", "look after your own gold questions"))
    guide.arguments(command("help", "explain a command, or read a page of the documentation"))
    completion.arguments(command("completion", "print what lets a shell complete commands and options"))
    return parser, commands.choices


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments, `command` among them. SystemExit after --help and --version, and for wrong usage (2)."""
    whole, commands = parser()
    if argv and not argv[0].startswith("-") and argv[0] not in commands:
        near = difflib.get_close_matches(argv[0], commands, n=1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        whole.error(f"there is no command {argv[0]!r}{hint}")
    args, rest = whole.parse_known_args(argv)
    if rest:
        used = commands[args.command]
        used.error(f"unrecognized arguments: {' '.join(rest)}{meant(rest[0], used)}")
    return args


def _ingest(sub: argparse.ArgumentParser) -> None:
    paths = 'file, folder, URL, or "-" for standard input'
    sub.add_argument("paths", metavar="PATH", nargs="+", type=_filled, help=paths)
    workers = "processes that encode, 1 to 64 (default: %(default)s, which takes all processors)"
    sub.add_argument("--workers", metavar="N", type=_between(1, 64), default=1, help=workers)
    add_reading(sub)
    who = "who may see what is read, now and at each later ingest and sync: see `cuttings visibility --help`"
    sub.add_argument("--visibility", metavar="VISIBILITY", type=_filled, help=who)
    jobs = "processes that read files other than plain text, 1 to 64 (default: %(default)s)"
    sub.add_argument("--jobs", metavar="N", type=_between(1, 64), default=1, help=jobs)
    report = "write what became of each source to FILE, as JSON"
    sub.add_argument("--report", metavar="FILE", type=_filled, help=report)
    sub.add_argument("--strict", action="store_true", help="exit with 1 when anything was skipped")
    shard = "store the K-th of N parts of the articles only, for N machines that are all given the same PATHs"
    sub.add_argument("--shard", metavar="K/N", type=_shard, default=(1, 1), help=shard)
    _collection(sub)


def _sync(sub: argparse.ArgumentParser) -> None:
    sources = "folder, file, or the URL of a feed, a sitemap or a page; default: all that are remembered"
    sub.add_argument("sources", metavar="SOURCE", nargs="*", type=_filled, help=sources)
    sub.add_argument("--dry-run", action="store_true", help="only tell what would be done")
    sure = "remove more than a tenth of a source's articles too, and those whose whole folder is gone"
    sub.add_argument("--yes", action="store_true", help=sure)
    add_reading(sub, "; remembered with the SOURCEs")
    _json(sub)
    _collection(sub)


def _sources(sub: argparse.ArgumentParser) -> None:
    action = "what to do with the SOURCEs; default: list those that are remembered"
    sub.add_argument("action", nargs="?", choices=["add", "remove"], help=action)
    sub.add_argument("sources", metavar="SOURCE", nargs="*", type=_filled, help="as `cuttings sync` takes it")
    add_reading(sub, "; remembered with the SOURCEs")
    _json(sub)
    _collection(sub)


def _watch(sub: argparse.ArgumentParser) -> None:
    folders = "default: all folders that are remembered"
    sub.add_argument("folders", metavar="FOLDER", nargs="*", type=_filled, help=folders)
    _collection(sub)


def _journal(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--since", metavar="DATE", type=day, help="from this day on, such as 2025-04-02")
    _json(sub)
    _collection(sub)


def _corrections(sub: argparse.ArgumentParser) -> None:
    links = (
        'a text with links to answers, or a conversation exported as JSON, "-" for standard input; '
        "may be given several times; the feedback is always looked at"
    )
    sub.add_argument("--links", metavar="FILE", type=_filled, action="append", default=[], help=links)
    _json(sub)
    _collection(sub)


def _copy(sub: argparse.ArgumentParser) -> None:
    place = "{}: a collection's folder, or its URL on Milvus"
    sub.add_argument("source", metavar="SOURCE", type=_filled, help=place.format("from"))
    sub.add_argument("target", metavar="TARGET", type=_filled, help=place.format("to"))


def _remove(sub: argparse.ArgumentParser) -> None:
    chosen = sub.add_mutually_exclusive_group(required=True)
    ids = "its id, as `cuttings list` shows it"
    chosen.add_argument("articles", metavar="ARTICLE", nargs="*", default=[], help=ids)
    missing = "those whose file is gone from a folder that is still there; at most a tenth of all"
    chosen.add_argument("--missing", action="store_true", help=missing)
    sure = "with --missing: more than a tenth too, and those whose whole folder is gone or not mounted"
    sub.add_argument("--yes", action="store_true", help=sure)
    sub.add_argument("--dry-run", action="store_true", help="only tell what would be removed")
    _collection(sub)


def _listing(sub: argparse.ArgumentParser) -> None:
    copies = "list every copy of a story that several papers print, and not one of them"
    sub.add_argument("--copies", action="store_true", help=copies)
    _json(sub)
    _collection(sub)


def _show(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("article", metavar="ARTICLE", help="its id, as `cuttings list` shows it")
    versions.add_options(sub, _between(1, 999_999_999))
    _json(sub)
    _collection(sub)


def _verify(sub: argparse.ArgumentParser) -> None:
    repair = "make anew what can be: what is derived, passages, and articles whose file is still there"
    sub.add_argument("--repair", action="store_true", help=repair)
    _json(sub)
    _collection(sub)


def _backup(sub: argparse.ArgumentParser) -> None:
    to = "folder to keep it in, best on another disk; what is there of the backup before is used again"
    sub.add_argument("to", metavar="TO", type=_filled, help=to)
    _collection(sub)


def _restore(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("source", metavar="FROM", type=_filled, help="folder that `cuttings backup` wrote to")
    _collection(sub)


def _ask(sub: argparse.ArgumentParser) -> None:
    what = sub.add_mutually_exclusive_group(required=True)
    asked = "in quotation marks where your shell would read something else into it"
    what.add_argument("question", metavar="QUESTION", nargs="*", action=Words, default="", help=asked)
    batch = 'one JSON object a line, "-" for standard input; prints a line of JSON for each'
    what.add_argument("--batch", metavar="IN.jsonl", type=_filled, help=batch)
    sub.add_argument("--any-time", action="store_true", help="ignore the time that the question names")
    citing.formats(sub)
    _collection(sub)


def _search(sub: argparse.ArgumentParser) -> None:
    words = "in quotation marks where your shell would read something else into it"
    sub.add_argument("query", metavar="QUERY", nargs="+", action=Words, help=words)
    k = "passages to find, 1 to 100 (default: %(default)s)"
    sub.add_argument("--k", metavar="N", type=_between(1, 100), default=10, help=k)
    _json(sub)
    _collection(sub)


def _serve(sub: argparse.ArgumentParser) -> None:
    host = "address to listen at (default: %(default)s, which only this machine reaches)"
    sub.add_argument("--host", type=_filled, default="127.0.0.1", help=host)
    _port(sub)
    name = "name by which a proxy passes requests on, such as cuttings.example.org; others are then refused"
    sub.add_argument("--public-name", metavar="NAME", type=_filled, help=name)
    access_arguments.serve(sub)
    added = (
        "let files be added to the collection: at localhost by anybody, elsewhere by a key that may ingest"
    )
    sub.add_argument("--allow-upload", action="store_true", help=added)
    often = "bring the articles in step with the remembered sources so often: every=30m, every=1h, every=1d"
    sub.add_argument("--sync", metavar="every=TIME", type=every, help=often)
    logs = "text tells warnings and errors; json every request too, an object a line (default: %(default)s)"
    sub.add_argument("--log-format", choices=["text", "json"], default="text", help=logs)
    several(sub)


def _actions(sub: argparse.ArgumentParser) -> Callable[[str, str], argparse.ArgumentParser]:
    """What adds an action of the command."""
    actions = sub.add_subparsers(metavar="ACTION", dest="action", required=True)

    def action(name: str, about: str) -> argparse.ArgumentParser:
        description = f"{about[0].upper()}{about[1:]}."
        return actions.add_parser(name, help=about, description=description, allow_abbrev=False)

    return action


def _eval(sub: argparse.ArgumentParser) -> None:
    gold = (
        "gold file or TREC judgements about the collection, SQuAD's JSON, or the folder of a set; "
        "default: the bundled questions"
    )
    sub.add_argument("questions", metavar="GOLD", nargs="?", type=_filled, help=gold)
    compare = (
        "bm25, dense and hybrid rank passages, with +reader they answer; the first is what the others are "
        "compared with (default: hybrid+reader,hybrid,dense,bm25)"
    )
    sub.add_argument("--compare", metavar="SYSTEM,...", type=_filled, help=compare)
    sweep = "try these values of a setting, beside its present one; may be given for several settings"
    sub.add_argument("--sweep", metavar="SETTING=VALUE,...", action="append", default=[], help=sweep)
    seed = "of resampling, for intervals and tests (default: %(default)s)"
    sub.add_argument("--seed", metavar="N", type=_between(0, 999_999_999), default=7, help=seed)
    jobs = "processes that ask at the same time (default: %(default)s)"
    sub.add_argument("--jobs", metavar="N", type=_between(1, 64), default=1, help=jobs)
    report = "folder of the run and its report; a run that was stopped there is continued"
    sub.add_argument("--report", metavar="DIR", type=_filled, help=report)
    _topics(sub)
    gate = "end with exit code 3 where the measure is worse; may be given several times"
    sub.add_argument("--fail-under", metavar="MEASURE=VALUE", action="append", default=[], help=gate)
    worse = "end with exit code 3 where this run is worse than the one in that folder, and not by chance"
    sub.add_argument("--no-worse-than", metavar="RUN", type=_filled, help=worse)
    alpha = "chance of missing that gate where nothing is worse (default: %(default)s)"
    sub.add_argument("--alpha", metavar="SHARE", type=_share, default=0.05, help=alpha)
    alone = "ask every question without the turns before it"
    sub.add_argument("--without-history", action="store_true", help=alone)
    missing = sub.add_mutually_exclusive_group()
    absent = "ask every answerable question once more without the articles that answer it"
    missing.add_argument("--absent", action="store_true", help=absent)
    cut = "ask every answerable question once more without the sentences that answer it"
    missing.add_argument("--cut", action="store_true", help=cut)
    _json(sub)
    _collection(sub)


def _compare(sub: argparse.ArgumentParser) -> None:
    run = "folder of a run, as `cuttings eval --report` wrote it"
    sub.add_argument("before", metavar="RUN_BEFORE", type=_filled, help=run)
    sub.add_argument("after", metavar="RUN_AFTER", type=_filled, help="the same, of the run after it")
    report = "folder for changes.html, changes.md and changes.json"
    sub.add_argument("--report", metavar="DIR", type=_filled, help=report)
    _json(sub)


def _calibrate(sub: argparse.ArgumentParser) -> None:
    gold = "gold file about the collection, as `cuttings eval` reads it"
    sub.add_argument("questions", metavar="GOLD.jsonl", type=_filled, help=gold)
    share = "of the questions that get an answer, the share that may get a wrong one (default: %(default)s)"
    sub.add_argument("--max-wrong", metavar="SHARE", type=_share, default=0.3, help=share)
    right = "of the answers without “Possibly:”, the share that is to be right (default: %(default)s)"
    sub.add_argument("--sure-right", metavar="SHARE", type=_share, default=0.9, help=right)
    _collection(sub)


def _gold(sub: argparse.ArgumentParser) -> None:
    action = _actions(sub)
    about = "tell what is wrong with gold questions, and what makes them easier than they look"
    check = action("check", about)
    gold = "gold file or TREC judgements about the collection; or SQuAD's JSON, or the folder of a set"
    check.add_argument("questions", metavar="GOLD", type=_filled, help=gold)
    _topics(check)
    _json(check)
    _collection(check)
    new = action("new", "write gold questions: you type what a passage answers, and choose the sentences")
    file = "gold file to add them to; made where there is none"
    new.add_argument("questions", metavar="GOLD.jsonl", type=_filled, help=file)
    seed = "decides in which order passages come; default: the number of questions that the file has"
    new.add_argument("--seed", metavar="N", type=_between(0, 999_999_999), help=seed)
    _collection(new)
    thumbs = action("from-feedback", "make candidates for a gold file of the thumbs that people gave")
    out = "file to write; default: standard output"
    thumbs.add_argument("out", metavar="OUT.jsonl", nargs="?", type=_filled, help=out)
    down = "also the questions with thumbs down only, whose evidence you have to fill in"
    thumbs.add_argument("--all", action="store_true", help=down)
    _collection(thumbs)


def _topics(sub: argparse.ArgumentParser) -> None:
    topics = "the questions that TREC judgements are about: id<TAB>question a line, or JSON lines"
    sub.add_argument("--topics", metavar="FILE", type=_filled, help=topics)


def _port(sub: argparse.ArgumentParser) -> None:
    port = "0 takes any free one (default: %(default)s)"
    sub.add_argument("--port", metavar="N", type=_between(0, 65535), default=7860, help=port)


def _json(sub: argparse._ActionsContainer) -> None:
    sub.add_argument("--json", action="store_true", help="print JSON")


def _collection(sub: argparse.ArgumentParser) -> None:
    where = "its folder or URL on Milvus; default: $CUTTINGS_COLLECTION, else one in your user data folder"
    sub.add_argument("--collection", metavar="DIR", type=_filled, help=where)


def _between(low: int, high: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {low} to {high}")
        return int(text)

    return number


def _shard(text: str) -> tuple[int, int]:
    number, _, total = text.partition("/")
    if not (
        text.isascii() and number.isdigit() and total.isdigit() and 1 <= int(number) <= int(total) <= 9999
    ):
        raise argparse.ArgumentTypeError(f"{text!r} is no part of a whole, such as 1/4")
    return int(number), int(total)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 < share < 1:  # nor is nan
        raise argparse.ArgumentTypeError(f"{text!r} is no share between 0 and 1, such as 0.05")
    return share
