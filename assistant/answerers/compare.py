"""Comparisons: two rows, one row's two years, or two sentences, set side by side."""

from __future__ import annotations

import re

from assistant.answerers.figure import best_fact, fact_statement
from assistant.answerers.passage import support
from assistant.answerers.table import (
    asks_base_only,
    asks_for_table,
    best_row,
    number_of,
    row_statement,
    rows_named,
    value_columns,
)
from assistant.draft import Draft
from assistant.evidence import Evidence, Unit
from assistant.parts import asks
from assistant.types import Outcome, Statement
from assistant.understand import Question
from prompts import say

_SPLIT = re.compile(r"和|与|跟|同(?!步|时|样)|以及|、|还是|，|,|比(?!例|较|如|赛)")
_LISTS = re.compile("、|和|与|跟|以及")
_IN_ROWS = 0.6  # share of what is asked about that a quote must speak of
_SAYS = re.compile(
    r"怎么(说|写|讲|规定|安排)的?$|(写|说|讲)了(什么|啥|哪些)$"
)  # asks for what is said, not for a target
_WHICH = re.compile(r"(?:更|比较|哪.{0,8}|谁.{0,4})(高|低|大|小|多|少)")
_TAIL = re.compile(r"(的)?(区别|差别|不同|相比|比较|对比|哪个|谁|分别|各|有什么|是不是一样|一样吗).*$")


def answer_comparison(question: Question, evidence: Evidence) -> Draft | None:
    """Statements for each side, led by which is higher where that is asked."""
    named = rows_named(question, evidence)
    if question.kind not in ("compare", "figure", "list", "claim", "describe", "definition") or (
        question.kind != "compare" and len(named) < 2
    ):
        return None
    if question.kind == "claim" or (_SAYS.search(question.form) and not asks_for_table(question)):
        return None
    if len(named) >= 2:
        return _rows(named, question, evidence)
    if len(named) == 1 and (sides := _sides(question, evidence)) is not None:
        return sides
    if len(named) == 1:
        rows = [row_statement(named[0].clause, question, evidence)]
        return Draft(outcome=Outcome.ANSWERED, statements=(*rows, *_left_out(rows, question, evidence)))
    if (row := best_row(question, evidence)) is not None and (named or question.years or "指标" in question.form):
        return Draft(outcome=Outcome.ANSWERED, statements=(row_statement(row.clause, question, evidence),))
    return _sides(question, evidence)


def _rows(named: list[Unit], question: Question, evidence: Evidence) -> Draft:
    statements = [row_statement(unit.clause, question, evidence) for unit in named]
    lead = _which_row(named[0], named[1], question, evidence) if len(named) == 2 else None
    statements += _left_out(statements, question, evidence)
    return Draft(outcome=Outcome.ANSWERED, statements=tuple([lead, *statements] if lead else statements))


def _left_out(rows: list[Statement], question: Question, evidence: Evidence) -> list[Statement]:
    """For each thing that the question joins to those in the rows (居民养老、居民医保和意外险), the figure of its own
    sentence."""
    quoted = " ".join(citation.quote for row in rows for citation in row.citations)
    first, comma, rest = question.form.partition("，")
    subject = first if comma and not asks(first) and not _LISTS.search(first) else ""
    joined = rest if subject else question.form
    tail = re.split("[，,]", joined)[-1] if _LISTS.search(joined) else ""
    found: list[Statement] = []
    for side in filter(None, _LISTS.split(joined)) if tail else ():
        side = re.split("[，,]", side)[0]
        terms = tuple(term for term in evidence.terms(side) if evidence.known(term))
        if not terms or evidence.coverage(terms, quoted) >= _IN_ROWS:
            continue
        own = evidence.search(f"{subject}{side}{'' if side in tail else tail}")
        fact = best_fact(own.question, own)
        if fact is not None and evidence.coverage(terms, fact.unit.quote) >= _IN_ROWS:
            found.append(fact_statement(fact, evidence))
    return found


def _which_row(one: Unit, other: Unit, question: Question, evidence: Evidence) -> Statement | None:
    """Which of two rows has the higher (lower) value in the asked column."""
    asked = _WHICH.search(question.form)
    if asked is None:
        return None
    by_base = asks_base_only(question)
    columns = [value_columns(unit.clause)[0 if by_base else 1] for unit in (one, other)]
    values = [number_of(unit.clause.cell(column)) for unit, column in zip((one, other), columns, strict=True)]
    if values[0] is None or values[1] is None:
        return None
    cells = [unit.clause.cell(column) for unit, column in zip((one, other), columns, strict=True)]
    citations = tuple(
        dict.fromkeys(c for u in (one, other) for c in row_statement(u.clause, question, evidence).citations)
    )
    names = [unit.clause.title for unit in (one, other)]
    keys = [(value.value, value.comparator == "＞") for value in values if value]
    if keys[0] == keys[1]:
        text = say("rows_equal", name=names[0], other=names[1], column=columns[0], value=cells[0])
        return Statement(text=text, citations=citations)
    high = asked.group(1) in "高大多"
    first = 0 if (keys[0] > keys[1]) == high else 1
    text = say(
        "rows_higher",
        name=names[first],
        other=names[1 - first],
        column=columns[0],
        direction=asked.group(1),
        value=cells[first],
        other_value=cells[1 - first],
    )
    return Statement(text=text, citations=citations)


def _sides(question: Question, evidence: Evidence) -> Draft | None:
    """Each side of the question looked up for itself."""
    body = _TAIL.sub("", question.form)
    sides = [side for side in _SPLIT.split(body) if evidence.terms(side)]
    if len(sides) != 2:
        return None
    statements: list[Statement] = []
    rows: list[Unit] = []
    for side in sides:
        found = evidence.search(side + question.form[len(body) :])
        side_question = found.question
        if (row := best_row(side_question, found)) is not None and row.own_coverage > 0.6:
            rows.append(row)
            statements.append(row_statement(row.clause, question, evidence))
        elif (fact := best_fact(side_question, found)) is not None:
            statements.append(fact_statement(fact, evidence))
        elif found.said and found.said[0].coverage >= 0.5:
            statements.append(support(found.said[0], evidence))
    if len({row.clause.id for row in rows}) == len(sides):
        return _rows(rows, question, evidence)
    statements = list(dict.fromkeys(statements))
    return Draft(outcome=Outcome.ANSWERED, statements=tuple(statements)) if len(statements) == 2 else None
