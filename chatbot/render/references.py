"""Works as reference managers read them: RIS, CSL-JSON and BibTeX."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, count
from string import ascii_lowercase
from typing import Any

from chatbot.answer import Answer
from chatbot.render.blocks import Link, original
from chatbot.render.works import Name, Work, works

_RIS = {"newspaper": "NEWS", "report": "RPRT", "page": "ELEC", "document": "GEN"}
_CSL = {"newspaper": "article-newspaper", "report": "report", "page": "webpage", "document": "document"}
_BIBTEX = {"newspaper": "article", "report": "techreport", "page": "misc", "document": "misc"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def ris(answers: Iterable[Answer], title: str = "", link: Link = original) -> str:
    """A record each, with the quotations as notes. The format has no place for a title of the whole."""
    return "".join(_lines(_ris_fields(work)) for work in works(answers, link))


def _ris_fields(work: Work) -> Iterator[tuple[str, str]]:
    yield "TY", _RIS[work.kind]
    yield "ID", work.id
    yield "TI", work.title
    yield from (("AU", ", ".join(filter(None, (one.family, one.given)))) for one in work.authors)
    yield ("PB" if work.kind == "report" else "T2"), work.publisher
    if day := work.day:
        yield "PY", str(day.year)
        yield "DA", day.strftime("%Y/%m/%d")
    else:
        yield "PY", _year(work)
    yield "UR", work.url
    yield from (("N1", one) for one in work.quotations)
    if not work.url:
        yield "N1", f"Source: {work.source}"
    yield "ER", ""


def _lines(fields: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value or tag == "ER") + "\r\n"


def csl_json(answers: Iterable[Answer], title: str = "", link: Link = original) -> str:
    """A list of items as citeproc takes them, with the quotations as their note."""
    return json.dumps([_csl(work) for work in works(answers, link)], ensure_ascii=False, indent=2) + "\n"


def _csl(work: Work) -> dict[str, Any]:
    item: dict[str, Any] = {"id": work.id, "type": _CSL[work.kind], "title": work.title}
    if work.authors:
        item["author"] = [_csl_name(one) for one in work.authors]
    if work.publisher:
        item["publisher" if work.kind == "report" else "container-title"] = work.publisher
    if day := work.day:
        item["issued"] = {"date-parts": [[day.year, day.month, day.day]]}
    elif work.published:
        item["issued"] = {"literal": work.published}
    if work.url:
        item["URL"] = work.url
    else:
        item["source"] = work.source
    item["note"] = "\n".join(work.quotations)
    return item


def _csl_name(name: Name) -> dict[str, str]:
    return {"family": name.family, "given": name.given} if name.given else {"literal": name.family}


def bibtex(answers: Iterable[Answer], title: str = "", link: Link = original) -> str:
    """An entry each, for BibTeX and biblatex, with the quotations as annotation; in UTF-8."""
    taken: set[str] = set()
    return "".join(_entry(work, taken) for work in works(answers, link))


def _entry(work: Work, taken: set[str]) -> str:
    fields: dict[str, str] = {"title": f"{{{_tex(work.title)}}}"}  # in two braces, its capitals stay
    if work.authors:
        fields["author"] = " and ".join(_tex_name(one) for one in work.authors)
    if work.publisher:
        where = {"newspaper": "journal", "report": "institution"}.get(work.kind, "publisher")
        fields[where] = _tex(work.publisher)
    if day := work.day:
        fields |= {"date": day.isoformat(), "year": str(day.year), "month": _MONTHS[day.month - 1]}
    elif year := _year(work):
        fields["year"] = year
    if work.url:
        fields["url"] = re.sub(r"[{}\\\s]", "", work.url)
    else:
        fields["howpublished"] = _tex(work.source)
    fields["annote"] = " ".join(_tex(one) for one in work.quotations)
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields.items()]
    return f"@{_BIBTEX[work.kind]}{{{_key(work, taken)},\n" + ",\n".join(lines) + "\n}\n\n"


def _tex_name(name: Name) -> str:
    return f"{_tex(name.family)}, {_tex(name.given)}" if name.given else f"{{{_tex(name.family)}}}"


_TEX = {
    "\\": r"\textbackslash{}",
    # BibTeX counts braces, those behind a backslash too.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "$&%#_"},
}


def _tex(text: str) -> str:
    """The text as it stands, for LaTeX."""
    return "".join(_TEX.get(character, character) for character in text)


def _key(work: Work, taken: set[str]) -> str:
    """What a text cites the entry by: post2024mayor; with a letter where another has that."""
    first = work.authors[0].family if work.authors else work.publisher
    who = _ascii(first.split()[-1] if first else "")
    year = _year(work)
    telling = (word for word in map(_ascii, work.title.split()) if len(word) > 3)
    plain = f"{who}{year}{next(telling, '')}" or "article"
    keys = chain(
        [plain], (f"{plain}{letter}" for letter in ascii_lowercase[1:]), (f"{plain}{n}" for n in count(2))
    )
    key = next(one for one in keys if one not in taken)
    taken.add(key)
    return key


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)


def _year(work: Work) -> str:
    if work.day:
        return str(work.day.year)
    found = re.search(r"\b[12]\d{3}\b", work.published)
    return found[0] if found else ""
