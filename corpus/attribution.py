"""Who is said to say a sentence: the subject of its verb of saying, as it is written there.

The sentence comes without its quotations (`QUOTATION` stands for each), so that what is quoted is not taken
for what tells of it. Only the words next to the verb are looked at, in the clause where it stands, so that
the work is bounded by the length of the sentence.
"""

from __future__ import annotations

import re

from corpus.language import TITLES

QUOTATION = "¤"
"""Stands for whatever is quoted in a sentence."""

PRONOUNS = frozenset(("he", "she", "it", "they", "we"))

_SPEAKS = (
    r"sa(?:id|ys?)|told|tells?|warn(?:ed|s)?|argue[ds]?|claim(?:ed|s)?|insist(?:ed|s)?|note[ds]|add(?:ed|s)"
    r"|explain(?:ed|s)?|point(?:ed|s)? out|admit(?:s|ted)?|concede[ds]?|announce[ds]?|report(?:ed|s)"
    r"|suggest(?:ed|s)?|remark(?:ed|s)?|observe[ds]|stress(?:ed|es)|recall(?:ed|s)|repl(?:ied|ies)"
    r"|wr(?:ote|ites?)"
    r"|declare[ds]?|confirm(?:ed|s)?|den(?:ied|ies)|caution(?:ed|s)?|predict(?:ed|s)?|enthuse[ds]|joke[ds]"
    r"|complain(?:ed|s)?|conclude[ds]?|estimate[ds]?|maintain(?:ed|s)?|allege[ds]?|contend(?:ed|s)?|state[ds]"
    r"|acknowledge[ds]?|respond(?:ed|s)|tweet(?:ed|s)|emphasi[sz]e[ds]?|assert(?:ed|s)?|comment(?:ed|s)|asked"
)
_THINKS = (
    r"believe[ds]?|thinks?|thought|fear(?:ed|s)?|feels?|felt|hope[ds]?|doubt(?:ed|s)?|expect(?:ed|s)?"
    r"|(?:call|ask|press|push|plead|appeal)(?:ed|s|ing)? for|call(?:ed|s) (?:on|it|them|him|her|the|this)"
    r"|urge[ds]?|demand(?:ed|s)?|wants?|wanted|would (?:also )?like|welcome[ds]?"
    r"|describe[ds]?(?! (?:how|what|why))"
    r"|criticis(?:ed|es)|criticiz(?:ed|es)|praise[ds]|accuse[ds]|blame[ds]?|condemn(?:ed|s)"
    r"|recommend(?:ed|s)?"
    r"|advise[ds]? (?:that|against)|dismiss(?:ed|es)|propose[ds]?|promise[ds]?|pledge[ds]?"
    r"|accepts|accepted that"
    r"|agree[ds]? (?:that|with)|question(?:ed|s) whether|wonder(?:ed|s)? (?:whether|if|why|how)"
    r"|refer(?:red|s) to"
    r"|sp(?:oke|eaks|oken) of|point(?:s|ed)? to|f(?:ound|inds) that|(?:takes?|took) the view"
    r"|puts? (?:\w+ ){1,3}(?:down to|at)"
    r"|(?:was|is) (?:glad|pleased|delighted|sorry|disappointed|confident|convinced|certain|proud) (?:that|to)"
)
_VERB = re.compile(
    rf"(?<=[\s,])(?:{_SPEAKS}|{_THINKS})(?![\w’'-])(?!(?<=s) (?:have|has|are|is|were|was|of|from)\b)"
)
_INVERTED = re.compile(rf"(?P<quoted>{QUOTATION}[,.]?|,) (?:{_SPEAKS}) (?=[\w(])")
_AFTER_QUOTATION = re.compile(
    rf"{QUOTATION}\s+([Hh]e|[Ss]he|[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)?) [a-z]+(?:s|ed)\b"
)
_ACCORDING = re.compile(r"\b[Aa]ccording to\s+|\b[Ii]n the words of\s+")
_NOUN = (
    r"(?:fear|message|objection|view|opinion|complaint|concern|argument|belief|hope|verdict|warning|advice"
    r"|reading"
    r"|plea|demand|judge?ment|words|description|account|conclusion|criticism|recommendation)s?"
)
_IN_VIEW = re.compile(rf"\b[Ii]n ([^,.;:{QUOTATION}]{{2,60}}) {_NOUN}(?![\w-])")
_VIEW_IS = re.compile(
    rf"^([^,.;:{QUOTATION}]{{2,60}}?) {_NOUN} (?:[^,.;:{QUOTATION}]{{0,60}} )??"
    r"(?:is|was|are|were) (?:that|for|to|about|not|clear|simple|how|why)\b"
)
_OWNERS = {"his": "he", "her": "she", "its": "it", "their": "they", "our": "we"}
_POSSESSIVE = re.compile(r"[’']s?$")

