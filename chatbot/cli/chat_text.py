"""What `cuttings chat` says: answers with numbers to open, articles with a quotation marked, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from string import ascii_lowercase
from typing import TYPE_CHECKING

from chatbot.answer import Answer, Citation, Difference
from chatbot.cli.console import QUOTE, QUOTE_END, WORDS, WORDS_END
from chatbot.conversation.period import in_words, nothing_then
from chatbot.quoting.excerpt import pieces
from chatbot.render.message import CLOSEST_SHOWN, POSSIBLY, day
from chatbot.render.terminal import counted, listed, one_line, plain, where, wrapped

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


def numbered(answer: Answer) -> dict[str, Citation]:
    """Every sentence that is shown for an answer, by the number that it is shown with: "1", "1b", "2"."""
    found: dict[str, Citation] = {}
    cited = (citation for part in _parts(answer) for citation in _sides(part))
    for number, citation in enumerate(cited, start=1):
        for letter, one in zip(["", *ascii_lowercase[1:]], [citation, *citation.also], strict=False):
            found[f"{number}{letter}"] = one
    return found


def answered(answer: Answer, columns: int | None) -> str:
    """The answer, each sentence with its number."""
    if answer.notice:
        return one_line(answer.notice)
    if not answer.hits:
        return "There is no article to look in yet; add some with `cuttings ingest PATH`."
    parts = []
    if answer.standalone_question != answer.question:
        searched = f"Searched for: {one_line(answer.standalone_question)} (`as typed` takes that back)"
        parts.append(wrapped(searched, "", columns))
    if answer.period:
        parts.append(f"{in_words(answer.period)}; `any time` takes that off.")
    if answer.state == "possibly":
        parts.append(POSSIBLY)
    if answer.abstained and not nothing_then(answer.period):
        parts.append("The articles do not answer that.")
    if answer.abstained and answer.citations:
        parts.append("Closest passages (not an answer):")
    numbers = count(1)
    for part in _parts(answer):
        if isinstance(part, Difference):
            parts.append("Sources differ:")
        parts += [_quoted(citation, next(numbers), columns) for citation in _sides(part)]
    return "\n\n".join(parts)


def sources(answer: Answer) -> str:
    """The articles that an answer cites, each once, with the numbers of their sentences."""
    numbers: dict[str, list[str]] = {}
    cited = numbered(answer)
    for number, citation in cited.items():
        numbers.setdefault(citation.article_id, []).append(number)
    lines = []
    for of_article in numbers.values():
        one = cited[of_article[0]]
        about = listed(one.title, one.publisher, day(one.published), one.url, one.source)
        lines.append(f"{', '.join(of_article)}: {about}")
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
    shown = pieces(article, start, end, (citation.start, citation.end))
    text = "".join(f"{QUOTE}{plain(piece)}{QUOTE_END}" if marked else plain(piece) for piece, marked in shown)
    text = f"{'…' if start else ''}{text.strip()}{'…' if end < len(article.text) else ''}"
    about = listed(article.title, article.publisher, day(article.published), article.url)
    place = f"[{one_line(article.source)} {citation.start}-{citation.end}]"
    lines = [f"{about} {place}", "", *text.split("\n")]
    return "\n".join(wrapped(line, "", columns) for line in lines)


def place(text: str) -> int:
    """The line, counted from 1, at which to begin so that the quotation is seen, and what is before it."""
    return max(1, text[: max(0, text.find(QUOTE))].count("\n") - 3)


def _parts(answer: Answer) -> Sequence[Citation | Difference]:
    """What is shown, in order."""
    return answer.citations[:CLOSEST_SHOWN] if answer.abstained else answer.parts


def _sides(part: Citation | Difference) -> Sequence[Citation]:
    return part.citations if isinstance(part, Difference) else (part,)


def _quoted(citation: Citation, number: int, columns: int | None) -> str:
    quote = plain(citation.quote)
    if citation.highlight:
        first, last = (place - citation.start for place in citation.highlight)
        before, words, after = citation.quote[:first], citation.quote[first:last], citation.quote[last:]
        quote = f"{plain(before)}{WORDS}{plain(words)}{WORDS_END}{plain(after)}"
    lines = [wrapped(f"“{' '.join(quote.split())}”", f"{number}. ", columns), f"   {where(citation)}"]
    for letter, other in zip(ascii_lowercase[1:], citation.also, strict=False):
        lines.append(f"   {number}{letter} also in {where(other)}")
    if citation.also:
        lines.append(f"   {counted(citation.sources, 'independent source')}")
    return "\n".join(lines)
