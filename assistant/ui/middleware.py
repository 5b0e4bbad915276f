"""ASGI middleware: security headers everywhere, and Gradio's start page made Chinese before first paint.

Gradio serves ``<html lang="en">`` and puts ``head`` in only after its script has run; a screen reader
would read the first words with an English voice. So the HTML itself is changed on its way out.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# Document pages run one script, for the reading settings; the Gradio page needs its own inline ones.
_STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_GRADIO = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "base-uri 'self'; frame-ancestors 'none'; object-src 'none'"
)
_PLAIN = ("/clause/", "/document/", "/learn", "/exercise/", "/staff")
_FOREIGN_META = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>')


class Headers:
    """Adds the headers; rewrites the HTML of "/" with ``rewrite``."""

    def __init__(self, app: App, rewrite: Callable[[str], str]) -> None:
        self._app = app
        self._rewrite = rewrite

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        plain = scope["path"].startswith(_PLAIN)
        extra = {
            b"content-security-policy": (_STRICT if plain else _GRADIO).encode(),
            b"x-content-type-options": b"nosniff",
            b"referrer-policy": b"same-origin",
        }
        start: Message = {}
        body = bytearray()

        async def out(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in extra]
                message = {**message, "headers": [*kept, *extra.items()]}
                if scope["path"] == "/" and scope["method"] == "GET":
                    start = message
                    return
            elif start and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                await self._send_page(start, bytes(body), send)
                return
            await send(message)

        if scope["path"] == "/":  # the page is rewritten as text: ask for it uncompressed
            scope = {**scope, "headers": [h for h in scope["headers"] if h[0].lower() != b"accept-encoding"]}
        await self._app(scope, receive, out)

    async def _send_page(self, start: Message, body: bytes, send: Send) -> None:
        html = self._rewrite(body.decode("utf-8")).encode("utf-8")
        headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", str(len(html)).encode())]})
        await send({"type": "http.response.body", "body": html})


def chinese_page(html: str, title: str, scripts: Sequence[str]) -> str:
    """Gradio's page with Chinese as its language, its own title and script, and no links to Gradio's site."""
    html = re.sub(r'(<html\s[^>]*?)lang="en"', r'\1lang="zh-CN"', html, count=1)
    html = _FOREIGN_META.sub("", html)
    html = re.sub(r"<title>.*?</title>", "", html, flags=re.DOTALL)
    loaded = "".join(f'<script src="{address}"></script>' for address in scripts)
    return html.replace("<head>", f"<head><title>{title}</title>{loaded}", 1)
