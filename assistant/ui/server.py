"""The web server: document pages and the Gradio page on one address, with security headers."""

from __future__ import annotations

import datetime as dt
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import gradio as gr
import uvicorn
from fastapi import FastAPI, Form, Response
from fastapi.responses import HTMLResponse, JSONResponse
from mcp.server.transport_security import TransportSecuritySettings
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from assistant.api import UNAVAILABLE, Desk, Gate, make_api, make_mcp
from assistant.assistant import Assistant
from assistant.feedback import Feedback, FeedbackError, Rating, save_feedback
from assistant.logs import set_up
from assistant.staff import Door, Shelf
from assistant.text import MAX_QUESTION
from assistant.ui.documents import clause_page, document_page, missing_page
from assistant.ui.learn import Practice
from assistant.ui.middleware import Headers, chinese_page
from assistant.ui.page import HERE, TITLE, make_page, theme
from assistant.ui.staff import add_staff
from corpus.types import CorpusError
from index.types import IndexProblem

Script = Literal["reading", "page", "answer", "voice"]  # of the page, in the order they are loaded
_log = logging.getLogger("tiaoju.server")
_WAITING = 64  # on the page, besides those being answered
_THREADS = 4  # answers at once; the core takes about 50 ms and is thread-safe


class Judged(BaseModel):
    """What the page sends when somebody judges an answer."""

    rating: Rating
    question: str = Field(max_length=MAX_QUESTION)
    clause_ids: tuple[str, ...] = Field(default=(), max_length=100)
    consent: bool = False

    def feedback(self) -> Feedback:
        return Feedback(rating=self.rating, question=self.question, clause_ids=self.clause_ids, day=dt.date.today())


class PortTaken(Exception):
    """The address cannot be listened on; the message is Chinese and says what to do."""


def make_app(
    assistant: Assistant,
    data_dir: Path | None = None,
    per_minute: int = 0,
    api_key: str = "",
    staff: tuple[Door, Shelf] | None = None,
) -> FastAPI:
    """The whole site as an ASGI application.

    Args:
        data_dir: folder where feedback is kept; None: none is taken.
        per_minute: questions that one address may ask a minute; 0: any number.
        api_key: what programs must show; empty: nothing.
        staff: who may change the library, and by what; None: nobody may.
    """
    desk = Desk(assistant)
    mcp = make_mcp(desk)
    # No check of the Host header: behind a proxy it is the site's name, and the tools only read what is public.
    spoken = mcp.streamable_http_app(
        stateless_http=True,
        json_response=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with mcp.session_manager.run():
            yield

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.mount("/v1", make_api(desk))
    app.router.routes.extend(spoken.routes)  # not mounted: its address is /mcp, without a slash

    @app.get("/healthz")
    def health() -> JSONResponse:
        try:
            assistant.index.search("残疾人", k=1)
        except IndexProblem as problem:
            _log.error("index: %s", problem)
            return JSONResponse({"status": "index", "message": UNAVAILABLE}, status_code=503)
        return JSONResponse({"status": "ok", "documents": len(assistant.library.documents)})

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(desk.registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/{name}.js")
    def script(name: Script | Literal["learn"]) -> Response:
        return Response((HERE / f"{name}.js").read_text(encoding="utf-8"), media_type="text/javascript")

    @app.get("/clause/{clause_id}", response_class=HTMLResponse)
    def clause(clause_id: str) -> HTMLResponse:
        return _shown(lambda: clause_page(assistant.library, clause_id))

    @app.get("/document/{document_id}", response_class=HTMLResponse)
    def document(document_id: str, q: str = "") -> HTMLResponse:
        return _shown(lambda: document_page(assistant.library, document_id, q, assistant.index.words.meanings))

    if staff is not None:
        add_staff(app, assistant, *staff)
    practice = Practice(assistant)

    @app.get("/learn", response_class=HTMLResponse)
    def learn() -> HTMLResponse:
        return _shown(practice.overview)

    @app.get("/learn/{document_id}", response_class=HTMLResponse)
    def course(document_id: str) -> HTMLResponse:
        return _shown(lambda: practice.overview(document_id))

    @app.get("/learn/{document_id}/{number}", response_class=HTMLResponse)
    def chapter(document_id: str, number: int) -> HTMLResponse:
        return _shown(lambda: practice.chapter(document_id, number))

    @app.get("/exercise/{exercise_id}", response_class=HTMLResponse)
    def exercise(exercise_id: str) -> HTMLResponse:
        return _shown(lambda: practice.exercise(exercise_id))

    @app.post("/exercise/{exercise_id}", response_class=HTMLResponse)
    def marked(
        exercise_id: str, answer: Annotated[str, Form()] = "", card: Annotated[str, Form()] = ""
    ) -> HTMLResponse:
        return _shown(lambda: practice.marked(exercise_id, answer, card, dt.datetime.now(dt.UTC)))

    @app.post("/feedback")
    def feedback(judged: Judged) -> JSONResponse:
        if data_dir is None:
            return JSONResponse({"message": "这里没有开启评价"}, status_code=404)
        if not judged.consent:
            return JSONResponse({"message": "没有同意，什么也没有保存"}, status_code=422)
        try:
            save_feedback(data_dir, judged.feedback())
        except FeedbackError as error:
            return JSONResponse({"message": str(error)}, status_code=507)
        return JSONResponse({"message": "已记下您的评价，谢谢"})

    page = make_page(assistant, desk.counted)
    page.queue(default_concurrency_limit=_THREADS, max_size=_WAITING)
    site: FastAPI = gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=theme(),
        css_paths=HERE / "page.css",
        footer_links=[],
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
    )
    site.add_middleware(
        Headers, rewrite=lambda html: chinese_page(html, TITLE, [f"/{name}.js" for name in get_args(Script)])
    )
    site.add_middleware(Gate, per_minute=per_minute, key=api_key, sent_away=desk.sent_away)
    return site


def serve(
    assistant: Assistant,
    host: str,
    port: int,
    ready: Callable[[], None] = lambda: None,
    **options: Any,
) -> None:
    """Serve until stopped.

    Args:
        ready: called just before the server listens.
        options: of :func:`make_app`.

    Raises:
        PortTaken: the port is in use or the address is not this machine's.
    """
    probe = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    with probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"无法在 {host}:{port} 打开网页（{error.strerror}）。可能已有程序占用，请用 --port 换一个端口。"
            ) from error
    app = make_app(assistant, **options)
    set_up()
    ready()
    uvicorn.run(app, host=host, port=port, log_config=None, log_level="warning", access_log=False)


def _shown(make: Callable[[], str]) -> HTMLResponse:
    try:
        return HTMLResponse(make())
    except CorpusError as error:
        return HTMLResponse(missing_page(str(error)), status_code=404)
