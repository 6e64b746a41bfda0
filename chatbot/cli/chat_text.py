"""What `cuttings chat` says: answers with numbers to open, articles with a quotation marked, reasons."""

from __future__ import annotations

from itertools import count
from string import ascii_lowercase
from typing import TYPE_CHECKING

from chatbot.answer import Answer, Citation
from chatbot.cli.console import QUOTE, QUOTE_END, WORDS, WORDS_END
from chatbot.quoting.excerpt import pieces
from chatbot.render.outline import about, groups, introduction, numbered, searched
from chatbot.render.terminal import headed, instead, place, sources
from chatbot.render.text import counted, one_line, plain, wrapped

if TYPE_CHECKING:
    from corpus.article import Article

HELP = """\
Type a question, or
  open 1       citation 1 in its article, the quotation marked (open 1b: the second article that says so)
  sources      the articles of the answer
  why 1        why this sentence was chosen
  as typed     ask again without completing the question
  any time     ask again without the time that the question names
  new          forget the conversation
  save FILE.md write the conversation to a file
  help, quit   (or Ctrl-D; Ctrl-C stops a question)"""

_AROUND = 600
"""Characters on each side of a quotation where the whole article is not shown."""


def answered(answer: Answer, columns: int | None) -> str:
    """The answer, each sentence with its number."""
    if said := instead(answer):
        return said
    parts = introduction(answer, " (`as typed` takes that back)", "`any time`")
    if searched(answer):
        parts[0] = wrapped(parts[0], "", columns)
    numbers = count(1)
    for group in groups(answer):
        parts += headed(group)
        parts += [_quoted(citation, next(numbers), columns) for citation in group.citations]
    return "\n\n".join(parts)


def articles(answer: Answer) -> str:
    """The articles that an answer cites, each once, with the numbers of their sentences."""
    numbers: dict[str, list[str]] = {}
    cited = numbered(answer)
    for number, citation in cited.items():
        numbers.setdefault(citation.article_id, []).append(number)
    lines = []
    for of_article in numbers.values():
        one = cited[of_article[0]]
        lines.append(f"{', '.join(of_article)}: {about(one, one.url, one.source)}")
    return "\n".join(lines) or "No article is cited."


def why(citation: Citation, number: str) -> str:
    """Why a sentence was chosen: its words, its ranks, and what the reader gave it."""
    reason = citation.why
    if reason is None:
        return f"Of {number} it is not known why it was chosen."
    ranks = [
        f"{name} {score:.2f}" + (f" (rank {rank})" if rank else "")
        for name, score, rank in (
            ("by its words", reason.bm25, reason.bm25_rank),
            ("by its meaning", reason.cosine, reason.dense_rank),
        )
    ]
    return "\n".join(
        [
            f"Citation {number} ranks {reason.rank} of {counted(reason.read, 'sentence')} read; "
            f"the search ranked its passage {reason.passage_rank}: {', '.join(ranks)}.",
            f"Words of the question in it: {one_line(', '.join(reason.words)) or 'none'}.",
            f"The reader gave it {reason.margin:+.1f}, where 0 is “this passage does not answer”.",
        ]
    )


def opened(article: Article, citation: Citation, columns: int | None, whole: bool) -> str:
    """The article with the quotation marked, and in it the words that answer; or the part around it."""
    start, end = 0, len(article.text)
    if not whole:
        start, end = max(0, citation.start - _AROUND), min(end, citation.end + _AROUND)
    text = "".join(
        f"{QUOTE}{plain(piece)}{QUOTE_END}" if marked else plain(piece)
        for piece, marked in pieces(article, start, end, (citation.start, citation.end))
    )
    text = f"{'…' if start else ''}{text.strip()}{'…' if end < len(article.text) else ''}"
    where = f"[{one_line(article.source)} {citation.start}-{citation.end}]"
    lines = [f"{about(article, article.url)} {where}", "", *text.split("\n")]
    return "\n".join(wrapped(line, "", columns) for line in lines)


def line_of_quotation(text: str) -> int:
    """The line, counted from 1, at which to begin so that the quotation is seen, and what is before it."""
    return max(1, text[: max(0, text.find(QUOTE))].count("\n") - 3)


def _quoted(citation: Citation, number: int, columns: int | None) -> str:
    quote = plain(citation.quote)
    if citation.highlight:
        first, last = (offset - citation.start for offset in citation.highlight)
        before, words, after = citation.quote[:first], citation.quote[first:last], citation.quote[last:]
        quote = f"{plain(before)}{WORDS}{plain(words)}{WORDS_END}{plain(after)}"
    lines = [wrapped(f"“{' '.join(quote.split())}”", f"{number}. ", columns), f"   {place(citation)}"]
    for letter, other in zip(ascii_lowercase[1:], citation.also, strict=False):
        lines.append(f"   {number}{letter} also in {place(other)}")
    return "\n".join(lines + sources(citation))
