"""Broken files: each reader of files with a small valid one of which bytes are changed, lost and doubled.

    python -m scripts.fuzz [--examples 5000 | --seconds 60] [docx rtf ...]

Whatever a file holds, it is read, or refused with a reason; every offset is in its text. The tests run a few
examples of each. A new reader has an entry in `SAMPLES`, here or in `scripts/exports.py`.
"""

from __future__ import annotations

import argparse
import io
import time
import zipfile
from collections.abc import Callable
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.formats import formats
from corpus.formats.document import AS_THEY_ARE, Document, File, Refused, Unread
from corpus.metadata import Metadata
from scripts import exports
from scripts.formats import Told, docx, eml, epub, html, odt, rtf

SMALL = Told(
    "small",
    Metadata(
        title="Bridge: shut “until June”", publisher="Harbour Press", published="2020-01-16", topics=("a",)
    ),
    (
        ("text", "The harbour bridge will stay shut until June & longer, the council said."),
        ("heading", "Why is it?"),
        ("item", "Engineers found rust 🎉 in it."),
        ("text", "The repairs will cost £3.5m."),
    ),
)


_STYLES = b"""<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style></w:styles>"""


def _docx() -> bytes:
    """Without the template's long list of styles, which is most of the time that reading takes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx(SMALL))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            if "theme" not in name and "WithEffects" not in name and "thumbnail" not in name:
                new.writestr(name, _STYLES if name == "word/styles.xml" else old.read(name))
    return stream.getvalue()


def _mhtml() -> bytes:
    page = f"<html><body>{html(SMALL)}</body></html>".encode()
    head = b'From: <Saved>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\n'
    return (
        head + b"Content-Type: text/html\nContent-Location: https://example.org/a\n\n" + page + b"\n--x--\n"
    )


def _mbox() -> bytes:
    return (
        b"From a@example.org Thu Jan 16 10:00:00 2020\n"
        + eml(SMALL)
        + b"\n\nFrom b@example.org 2020\n"
        + eml(SMALL)
    )


SAMPLES: dict[str, Callable[[], bytes]] = {
    "docx": _docx,
    "odt": lambda: odt(SMALL),
    "rtf": lambda: rtf(SMALL),
    "epub": lambda: epub(SMALL),
    "eml": lambda: eml(SMALL),
    "mbox": _mbox,
    "mhtml": _mhtml,
    "doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "html": lambda: f"<html><body>{html(SMALL)}</body></html>".encode(),
}
"""By suffix, a small valid file of each kind that is read."""


def _pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pageCompression=0)
    for place, (_, text) in enumerate(SMALL.blocks):
        canvas.drawString(72, 720 - 20 * place, text)
    canvas.save()
    return stream.getvalue()


READERS = {
    **SAMPLES,
    **exports.SAMPLES,
    "pdf": _pdf,
    "md": lambda: (
        b"---\ntitle: The bridge\ntopics: [a, b]\n---\n\n# Why?\n\n- It has rust.\n\n| a |\n|---|\n| 1 |\n"
    ),
}
"""Those of documents, those of files that hold several articles, and those that have tests of their own."""

_sample = cache(lambda suffix: READERS[suffix]())

_BREAKING = rb"""< > & " { } \ \u-1? \bin9 --x =?utf-8?b? ]]> &b; charset=utf-7 <table> <td> </p>""".split()
_PIECES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from([*_BREAKING, b"\0", b"\n", b"\xff\xfe", b"<!DOCTYPE a [<!ENTITY b 'c'>]>"]),
)
_EDITS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 40), _PIECES, st.integers(0, 3)),
    min_size=1,
    max_size=6,
)
"""Each: where, of how many bytes, which stand there instead, and how often."""


def edited(data: bytes, edits: list[tuple[float, int, bytes, int]]) -> bytes:
    for place, length, piece, times in edits:
        at = int(place * len(data))
        data = data[:at] + piece * times + data[at + length :]
    return data


def edited_inside(data: bytes, edits: list[tuple[float, int, bytes, int]], member: int) -> bytes:
    """A ZIP one of whose files is edited, so that it can still be unpacked."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        names = old.namelist()
        for i, name in enumerate(names):
            inner = old.read(name)
            new.writestr(name, edited(inner, edits) if i == member % len(names) else inner)
    return stream.getvalue()


def read(suffix: str, data: bytes) -> None:
    """Read a file as it is ingested, and check what comes of it. AssertionError where that is wrong."""
    try:
        for found in formats.documents(File(f"a.{suffix}", data), AS_THEY_ARE):
            if isinstance(found, Unread):
                assert found.reason and "\n" not in found.reason
                continue
            assert isinstance(found, Document)
            found.text.encode()
            assert "\0" not in found.text
            end = 0
            for one in found.removed:
                assert end <= one.start < one.end <= len(found.text)
                end = one.end
    except Refused as error:
        assert str(error) and "\n" not in str(error)


def fuzz(suffix: str, examples: int) -> None:
    """Read so many broken files. Raises what hypothesis finds, with the smallest file that shows it."""
    sample = _sample(suffix)
    packed = sample.startswith(b"PK")

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(_EDITS, st.booleans(), st.integers(0, 30))
    def one(edits: list[tuple[float, int, bytes, int]], inside: bool, member: int) -> None:
        read(suffix, edited_inside(sample, edits, member) if inside and packed else edited(sample, edits))

    one()


_AT_A_TIME = 200


def fuzz_for(suffix: str, seconds: float) -> int:
    """The same until so long has passed; how many were read."""
    read, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        fuzz(suffix, _AT_A_TIME)
        read += _AT_A_TIME
    return read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("readers", nargs="*", metavar="reader", help=f"of {' '.join(READERS)}; default: all")
    parser.add_argument("--examples", type=int, default=5000, help="broken files for each")
    parser.add_argument("--seconds", type=float, help="so long for each, however many that are")
    args = parser.parse_args()
    if unknown := set(args.readers) - set(READERS):
        parser.error(f"no such reader: {' '.join(sorted(unknown))}; there are {' '.join(READERS)}")
    for suffix in args.readers or READERS:
        start = time.monotonic()
        examples = args.examples
        if args.seconds:
            examples = fuzz_for(suffix, args.seconds)
        else:
            fuzz(suffix, examples)
        print(f"{suffix:6} {examples:,} broken files read or refused in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
