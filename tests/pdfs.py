"""PDFs that the tests make: lines put where a test wants them, or pages set as a newspaper sets them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from functools import cache

from reportlab.pdfgen.canvas import Canvas

from scripts.made_pdf import TUNED, Made, make

HEIGHT, WIDTH = 842, 595

Put = tuple[float, float, str] | tuple[float, float, str, str, float]
"""x, y from the top, text; and font and size where they are not Times-Roman 10."""

WALL = """
The council of Northport decided on Tuesday to raise the harbour wall by a metre and a half before the winter
storms arrive, at a cost of four million pounds.

Engineers had warned for several years that the present wall would not hold back a tide like that of January,
which flooded ninety houses and closed the coastal road for a week.

“We have waited long enough,” said Anna Bell, who chairs the well-known harbour committee. She expects that
the contractors will begin their preparations in the first week of September.

Fishermen asked for reassurance that their landing places would remain accessible throughout the construction,
and were told that a temporary pontoon would be provided for them.

The decision was unanimous, although two councillors regretted that an alternative proposal, a barrier at the
mouth of the estuary, had never been seriously considered.
"""
LIBRARIES = """
Libraries in Whitcombe, Easton and Hale will be open until eight in the evening from Monday, following a
campaign that collected more than two thousand signatures in a month.

Volunteers will look after the buildings in the additional hours, and the county will pay for heating,
lighting and insurance until the end of next year at least.

Visitors borrowed eleven thousand books last winter, which is the highest number since the county began to
publish its statistics in the nineteen-nineties.
"""
ARTICLES = tuple(
    (title, "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n")))
    for title, text in (
        ("Harbour wall is to be raised before the winter", WALL),
        ("Library hours are extended in three villages", LIBRARIES),
    )
)


def pdf(*pages: Sequence[Put], **said: str) -> bytes:
    """A PDF with these lines on its pages, uncompressed; `said`: title, author, subject, keywords."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=0)
    for name, value in said.items():
        getattr(canvas, f"set{name.capitalize()}")(value)
    for page in pages:
        for x, y, text, *how in page:
            font, size = how or ("Times-Roman", 10)
            canvas.setFont(font, size)
            canvas.drawString(x, HEIGHT - y, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def lines(x: float, y: float, *texts: str, font: str = "Times-Roman", size: float = 10) -> list[Put]:
    """Lines below each other."""
    return [(x, y + 1.2 * size * i, text, font, size) for i, text in enumerate(texts)]


@cache
def newspaper() -> Made:
    """Four pages in two columns, with all that newspapers have."""
    return make(ARTICLES, TUNED[0], 4)


def scanned(pages: int = 1) -> bytes:
    """Pages that are grey pictures."""
    from reportlab.lib.utils import ImageReader

    grey = ImageReader(io.BytesIO(b"P5 4 4 255\n" + bytes([200] * 16)))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    for _ in range(pages):
        canvas.drawImage(grey, 0, 0, WIDTH, HEIGHT)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def bomb(megabytes: int, layers: int = 1) -> bytes:
    """A PDF whose one page unfolds to so much, deflated once or more often."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(megabytes)) + packer.flush()
    for _ in range(layers - 1):
        packed = zlib.compress(packed, 9)
    filters = b" ".join([b"/FlateDecode"] * layers)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        b"<</Length %d/Filter[%s]>>stream\n" % (len(packed), filters) + packed + b"\nendstream",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj" % number + one + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + (b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out))
    )
