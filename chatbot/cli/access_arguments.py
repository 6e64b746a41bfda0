"""What can be typed of keys and access; argparse.ArgumentTypeError says what is wrong with it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date
from ipaddress import ip_address

from chatbot.keys import SCOPES
from chatbot.server.sites import site
from corpus.errors import CuttingsError

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,99}")


Parser = argparse.ArgumentParser
Action = Callable[[str, str], Parser]
Adding = Callable[[Parser], None]


def add(
    command: Action, actions: Callable[[Parser], Action], add_collection: Adding, add_json: Adding
) -> None:
    """The commands that say who may do and see what; the others add what all commands have."""
    add_json(
        keys(actions(command("keys", "say who may do what on a server of the collection")), add_collection)
    )
    shown = command("visibility", "say who may see which articles, and tell what is said")
    visibility(shown)
    add_json(shown)
    add_collection(shown)
    opening = command("link", "open an answer or an article to whoever has a link, until a day")
    links(actions(opening), add_collection, add_json)


READ = "groups whose articles it may read beside what is public, as `cuttings visibility` names them"


def visibility(sub: argparse.ArgumentParser) -> None:
    """Of `cuttings visibility`."""
    who = (
        "public; counted, which is never quoted; a group, such as internal, whose articles only keys made "
        "with --read may see; unset, which takes back what was said. Default: tell what is said"
    )
    sub.add_argument("visibility", metavar="VISIBILITY", nargs="?", help=who)
    sub.add_argument("articles", metavar="ARTICLE", nargs="*", help="as `cuttings list` shows it")
    of = "all articles by a publisher, those that come later too; may be given several times"
    sub.add_argument("--publisher", metavar="NAME", action="append", default=[], help=of)
    pattern = "all from files or pages that fit a pattern, such as '/press/drafts/*'; likewise"
    sub.add_argument("--source", metavar="PATTERN", action="append", default=[], help=pattern)
    sub.add_argument("--rest", action="store_true", help="whatever nothing else is said of")


def keys(
    action: Action,
    add_collection: Adding,
) -> Parser:
    """The actions of `cuttings keys`; gives that which lists."""
    add = action("add", "make a key, and print it once")
    add.add_argument("name", metavar="NAME", help="by which you know it")
    may = f"what it is for, of {', '.join(SCOPES)}; none holds another"
    add.add_argument("--may", metavar="SCOPE,...", type=_scopes, required=True, help=may)
    only = "the only site whose pages may use it, such as https://example.org"
    add.add_argument("--site", metavar="SITE", type=_site, help=only)
    add.add_argument("--read", metavar="GROUP,...", type=_groups, default=(), help=READ)
    expires = "the last day on which it holds, such as 2027-12-31"
    add.add_argument("--expires", metavar="DAY", type=_day, help=expires)
    only = "the collections that it is for, on a server of several, by their names there; `all`: all together"
    add.add_argument("--only", metavar="NAME,...", type=_names, help=only)
    rotate = action("rotate", "give a key a new secret, and print it once; the old one holds no longer")
    remove = action("remove", "remove a key, which holds no longer")
    listed = action("list", "list the keys, without their secrets")
    password = action(
        "password", "set the password for `serve --access password`, typed or from standard input"
    )
    for sub in (rotate, remove):
        sub.add_argument("name", metavar="NAME", help="as `cuttings keys list` shows it")
    for sub in (add, rotate, remove, listed, password):
        add_collection(sub)
    return listed


def links(
    action: Action,
    add_collection: Adding,
    add_json: Adding,
) -> None:
    """The actions of `cuttings link`."""
    answer = action("answer", "make a link to an answer, and print it once")
    answer.add_argument("target", metavar="ANSWER", help="its id, or the address that the page shows")
    article = action("article", "make a link to an article, and print it once")
    article.add_argument("target", metavar="ARTICLE", help="as `cuttings list` shows it")
    for sub in (answer, article):
        until = "the last day on which it opens (UTC), such as 2027-12-31"
        sub.add_argument("--until", metavar="DAY", type=_day, required=True, help=until)
        address = (
            "address of the server, such as https://cuttings.example.org; without it the path is printed"
        )
        sub.add_argument("--address", metavar="URL", default="", help=address)
    revoke = action("revoke", "withdraw a link, which opens nothing any more")
    revoke.add_argument("name", metavar="NAME", help="as `cuttings link list` shows it")
    listed = action("list", "list the links, without what opens them")
    add_json(listed)
    for sub in (answer, article, revoke, listed):
        add_collection(sub)


def serve(sub: argparse.ArgumentParser) -> None:
    """Of `cuttings serve`, who may use it."""
    allowed = (
        "a site whose pages may use this server, such as https://example.org; may be given several times"
    )
    sub.add_argument("--allow-site", metavar="SITE", type=_site, action="append", default=[], help=allowed)
    who = (
        "who may use the server: open, password, keys, or header:NAME, in which a proxy names who signed on "
        "(default: %(default)s, which is asking and reading for everybody)"
    )
    sub.add_argument("--access", metavar="MODE", type=_access, default="open", help=who)
    read = f"for who signs in by the password or a proxy's header: {READ}"
    sub.add_argument("--read", metavar="GROUP,...", type=_groups, default=(), help=read)
    proxy = "address of a proxy whose headers are believed; may be given several times"
    sub.add_argument("--trusted-proxy", metavar="IP", type=_proxy, action="append", default=[], help=proxy)


def _scopes(text: str) -> tuple[str, ...]:
    scopes = tuple(scope.strip() for scope in text.split(","))
    for scope in scopes:
        if scope not in SCOPES:
            raise argparse.ArgumentTypeError(f"{scope!r} is none of {', '.join(SCOPES)}")
    return scopes


def _groups(text: str) -> tuple[str, ...]:
    from index.visibility import group

    try:
        return tuple(group(name.strip()) for name in text.split(","))
    except CuttingsError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    for name in names:
        if not (name.isascii() and re.fullmatch(r"[\w.-]{1,64}", name)):
            raise argparse.ArgumentTypeError(f"{name!r} is no name of a collection")
    return names


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day, such as 2027-12-31") from error


def _access(text: str) -> str:
    mode, _, header = text.partition(":")
    if text in ("open", "password", "keys") or (mode == "header" and _HEADER.fullmatch(header)):
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is none of open, password, keys, header:X-Remote-User")


def _proxy(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no address, such as 10.0.0.1") from error


def _site(text: str) -> str:
    try:
        return site(text)
    except CuttingsError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
