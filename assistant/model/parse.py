"""What a model wrote -> statements, for models that write JSON badly or not at all.

Repaired JSON first (code fences, trailing commas, single quotes, cut ends, words around it), then lines
that end with the number of their clause: “1. ……（依据2）”. Nothing here is trusted: see ground.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from corpus.numerals import chinese_value
from corpus.types import Frozen

MOST = 8  # statements of an answer
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_LINE = re.compile(
    r"^\s*(?:[-*•]|[（(]?\d{1,2}[.、．)）])?\s*(?P<text>.*?)\s*"
    r"[（(\[【［]\s*(?:依据|条款|来源|见|clause)?\s*(?:第)?(?P<number>\d{1,2}|[一二三四五六七八九十]{1,2})(?:条|号)?\s*[）)\]】］]\s*[。.]?\s*$"
)
_TEXT = ("text", "statement", "sentence", "answer", "content", "句子", "语句", "回答", "内容")
_NUMBER = ("clause", "clause_number", "number", "source", "clauses", "citation", "id", "条款", "序号", "依据", "编号")
_QUOTE = ("quote", "quotes", "evidence", "原文", "引文", "引用", "依据原文")


class Written(Frozen):
    """One statement as the model wrote it: its text, the number of a clause (from 1), a quote or none."""

    text: str
    clause: int
    quote: str = ""


def parse(text: str) -> tuple[Written, ...] | None:
    """Statements of a model's text, also of one that is not finished.

    Returns:
        None where the text has no form that can be read; empty where it says that there is nothing to say.
    """
    text = _THOUGHT.sub("", text).strip()
    start = re.search(r"[{\[]\s*[\"'“‘{\[}\]]", text)
    if start is not None:
        found = _from_json(text[start.start() :])
        if found is not None:
            return found[:MOST]
    lines = tuple(_from_lines(text))
    return lines[:MOST] or None


def unfinished(text: str) -> str:
    """What can be shown of a text while it is being written: the statements so far, never its JSON."""
    text = _THOUGHT.sub("", text).strip()
    said = _values(text, _TEXT) or _values(text, _QUOTE)
    if said or not text or text[0] in "{[`":
        return "\n".join(dict.fromkeys(filter(None, said)))
    return text


def _values(text: str, names: tuple[str, ...]) -> list[str]:
    """What stands so far under any of the names, in JSON that may not be finished."""
    found: list[str] = re.findall(rf"[\"'](?:{'|'.join(names)})[\"']\s*[:：]\s*[\"']([^\"']*)", text)
    return found


def _from_json(text: str) -> tuple[Written, ...] | None:
    import json_repair

    try:
        value = json_repair.loads(text)
    except (RecursionError, ValueError):
        return None
    entries = list(_entries(value))
    if not entries:
        empty = isinstance(value, dict) and any(v == [] for v in value.values())
        return () if empty or (value == [] and text.startswith("[]")) else None
    return tuple(w for entry in entries if (w := _written(entry)) is not None)


def _entries(value: Any) -> Iterator[dict[str, Any]]:
    """Objects that carry a text or a quote, wherever they stand."""
    if isinstance(value, dict):
        if isinstance(_one(_first(value, _TEXT)), str) or isinstance(_one(_first(value, _QUOTE)), str):
            yield value
        else:
            for inner in value.values():
                yield from _entries(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _entries(inner)


def _written(entry: dict[str, Any]) -> Written | None:
    number, quote = _one(_first(entry, _NUMBER)), _one(_first(entry, _QUOTE))
    if isinstance(number, dict):  # {"citation": {"clause": 1, "quote": "…"}}
        number, quote = _one(_first(number, _NUMBER)), quote or _one(_first(number, _QUOTE))
    value = _value(number)
    if value is None:
        return None
    quote = str(quote or "").strip()
    return Written(text=str(_one(_first(entry, _TEXT)) or quote).strip(), clause=value, quote=quote)


def _value(number: Any) -> int | None:
    """A clause's number, however it is written: 2, "2", "依据2", "第二条"."""
    if isinstance(number, bool) or number is None:
        return None
    match = re.search(r"\d{1,3}|[一二三四五六七八九十]{1,3}", str(number))
    if match is None:
        return None
    return int(match.group()) if match.group().isdigit() else chinese_value(match.group())


def _from_lines(text: str) -> Iterator[Written]:
    for line in text.splitlines():
        if match := _LINE.match(line):
            number = _value(match.group("number"))
            if number is not None and match.group("text"):
                yield Written(text=match.group("text"), clause=number)


def _first(entry: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((entry[name] for name in names if name in entry), None)


def _one(value: Any) -> Any:
    """The first of a list; anything else as it is."""
    return (value[0] if value else None) if isinstance(value, list) else value
