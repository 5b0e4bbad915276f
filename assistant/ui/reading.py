"""Reading settings: form of an answer, size of text, colours, spacing, speed of the voice."""

from __future__ import annotations

from html import escape

# name, legend, (value, label) with the default first
SETTINGS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("form", "回答样式", (("full", "完整"), ("plain", "简明（分行写，难词有解释）"))),
    ("size", "文字大小", (("normal", "标准"), ("large", "大"), ("huge", "特大"))),
    ("colours", "颜色", (("auto", "跟随系统"), ("contrast", "黑底白字"))),
    ("spacing", "行距字距", (("normal", "标准"), ("wide", "宽松"))),
    ("speed", "朗读速度", (("1", "标准"), ("0.7", "慢"), ("1.4", "快"))),
)


def reading_html(*names: str) -> str:
    """Settings as groups of radio buttons under one disclosure, all or those named; reading.js shows and keeps them."""
    chosen = [setting for setting in SETTINGS if not names or setting[0] in names]
    title = "、".join(legend for _, legend, _ in chosen)
    groups = "".join(_group(*setting) for setting in chosen)
    return f'<details class="reading" hidden><summary>阅读设置：{escape(title)}</summary>{groups}</details>'


def _group(name: str, legend: str, choices: tuple[tuple[str, str], ...]) -> str:
    radios = "".join(
        f'<label><input type="radio" name="tj-{name}" value="{escape(value)}" data-reading="{name}"'
        f"{' checked' if at == 0 else ''}> {escape(label)}</label>"
        for at, (value, label) in enumerate(choices)
    )
    return f"<fieldset><legend>{escape(legend)}</legend>{radios}</fieldset>"
