"""A row to what the reader learns from at once: a question, and the passages that it is put to."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scripts.reader import near_misses as near
from scripts.reader.followups import follow_up
from scripts.reader.rows import WEIGHTS, Corpus, Passage, Row, Span, family, held_out, words
from scripts.reader.statements import restated
from scripts.reader.wordings import reworded

LONGEST = 175
"""Words of a passage that are read at most: those of a passage of a collection."""


_REASON = re.compile(
    r"(?i)\b(?:because|due to|owing to|the reason|reasons|caused by|as a result|in order to|so that|so as to|"
    r"puts? (?:this|it) down|blames?d?|thanks to|since)\b"
)
_WHY = (
    "why?",
    "Why?",
    "why is that?",
    "Why so?",
    "And why?",
    "for what reason?",
    "how come?",
    "Why was that?",
)
_GOES_ON = (
    "tell me more",
    "go on",
    "more?",
    "anything else?",
    "what else?",
    "Tell me more.",
    "and then?",
    "what happened next?",
    "more please",
    "continue",
    "What came next?",
    "And after that?",
)


@dataclass(frozen=True, slots=True)
class Put:
    """A passage that a question is put to. `answers` is empty where it does not answer."""

    context: str
    passage: Passage
    answers: tuple[int, ...]
    span: Span | None


@dataclass(frozen=True, slots=True)
class Group:
    """A question with the last exchange ("" where there is none) and its passages."""

    question: str
    last_question: str
    last_answer: str
    puts: tuple[Put, ...]
    kind: str


class Maker:
    """Makes groups of the rows that are trained on, or of those held out; the same for the same seed."""

    def __init__(self, corpus: Corpus, seed: int, *, held: bool = False, leave_out: str = "") -> None:
        self.corpus = corpus
        self.random = random.Random(seed)
        if held and leave_out:  # all of the family, since none of it is trained on
            self.rows = [row for row in corpus.rows if family(row.source) == leave_out]
        else:
            self.rows = [
                row
                for row in corpus.rows
                if held_out(corpus.passages[row.passage]) == held and family(row.source) != leave_out
            ]
        self.bank = near.Names.of(corpus.rows)
        self.siblings: defaultdict[int, list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.answers:
                self.siblings[row.passage].append(row)
        self.weights = [WEIGHTS.get(row.source, 0.6) for row in self.rows]

    def stream(self) -> Iterator[Group]:
        while True:
            for row in self.random.choices(self.rows, self.weights, k=1000):
                yield from self.groups(row)

    def groups(self, row: Row) -> Iterator[Group]:
        """The row as it is, and a near miss made from it."""
        random_ = self.random
        passage = self.corpus.passages[row.passage]
        last_question, last_answer, question = self._history(row, passage)
        if not row.answers:
            window, _, _ = self._window(passage, (), None)
            title = self._context(row.passage)
            yield Group(
                self._worded(question, ""),
                last_question,
                last_answer,
                (Put(title, self._noise(window, question, ())[0], (), None), *self._others(row, 0.3)),
                "given",
            )
            return
        answer = passage.text[slice(*row.span)] if row.span else ""
        title = self._context(row.passage)
        window, answers, span = self._window(passage, row.answers, row.span or near.single(passage, row))
        noisy, answers, span = self._noise(window, row.question, answers, span)
        yield Group(
            self._worded(question, answer),
            last_question,
            last_answer,
            (Put(title, noisy, answers, span), *self._others(row, 0.8)),
            "answered",
        )
        if random_.random() < 0.06 and (more := self._continued(row, passage)):
            yield more
        if random_.random() < 0.85 and (miss := self._miss(row, passage, question)):
            asked, kind, missed = miss
            window, _, _ = self._window(missed, (), None)
            window = self._noise(window, row.question, ())[0]
            yield Group(
                self._worded(asked, ""),
                last_question,
                last_answer,
                (Put(title, window, (), None), *self._others(row, 0.4)),
                kind,
            )

    def _worded(self, question: str, answer: str) -> str:
        return reworded(question, answer, self.random)

    def _miss(self, row: Row, passage: Passage, question: str) -> tuple[str, str, Passage] | None:
        """A question, how it came about, and a passage that does not answer it."""
        random_ = self.random
        answers = row.answers
        kind = random_.choices(("exchanged", "attribute", "other", "restated", "cut"), (38, 20, 8, 8, 26))[0]
        if kind == "exchanged" and (made := near.exchanged(question, passage, answers, self.bank, random_)):
            return made, "exchanged", passage
        if kind == "attribute" and (less := near.without_attribute(passage, row, random_)):
            return question, "attribute", less
        if kind == "other" and (made := near.other_attribute(question, passage, answers, random_)):
            return made, "attribute", passage
        if kind == "restated":
            other = self.corpus.passages[random_.choice(row.negatives)] if row.negatives else passage
            kept = [passage.text[a:b] for i, (a, b) in enumerate(passage.sentences) if i not in answers]
            kept += [other.text[a:b] for a, b in other.sentences[:3]]
            kept = random_.sample(kept, min(len(kept), random_.randint(1, 4)))
            for _ in range(random_.randint(1, 4)):
                kept.insert(random_.randint(0, len(kept)), restated(row.question, random_))
            return question, "restated", near.joined(kept)
        gone = {*answers, *(i for i in self._repeats(row, passage))}
        if len(gone) < len(passage.sentences):
            return question, "cut", near.cut(passage, sorted(gone))
        return None

    def _repeats(self, row: Row, passage: Passage) -> Iterator[int]:
        """Sentences that hold the words that answer once more."""
        if row.span and (told := passage.text[slice(*row.span)].lower()) and len(told) > 2:
            for i, (a, b) in enumerate(passage.sentences):
                if told in passage.text[a:b].lower():
                    yield i

    def _others(self, row: Row, chance: float) -> tuple[Put, ...]:
        """Passages that BM25 finds for the question and that do not hold what answers it."""
        random_ = self.random
        if not row.negatives or random_.random() > chance:
            return ()
        own = self.corpus.passages[row.passage]
        gold = [own.text[slice(*own.sentences[i])].strip()[:60] for i in row.answers]
        if row.span:
            gold.append(own.text[slice(*row.span)])
        found = []
        for number in random_.sample(row.negatives, min(len(row.negatives), random_.choice((1, 1, 2, 3)))):
            other = self.corpus.passages[number]
            if not any(sentence in other.text for sentence in gold):
                window, _, _ = self._window(other, (), None)
                found.append(Put(self._context(number), window, (), None))
        return tuple(found)

    def _context(self, number: int) -> str:
        title = self.corpus.titles[number]
        return f"{title}\n" if title and self.random.random() < 0.6 else ""

    def _window(
        self, passage: Passage, answers: Sequence[int], span: Span | None
    ) -> tuple[Passage, tuple[int, ...], Span | None]:
        """Sentences in a row around those that answer, no more than are read."""
        random_ = self.random
        sentences = passage.sentences
        first = last = random_.choice(answers) if answers else random_.randrange(len(sentences))
        sizes = [words(passage.text[a:b]) for a, b in sentences]
        limit = random_.choice((LONGEST, LONGEST, 140, 100, 60))
        size = sizes[first]
        while True:
            sides = [i for i in (first - 1, last + 1) if 0 <= i < len(sentences) and size + sizes[i] <= limit]
            if not sides:
                break
            taken = random_.choice(sides)
            size += sizes[taken]
            first, last = min(first, taken), max(last, taken)
        at = sentences[first][0]
        spans = tuple((a - at, b - at) for a, b in sentences[first : last + 1])
        text = passage.text[at : sentences[last][1]]
        inside = tuple(i - first for i in answers if first <= i <= last)
        if span and not sentences[first][0] <= span[0] < span[1] <= sentences[last][1]:
            span = None
        return Passage(text, spans), inside, (span[0] - at, span[1] - at) if span else None

    def _noise(
        self, passage: Passage, question: str, answers: Sequence[int], span: Span | None = None
    ) -> tuple[Passage, tuple[int, ...], Span | None]:
        """What must not matter: a sentence less that does not answer, or one more that only restates."""
        random_ = self.random
        answers = tuple(answers)
        draw = random_.random()
        if draw < 0.2 and len(passage.sentences) > len(answers) + 1:
            gone = random_.choice([i for i in range(len(passage.sentences)) if i not in answers])
            made = near.cut(passage, [gone])
            place = {
                old: new for new, old in enumerate(i for i in range(len(passage.sentences)) if i != gone)
            }
        elif draw < 0.38:
            at = random_.randint(0, len(passage.sentences))
            made = near.with_sentence(passage, at, restated(question, random_), insert=True)
            place = {old: old + (old >= at) for old in range(len(passage.sentences))}
        else:
            return passage, answers, span
        if span:
            home = next(
                (i for i, (a, b) in enumerate(passage.sentences) if a <= span[0] and span[1] <= b), None
            )
            shift = made.sentences[place[home]][0] - passage.sentences[home][0] if home in place else None
            span = (span[0] + shift, span[1] + shift) if shift is not None else None
        return made, tuple(place[i] for i in answers), span

    def _history(self, row: Row, passage: Passage) -> tuple[str, str, str]:
        """The last exchange and the question after it; mostly there is none."""
        random_ = self.random
        draw = random_.random()
        if draw < 0.55:
            # What was quoted has been read: who goes on asking wants another sentence.
            others = [
                one
                for one in self.siblings[row.passage]
                if one.question != row.question and not set(one.answers) & set(row.answers)
            ]
            if others:
                before = random_.choice(others)
                said = self._said(before, passage)
                if made := follow_up(row.question, before.question, said, random_):
                    return before.question, said, made
                if draw < 0.1:
                    return before.question, said, row.question
        elif draw < 0.62:  # another subject before: it must not matter
            before = random_.choice(self.rows)
            if before.answers:
                return before.question, self._said(before, self.corpus.passages[before.passage]), row.question
        return "", "", row.question

    def _continued(self, row: Row, passage: Passage) -> Group | None:
        """What comes next, or why, after what this row answers; None where nothing fitting comes."""
        after = max(row.answers) + 1
        if after >= len(passage.sentences):
            return None
        told = passage.text[slice(*passage.sentences[after])]
        if _REASON.search(told):
            question = self.random.choice(_WHY)
        elif self.random.random() < 0.5:
            question = self.random.choice(_GOES_ON)
        else:
            return None
        said = passage.text[slice(*passage.sentences[row.answers[0]])].strip()
        window, answers, _ = self._window(passage, (after,), None)
        puts = (Put(self._context(row.passage), window, answers, None), *self._others(row, 0.5))
        return Group(question, row.question, said, puts, "continued")

    def _said(self, row: Row, passage: Passage) -> str:
        """What was answered: the words that answer, or the sentence."""
        if row.span and self.random.random() < 0.35:
            return passage.text[slice(*row.span)]
        return passage.text[slice(*passage.sentences[row.answers[0]])].strip()


def speech(corpus: Corpus, random_: random.Random) -> list[Row]:
    """Rows that ask who said what, made from sentences of direct speech."""
    said = re.compile(
        r"[“\"](?P<words>[^”\"]{25,})[”\"],? "
        r"(?:(?P<one>[A-Z]\w+(?: [A-Z]\w+)*) (?:said|says|added|told|wrote)|"
        r"(?:said|says|added|wrote|argued|claimed) (?P<two>(?:the )?[A-Z]\w+(?: [A-Z]\w+)*|the \w+))"
    )
    found = []
    for number, passage in enumerate(corpus.passages):
        for i, (a, b) in enumerate(passage.sentences):
            if match := said.search(passage.text[a:b]):
                speaker = match["one"] or match["two"]
                if speaker in ("He", "She", "They", "I", "We", "It"):
                    continue
                told = re.findall(r"[a-z]{5,}", match["words"])[:12]
                if len(told) < 3:
                    continue
                topic = " ".join(random_.sample(told, 2))
                spoken = " ".join(match["words"].split()[: random_.randint(4, 8)]).rstrip(",.")
                for question in random_.sample(
                    (
                        f"What did {speaker} say about {topic}?",
                        f"What did {speaker} say?",
                        f"Who said {spoken}?",
                        f"Who said {topic}?",
                        f"Quote {speaker} on {topic}",
                        f"What does {speaker} think of {topic}?",
                    ),
                    2,
                ):
                    start = match.start("one") if match["one"] else match.start("two")
                    span = (a + start, a + start + len(speaker)) if question.startswith("Who") else None
                    if question == f"What did {speaker} say?" and passage.text.count(speaker) > 1:
                        continue
                    found.append(Row(question, number, (i,), span, "speech", ()))
    return found
