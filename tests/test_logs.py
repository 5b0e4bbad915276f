"""The log tells what went wrong and where, and nothing of what was asked."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import uvicorn
from pydantic import TypeAdapter, ValidationError

from assistant.logs import set_up

QUESTION = "我叫张三，二级残疾，能领多少钱"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    uvicorn.Config("app")  # gives uvicorn's loggers handlers of their own, as any program may that starts a server
    set_up(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def test_an_error_is_told_by_kind_and_place_without_what_was_asked(written: io.StringIO) -> None:
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(int).validate_python(QUESTION)
    assert QUESTION in str(raised.value)  # the library's own message would give the question away
    for part in ("tiaoju.page", "uvicorn.error"):
        logging.getLogger(part).error("Exception in application\n", exc_info=raised.value)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["part"] for line in lines] == ["tiaoju.page", "uvicorn.error"]
    assert {line["error"] for line in lines} == {"ValidationError"}
    assert all("test_logs.py" in line["at"][0] for line in lines)
    assert "张三" not in written.getvalue()


def test_what_went_well_is_not_recorded(written: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("POST /v1/ask")
    assert written.getvalue() == ""
