"""The Gradio page: question box, conversation of headed articles, one live region."""

from __future__ import annotations

import logging
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.assistant import Assistant
from assistant.render import answer_html
from assistant.types import Answer, Audience
from assistant.ui.reading import reading_html
from corpus.types import CorpusError
from index.types import IndexProblem

HERE = Path(__file__).parent
TITLE = "条条有据 · 政策规划问答"
EXAMPLES = (
    "坐公交车有优惠吗？",
    "我三岁的娃自闭症做康复有补贴吗？",
    "到2025年残疾人之家覆盖率要达到多少，2020年是多少？",
    "哪些指标是约束性的？",
    "家里想装扶手政府管不管？",
)
AUDIENCES: tuple[tuple[str, Audience], ...] = (("居民", "resident"), ("工作人员", "staff"))
_HISTORY = 20  # answers kept on the page and as history
_log = logging.getLogger("tiaoju.page")


def theme() -> gr.themes.Base:
    """System fonts (nothing is fetched) and colours of at least 7:1 on their ground."""
    fonts = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", "sans-serif"]
    return gr.themes.Base(font=fonts, font_mono=["monospace"], text_size=gr.themes.sizes.text_lg).set(
        button_primary_background_fill="#0b4f5c",
        button_primary_background_fill_hover="#083a44",
        button_primary_background_fill_dark="#0b4f5c",
        button_primary_background_fill_hover_dark="#083a44",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
    )


def make_page(assistant: Assistant) -> gr.Blocks:
    """Build the page around one assistant. Nothing that is asked is stored or logged."""
    page: gr.Blocks = gr.Blocks(title=TITLE, analytics_enabled=False)
    with page:
        history = gr.State([])
        gr.HTML(_intro(assistant), elem_id="intro")
        gr.HTML(reading_html(), elem_id="reading")
        with gr.Group(elem_id="ask"):
            question = gr.Textbox(
                label="您的问题",
                info="用一句话写下想问的事。按回车键提问，按 Shift 加回车键换行。",
                lines=1,
                max_lines=6,
                elem_id="question",
                autofocus=False,
            )
            audience = gr.Radio(
                choices=[name for name, _ in AUDIENCES],
                value=AUDIENCES[0][0],
                label="您是",
                info="只改变显示的详细程度，不改变回答的事实。",
                elem_id="audience",
            )
            with gr.Row():
                ask = gr.Button("提问", variant="primary", elem_id="ask-button")
                clear = gr.Button("清空对话", elem_id="clear-button")
        error = gr.HTML("", elem_id="error")
        conversation = gr.HTML(_empty(), elem_id="conversation")
        gr.HTML('<h2 id="examples-title">可以这样问</h2>')
        with gr.Column(elem_id="examples"):
            examples = [gr.Button(text, elem_classes="example", size="md") for text in EXAMPLES]

        def respond(text: str, who: str, past: list[Answer]) -> tuple[Any, ...]:
            try:
                answer = assistant.ask(text, past, dict(AUDIENCES)[who])
            except (CorpusError, IndexProblem) as problem:
                return text, _error(str(problem)), gr.skip(), past
            except Exception:
                # the question is personal and is not logged; the trace is enough to find the fault
                _log.exception("answering failed")
                return text, _error("程序出错了，您的问题还在框里，请再试一次。"), gr.skip(), past
            past = [*past, answer][-_HISTORY:]
            return "", "", _conversation(past, assistant), past

        outputs = [question, error, conversation, history]
        wiring: dict[str, Any] = {"outputs": outputs, "api_visibility": "private", "show_progress": "hidden"}
        inputs = [question, audience, history]
        question.submit(respond, inputs, **wiring)
        ask.click(respond, inputs, **wiring)
        for button, text in zip(examples, EXAMPLES, strict=True):
            chosen = gr.State(text)
            button.click(respond, [chosen, audience, history], **wiring)
        clear.click(lambda: ("", "", _empty(), []), None, **wiring)
    return page


def _intro(assistant: Assistant) -> str:
    documents = "".join(
        f'<li><a href="/document/{escape(d.id)}">《{escape(d.title)}》</a>（{escape(d.number or "无文号")}）</li>'
        for d in assistant.library.documents
    )
    return (
        "<header><h1>条条有据</h1>"
        '<p class="lead">问政策，得到有依据的回答：每句话都附条款原文，文件里没写的就明说没写。</p>'
        f"<p>收录的文件：</p><ul>{documents}</ul>"
        '<p class="privacy">您的问题只在这台机器上处理，不保存。请不要输入身份证号、电话号码。</p></header>'
    )


def _conversation(answers: list[Answer], assistant: Assistant) -> str:
    """Articles, newest first: it stands right under the box, and at 400 % zoom needs no long way."""
    articles = [answer_html(answer, assistant.library, number) for number, answer in enumerate(answers, 1)]
    return f'<h2 id="answers-title">回答</h2><div class="answers">{"".join(reversed(articles))}</div>'


def _empty() -> str:
    return '<h2 id="answers-title">回答</h2><p class="none">还没有提问。回答会显示在这里，最新的在最上面。</p>'


def _error(message: str) -> str:
    return f'<div class="error" role="alert"><h2>没有完成</h2><p>{escape(message)}</p></div>'
