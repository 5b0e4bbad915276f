"""What the running site writes to standard error: what happened and where in the program, never what was asked.

An exception's own message may hold a question (pydantic shows the value that it refuses), so only its kind and the
places in the program are kept. On a terminal a line is for reading; otherwise it is one JSON object.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import traceback
from typing import TextIO

_PLACES = 12  # of a traceback, the innermost


class Lines(logging.Formatter):
    """One line an event.

    Args:
        as_json: JSON for programs; else text for a person.
    """

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        when = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "time": when,
            "level": record.levelname.lower(),
            "part": record.name,
            "message": record.getMessage().strip(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])[-_PLACES:]
            line["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        if self._as_json:
            return json.dumps(line, ensure_ascii=False)
        return " ".join(str(value) for value in line.values())


def set_up(stream: TextIO | None = None) -> None:
    """Send warnings and worse of every part of the process through :class:`Lines`."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(as_json=not stream.isatty()))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):  # own handlers would print an error's message
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.WARNING)  # an access line holds the address, and an address may hold a question
        logger.propagate = True
