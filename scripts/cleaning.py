"""How well pages are cleaned: made pages line by line, and their words beside trafilatura's own.

    python -m scripts.cleaning [--held-out] [--show TEMPLATE]

Furniture removed and story kept are shares of characters; captions are neither. F1 is of words (as
multisets, over what is kept of a page against its story), the mean over pages.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import trafilatura

from corpus.article import Article
from corpus.blocks import key
from corpus.clean import clean
from corpus.formats.html_page import page
from corpus.metadata import NOTHING_SAID
from corpus.read import Raw, read
from corpus.sentences import sentences
from scripts.pages import HELD_OUT, TEMPLATES, MadePage, Story, made

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"
EACH = 6
"""Pages of each template."""
_MARK = re.compile(r"^(?:[•▣#|]+\s+|-\s+)|\s*\|$")


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one page."""

    furniture: int
    """characters"""
    furniture_left: int
    story: int
    story_lost: int
    captions: int
    """lines"""
    captions_found: int
    """of those, how many can be quoted, and are marked as captions, without their credit"""
    f1: float
    baseline: float
    """trafilatura's"""
    leaks: tuple[str, ...]
    losses: tuple[str, ...]


def stories() -> list[Story]:
    """The bundled articles as paragraphs."""
    out = []
    for raw in read([ARTICLES]):
        if isinstance(raw, Raw):
            text = raw.text[raw.removed[0].end :] if raw.removed else raw.text
            blocks = [
                " ".join(block.split()) for block in re.split(r"\n\s*\n|\n(?=- )", text) if block.strip()
            ]
            kept = tuple(block for block in blocks if not block.startswith(("# ", "|", "**")))
            out.append(Story(raw.metadata.title or "", kept))
    return out


def as_read(made_page: MadePage, as_text: bool) -> Article:
    """The page, or its text alone, read and cleaned."""
    if as_text:
        raw = Raw("/p.txt", "p.txt", made_page.text, "txt", NOTHING_SAID, (), "0" * 64)
    else:
        text, removed, metadata = page(made_page.html, None)
        raw = Raw("/p.html", "p.html", text, "html", metadata, removed, "0" * 64)
    return clean(raw)


def measured(made_page: MadePage, as_text: bool = False, beside: bool = True) -> Measured:
    """One page, cleaned and compared with its labels; `beside`: and trafilatura's own result."""
    article = as_read(made_page, as_text)
    role = {key(line): kind for kind, line in made_page.lines}
    kept = {key(line) for line in _lines(article, True)}
    total: Counter[str] = Counter()
    wrong: dict[str, list[str]] = {"furniture": [], "story": []}
    for line in _lines(article, False):
        kind = role.get(key(line), "")
        if kind in wrong:
            total[kind] += len(line)
            if (key(line) in kept) == (kind == "furniture"):
                wrong[kind].append(line)
    captions = {key(line) for kind, line in made_page.lines if kind == "caption"}
    quoted = {key(article.text[s.start : s.end]) for s in sentences(article) if s.kind != "heading"}
    own = [line for kind, line in made_page.lines if kind in ("story", "heading")]
    theirs = (trafilatura.extract(made_page.html, include_comments=False) or "") if beside else ""
    return Measured(
        total["furniture"],
        sum(map(len, wrong["furniture"])),
        total["story"],
        sum(map(len, wrong["story"])),
        len(captions),
        sum(
            any(one.startswith(quote) and one != quote for quote in quoted if len(quote) > 20)
            for one in captions
        ),
        f1(" ".join(line for line in _lines(article, True) if not _is_part(line, captions)), " ".join(own)),
        f1(theirs, " ".join(own)),
        tuple(wrong["furniture"]),
        tuple(wrong["story"]),
    )


def _is_part(line: str, captions: set[str]) -> bool:
    return any(one.startswith(key(line)) for one in captions)


def f1(found: str, gold: str) -> float:
    """Of the words as multisets."""
    a, b = Counter(re.findall(r"\w+", found.lower())), Counter(re.findall(r"\w+", gold.lower()))
    both = (a & b).total()
    return 2 * both / (a.total() + b.total()) if both else 0.0


def summary(pages: Iterable[Measured]) -> str:
    """The figures of some pages in one line."""
    all_of = list(pages)
    furniture, story = sum(one.furniture for one in all_of), sum(one.story for one in all_of)
    captions = sum(one.captions for one in all_of)
    return (
        f"n={len(all_of)}  furniture removed {1 - sum(one.furniture_left for one in all_of) / furniture:.4f}"
        f"  story kept {1 - sum(one.story_lost for one in all_of) / story:.4f}"
        f"  captions {sum(one.captions_found for one in all_of)}/{captions}"
        f"  F1 {sum(one.f1 for one in all_of) / len(all_of):.4f}"
        f"  trafilatura {sum(one.baseline for one in all_of) / len(all_of):.4f}"
    )


def _lines(article: Article, kept: bool) -> Iterator[str]:
    """The lines of the text without their marks; where `kept`, only what is not removed of them."""
    text = article.text
    if kept:
        text = "\n".join(article.text[start:end] for start, end in article.story())
    for line in text.splitlines():
        if bare := _MARK.sub("", line.strip()).strip():
            yield bare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--held-out", action="store_true", help="measure the templates that rules never saw")
    parser.add_argument(
        "--show", metavar="TEMPLATE", help="print what leaked and what was lost of a template"
    )
    arguments = parser.parse_args()
    templates = HELD_OUT if arguments.held_out else TEMPLATES
    for as_text in (False, True):
        results = [(one, measured(one, as_text)) for one in made(stories(), templates, EACH)]
        print("text" if as_text else "HTML", summary(result for _, result in results))
        for name in dict.fromkeys(one.template for one, _ in results):
            mine = [result for one, result in results if one.template == name]
            print(f"  {name:14}", summary(mine))
            if arguments.show == name:
                print("    leaks:", dict(Counter(line for one in mine for line in one.leaks)))
                print("    lost:", dict(Counter(line for one in mine for line in one.losses)))


if __name__ == "__main__":
    main()
