"""A question taken apart: what it asks for, its auxiliary, its subject and the rest; and the forms of verbs.

There is no tagger here. A word is a verb by its ending, by its place, or by being a frequent one; where that
leaves doubt, a part is not found, and whoever asks for it must do without.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.language import TITLE

_BE = frozenset("is are was were isn't aren't wasn't weren't".split())
_HAVE = frozenset("has have had hasn't haven't hadn't".split())
_DO = frozenset("do does did don't doesn't didn't".split())
_MODAL = frozenset("can could will would shall should may might must can't won't cannot".split())
_AUXILIARY = _BE | _HAVE | _DO | _MODAL
_PLURAL_OF = {"is": "are", "was": "were", "has": "have", "does": "do"}
_SINGULAR_OF = {many: one for one, many in _PLURAL_OF.items()}

PREPOSITIONS = frozenset(
    """
    about above across after against along among around at before behind below between beyond by despite
    during for from in inside into like near of off on onto outside over per since through to towards
    under until up upon with within without
    """.split()
)
_DETERMINERS = frozenset(
    """
    a an the this that these those his her its their my our your any some every each all both no another
    """.split()
)
_STOPS = frozenset(
    """
    and or but because if when where who whom which that than as not so too also there to be been being
    it they he she him them we you i ever never still already now then yet
    """.split()
)
"""Words at which a noun phrase ends, beside verbs and prepositions."""

# Base and past; the participle where it differs.
_IRREGULAR = """
    be was/been become became/become begin began/begun break broke/broken bring brought build built buy
    bought catch caught choose chose/chosen come came/come cost cost cut cut deal dealt do did/done draw
    drew/drawn drink drank/drunk drive drove/driven eat ate/eaten fall fell/fallen feel felt fight
    fought find found fly flew/flown forget forgot/forgotten get got give gave/given go went/gone grow
    grew/grown have had hear heard hide hid/hidden hit hit hold held keep kept know knew/known lead led
    leave left lend lent let let lie lay/lain lose lost make made mean meant meet met pay paid put put
    quit quit read read ride rode/ridden rise rose/risen run ran/run say said see saw/seen sell sold
    send sent set set shoot shot show showed/shown shut shut sing sang/sung sit sat sleep slept speak
    spoke/spoken spend spent stand stood steal stole/stolen strike struck swim swam/swum take took/taken
    teach taught tell told think thought throw threw/thrown understand understood wake woke/woken wear
    wore/worn win won withdraw withdrew/withdrawn write wrote/written
