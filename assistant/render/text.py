"""Plain text in one fixed order: 结论, 依据, 提醒, 相关条款, 可以接着问."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.render.labels import cells, numbers
from assistant.types import Answer, Citation, Statement
from corpus.library import Library


def to_text(answer: Answer, library: Library) -> str:
    """An answer as text for a terminal; the first line is the answer."""
    lines: list[str] = []
    said = [_statement(answer, statement) for statement in answer.statements]
    lines += list(filter(None, [answer.message, *said] if answer.message_first else [*said, answer.message]))
    if answer.statements:
        lines += ["", "依据", *_quotes(answer.citations, library)]
    if answer.related:
        lines += ["", "相关条款", *_quotes(answer.related, library)]
    if answer.notices:
        lines += ["", "提醒", *(f"  {notice.text}" for notice in answer.notices)]
    if answer.suggestions:
        lines += ["", "可以接着问", *(f"  {question}" for question in answer.suggestions)]
    return "\n".join(lines).strip()


def _statement(answer: Answer, statement: Statement) -> str:
    return f"{statement.text}（依据{'、'.join(map(str, _most(numbers(answer, statement))))}）"


def _most(found: tuple[int, ...]) -> list[str]:
    """Numbers, a run of more than three as a range: 1至9."""
    run = len(found) > 3 and found == tuple(range(found[0], found[0] + len(found)))
    return [f"{found[0]}至{found[-1]}"] if run else [str(number) for number in found]


def _quotes(citations: Iterable[Citation], library: Library) -> list[str]:
    lines = []
    for number, citation in enumerate(citations, 1):
        lines += [f"  {number}. {citation.label}", f"     “{citation.quote}”"]
        if row := cells(citation, library):
            lines.append("     " + "；".join(f"{column}：{value}" for column, value in row))
    return lines
