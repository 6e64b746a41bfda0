"""Rich Text Format: the same as HTML, and what its information group says.

Read here and not by striprtf, which gives the words alone: headings, tables, notes, list items, captions,
text boxes and the information group are lost in it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape

from corpus.formats.document import Document, File, Options, Refused, Unread
from corpus.formats.html_blocks import contents, laid_out, shown, titled, tree
from corpus.formats.parts import line, lines, whole_characters
from corpus.metadata import Metadata

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\",
    re.DOTALL,
)
_DEEPEST = 10_000
"""Groups in groups."""

_DROPPED_WORDS = (
    "colortbl pict object header headerl headerr headerf footer footerl footerr footerf themedata"
    " colorschememapping datastore latentstyles listtable listoverridetable revtbl rsidtbl generator xmlnstbl"
    " fldinst bkmkstart bkmkend nonshppict annotation atnid atnauthor atntime atnref atnicn atnparent pn sp"
    " shprslt private template filetbl ftnsep ftnsepc aftnsep aftnsepc tc xe pntxta pntxtb falt panose"
)
_DROPPED = frozenset(_DROPPED_WORDS.split())
"""Groups of what is not seen, or not part of the text."""
_KEPT = frozenset("shpinst shptxt footnote shppict".split())
"""Groups that programs may pass over, and that hold text."""
_INFO = frozenset("title author company keywords category creatim revtim".split())
_CHARACTERS = {
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "tab": "\t",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "zwj": "\u200d",
    "zwnj": "\u200c",
}
_SYMBOLS = {"~": "\u00a0", "_": "\u2011", "\\": "\\", "{": "{", "}": "}"}
_CODE_PAGES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_CHARSETS = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
"""By the number of a font's characters, how they are encoded."""


@dataclass(slots=True)
class _State:
    """What holds within a group."""

    into: str = "text"
    """Where its text goes: "text", "note", "nowhere", "fonts", "styles" or a field of the information."""
    bold: bool = False
    hidden: bool = False
    font: int = -1
    fallback: int = 1
    """Characters that stand behind a character of Unicode for programs that cannot read it."""


@dataclass(slots=True)
class _Paragraph:
    tag: str = "p"
    listed: bool = False
    in_table: bool = False


@dataclass(slots=True)
class _Style:
    name: str = ""
    level: int = 9