""".split()
_FORMS = {base: forms.split("/") for base, forms in zip(_IRREGULAR[::2], _IRREGULAR[1::2], strict=True)}
_BASE_OF_PAST = {forms[0]: base for base, forms in _FORMS.items()}
_PARTICIPLES = {forms[-1]: base for base, forms in _FORMS.items()}
_FREQUENT = frozenset(
    """
    accept act add agree aim allow announce answer apply argue ask believe belong call change claim
    close complain concern consider continue cover create criticise demand depend describe die differ
    disagree discuss earn end enter expect explain face fail fear follow force fund happen hate help
    hire hope include increase intend join kill learn like live look love move need object offer open
    oppose own plan play praise prefer promise propose protest provide publish question raise react
    receive recommend refuse reject remain reply report require resign respond result retire return save
    seem serve sign start stay stop struggle study succeed suffer suggest support survive think train
    travel treat try use visit vote wait walk want warn watch welcome win wish withdraw work worry write
    """.split()
)
"""Verbs without an ending that are frequent in questions; irregular ones are known besides."""
_BASES = _FREQUENT | _FORMS.keys() - {"be", "have", "do"}

_NOUNS_TOO = frozenset(
    """
    report survey plan vote call work study review claim offer support play change fund force move talk
    """.split()
)
"""Verbs that are nouns as often."""

_NO_PLURAL = re.compile(r".*(?:ss|us|is|'s|’s)\Z")
_PLURAL_WORDS = frozenset("people men women children staff police media data".split())
_OPENS = re.compile(r"\W*(?:(?:and|so|but|then|ok|okay|also|well|yes|no|now|please)\b\W*)*", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:(?:by|in|on|at|for|to|from|since|until|of|with) )?"
    r"(?:how(?: (?:many|much|long|often|old|big|far|large|high|soon|well|likely|fast))?"
    r"|what|which|who|whom|whose|when|where|why)\b",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"(?:share|proportion|percentage|number|part|per cent|percent) of (?:the |all )?", re.IGNORECASE
)
_TITLE = re.compile(TITLE)

_LONGEST = 40
"""Words. A longer question is not taken apart."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A question in its parts, as they stand in it.

    `asks`: the asking words ("How many", "What", "In which"); "" where yes or no is asked.
    `noun`: what these count or choose from ("clinical directors"), or "".
    `auxiliary`: that before the subject, or after the `noun` as the subject; "" where the verb comes at once.
    `subject`: that of the clause; "" where the asking words are the subject alone ("Who left?").
    `rest`: from the verb on, or from what follows an auxiliary and the subject.
    `noun_is_subject`: whether the subject is the `noun`.
    """

    asks: str
    noun: str
    auxiliary: str
    subject: str
    rest: str
    noun_is_subject: bool = False

    @property
    def verb(self) -> str:
        return self.rest.partition(" ")[0]

    @property
    def after_verb(self) -> str:
        return self.rest.partition(" ")[2]


@lru_cache(maxsize=256)
def clause(question: str) -> Clause | None:
    """The parts of a question of one clause; None where they are not sure."""
    text = bare(question)
    words = text.split()
    if not 1 < len(words) <= _LONGEST or re.search(r"[?.;:!]\s", text):
        return None
    match = _ASKS.match(text)
    asks = match.group() if match else ""
    words = text[len(asks) :].split()
    if not words or (not asks and words[0].lower() not in _AUXILIARY):
        return None
    place = next((i for i, word in enumerate(words) if word.lower() in _AUXILIARY), -1)
    if not asks or place == 0:
        return _after_auxiliary(asks, "", words)
    last = asks.lower().split()[-1]
    if last in ("many", "much", "what", "which", "whose"):
        return _counted(asks, words, place)
    if last in ("who",) and is_verb(words[0]):
        return Clause(asks, "", "", "", " ".join(words))
    return None


def bare(question: str) -> str:
    """The question without the words that only open it, and without its mark."""
    return question[_OPENS.match(question).end() :].rstrip(" ?!.")  # type: ignore[union-attr]


def _after_auxiliary(asks: str, noun: str, words: Sequence[str]) -> Clause | None:
    """The parts of a clause that begins with its auxiliary."""
    auxiliary, words = words[0].lower(), words[1:]
    if not words:
        return None
    if words[0].lower() == "there":
        return Clause(asks, noun, auxiliary, "there", " ".join(words[1:]))
    alone = asks.lower() in ("who", "what") and not noun and auxiliary not in _DO
    if alone and (is_verb(words[0]) or words[0] == "not"):
        return Clause(asks, noun, auxiliary, "", " ".join(words))
    end = subject_end(words, auxiliary)
    if not end:
        return None
    return Clause(asks, noun, auxiliary, " ".join(words[:end]), " ".join(words[end:]))


def _counted(asks: str, words: list[str], place: int) -> Clause | None:
    """The parts of a question for a noun: "How many GPs were lost", "Which drafts did it publish"."""
    if place > 0:
        noun, after = _QUANTITY.sub("", " ".join(words[:place])), words[place + 1 :]
        if words[place].lower() in _DO or (after and after[0].lower() in _DETERMINERS):
            return _after_auxiliary(asks, noun, words[place:])
        if after and (after[0][:1].islower() or after[0][:1].isdigit()):
            return Clause(asks, noun, words[place].lower(), noun, " ".join(after), True)
        return None
    end = subject_end(words, "do")
    if not 0 < end < len(words):
        return None
    noun = _QUANTITY.sub("", " ".join(words[:end]))
    return Clause(asks, noun, "", noun, " ".join(words[end:]), True)


def subject_end(words: Sequence[str], auxiliary: str) -> int:
    """How many words from the first are the subject with its "of ..." and "in ..."; 0 where unsure."""
    verb_follows = auxiliary not in _BE
    at = phrase_end(words, 0, verb_follows)
    another = any(word in _BASES and words[i] != "to" for i, word in enumerate(words[at + 1 :], at))
    if verb_follows and at < len(words) and words[at] in _NOUNS_TOO and another:
        at += 1
    while at < len(words) and words[at].lower() in PREPOSITIONS:
        further = phrase_end(words, at + 1, verb_follows)
        # "the leaders of networks have", but "the networks in Leeds" where nothing follows it
        if further == at + 1 or (verb_follows and further == len(words)):
            break
        at = further
    if not at or (verb_follows and at == len(words)):
        return 0
    return at


def phrase_end(words: Sequence[str], start: int, verb_follows: bool = False) -> int:
    """Where the noun phrase ends that begins at `start`, without what hangs on it by a preposition.

    Where a verb follows it, a word that is a noun or a verb ("report", "support") ends it.
    """
    at = start
    if at < len(words) and words[at].lower() in _PRONOUNS:
        return at + 1
    while at < len(words) and words[at].lower() in _DETERMINERS:
        at += 1
    first = at
    while at < len(words):
        word = words[at]
        lower = word.lower().rstrip(",")
        if lower in PREPOSITIONS or lower in _STOPS or lower in _AUXILIARY or lower in _DETERMINERS:
            break
        ahead = words[at + 1].lower() if at + 1 < len(words) else ""
        verb_here = word[:1].islower() and is_verb(word) and not is_participle_before_noun(word, ahead)
        if not verb_follows:  # "draft plans", but "the contract signed in May"
            verb_here = verb_here and not is_plural(word) and lower not in _BASES
        if at > first and verb_here:
            break
        at += 1
        if word.endswith(","):
            break
        # a plural ends it: "clinical directors | plan", not "networks' directors"
        if is_plural(word) and word[:1].islower() and not (ahead and is_plural(ahead)):
            break
    return at if at > first else start


_PRONOUNS = frozenset(
    """
    it they he she we you i this that these those who everyone everybody nobody
    """.split()
) | frozenset("somebody someone anybody anyone anything something".split())


def is_participle_before_noun(word: str, ahead: str) -> bool:
    """Whether a word in -ed or -ing stands like an adjective: "qualified GPs", "revised plans"."""
    return (
        word.endswith(("ed", "ing"))
        and bool(ahead)
        and (is_plural(ahead) and ahead not in PREPOSITIONS and ahead not in _DETERMINERS)
    )


def is_verb(word: str) -> bool:
    """Whether the word is, by its form, more likely a verb than a noun."""
    word = word.lower()
    known = word in _BASES or word in _BASE_OF_PAST or word in _PARTICIPLES
    return known or (word.endswith("ed") and len(word) > 4) or third_base(word) in _BASES


def third_base(word: str) -> str:
    """The base of a verb in -s ("says", "replies"); the word itself where it has none."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("es") and word[:-2] in _BASES:
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def is_plural(word: str) -> bool:
    """Whether a noun is plural, by its ending."""
    word = word.strip(",").lower()
    return word in _PLURAL_WORDS or (len(word) > 2 and word.endswith("s") and not _NO_PLURAL.match(word))


