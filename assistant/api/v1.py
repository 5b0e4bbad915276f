"""The HTTP interface: questions, clauses, documents, and the check of a text, as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi_offline import FastAPIOffline
from pydantic import Field
from starlette.exceptions import HTTPException

from assistant.api.chat import add_chat
from assistant.api.desk import RETRY_AFTER_S, UNAVAILABLE, Busy, Desk
from assistant.claims import MAX_TEXT, Report
from assistant.render import to_markdown
from assistant.types import Answer, Audience
from corpus.types import Clause, CorpusError, Document, Frozen
from index.types import IndexProblem

_LONGEST = 20_000  # characters; a longer question than the assistant takes is answered by asking for a shorter one
_TURNS = 20
_log = logging.getLogger("tiaoju.api")


class Ask(Frozen):
    """A question. ``history`` are the questions asked before, oldest first; ``audience`` changes the form only."""

    question: str = Field(max_length=_LONGEST, examples=["坐公交车有优惠吗"])
    history: tuple[str, ...] = Field(default=(), max_length=_TURNS)
    audience: Audience = "resident"


class Reply(Frozen):
    """An answer as data and as it is read: ``text`` without citations, ``markdown`` with all of them."""

    answer: Answer
    refused: bool
    text: str
    markdown: str


class Found(Frozen):
    """A clause of the library with its full label and its address on this site."""

    clause: Clause
    label: str
    document: str
    address: str


class Listed(Frozen):
    """A document without its clauses."""

    id: str
    title: str
    kind: str
    number: str | None
    issuer: str | None
    status: str
    sha256: str
    clauses: int
    address: str


class Text(Frozen):
    """A text to be checked."""

    text: str = Field(max_length=MAX_TEXT, examples=["每年培训残疾人3000人次。"])


def make_api(desk: Desk) -> FastAPI:
    """The application that is mounted at ``/v1``."""
    assistant = desk.assistant
    api: FastAPI = FastAPIOffline(
        title="条条有据",
        version="1",
        description="问政策，得到有依据的回答。每句话都附条款原文；文件里没写的，`outcome` 会写明。",
        redoc_url=None,
        static_url="/static",
        root_path_in_servers=False,
        servers=[{"url": "/v1"}],
    )
    errors: dict[int | str, dict[str, Any]] = {
        422: {"description": "内容不合要求"},
        503: {"description": "太忙，或者查找条款的服务暂时用不了"},
    }

    @api.post("/ask", summary="提一个问题", responses=errors)
    async def ask(body: Ask) -> Reply:
        answer = await desk.ask(lambda: assistant.stream(body.question, body.history, body.audience), "http")
        return reply(answer, desk)

    @api.post("/ask/stream", summary="提一个问题，随写随发（SSE）", response_class=StreamingResponse, responses=errors)
    async def ask_stream(body: Ask) -> StreamingResponse:
        parts = desk.stream(lambda: assistant.stream(body.question, body.history, body.audience), "http")
        return await events(_told(parts, desk))

    @api.get("/clauses", summary="查找条款")
    async def search(
        q: str = Query(min_length=1, max_length=500), limit: int = Query(default=8, ge=1, le=50)
    ) -> list[Found]:
        return await desk.run(lambda: search_clauses(desk, q, limit))

    @api.get("/clauses/{clause_id}", summary="看一条条款", responses={404: {"description": "没有这一条"}})
    def clause(clause_id: str) -> Found:
        return found(assistant.library.clause(clause_id), desk)

    @api.get("/documents", summary="收录了哪些文件")
    def documents() -> list[Listed]:
        return [_listed(document) for document in assistant.library.documents]

    @api.post("/verify", summary="核对一段文字：每句话有没有依据", responses=errors)
    async def verify(body: Text) -> Report:
        return await desk.run(lambda: assistant.verify(body.text))

    add_chat(api, desk)
    _add_errors(api)
    return api


def reply(answer: Answer, desk: Desk) -> Reply:
    """An answer with its text and Markdown."""
    markdown = to_markdown(answer, desk.assistant.library)
    return Reply(answer=answer, refused=answer.refused, text=answer.text, markdown=markdown)


def found(clause: Clause, desk: Desk) -> Found:
    """A clause with its label."""
    library = desk.assistant.library
    return Found(
        clause=clause,
        label=library.label(clause),
        document=library.document(clause.document_id).title,
        address=f"/clause/{clause.id}",
    )


def search_clauses(desk: Desk, query: str, limit: int) -> list[Found]:
    """Clauses nearest to a query, best first, each once."""
    hits = desk.assistant.index.search(query, k=3 * limit)
    ids = list(dict.fromkeys(hit.passage.clause_id for hit in hits))[:limit]
    return [found(desk.assistant.library.clause(clause_id), desk) for clause_id in ids]


async def events(pieces: AsyncIterator[str]) -> StreamingResponse:
    """Server-sent events; what fails before the first one is an ordinary error."""
    first = await anext(pieces)

    async def all_of_them() -> AsyncIterator[str]:
        yield first
        async for piece in pieces:
            yield piece

    return StreamingResponse(
        all_of_them(), media_type="text/event-stream", headers={"cache-control": "no-store", "x-accel-buffering": "no"}
    )


async def _told(parts: AsyncIterator[str | Answer], desk: Desk) -> AsyncIterator[str]:
    async for part in parts:
        if isinstance(part, Answer):
            yield f"event: answer\ndata: {reply(part, desk).model_dump_json()}\n\n"
        else:  # a model's text, not checked yet
            yield f"event: unchecked\ndata: {json.dumps({'text': part}, ensure_ascii=False)}\n\n"


def _listed(document: Document) -> Listed:
    return Listed(
        id=document.id,
        title=document.title,
        kind=document.kind.value,
        number=document.number,
        issuer=document.issuer,
        status=document.status,
        sha256=document.sha256,
        clauses=len(document.clauses),
        address=f"/document/{document.id}",
    )


def _add_errors(api: FastAPI) -> None:
    """Every error in one form, in Chinese, and nothing of a question in it or in the log."""

    def said(status: int, code: str, text: str, **headers: str) -> JSONResponse:
        kind = "server_error" if status >= 500 else "invalid_request_error"
        return JSONResponse({"error": {"code": code, "type": kind, "message": text}}, status, headers)

    @api.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        places = sorted({".".join(map(str, e["loc"][1:])) or str(e["loc"][0]) for e in error.errors()})
        return said(422, "invalid", f"请求的内容不合要求：{'、'.join(places)}。写法见 /v1/docs。")

    @api.exception_handler(CorpusError)
    async def missing(request: Request, error: CorpusError) -> JSONResponse:
        return said(404, "not_found", str(error))

    @api.exception_handler(Busy)
    async def busy(request: Request, error: Busy) -> JSONResponse:
        return said(503, "busy", str(error), **{"retry-after": str(RETRY_AFTER_S)})

    @api.exception_handler(IndexProblem)
    async def unavailable(request: Request, error: IndexProblem) -> JSONResponse:
        _log.error("%s: %s", request.url.path, error)
        return said(503, "unavailable", UNAVAILABLE, **{"retry-after": str(RETRY_AFTER_S)})

    @api.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        texts = {404: "没有这个地址，写法见 /v1/docs。", 405: "这个地址不接受这种请求，写法见 /v1/docs。"}
        return said(error.status_code, "refused", texts.get(error.status_code, "请求没有被接受。"))

    @api.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> JSONResponse:
        _log.error("%s failed: %s", request.url.path, type(error).__name__)
        return said(500, "failed", "程序出错了，请再试一次；一直这样请告诉管理员。")
