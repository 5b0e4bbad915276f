"""Text for the ear: signs that a voice skips or misreads are put into words."""

from __future__ import annotations

import re

from assistant.types import Answer

# order matters: comparators stand before the numbers they compare
_SPOKEN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"≥\s*", "大于等于"),
        (r"≤\s*", "小于等于"),
        (r"[＞>]\s*", "大于"),
        (r"[＜<]\s*", "小于"),
        (r"(\d+(?:\.\d+)?)\s*[%％]", r"百分之\1"),
        (r"〔(\d{4})〕(\d+)号", r"\1年第\2号"),  # 发文字号
        (r"(\d{4})\s*[-－—–~～]+\s*(\d{4})年", r"\1年到\2年"),
        (r"(\d+)\s*[-－—–~～]+\s*(\d+)(?=周?岁|人|天|日|年|月|级)", r"\1到\2"),
        (r"[“”‘’「」《》]", ""),
        (r"[（(]([一二三四五六七八九十\d]+)[）)]", r"，\1，"),
        (r"/", "每"),
        (r"，{2,}", "，"),
        (r"，(?=[。；！？]|$)", ""),
    )
)


def to_speech(text: str) -> str:
    """Text as a Chinese voice should read it: ≥90% 大于等于百分之90, 〔2021〕13号 2021年第13号."""
    for pattern, words in _SPOKEN:
        text = pattern.sub(words, text)
    return text.strip("，")


def spoken_answer(answer: Answer) -> str:
    """An answer read aloud: what it says, on which clauses it rests, what to mind; no quotes twice."""
    said = [statement.text for statement in answer.statements]
    parts = [answer.message, *said] if answer.message_first else [*said, answer.message]
    labels = list(dict.fromkeys(citation.label for citation in answer.citations))
    if labels:
        parts.append(f"依据是{'；'.join(labels)}。")
    parts += [notice.text for notice in answer.notices]
    return to_speech("\n".join(part for part in parts if part))
