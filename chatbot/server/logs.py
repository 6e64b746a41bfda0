"""What is logged as JSON: one object a line, of Cuttings and of the libraries it stands on."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from chatbot.server import request_id


class Lines(logging.Formatter):
    """A record as one line; what a request's record tells of it stands at the top level."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.current.get() or None,
            **getattr(record, "request", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        # In ASCII: no line break of any kind is left in it.
        return json.dumps(line)


def log_as_json() -> None:
    """Have everything logged to standard error as JSON: every request, and warnings and errors of all."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
    logging.getLogger("chatbot.server.request_log").setLevel(logging.INFO)
