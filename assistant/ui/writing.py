"""What the page shows of a chat model: where questions go, and its text before it has been checked."""

from __future__ import annotations

from html import escape

from assistant.model import ModelAnswerer

STOP = "停止等待模型"
_MASKED = "请不要输入身份证号、电话号码"


def privacy_text(model: ModelAnswerer | None) -> str:
    """The sentences of the page's head on where a question goes."""
    if model is None:
        return f"您的问题只在这台机器上处理，不保存。{_MASKED}。"
    writes = f"模型“{model.name}”从条款中选出语句来回答，每句都与原文核对过才给您看；等待时可以按“{STOP}”。"
    if not model.place:
        return f"{writes}模型在这台机器上运行，您的问题只在这台机器上处理，不保存。{_MASKED}。"
    return (
        f"{writes}您的问题（证件号、手机号先隐去）会连同找到的条款发送到 {model.place}，由对方处理；"
        f"本程序不保存。{_MASKED}、姓名和住址。"
    )


def draft_html(text: str) -> str:
    """Unchecked text: seen, but kept from screen readers, which are told once, when the answer stands."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    mark = '<p class="unchecked">未核对：模型正在写，核对以后才是回答</p>'
    return f'<div class="draft" aria-hidden="true">{mark}{lines}</div>'
