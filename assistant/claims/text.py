"""A report as plain text: each claim with its standing, the clause, and how many of each there are."""

from __future__ import annotations

from assistant.claims.types import Finding, Report, Standing


def report_text(report: Report) -> str:
    """The report for a terminal or a chat; pieces that claim nothing are left out."""
    if not report.claims:
        return "这段文字里没有读到可以核对的说法。"
    blocks = [_block(number, finding) for number, finding in enumerate(report.claims, 1)]
    counted = "，".join(f"{n}句{s.label}" for s, n in report.counts.items() if s is not Standing.NO_CLAIM)
    blocks.append(f"共{len(report.claims)}句：{counted}。")
    blocks += [f"提醒：{notice.text}" for notice in report.notices]
    return "\n\n".join(blocks)


def _block(number: int, finding: Finding) -> str:
    lines = [f"{number}. 【{finding.standing.label}】{' '.join(finding.text.split())}"]
    if finding.standing is not Standing.SUPPORTED:
        lines.append(f"   {finding.message}")
    if finding.citation:
        name = "最接近的条款" if finding.standing is Standing.NOT_IN_CORPUS else "依据"
        lines += [f"   {name}：{finding.citation.label}", f"   “{' '.join(finding.citation.quote.split())}”"]
    return "\n".join(lines)