_ADVERBS = re.compile(
    r"(?: (?:has|have|had|also|since|already|recently|later|then|now|repeatedly|once|further|again"
    r"|always|often"
    r"|first|still|even|just|long|simply|however|though|too|yesterday|today|went on to|goes on to|[a-z]+ly"
    r"|last (?:week|month|year|night)),?){1,4}$"
)
_DETERMINED = re.compile(
    r"(?:the|an?|this|that|one|another|each|every|half|his|her|its|their|our|\d+)\b|(?:staff|people|police)$"
)
_PASSIVE = re.compile(r" (?:be|been|being|is|are|was|were)(?: \w+ly| also| now| not)?$")
_PERFECT = re.compile(r" (?:has|have|had)$")
_IN_BRACKETS = re.compile(r" \([^()]{1,60}\)$")
_FROM = re.compile(r"(?:[\w’'-]+ ){1,6}?(?:from|by) (?=(?:the )?[A-ZÀ-Þ])")
_CLAUSE_LENGTH = 300
"""Characters before a verb in which its subject is looked for."""
_CLAUSE = re.compile(rf"[;:–—(){QUOTATION}]|, |\b(?:but|while|although|whereas|yet)\b")
_NO_SUBJECT = frozenset(
    "not to would could can will should may might must does do did never be been being is are was were"
    " has have had nor than whose whom which that what or but as by who and there also".split()
)
_SUBORDINATES = frozenset(
    "that whether if because when which who whom what how why after before since although though until"
    " unless where whoever whatever".split()
)
_PLACING = frozenset("of at in for from with to by on about under over between among behind".split())
_JOINING = frozenset("of for and the de van von der den la le du al &".split())
_OPENERS = frozenset(
    "But And Yet So Then However While As In On At For After Before When If Although Though Since Also"
    " Now Later Meanwhile Today Still Instead Even Only Because Despite This That These Those There"
    " Here What Which Who How Why Where With Without Like By From To Of The A An It He She They We You"
    " I His Her Its Their Our My Some Many Most Several Few Both Each Every All Another Other No Not"
    " Half Nearly Almost About One Two Three Four Five Six Seven Eight Nine Ten Once Having Asked Or"
    " Nor Just Perhaps Unlike Last Next Such Yes".split()
)
_AGENTS = frozenset(
    "report survey study paper analysis union body college party police court charity staff newspaper"
    " magazine people directors practices parents patients gps mps man woman men women boss bosses"
    " chief chiefs chair bodies agencies agency company companies council board ministry department"
    " source sources organisation organisations group groups organization organizations trust trusts"
    " parliament government governments federation authority authorities judge judges secretary family"
    " families crew students experts expert opponents locals others many some most confederation"
    " commission figures partners committee committees firm firms team respondents one both half other"
    " spokesman spokeswoman spokesperson network networks association bank university school museum"
    " professor countries country another residents tenants consultants agents".split()
)
_AGENT = re.compile(r"(?:[a-z-]{2,}(?:ers?|ors?|ists?|ians?|men|women|man|woman)|\d+-year-old)$")
_NO_AGENT = frozenset(
    "number numbers letter letters matter matters order orders answer answers never ever other however"
    " after over under later another together error errors factor factors water power either neither"
    " rather further whether summer winter paper papers offers offer center corner".split()
)
_CUT = re.compile(r"\s+(?:who|that|which|whose|of whom)\b|,")
_NUMBER_OF = re.compile(
    r"^(?:An?|The) (?:small |large |growing )?(?:number|group|majority|handful|couple) of "
)
_PARTICLES = frozenset("de van von der den la le du al bin".split())
_CAPITAL = re.compile(r"(?:[a-z]{2}-)?[A-ZÀ-Þ]")


