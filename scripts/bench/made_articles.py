"""Articles made for measuring size and speed: sentences of the bundled ones, put together anew.

Names and figures in them are exchanged for made ones. A name is drawn by Zipf's law (the r-th most common one
with a probability like 1/r), so that some stand in many articles and most in one or two, as in a newspaper;
an article keeps to its own names. What they say makes no sense. The same number, seed and version of the
bundled articles make the same articles, and more of them begin with the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from random import Random

from corpus.clean import clean
from corpus.language import MONTHS
from corpus.metadata import Metadata
from corpus.read import Raw, read
from corpus.sentences import sentences

SEED = 7

_ONSETS = """al am ar bar bel ber bran cal cam car cor dal dar del dun el er fal far fen gar gil gor hal har
    hol ing kel ken kil lan lar lin lor mal mar mel mor nor or pel pen pol quin ral ran rok sal sel sher sol
    tal tar tol tre ul val var ver wal wen wil yar""".split()
_MIDDLES = "a be di e go ha i la lo ma me ni o pa ra ri sa ta ti u".split()
_ENDINGS = """bourne bridge bury by dale den ditch don field ford gate ham hurst ley low mere minster more
    mouth ness port ridge shaw stead stock stow thorpe ton vale wick worth""".split()
_NAMES = len(_ONSETS) * len(_ENDINGS) * (1 + len(_MIDDLES))
_SORTS = ("Trust", "Council", "Board", "Institute", "Alliance", "Federation", "College", "Group")
_PUBLISHERS = ("Evening Mercury", "The Courier", "Daily Argus", "The Sentinel")

_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w-]+(?: [A-Z][\w-]+)*")
_KEPT = {"GP", "GPs", "PCN", "PCNs", "Dr", "Mr", "Ms", "Mrs", "Professor", *(m.capitalize() for m in MONTHS)}
_MONTH = re.compile(rf"\b(?:{'|'.join(month.capitalize() for month in MONTHS)})\b")
_FIGURE = re.compile(r"\d(?:[\d,]*\d)?")
_JOINT = re.compile(r"(?:, | and | but | that | which )(?=.{25})")


def made_articles(number: int, seed: int = SEED) -> Iterator[Raw]:
    """So many articles, of 180 to 560 words or so."""
    for position in range(number):
        yield _article(position, Random(f"{seed}-{position}"))


def made_name(rank: int) -> str:
    """The r-th most common name, from 0; of one word."""
    # The step has no factor in common with the number of names: neighbours in rank look nothing alike.
    rest, ending = divmod(rank * 7919 % _NAMES, len(_ENDINGS))
    middle, onset = divmod(rest, len(_ONSETS))
    between = _MIDDLES[middle - 1] if middle else ""
    return f"{_ONSETS[onset]}{between}{_ENDINGS[ending]}".capitalize()


def _article(position: int, chance: Random) -> Raw:
    names: dict[str, str] = {}
    paragraphs = [
        " ".join(_sentence(chance, names) for _ in range(chance.randint(2, 4)))
        for _ in range(chance.randint(4, 10))
    ]
    about = " ".join(_sentence(chance, names).rstrip(".?!").split()[: chance.randint(4, 8)])
    text = "\n\n".join(paragraphs) + "\n"
    id = f"made-{position + 1:06d}"
    metadata = Metadata(
        title=f"{_draw(chance)} {chance.choice(_SORTS)}: {about}",
        publisher=chance.choice(_PUBLISHERS),
        published=f"20{chance.randint(10, 23)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        id=id,
    )
    return Raw(f"made:{id}", id, text, "txt", metadata, (), hashlib.sha256(text.encode()).hexdigest())


def _sentence(chance: Random, names: dict[str, str]) -> str:
    """A bundled sentence, or the head of one with the tail of another; `names` are those of the article."""
    said = chance.choice(_bundled())
    if chance.random() < 0.7:
        heads, tails = _halves()
        said = chance.choice(heads) + chance.choice(tails)

    def name(match: re.Match[str]) -> str:
        if match[0] in _KEPT:
            return match[0]
        if match[0] not in names:
            body = f" {chance.choice(_SORTS)}" if " " in match[0] or match[0].isupper() else ""
            names[match[0]] = _draw(chance) + body
        return names[match[0]]

    said = _NAME.sub(name, said)
    said = _MONTH.sub(lambda match: chance.choice(MONTHS).capitalize(), said)
    return _FIGURE.sub(lambda match: _figure(match[0], chance), said)


def _figure(figure: str, chance: Random) -> str:
    """Another one with as many digits; a year for a year."""
    if len(figure) == 4 and figure[:2] in ("19", "20"):
        return str(chance.randint(1980, 2023))
    digits = re.sub(r"\d", lambda match: str(chance.randint(0, 9)), figure)
    return str(chance.randint(1, 9)) + digits[1:]


def _draw(chance: Random) -> str:
    return made_name(
        int(_NAMES ** chance.random()) - 1
    )  # the logarithm of the rank is uniform: p is like 1/r


@cache
def _bundled() -> tuple[str, ...]:
    """The sentences of the bundled articles, in prose."""
    with as_file(files("corpus") / "articles") as folder:
        articles = [clean(raw) for raw in read([folder]) if isinstance(raw, Raw)]
    return tuple(
        " ".join(article.text[one.start : one.end].split())
        for article in articles
        for one in sentences(article)
        if one.kind == "prose"
    )


@cache
def _halves() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences up to and with a joint in their middle, and what follows it."""
    heads, tails = [], []
    for sentence in _bundled():
        joint = _JOINT.search(sentence, 25)
        # Half of a quotation, or of brackets, would run on into the next sentence.
        if joint and not re.search(r"[\"“”‘()]", sentence):
            heads.append(sentence[: joint.end()])
            tails.append(sentence[joint.end() :])
    return tuple(heads), tuple(tails)
