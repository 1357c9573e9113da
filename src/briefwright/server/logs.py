"""Logs as one JSON object a line on stderr: time, level, what happened, and whose run it was. Never a key, never a brief."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

FIELDS = ("run", "owner", "seconds")
SECRET = re.compile(r"\b(?:bw_[0-9a-f]{12}_[\w-]+|sk-[\w-]{8,}|Bearer\s+\S+|://[^/\s:@]+:[^/\s@]+@)")


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = {"at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"), "level": record.levelname.lower(), "log": record.name, "said": record.getMessage()}  # fmt: skip
        said |= {
            name: str(getattr(record, name)) for name in FIELDS if getattr(record, name, None) is not None
        }
        if record.exc_info:
            said["fault"] = self.formatException(record.exc_info)
        return SECRET.sub("[secret]", json.dumps(said, ensure_ascii=False))


def _told_elsewhere(record: logging.LogRecord) -> bool:
    """Whether a record of a library says something of its own: a cancelled run is no fault, and a bug is logged by us."""
    fault = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
    return (
        "Cancelled" not in f"{fault} {record.getMessage()}"
        and record.getMessage() != "Exception in ASGI application\n"
    )


def set_up_logs() -> None:
    """Ours at info, everybody else's at warning."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.WARNING
    logging.getLogger("briefwright").setLevel(logging.INFO)
    for name in ("dbos", "uvicorn.access", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        if _told_elsewhere not in logger.filters:
            logger.addFilter(_told_elsewhere)