def subjects(sentence: str) -> list[str]:
    """Those who say it, as written ("the union", "Ms Rankine", "she"), in order, each once."""
    found: list[tuple[int, str]] = []
    for match in _ACCORDING.finditer(sentence):
        source = _FROM.match(sentence, match.end())  # "new advice from NICE"
        found.append((match.start(), _named_at(sentence[source.end() if source else match.end() :])))
    for match in _IN_VIEW.finditer(sentence):
        found.append((match.start(), _owner(match[1])))
    if view := _VIEW_IS.match(sentence):
        found.append((0, _owner(view[1])))
    for match in _VERB.finditer(sentence):
        left = sentence[max(0, match.start() - _CLAUSE_LENGTH) : match.start()]
        found.append((match.start(), _before(left, match.group())))
    told = {at for at, name in found if name}
    for match in _INVERTED.finditer(sentence):
        at = match.end("quoted") + 1
        if at not in told:
            found.append((at, _named_at(sentence[match.end() :])))
    if after := _AFTER_QUOTATION.search(sentence):
        found.append((after.start(), _lowered(after[1])))
    return list(dict.fromkeys(name for _, name in sorted(found) if name))


def name_at_start(words: str) -> str:
    """The name that a text begins with, with its title ("Dr Ann Leeds", "the Harbour Board"), or ""."""
    return _name(words.split(" ", 15)[:15])


def group_at_start(sentence: str) -> str:
    """The people or the body without a name that a sentence begins with ("The report"), or ""."""
    words = _NUMBER_OF.sub("", sentence).split(" ", 5)[:5]
    start = 1 if words and words[0].lower() in ("the", "this") else 0
    for i, word in enumerate(words[start:4], start):
        if _is_agent(word.rstrip(",")) and (i > start or start or word.endswith("s")):
            return " ".join(words[start : i + 1]).rstrip(",")
        if i > start and not word.islower():
            break
    return ""


def is_person(name: str) -> bool:
    """Whether a name without title is one that a person has: two to four words, none of them of a body."""
    words = name.split()
    return (
        2 <= len(words) <= 4
        and not any(is_body_word(word) for word in words)
        and all(_CAPITAL.match(word) or word in _PARTICLES for word in words)
        and words[0] not in _OPENERS
    )


def is_opener(word: str) -> bool:
    """Whether a word with a capital begins sentences rather than names."""
    return word in _OPENERS and word != "The"


def is_body_word(word: str) -> bool:
    """Whether a word of a name tells that it is a body's."""
    return word.lower() in _BODIES or (len(word) > 1 and word.isupper())


_BODIES = frozenset(
    "association college confederation committee council board trust union party department ministry"
    " university the institute society foundation federation agency authority commission company group"
    " network networks alliance centre center office bank bureau service services royal national"
    " international government parliament court police church school hospital club press times news"
    " fund of england britain states kingdom for organisation organization programme project team plc"
    " republic museum aquarium house survey report act plan".split()
)


