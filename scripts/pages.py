"""Pages as newspapers' sites serve them, made of known stories and invented furniture, each line labelled.

Lines are as long as the markup that they hold. The first templates may be looked at while rules are written; those of HELD_OUT only measure.
"""
# ruff: noqa: E501

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from corpus.formats.html_blocks import shown, tree

Role = Literal["story", "heading", "caption", "furniture"]


@dataclass(frozen=True, slots=True)
class Story:
    """What a page is about: its headline and its paragraphs ("## " before a heading, "- " before an item)."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page, and the role of each line that a reader sees, in the order in which they were made."""

    template: str
    html: str
    lines: tuple[tuple[Role, str], ...]

    @property
    def text(self) -> str:
        """The page as a tool that only drops its markup gives it."""
        top = tree(self.html)
        assert top is not None
        return "\n\n".join(block.text.removeprefix("• ") for block in shown(top)) + "\n"


_PLACES = "Harbour Wick Alder Kelling Marsh Thorpe Sandby Linton Orford Penhale Brack Stowe".split()
_NOUNS = "bridge library ferry clinic school market pool museum tramway lighthouse theatre orchard".split()
_TURNS = (
    "{place} {noun} to open on Sundays after vote",
    "Why the {noun} in {place} is losing money",
    "Police appeal after break-in at {place} {noun}",
    "‘We were never asked’: anger over {noun} plan in {place}",
    "{place} council backs £{n}m for new {noun}",
    "In pictures: a day at the {place} {noun}",
    "What we know about the {noun} closure in {place}",
    "{n} things to do around {place} this weekend",
    "Opinion: leave the {place} {noun} alone",
    "{place} {noun} wins national prize",
)
_BLURBS = (
    "Residents of {place} say that the {noun} has been let down for years, and that nobody listens to them.",
    "The {noun} was built in 18{n} and has been a landmark ever since. Our reporter went to look.",
    "A new report says what went wrong at the {place} {noun}, and who will pay.",
)
_REMARKS = (
    "I used the {noun} every day for {n} years and never once saw an inspector there, it is a disgrace.",
    "Typical of this council. They would sell the {noun} tomorrow if they could get away with it!",
    "Can anyone tell me whether the {place} bus still stops there? Asking for my mother.",
    "Well said. My family has lived in {place} since 19{n} and we have seen it all before.",
)
_NAMES = "Jane Doe,Tom Hale,Priya Nair,Ben Acker,Lucy Marsh,Owen Pryce,Ana Costa,Karl Weber".split(",")
_MONTHS = "January March April June September November".split()


