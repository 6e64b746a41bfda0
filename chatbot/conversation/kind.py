"""What kind of answer a question asks for: a fact, a list, a summary, a timeline, articles ...

A few readable patterns on the question as it is typed; the first kind that fits is taken, and a question that
fits none asks for a fact. `eval/gold/people.jsonl` has twenty questions and more of each kind.
"""

from __future__ import annotations

import re

from chatbot.answer import Kind
from index.tokens import terms

_POLITE = (
    r"\W*(?:(?:please|and|so|ok|okay|now|then|also|hi|hello)\b\W*)*"
    r"(?:(?:can|could|would|will) you (?:please )?)?"
)
_GIVE = (
    r"(?:(?:give|show|tell|send|get|find|bring) (?:me|us) |i(?: woul|['’])d like |i want )?"
    r"(?:an? |the )?(?:\w+ )?"
)
_PIECES = r"(?:articles?|stories|story|news|coverage|cuttings?|pieces?|reports?|headlines?|texts?|documents?)"
_WHAT_IS = r"what(?:['’]?s| is| are| was| were)"
_SAYS = (
    r"(?:said|says?|thinks?|thought|told|warned|argued|claimed|called|described|complained|asked|wrote"
    r"|referred|talked|used|suggested|believes?|insisted|mentioned)"
)

