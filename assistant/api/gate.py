"""ASGI middleware before every address: how much, how often, and for programs, with which key.

Bodies are bounded by their declared length. Each address may send a number of requests a minute that make
work (a token bucket); this machine itself may send any number. With a key set, /v1 and /mcp want it.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

MOST_BYTES = 256 * 1024  # a text to verify of 20,000 characters takes 60 KiB, escaped 120
UPLOAD, MOST_UPLOAD = "/staff/upload", 51 * 1024 * 1024  # a file of 50 MB and the form around it
_PROGRAMS = ("/v1/", "/mcp")
_OPEN = ("/v1/docs", "/v1/openapi.json", "/v1/static")
_ADDRESSES = 10_000  # remembered at once


class Gate:
    """The middleware.

    Args:
        per_minute: requests that make work (anything but GET) a minute and address; 0: any number.
        key: what programs must send as ``Authorization: Bearer``; empty: nothing.
        sent_away: told the reason of each refusal.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        app: App,
        per_minute: int = 0,
        key: str = "",
        sent_away: Callable[[str], None] = lambda reason: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app, self._per_minute, self._key = app, per_minute, key.encode()
        self._sent_away, self._clock = sent_away, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # address -> tokens, when

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        refusal = self._refusal(scope, headers)
        if refusal is None:
            await self._app(scope, receive, send)
            return
        status, reason, text = refusal
        self._sent_away(reason)
        body = json.dumps({"error": {"code": reason, "type": "request_refused", "message": text}}, ensure_ascii=False)
        extra = {429: [(b"retry-after", b"60")], 401: [(b"www-authenticate", b"Bearer")]}.get(status, [])
        sent = [(b"content-type", b"application/json; charset=utf-8"), (b"connection", b"close"), *extra]
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": body.encode()})

    def _refusal(self, scope: MutableMapping[str, Any], headers: dict[bytes, bytes]) -> tuple[int, str, str] | None:
        path: str = scope["path"]
        wants_key = self._key and path.startswith(_PROGRAMS) and not path.startswith(_OPEN)
        if wants_key and not hmac.compare_digest(headers.get(b"authorization", b""), b"Bearer " + self._key):
            return 401, "key", "密钥不对或没有带上，请在 Authorization 请求头里写 Bearer 加密钥。"
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return None
        length = headers.get(b"content-length", b"")
        if b"transfer-encoding" in headers or not length.isdigit():
            return 411, "length", "请求没有写明长度，请带上 Content-Length。"
        most = MOST_UPLOAD if path == UPLOAD else MOST_BYTES
        if int(length) > most:
            return 413, "size", f"内容太大，最多{most // 1024}KB。请拆分后再发送。"
        if not self._may(scope):
            return 429, "rate", f"提问太快了，每分钟最多{self._per_minute}次。请过一分钟再试。"
        return None

    def _may(self, scope: MutableMapping[str, Any]) -> bool:
        host = (scope.get("client") or ("", 0))[0]
        if not self._per_minute or _is_here(host):
            return True
        now = self._clock()
        tokens, since = self._buckets.pop(host, (float(self._per_minute), now))
        tokens = min(self._per_minute, tokens + (now - since) * self._per_minute / 60)
        self._buckets[host] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > _ADDRESSES:
            self._buckets.popitem(last=False)
        return tokens >= 1


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