@dataclass(slots=True)
class Kit:
    """The parts of one page. Each gives its HTML and notes the lines that it shows."""

    chance: random.Random
    story: Story
    lines: list[tuple[Role, str]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def say(self, role: Role, text: str) -> str:
        """Note a line; its HTML."""
        self.lines.append((role, " ".join(text.split())))
        return escape(text, quote=False)

    def off(self, text: str) -> str:
        return self.say("furniture", text)

    def filled(self, forms: Sequence[str]) -> str:
        """A line made of one of the forms, not used before on the page."""
        while True:
            text = self.chance.choice(forms).format(
                place=self.chance.choice(_PLACES),
                noun=self.chance.choice(_NOUNS),
                n=self.chance.randint(11, 89),
            )
            if text not in self.used:
                self.used.add(text)
                return text

    def title(self) -> str:
        return self.filled(_TURNS)

    def name(self) -> str:
        return self.chance.choice(_NAMES)

    def date(self) -> str:
        return f"{self.chance.randint(2, 28)} {self.chance.choice(_MONTHS)} 2021"

    def links(self, labels: Sequence[str], tag: str = "li") -> str:
        return "".join(
            f'<{tag}><a href="/{i}">{self.off(label)}</a></{tag}>' for i, label in enumerate(labels)
        )

    def teasers(self, count: int, item: str = "<li><a href='/{i}'>{title}</a></li>") -> str:
        return "".join(item.format(i=i, title=self.off(self.title())) for i in range(count))

    def cards(self, count: int, heading: str = "h3", blurb: bool = True) -> str:
        out = []
        for i in range(count):
            own = f'<div class="card"><{heading}><a href="/{i}">{self.off(self.title())}</a></{heading}>'
            if blurb:
                own += f"<p>{self.off(self.filled(_BLURBS))}</p>"
            out.append(own + f"<span class='when'>{self.off(self.date())}</span></div>")
        return "".join(out)

    def nav(self, labels: str = "Home News Sport Business Opinion Culture Travel Video") -> str:
        return f"<nav class='main-nav'><ul>{self.links(labels.split())}</ul></nav>"

    def headline(self, attributes: str = "") -> str:
        return f"<h1{attributes}>{self.say('heading', self.story.title)}</h1>"

    def body(self, inside: dict[int, Callable[[], str]] | None = None, wrap: str = "<p>{}</p>") -> str:
        """The story, with what is put before the paragraph of each number."""
        out, items = [], False
        for i, text in enumerate(self.story.paragraphs):
            if inside and i in inside:
                out.append("</ul>" * items + inside[i]())
                items = False
            if text.startswith("- "):
                out.append(("" if items else "<ul>") + f"<li>{self.say('story', text[2:])}</li>")
                items = True
                continue
            out.append("</ul>" * items)
            items = False
            if text.startswith("## "):
                out.append(f"<h2>{self.say('heading', text[3:])}</h2>")
            else:
                out.append(wrap.format(self.say("story", text)))
        return "".join(out) + "</ul>" * items

    def caption(self) -> str:
        return self.filled(
            (
                "The {noun} in {place} seen from the old road on a wet morning in 19{n}",
                "Campaigners gathered outside the {noun} in {place} to hand over {n} letters",
            )
        )

    def figure(self, credit: str = "Photograph: {}/Harbour Press") -> str:
        own = self.say("caption", self.caption())
        who = credit.format(self.name())
        self.lines[-1] = ("caption", f"{self.lines[-1][1]} {who}")
        return f"<figure><img src='a.jpg' alt=''><figcaption>{own} <span class='credit'>{who}</span></figcaption></figure>"

    def comments(self, count: int) -> str:
        out = [f"<section id='comments'><h3>{self.off(f'Comments ({count})')}</h3>"]
        for _ in range(count):
            out.append(
                f"<div class='comment'><b>{self.off(self.name())}</b><p>{self.off(self.filled(_REMARKS))}</p>"
                f"<a href='#r'>{self.off('Reply')}</a></div>"
            )
        return "".join(out) + "</section>"


def _document(kit: Kit, body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(kit.story.title)} |"
        f" Harbour Press</title>{head}</head><body>{body}</body></html>"
    )


def _wordpress(kit: Kit) -> str:
    """A blog's theme: sidebar with widgets, tags, related posts, comments with their form."""
    top = f"<header class='site-header'><a href='/'>{kit.off('The Harbour Blog')}</a>{kit.nav('Home About Contact Archive')}</header>"
    entry = f"<header class='entry-header'>{kit.headline()}"
    entry += f"<div class='entry-meta'>{kit.off(f'Posted on {kit.date()} by {kit.name()}')}</div></header>"
    entry += f"<div class='entry-content'>{kit.body()}"
    shares = kit.links(
        [
            "Click to share on Twitter (Opens in new window)",
            "Click to share on Facebook (Opens in new window)",
        ]
    )
    entry += f"<div class='sharedaddy'><h3>{kit.off('Share this:')}</h3><ul>{shares}</ul></div>"
    entry += f"<div class='jp-relatedposts'><h3>{kit.off('Related')}</h3>{kit.teasers(3, '<h4><a href={i}>{title}</a></h4>')}</div></div>"
    entry += f"<footer>{kit.off('Filed under: News, Local')}</footer>"
    pages = f"<nav class='post-navigation'><a>{kit.off('Previous post: ' + kit.title())}</a></nav>"
    comments = (
        kit.comments(3)
        + f"<h3>{kit.off('Leave a Reply')}</h3><p>{kit.off('Your email address will not be published. Required fields are marked *')}</p>"
    )
    side = f"<aside id='secondary'><section class='widget'><h2>{kit.off('Recent Posts')}</h2><ul>{kit.teasers(5)}</ul></section></aside>"
    foot = f"<footer class='site-footer'><p>{kit.off('Proudly powered by WordPress')}</p></footer>"
    return _document(
        kit,
        f"{top}<div id='content'><main><article class='post'>{entry}</article>{pages}{comments}</main>{side}</div>{foot}",
    )


