"""How well PDFs are read: made from known articles by templates (made_pdf.py), read again and compared.

    python -m scripts.pdf [--pages 200] [--held-out] [--scanned] [--articles FILE.jsonl]

With `--scanned` each page becomes a picture of 200 dots an inch before it is read, by tesseract.
Prints for each template: characters in order (1 - edit distance / length, of headlines and paragraphs, whose
captions, footnotes and tables are taken out on both sides), paragraphs that come back whole, citations whose
page is right, the share of their characters' boxes that the marks on the page cover and how much else they
cover, captions and footnotes that are blocks of their own, rows of tables, running lines that are set aside;
seconds a page, and memory.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from pathlib import Path
from typing import Any

import pypdfium2
from rapidfuzz.distance import Levenshtein

from corpus.clean import clean
from corpus.formats import pdf
from corpus.formats.document import Document, File, Options
from corpus.formats.pdf_place import Place, places
from corpus.formats.text import text_of
from corpus.metadata import front_matter
from corpus.read import Raw
from corpus.sentences import sentences
from scripts.made_pdf import HELD_OUT, TUNED, Made, Printed, Template, make

PAGES_EACH = 10
"""Pages of a file: edit distance over more takes long."""
_DPI = 200
"""Of a scanned page."""
_NAMES = "in order, whole paragraphs, page, covered, beside, asides, rows, running"


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over the files of a template; each pair is how many of how many."""

    distance: int = 0
    characters: int = 0
    whole: tuple[int, int] = (0, 0)
    page: tuple[int, int] = (0, 0)
    covered: tuple[float, float] = (0.0, 0.0)
    beside: tuple[float, float] = (0.0, 0.0)
    asides: tuple[int, int] = (0, 0)
    rows: tuple[int, int] = (0, 0)
    running: tuple[int, int] = (0, 0)
    pages: int = 0
    seconds: float = 0.0

    @property
    def in_order(self) -> float:
        return 1 - self.distance / max(self.characters, 1)


def articles_of(path: Path | None) -> list[tuple[str, str]]:
    """(title, text) of JSON lines, or of the bundled articles; what the fonts cannot print is left out."""
    if path:
        found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        pairs = [(one["title"], one["text"]) for one in found]
    else:
        pairs = []
        for file in sorted((Path(__file__).parents[1] / "corpus" / "articles").glob("*.md")):
            text = text_of(file.read_bytes())
            end, metadata = front_matter(text)
            pairs.append((metadata.title or file.stem, text[end:]))
    return [(_printable(title), _paragraphs(text)) for title, text in pairs]


def _printable(text: str) -> str:
    return " ".join(text.encode("cp1252", "ignore").decode("cp1252").split())


def _paragraphs(text: str) -> str:
    parts = [_printable(part) for part in text.split("\n\n")]
    return "\n\n".join(part for part in parts if len(part) > 60 and part[0] not in "#|-*>")


