"""What is typed of how files are read: in which columns the fields are, and whether pictures are read."""

from __future__ import annotations

import argparse

from corpus.errors import CuttingsError


def add_reading(sub: argparse.ArgumentParser, remembered: str = "") -> None:
    """`remembered` says with what it is remembered."""
    ocr = "read pages that are pictures (scanned PDFs) with the program tesseract, which has to be installed"
    sub.add_argument("--ocr", action="store_true", help=f"{ocr}{remembered}")
    columns = "of tables and JSON: in which columns the fields of an article are, as title=headline,text=body"
    sub.add_argument(
        "--map",
        metavar="FIELD=COLUMN,...",
        dest="columns",
        type=_columns,
        default={},
        help=f"{columns}{remembered}",
    )


def _columns(typed: str) -> dict[str, str]:
    from corpus.formats.columns import mapping

    try:
        return mapping(typed)
    except CuttingsError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