def _broadsheet(kit: Kit) -> str:
    """A national paper: standfirst-less, figure, links in rich boxes, newsletter box, topics, most viewed."""
    top = f"<div class='cookies'><p>{kit.off('We and our partners use cookies to show you relevant adverts and to measure our audience.')}</p><button>{kit.off('Accept all')}</button></div>"
    top += kit.nav()
    lead = kit.headline() + kit.figure()
    lead += f"<address>{kit.off(kit.name())}</address><div class='dateline'>{kit.off('Tue 2 Mar 2021 10.30 GMT')}</div>"

    def rich() -> str:
        return f"<aside class='rich-link'><div><a href='/r'>{kit.off(kit.title())}</a></div><div>{kit.off('Read more')}</div></aside>"

    def news() -> str:
        return f"<figure class='newsletter'><p>{kit.off('Sign up to First Thing – our free daily newsletter')}</p><p>{kit.off('Privacy Notice: Newsletters may contain information about charities and online ads. For more see our Privacy Policy.')}</p></figure>"

    story = kit.body({2: rich, 4: news})
    tail = f"<div class='submeta'><div>{kit.off('Topics')}</div><ul>{kit.links(['Transport', 'Local government'])}</ul></div>"
    tail += (
        f"<section class='most-viewed'><h2>{kit.off('Most viewed')}</h2><ol>{kit.teasers(6)}</ol></section>"
    )
    tail += f"<section><h2>{kit.off('More from UK news')}</h2>{kit.cards(4)}</section>"
    foot = f"<footer><ul>{kit.links(['About us', 'Help', 'Complaints & corrections', 'Work for us'])}</ul><p>{kit.off('© 2021 Harbour Press Ltd. All rights reserved.')}</p></footer>"
    return _document(
        kit, f"{top}<main><article>{lead}<div class='article-body'>{story}</div>{tail}</article></main>{foot}"
    )


def _broadcaster(kit: Kit) -> str:
    """A broadcaster: hashed class names, link lists between paragraphs, captions of the "Image caption" kind."""
    top = f"<div class='css-a1'><a href='#main'>{kit.off('Skip to content')}</a><ul>{kit.links('Home News Sport Weather iPlayer Sounds'.split())}</ul></div>"

    def box() -> str:
        return f"<div class='css-q9'><ul>{kit.teasers(3)}</ul></div>"

    lead = f"{kit.headline()}<div class='css-m'><span>{kit.off('Published')}</span><time datetime='2021-03-02'>{kit.off('2 March 2021')}</time></div>"
    story = kit.body({3: box}, "<div class='css-b7'><p class='css-z'><b></b>{}</p></div>")
    tail = f"<div class='css-r'><h2>{kit.off('Related Topics')}</h2><ul>{kit.links(['Harbours', 'Sandby'])}</ul></div>"
    tail += f"<div class='css-s'><h2>{kit.off('More on this story')}</h2><ul>{kit.cards(3, blurb=False)}</ul></div>"
    tail += f"<div class='css-t'><h2>{kit.off('Top Stories')}</h2>{kit.cards(3)}</div><div class='css-u'><h2>{kit.off('Elsewhere on the site')}</h2>{kit.cards(4)}</div>"
    foot = f"<div class='css-v'><span>{kit.off('The site is not responsible for the content of external sites. Read about our approach to external linking.')}</span></div>"
    return _document(kit, f"{top}<div id='main'><div class='css-w'>{lead}{story}{tail}</div></div>{foot}")


