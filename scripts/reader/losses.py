"""What is minimised: in each passage and over all passages of a question, the answer before all else."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

SPAN = 0.25
"""Weight of the words that answer beside the sentences."""

NOTHING = -1e4


def membership(sentence: Any, count: int) -> Any:
    """(b, t) sentence of each piece -> (b, s, t), whether a piece belongs to a sentence."""
    return sentence[:, None, :] == torch.arange(count, device=sentence.device)[None, :, None]


def judged(network: Any, given: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
    """Sentence logits with `NOTHING` where a passage has no such sentence, nulls, span logits, membership."""
    inside = membership(given["sentence"], given["answers"].shape[1])
    scores, null, span = network(given["pieces"], given["mask"], given["segments"], inside)
    return scores.masked_fill(~inside.any(2), NOTHING), null, span, inside


def loss(scores: Any, null: Any, span: Any, inside: Any, given: dict[str, Any]) -> Any:
    """The answering sentences, or the null, against all else: in each passage, and over all of a question."""
    answers = given["answers"]
    answered = answers.any(1)
    # within the passage
    every = torch.cat([null[:, None], scores], 1)
    right = torch.cat([~answered[:, None], answers], 1)
    own = torch.logsumexp(every, 1) - torch.logsumexp(every.masked_fill(~right, NOTHING), 1)
    # over the passages of a question, where "none of them" is 0
    margins = scores - null[:, None]
    groups, slots = int(given["group"].max()) + 1, int(given["slot"].max()) + 1
    all_of = scores.new_full((groups, slots), NOTHING)
    right_of = scores.new_full((groups, slots), NOTHING)
    at = given["group"], given["slot"]
    all_of = all_of.index_put(at, torch.logsumexp(margins.clamp(min=NOTHING), 1))
    right_of = right_of.index_put(at, torch.logsumexp(margins.masked_fill(~answers, NOTHING), 1))
    none = torch.zeros_like(all_of[:, :1])
    answerable = torch.zeros(groups, dtype=torch.bool, device=scores.device).index_put(
        (given["group"],), answered, accumulate=True
    )
    wanted = torch.where(answerable, torch.logsumexp(right_of, 1), none[:, 0])
    together = torch.logsumexp(torch.cat([none, all_of], 1), 1) - wanted
    total = own.mean() + together.mean()
    marked = given["span"][:, 0] >= 0
    if bool(marked.any()):
        total = total + SPAN * _span(span[marked], inside[marked], answers[marked], given["span"][marked])
    return total


def _span(span: Any, inside: Any, answers: Any, places: Any) -> Any:
    allowed = (inside & answers[:, :, None]).any(1)
    logits = span.masked_fill(~allowed[..., None], NOTHING)
    return functional.cross_entropy(logits[..., 0], places[:, 0]) + functional.cross_entropy(
        logits[..., 1], places[:, 1]
    )


def taught(
    student: tuple[Any, Any, Any, Any], teachers: list[tuple[Any, Any, Any, Any]], given: dict[str, Any]
) -> Any:
    """How far the student's judgement is from the mean of its teachers: KL over null and sentences, over the
    question's passages together, and over the words that answer."""
    scores, null, span, inside = student
    mean = [torch.stack([one[i] for one in teachers]).mean(0) for i in range(3)]
    own = _kl(torch.cat([null[:, None], scores], 1), torch.cat([mean[1][:, None], mean[0]], 1))
    margin = torch.stack(
        [(scores - null[:, None]).clamp(-15, 15), (mean[0] - mean[1][:, None]).clamp(-15, 15)]
    )
    there = inside.any(2)
    apart = ((margin[0] - margin[1]) ** 2)[there].mean()
    words = inside.any(1)
    places = _kl(
        span.masked_fill(~words[..., None], NOTHING).transpose(1, 2).flatten(0, 1),
        mean[2].masked_fill(~words[..., None], NOTHING).transpose(1, 2).flatten(0, 1),
    )
    return own + 0.05 * apart + 0.1 * places


def _kl(student: Any, teacher: Any) -> Any:
    told = functional.log_softmax(teacher, 1)
    return (told.exp() * (told - functional.log_softmax(student, 1))).sum(1).mean()
