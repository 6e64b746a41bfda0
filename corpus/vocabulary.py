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
LINES: tuple[tuple[Label, tuple[str, ...]], ...] = (
    (
        _COMMENTS,
        (
            r"(?:there are )?(?:no|\d+) (?:comments?|replies|responses)(?: yet| so far)?(?: (?:on|to) "
            r".*)?",
            r"(?:readers?'? )?comments?(?: \(?\d+\)?)?",
            r"comments? (?:are|is) (?:closed|off|disabled).*",
            r"(?:leave|post|add|write|submit) (?:a|your|the first) (?:comment|reply|response).*",
            r"(?:join|start) the (?:conversation|discussion|debate).*",
            r"have your say.*",
            r"discussion(?: (?:about|on) (?:this|the) (?:post|article|story|topic))?",
            r"be the first to comment.*",
            r"(?:view|show|read|see|hide|load)(?: all| more)?(?: \d+)? comments.*",
            r"cancel reply",
            r"comments?:? our rules.*",
            r"read the rules(?: here)?",
            r"(?:sort|order) (?:comments )?by(?: newest| oldest| best)?.*",
            r"comment(?:ing)? (?:policy|guidelines)",
        ),
    ),
    (
        _TEASERS,
        (
            r"just (?:published|in)",
            r"latest(?: (?:news|stories|articles|posts|updates|headlines|jobs|videos))?(?: from .*)?",
            r"(?:most|more) (?:read|popular|viewed|shared|commented|recent|watched)(?: .{0,40})?",
            r"popular(?: now| posts| articles| stories)?",
            r"(?:(?:other|more) )?related(?: (?:topics|articles?|stories|story|content|posts?|links|"
            r"news|items|coverage|reading|tags|resources|internet links))?(?: \(\d+\))?",
            r"trending(?: (?:now|stories|topics))?",
            r"top stories(?: .{0,30})?",
            r"what to read next",
            r"(?:continue|keep) reading",
            r"read next",
            r"up next",
            r"today's headlines",
            r"recommended(?: (?:for you|reading|stories|articles|links|by .{1,20}))?",
            r"suggested (?:reading|articles|stories)",
            r"(?:you (?:may|might)|(?:may|might) you)(?: also)? (?:like|enjoy|be interested in|have "
            r"missed).*",
            r"in case you missed it",
            r"more (?:from|on|in|about|like)\b[^:|]{1,60}",
            r"(?:topics?|tags?|in this section)",
            r"more (?:news|stories|articles|headlines|top stories|to explore)",
            r"(?:other|more) stories.{0,40}",
            r"editor'?s'? (?:picks?|choice)",
            r"don'?t miss",
            r"must reads?",
            r"featured(?: (?:articles?|stories|posts?|content|video))?",
            r"around the (?:web|bbc)",
            r"(?:from|elsewhere|more) (?:around|on|across) (?:the |our )?(?:web|site|bbc|network)",
            r"more on",
            r"(?:latest|recent|top|featured) (?:jobs|events|videos|podcasts|galleries|comments)",
            r"sponsored (?:links|stories|by .{1,40})",
            r"promoted stories",
            r"partner content",
            r"about the authors?",
            r"about the writer",
            r"by the same author",
            r"(?:view|see|read)?(?: ?all| more) (?:posts|articles|stories) by .*",
            r"more by .*",
            r"(?:next|previous|older|newer|prev) (?:articles?|stor(?:y|ies)|posts?|page)\b.*",
            r"post navigation",
            r"share this:?",
        ),
    ),
    (
        _RATING,
        (
            r"\[?total:? ?\d+.{0,20}average:? ?[\d.]+.*",
            r"(?:average )?rating:? ?[\d.]+.*",
            r"rate this(?: .{0,30})?",
            r"[\d.]+ ?/ ?5(?: stars)?(?: \(.*\))?",
            r"(?:was|did you find|is) this (?:page|article|story|information|"
            r"content)?.{0,20}(?:helpful|useful|interesting)",
            r"(?:give|send|share)(?: us)?(?: your)? feedback.*",
            r"click (?:on a star )?to rate.*",
            r"no votes so far.*",
            r"\d+ votes?",
            r"report (?:an error|a problem|this).{0,40}",
        ),
    ),
    (
        _LINK,
        (
            r"(?:more (?:from|on|about|in|like)\b|related\b|latest\b|read\b|watch\b|listen\b|"
            r"recommended\b|see also|also)[^:|]{0,40}[:|] ?.{4,160}",
            r"(?:read|see|watch|listen|learn|find out|discover) (?:more|also|next|now|this)(?: ?[:>|"
            r"–-].*| (?:about|on|here|at|from|in|related).{0,90}|)",
            r"(?:full|complete|live|more|our) coverage ?[:>] ?.{4,160}",
            r"(?:also read|see also|read also|related|more|don'?t miss|explore more|go deeper|further "
            r"reading|also)[:|>] ?.{1,160}",
            r"(?:continue|keep) reading(?: .{0,80})?",
            r"read (?:the )?(?:full|whole|rest of the|original|complete) (?:story|article|report|post|"
            r"interview|piece)\b.{0,60}",
            r"(?:view|see) original.*",
            r"(?:click|tap) (?:here|below|through)\b.{0,80}",
            r"(?:view|see|show|load|browse) (?:all|more|less|full)(?: .{0,40})?",
        ),
    ),
    (
        SHARE,
        (
            r"(?:click|tap) to (?:share|e-?mail|print|tweet|copy|pin|open|expand|enlarge|view|play|"
            r"subscribe).*",
            r"\(?opens? in (?:a )?new (?:window|tab)\)?",
            r"copy (?:the )?(?:link|url)(?: to clipboard)?",
            r"(?:link )?copied(?: to clipboard)?",
            r"e-?mail (?:this(?: article| page| story)?|a link.*|a friend)",
            r"send to a friend",
            r"[\d.,]+k? (?:shares?|likes?|views?|reads?|tweets?|reactions?|retweets?|claps?)(?: "
            r".{0,20})?",
            r"sharing is caring",
            r"spread the word",
            r"like|likes|liked|react",
        ),
    ),
    (
        _ACCOUNT,
        (
            r"(?:sign|log)[ -]?(?:in|out|up|on)(?: ?(?:/|or|\|) ?(?:register|subscribe|join|sign up|"
            r"log ?in)| (?:now|here|today|free|for free|or (?:register|subscribe|sign up|create an "
            r"account)|to .{1,60}|with .{1,40}))?",
            r"(?:register|registration|create (?:an?|your)(?: free)? account|join(?: us)?|become a "
            r"(?:member|subscriber))(?: (?:now|here|today|free|for free|or (?:sign|log) ?in|to "
            r".{1,60}))?",
            r"(?:already|not(?: yet)?|are you|have you) (?:(?:an? )?(?:existing )?(?:subscriber|"
            r"member|registered|subscribed|user|customer)|ha(?:ve|ving) an account)\b.{0,60}",
            r"(?:forgot(?:ten)?|reset|lost)(?: your| my)? password",
            r"remember me",
            r"stay (?:logged|signed) in",
            r"user ?name",
            r"password",
            r"my (?:account|profile|bookmarks)",
            r"(?:donate|contribute)(?: (?:now|today|here|monthly|once))?",
            r"(?:support|fund) (?:us|(?:our|local|independent|quality) (?:journalism|reporting|news|"
            r"work))(?: .{0,40})?",
            r"(?:enjoy|get|for|with) (?:unlimited|full|all) (?:digital )?access(?: .{0,40})?",
            r"logout",
        ),
    ),
    (
        _NEWSLETTER,
        (
            r"subscribe(?:d)?(?: (?:now|today|here|free|for free|to .{1,80}|for .{1,60}|from .{1,40}|"
            r"and .{1,60}))?",
            r"unsubscribe(?: .{0,40})?",
            r"(?:e-?mail )?newsletters?(?: sign[ -]?up| subscription)?",
            r"(?:invalid|please enter (?:a|your)(?: valid)?|enter a valid) e-?mail(?: address)?",
            r"(?:your |enter your |enter )?e-?mail(?: address)?",
            r"get (?:the )?(?:latest|our|breaking|daily|weekly|more|top).{0,90}(?:inbox|e-?mail|"
            r"newsletter|alerts?|updates|bulletins?)\b.{0,30}",
            r"free e-?mail (?:bulletins?|alerts?)",
            r"(?:stay|keep)(?: up)? (?:informed|updated|connected|up[ -]to[ -]date|in the (?:know|"
            r"loop)|in touch|to date)(?: with .{0,60})?",
            r"get in the know.*",
            r"never miss (?:a|an|another) (?:story|article|update|post).*",
        ),
    ),
    (
        _FOLLOW,
        (
            rf"(?:follow|find|like|join|connect with|add|watch|visit)(?: us| me| the .{{1,30}}| @?[\w "
            rf"]{{1,30}})?(?: ?:)?(?: (?:on|via|at) {_SITES}.*)",
            r"follow us.{0,60}",
            r"connect with us",
            r"get involved.{0,60}",
            r"send (?:us )?your (?:stories|story|photos|pictures|letters|news|videos).{0,40}",
            r"socials?",
            r"social media",
        ),
    ),
    (
        _NAVIGATION,
        (
            r"(?:skip|jump) to (?:main |the )?(?:content|navigation|footer|search|article|comments).*",
            r"skip (?:navigation|links?|advert(?:isement)?|past newsletter promotion|ad)",
            r"after newsletter promotion",
            r"(?:main |toggle |open |close |site |mobile )?(?:menu|navigation|nav|search)(?: menu| "
            r"bar| form)?",
            r"home(?: ?page)?",
            r"close",
            r"back",
            r"back to (?:top|the top|home|news|articles|all .{1,20})",
            r"(?:return )?to top",
            r"scroll (?:down|up|to top).*",
            r"you are here:?.*",
            r"about(?: us)?",
            r"contact(?: us)?",
            r"contacts",
            r"advertise(?: with us)?",
            r"careers",
            r"our team",
            r"site ?map",
            r"accessibility(?: (?:statement|help|links))?",
            r"help (?:cent(?:re|er)|& support)",
            r"faqs?",
            r"subscriptions",
            r"e-?paper",
            r"sections",
            r"editions?",
            r"archives?",
            r"home ?[>»/|›:].*",
            r"(?:[\w&'’ -]{2,25} ?[>»›|] ?){2,}[\w&'’ .,:-]{2,80}",
            r"page \d+ of \d+",
            r"\d+ of \d+",
            r"previous",
            r"next",
            r"prev",
            r"(?:prev(?:ious)?|next) ?[|/] ?(?:prev(?:ious)?|next)",
        ),
    ),
    (
        _ADVERT,
        (
            r"(?:story|article) continues (?:below|after).{0,30}",
            r"continues? (?:below|after) ad.{0,20}",
            r"advertise?ments?",
            r"(?:this )?advertise?ment.{0,40}",
            r"adverts?",
            r"ads?(?: choices)?",
            r"sponsored(?: content| post)?(?: ?[:|].*)?",
            r"promoted(?: content| by .{1,30})?(?: ?[:|].*)?",
            r"paid (?:post|content|partnership|promotion)",
            r"ad feedback",
            r"remove ads",
            r"why (?:am i seeing|this) .{0,30}",
        ),
    ),
    (
        CREDIT,
        (
            r"(?:image|media) ?(?:source|caption|copyright).*",
            r"(?:picture|photo|video) ?(?:source|caption|copyright|credit|gallery)s?\b.*",
            r"(?:open|view|expand|enlarge|click) .{0,20}image.{0,30}",
            r"(?:toggle|hide|show) caption",
            r"gallery",
            r"slide ?show",
            r"file (?:photo|image|picture|pic)",
            r"(?:photo(?:s|graph|graphs|graphy|grapher)?|pictures?|pics?|images?|illustrations?|"
            r"graphics?|credits?|video|source|cover image)(?: (?:credit|courtesy|source)s?)?(?:: ?| "
            r"by | courtesy (?:of )?|/|©).{1,80}",
            r"(?:(?:©|\(c\)|copyright) ?)?(?:getty(?: images)?|shutterstock|alamy(?: stock photo)?|"
            r"istock(?:photo)?|pa(?: media| images| wire)?|reuters|afp|epa|ap(?: photo)?|unsplash|"
            r"pixabay|pexels|adobe stock|science photo library|rex(?: features)?)(?: ?/ ?.{1,40}| via "
            r".{1,40})?",
        ),
    ),
    (
        STAMP,
        (
            r"(?:this page was )?(?:first |last |originally |date |article )?(?:updated|modified|"
            r"published|posted|reviewed|created|uploaded|publication date|date)(?: date)?(?: ?:| on| "
            r"at| in| by|,)? ?(?=.*(?:\d|ago|today|yesterday)).{1,70}",
            r"(?:by|von|par|por)",
            r"\d{1,2}[.:]\d\d ?(?:[ap]\.?m\.?|gmt|bst|utc|[ecmp][sd]t|cest|cet)",
            r"(?:about |over )?\d+ (?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month|year)s?(?: ago|[ "
            r"-]?read|ute read| to read)",
            r"(?:estimated |average )?read(?:ing)?(?: time)?:? \d+.{0,20}",
            r"\d+[ -]min(?:ute)?s? (?:read|listen|watch)",
            r"(?:filed under|tagged(?: with| as| in)?|tags?|topics?|categor(?:y|ies)|keywords?|posted "
            r"in|published in|in this (?:article|story|section)|hashtags?)(?:[: ].{1,160})?",
            r"(?:written|posted|published|reported|edited|editing|words|story|text|article|compiled|"
            r"edited|reporting|additional reporting|report)(?: and [a-z]+)? by:? .{1,80}",
        ),
    ),
    (
        _LEGAL,
        (
            r"(?:©|\(c\)|copyright\b) ?.{0,160}",
            r".{0,120}\ball rights reserved\b.{0,160}",
            r"(?:terms|privacy|cookies?)(?: ?(?:and|&|/|,|\||policy|notice|statement|settings|"
            r"preferences|conditions|of use|of service|terms|privacy|cookies?|legal|use|your choices|"
            r"do not sell.{0,40}|\s))*",
            r"(?:reuse|license|republish) this (?:content|article|story).{0,40}",
            r"order reprints.*",
            r"legal(?: notices?)?",
            r"disclaimer",
            r"impressum",
            r"imprint",
            r"code of conduct",
            r"(?:editorial |complaints? |corrections )(?:policy|guidelines|procedure)",
        ),
    ),
    (
        _NOTICE,
        (
            r"(?:accept|allow|reject|decline|manage|customi[sz]e)(?: all| only)?(?: (?:cookies|"
            r"necessary|essential|optional|preferences|settings|options|choices|consent|selected))*",
            r"cookie (?:consent|banner|notice)",
            r"i (?:agree|accept|understand)",
            r"got it",
            r"ok(?:ay)?,? (?:got it|i agree|thanks|close)",
            r"no,? thanks",
            r"dismiss",
            r"cookies on .{2,40}",
            r"do not sell.{0,40}",
            r"save (?:my )?(?:preferences|settings)",
        ),
    ),
    (
        _PLAYER,
        (
            r"loading",
            r"please wait",
            r"play(?: video| audio| now)?",
            r"pause",
            r"mute",
            r"unmute",
            r"(?:listen|watch)(?: live| now| again)?",
            r"listen to (?:this |the )?(?:article|story|post)?.{0,30}",
            r"\d+:\d\d(?: ?/ ?\d+:\d\d)?",
            r"video player.*",
            r"(?:this|your) (?:video|browser) (?:can ?not|does not|doesn'?t).*",
            r"transcript",
            r"download(?: pdf| the app| our app)?",
            r"print(?: this)?(?: page| article| story)?",
            r"save(?: (?:this )?(?:article|story|for later))?",
            r"bookmark(?: this)?",
            r"(?:text|font) size.*",
            r"[a-]* ?a\+ ?[a-]*",
            r"show (?:more|less)",
            r"expand",
            r"collapse",
            r"submit",
            r"cancel",
            r"reply",
            r"send",
            r"go",
            r"search\.{3}",
            r"toggle .{1,30}",
            r"view (?:gallery|in browser|comments)",
            r"gift this article",
            r"unlock (?:this|your|the) .{2,30}",
            r"add to (?:favou?rites|reading list)",
            r"(?:this |the )?(?:video|audio|content|media|image|gallery) (?:is )?(?:currently )?"
            r"(?:unavailable|not available|loading)(?: .{0,30})?",
            r"(?:view|see|go to|switch to) (?:the )?(?:full|desktop|mobile|amp|original) "
            r"(?:version|site)(?: .{0,20})?",
            r"(?:proudly )?powered by .{2,40}",
            r"(?:turn on|allow|enable|get) notifications",
            r"issn [\dx-]+",
        ),
    ),
)
WHOLE = tuple((label, re.compile("|".join(any_of), re.DOTALL)) for label, any_of in LINES)

