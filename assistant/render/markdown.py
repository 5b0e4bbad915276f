"""Markdown, e.g. to paste into a letter: statements with footnote-like numbers, then the quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.render.labels import numbers
from assistant.types import Answer, Citation
from corpus.library import Library


def to_markdown(answer: Answer, library: Library) -> str:
    """An answer as Markdown; what documents and people wrote is escaped."""
    parts = [f"## {_escape(answer.question)}"]
    said = [
        f"{_escape(s.text)}{''.join(f'（依据{number}）' for number in numbers(answer, s))}" for s in answer.statements
    ]
    message = [_escape(answer.message)] if answer.message else []
    parts += message + said if answer.message_first else said + message
    parts += _section("依据", answer.citations) + _section("相关条款", answer.related)
    if answer.notices:
        parts.append("### 提醒\n\n" + "\n".join(f"- {_escape(notice.text)}" for notice in answer.notices))
    return "\n\n".join(parts) + "\n"


def _section(title: str, citations: Iterable[Citation]) -> list[str]:
    items = [f"{n}. {_escape(c.label)}\n\n   > {_escape(c.quote)}" for n, c in enumerate(citations, 1)]
    return [f"### {title}\n\n" + "\n\n".join(items)] if items else []


def _escape(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text.replace("\n", " "))