def _before(left: str, verb: str) -> str:
    """The subject that ends where a verb begins."""
    left = left.rstrip()
    if _PASSIVE.search(left) and not verb.split()[0].endswith("ing"):
        return ""
    if verb.split()[0].endswith("ing"):
        left = _PASSIVE.sub("", left)
    if _PERFECT.search(left) and verb.endswith("s"):
        return ""
    shorter = _ADVERBS.sub("", left).rstrip()
    if shorter.endswith(",") and shorter != left and (name := _noun_phrase(shorter[:-1])):
        return name
    if not shorter.endswith(","):
        return _noun_phrase(shorter)
    # An apposition: "X, chair of Y, said", or "the chair of Y, X, said".
    whole, _, inner = shorter[:-1].rpartition(", ")
    if is_person(untitled(name := name_at_start(inner))) and len(inner.split()) <= 5:
        return name
    for _ in range(4):
        if name := _noun_phrase(whole, apposition=True):
            return name
        whole, comma, _ = whole.rpartition(", ")
        if not comma:
            break
    return ""


def _noun_phrase(left: str, apposition: bool = False) -> str:
    """The pronoun, the name or the people at the end of a text."""
    left = _IN_BRACKETS.sub("", left)
    words = left.split()
    if not words or words[-1].lower() in _NO_SUBJECT or _POSSESSIVE.search(words[-1]):
        return ""
    if words[-1].lower() in PRONOUNS:
        before = words[-2].lower().strip(",") if len(words) > 1 else ""
        return "" if apposition or before in _SUBORDINATES else words[-1].lower()
    start = len(words)
    while start and (_CAPITAL.match(words[start - 1]) or words[start - 1].startswith("(")):
        if (
            start < len(words)
            and words[start - 1].endswith((",", ";", ":", "."))
            and words[start - 1].rstrip(".") not in TITLES
            and len(words[start - 1]) > 2
        ):
            break
        start -= 1
        if (
            start > 1
            and words[start - 1] in _JOINING
            and _CAPITAL.match(words[start - 2])
            and not words[start - 2].endswith(",")
        ):
            start -= 1
        elif (
            start > 2
            and " ".join(words[start - 2 : start]) in ("of the", "for the")
            and _CAPITAL.match(words[start - 3])
        ):
            start -= 2
    before = words[start - 1].lower() if start else ""
    if before == "the" and start > 1:
        before = words[start - 2].lower()
    while start < len(words) - 1 and words[start].rstrip(",") in _OPENERS and words[start] != "The":
        before, start = words[start].lower().rstrip(","), start + 1
    named = start < len(words) and before not in _PLACING and before not in _SUBORDINATES
    if named and (name := _name(words[start:])):
        return name
    clause = _CLAUSE.split(left)[-1]
    people = _people(clause.split())
    if people and people.islower() and not _DETERMINED.match(people) and not people.endswith("s"):
        # "Ann Leeds, head of the Harbour Board said", without its second comma
        before = left[: len(left) - len(clause)].rstrip()
        return _noun_phrase(before[:-1], apposition=True) if before.endswith(",") and not apposition else ""
    return people


def _people(words: list[str]) -> str:
    """The group, the body or the person that a clause begins with, without what is told of it."""
    while words and words[0].lower() in ("and", "but", "then", "so", "yet", "still", "now", "as"):
        words = words[1:]
    if not words or len(words) > 25 or words[0].lower() in _SUBORDINATES | _PLACING:
        return ""
    if (name := _name(words)) and (untitled(name) != name or is_person(name)):
        rest = words[len(name.split()) :]
        return name if not rest or rest[0] in _PLACING or rest[0] in ("and", "who") else ""
    phrase = _CUT.split(" ".join(words), maxsplit=1)[0].split()
    head = phrase
    for i, word in enumerate(phrase[1:], 1):
        if (
            word in _PLACING
            and phrase[i - 1].lower() not in _QUANTITIES
            and not phrase[i - 1].rstrip("%").isdigit()
        ):
            head = phrase[:i]
            break
    if not head or len(head) > 8 or any(word.lower() in _NO_SUBJECT for word in head):
        return ""
    return " ".join(head) if _is_agent(head[-1]) else ""


