"""Tables of a report, and how they look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.layout import width
from corpus.types import Frozen
from eval.aggregate import METRICS, Estimate, Metric
from eval.report import REASONS, SPLITS, STEPS, Latency, Report, kind_label

KIND_METRICS = ("accuracy", "lead", "fact_recall", "recall@5", "citation_precision", "citation_recall")
NOTHING = "—"


class Table(Frozen):
    """A table with a caption; the first cell of every row names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(report: Report) -> tuple[Table, ...]:
    """All tables of a report: overall, per kind, misses, time and, where it was measured, robustness."""
    found = (_overall(report), _kinds(report), _misses(report), _times(report))
    return (*found, _robustness(report)) if report.robustness else found


def console(report: Report) -> str:
    """The report for a terminal, columns aligned for full-width characters."""
    parts = [heading(report), *(_draw(table) for table in tables(report)), *failed_gates(report)]
    if report.hidden_misses:
        parts.append(hidden_note(report))
    return "\n\n".join(parts)


def heading(report: Report) -> str:
    """One line: which split, how many questions, on what day."""
    total = sum(report.splits.values())
    return f"评测：{SPLITS.get(report.split, report.split)}，{total} 个问题，评测日期 {report.today.isoformat()}"


def failed_gates(report: Report) -> list[str]:
    """A sentence for every gate that the system under test fails."""
    found = report.systems[0].overall
    failed = [
        metric
        for metric in METRICS
        if metric.gate is not None and metric.key in found and found[metric.key].value != metric.gate
    ]
    return [f"未达标：{metric.label}为 {_found(report, metric)}，必须为 {_gate(metric)}。" for metric in failed]


def hidden_note(report: Report) -> str:
    return (
        f"测试集中有 {report.hidden_misses} 个问题没有答对，这里只计数、不列原文，以免照着测试集调整系统。"
        "确需查看请加 --show-test-misses。"
    )


def format_estimate(metric: Metric, estimate: Estimate | None) -> str:
    """Value with its interval: 93.3% [88.3, 97.5], 0.641 [0.502, 0.778]; counts as 2/120; — where none applies."""
    if estimate is None:
        return NOTHING
    if metric.unit == "count":
        return _number(metric, estimate.value, estimate.n)
    bounds = (estimate.low, estimate.high)
    low, high = (f"{bound:.3f}" if metric.unit == "score" else f"{100 * bound:.1f}" for bound in bounds)
    return f"{_number(metric, estimate.value, estimate.n)} [{low}, {high}]"


def format_seconds(seconds: float) -> str:
    """Milliseconds below one second, seconds above."""
    return f"{1000 * seconds:.1f} 毫秒" if seconds < 1 else f"{seconds:.2f} 秒"


def step_label(latency: Latency) -> str:
    step = latency.step.removeprefix("step:")
    return "完整回答" if latency.step == "total" else f"其中{STEPS.get(step, step)}"


def _found(report: Report, metric: Metric) -> str:
    return format_estimate(metric, report.systems[0].overall[metric.key])


def _gate(metric: Metric) -> str:
    return f"{metric.gate or 0:.0f}" if metric.unit == "count" else f"{100 * (metric.gate or 0):.0f}%"


def _number(metric: Metric, value: float, n: int) -> str:
    if metric.unit == "count":
        return f"{round(value * n)}/{n}"
    if metric.unit == "score":
        return f"{value:.3f}"
    sign = "+" if metric.unit == "difference" and value > 0 else ""
    return f"{sign}{100 * value:.1f}%"


def _overall(report: Report) -> Table:
    return Table(
        caption="总体结果（方括号内是 95% 置信区间，自助法 2000 次）",
        head=("指标", "问题数", *(system.label for system in report.systems)),
        rows=tuple(
            (
                metric.label,
                str(max(system.overall[metric.key].n for system in report.systems if metric.key in system.overall)),
                *(format_estimate(metric, system.overall.get(metric.key)) for system in report.systems),
            )
            for metric in METRICS
            if any(metric.key in system.overall for system in report.systems)
        ),
    )


def _kinds(report: Report) -> Table:
    metrics = {metric.key: metric for metric in METRICS}
    first, others = report.systems[0], report.systems[1:]
    accuracy = metrics["accuracy"]

    def row(kind: str, count: int) -> tuple[str, ...]:
        cells = (_short(metrics[key], first.by_kind[kind].get(key)) for key in KIND_METRICS)
        compared = (_short(accuracy, other.by_kind[kind].get("accuracy")) for other in others)
        return (kind_label(kind), str(count), *cells, *compared)

    return Table(
        caption=f"{first.label}：各类问题的结果（基线只列总体正确率）",
        head=(
            "问题类型",
            "问题数",
            *(metrics[key].label for key in KIND_METRICS),
            *(f"{other.label}正确率" for other in others),
        ),
        rows=tuple(row(kind, count) for kind, count in report.kinds.items()),
    )


def _misses(report: Report) -> Table:
    return Table(
        caption="没有答对的问题数，按原因",
        head=("原因", *(system.label for system in report.systems)),
        rows=tuple(
            (label, *(str(system.misses.get(reason, 0)) for system in report.systems))
            for reason, label in REASONS.items()
        ),
    )


def _times(report: Report) -> Table:
    return Table(
        caption="用时：一半的回答不超过 p50，95% 的回答不超过 p95",
        head=("系统", "步骤", "回答数", "p50", "p95"),
        rows=tuple(
            (system.label, step_label(step), str(step.n), format_seconds(step.p50), format_seconds(step.p95))
            for system in report.systems
            for step in system.latency
        ),
    )


def _robustness(report: Report) -> Table:
    lost = Metric("lost", "", "", lambda _: None, "difference")
    return Table(
        caption=f"{report.systems[0].label}：问题受干扰后严格正确率的损失（正数表示变差）",
        head=("干扰", "问题数", "原来", "受干扰后", "损失"),
        rows=tuple(
            (
                row.label,
                str(row.lost.n),
                f"{100 * row.before:.1f}%",
                f"{100 * row.after:.1f}%",
                format_estimate(lost, row.lost),
            )
            for row in report.robustness
        ),
    )


def _short(metric: Metric, estimate: Estimate | None) -> str:
    return NOTHING if estimate is None else _number(metric, estimate.value, estimate.n)


def _draw(table: Table) -> str:
    columns = list(zip(table.head, *table.rows, strict=True))
    widths = [max(map(width, column)) for column in columns]

    def line(cells: Sequence[str]) -> str:
        padded = (_pad(cell, size, left=i == 0) for i, (cell, size) in enumerate(zip(cells, widths, strict=True)))
        return "  ".join(padded).rstrip()

    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([table.caption, rule, line(table.head), rule, *map(line, table.rows), rule])


def _pad(cell: str, size: int, *, left: bool) -> str:
    space = " " * (size - width(cell))
    return cell + space if left else space + cell
