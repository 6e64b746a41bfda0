"""Systems and questions about three small articles, without the model; can be opened in another process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.answer import Turn
from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.article import Article, Removed
from eval.asking import Opened
from eval.questions.gold import Evidence, Gold
from eval.systems import systems
from index.folder.collection import Collection
from index.ingest.ingest import ingest_articles
from tests.fakes import HashEncoder

BOATS = (
    "Ann Marlow rowed across the bay on Sunday. She had bought the boat in May for 400 pounds.\n\n"
    "Share this story with your friends.\n\nThe harbour master wants a new jetty by spring."
)
TEXTS = {
    "boats": BOATS,
    "bread": "The bakery in Mill Lane closes in June. Its owner, Ben Tully, blames the price of flour.",
    "trees": "Pupils planted forty apple trees in Mill Lane. The school had asked for help in May.",
}
ANSWERS = Settings(reader="none", threshold=0.0)
"""Under which whatever is asked is answered."""
SHARE = "Share this story with your friends."
_AT = BOATS.index(SHARE)


def small_collection(folder: Path, passage_tokens: int = 20) -> Path:
    """The articles, one of them with a line that was set aside."""
    collection = Collection.create(folder)
    articles = [
        (
            Article(
                id,
                id.title(),
                text,
                f"{id}.txt",
                removed=(Removed(_AT, _AT + len(SHARE), "share"),) * (id == "boats"),
            ),
            f"/{id}",
            id,
        )
        for id, text in TEXTS.items()
    ]
    ingest_articles(collection, HashEncoder(), articles, passage_tokens)
    collection.close()
    return folder


@dataclass(frozen=True)
class Small:
    """Opens systems on a collection that `small_collection` made."""

    folder: Path
    compare: str = "hybrid+reader,bm25"
    settings: Settings = ANSWERS

    def __call__(self) -> tuple[Opened, ...]:
        bot = Chatbot(Collection.open(self.folder), HashEncoder(), self.settings)
        return tuple(
            Opened(one, bot.having(one.settings)) for one in systems(self.compare, [], self.settings)
        )


def place(article: str, quote: str, choice: int = 0, grade: int = 1) -> Evidence:
    start = TEXTS[article].index(quote)
    return Evidence(article, start, start + len(quote), choice, grade)


def gold(
    id: str, question: str, *places: Evidence, history: Sequence[Turn] = (), standalone: str = ""
) -> Gold:
    return Gold(id, question, "fact", tuple(history), bool(places), places, standalone=standalone)


ROWED = gold("q1", "Who rowed across the bay?", place("boats", "Ann Marlow rowed"))
CLOSES = gold("q2", "When does the bakery in Mill Lane close?", place("bread", "closes in June"))
FOLLOWS = gold(
    "q3",
    "And when was that?",
    place("trees", "asked for help in May"),
    history=[
        Turn("user", "Did the school ask for help?"),
        Turn("assistant", "The school had asked for help in May."),
    ],
    standalone="When did the school ask for help?",
)
NOWHERE = gold("q4", "Who won the regatta in Lisbon?")
GOLDS = (ROWED, CLOSES, FOLLOWS, NOWHERE)