def _tabloid(kit: Kit) -> str:
    """A regional title: adverts, in-line promotions, share counts, a poll, comments, a video box."""
    top = f"<div class='top'>{kit.nav('News Sport What’s-On Jobs Motors Property')}</div><div class='share'>{kit.links(['Share', 'Comments', '1.2k shares'], 'span')}</div>"
    lead = f"{kit.headline()}<div class='author'><span>{kit.off('By')}</span><a href='/a'>{kit.off(kit.name())}</a></div><div>{kit.off('10:42, 2 MAR 2021')}</div><div>{kit.off('Updated 12:15, 2 MAR 2021')}</div>"

    def promo() -> str:
        return f"<p class='promo'><strong><a href='/x'>{kit.off('READ MORE: ' + kit.title())}</a></strong></p><p>{kit.off('Advertisement')}</p>"

    def video() -> str:
        return (
            f"<div class='video'><span>{kit.off('Loading')}</span><p>{kit.off('Video Unavailable')}</p></div>"
        )

    def inbox() -> str:
        return f"<div class='signup'><p>{kit.off('Get the latest news straight to your inbox')}</p><p>{kit.off('Invalid email')}</p><button>{kit.off('Sign up')}</button></div>"

    story = kit.body({1: video, 2: promo, 4: inbox, 6: promo})
    tail = f"<div class='tags'>{kit.links(['Sandby', 'Harbour Council'], 'span')}</div><div><h3>{kit.off('More On')}</h3><ul>{kit.links(['Bridges', 'Roads'])}</ul></div>"
    tail += (
        kit.comments(4)
        + f"<div class='most'><h2>{kit.off('Most Read')}</h2>{kit.cards(5, 'h2', blurb=False)}</div>"
    )
    return _document(
        kit,
        f"{top}<article>{lead}<div class='body'>{story}</div>{tail}</article><footer>{kit.links(['Privacy Notice', 'Cookie Policy', 'Contact us', 'Advertise with us'], 'span')}</footer>",
    )


def _amp(kit: Kit) -> str:
    """An AMP page: custom elements, a consent banner, related articles at its end."""
    top = f"<amp-consent><div><p>{kit.off('We value your privacy. You can change your settings at any time.')}</p><button>{kit.off('Accept')}</button></div></amp-consent><amp-sidebar><ul>{kit.links(['News', 'Sport', 'Weather'])}</ul></amp-sidebar>"
    lead = f"<header><a href='/'>{kit.off('Harbour Press')}</a></header>{kit.headline()}<p class='amp-meta'>{kit.off(f'By {kit.name()}')}</p><amp-img src='a.jpg'></amp-img>"
    story = kit.body({3: lambda: f"<div class='ad'>{kit.off('Story continues below advertisement')}</div>"})
    tail = f"<section class='amp-related'><h2>{kit.off('You may also like')}</h2><ul>{kit.teasers(4)}</ul></section><a href='/full'>{kit.off('View full version')}</a>"
    return _document(kit, f"{top}<main>{lead}{story}{tail}</main>", "<script async src='amp.js'></script>")


