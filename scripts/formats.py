"""Documents and mail made from the bundled articles by other people's libraries, and read again.

    python -m scripts.formats

Of each format, of how many articles the text is equal, once white space is levelled, with nothing of the
story set aside, and of how many the metadata are all right. No library writes RTF, so that is written here.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Literal

from corpus.blocks import blocks, key
from corpus.formats import formats
from corpus.formats.document import AS_THEY_ARE, Document, File
from corpus.formats.text import documents as text_documents
from corpus.metadata import Metadata

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"

Kind = Literal["heading", "item", "text"]


@dataclass(frozen=True, slots=True)
class Told:
    """A bundled article as its blocks, and what it says of itself."""

    name: str
    metadata: Metadata
    blocks: tuple[tuple[Kind, str], ...]

    @property
    def title(self) -> str:
        return self.metadata.title or ""

    @property
    def day(self) -> date:
        return date.fromisoformat(self.metadata.published or "")

    @property
    def author(self) -> str:
        """Invented, as the bundled articles name none."""
        return "Ada Moss"

    def laid_out(self, headings: bool) -> str:
        """The text that is expected, with the marks that documents have; pages leave headings without one."""
        marks = {"heading": "## " if headings else "", "item": "• ", "text": ""}
        first = f"{'# ' if headings else ''}{self.title}"
        return "\n\n".join([first, *(marks[kind] + text for kind, text in self.blocks)])


def told(path: Path) -> Told:
    (found,) = text_documents(File(path.name, path), AS_THEY_ARE)
    assert isinstance(found, Document)
    start = found.removed[0].end
    return Told(
        path.stem,
        found.metadata,
        tuple(
            (block.kind if block.kind in ("heading", "item") else "text", found.text[block.start : block.end])
            for block in blocks(found.text, start)
        ),
    )


def docx(told: Told) -> bytes:
    from docx import Document as Word

    word = Word()
    own = word.core_properties
    own.title, own.author, own.language = told.title, told.author, "en-GB"
    own.keywords = ", ".join(told.metadata.topics)
    own.created = own.modified = datetime.combine(told.day, datetime.min.time())
    word.add_heading(told.title, 0)
    for kind, text in told.blocks:
        if kind == "heading":
            word.add_heading(text, 2)
        else:
            word.add_paragraph(text, "List Bullet" if kind == "item" else None)
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def odt(told: Told) -> bytes:
    from odf import dc, meta
    from odf.opendocument import OpenDocumentText
    from odf.text import H, List, ListItem, P

    text = OpenDocumentText()
    for one in (
        dc.Title(text=told.title),
        meta.InitialCreator(text=told.author),
        meta.CreationDate(text=f"{told.day}T10:00:00"),
        dc.Language(text="en-GB"),
        *(meta.Keyword(text=topic) for topic in told.metadata.topics),
    ):
        text.meta.addElement(one)
    text.text.addElement(H(outlinelevel=1, text=told.title))
    for kind, line in told.blocks:
        if kind == "item":
            items, item = List(), ListItem()
            item.addElement(P(text=line))
            items.addElement(item)
            text.text.addElement(items)
        else:
            text.text.addElement(H(outlinelevel=2, text=line) if kind == "heading" else P(text=line))
    stream = io.BytesIO()
    text.save(stream)
    return stream.getvalue()


def rtf(told: Told) -> bytes:
    def written(text: str) -> str:
        units = text.encode("utf-16-le")
        codes = (int.from_bytes(units[i : i + 2], "little") for i in range(0, len(units), 2))
        return "".join(
            f"\\{chr(code)}" if chr(code) in "\\{}" else chr(code) if code < 128 else f"\\u{code}?"
            for code in codes
        )

    lines = [f"\\pard\\s1 {written(told.title)}\\par"]
    for kind, text in told.blocks:
        mark = {"heading": "\\s2 ", "item": "{\\listtext\\'b7\\tab}", "text": " "}[kind]
        lines.append(f"\\pard{mark}{written(text)}\\par")
    about = (
        f"{{\\info{{\\title {written(told.title)}}}{{\\author {written(told.author)}}}"
        f"{{\\keywords {written(', '.join(told.metadata.topics))}}}"
        f"{{\\creatim\\yr{told.day.year}\\mo{told.day.month}\\dy{told.day.day}}}}}"
    )
    styles = "{\\stylesheet{\\s1 heading 1;}{\\s2 heading 2;}}"
    head = "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}"
    return "\n".join([head, styles, about, *lines, "}"]).encode("ascii")


def html(told: Told) -> str:
    tags = {"heading": "h2", "item": "li", "text": "p"}
    inner = "".join(f"<{tags[kind]}>{escape(text)}</{tags[kind]}>\n" for kind, text in told.blocks)
    return f"<h1>{escape(told.title)}</h1>\n{inner}"


def epub(told: Told) -> bytes:
    from ebooklib import epub as books

    book = books.EpubBook()
    book.set_identifier(told.name)
    book.set_title(told.title)
    book.set_language("en-GB")
    book.add_author(told.author)
    book.add_metadata("DC", "publisher", told.metadata.publisher)
    book.add_metadata("DC", "date", told.metadata.published)
    for topic in told.metadata.topics:
        book.add_metadata("DC", "subject", topic)
    chapter = books.EpubHtml(title=told.title, file_name="story.xhtml")
    chapter.content = html(told)
    book.add_item(chapter)
    book.toc = [chapter]
    book.add_item(books.EpubNcx())
    book.add_item(books.EpubNav())
    book.spine = ["nav", chapter]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.epub"
        books.write_epub(str(path), book)
        return path.read_bytes()


def eml(told: Told) -> bytes:
    mail = EmailMessage()
    mail["From"] = f'"{told.metadata.publisher}" <news@example.org>'
    mail["To"] = "reader@example.org"
    mail["Subject"] = told.title
    mail["Date"] = datetime.combine(told.day, datetime.min.time())
    mail["List-Id"] = "News <news.example.org>"
    mail["Keywords"] = ", ".join(told.metadata.topics)
    mail.set_content(told.laid_out(headings=False))
    mail.add_alternative(f"<html><body>{html(told)}</body></html>", subtype="html")
    mail["Content-Language"] = "en-GB"
    return mail.as_bytes()


MADE: dict[str, tuple[Callable[[Told], bytes], frozenset[str]]] = {
    ".docx": (docx, frozenset({"title", "author", "published", "topics", "language"})),
    ".odt": (odt, frozenset({"title", "author", "published", "topics", "language"})),
    ".rtf": (rtf, frozenset({"title", "author", "published", "topics"})),
    ".epub": (epub, frozenset({"title", "author", "publisher", "published", "topics", "language"})),
    ".eml": (eml, frozenset({"title", "publisher", "published", "topics", "language"})),
}
"""By suffix, what makes such a file, and the fields that the format can say."""


@dataclass(frozen=True, slots=True)
class Compared:
    text: bool
    metadata: bool


def compared(told: Told, suffix: str) -> Compared:
    """A format's file of an article, read again."""
    make, fields = MADE[suffix]
    (found,) = formats.documents(File(told.name + suffix, make(told)), AS_THEY_ARE)
    assert isinstance(found, Document)
    text = found.text
    for removed in reversed(found.removed):
        text = text[: removed.start] + text[removed.end :]
    wanted = {name: getattr(told.metadata, name) for name in fields} | (
        {"author": told.author} if "author" in fields else {}
    )
    if "language" in fields:
        wanted["language"] = "en"
    said = {name: getattr(found.metadata, name) for name in fields}
    return Compared(key(text) == key(told.laid_out(headings=suffix != ".eml")), said == wanted)


def main() -> None:
    articles = [told(path) for path in sorted(ARTICLES.glob("*.md"))]
    for suffix in MADE:
        results = [compared(one, suffix) for one in articles]
        texts, metadata = sum(one.text for one in results), sum(one.metadata for one in results)
        print(f"{suffix:6} text equal {texts} of {len(results)}, metadata right {metadata} of {len(results)}")


if __name__ == "__main__":
    main()
