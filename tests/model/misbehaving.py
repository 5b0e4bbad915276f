"""A real HTTP server on the loopback address that behaves as badly as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-key-that-must-not-show"


class Misbehaving(ThreadingHTTPServer):
    """``behave(handler)`` answers each request; ``asked`` keeps what was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behave: Callable[[Any], None] = lambda handler: None
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: Misbehaving

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append(json.loads(body))
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.server.behave(self)

    def log_message(self, *arguments: Any) -> None:
        pass


def start(handler: Any, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("content-type", kind)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def piece(handler: Any, text: str | None, finish: str | None = None) -> None:
    """One event of a stream as OpenAI-compatible servers send it."""
    delta = {} if text is None else {"role": "assistant", "content": text}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "test"}
    chunk["choices"] = [{"index": 0, "delta": delta, "finish_reason": finish}]
    handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
    handler.wfile.flush()


def writes(text: str, size: int = 20) -> Callable[[Any], None]:
    """Behaviour: writes a text and ends as it should."""

    def behave(handler: Any) -> None:
        start(handler)
        for at in range(0, len(text), size):
            piece(handler, text[at : at + size])
        piece(handler, None, "stop")
        handler.wfile.write(b"data: [DONE]\n\n")

    return behave
