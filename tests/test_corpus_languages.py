"""Articles in other languages: recognised, cut into sentences, and found by questions in their language."""

from __future__ import annotations

import pytest

from chatbot.conversation.spelling import Vocabulary, corrected
from corpus.article import Article
from corpus.clean import clean
from corpus.detection import language_of
from corpus.metadata import Metadata
from corpus.read import Raw
from corpus.sentences import sentences
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.languages import REMEMBERED
from index.store import Store
from index.stores import create_store
from index.tokens import in_another, question_terms, terms
from tests.fakes import HashEncoder
from tests.stores import KINDS, place

TEXTS = {
    "en": (
        "The harbour bridge will stay shut until June, the council said on Monday.",
        "Engineers found rust in eleven of its cables when they inspected them in March.",
    ),
    "de": (
        "Die Hafenbrücke bleibt bis zum 3. Juni geschlossen, sagte Dr. Anna Groß am Montag.",
        "Ingenieure haben in elf Kabeln Rost gefunden, d.h. mehr als im Jahr 2019.",
        "„Wir wären lieber spät als zu früh.“",
        "Das sagte die Leiterin der Straßenverwaltung, die für alle Brücken zuständig ist.",
    ),
    "fr": (
        "Le pont du port restera fermé jusqu'en juin, a annoncé M. Durand lundi.",
        "« Nous préférons être en retard. »",
        "Les ingénieurs ont trouvé de la rouille dans onze câbles, p. ex. sous la chaussée.",
        "Qui va payer les réparations ?",
    ),
    "es": (
        "El puente del puerto seguirá cerrado hasta junio, dijo el Sr. García el lunes.",
        "¿Quién va a pagar las obras?",
        "Los ingenieros hallaron óxido en once cables, según la pág. 3 del informe de los EE. UU.",
        "Las reparaciones costarán aprox. tres millones de euros.",
    ),
    "cy": (
        "Bydd pont yr harbwr ar gau tan fis Mehefin, meddai Dr. Nia Parry ddydd Llun.",
        "Daeth y peirianwyr o hyd i rwd mewn un ar ddeg o'r ceblau, h.y. mwy na'r llynedd.",
        "Pwy fydd yn talu am y gwaith?",
        "Bydd y bysiau yn defnyddio'r hen ffordd nes bydd y bont yn agor eto.",
    ),
}
QUESTIONS = {
    "en": "When did engineers inspect the cables?",
    "de": "Wo wurde in den Kabeln Rost gefunden?",
    "fr": "Où a-t-on trouvé de la rouille dans un câble ?",
    "es": "¿Cuánto costará la reparación?",
    "cy": "Pwy fydd yn talu am y gwaith?",
}


def raw(language: str, declared: str | None = None) -> Raw:
    text = "\n\n".join(TEXTS[language])
    return Raw(
        f"/{language}.txt", f"{language}.txt", text, "txt", Metadata(language=declared), (), language * 32
    )


@pytest.mark.slow
@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_an_article_is_recognised(language: str) -> None:
    assert clean(raw(language)).language == language
    # Some sites declare English whatever they are in; a short text is not believed against them.
    assert language_of(TEXTS[language] * 4, "en") == language
    assert language_of(["PCN 81%, DES 49%"], language) == language
    assert language_of(["PCN 81%, DES 49%"], None) is None


@pytest.mark.parametrize("language", TEXTS)
def test_sentences_end_where_they_do_in_their_language(language: str) -> None:
    text = " ".join(TEXTS[language])
    found = sentences(Article("a", "Title", text, "a.txt", language=language))
    assert [text[one.start : one.end] for one in found] == list(TEXTS[language])


@pytest.fixture(scope="module", params=KINDS)
def collection(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = create_store(place(request.param, tmp_path_factory.mktemp("languages")))
    ingest(made, HashEncoder(), [raw(language) for language in TEXTS], 40)
    return made


@pytest.mark.parametrize("language", QUESTIONS)
def test_a_question_finds_the_article_in_its_language(collection: Store, language: str) -> None:
    searcher = collection.searcher(HashEncoder())
    hits = searcher.search(searcher.query(QUESTIONS[language]), 1, mode="bm25")
    assert [hit.article.id for hit in hits] == [language]


def test_a_collection_remembers_its_languages(collection: Store, tmp_path) -> None:
    assert collection.meta(REMEMBERED) == "cy de es fr"
    english = Collection.create(tmp_path)
    ingest(english, HashEncoder(), [raw("en")], 40)
    assert english.meta(REMEMBERED) is None
    query = english.searcher(HashEncoder()).query("Which bridges are shut, and what were the 30,000 repairs?")
    assert list(query.terms) == terms(query.question)


def test_terms_by_language() -> None:
    assert terms("Die Brücken wurden geschlossen", "de") == ["bruck", "geschloss"]
    assert (
        terms("les réparations des ponts", "fr") == terms("la réparation du pont", "fr") == ["repar", "pont"]
    )
    assert terms("Pwy sy'n talu am y pontydd?", "cy") == ["n", "talu", "pontydd"]
    assert terms("bridges 81%", "en") == terms("bridges 81%") == ["bridg", "81", "81%"]


def test_no_word_of_another_language_is_taken_for_misspelt_english(collection: Store) -> None:
    languages = collection.meta(REMEMBERED).split()
    assert [language for language, text in QUESTIONS.items() if not in_another(text, languages)] == ["en"]
    vocabulary = Vocabulary((text for texts in TEXTS.values() for text in texts), languages)
    for text in QUESTIONS.values():
        assert corrected(text, lambda term: False, lambda: vocabulary) == (text, ())
    assert corrected("When did enginers inspect it?", lambda term: False, lambda: vocabulary)[1]


def test_a_question_is_looked_for_in_the_forms_that_are_there() -> None:
    held = {"bridg", "bruck", "die"}.__contains__
    assert question_terms("Brücken", ["de"], held) == ["bruck"]
    assert question_terms("bridges die", ["de"], held) == ["bridg", "die"]
    # A word that nothing holds counts as missing, once; a stop word of a language never does.
    assert question_terms("der tunnels", ["de"], held) == ["tunnel"]
    assert question_terms("the 30,000 bridges", ["de"], held) == ["30000", "bridg"]