@dataclass(slots=True)
class _Reading:
    """The text so far, and what has been read of the tables at the file's beginning."""

    html: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    heads: bool = False
    in_rows: bool = False
    paragraph: _Paragraph = field(default_factory=_Paragraph)
    notes: list[str] = field(default_factory=list)
    info: dict[str, str] = field(default_factory=dict)
    times: dict[str, dict[str, int]] = field(default_factory=dict)
    styles: dict[int, _Style] = field(default_factory=dict)
    style: int = 0
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = -1
    code_page: str = "cp1252"

    def put(self, text: str, state: _State) -> None:
        """Text where its group says that it goes."""
        if state.into == "nowhere" or state.hidden:
            return
        if state.into == "text":
            shown_as = escape(text, quote=False)
            self.inline.append(f"<strong>{shown_as}</strong>" if state.bold and text.strip() else shown_as)
        elif state.into == "note":
            self.notes[-1] += escape(text, quote=False)
        elif state.into == "styles":
            self.styles.setdefault(self.style, _Style()).name += text
        elif state.into in _INFO:
            self.info[state.into] = self.info.get(state.into, "") + text

    def end_paragraph(self) -> None:
        text, paragraph = "".join(self.inline), self.paragraph
        if paragraph.in_table or self.cells:
            self.inline.append(" ")
            return
        self.inline.clear()
        self.end_table()
        if text.strip():
            tag = "li" if paragraph.listed and paragraph.tag == "p" else paragraph.tag
            self.html.append(f"<{tag}>{text}</{tag}>")

    def end_cell(self) -> None:
        self.cells.append("".join(self.inline))
        self.inline.clear()

    def end_row(self) -> None:
        if not self.in_rows:
            self.html.append("<table>")
            self.in_rows = True
        tag = "th" if self.heads else "td"
        self.html.append("<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in self.cells) + "</tr>")
        self.cells.clear()

    def end_table(self) -> None:
        if self.in_rows:
            self.html.append("</table>")
            self.in_rows = False

    def whole(self) -> str:
        if self.cells:
            self.end_cell()
            self.end_row()
        self.paragraph.in_table = False
        self.end_paragraph()
        self.end_table()
        return "".join([*self.html, *(f"<li>{note}</li>" for note in self.notes)])


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The one article of a document. Refused where it is no RTF."""
    data = file.data()
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Refused("no RTF, whatever its name says; check what it is")
    reading = _read(data.decode("latin-1"))
    top = tree(whole_characters(f"<html><body>{reading.whole()}</body></html>"))
    text, removed = laid_out(shown(top, document=True, aside=contents)) if top is not None else ("", ())
    yield Document(text, "html", titled(_metadata(reading), text), removed)


def _read(rtf: str) -> _Reading:
    """One pass over the file, without recursion: a group is an entry of a stack."""
    reading, state = _Reading(), _State()
    stack: list[_State] = []
    raw = bytearray()
    skipped = at = 0
    starred = False

    def flush() -> None:
        if raw:
            reading.put(raw.decode(_encoding(reading, state), "replace"), state)
            raw.clear()

    while match := _TOKEN.match(rtf, at):
        at = match.end()
        word, number, code, symbol, brace, plain = match.groups()
        if brace is None and (code or plain or word or symbol) and skipped:
            if plain:
                dropped = min(skipped, len(plain))
                skipped, plain = skipped - dropped, plain[dropped:]
                if not plain:
                    continue
            elif code or word in _CHARACTERS or (symbol and symbol not in "*\r\n"):
                skipped -= 1
                continue
            else:
                skipped = 0
        if code:
            raw.append(int(code, 16))
            continue
        if plain:
            raw += plain.encode("latin-1")
            continue
        if word is None and symbol is None and brace is None:  # the end of a line, or a stroke by itself
            continue
        flush()
        if brace == "{":
            if len(stack) == _DEEPEST:
                raise Refused("nested too deeply; save it again in its program")
            stack.append(state)
            state = replace(state)
        elif brace == "}":
            skipped = 0
            state = stack.pop() if stack else state
        elif symbol is not None:
            if symbol in _SYMBOLS:
                reading.put(_SYMBOLS[symbol], state)
            elif symbol in "\r\n" and state.into == "text":
                reading.end_paragraph()
        elif word == "bin":
            at += max(int(number or 0), 0)
        elif word == "u" and number:
            reading.put(chr(int(number) & 0xFFFF), state)
            skipped = state.fallback
        else:
            _obey(reading, state, word, None if number is None else int(number), starred)
        starred = symbol == "*"
    flush()
    return reading


def _encoding(reading: _Reading, state: _State) -> str:
    return reading.fonts.get(state.font, reading.code_page)


def _obey(reading: _Reading, state: _State, word: str, number: int | None, starred: bool) -> None:
    """A control word. `starred`: its group may be passed over by programs that do not know it."""
    if word in _DROPPED or (starred and word not in _KEPT):
        state.into = "nowhere"
    elif word == "footnote" and state.into == "text":
        reading.notes.append("")
        reading.inline.append(f"[{len(reading.notes)}]")
        state.into = "note"
    elif word in ("listtext", "pntext"):
        reading.paragraph.listed = True
        state.into = "nowhere"
    elif word in ("fonttbl", "stylesheet", "info"):
        state.into = {"fonttbl": "fonts", "stylesheet": "styles", "info": "info"}[word]
    elif state.into == "info" and word in _INFO:
        state.into = word
    elif state.into in ("creatim", "revtim") and number is not None:
        reading.times.setdefault(state.into, {})[word] = number
    elif state.into == "fonts":
        if word == "f" and number is not None:
            reading.font = number
        elif word == "fcharset" and number in _CHARSETS:
            reading.fonts[reading.font] = _CHARSETS[number]
    elif state.into == "styles":
        if word in ("s", "cs", "ds", "ts"):
            # Only styles of paragraphs are asked for later.
            reading.style = (number or 0) if word == "s" else -1
        elif word == "outlinelevel" and number is not None:
            reading.styles.setdefault(reading.style, _Style()).level = number
    elif word in _CHARACTERS:
        reading.put(_CHARACTERS[word], state)
    elif word in ("b", "v", "deleted", "f", "plain", "uc"):
        _format(state, word, number)
    elif word == "ansicpg" and number:
        reading.code_page = _code_page(number)
    elif word in _CODE_PAGES:
        reading.code_page = _CODE_PAGES[word]
    elif state.into == "text":
        _structure(reading, word, number)
    elif state.into == "note" and word in ("par", "line"):
        reading.put(" ", state)


def _format(state: _State, word: str, number: int | None) -> None:
    if word == "b":
        state.bold = number != 0
    elif word in ("v", "deleted"):
        state.hidden = number != 0
    elif word == "f":
        state.font = -1 if number is None else number
    elif word == "uc":
        state.fallback = max(0, 1 if number is None else number)
    else:
        state.bold = state.hidden = False


def _structure(reading: _Reading, word: str, number: int | None) -> None:
    """Paragraphs, their styles, and tables."""
    if word in ("par", "sect", "page"):
        reading.end_paragraph()
    elif word == "line":
        reading.inline.append("<br>")
    elif word == "pard":
        reading.paragraph = _Paragraph()
    elif word == "intbl":
        reading.paragraph.in_table = True
    elif word == "s":
        reading.paragraph.tag = _tag(reading.styles.get(number or 0, _Style()))
    elif word == "outlinelevel" and number is not None and number < 6:
        reading.paragraph.tag = f"h{number + 1}"
    elif word in ("cell", "nestcell"):
        reading.end_cell()
    elif word in ("row", "nestrow"):
        reading.end_row()
    elif word == "trowd":
        reading.heads = False
    elif word == "trhdr":
        reading.heads = True


def _tag(style: _Style) -> str:
    name = style.name.partition(";")[0].strip().lower()
    if name == "caption":
        return "figcaption"
    if name == "title":
        return "h1"
    if name.startswith("toc "):
        return "nav"
    level = re.fullmatch(r"heading (\d)", name)
    number = int(level[1]) if level else style.level + 1
    return f"h{number}" if 1 <= number <= 6 else "p"


def _code_page(number: int) -> str:
    name = {65001: "utf-8", 10000: "mac_roman"}.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def _metadata(reading: _Reading) -> Metadata:
    def said(name: str) -> str | None:
        return line(reading.info.get(name))

    created, changed = (_day(reading.times.get(name, {})) for name in ("creatim", "revtim"))
    author = said("author")
    return Metadata(
        title=said("title"),
        publisher=said("company"),
        published=created or changed,
        topics=lines(reading.info.get("keywords") or ()),
        author=", ".join(lines(author.split(";"))) if author else None,
        updated=changed if created and changed and changed > created else None,
        of_file=True,
        section=said("category"),
    )


def _day(time: dict[str, int]) -> str | None:
    try:
        return date(time["yr"], time["mo"], time["dy"]).isoformat()
    except (KeyError, ValueError, OverflowError):
        return None
