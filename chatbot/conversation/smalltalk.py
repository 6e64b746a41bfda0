"""Greetings and thanks, which are not questions to the articles."""

from __future__ import annotations

import re

_HELLO = "(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening))(?: there| again)?"
_HOW_ARE_YOU = "how (?:are you|is it going)(?: doing)?(?: today)?"

_REPLIES = (
    (re.compile(rf"{_HELLO}(?: {_HOW_ARE_YOU})?|{_HOW_ARE_YOU}"),
     "Hello. Ask a question, and I will quote what the articles say."),
    (re.compile(r"(?:(?:ok|okay|great|perfect) )?(?:many )?(?:thanks|thank you|thx|cheers)"
                r"(?: a lot| very much| so much| again)?"),
     "You are welcome. Ask another question whenever you like."),
    (re.compile(r"(?:ok|okay|great|perfect|got it|i see|good|nice|cool)(?: then)?"),
     "Ask another question whenever you like."),
    (re.compile(r"(?:good)?bye|see you(?: later)?"),
     "Goodbye."),
    (re.compile(r"(?:who|what) are you|what (?:can|do) you do|help"),
     "I look your question up in the articles and quote the sentences that answer it, word for word."),
)  # fmt: skip


def reply(message: str) -> str:
    """What to say to a message that is only a courtesy, or "" when it is a question."""
    words = re.sub(r"[^\w\s]", "", message).casefold().strip()
    return next((answer for pattern, answer in _REPLIES if pattern.fullmatch(words)), "")