_PATTERNS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (
        "counting",
        (rf"how many (?:\w+ )?(?:{_PIECES})\b(?! of\b)",),
    ),
    (
        "summary",
        (
            rf"{_GIVE}(?:summari[sz]e|summary|sum up|tl;?dr|gist|overview|recap|digest|outline|rundown)\b",
            rf"(?:{_WHAT_IS} )?{_GIVE}(?:main|key|chief|principal|central|most important) "
            r"(?:findings?|points?|results?|messages?|takeaways?|conclusions?)\b",
            rf"{_WHAT_IS} (?:['‘\"“].+|.+ (?:article|piece|story|report|survey)) (?:all )?about\W*$",
            r"what (?:came|comes) out of\b",
            r"what did (?:the )?(?:.+?(?:survey|poll|report|study|roundtable|review|inquiry)) (?:find"
            r"|show|say|conclude|reveal)\b.*",
            r"where do(?:es)? (?:things|it|we|matters) stand\b",
            r".*\b(?:in (?:a nutshell|brief|short|a few words)|in (?:one|two|three) sentences?)\W*$",
        ),
    ),
    (
        "timeline",
        (
            rf"{_GIVE}(?:time ?line|chronology|chronicle|history|sequence of events)\b",
            rf"(?:{_WHAT_IS} )?(?:the )?(?:course|order) of events\b",
            r"(?:what|everything|all|things) (?:that |which )?(?:has |have |had )?happen(?:ed|s)?\b",
            r"what (?:followed|came (?:next|after|before)|is (?:coming up|due|planned)(?: next)?)\b",
            r"(?:main |key )?(?:events|dates|milestones|steps) (?:in|of|from|taken|during|since|before"
            r"|after)\b",
            r".*\b(?:step by step|in order|and when|and on (?:which|what) (?:days|dates)|in"
            r" chronological order|in order of time)\W*$",
            r"from .+ to .+,? step by step",
            r"(?:the )?run[- ]up to\b",
        ),
    ),
    (
        "comparison",
        (
            r"(?:compare|contrast|compara?ison)\b",
            rf"(?:{_WHAT_IS} )?(?:the )?differences? (?:between|of|in)\b",
            r".*\b(?:vs?\.?|versus|compared? (?:with|to)|as against|as opposed to)\b",
            r".*\b(?:differ|disagree|what['’]?s the difference)\W*$",
            r"(?:what|where|on what|how) do (?:the )?.+ (?:agree|disagree|differ)\b",
            r"how (?:is|are|was|were|do|does|did) .+ (?:different from|differ from|compare (?:with|to)"
            r"|fare compared)\b",
            r"(?:which|who|is|are|was|were|do|does|did) .+ (?:more|less|fewer|better|worse|tougher"
            r"|bigger|larger|smaller|older|further) .*\bthan\b",
            r".+ or .+ (?:-|–|—|:|,) ?(?:who|which|what)\b.+",
            r"(?:which|who|what) .*\b(?:more|less|fewer|better|worse|\w{2,}er)\b.*[,:] .+ or .+",
        ),
    ),
    (
        "articles",
        (
            rf"(?:which|what|list|find|show|{_GIVE})\s*(?:me )?(?:all )?(?:the )?{_PIECES} (?:that "
            rf"|which |do |does )?"
            r"(?:are |is |talk|mention|cover|say|report|discuss|about|on|by|from|deal|write|refer)\w*",
            rf"(?:any|all|some) ?(?:{_PIECES}|thing)? (?:about|on|by|from|mentioning)\b",
            rf"(?:the )?(?:latest|newest|most recent|oldest|earliest|first)(?: {_PIECES}| thing)?(?:"
            rf" (?:on|about|from|by|you have)\b|\W*$)",
            r"what(?:['’]?s| is) (?:the )?(?:latest|newest|new)(?: (?:on|about|from|by|with|in)\b|\W*$)",
            r"(?:anything|something|everything)(?: (?:new|else))? (?:about|on|from|by)\b",
            rf"{_POLITE}(?:have you(?: got)?|do you have|is there|are there) (?:anything|something|any"
            rf" {_PIECES}|{_PIECES}) (?:about|on|by|from)\b",
            r"what (?:do you have|have you got|has been written|is there) (?:about|on|by|from)\b",
            rf"{_PIECES} (?:about|on|by|from|that mention|which mention|mentioning|covering)\b",
            r"(?:where|in which articles?) (?:is|are|was|were) .+ (?:mentioned|named|quoted|discussed)\W*$",
            r"what did (?:the )?.+ (?:publish|print)\W*$",
            r"show (?:me )?(?:everything|all|what) .*(?:about|on)\b",
        ),
    ),
    (
        "who said",
        (
            rf"who (?:has |had |have |else )?(?:{_SAYS})\b(?! (?:the|a|an) (?:poem|play|book|novel|song"
            rf"|letter|report)\b)",
            r"(?:whose (?:words|views?|opinions?|claims?|quotes?)|says who|according to whom?)\b",
            r"(?:quote|quotes? (?:from|by|of)|quotations? (?:from|by|of))\b",
            r"what (?!(?:is|are|was|were)\b.* told\b)(?:did|does|do|has|have|had|is|are|was|were)"
            r" .+?(?<! been) "
            r"(?:say|said|saying|think|thinks|thought|claim|argue)(?: (?:about|of|on|to)\b.*|\W*$)",
            r"what (?:was|is|were|are) .+(?:['’]s?|s['’]) (?:own )?(?:view|opinion|position|comment"
            r"|reaction)s?\b",
        ),
    ),
    (
        "reason",
        (
            r"why\b",
            r"how come\b",
            r"what (?:is|are|was|were|went|['’]s)(?: so)? (?:wrong|bad) (?:with|about)\b",
            r"what['’]s (?:wrong|bad|the (?:problem|matter)) (?:with|about)\b",
            r"what (?:is|are|was|were) the (?:reasons?|causes?|grounds?) (?:for|of|that|why|behind)\b",
            r"for what reasons?\b",
            r"what (?:made|makes|led|caused|causes|drove)\b",
            r"what (?:do|does|did) .+ (?:want|need) .+ for\W*$",
            r"how can .+ both be\b",
        ),
    ),
    (
        "definition",
        (
            rf"(?:{_WHAT_IS}|what (?:does|do)|wh(?:at|o) (?:exactly )?(?:is|are)) .+ (?:mean|stand for"
            rf"|short for|meant by)\b.*",
            r"(?:define|definition of|meaning of|explain)\b",
            rf"{_WHAT_IS} (?:meant by )?(?:an? |the )?(?!(?:[\w'’-]+ )*(?:of|for|in|on|at|with|by"
            rf"|to)\b)[\w&'’.-]+(?: [\w&'’.-]+){{0,3}}\W*$",
            r"who(?:['’]?s| is| are| was| were) [\w&'’. -]+\W*$",
            r".+[-–—:,] what (?:is|are) (?:that|it|those|they)\W*$",
            r".+ stands? for\W*$",
        ),
    ),
    (
        "list",
        (
            r"list\b",
            r"(?:name|enumerate) (?:all|the|some)\b",
            r"all (?:the )?\w+",
            r"(?:which|what) (?:\w+ ){0,2}?(?:organisations|bodies|groups|people|parties|countries"
            r"|things|problems|staff|services|numbers|figures|roles|surveys|members|reasons|steps"
            r"|measures|demands|changes|places|networks|committees)\b",
            r"who are (?:all )?the (?:main |key )?(?:people|players|critics|members)\b",
            r"what (?:does|do|did) .+ (?:want|ask for|call for|demand|promise|propose|recommend|report"
            r"|need)\b",
            r"what are the (?:key |main )?(?:facts|points|problems|risks|demands|features)\b",
        ),
    ),
    (
        "yes or no",
        (
            r"(?:is|are|was|were|does|do|did|has|have|had|can|could|should|will|would|must"
            r"|may)(?:n['’]t)? (?!you (?:have|got)\b)\w+",
        ),
    ),
)
_KINDS = tuple(
    (kind, re.compile(rf"{_POLITE}(?:{'|'.join(patterns)})", re.IGNORECASE)) for kind, patterns in _PATTERNS
)


COMMANDS = frozenset(
    terms(
        "give show find get tell list summarise summarize summary sum gist overview recap outline"
        " nutshell brief"
        " short main key findings points timeline chronology history happened events dates steps order"
        " compare"
        " contrast comparison difference differ versus vs articles article stories story news coverage"
        " cuttings"
        " pieces piece report reports headlines latest newest recent oldest mention mentions mentioned"
        " quote say"
        " said think thing things anything something everything written published cover talk everything"
    )
)
"""Terms that say what to do with a topic, and are no part of it."""


def kind_of(question: str) -> Kind:
    """The kind of answer that a question asks for."""
    for kind, pattern in _KINDS:
        if pattern.match(question):
            return kind
    return "fact"
