"""Pages of questions and answers (问：… 答：…): a question with its answer is one clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.layout import Line
from corpus.types import Clause, ClauseKind

_QUESTION = re.compile(
    r"^(?:\d{1,3}[.．、]\s*)?(?:[【\[]?(?:问题?|提问)[】\]]?\s*[一二三四五六七八九十\d]{0,3}|Q\d{0,3})\s*[：:、.]\s*(?=\S)"
)
_ANSWER = re.compile(r"^(?:[【\[]?(?:答|答复|回复|回答|解答)[】\]]?|A\d{0,3})\s*[：:、.]")
_SECTION = re.compile(r"^[一二三四五六七八九十]{1,3}、\s*([^。；？]{1,40})$")
_LEAST = 2


def is_questions(lines: Sequence[Line]) -> bool:
    """Whether a body is one of questions and answers."""
    asked = sum(bool(_QUESTION.match(line.text)) for line in lines)
    answered = sum(bool(_ANSWER.match(line.text)) or "答：" in line.text for line in lines)
    return asked >= _LEAST and answered >= _LEAST


def parse_questions(body: Sequence[Line], document_id: str) -> list[Clause]:
    """Clauses of questions, numbered through; before the first stand loose paragraphs, sections are headings."""
    groups: list[tuple[str, tuple[str, ...], list[Line]]] = []  # kind, headings, lines
    section: tuple[str, ...] = ()
    for line in body:
        if heading := _SECTION.match(line.text):
            section = (heading[1].strip(),)
            groups.append(("s", (), [line]))
        elif _QUESTION.match(line.text):
            groups.append(("q", section, [line]))
        elif groups and groups[-1][0] == "q":
            groups[-1][2].append(line)
        else:
            groups.append(("preamble", section, [line]))
    counts: dict[str, int] = {}
    return [_clause(kind, above, lines, document_id, counts) for kind, above, lines in groups]


def _clause(
    kind: str, headings: tuple[str, ...], lines: Sequence[Line], document_id: str, counts: dict[str, int]
) -> Clause:
    counts[kind] = number = counts.get(kind, 0) + 1
    first = lines[0].text
    title = {"q": re.split(r"(?<=[？?])|\s*答[：:]", _QUESTION.sub("", first))[0].strip(), "s": first}.get(kind, "")
    return Clause(
        id=f"{document_id}_{kind}{number if kind != 'preamble' else f'.{number}' if number > 1 else ''}",
        document_id=document_id,
        kind=ClauseKind.HEADING if kind == "s" else ClauseKind.PARAGRAPH,
        label={"q": f"第{number}问", "s": f"第{number}部分"}.get(kind, "引言" if number == 1 else f"引言第{number}段"),
        headings=headings,
        title=title,
        text="\n".join(line.text for line in lines),
        spans=tuple(line.span for line in lines),
    )