_QUANTITIES = frozenset(
    "many some most several few one number half majority both all none group handful dozens".split()
)


def _is_agent(word: str) -> bool:
    word = word.lower()
    return word in _AGENTS or (word not in _NO_AGENT and bool(_AGENT.match(word)))


def _named_at(right: str) -> str:
    """The one who is named where a text begins ("Danny Kushlick, Head of ...", "the 27-year-old")."""
    first, _, rest = right[:200].partition(",")
    first = re.split(rf"[;:.–—{QUOTATION}](?:\s|$)", first)[0]
    words = first.split()
    if not words:
        return ""
    if words[0].lower().strip(",.") in PRONOUNS:
        return words[0].lower().strip(",.")
    name = _name(words)
    if name and is_person(untitled(name)):
        return name
    if rest and is_person(untitled(inner := name_at_start(rest.split(",")[0].strip()))):
        return inner  # "said the shop's manager, Ann Leeds"
    if name:
        return name
    return _people(words)


def _name(words: list[str]) -> str:
    """The name that words begin with, after "the" and a title; "" where they begin with none."""
    taken: list[str] = []
    i = 0
    if words and words[0].rstrip(",") in _OPENERS and words[0].lower() != "the":
        return ""
    if words and words[0].lower() == "the":
        taken, i = ["the"], 1
    first = i
    while i < len(words):
        word = words[i]
        bare = word.rstrip(",;:.") if word.rstrip(".") not in TITLES and len(word) > 2 else word
        if re.search(r"[’']s?$", bare) and _CAPITAL.match(bare):
            # "Currie's Larry Pizzi" is Larry Pizzi
            if i + 1 < len(words) and _CAPITAL.match(words[i + 1]) and bare == word:
                taken, first, i = [], i + 1, i + 1
                continue
            return "" if bare == word else " ".join([*taken, bare])
        if _CAPITAL.match(bare):
            taken.append(bare)
            if bare != word:
                break
            i += 1
        elif i > first and word in _JOINING and i + 1 < len(words) and _CAPITAL.match(words[i + 1]):
            if word in ("of", "and") and is_person(untitled(" ".join(taken))):
                break
            taken.append(word)
            i += 1
        elif (
            i > first
            and " ".join(words[i : i + 2]) in ("of the", "for the")
            and i + 2 < len(words)
            and _CAPITAL.match(words[i + 2])
        ):
            if is_person(untitled(" ".join(taken))):
                break
            taken += words[i : i + 2]
            i += 2
        else:
            break
    return " ".join(taken) if taken and taken != ["the"] else ""


def untitled(name: str) -> str:
    """A name without title, office or "the" before it ("Finance Minister Ann Leeds" is Ann Leeds)."""
    words = name.split()
    while len(words) > 1 and (words[0].rstrip(".") in TITLES or words[0].lower() == "the"):
        del words[0]
    for i, word in enumerate(words[:-1], 1):
        if word in _OFFICES and len(words) - i <= 3 and not any(map(is_body_word, words[i:])):
            return untitled(" ".join(words[i:]))
    return " ".join(words)


_OFFICES = frozenset(
    "Minister President Chief Secretary Chairman Chairwoman Chair Director Senator Rep Justice"
    " Spokesman Spokeswoman Judge Chancellor Governor Commissioner Ambassador Mayor Councillor Cllr MP"
    " Captain Colonel General CEO Rev".split()
)


def _owner(words: str) -> str:
    """Whose view it is: of "his own", "the NHS Confederation's"."""
    given = [word for word in words.split() if word.lower() != "own"]
    if not given:
        return ""
    if given[0].lower() in _OWNERS and len(given) == 1:
        return _OWNERS[given[0].lower()]
    if not _POSSESSIVE.search(given[-1]):
        return ""
    given[-1] = _POSSESSIVE.sub("", given[-1])
    return _name(given) or _people(given)


def _lowered(word: str) -> str:
    return word.lower() if word.lower() in PRONOUNS else word
