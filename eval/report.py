"""What an evaluation found: estimates of each system, overall and per kind of question, and the misses."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from corpus.library import Library
from corpus.types import Frozen
from eval.aggregate import Estimate, estimates, percentiles
from eval.disturbance import Robustness
from eval.types import Case, CitedClause, Prediction, Reason, Score, Unit

REASONS: Mapping[Reason, str] = {
    "retrieval": "检索：应引条款不在前 10 条中",
    "selection": "选取：找到了但没有引用",
    "composition": "组织：引用了但要点不全",
    "wrong_refusal": "误拒：可回答却拒答",
    "missed_refusal": "漏拒：不可回答却作答",
    "forbidden": "出现了禁止的内容",
    "error": "运行出错",
}
KINDS: Mapping[str, str] = {
    "figure": "数字",
    "table_cell": "表格",
    "list": "列举",
    "describe": "说明",
    "document": "文件本身",
    "several_clauses": "跨条款",
    "comparison": "比较",
    "whether_true": "是否（前提为真）",
    "whether_false": "是否（前提有误）",
    "everyday": "日常用语",
    "typo": "错别字",
    "traditional": "繁体字",
    "follow_up": "追问",
    "near_neighbour": "易混待遇",
    "out_of_date": "过期",
    "unanswerable_near": "无规定（相近）",
    "unanswerable_far": "无规定（无关）",
    "injection": "注入指令",
    "sensitive": "敏感",
}
SPLITS: Mapping[str, str] = {
    "dev": "开发集",
    "test": "测试集",
    "all": "全部",
    "laws-dev": "法律开发集",
    "laws-test": "法律测试集",
}
STEPS: Mapping[str, str] = {
    "clean": "清理",
    "understand": "理解",
    "find": "检索",
    "compose": "组织",
    "verify": "核对",
}


class Latency(Frozen):
    """Time of one step over ``n`` answers, in seconds."""

    step: str
    p50: float
    p95: float
    n: int


class Miss(Frozen):
    """A case that the system under test did not get right, with everything needed to see why."""

    case: Case
    reason: Reason
    answer: str
    refused: bool
    cited: tuple[CitedClause, ...]
    retrieved: tuple[Unit, ...]
    error: str = ""


class SystemReport(Frozen):
    """Results of one system; keys of the estimates are those of ``aggregate.METRICS``."""

    name: str
    label: str
    overall: dict[str, Estimate]
    by_kind: dict[str, dict[str, Estimate]]
    latency: tuple[Latency, ...]  # the whole answer first, then its steps
    misses: dict[Reason, int]


class Report(Frozen):
    """An evaluation. The first system is the one under test, the others are there to compare.

    ``misses`` are the first system's, without those of the test split unless they were asked for;
    ``hidden_misses`` says how many were left out.
    """

    split: str
    today: dt.date
    corpus: str  # fingerprint of the library
    splits: dict[str, int]
    kinds: dict[str, int]
    systems: tuple[SystemReport, ...]
    misses: tuple[Miss, ...] = ()
    hidden_misses: int = 0
    robustness: tuple[Robustness, ...] = ()


def kind_label(kind: str) -> str:
    """A kind of question in Chinese; a kind without a label as it stands."""
    return KINDS.get(kind, kind)


def system_report(name: str, label: str, scores: Sequence[Score]) -> SystemReport:
    """Estimates of one system's scores."""
    kinds = dict.fromkeys(score.kind for score in scores)
    return SystemReport(
        name=name,
        label=label,
        overall=estimates(scores),
        by_kind={kind: estimates([score for score in scores if score.kind == kind]) for kind in kinds},
        latency=_latency(scores),
        misses=dict(Counter(score.reason for score in scores if score.reason is not None)),
    )


def misses_of(cases: Sequence[Case], predictions: Sequence[Prediction], scores: Sequence[Score]) -> tuple[Miss, ...]:
    """The cases that were missed, by reason in the order of ``REASONS``, then in their own order."""
    found = [
        Miss(
            case=case,
            reason=score.reason,
            answer=prediction.text,
            refused=prediction.refused,
            cited=prediction.citations,
            retrieved=prediction.retrieved[:10],
            error=prediction.error,
        )
        for case, prediction, score in zip(cases, predictions, scores, strict=True)
        if score.reason is not None
    ]
    order = list(REASONS)
    return tuple(sorted(found, key=lambda miss: order.index(miss.reason)))


def labels_of(report: Report, library: Library) -> dict[str, str]:
    """Citation labels of the clauses that the shown misses name, by id."""
    named = {i for miss in report.misses for i in (*miss.case.gold, *(c.clause_id for c in miss.cited))}
    named |= {
        i for miss in report.misses for unit in miss.retrieved for i in ([unit] if isinstance(unit, str) else unit)
    }
    return {i: library.clause(i).label for i in named if i in library}


def _latency(scores: Sequence[Score]) -> tuple[Latency, ...]:
    steps: dict[str, list[float]] = {"total": [s.seconds for s in scores if s.seconds is not None]}
    for score in scores:
        for step, milliseconds in score.timings_ms.items():
            steps.setdefault(f"step:{step}", []).append(milliseconds / 1000)
    return tuple(
        Latency(step=step, p50=found[0], p95=found[1], n=len(values))
        for step, values in steps.items()
        if (found := percentiles(values)) is not None
    )