def many(phrase: str) -> bool:
    """Whether a noun phrase takes a plural verb."""
    words = phrase.split()
    head = phrase_end(words, 0)
    first = words[0].lower() if words else ""
    if first in ("these", "those", "they", "we", "you"):
        return True
    if first in ("a", "an", "this", "that", "each", "every", "another") or _TITLE.match(phrase):
        return False
    last = words[(head or len(words)) - 1] if words else ""
    if last[:1].isupper():  # "Conservatives", but "Practice Index", "James"
        return (first == "the" and is_plural(last) and not last.isupper()) or (
            last[:-1].isupper() and last.endswith("s")
        )
    return is_plural(last)


def agreeing(auxiliary: str, phrase: str) -> str:
    """The auxiliary as it goes with a subject: "do" and "the BMA" make "does"."""
    return (_PLURAL_OF if many(phrase) else _SINGULAR_OF).get(auxiliary.lower(), auxiliary)


def base_of(past: str) -> str:
    """The base of a past form: "wanted" -> "want"; "" where the word is none."""
    if past in _BASE_OF_PAST:
        return _BASE_OF_PAST[past]
    if not past.endswith("ed") or len(past) < 5:
        return ""
    if past[:-1] in _BASES:
        return past[:-1]
    stem = past[:-2]
    if stem in _BASES:
        return stem
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if re.search(r"[aeiou]([bdgmnprt])\1\Z", stem) and stem not in ("add",):
        return stem[:-1]
    silent = re.search(
        r"(?:[cvzu]|[dnrl]g|[^aeiou]l(?<!ll)|(?<![aeiou])[aiou](?:[dkmst]|p)|[aiu]r|ag|(?<![aeiou])[aiu]n|[iu]l)\Z",
        stem,
    )
    return stem + "e" if silent else stem


def past_of(base: str) -> str:
    """The past form of a verb: "criticise" -> "criticised"."""
    lower = base.lower()
    if lower in _FORMS:
        return _FORMS[lower][0]
    if lower.endswith("e"):
        return lower + "d"
    if re.search(r"[^aeiou]y\Z", lower):
        return lower[:-1] + "ied"
    short = re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", lower) or lower in (
        "refer",
        "admit",
        "prefer",
        "occur",
    )
    return lower + lower[-1] + "ed" if short else lower + "ed"


def third_of(base: str) -> str:
    """The form of a verb after one person: "reply" -> "replies"."""
    if re.search(r"(?:s|x|z|ch|sh|o)\Z", base):
        return base + "es"
    return base[:-1] + "ies" if re.search(r"[^aeiou]y\Z", base) else base + "s"


def participle(past: str) -> str:
    """The participle of a past form: "wrote" -> "written"; "" where the word is none."""
    base = base_of(past)
    return _FORMS[base][-1] if base in _FORMS else past if base else ""


def past_of_participle(word: str) -> str:
    """The past form of a participle: "written" -> "wrote"; "" where the word is none."""
    if word in _PARTICIPLES:
        return _FORMS[_PARTICIPLES[word]][0]
    return word if word.endswith("ed") and len(word) > 4 else ""


def is_be(auxiliary: str) -> bool:
    return auxiliary.lower() in _BE


def is_do(auxiliary: str) -> bool:
    return auxiliary.lower() in _DO