def _paywall(kit: Kit) -> str:
    """A subscriber's page: meter, offers, author's box, read-next, footer of many columns."""
    top = f"<div class='meter'><p>{kit.off('You have 2 free articles remaining this month')}</p><a>{kit.off('Subscribe for £1')}</a></div>{kit.nav()}"
    lead = f"<div class='kicker'>{kit.off('Transport')}</div>{kit.headline()}<p class='by'>{kit.off(f'{kit.name()}, Transport Correspondent')}</p><p>{kit.off('March 2 2021, 12.01am')}</p>"
    who = kit.name()
    story = kit.body(
        {
            5: lambda: (
                f"<div class='offer'><h3>{kit.off('Enjoy unlimited digital access')}</h3><p>{kit.off('Start your free trial today and cancel anytime.')}</p></div>"
            )
        }
    )
    box = f"<div class='author-box'><h4>{kit.off('About the author')}</h4><p>{kit.off(f'{who} is the transport correspondent of the Harbour Press. He has won two awards for his reporting.')}</p><a>{kit.off(f'Follow {who} on Twitter')}</a></div>"
    tail = f"<div class='next'><h3>{kit.off('Read next')}</h3>{kit.cards(3)}</div>"
    foot = "".join(
        f"<div><h5>{kit.off(head)}</h5><ul>{kit.links(labels)}</ul></div>"
        for head, labels in (
            ("Get in touch", ["About us", "Contact us", "Help"]),
            ("More from us", ["Puzzles", "Events", "Wine Club"]),
        )
    )
    return _document(kit, f"{top}<article>{lead}{story}{box}</article>{tail}<footer>{foot}</footer>")


def _tables(kit: Kit) -> str:
    """A page of the nineties: tables for layout, no classes, line breaks."""
    left = "<br>".join(
        f"<a href='/{i}'>{kit.off(label)}</a>"
        for i, label in enumerate(["Front page", "Local news", "Weather", "Letters"])
    )
    story = kit.headline() + f"<font size=2>{kit.off(f'By {kit.name()}')}</font>" + kit.body()
    right = f"<b>{kit.off('Other stories')}</b><br>" + "<br>".join(
        f"<a href='/s'>{kit.off(kit.title())}</a>" for _ in range(5)
    )
    foot = f"<p align=center><font size=1>{kit.off('Copyright 2021 Harbour Press. All rights reserved.')}</font></p>"
    return _document(kit, f"<table><tr><td>{left}</td><td>{story}</td><td>{right}</td></tr></table>{foot}")


def _trade(kit: Kit) -> str:
    """A trade title: registration wall, professional notice, sponsored box, jobs, events."""
    top = f"<div>{kit.off('This site is intended for health professionals only')}</div>{kit.nav('News Analysis Jobs Events')}"
    lead = f"<div class='crumbs'><a>{kit.off('Home')}</a><a>{kit.off('News')}</a></div>{kit.headline()}<span>{kit.off('3 min read')}</span>"
    story = kit.body(
        {
            3: lambda: (
                f"<div class='mpu'><p>{kit.off('Sponsored')}</p><a>{kit.off('Webinar: how to digitise your clinic')}</a></div>"
            )
        }
    )
    tail = f"<div><h3>{kit.off('Have you registered with us yet?')}</h3><p>{kit.off('Register now to enjoy more articles and free email bulletins')}</p><a>{kit.off('Register')}</a></div>"
    tail += f"<div><h3>{kit.off('Latest jobs')}</h3><ul>{kit.links(['Practice manager, Sandby', 'Salaried GP, Linton'])}</ul></div><div><h3>{kit.off('Just published')}</h3>{kit.cards(4)}</div>"
    return _document(kit, f"{top}<div class='wrap'><div class='story'>{lead}{story}</div>{tail}</div>")


