"""The Gradio page: question box, conversation of headed articles, one live region."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.api import UNAVAILABLE
from assistant.assistant import Assistant
from assistant.render import answer_html
from assistant.types import Answer, Audience
from assistant.ui.reading import reading_html
from assistant.ui.writing import STOP, draft_html, privacy_text
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
_VOICE = '<button type="button" id="voice-button" class="tool" hidden>语音输入</button>'
_FEEDBACK = (
    "会保存在运行本程序的这台机器上：您的问题（证件号、手机号先隐去）、引用的条款编号、您的评价和日期。"
    "不上传，只用来改进回答。关掉这个网页之前，不再另外询问。"
)
_SOUND = (
    "您的浏览器会把录到的声音传给浏览器厂商去识别，声音会离开这台机器。"
    "不想这样，请打字提问，或用输入法、系统自带的语音输入。"
)
_HISTORY = 20  # answers kept on the page and as history
_SETTLED = ("", "", gr.update(visible=False))  # no draft, nothing asked, nothing to stop
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


Counted = Callable[[Answer, str, float], Answer]


def make_page(assistant: Assistant, counted: Counted = lambda answer, door, seconds: answer) -> gr.Blocks:
    """Build the page around one assistant. Nothing that is asked is stored or logged.

    Args:
        counted: told of every answer with its door ("page") and the seconds that it took.
    """
    page: gr.Blocks = gr.Blocks(title=TITLE, analytics_enabled=False)
    with page:
        history = gr.State([])
        gr.HTML(lambda: _intro(assistant), elem_id="intro")
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
            gr.HTML(_VOICE, elem_id="voice")
            with gr.Row():
                ask = gr.Button("提问", variant="primary", elem_id="ask-button")
                clear = gr.Button("清空对话", elem_id="clear-button")
            if assistant.model is not None:
                stop = gr.Button(STOP, elem_id="stop-button", visible=False)
        if assistant.model is not None:
            draft, asking = gr.HTML("", elem_id="draft"), gr.State("")
        error = gr.HTML("", elem_id="error")
        conversation = gr.HTML(_empty(), elem_id="conversation")
        gr.HTML(_consent("feedback-consent", "保存您的评价吗？", _FEEDBACK, "同意并保存", "不保存"))
        gr.HTML(_consent("voice-consent", "用语音输入吗？", _SOUND, "同意并开始", "不用了"))
        gr.HTML('<h2 id="examples-title">可以这样问</h2>')
        with gr.Column(elem_id="examples"):
            examples = [gr.Button(text, elem_classes="example", size="md") for text in EXAMPLES]

        def respond(text: str, who: str, past: list[Answer]) -> Iterator[tuple[Any, ...]]:
            shown, start = None, time.perf_counter()
            try:
                for part in assistant.stream(text, past, dict(AUDIENCES)[who]):
                    if isinstance(part, Answer):
                        counted(part, "page", time.perf_counter() - start)
                        yield _answered(part, past, assistant)
                    elif part == shown:
                        yield (gr.skip(),) * 7
                    else:
                        shown = part
                        yield text, "", gr.skip(), past, draft_html(part), text, gr.update(visible=True)
            except CorpusError as problem:
                yield text, _error(str(problem)), gr.skip(), past, *_SETTLED
            except IndexProblem as problem:
                _log.error("%s", problem)
                yield text, _error(f"{UNAVAILABLE}您的问题还在框里。"), gr.skip(), past, *_SETTLED
            except Exception:
                # the question is personal and is not logged; the trace is enough to find the fault
                _log.exception("answering failed")
                yield text, _error("程序出错了，您的问题还在框里，请再试一次。"), gr.skip(), past, *_SETTLED

        def respond_once(text: str, who: str, past: list[Answer]) -> tuple[Any, ...]:
            *_, last = respond(text, who, past)
            return last[: len(outputs)]

        def give_up(text: str, who: str, past: list[Answer]) -> tuple[Any, ...]:
            return _answered(assistant.without_model(text, past, dict(AUDIENCES)[who]), past, assistant)

        outputs = [question, error, conversation, history]
        ask_it: Any = respond_once
        if assistant.model is not None:
            outputs, ask_it = [*outputs, draft, asking, stop], respond
        wiring: dict[str, Any] = {"outputs": outputs, "api_visibility": "private", "show_progress": "hidden"}
        inputs = [question, audience, history]
        events: list[Any] = [question.submit(ask_it, inputs, **wiring), ask.click(ask_it, inputs, **wiring)]
        for button, text in zip(examples, EXAMPLES, strict=True):
            chosen = gr.State(text)
            events.append(button.click(ask_it, [chosen, audience, history], **wiring))
        if assistant.model is not None:
            stop.click(give_up, [asking, audience, history], cancels=events, **wiring)
        cancels = events if assistant.model is not None else None
        clear.click(lambda: ("", "", _empty(), [], *_SETTLED)[: len(outputs)], None, cancels=cancels, **wiring)
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
        '<p><a href="/learn">学习和练习</a>：按章读条款、做题，新到岗的工作人员可以从这里开始。</p>'
        f'<p class="privacy">{escape(privacy_text(assistant.model))}</p></header>'
    )


def _answered(answer: Answer, past: list[Answer], assistant: Assistant) -> tuple[Any, ...]:
    past = [*past, answer][-_HISTORY:]
    return "", "", _conversation(past, assistant), past, *_SETTLED


def _consent(name: str, title: str, text: str, yes: str, no: str) -> str:
    """A dialog that asks before anything is kept or sent; the careful choice comes first."""
    return (
        f'<dialog id="{name}" aria-labelledby="{name}-title" aria-describedby="{name}-text">'
        f'<form method="dialog"><h2 id="{name}-title">{title}</h2><p id="{name}-text">{text}</p>'
        f'<button class="tool" value="no">{no}</button> <button class="tool" value="yes">{yes}</button></form></dialog>'
    )


def _conversation(answers: list[Answer], assistant: Assistant) -> str:
    """Articles, newest first: it stands right under the box, and at 400 % zoom needs no long way."""
    known = [a for a in answers if all(c.clause_id in assistant.library for c in (*a.citations, *a.related))]
    articles = [answer_html(answer, assistant.library, number) for number, answer in enumerate(known, 1)]
    return f'<h2 id="answers-title">回答</h2><div class="answers">{"".join(reversed(articles))}</div>'


def _empty() -> str:
    return '<h2 id="answers-title">回答</h2><p class="none">还没有提问。回答会显示在这里，最新的在最上面。</p>'


def _error(message: str) -> str:
    return f'<div class="error" role="alert"><h2>没有完成</h2><p>{escape(message)}</p></div>'
