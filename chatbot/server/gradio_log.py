"""What Gradio prints of events that fail, as lines of the log that say nothing of what was asked."""

from __future__ import annotations

import logging
import sys
from pathlib import PurePath
from types import SimpleNamespace

log = logging.getLogger(__name__)


def take_over() -> None:
    """Have Gradio's tracebacks logged: the error's class and place, and no words, which may be asked ones."""
    from gradio import queueing, routes

    for module in (queueing, routes):
        setattr(module, "traceback", SimpleNamespace(print_exc=_logged))  # noqa: B010


def _logged() -> None:
    kind, _, at = sys.exc_info()
    while at and at.tb_next:
        at = at.tb_next
    place = f"{PurePath(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}" if at else "?"
    log.error("an event of the page failed: %s in %s", kind.__name__ if kind else "?", place)