def _live(kit: Kit) -> str:
    """A live blog's page kept as an article: stamps, key events, an updates button, share lines."""
    top = kit.nav("Live News Sport") + f"<div class='badge'>{kit.off('LIVE')}</div>{kit.headline()}"
    top += f"<div class='key-events'><h2>{kit.off('Key events')}</h2><ul>{kit.teasers(3)}</ul></div><button>{kit.off('Show key events only')}</button>"

    def stamp() -> str:
        hour = kit.chance.randint(10, 19)
        return f"<div class='stamp'><time>{kit.off(f'{hour}.{kit.chance.randint(10, 59)} GMT')}</time><a>{kit.off('Share')}</a><span>{kit.off('Updated at 17.04 GMT')}</span></div>"

    story = kit.body({0: stamp, 2: stamp, 5: stamp})
    tail = f"<a>{kit.off('Older posts')}</a><div><h2>{kit.off('Explore more on these topics')}</h2><ul>{kit.links(['Roads', 'Councils'])}</ul></div><div>{kit.cards(3)}</div>"
    return _document(kit, f"<div id='bannerandheader'>{top}</div><main id='liveblog'>{story}</main>{tail}")


def _magazine(kit: Kit) -> str:
    """A magazine: pictures with captions in the text, pulled quotes, cards of three, subscribe strip."""
    top = f"<div class='strip'><a>{kit.off('Subscribe from £2 a month')}</a></div><header><ul>{kit.links(['Politics', 'Culture', 'Long reads', 'Podcasts'])}</ul></header>"
    lead = f"{kit.headline()}<div class='by'>{kit.off(f'Words by {kit.name()}')}</div>"
    story = kit.body({1: kit.figure, 4: lambda: kit.figure("Credit: {}")})
    tail = f"<div class='bio'><p>{kit.off(f'{kit.name()} is a writer based in Sandby.')}</p></div><section><h2>{kit.off('Continue reading')}</h2>{kit.cards(3)}</section>"
    tail += f"<section class='nl'><h2>{kit.off('Sign up to our weekly newsletter')}</h2><p>{kit.off('The best of our writing, every Friday, straight to your inbox.')}</p></section>"
    return _document(
        kit,
        f"{top}<article><div class='lead'>{lead}</div><div class='prose'>{story}</div></article>{tail}<footer><p>{kit.off('Harbour Magazine is published by Sandby Media. Registered in England and Wales.')}</p></footer>",
    )


def _portal(kit: Kit) -> str:
    """A portal that shows agency copy: breadcrumb, disclaimer, recommendations, endless next stories."""
    top = f"<div class='breadcrumb'>{kit.off('Home > News > Local')}</div>{kit.headline()}<div class='src'>{kit.off('Harbour Agency')}</div><div>{kit.off('Tue, March 2, 2021, 10:30 AM · 3 min read')}</div>"
    story = kit.body({2: lambda: f"<ul class='bullets'>{kit.teasers(2)}</ul>"})
    tail = f"<button>{kit.off('View comments')}</button><div><h2>{kit.off('Recommended Stories')}</h2><ul>"
    tail += (
        "".join(
            f"<li><div>{kit.off(kit.name())}</div><h3><a href='/n'>{kit.off(kit.title())}</a></h3><p>{kit.off(kit.filled(_BLURBS))}</p></li>"
            for _ in range(6)
        )
        + "</ul></div>"
    )
    return _document(
        kit, f"<div id='app'><div class='caas'>{top}<div class='caas-body'>{story}</div>{tail}</div></div>"
    )


def _press_office(kit: Kit) -> str:
    """A press release: contacts, notes, sharing, documents to download, a feedback question."""
    top = f"<div class='phase'>{kit.off('BETA')}</div><p>{kit.off('We use some essential cookies to make this website work.')}</p><button>{kit.off('Reject additional cookies')}</button>{kit.nav('Departments Worldwide Guidance News')}"
    lead = f"<span>{kit.off('Press release')}</span>{kit.headline()}<dl><dt>{kit.off('Published')}</dt><dd>{kit.off('2 March 2021')}</dd></dl>"
    tail = f"<div class='share'><h2>{kit.off('Share this page')}</h2><ul>{kit.links(['Share on Facebook', 'Share on Twitter'])}</ul></div><div><h2>{kit.off('Related content')}</h2><ul>{kit.teasers(4)}</ul></div>"
    tail += f"<div class='fb'><h2>{kit.off('Is this page useful?')}</h2><button>{kit.off('Yes this page is useful')}</button><button>{kit.off('Report a problem with this page')}</button></div>"
    return _document(
        kit,
        f"{top}<main>{lead}<div class='govspeak'>{kit.body()}</div></main>{tail}<footer>{kit.off('All content is available under the Open Government Licence v3.0, except where otherwise stated')}</footer>",
    )