def scanned(made: Made) -> Made:
    """The same as pictures of its pages."""
    pages = [
        page.render(scale=_DPI / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(made.data)
    ]
    picture = io.BytesIO()
    pages[0].save(picture, "PDF", save_all=True, append_images=pages[1:], resolution=_DPI)
    return replace(made, data=picture.getvalue())


def read(made: Made) -> tuple[Document, float]:
    """What is read, and the seconds of a processor that it took here, without tesseract."""
    began = time.process_time()
    document = next(iter(pdf.documents(File("made.pdf", made.data), Options(ocr=True))))
    took = time.process_time() - began
    if not isinstance(document, Document):
        raise SystemExit(document.reason)
    return document, took


def measure(made: Made) -> Figures:
    """One file's figures."""
    document, seconds = read(made)
    removed = [" ".join(document.text[one.start : one.end].split()) for one in document.removed]
    blocks, at = [], 0
    for block in document.text.split("\n\n"):
        if not any(one.start <= at < one.end for one in document.removed):
            blocks.append(block)
        at += len(block) + 2
    asides = [one for one in made.asides if one in blocks]
    rows = [one for block in blocks for one in block.split("\n") if one in made.rows]
    story = [block for block in blocks if block not in made.asides and block.split("\n")[0] not in made.rows]
    truth = [text for text, _ in made.blocks if text]
    distance = Levenshtein.distance("\n".join(story), "\n".join(truth))
    page, covered, beside = _citations(document, made)
    return Figures(
        distance,
        len("\n".join(truth)),
        (sum(text in blocks for text in truth), len(truth)),
        page,
        covered,
        beside,
        (len(asides), len(made.asides)),
        (len(rows), len(made.rows)),
        (
            sum(any(" ".join(one.split()) in other for other in removed) for one in made.running),
            len(made.running),
        ),
        made.pages,
        seconds,
    )


def _citations(
    document: Document, made: Made
) -> tuple[tuple[int, int], tuple[float, float], tuple[float, float]]:
    """Of sentences: whether the page is right, what of them and what else is marked."""
    raw = Raw(
        "/made.pdf", "made.pdf", document.text, document.layout, document.metadata, document.removed, "0" * 64
    )
    right = asked = 0
    seen: Counter[str] = Counter()
    covered = printed = beside = marked = 0.0
    for sentence in sentences(clean(raw)):
        quote = document.text[sentence.start : sentence.end]
        spots = [(boxes, text.find(quote)) for text, boxes in made.blocks if quote in text]
        seen[quote] += 1
        if len(spots) != document.text.count(quote) or len(quote) < 20:
            continue
        boxes, at = spots[seen[quote] - 1]
        own = [box for box in boxes[at : at + len(quote)] if box]
        found = places(document.pages, sentence.start, sentence.end)
        asked += 1
        right += bool(found) and found[0].page == own[0].page + 1
        area, inside = _covered(own, found)
        printed, covered = printed + area, covered + inside
        all_ = sum((x1 - x0) * (bottom - top) for place in found for x0, top, x1, bottom in place.rectangles)
        marked, beside = marked + all_, beside + max(0.0, all_ - area)
    return (right, asked), (covered, printed), (beside, marked)


def _covered(boxes: Sequence[Printed], found: Sequence[Place]) -> tuple[float, float]:
    area = inside = 0.0
    for box in boxes:
        own = (box.x1 - box.x0) * (box.bottom - box.top)
        area += own
        best = 0.0
        for place in found:
            if place.page == box.page + 1:
                for x0, top, x1, bottom in place.rectangles:
                    wide = min(x1, box.x1) - max(x0, box.x0)
                    high = min(bottom, box.bottom) - max(top, box.top)
                    best = max(best, wide * high if wide > 0 and high > 0 else 0.0)
        inside += min(best, own)
    return area, inside


def measured(
    template: Template, articles: Sequence[tuple[str, str]], pages: int, as_scanned: bool
) -> Figures:
    """A template's figures over so many pages, in files of ten."""
    parts = []
    for number, start in enumerate(range(0, pages, PAGES_EACH)):
        turn = number * 3 % len(articles)
        told = [*articles[turn:], *articles[:turn]]
        made = make(told, template, min(PAGES_EACH, pages - start), number)
        parts.append(measure(scanned(made) if as_scanned else made))
    return reduce(_added, parts)


def _added(one: Figures, other: Figures) -> Figures:
    def both(name: str) -> Any:
        a, b = getattr(one, name), getattr(other, name)
        return (a[0] + b[0], a[1] + b[1]) if isinstance(a, tuple) else a + b

    return Figures(**{field.name: both(field.name) for field in fields(Figures)})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=200, help="of each template (default: %(default)s)")
    parser.add_argument(
        "--articles", type=Path, help="JSON lines with title and text (default: the bundled ones)"
    )
    parser.add_argument(
        "--held-out", action="store_true", help="the templates that no rule was made with, too"
    )
    parser.add_argument("--scanned", action="store_true", help="pages are pictures, read by tesseract")
    args = parser.parse_args()
    articles = articles_of(args.articles)
    print(f"{'template':32} {_NAMES}, seconds a page")
    for template in (*TUNED, *(HELD_OUT if args.held_out else ())):
        found = measured(template, articles, args.pages, args.scanned)
        shares = [
            found.whole,
            found.page,
            found.covered,
            found.beside,
            found.asides,
            found.rows,
            found.running,
        ]
        figures = [f"{found.in_order:.4f}", *(f"{a / b:.4f}" if b else "-" for a, b in shares)]
        print(
            f"{template.name:32} {' '.join(figures)} {found.seconds / found.pages:.3f}"
            f" ({found.page[1]} citations, {found.pages} pages)"
        )
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
