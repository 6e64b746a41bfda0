"""The vocabulary of page furniture: what a line says when it belongs to the site and not to the story.

Two forms. A line is furniture when the whole of it is one of the known labels; a sentence, when it speaks to
the visitor about the site (cookies, browsers, accounts) outside quotation marks. furniture.py applies them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """A kind of furniture."""

    reason: str
    """As shown to a person."""
    opens: bool = False
    """What follows, to the end of the page, may be furniture as well."""
    closes: bool = False
    """Nothing that follows belongs to the story, whatever it looks like (readers' comments)."""


_COMMENTS = Label("readers' comments", opens=True, closes=True)
_TEASERS = Label("teaser for other stories", opens=True)
_RATING = Label("rating or feedback form", opens=True)
_LINK = Label("link to another story")
SHARE = Label("share buttons")
_ACCOUNT = Label("login, registration or paywall")
_NEWSLETTER = Label("newsletter or subscription offer")
_FOLLOW = Label("invitation to follow the site")
_NAVIGATION = Label("navigation")
_ADVERT = Label("advertisement")
CREDIT = Label("picture caption or credit")
STAMP = Label("date, byline or label line")
_LEGAL = Label("legal notice")
_NOTICE = Label("cookie, browser or site notice")
_PLAYER = Label("media player or page control")

_SITES = (
    r"(?:facebook|twitter|x|linkedin|instagram|youtube|tiktok|whats ?app|bluesky|mastodon|threads|rss"
    r"|google news)"
)

WORDED = (_TEASERS, _LINK, _ACCOUNT, _NEWSLETTER, _FOLLOW, _NAVIGATION, _PLAYER, STAMP, _LEGAL)
"""Labels whose words begin ordinary sentences too."""

# Whole lines: compared without case, white space levelled, without marks at either end. {n} are word gaps.
LINES: tuple[tuple[Label, str], ...] = (
    (
        _LINK,
        r"(?:more (?:from|on|about|in|like)\b|related\b|latest\b|read\b|watch\b|listen\b|recommended\b|"
        r"see also|also)[^:|]{0,40}[:|] ?.{4,160}",
    ),
    (
        _COMMENTS,
        r"(?:there are )?(?:no|\d+) (?:comments?|replies|responses)(?: yet| so far)?(?: (?:on|to) .*)?",
    ),
    (_COMMENTS, r"(?:readers?'? )?comments?(?: \(?\d+\)?)?|comments? (?:are|is) (?:closed|off|disabled).*"),
    (_COMMENTS, r"(?:leave|post|add|write|submit) (?:a|your|the first) (?:comment|reply|response).*"),
    (
        _COMMENTS,
        r"(?:join|start) the (?:conversation|discussion|debate).*|have your say.*|be the first to comment.*",
    ),
    (_COMMENTS, r"(?:view|show|read|see|hide|load)(?: all| more)?(?: \d+)? comments.*|cancel reply"),
    (
        _COMMENTS,
        r"(?:sort|order) (?:comments )?by(?: newest| oldest| best)?.*|comment(?:ing)? (?:policy|guidelines)",
    ),
    (
        _TEASERS,
        r"just (?:published|in)|latest(?: (?:news|stories|articles|posts|updates|headlines|jobs|"
        r"videos))?(?: from .*)?",
    ),
    (
        _TEASERS,
        r"(?:most|more) (?:read|popular|viewed|shared|commented|recent|watched)(?: .{0,40})?|popular(?: now|"
        r" posts| articles| stories)?",
    ),
    (
        _TEASERS,
        r"(?:(?:other|more) )?related(?: (?:topics|articles?|stories|story|content|posts?|links|news|items|"
        r"coverage|reading|tags|resources|internet links))?(?: \(\d+\))?",
    ),
    (
        _TEASERS,
        r"trending(?: (?:now|stories|topics))?|top stories(?: .{0,30})?|what to read next|read next|up next|"
        r"today's headlines",
    ),
    (
        _TEASERS,
        r"recommended(?: (?:for you|reading|stories|articles|links|by .{1,20}))?|suggested (?:reading|"
        r"articles|stories)",
    ),
    (
        _TEASERS,
        r"(?:you (?:may|might)|(?:may|might) you)(?: also)? (?:like|enjoy|be interested in|have missed).*|"
        r"in case you missed it",
    ),
    (
        _TEASERS,
        r"more (?:from|on|in|about|like)\b.{1,60}|more (?:news|stories|articles|headlines|top stories|"
        r"to explore)|(?:other|more) stories.{0,40}",
    ),
    (
        _TEASERS,
        r"editor'?s'? (?:picks?|choice)|don'?t miss|must reads?|featured(?: (?:articles?|stories|posts?|"
        r"content|video))?|around the (?:web|bbc)",
    ),
    (
        _TEASERS,
        r"(?:from|elsewhere) (?:around|on) the (?:web|site|bbc)|sponsored (?:links|stories|by .{1,40})|"
        r"promoted stories|partner content",
    ),
    (
        _TEASERS,
        r"about the authors?|about the writer|by the same author|(?:view|see|read)?(?: ?all| more) (?:posts|"
        r"articles|stories) by .*|more by .*",
    ),
    (
        _TEASERS,
        r"(?:next|previous|older|newer|prev) (?:articles?|stor(?:y|ies)|posts?|page)\b.*|post navigation|"
        r"share this:?",
    ),
    (
        _RATING,
        r"\[?total:? ?\d+.{0,20}average:? ?[\d.]+.*|(?:average )?rating:? ?[\d.]+.*|rate this(?: .{0,30})?|"
        r"[\d.]+ ?/ ?5(?: stars)?(?: \(.*\))?",
    ),
    (
        _RATING,
        r"(?:was|did you find|is) this (?:page|article|story|information|content)?.{0,20}(?:helpful|useful|"
        r"interesting)|(?:give|send|share)(?: us)?(?: your)? feedback.*",
    ),
    (
        _RATING,
        r"click (?:on a star )?to rate.*|no votes so far.*|\d+ votes?|report (?:an error|a problem|"
        r"this).{0,40}",
    ),
    (
        _LINK,
        r"(?:read|see|watch|listen|learn|find out|discover) (?:more|also|next|now|"
        r"this)(?:[:>|–-].*| (?:about|"
        r"on|here|at|from|in|related).{0,90}|)",
    ),
    (
        _LINK,
        r"(?:also read|see also|read also|related|more|don'?t miss|explore more|go deeper|further reading|"
        r"also)[:|>] ?.{1,160}",
    ),
    (
        _LINK,
        r"(?:continue|keep) reading(?: .{0,80})?|read (?:the )?(?:full|whole|rest of the|original|"
        r"complete) (?:story|article|report|post|interview|piece)\b.{0,60}|(?:view|see) original.*",
    ),
    (
        _LINK,
        r"(?:click|tap) (?:here|below|through)\b.{0,80}|(?:view|see|show|load|browse) (?:all|more|less|"
        r"full)(?: .{0,40})?",
    ),
    (
        SHARE,
        r"(?:click|tap) to (?:share|e-?mail|print|tweet|copy|pin|open|expand|enlarge|view|play|subscribe).*|"
        r"\(?opens? in (?:a )?new (?:window|tab)\)?",
    ),
    (
        SHARE,
        r"copy (?:the )?(?:link|url)(?: to clipboard)?|(?:link )?copied(?: to clipboard)?|"
        r"e-?mail (?:this(?: article| page| story)?|a link.*|a friend)|send to a friend",
    ),
    (
        SHARE,
        r"[\d.,]+k? (?:shares?|likes?|views?|reads?|tweets?|reactions?|retweets?|claps?)(?: .{0,20})?|"
        r"sharing is caring|spread the word",
    ),
    (
        _ACCOUNT,
        r"(?:sign|log)[ -]?(?:in|out|up|on)(?: ?(?:/|or|\|) ?(?:register|subscribe|join|"
        r"sign up|log ?in)| (?:now|here|today|free|for free|or (?:register|subscribe|"
        r"sign up|create an account)|to .{1,60}|with .{1,40}))?",
    ),
    (
        _ACCOUNT,
        r"(?:register|registration|create (?:an?|your)(?: free)? account|join(?: us)?|become a (?:member|"
        r"subscriber))(?: (?:now|here|today|free|for free|or (?:sign|log) ?in|to .{1,60}))?",
    ),
    (
        _ACCOUNT,
        r"(?:already|not(?: yet)?|are you|"
        r"have you) (?:(?:an? )?(?:existing )?(?:subscriber|member|registered|"
        r"subscribed|user|customer)|ha(?:ve|ving) an account)\b.{0,60}",
    ),
    (
        _ACCOUNT,
        r"(?:forgot(?:ten)?|reset|lost)(?: your| my)? password|remember me|stay (?:logged|signed) in|"
        r"user ?name|password|my (?:account|profile|bookmarks)|logout",
    ),
    (
        _NEWSLETTER,
        r"subscribe(?:d)?(?: (?:now|today|here|free|for free|to .{1,80}|for .{1,60}|and .{1,60}))?|"
        r"unsubscribe(?: .{0,40})?|(?:e-?mail )?newsletters?(?: sign[ -]?up| subscription)?",
    ),
    (
        _NEWSLETTER,
        r"(?:your |enter your |enter )?e-?mail(?: address)?|get (?:the )?(?:latest|our|breaking|daily|weekly|"
        r"more|top).{0,90}(?:inbox|e-?mail|newsletter|alerts?|updates|bulletins?)\b.{0,30}|"
        r"free e-?mail (?:bulletins?|alerts?)",
    ),
    (
        _NEWSLETTER,
        r"(?:stay|keep)(?: up)? (?:informed|updated|connected|up[ -]to[ -]date|in the (?:know|loop)|in touch|"
        r"to date)(?: with .{0,60})?|get in the know.*|never miss (?:a|an|another) (?:story|article|update|"
        r"post).*",
    ),
    (
        _FOLLOW,
        rf"(?:follow|find|like|join|connect with|add|watch|visit)(?: us| me| the .{{1,30}}|"
        rf" @?[\w ]{{1,30}})?(?: ?:)?(?: (?:on|via|at) {_SITES}.*)|follow us.{{0,60}}|"
        rf"connect with us|socials?|"
        rf"social media",
    ),
    (
        _NAVIGATION,
        r"(?:skip|jump) to (?:main |the )?(?:content|navigation|footer|search|article|comments).*|"
        r"skip (?:navigation|links?|advert(?:isement)?|past newsletter promotion|ad)|"
        r"after newsletter promotion",
    ),
    (
        _NAVIGATION,
        r"(?:main |toggle |open |close |site |mobile )?(?:menu|navigation|nav|search)(?: menu| bar| form)?|"
        r"home(?: ?page)?|close|back|back to (?:top|the top|home|news|articles|all .{1,20})|"
        r"(?:return )?to top|scroll (?:down|up|to top).*|you are here:?.*",
    ),
    (
        _NAVIGATION,
        r"about(?: us)?|contact(?: us)?|contacts|advertise(?: with us)?|careers|our team|site ?map|"
        r"accessibility(?: (?:statement|help|links))?|help (?:cent(?:re|er)|& support)|faqs?|subscriptions|"
        r"e-?paper|sections|editions?|archives?",
    ),
    (
        _NAVIGATION,
        r"home ?[>»/|›:].*|(?:[\w&'’ -]{2,25} ?[>»›|] ?){2,}[\w&'’ .,:-]{2,80}|page \d+ of \d+|\d+ of \d+|"
        r"previous|next|prev|(?:prev(?:ious)?|next) ?[|/] ?(?:prev(?:ious)?|next)",
    ),
    (
        _ADVERT,
        r"(?:story continues (?:below|after).{0,30}|article continues (?:below|after).{0,30}|"
        r"continues? (?:below|after) ad.{0,20}|advertise?ments?|adverts?|ads?(?: choices)?|"
        r"sponsored(?: content| post)?|promoted(?: content| by .{1,30})?|paid (?:post|"
        r"content|partnership|promotion)|"
        r"(?:this )?advertise?ment.{0,40}|ad feedback|remove ads|why (?:am i seeing|this) .{0,30})",
    ),
    (
        CREDIT,
        r"(?:image|media|picture|photo|video)(?: ?source| ?caption| ?copyright| ?credit| ?gallery)s?\b.*|"
        r"(?:open|view|expand|enlarge|click) .{0,20}image.{0,30}|(?:toggle|hide|show) caption|gallery|"
        r"slide ?show|file (?:photo|image|picture|pic)",
    ),
    (
        CREDIT,
        r"(?:photo(?:s|graph|graphs|graphy|grapher)?|pictures?|pics?|images?|illustrations?|graphics?|"
        r"credits?|video|source|cover image)(?: (?:credit|courtesy|source)s?)?(?:: ?| by | courtesy (?:of )?|"
        r"/|©).{1,80}",
    ),
    (
        CREDIT,
        r"(?:(?:©|\(c\)|copyright) ?)?(?:getty(?: images)?|shutterstock|alamy(?: stock photo)?|"
        r"istock(?:photo)?|pa(?: media| images| wire)?|reuters|afp|epa|ap(?: photo)?|unsplash|pixabay|pexels|"
        r"adobe stock|science photo library|rex(?: features)?)(?: ?/ ?.{1,40}| via .{1,40})?",
    ),
    (
        STAMP,
        r"(?:this page was )?(?:first |last |originally |date |article )?(?:updated|"
        r"modified|published|posted|reviewed|created|"
        r"uploaded|publication date|date)(?: date)?(?: ?:| on| at| in| by|,)? ?(?=.*(?:\d|ago|today|"
        r"yesterday)).{1,70}",
    ),
    (
        STAMP,
        r"(?:about |over )?\d+ (?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month|year)s?(?: ago|[ -]?read|"
        r"ute read| to read)|(?:estimated |average )?read(?:ing)?(?: time)?:? \d+.{0,20}|"
        r"\d+[ -]min(?:ute)?s? (?:read|listen|watch)",
    ),
    (
        STAMP,
        r"(?:filed under|tagged(?: with| as| in)?|tags?|topics?|categor(?:y|ies)|keywords?|posted in|"
        r"published in|in this (?:article|story|section)|hashtags?)(?:[: ].{1,160})?",
    ),
    (
        STAMP,
        r"(?:written|posted|published|reported|edited|editing|words|story|text|article|"
        r"compiled|edited|reporting|"
        r"additional reporting|report)(?: and [a-z]+)? by:? .{1,80}",
    ),
    (
        _LEGAL,
        r"(?:©|\(c\)|copyright\b) ?.{0,160}|.{0,120}\ball rights reserved\b.{0,160}|(?:terms|privacy|"
        r"cookies?)(?: ?(?:and|&|/|,|\||policy|notice|statement|settings|preferences|conditions|of use|"
        r"of service|terms|privacy|cookies?|legal|use|your choices|do not sell.{0,40}|\s))*|"
        r"legal(?: notices?)?|disclaimer|impressum|imprint|code of conduct|(?:editorial |complaints? |"
        r"corrections )(?:policy|guidelines|procedure)",
    ),
    (
        _NOTICE,
        r"(?:accept|allow|reject|decline|manage|customi[sz]e)(?: all| only)?(?: (?:cookies|necessary|"
        r"essential|optional|preferences|settings|options|choices|consent|selected))*|cookie (?:consent|"
        r"banner|notice)|i (?:agree|accept|understand)|got it|ok(?:ay)?,? (?:got it|i agree|thanks|close)|"
        r"no,? thanks|dismiss|cookies on .{2,40}|do not sell.{0,40}|save (?:my )?(?:preferences|settings)",
    ),
    (
        _PLAYER,
        r"loading|please wait|play(?: video| audio| now)?|pause|mute|unmute|(?:listen|watch)(?: live| now|"
        r" again)?|listen to (?:this |the )?(?:article|story|post)?.{0,30}|\d+:\d\d(?: ?/ ?\d+:\d\d)?|"
        r"video player.*|(?:this|your) (?:video|browser) (?:can ?not|does not|doesn'?t).*|transcript|"
        r"download(?: pdf| the app| our app)?|print(?: this)?(?: page| article| story)?|"
        r"save(?: (?:this )?(?:article|story|for later))?|bookmark(?: this)?|(?:text|font) size.*|"
        r"[a-]* ?a\+ ?[a-]*|show (?:more|less)|expand|collapse|submit|cancel|reply|send|go|search\.{3}|"
        r"toggle .{1,30}|view (?:gallery|in browser|comments)|gift this article|unlock this article|"
        r"add to (?:favou?rites|reading list)|(?:proudly )?powered by .{2,40}|"
        r"(?:turn on|allow|enable|get) notifications|issn [\dx-]+",
    ),
)
WHOLE = tuple((label, re.compile(pattern, re.DOTALL)) for label, pattern in LINES)

# Words that share bars are made of; a line of nothing else, with one of the second set, is one.
BAR = set(
    "share sharing this article story page post on via to with by your and or & us more options button"
    " buttons link icon icons social media tweet pin it like e-mail email mail print save comment comments"
    " copy".split()
)
NETWORKS = set(
    "facebook twitter x linkedin instagram youtube tiktok whatsapp reddit pinterest telegram messenger"
    " flipboard tumblr bluesky mastodon threads snapchat wechat share tweet".split()
)

# Sentences that speak to the visitor about the site.
_SITE = r"(?:this|our|the|my|these) (?:web ?)?(?:site|websites?|page|pages|service|services|app|platform)"
_IMPERATIVE = r"(?:^|[.!?:|] |\bplease |\bmore\? )"

SENTENCES: tuple[tuple[Label, str], ...] = (
    (
        _NOTICE,
        rf"\b(?:we|us|{_SITE}|and our partners|partners)\b.{{0,60}}\b(?:use|uses|using|set|store|"
        rf"place)s?\b.{{0,25}}\bcookies\b",
    ),
    (
        _NOTICE,
        r"\b(?:accept|allow|reject|disable|enable|manage|agree to|consent to|about|"
        r"use of)\b.{0,40}\bcookies\b.{0,80}\b(?:you|your|site|website|browser|policy|"
        r"preferences|settings)\b",
    ),
    (
        _NOTICE,
        r"\b(?:you|your|site|website|browser|policy|continu\w+|clicking)\b.{0,80}\b(?:accept\w*|allow|"
        r"agree to|consent to|use of|manage|about)\b.{0,40}\bcookies\b",
    ),
    (
        _NOTICE,
        r"\byour?\b.{0,40}\b(?:old|outdated|older|unsupported|out[- ]of[- ]date)\b.{0,25}\bbrowser\b|"
        r"\b(?:updat|upgrad)(?:e|ing)\b.{0,30}\byour (?:web )?browser\b|\byour (?:web |"
        r"current )?browser\b.{0,40}\b(?:not support|no longer|unsupported|out[- ]of[- ]date|outdated|"
        r"does not|doesn't|may|is (?:old|not))",
    ),
    (
        _NOTICE,
        r"\b(?:enable|turn on|activate|requires?|disabled)\b.{0,20}\bjava ?script\b|"
        r"\bjava ?script\b.{0,30}\b(?:disabled|enabled|required|must be|to view)\b|"
        r"\bad[- ]?blocker\b.{0,60}\b(?:you|disable|turn|site)|\b(?:you|disable|turn|"
        r"site)\b.{0,60}\bad[- ]?blocker\b",
    ),
    (
        _NOTICE,
        r"(?:^|\b(?:this|our|these|the content of this) )(?:web ?)?(?:sites?|pages?|"
        r"content|information|material|"
        r"articles?)\b.{0,60}\bintended (?:only |solely |exclusively )?for\b.{0,90}\b(?:only|professionals?|"
        r"residents|purposes|audiences?|use)\b|\bare you an? (?:\w+ ){0,3}professional\?",
    ),
    (
        _ACCOUNT,
        r"\bthis (?:article|content|page|story|section|feature|post)\b.{0,12}\b(?:is|"
        r"are)\b.{0,25}\b(?:for|to)\b"
        r".{0,25}\b(?:subscribers?|members?|registered)\b|\brequires? (?:a|an active) subscription\b|"
        r"\byour subscription (?:helps|supports|has)\b|\breset your password\b",
    ),
    (
        _ACCOUNT,
        rf"{_IMPERATIVE}(?:subscribe|register|sign up|sign in|log in|join|"
        rf"login)\b.{{0,40}}\b(?:to (?:continue|"
        r"read|access|view|unlock|see|enjoy|keep|get|receive|comment)|for (?:free|full|"
        r"unlimited|more|only|just|"
        r"as little))\b|^to (?:continue|keep|finish|read)\b.{0,40}\b(?:subscribe|"
        r"register|log in|sign (?:in|up))\b",
    ),
    (
        _ACCOUNT,
        r"\byou(?:'ve| have)\b.{0,30}\b(?:reached|used|read|hit)\b.{0,30}\b(?:free|limit|articles? (?:left|"
        r"remaining|this month))\b|\b(?:free|remaining) articles?\b.{0,20}\b(?:left|remaining|this month|"
        r"per month)\b|\balready (?:a )?(?:subscriber|subscribed|registered|member|"
        r"have an account)\b.{0,40}\b(?:sign|log)[ -]?in\b",
    ),
    (
        _ACCOUNT,
        r"\byou (?:must|need to|have to) (?:be |first )?(?:logged|log|signed|sign|registered|register|"
        r"subscribed?)(?: ?(?:in|up))?,? (?:to (?:read|view|see|comment|post|continue|access|reply)|"
        r"before)\b|\bfree trial\b.{0,60}\b(?:subscri|cancel|sign|start|today)|\b(?:start|begin|"
        r"cancel)\b.{0,40}\b(?:free trial|anytime)\b|(?:^|"
        r"for )unlimited (?:digital )?access\b|\bsupport (?:our|"
        r"independent|quality) journalism\b",
    ),
    (
        _NEWSLETTER,
        rf"(?:{_IMPERATIVE}|\byou can )(?:sign[ -]?up|subscribe|register|join)\b.{{0,70}}\b(?:newsletters?|"
        r"bulletins?|mailing list|e-?mails?|alerts?|updates|inbox|channel|podcast|rss|"
        r"magazine)\b(?!.* said\b)",
    ),
    (
        _NEWSLETTER,
        r"\b(?:newsletters?|bulletins?|e-?mails?|alerts|updates|headlines|stories|news|"
        r"analysis)\b.{0,60}\b(?:in|to|into) your inbox\b|\bour (?:free )?(?:daily |weekly |monthly |"
        r"e-?mail ){0,2}(?:newsletters?|bulletins?)\b",
    ),
    (
        _NEWSLETTER,
        r"\bby (?:clicking|signing up|subscribing|submitting|registering|entering|providing|"
        r"continuing)\b.{0,120}\b(?:agree|consent|accept|acknowledge|policy|terms)\b|"
        r"\bprotected by recaptcha\b|\bunsubscribe at any ?time\b|\bwe (?:will|'ll) (?:never|not) (?:share|"
        r"sell) your\b|\bplease (?:enter|check|confirm)\b.{0,30}\be-?mail\b|\bthank you for (?:subscribing|"
        r"signing up|registering)\b",
    ),
    (
        _COMMENTS,
        r"\byour e-?mail address will not be published\b|\brequired fields are marked\b|"
        r"\bsave my name\b.{0,60}\bbrowser\b|\bnotify me of (?:new|follow)|\bthis site uses akismet\b|"
        r"\b(?:your|all|these) comments?\b.{0,60}\b(?:moderat|published|guidelines|"
        r"reviewed)|\bplease (?:keep|"
        r"be) .{0,40}\bcomments?\b|\byou must be logged in to (?:post|comment|reply)",
    ),
    (
        _FOLLOW,
        rf"\b(?:follow|like|find|join) (?:us|our|@\w+|[\w ]{{2,30}}) (?:on|via) {_SITES}\b|^follow @\w+|"
        rf"\b(?:share|tell us|let us know|send us)\b.{{0,40}}\b(?:your (?:thoughts|story|stories|views|"
        rf"comments|experiences?|photos|pictures)|what you think)\b|\bdownload (?:our|"
        rf"the)(?: \w+){{0,3}} app\b|\bget in touch\b.{{0,40}}\b(?:e-?mail|by|with us|contact)|"
        rf"(?:^|[.!?] )(?:do you have|have|got|have you got) (?:a|any) (?:story|tip|"
        rf"news tip|question)s?\b.{{0,40}}\b(?:contact|e-?mail|"
        rf"get in touch|send|tell us|let us know)|\be-?mail (?:us|the (?:news ?desk|author|"
        rf"reporter|editor))\b|^don't miss (?:out|our)\b|^thank you for reading\b|"
        rf"^join our \w+ (?:group|channel|community)\b",
    ),
    (
        _LEGAL,
        r"^(?:copyright ?)?(?:©|\(c\) ?\d)|\ball rights reserved(?=\W*$|\.)|"
        r"\bmay not be (?:published, |reproduced|"
        r"redistributed|copied)|\bwithout (?:the )?(?:prior |express |"
        r"written ){1,3}(?:permission|consent)\b.{0,60}"
        r"\b(?:publisher|copyright|reproduc|owner)|\bregistered (?:in england (?:and|&)|"
        r"office:|(?:company|charity) "
        r"n(?:o\b|umber))|\bnot responsible for the content of external\b|\b(?:views|"
        r"opinions) expressed\b.{0,120}"
        r"\b(?:do(?:es)? not|their own|our users)\b|^this (?:article|story|post|piece|"
        r"report)\b.{0,12}\b(?:first |"
        r"originally )(?:published|appeared|posted)\b|\bread (?:our|"
        r"about our)(?: \w+){0,2} (?:privacy|cookie|terms|"
        r"approach to)|^our standards:",
    ),
    (
        _PLAYER,
        r"\bto (?:play|watch|view) this (?:video|audio|content)\b|\bthis (?:video|content|media) (?:is not|"
        r"can ?not|isn't|could not|file)\b|\b(?:an )?error (?:has )?occurred\b.{0,40}\b(?:try|again|later|"
        r"reload)|\bplease (?:try again|reload|refresh)\b|^sorry,? .{0,60}\b(?:page|content|video|browser)",
    ),
)
WITHIN = tuple((label, re.compile(pattern, re.DOTALL)) for label, pattern in SENTENCES)

# One of these is in each of the sentences above: a quick way past the text of a story.
SPOKEN = re.compile(
    r"cookie|browser|java ?script|ad[- ]?blocker|intended|professional|subscri|sign|log|join|register|article"
    r"|trial|access|journalism|newsletter|bulletin|inbox|agree|consent|recaptcha|e-?mail|comment|akismet|notify"
    r"|follow|like us|find us|got a|have a|don't miss|thank you|©|copyright|expressed|standards|password"
    r"|tell us|let us|send us|share|app\b|in touch|rights reserved|not be|without|opinions|originally|first"
    r"|read|play|video|content|error|please|sorry|responsible"
)
