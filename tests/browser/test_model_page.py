"""What a person meets on the page while a chat model writes: unchecked text marked, one announcement, a way out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant import Assistant
from assistant.model import Client, ModelAnswerer

QUESTION = "坐公交车有优惠吗"
SENTENCE = "全面做好残疾人乘坐市内公共交通工具优惠与便利工作。"
LIE = "每人每月发放八百元。"


class Slow(BaseChatModel):
    """Writes a lie and the truth, and waits before it ends."""

    go_on: Any

    @property
    def _llm_type(self) -> str:
        return "slow"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        raise NotImplementedError

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        lie, truth = (f'{{"text": "{t}", "clause": 1, "quote": "{SENTENCE}"}}' for t in (LIE, SENTENCE))
        yield ChatGenerationChunk(message=AIMessageChunk(content=f'{{"statements": [{lie}, '))
        self.go_on.wait(30)
        end = AIMessageChunk(content=f"{truth}]}}", response_metadata={"finish_reason": "stop"})
        yield ChatGenerationChunk(message=end)


@pytest.fixture
def go_on() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def model_site(assistant: Assistant, go_on: threading.Event, serve: Callable[..., Any]) -> Iterator[str]:
    model = ModelAnswerer(Client(Slow(go_on=go_on)), "小模型", "model.example.com")
    with serve(Assistant(assistant.library, assistant.index, assistant._today, model)) as address:
        yield address


def begin(page: Any) -> None:
    page.evaluate(
        """() => { window.told = [];
        new MutationObserver(() => { const t = document.getElementById('tj-status').textContent; if (t) told.push(t); })
          .observe(document.getElementById('tj-status'), {childList: true, characterData: true, subtree: true}); }"""
    )
    page.fill("#question textarea", QUESTION)
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#draft .draft")


def test_text_is_marked_until_checked_and_told_once(
    open_page: Callable[..., Any], model_site: str, go_on: threading.Event
) -> None:
    page = open_page(at=model_site)
    assert "小模型" in page.inner_text(".privacy") and "model.example.com" in page.inner_text(".privacy")
    begin(page)
    assert page.inner_text("#draft .draft").startswith("未核对") and LIE in page.inner_text("#draft .draft")
    assert page.get_attribute("#draft .draft", "aria-hidden") == "true"
    assert page.locator("#draft").evaluate("e => e.closest('[aria-live], [role=status], [role=alert]') === null")
    assert page.locator("#conversation article").count() == 0
    go_on.set()
    page.wait_for_selector("#conversation article")
    page.wait_for_function("!document.querySelector('#draft .draft')")
    assert LIE not in page.inner_text("body")
    assert SENTENCE in page.inner_text("#conversation .conclusion")
    assert "模型“小模型”" in page.inner_text("#conversation .notices")
    assert page.locator("#stop-button:visible").count() == 0
    page.wait_for_timeout(1200)
    assert page.evaluate("told.filter(text => text !== '正在查找条款')") == ["回答已生成：1句，1条依据。"]


def test_waiting_can_be_stopped_by_keyboard(open_page: Callable[..., Any], model_site: str) -> None:
    page = open_page(at=model_site)
    begin(page)
    page.focus("#stop-button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#conversation article")
    assert SENTENCE in page.inner_text("#conversation .conclusion")
    assert "已按您的要求停止模型" in page.inner_text("#conversation .notices")
    page.wait_for_function("!document.querySelector('#draft .draft')")
    page.wait_for_timeout(1000)
    assert page.locator("#conversation article").count() == 1


def test_without_a_model_the_page_says_so_and_has_no_button(open_page: Callable[..., Any]) -> None:
    page = open_page()
    assert "只在这台机器上处理" in page.inner_text(".privacy") and "模型" not in page.inner_text(".privacy")
    assert page.locator("#stop-button").count() == 0
