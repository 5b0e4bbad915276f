"""Reading settings: size of text, colours, spacing, speed of the voice. Kept by page.js in this browser only."""

from __future__ import annotations

from html import escape

# name, legend, (value, label) with the default first
SETTINGS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("size", "文字大小", (("normal", "标准"), ("large", "大"), ("huge", "特大"))),
    ("colours", "颜色", (("auto", "跟随系统"), ("contrast", "黑底白字"))),
    ("spacing", "行距字距", (("normal", "标准"), ("wide", "宽松"))),
    ("speed", "朗读速度", (("1", "标准"), ("0.7", "慢"), ("1.4", "快"))),
)


def reading_html() -> str:
    """The settings as groups of radio buttons under one disclosure; page.js acts on them."""
    groups = "".join(_group(*setting) for setting in SETTINGS)
    return f'<details class="reading"><summary>阅读设置：文字大小、颜色、行距、朗读速度</summary>{groups}</details>'


def _group(name: str, legend: str, choices: tuple[tuple[str, str], ...]) -> str:
    radios = "".join(
        f'<label><input type="radio" name="tj-{name}" value="{escape(value)}" data-reading="{name}"'
        f"{' checked' if at == 0 else ''}> {escape(label)}</label>"
        for at, (value, label) in enumerate(choices)
    )
    return f"<fieldset><legend>{escape(legend)}</legend>{radios}</fieldset>"
