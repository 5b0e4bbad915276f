"""The web server: document pages and the Gradio page on one address, with security headers."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Literal

import gradio as gr
import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse

from assistant.assistant import Assistant
from assistant.ui.documents import clause_page, document_page, missing_page
from assistant.ui.middleware import Headers, chinese_page
from assistant.ui.page import HERE, TITLE, make_page, theme
from corpus.types import CorpusError

_THREADS = 4  # answers at once; the core takes about 50 ms and is thread-safe


class PortTaken(Exception):
    """The address cannot be listened on; the message is Chinese and says what to do."""


def make_app(assistant: Assistant) -> FastAPI:
    """The whole site as an ASGI application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/{name}.js")
    def script(name: Literal["reading", "page"]) -> Response:
        return Response((HERE / f"{name}.js").read_text(encoding="utf-8"), media_type="text/javascript")

    @app.get("/clause/{clause_id}", response_class=HTMLResponse)
    def clause(clause_id: str) -> HTMLResponse:
        return _shown(lambda: clause_page(assistant.library, clause_id))

    @app.get("/document/{document_id}", response_class=HTMLResponse)
    def document(document_id: str, q: str = "") -> HTMLResponse:
        return _shown(lambda: document_page(assistant.library, document_id, q, assistant.index.words.meanings))

    page = make_page(assistant)
    page.queue(default_concurrency_limit=_THREADS)
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
    site.add_middleware(Headers, rewrite=lambda html: chinese_page(html, TITLE, ("/reading.js", "/page.js")))
    return site


def serve(assistant: Assistant, host: str, port: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until stopped.

    Args:
        ready: called just before the server listens.

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
    app = make_app(assistant)
    ready()
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


def _shown(make: Callable[[], str]) -> HTMLResponse:
    try:
        return HTMLResponse(make())
    except CorpusError as error:
        return HTMLResponse(missing_page(str(error)), status_code=404)
