"""OpenAI's chat protocol, so that chat clients that exist already can ask: ``/v1/chat/completions``.

The last message of the user is the question, those before it are its history; system messages and what
the assistant said are no instructions and no facts here. The answer is always the checked one: a stream
carries it whole, in one piece, after empty ones that keep the connection alive.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.desk import Desk
from assistant.render import to_markdown
from assistant.types import Answer

MODEL = "tiaoju"
_HISTORY = 20


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: str = "text"
    text: str = Field(default="", max_length=20_000)


class Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class ChatRequest(BaseModel):
    """What is used of a request; temperature and the like change nothing: one question has one answer."""

    model_config = ConfigDict(extra="ignore")

    model: str = MODEL
    messages: list[Message] = Field(min_length=1, max_length=200)
    stream: bool = False


def add_chat(api: FastAPI, desk: Desk) -> None:
    """Add the two addresses that chat clients need."""
    assistant = desk.assistant

    @api.get("/models", summary="OpenAI 兼容：模型列表")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}]}

    @api.post("/chat/completions", summary="OpenAI 兼容：对话", response_model=None)
    async def completions(body: ChatRequest) -> JSONResponse | StreamingResponse:
        from assistant.api.v1 import events

        asked = [message.text for message in body.messages if message.role == "user"]
        if not asked or body.messages[-1].role != "user":
            text = "最后一条消息应当是用户的问题（role 为 user）。"
            return JSONResponse(
                {"error": {"code": "invalid", "type": "invalid_request_error", "message": text, "param": "messages"}},
                422,
            )
        question, history = asked[-1], asked[-1 - _HISTORY : -1]
        head = {"id": f"chatcmpl-{_digest(asked)}", "created": int(time.time()), "model": MODEL}
        if body.stream:
            parts = desk.stream(lambda: assistant.stream(question, history), "chat")
            return await events(_chunks(parts, head, desk))
        answer = await desk.ask(lambda: assistant.stream(question, history), "chat")
        message = {"role": "assistant", "content": to_markdown(answer, assistant.library), "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return JSONResponse({**head, "object": "chat.completion", "choices": [choice], "usage": None})


async def _chunks(parts: AsyncIterator[str | Answer], head: dict[str, Any], desk: Desk) -> AsyncIterator[str]:
    def event(delta: dict[str, Any], finished: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finished, "logprobs": None}
        chunk = {**head, "object": "chat.completion.chunk", "choices": [choice]}
        return f"data: {JSONResponse(chunk).body.decode()}\n\n"  # type: ignore[union-attr]

    opened = False
    async for part in parts:
        if not opened:
            opened = True
            yield event({"role": "assistant", "content": ""})
        if isinstance(part, Answer):
            yield event({"content": to_markdown(part, desk.assistant.library)})
        else:
            yield ": unchecked text is not sent\n\n"
    yield event({}, "stop")
    yield "data: [DONE]\n\n"


def _digest(asked: list[str]) -> str:
    """The same conversation gets the same id."""
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()[:24]
