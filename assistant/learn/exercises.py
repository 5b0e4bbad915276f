"""Exercises from clauses and table cells, by rule.

A figure gives three: fill it in, choose it, and say whether a sentence has the right one. A word of duty or
permission (应当, 可以, 鼓励, 不得, 禁止) gives one to choose, a row of a table one on what its indicator is
(约束性, 预期性), and a clause that has none of these, where in the chapter its words stand. What is random
is drawn from the words themselves, so that everybody gets the same.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, get_args

from assistant.claims.form import form_of, placed_figures
from assistant.claims.wording import is_year
from assistant.evidence import NUMBER_MARK
from assistant.learn.chapters import Chapter
from corpus.types import Clause, ClauseKind, Frozen
from index.splitter import sentences

Kind = Literal["fill", "choice", "judge"]
KINDS: dict[Kind, str] = dict(zip(get_args(Kind), ("填数字", "选择", "判断对错"), strict=True))
BLANK = "____"
TRUE, FALSE = "对", "错"
_DUTIES = ("应当", "可以", "鼓励", "不得", "禁止")
_DUTY = re.compile("|".join(_DUTIES))
_LONGEST = 160  # characters of a sentence that is asked about
_SHORTEST = 12
_OPTIONS = 4
_DATES = ("月", "日")


class Exercise(Frozen):
    """One exercise. ``answer`` is what counts as right; ``quote`` is the clause's own words that settle it."""

    id: str
    clause_id: str
    kind: Kind
    prompt: str
    options: tuple[str, ...] = ()
    answer: str
    quote: str


def exercises_of(chapter: Chapter) -> tuple[Exercise, ...]:
    """Exercises of a chapter in reading order, each id once."""
    found: dict[str, Exercise] = {}
    for clause in chapter.clauses:
        made = _of_row(clause, chapter) if clause.cells else _of_text(clause)
        exercises = list(made) or list(_of_place(clause, chapter))
        found |= {exercise.id: exercise for exercise in exercises}
    return tuple(found.values())


def _of_text(clause: Clause) -> Iterator[Exercise]:
    for sentence in sentences(clause.text):
        said = NUMBER_MARK.sub("", sentence).strip()
        if len(said) > _LONGEST or said.rstrip("。") == clause.title:
            continue
        for start, end, unit in _numbers(said):
            yield from _of_number(clause, said, start, end, unit)
        duties = list(_DUTY.finditer(said))
        if len(duties) == 1:
            start, end = duties[0].span()
            prompt = f"原文这里用的是哪个词？“{said[:start]}{BLANK}{said[end:]}”"
            yield _made(clause, "choice", prompt, duties[0].group(), said, _DUTIES)


def _of_row(clause: Clause, chapter: Chapter) -> Iterator[Exercise]:
    """From a row of indicators: its figures, and its other cells against those of the same column."""
    rows = [c for c in chapter.clauses if [x.column for x in c.cells] == [x.column for x in clause.cells]]
    for cell in clause.cells[2:]:
        if not cell.value:
            continue
        said = f"{clause.title}：{cell.column}{cell.value}"
        numbers = list(_numbers(said, len(said) - len(cell.value)))
        if len(numbers) == 1:
            yield from _of_number(clause, said, *numbers[0])
            continue
        others = sorted({c.cell(cell.column) or "" for c in rows} - {"", cell.value})
        if others and not numbers:
            prompt = f"指标“{clause.title}”的{cell.column}是哪一个？"
            yield _made(clause, "choice", prompt, cell.value, clause.text, (cell.value, *others[: _OPTIONS - 1]))


def _of_place(clause: Clause, chapter: Chapter) -> Iterator[Exercise]:
    """Which clause of the chapter a sentence stands in."""
    labels = [c.label for c in chapter.clauses if c.kind is ClauseKind.PARAGRAPH]
    said = [NUMBER_MARK.sub("", s).strip() for s in sentences(clause.text)]
    fitting = [s for s in said if _SHORTEST <= len(s) <= _LONGEST]
    others = [label for label in labels if label != clause.label]
    if not fitting or not others or clause.kind is not ClauseKind.PARAGRAPH:
        return
    sentence = max(fitting, key=len)
    options = (clause.label, *_draw(clause.id).sample(others, min(_OPTIONS - 1, len(others))))
    yield _made(clause, "choice", f"这句话出自哪一条？“{sentence}”", clause.label, sentence, options)


def _of_number(clause: Clause, said: str, start: int, end: int, unit: str) -> Iterator[Exercise]:
    right = said[start:end]
    wrong = _near(right, unit, f"{clause.id}{start}{right}")
    asked = f"{said[:start]}{BLANK}{said[end:]}"
    yield _made(clause, "fill", f"填上原文的数字：“{asked}”", right, said)
    yield _made(clause, "choice", f"原文的数字是哪一个？“{asked}”", right, said, (right, *wrong))
    truth = _draw(f"{clause.id}{asked}").random() < 0.5
    shown = said if truth else f"{said[:start]}{wrong[0]}{said[end:]}"
    yield _made(clause, "judge", f"原文是这样写的吗？“{shown}”", TRUE if truth else FALSE, said, (TRUE, FALSE))


def _numbers(said: str, start: int = 0) -> Iterator[tuple[int, int, str]]:
    """Places of the digits of each figure that has a unit and is no calendar year, with its unit."""
    form = form_of(said)
    for figure, left, right in placed_figures(form.text):
        digits = re.search(r"\d+(?:\.\d+)?", form.text[left:right])
        if (
            digits is None
            or not figure.unit
            or figure.unit.startswith("第")
            or is_year(figure)
            or figure.unit in _DATES
        ):
            continue
        span = form.span(left + digits.start(), left + digits.end())
        if span.start >= start and said[span.start : span.end] == digits.group():
            yield span.start, span.end, figure.unit


def _near(right: str, unit: str, seed: str) -> tuple[str, ...]:
    """Other numbers that could stand there: of the same size and form, percentages up to 100."""
    value = Decimal(right)
    step = Decimal(10) ** (len(right.split(".")[0]) - 1) if "." not in right else Decimal("0.1")
    if unit == "%":
        step = Decimal(5) if value >= 10 else Decimal(1)
    found = {value + step * k for k in (-3, -2, -1, 1, 2, 3)} | ({value * 2, value / 2} if unit != "%" else set())
    possible = sorted(v for v in found if v > 0 and ("." in right or v == v.to_integral_value()))
    if unit == "%":
        possible = [v for v in possible if v <= 100]
    draw = _draw(seed)
    return tuple(f"{v:f}".rstrip("0").rstrip(".") if "." in f"{v:f}" else f"{v:f}" for v in draw.sample(possible, 3))


def _made(clause: Clause, kind: Kind, prompt: str, answer: str, quote: str, options: Iterable[str] = ()) -> Exercise:
    shown = list(options)
    digest = hashlib.sha256(f"{kind}{prompt}".encode()).hexdigest()[:8]
    if kind == "choice":
        _draw(digest).shuffle(shown)
    return Exercise(
        id=f"{clause.id}~{digest}",
        clause_id=clause.id,
        kind=kind,
        prompt=prompt,
        options=tuple(shown),
        answer=answer,
        quote=quote,
    )


def _draw(seed: str) -> random.Random:
    return random.Random(hashlib.sha256(seed.encode()).hexdigest())
