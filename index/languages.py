"""Other languages than English that terms are made of: how words are stemmed, and which say nothing."""

from __future__ import annotations

from functools import cache
from typing import TypeGuard

import Stemmer

REMEMBERED = "languages"
"""The setting under which a collection remembers in which languages beside English it has articles."""

_SNOWBALL = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}

# Function words, and the words that only make a sentence a question; folded, as terms are.
_STOP_WORDS = {
    "de": """
        aber alle als also am an auch auf aus bei bin bis bist da damit dann das dass dem den denn der
        des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer
        eines er es etwas fur gegen gibt habe haben hat hatte hatten ich ihm ihn ihr ihre ihrem ihren
        ihrer im in ist ja kann kein keine man mehr mein mit muss nach nicht noch nun nur ob oder ohne
        sagt sagte sehr sei sein seine seinem seinen seiner seit sich sie sind so soll sollen sowie uber
        um und uns unter vom von vor war waren warum was wann weil welche welcher welches wenn wer
        werden wem wen wessen wie wieder wieso will wir wird wo wurde wurden zu zum zur zwischen
    """,
    "fr": """
        a ai ainsi alors apres au aucun aussi autre aux avait avant avec avoir c ce cela ces cet cette
        ceux chez comme comment d dans de depuis des deux dit dont du elle elles en encore entre est et
        etait etaient ete etre eu fait ils il j je l la le les leur leurs lors lorsque lui m ma mais me
        meme mes moins mon n ne ni nos notre nous on ont ou par parce pas pendant peu peut plus pour
        pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se selon sera ses si son sont
        sous sur t ta te tous tout toute toutes tres tu un une vers vos votre vous y
    """,
    "es": """
        a al algo ante antes asi aunque cada como con contra cual cuales cuando cuanto de del desde dice
        dijo donde dos durante e el ella ellas ellos en entre era eran es esa ese eso esos esta estaba
        estan estar este esto estos fue fueron ha haber habia han hasta hay la las le les lo los mas me
        mi mientras mucho muy ni no nos o otra otro para pero poco por porque pues que quien quienes se
        segun ser si sido sin sobre son su sus tambien tanto te tiene tienen todo todos tras tu un una
        uno unos y ya yo
    """,
    "cy": """
        a ac am ar ai at beth ble bod bu byddai bydd can cael cyn chi dan dim dros dweud dywedodd eich
        ei ein eu er fe felly fel fod fy gan gyda gyfer hefyd heb hi hon hwn hyn i iddo iddi iddynt in
        lle ly mae maent mewn mi mor na nad neu ni nid nhw o oedd oes ond os pa pam pan pam pwy roedd
        rwy rhwng rhag sydd sut sy trwy tuag un wedi wrth y ychydig ydi yr yn ym yng yw yma yna
    """,
    "it": """
        a ad ai al alla alle anche c che chi ci come con cosa da dal dalla dei del della delle di dove e
        ed era gli ha hanno i il in io l la le lo ma nei nel nella non o per perche piu quale quando
        quanto si sono su sul sulla tra un una uno
    """,
    "nl": """
        aan als bij dan dat de der deze die dit door een en er had heeft het hij hoe hun ik in is je kan
        maar met naar niet nog of om ook op over te tot uit van veel voor waar waarom wanneer was wat
        welke werd wie wij wordt zei zij zijn zou
    """,
    "pt": """
        a ao aos as com como da das de disse do dos e ela ele em entre era essa esse esta este eu foi ha
        isso ja la mais mas na nas nao no nos o onde os ou para pela pelo por porque qual quando que
        quem se sem ser seu sua sao tambem um uma
    """,
}


def is_foreign(language: str | None) -> TypeGuard[str]:
    """Whether terms are made of a text in this language in another way than of English."""
    return language not in (None, "en")


def with_language(remembered: str | None, language: str) -> str:
    """What a collection that remembers some languages remembers once it has another."""
    return " ".join(sorted({*(remembered or "").split(), language}))


@cache
def stop_words(language: str) -> frozenset[str]:
    return frozenset(_STOP_WORDS.get(language, "").split())


@cache
def stemmer(language: str) -> Stemmer.Stemmer | None:
    """None where there is none, as for Welsh: its words stay as they are."""
    name = _SNOWBALL.get(language)
    return Stemmer.Stemmer(name) if name else None
