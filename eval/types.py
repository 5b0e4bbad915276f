"""What is asked, what a system said, and how it was scored. All JSONL formats of the harness stand here."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from corpus.types import Frozen

RECALL_AT = (1, 3, 5, 10)


class EvalError(Exception):
    """The evaluation cannot be run; the message is Chinese and says what to do."""


class Case(Frozen):
    """One question with what a right answer holds.

    ``gold`` are the clauses that must be cited (for an unanswerable question: that should be shown
    as related); ``also`` may be cited without being counted right or wrong. ``facts`` must all be in
    the answer, each in one of its accepted forms.
    """

    id: str
    kind: str
    persona: Literal["resident", "staff"] = "resident"
    question: str
    history: tuple[str, ...] = ()
    answerable: bool
    gold: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Case:
        if not self.question.strip():
            raise ValueError("question 不能为空")
        if self.answerable and not (self.facts and self.gold):
            raise ValueError("可回答的问题必须有 gold 和 facts")
        if any(not any(form.strip() for form in forms) for forms in self.facts):
            raise ValueError("facts 的每一项至少要有一种说法")
        return self


class CitedClause(Frozen):
    """A clause as an answer cites it; ``quote`` is None where a system quotes nothing."""

    clause_id: str
    quote: str | None = None


class Claim(Frozen):
    """A statement of an answer with its own citations."""

    text: str
    citations: tuple[CitedClause, ...] = ()


Unit = str | tuple[str, ...]  # what is retrieved: a clause, or a chunk that stands for several clauses


class Prediction(Frozen):
    """What a system said to a case. A system that ties citations to no statement leaves ``claims`` empty.

    ``text`` is what is read, ``related`` what is offered where nothing is answered, ``retrieved`` the
    clauses or chunks found, best first, ``notices`` the kinds of notices, ``seconds`` the time of the last answer
    (not of the questions before it), ``error`` what went wrong instead of an answer.
    """

    case_id: str
    text: str = ""
    citations: tuple[CitedClause, ...] = ()
    claims: tuple[Claim, ...] = ()
    related: tuple[CitedClause, ...] = ()
    retrieved: tuple[Unit, ...] = ()
    refused: bool = False
    outcome: str = ""
    standalone_question: str = ""
    notices: tuple[str, ...] = ()
    notice_citations: tuple[CitedClause, ...] = ()
    seconds: float | None = None
    timings_ms: dict[str, float] = Field(default_factory=dict)
    error: str = ""


Reason = Literal[
    "error", "missed_refusal", "wrong_refusal", "forbidden", "retrieval", "selection", "composition"
]  # why a case is missed, in the order in which they are tried


class Score(Frozen):
    """A case's measures. Counts come in pairs (right, all); None: does not apply to this case."""

    case_id: str
    kind: str
    answerable: bool
    refused: bool
    correct: bool
    reason: Reason | None
    recall: dict[int, float] | None = None
    reciprocal_rank: float | None = None
    ndcg: float | None = None
    fact_recall: float | None = None
    strict: float | None = None
    lead: float | None = None
    reachable: float | None = None
    citation_precision: float | None = None
    citation_recall: float | None = None
    related_recall: float | None = None
    figures_right: tuple[int, int] = (0, 0)
    figures_found: tuple[int, int] = (0, 0)
    claims_supported: tuple[int, int] = (0, 0)
    quotes_exact: tuple[int, int] = (0, 0)
    without_period_notice: bool = False
    follow_up_gain: float | None = None
    seconds: float | None = None
    timings_ms: dict[str, float] = Field(default_factory=dict)


def load_cases(path: Path, clauses: Container[str] | None = None) -> tuple[Case, ...]:
    """Cases of a JSONL file.

    Args:
        clauses: ids that ``gold`` and ``also`` may name; None leaves them unchecked.

    Raises:
        EvalError: missing or unreadable file, a line that is no case, a repeated id, an unknown clause;
            names file and line.
    """
    cases: dict[str, Case] = {}
    for place, line in _lines(path):
        try:
            case = Case.model_validate_json(line)
        except ValidationError as error:
            raise EvalError(f"{place}{_explain(error)}") from error
        if case.id in cases:
            raise EvalError(f"{place}编号“{case.id}”重复，每个问题的 id 必须唯一。")
        unknown = [i for i in (*case.gold, *case.also) if clauses is not None and i not in clauses]
        if unknown:
            raise EvalError(f"{place}没有编号为“{unknown[0]}”的条款，请用 tiaoju corpus list 核对。")
        cases[case.id] = case
    if not cases:
        raise EvalError(f"文件 {path.name} 里没有问题，请检查文件内容。")
    return tuple(cases.values())


def load_predictions(path: Path) -> tuple[Prediction, ...]:
    """Predictions of a JSONL file, so that any system can be scored.

    Raises:
        EvalError: missing or unreadable file or a line that is no prediction; names file and line.
    """
    predictions = []
    for place, line in _lines(path):
        try:
            predictions.append(Prediction.model_validate_json(line))
        except ValidationError as error:
            raise EvalError(f"{place}{_explain(error)}") from error
    return tuple(predictions)


def save_predictions(path: Path, predictions: Iterable[Prediction]) -> None:
    """Write predictions as JSONL, one a line in the order given."""
    lines = (json.dumps(p.model_dump(mode="json"), ensure_ascii=False) for p in predictions)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """(“文件 … 第 n 行：”, line) for every line that is not blank."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise EvalError(f"找不到文件“{path}”，请检查路径。") from error
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"无法读取文件“{path}”：请检查权限，并确认编码是 UTF-8。") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"文件 {path.name} 第 {number} 行：", line


def _explain(error: ValidationError) -> str:
    """First problem of a record in Chinese."""
    first = error.errors()[0]
    field = ".".join(map(str, first["loc"]))
    known = {
        "json_invalid": "不是有效的 JSON，请检查引号、逗号和括号。",
        "missing": f"缺少字段 {field}，请补上。",
        "extra_forbidden": f"有不认识的字段 {field}，请检查拼写或删去。",
        "value_error": f"{first.get('ctx', {}).get('error', '')!s}，请修改。",
    }
    return known.get(first["type"], f"字段 {field} 的类型或取值不对（{first['msg']}），请修改。")