def _newsletter_site(kit: Kit) -> str:
    """Held out. A site of newsletters: subscribe boxes between paragraphs, likes, a discussion, posts below."""
    top = f"<div class='topbar'><a>{kit.off('The Harbour Letter')}</a><button>{kit.off('Subscribe')}</button><button>{kit.off('Sign in')}</button></div>"
    lead = f"{kit.headline()}<div class='meta'><a>{kit.off(kit.name())}</a><div>{kit.off('Mar 02, 2021')}</div></div><div class='ufi'><span>{kit.off('12')}</span><button>{kit.off('Share')}</button></div>"

    def box() -> str:
        return f"<div class='subscription-widget'><p>{kit.off('The Harbour Letter is a reader-supported publication. To receive new posts and support my work, consider becoming a free or paid subscriber.')}</p><button>{kit.off('Subscribe')}</button></div>"

    tail = f"<div class='ufi'><button>{kit.off('Share this post')}</button></div><div class='discuss'><h4>{kit.off('Discussion about this post')}</h4>"
    tail += (
        "".join(
            f"<div><a>{kit.off(kit.name())}</a><p>{kit.off(kit.filled(_REMARKS))}</p><button>{kit.off('Like')}</button><button>{kit.off('Reply')}</button></div>"
            for _ in range(2)
        )
        + "</div>"
    )
    tail += (
        "<div class='archive'>"
        + "".join(
            f"<div><a href='/p'>{kit.off(kit.title())}</a><div>{kit.off(kit.filled(_BLURBS))}</div><div>{kit.off('Feb 11, 2021')}</div></div>"
            for _ in range(3)
        )
        + "</div>"
    )
    return _document(
        kit,
        f"<div>{top}<article><div>{lead}</div><div class='available-content'><div class='body markup'>{kit.body({3: box})}</div></div></article>{tail}<div class='footer'>{kit.off('© 2021 Harbour Letter')}<a>{kit.off('Start your newsletter')}</a></div></div>",
    )


def _blocks_theme(kit: Kit) -> str:
    """Held out. A city site of nested blocks: gallery, credit lines, keep-reading cards, tags, donation box."""
    top = f"<div class='wp-block-group'><div class='wp-block-navigation'><div>{kit.links(['City', 'Food', 'Sport', 'Donate'], 'span')}</div></div></div>"
    lead = f"<div class='wp-block-post-title'>{kit.headline()}</div><div class='wp-block-post-date'>{kit.off('March 2, 2021')}</div>"

    def gallery() -> str:
        return (
            f"<div class='wp-block-gallery'>{kit.figure('(Photo by {})')}{kit.figure('(Photo by {})')}</div>"
        )

    def donate() -> str:
        return f"<div class='wp-block-cover'><h3>{kit.off('Support local journalism')}</h3><p>{kit.off('Our reporting is free for everybody. Become a member today and help us to keep it that way.')}</p><a>{kit.off('Donate')}</a></div>"

    tail = f"<div class='wp-block-post-terms'>{kit.links(['bridges', 'city hall'], 'span')}</div><div class='wp-block-query'><h2>{kit.off('Keep reading')}</h2><div>"
    tail += (
        "".join(
            f"<div class='wp-block-post'><figure><a href='/x'><img src='x.jpg'></a></figure><h2 class='t'><a href='/x'>{kit.off(kit.title())}</a></h2><div class='e'><p>{kit.off(kit.filled(_BLURBS))}</p></div></div>"
            for _ in range(4)
        )
        + "</div></div>"
    )
    return _document(
        kit,
        f"<div class='wp-site-blocks'>{top}<main>{lead}<div class='entry-content wp-block-post-content'>{kit.body({2: gallery, 5: donate})}</div>{tail}</main></div>",
    )