# Words that share bars are made of; a line of nothing else, with one of the second set, is one.
_BAR_WORDS = (
    "share sharing this article story page post on via to with by your and or & us more options button"
    " buttons link icon icons social media tweet pin it like e-mail email mail print save comment comments"
    " copy"
)
BAR = frozenset(_BAR_WORDS.split())
_NETWORKS_WORDS = (
    "facebook twitter x linkedin instagram youtube tiktok whatsapp reddit pinterest telegram messenger"
    " flipboard tumblr bluesky mastodon threads snapchat wechat share tweet"
)
NETWORKS = frozenset(_NETWORKS_WORDS.split())

# Sentences that speak to the visitor about the site.
_SITE = r"(?:this|our|the|my|these) (?:web ?)?(?:site|websites?|page|pages|service|services|app|platform)"
_IMPERATIVE = r"(?:^|[.!?:|] |\bplease |\bmore\? )"

SENTENCES: tuple[tuple[Label, tuple[str, ...]], ...] = (
    (
        _NOTICE,
        (
            rf"\b(?:we|us|{_SITE}|and our partners|partners)\b.{{0,60}}\b(?:use|uses|using|set|store|"
            rf"place)s?\b.{{0,70}}\bcookies\b",
            r"\bwe (?:and our partners )?(?:value|care about|respect|take) your (?:data )?privacy\b",
            r"^privacy notice:",
            r"\b(?:accept|allow|reject|disable|enable|manage|agree to|consent to|about|use "
            r"of)\b.{0,40}\bcookies\b.{0,80}\b(?:you|your|site|website|browser|policy|preferences|"
            r"settings)\b",
            r"\b(?:you|your|site|website|browser|policy|continu\w+|clicking)\b.{0,80}\b(?:accept\w*|"
            r"allow|agree to|consent to|use of|manage|about)\b.{0,40}\bcookies\b",
            r"\byour?\b.{0,40}\b(?:old|outdated|older|unsupported|out[- ]of[- "
            r"]date)\b.{0,25}\bbrowser\b",
            r"\b(?:updat|upgrad)(?:e|ing)\b.{0,30}\byour (?:web )?browser\b",
            r"\byour (?:web |current )?browser\b.{0,40}\b(?:not support|no longer|unsupported|out[- "
            r"]of[- ]date|outdated|does not|doesn't|may|is (?:old|not))",
            r"\b(?:enable|turn on|activate|requires?|disabled)\b.{0,20}\bjava ?script\b",
            r"\bjava ?script\b.{0,30}\b(?:disabled|enabled|required|must be|to view)\b",
            r"\bad[- ]?blocker\b.{0,60}\b(?:you|disable|turn|site)",
            r"\b(?:you|disable|turn|site)\b.{0,60}\bad[- ]?blocker\b",
            r"(?:^|\b(?:this|our|these|the content of this) )(?:web ?)?(?:sites?|pages?|content|"
            r"information|material|articles?)\b.{0,60}\bintended (?:only |solely |exclusively "
            r")?for\b.{0,90}\b(?:only|professionals?|residents|purposes|audiences?|use)\b",
            r"\bare you an? (?:\w+ ){0,3}professional\b",
        ),
    ),
    (
        _ACCOUNT,
        (
            r"\bthis (?:article|content|page|story|section|feature|post)\b.{0,12}\b(?:is|"
            r"are)\b.{0,25}\b(?:for|to)\b.{0,25}\b(?:subscribers?|members?|registered)\b",
            r"\brequires? (?:a|an active) subscription\b",
            r"\byour subscription (?:helps|supports|has)\b",
            r"\breset your password\b",
            rf"{_IMPERATIVE}(?:subscribe|register|sign up|sign in|log in|join|login)\b.{{0,40}}\b(?:to "
            rf"(?:continue|read|access|view|unlock|see|enjoy|keep|get|receive|comment)|for (?:free|"
            rf"full|unlimited|more|only|just|as little))\b",
            r"^to (?:continue|keep|finish|read)\b.{0,40}\b(?:subscribe|register|log in|sign (?:in|"
            r"up))\b",
            r"\byou(?:'ve| have)\b.{0,30}\b(?:reached|used|read|hit)\b.{0,30}\b(?:free|limit|"
            r"articles? (?:left|remaining|this month))\b",
            r"\b(?:free|remaining) articles?\b.{0,20}\b(?:left|remaining|this month|per month)\b",
            r"\balready (?:a )?(?:subscriber|subscribed|registered|member|have an "
            r"account)\b.{0,40}\b(?:sign|log)[ -]?in\b",
            r"\byou (?:must|need to|have to) (?:be |first )?(?:an? )?(?:logged|log|signed|sign|registered|"
            r"register|subscribed?)(?: (?:in|up|member|user))?,? (?:to (?:read|view|see|comment|post|"
            r"continue|access|reply)|before)\b",
            r"\bfree trial\b.{0,60}\b(?:subscri|cancel|sign|start|today)",
            r"\b(?:start|begin|cancel)\b.{0,40}\b(?:free trial|anytime)\b",
            r"(?:^|for )unlimited (?:digital )?access\b",
            r"\bsupport (?:our|local|independent|quality) journalism\b",
            r"\breader[- ](?:supported|funded)\b.{0,60}\b(?:publication|to receive|subscrib)",
            r"\b(?:our|this) (?:reporting|journalism|newsroom|site|publication)\b.{0,80}\b(?:become a "
            r"(?:member|supporter)|donat|subscrib|contribut|support us)",
        ),
    ),
    (
        _NEWSLETTER,
        (
            rf"(?:{_IMPERATIVE}|\byou can )(?:sign[ -]?up|subscribe|register|"
            rf"join)\b.{{0,70}}\b(?:newsletters?|bulletins?|mailing list|e-?mails?|alerts?|updates|"
            rf"inbox|channel|podcast|rss|magazine)\b(?!.* said\b)",
            r"\b(?:newsletters?|bulletins?|e-?mails?|alerts|updates|headlines|stories|news|"
            r"analysis)\b.{0,60}\b(?:in|to|into) your inbox\b",
            r"\bour (?:free )?(?:daily |weekly |monthly |e-?mail ){0,2}(?:newsletters?|bulletins?)\b",
            r"\bby (?:clicking|signing up|subscribing|submitting|registering|entering|providing|"
            r"continuing)\b.{0,120}\b(?:agree|consent|accept|acknowledge|policy|terms)\b",
            r"\bprotected by recaptcha\b",
            r"\bunsubscribe at any ?time\b",
            r"\b(?:straight|direct(?:ly)?|delivered)\b.{0,15}\bto your inbox\b",
            r"\bwe (?:will|'ll) (?:never|not) (?:share|sell) your\b",
            r"\bplease (?:enter|check|confirm)\b.{0,30}\be-?mail\b",
            r"\bthank you for (?:subscribing|signing up|registering)\b",
        ),
    ),
    (
        _COMMENTS,
        (
            r"\byour e-?mail address will not be published\b",
            r"\brequired fields are marked\b",
            r"\bsave my name\b.{0,60}\bbrowser\b",
            r"\bnotify me of (?:new|follow)",
            r"\bthis site uses akismet\b",
            r"\b(?:your|all|these) comments?\b.{0,60}\b(?:moderat|published|guidelines|reviewed)",
            r"\bplease (?:keep|be) .{0,40}\bcomments?\b",
            r"\byou must be logged in to (?:post|comment|reply)",
        ),
    ),
    (
        _FOLLOW,
        (
            rf"\b(?:follow|like|find|join) (?:us|our|@\w+|[\w ]{{2,30}}) (?:on|via) {_SITES}\b",
            r"^follow @\w+",
            r"\b(?:share|tell us|let us know|send us)\b.{0,40}\b(?:your (?:thoughts|story|stories|"
            r"views|comments|experiences?|photos|pictures)|what you think)\b",
            r"\bdownload (?:our|the)(?: \w+){0,3} app\b",
            r"\bget in touch\b.{0,40}\b(?:e-?mail|by|with us|contact)",
            r"(?:^|[.!?] )(?:do you have|have|got|have you got) (?:a|any) (?:story|tip|news tip|"
            r"question)s?\b.{0,40}\b(?:contact|e-?mail|get in touch|send|tell us|let us know)",
            r"\be-?mail (?:us|the (?:news ?desk|author|reporter|editor))\b",
            r"^don't miss (?:out|our)\b",
            r"^thank you for reading\b",
            r"^join our \w+ (?:group|channel|community)\b",
        ),
    ),
    (
        _LEGAL,
        (
            r"^(?:copyright ?)?(?:©|\(c\) ?\d)",
            r"\ball rights reserved(?=\W*$|\.)",
            r"^(?:all|this|our) content\b.{0,20}\b(?:available|licen[cs]ed|published) under\b",
            r"\blicen[cs]ed under (?:a |the )?(?:creative commons|cc|open government)\b",
            r"\bmay not be (?:published, |reproduced|redistributed|copied)",
            r"\bwithout (?:the )?(?:prior |express |written ){1,3}(?:permission|"
            r"consent)\b.{0,60}\b(?:publisher|copyright|reproduc|owner)",
            r"\bregistered (?:in england (?:and|&)|office:|(?:company|charity) n(?:o\b|umber))",
            r"\bnot responsible for the content of external\b",
            r"\b(?:views|opinions) expressed\b.{0,120}\b(?:do(?:es)? not|their own|our users)\b",
            r"^this (?:article|story|post|piece|report)\b.{0,12}\b(?:first |originally )(?:published|"
            r"appeared|posted)\b",
            r"\bread (?:our|about our)(?: \w+){0,2} (?:privacy|cookie|terms|approach to)",
            r"^our standards:",
            r"\badheres? to the (?:independent press|ipso|editors' code)\b",
            r"^a version of this (?:article|story)\b",
            r"^.{2,60} contributed (?:to this|reporting)\b",
        ),
    ),
    (
        _PLAYER,
        (
            r"\bto (?:play|watch|view) this (?:video|audio|content)\b",
            r"\bthis (?:video|content|media) (?:is not|can ?not|isn't|could not|file)\b",
            r"\b(?:an )?error (?:has )?occurred\b.{0,40}\b(?:try|again|later|reload)",
            r"\bplease (?:try again|reload|refresh)\b",
            r"^sorry,? .{0,60}\b(?:page|content|video|browser)",
        ),
    ),
)
WITHIN = tuple((label, re.compile("|".join(any_of), re.DOTALL)) for label, any_of in SENTENCES)

# One of these is in each of the sentences above: a quick way past the text of a story.
SPOKEN = re.compile(
    r"cookie|privacy|journalism|our report|reader[- ](?:supp|fund)|newsroom|this publication|browser"
    r"|java ?script|ad[- ]?blocker|intended|professional|subscri|sign|log|join|register|article"
    r"|trial|access|newsletter|bulletin|inbox|agree|consent|recaptcha|e-?mail|comment|akismet"
    r"|notify|follow|like us|find us|got a|have a|don't miss|thank you|©|copyright|expressed|standards"
    r"|password|version|contributed|adhere|tell us|let us|send us|share|app\b|in touch|rights reserved|not be"
    r"|without|(?:all|our|this) content|licen|opinions|originally|first|read|play|video|content|error|please"
    r"|sorry|responsible"
)
