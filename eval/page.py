"""A report as one self-contained HTML page that a screen reader can read; all data is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template

from assistant.render.svg import Bar, Group, bar_chart
from eval.aggregate import METRICS, Estimate
from eval.report import REASONS, Miss, Report, SystemReport, kind_label
from eval.table import Table, failed_gates, format_seconds, heading, hidden_note, tables
from eval.types import Unit

_TEMPLATE = Path(__file__).parent / "report_template.html"
_COMPARED = ("accuracy", "strict", "lead", "reachable", "recall@5")


def html_page(report: Report, labels: Mapping[str, str]) -> str:
    """The page.

    Args:
        labels: citation labels of clauses by id, shown beside the ids of misses.
    """
    overall, kinds, misses, times, *rest = tables(report)
    sections = (
        ("overall", "总体结果", _gates(report) + _table(overall) + _compared(report) + _meanings()),
        ("kinds", "各类问题", _table(kinds) + _by_kind(report)),
        ("time", "用时", _table(times) + _latency(report)),
        *(("robustness", "抗干扰", _table(table)) for table in rest),
        ("misses", "没有答对的问题", _table(misses) + _miss_list(report, labels)),
    )
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title, _ in sections)
    body = "".join(
        f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2>{content}</section>'
        for name, title, content in sections
    )
    title = f"{report.systems[0].label} 评测报告"
    facts = f"{heading(report)}。语料指纹 {report.corpus[:12]}。"
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(title),
        body=f"<header><h1>{escape(title)}</h1><p>{escape(facts)}</p></header>"
        f'<nav aria-label="目录"><ul>{links}</ul></nav><main id="content" tabindex="-1">{body}</main>',
    )


def _gates(report: Report) -> str:
    failed = failed_gates(report)
    if not failed:
        return "<p>必须达标的项目全部达标。</p>"
    return "".join(f'<p class="failed">{escape(sentence)}</p>' for sentence in failed)


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in table.rows
    )
    caption = escape(table.caption)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{caption}"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _figure(name: str, title: str, groups: Iterable[Group], scale: float | None = None) -> str:
    chart = bar_chart(name, title, tuple(groups), scale)
    return (
        f'<figure><div class="wide" role="region" tabindex="0" aria-label="图：{escape(title)}">{chart}</div>'
        f"<figcaption>图：{escape(title)}。数值与上表相同，细线是 95% 置信区间。</figcaption></figure>"
    )


def _share_bar(label: str, estimate: Estimate, series: int) -> Bar:
    return Bar(
        label=label,
        value=estimate.value,
        text=f"{100 * estimate.value:.1f}%",
        low=estimate.low,
        high=estimate.high,
        series=series,
    )


def _compared(report: Report) -> str:
    groups = (
        Group(
            heading=metric.label,
            bars=tuple(
                _share_bar(system.label, system.overall[metric.key], place)
                for place, system in enumerate(report.systems)
                if metric.key in system.overall
            ),
        )
        for metric in METRICS
        if metric.key in _COMPARED
    )
    return _figure("compared", "各系统的正确率和检索召回", (group for group in groups if group.bars), 1.0)


def _by_kind(report: Report) -> str:
    first = report.systems[0]
    bars = tuple(
        _share_bar(kind_label(kind), first.by_kind[kind]["accuracy"], 0)
        for kind in report.kinds
        if "accuracy" in first.by_kind.get(kind, {})
    )
    return _figure("by-kind", f"{first.label}：各类问题的总体正确率", (Group(heading="", bars=bars),), 1.0)


def _latency(report: Report) -> str:
    def bars(place: int, system: SystemReport) -> tuple[Bar, ...]:
        total = next((step for step in system.latency if step.step == "total"), None)
        shown = (("p50", total.p50), ("p95", total.p95)) if total else ()
        return tuple(
            Bar(label=f"{system.label} {name}", value=value, text=format_seconds(value), series=place)
            for name, value in shown
        )

    groups = (Group(heading="", bars=bars(place, system)) for place, system in enumerate(report.systems))
    chart = bar_chart("latency", "完整回答的用时", tuple(group for group in groups if group.bars))
    return (
        f'<figure><div class="wide" role="region" tabindex="0" aria-label="图：完整回答的用时">{chart}</div>'
        "<figcaption>图：完整回答的用时。数值与上表相同。</figcaption></figure>"
    )


def _meanings() -> str:
    items = "".join(f"<dt>{escape(metric.label)}</dt><dd>{escape(metric.meaning)}。</dd>" for metric in METRICS)
    return f"<h3>指标的含义</h3><dl>{items}</dl>"


def _miss_list(report: Report, labels: Mapping[str, str]) -> str:
    note = f"<p>{escape(hidden_note(report))}</p>" if report.hidden_misses else ""
    articles = "".join(_miss(number, miss, labels) for number, miss in enumerate(report.misses, 1))
    return note + articles


def _miss(number: int, miss: Miss, labels: Mapping[str, str]) -> str:
    def clauses(units: Iterable[Unit]) -> str:
        named = (
            " + ".join(f"{labels[i]}（{i}）" if i in labels else i for i in ([unit] if isinstance(unit, str) else unit))
            for unit in units
        )
        return "、".join(named) or "无"

    case = miss.case
    facts = "；".join(" 或 ".join(forms) for forms in case.facts) or "无"
    quotes = "；".join(f"{labels.get(c.clause_id, c.clause_id)}：{c.quote or '（无引文）'}" for c in miss.cited) or "无"
    items = {
        "编号": case.id,
        "类型": kind_label(case.kind),
        "原因": REASONS[miss.reason],
        "前面的问题": " / ".join(case.history),
        "应有要点": facts,
        "禁止内容": "；".join(case.forbidden),
        "应引条款": clauses(case.gold),
        "回答": ("（拒答）" if miss.refused else "") + (miss.answer or "（空）"),
        "引用": quotes,
        "检索结果": clauses(miss.retrieved),
        "错误": miss.error,
    }
    rows = "".join(f"<dt>{label}</dt><dd>{escape(text)}</dd>" for label, text in items.items() if text)
    return (
        f'<article aria-labelledby="miss-{number}"><h3 id="miss-{number}">{escape(case.question)}</h3>'
        f"<dl>{rows}</dl></article>"
    )
