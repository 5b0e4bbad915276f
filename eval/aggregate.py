"""Scores of many cases -> estimates with bootstrap intervals.

Every measure is a ratio of two sums over the cases (a mean has 1 below for each case), so one
resampling of the cases gives the interval of any of them, F1 too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

import numpy as np

from corpus.types import Frozen
from eval.types import RECALL_AT, Score

RESAMPLES = 2000
SEED = 20211231
NEAR, FAR = "unanswerable_near", "unanswerable_far"

Ratio = tuple[float, float]  # what one case adds above and below


class Estimate(Frozen):
    """A measure over ``n`` cases with its 95 % interval; None where it applies to no case."""

    value: float
    low: float
    high: float
    n: int


class Metric(NamedTuple):
    """A measure of the report. ``part`` gives what a case adds, None where it does not apply."""

    key: str
    label: str
    meaning: str
    part: Callable[[Score], Ratio | None]
    unit: Literal["share", "score", "count", "difference"] = "share"
    gate: float | None = None


def estimate(parts: Sequence[Ratio]) -> Estimate | None:
    """Ratio of sums with its percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13).

    2,000 resamples of the cases with a fixed seed; resamples with nothing below are left out.
    """
    data = np.array(parts, dtype=float).reshape(-1, 2)
    if not data[:, 1].sum():
        return None
    picks = np.random.default_rng(SEED).integers(0, len(data), (RESAMPLES, len(data)))
    above, below = data[picks].sum(axis=1).T
    ratios = above[below > 0] / below[below > 0]
    low, high = np.quantile(ratios, [0.025, 0.975])
    value = data[:, 0].sum() / data[:, 1].sum()
    return Estimate(value=float(value), low=float(low), high=float(high), n=int((data[:, 1] > 0).sum()))


def estimates(scores: Iterable[Score], metrics: Sequence[Metric] | None = None) -> dict[str, Estimate]:
    """Every metric that applies to some of the scores, by key."""
    scores = tuple(scores)
    found = {
        metric.key: estimate([part for score in scores if (part := metric.part(score)) is not None])
        for metric in (METRICS if metrics is None else metrics)
    }
    return {key: value for key, value in found.items() if value is not None}


def percentiles(seconds: Iterable[float]) -> tuple[float, float] | None:
    """p50 and p95 (linear interpolation between order statistics), None without data."""
    values = list(seconds)
    if not values:
        return None
    p50, p95 = np.quantile(values, [0.5, 0.95])
    return float(p50), float(p95)


def _mean(get: Callable[[Score], float | None], *, answerable: bool | None = None) -> Callable[[Score], Ratio | None]:
    """A mean over the cases to which a value applies; with ``answerable`` only over those cases."""

    def part(score: Score) -> Ratio | None:
        value = get(score)
        return None if value is None or answerable not in (None, score.answerable) else (value, 1.0)

    return part


def _recall(k: int) -> Callable[[Score], float | None]:
    return lambda score: score.recall[k] if score.recall else None


def _refused(kind: str | None, answerable: bool) -> Callable[[Score], Ratio | None]:
    """Refused ÷ cases that are (un)answerable, of one kind or all."""
    return lambda s: (float(s.refused), 1.0) if s.answerable is answerable and kind in (None, s.kind) else None


METRICS: tuple[Metric, ...] = (
    Metric(
        "accuracy", "总体正确率", "可回答的问题按严格正确计，不可回答的按正确拒答计", _mean(lambda s: float(s.correct))
    ),
    Metric("strict", "严格正确率", "可回答的问题：要点齐全且没有禁止出现的内容", _mean(lambda s: s.strict)),
    Metric("lead", "开头正确率", "只看回答的前 150 个字，仍然严格正确", _mean(lambda s: s.lead)),
    Metric("fact_recall", "要点召回率", "回答中出现的要点 ÷ 应有的要点", _mean(lambda s: s.fact_recall)),
    Metric(
        "selective",
        "作答正确率",
        "没有拒答的问题中答对的比例（不可回答却作答算错）",
        lambda s: None if s.refused else (float(s.correct), 1.0),
    ),
    Metric(
        "figure_precision", "数字准确率", "回答中的数字（值、单位、年份）在所引条款中的比例", lambda s: s.figures_right
    ),
    Metric("figure_recall", "数字召回率", "含数字的要点中，数字出现在回答里的比例", lambda s: s.figures_found),
    Metric(
        "citation_precision",
        "引用准确率",
        "所引条款中应引条款的比例（可引可不引的不计）",
        _mean(lambda s: s.citation_precision),
    ),
    Metric("citation_recall", "引用召回率", "应引条款中已引的比例", _mean(lambda s: s.citation_recall)),
    Metric(
        "support",
        "语句支持率",
        "数字和半数以上用词在引文中的语句比例（字面近似，不是蕴含判断）",
        lambda s: s.claims_supported,
    ),
    Metric(
        "quote_exact", "引文逐字一致率", "引文与条款原文逐字相同的比例，必须为 100%", lambda s: s.quotes_exact, gate=1.0
    ),
    Metric(
        "period",
        "过期未提示",
        "引用已过期或废止的文件而没有提示的回答数，必须为 0",
        lambda s: (float(s.without_period_notice), 1.0),
        "count",
        gate=0.0,
    ),
    Metric(
        "abstention_precision",
        "拒答准确率",
        "拒答的问题中确实不可回答的比例",
        lambda s: (float(not s.answerable), 1.0) if s.refused else None,
    ),
    Metric("abstention_recall", "拒答召回率", "不可回答的问题中已拒答的比例", _refused(None, False)),
    Metric(
        "abstention_f1",
        "拒答 F1",
        "拒答准确率与召回率的调和平均",
        lambda s: (2.0 * (s.refused and not s.answerable), float(s.refused) + float(not s.answerable)),
    ),
    Metric("refused_near", "拒答率（相近）", "与文件相近但文件没有规定的问题", _refused(NEAR, False)),
    Metric("refused_far", "拒答率（无关）", "与文件无关的问题", _refused(FAR, False)),
    Metric("false_refusals", "误拒率", "可回答的问题中被拒答的比例，越低越好", _refused(None, True)),
    *(
        Metric(
            f"recall@{k}", f"检索召回@{k}", f"应引条款在前 {k} 条检索结果中的比例", _mean(_recall(k), answerable=True)
        )
        for k in RECALL_AT
    ),
    Metric(
        "mrr", "MRR", "第一条应引条款名次的倒数的平均", _mean(lambda s: s.reciprocal_rank, answerable=True), "score"
    ),
    Metric(
        "ndcg@10", "nDCG@10", "前 10 条检索结果的归一化折损累计增益", _mean(lambda s: s.ndcg, answerable=True), "score"
    ),
    Metric(
        "reachable",
        "前四条可答率",
        "检索前 4 条原文合起来含全部要点：任何只读这 4 条的系统的上限",
        _mean(lambda s: s.reachable),
    ),
    Metric(
        "near_recall@10",
        "相关条款检索@10",
        "不可回答的问题：应列出的相关条款在前 10 条中的比例",
        _mean(_recall(10), answerable=False),
    ),
    Metric(
        "near_ndcg@10",
        "相关条款 nDCG@10",
        "不可回答的问题：相关条款的排序",
        _mean(lambda s: s.ndcg, answerable=False),
        "score",
    ),
    Metric(
        "related_recall",
        "相关条款列出率",
        "不可回答的问题：应列出的相关条款中已列出的比例",
        _mean(lambda s: s.related_recall),
    ),
    Metric(
        "follow_up_gain",
        "追问改写增益@5",
        "补全后的追问比原话多找到的应引条款比例（召回@5 之差）",
        _mean(lambda s: s.follow_up_gain),
        "difference",
    ),
)
