"""Bar charts as inline SVG: no plotting library, no font to install."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from corpus.layout import width
from corpus.types import Frozen

_FONT = 15  # CSS pixels at full size
_ROW, _GAP = 26, 14
_PLOT, _VALUE = 420, 170  # width of the bars' area, and of the values behind it


class Bar(Frozen):
    """One bar: its label, its length and, where there is one, its interval, all in the chart's unit.

    ``text`` is the value in words; ``series`` (0 or more) sets the colour, and never alone: the label
    says the same.
    """

    label: str
    value: float
    text: str
    low: float | None = None
    high: float | None = None
    series: int = 0


class Group(Frozen):
    """Bars under a common heading (empty: none)."""

    heading: str
    bars: tuple[Bar, ...]


def bar_chart(name: str, title: str, groups: Sequence[Group], scale: float | None = None) -> str:
    """An SVG of horizontal bars with a title and a description that says every value.

    Args:
        name: unique within the page, letters and digits; ids are made from it.
        scale: value of the right edge; None takes the greatest value shown.
    """
    bars = [bar for group in groups for bar in group.bars]
    edge = scale or max((max(bar.value, bar.high or 0) for bar in bars), default=0) or 1
    left = 16 + _FONT * max((width(bar.label) for bar in bars), default=0) // 2
    parts: list[str] = []
    y = 4
    for group in groups:
        if group.heading:
            parts.append(f'<text class="group" x="0" y="{y + 17}">{escape(group.heading)}</text>')
            y += _ROW
        for bar in group.bars:
            parts.append(_bar(bar, left, y, edge))
            y += _ROW
        y += _GAP
    described = "；".join(
        (f"{group.heading}：" if group.heading else "") + "，".join(f"{bar.label} {bar.text}" for bar in group.bars)
        for group in groups
    )
    total = left + _PLOT + _VALUE
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {total} {y}" width="{total}"'
        f' style="font-size:{_FONT}px"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(described)}。</desc>{"".join(parts)}</svg>'
    )


def _bar(bar: Bar, left: int, y: int, edge: float) -> str:
    def place(value: float) -> float:
        return round(left + _PLOT * min(max(value, 0), edge) / edge, 1)

    middle = y + 11
    whisker = ""
    if bar.low is not None and bar.high is not None:
        low, high = place(bar.low), place(bar.high)
        whisker = (
            f'<path class="whisker" d="M{low} {middle}H{high}M{low} {middle - 5}V{middle + 5}'
            f'M{high} {middle - 5}V{middle + 5}"/>'
        )
    end = max(place(bar.value), place(bar.high or 0)) + 8
    return (
        f'<text x="{left - 8}" y="{y + 16}" text-anchor="end">{escape(bar.label)}</text>'
        f'<rect class="series{bar.series % 4}" x="{left}" y="{y + 2}" width="{round(place(bar.value) - left, 1)}"'
        f' height="18"/>{whisker}<text x="{end}" y="{y + 16}">{escape(bar.text)}</text>'
    )