def _agency(kit: Kit) -> str:
    """Held out. An agency: hub links in a column beside the text, numbered updates, contact lines, tag cloud."""
    column = (
        f"<div class='col'><div class='hd'>{kit.off('Trending')}</div>"
        + "".join(
            f"<div class='r'><span>{kit.off(str(i + 1))}</span><a href='/t'>{kit.off(kit.title())}</a></div>"
            for i in range(5)
        )
        + "</div>"
    )
    lead = f"{kit.headline()}<div class='m'><span>{kit.off(f'By {kit.name()} and {kit.name()}')}</span><span>{kit.off('Updated 10:42 AM GMT, March 2, 2021')}</span></div>"

    def hub() -> str:
        return f"<div class='hub'><a href='/h'>{kit.off('Full coverage: ' + kit.title())}</a></div>"

    tail = f"<div class='contact'><i>{kit.off('Got a tip? Contact our investigative team at tips@example.org')}</i></div><div class='cloud'>{kit.links(['Bridges', 'Sandby', 'Councils', 'Roads'], 'span')}</div>"
    tail += f"<div class='spon'><div>{kit.off('Promoted: ' + kit.title())}</div></div>"
    return _document(
        kit,
        f"<div class='page'>{kit.nav()}<div class='grid'><div class='main'>{lead}<div class='rte'>{kit.body({3: hub, 6: hub})}</div>{tail}</div>{column}</div><div class='ft'><p>{kit.off('Harbour Agency is an independent news organisation. Founded in 1921.')}</p></div></div>",
    )


def _intranet(kit: Kit) -> str:
    """Held out. A page saved from an intranet: breadcrumbs, quick links, reactions, who has seen it, a survey."""
    top = f"<div role='navigation'><a>{kit.off('Intranet home')}</a><a>{kit.off('My tools')}</a></div><div class='quick'><h2>{kit.off('Quick links')}</h2><ul>{kit.links(['Book a room', 'Report sickness', 'Expenses'])}</ul></div>"
    lead = f"{kit.headline()}<div>{kit.off(f'Posted by {kit.name()}, 2 March 2021')}</div>"
    tail = f"<div class='re'><span>{kit.off('14 people like this')}</span><span>{kit.off('Seen by 212')}</span></div><div><p>{kit.off('Was this page helpful?')}</p></div><div class='more'><h2>{kit.off('More news')}</h2><ul>{kit.teasers(4)}</ul></div>"
    return _document(
        kit,
        f"{top}<div role='main'><div>{lead}</div><div class='canvas'>{kit.body(None, '<div><p>{}</p></div>')}</div>{tail}</div>",
    )


TEMPLATES: tuple[Callable[[Kit], str], ...] = (
    _wordpress, _broadsheet, _broadcaster, _tabloid, _amp, _paywall, _tables, _trade, _live, _magazine,
    _portal, _press_office,
)  # fmt: skip
HELD_OUT: tuple[Callable[[Kit], str], ...] = (_newsletter_site, _blocks_theme, _agency, _intranet)


def made(
    stories: Sequence[Story], templates: Sequence[Callable[[Kit], str]], each: int, seed: int = 1
) -> list[MadePage]:
    """`each` pages of every template, of the stories in turn; the same for one seed."""
    out = []
    for number, template in enumerate(templates):
        for i in range(each):
            kit = Kit(random.Random(f"{seed} {number} {i}"), stories[(number * each + i) % len(stories)])
            html = template(kit)
            out.append(MadePage(template.__name__.strip("_"), html, tuple(kit.lines)))
    return out
