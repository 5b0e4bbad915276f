"""Text of a chat model as it is written, within a time limit that holds whatever the endpoint does.

A thread of its own reads from the endpoint; the caller waits for it no longer than the limit, so that
neither a silent connection nor one that drips can hold an answer up. A refused connection, 429 and 5xx are
tried again after growing pauses, all within the same limit, and not where the server asks for a long wait.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from assistant.model.endpoint import Endpoint
from assistant.types import ModelProblem

FaultKind = Literal[
    "unreachable", "denied", "missing", "busy", "failed", "slow", "cut", "empty", "unreadable", "oversized"
]
FAULTS: tuple[FaultKind, ...] = get_args(FaultKind)
MAX_CHARS = 12_000  # of one answer
_MAX_BYTES = 4_000_000  # of one response, stream envelopes included
_MAX_TOKENS = 1_500
_TRIES, _FIRST_PAUSE_S, _SOON_S = 3, 0.4, 2
_BEAT_S = 0.3
_END = None


class Fault(Exception):
    """The endpoint gave no usable text; ``kind`` names a text ``model_<kind>`` of prompts/answers.toml."""

    def __init__(self, kind: FaultKind, passing: bool = False) -> None:
        super().__init__(kind)
        self.kind: FaultKind = kind
        self.passing = passing  # worth another try


class Client:
    """Streams from one chat model.

    Args:
        timeout_s: most seconds from the question to the last word, retries included.
    """

    def __init__(self, chat: BaseChatModel, timeout_s: float = 60) -> None:
        self._chat, self._timeout_s = chat, timeout_s

    @classmethod
    def of(cls, endpoint: Endpoint) -> Client:
        """Client of an endpoint.

        Raises:
            ModelProblem: the package is not installed.
        """
        return cls(_open_ai(endpoint), endpoint.timeout_s)

    def stream(self, messages: Sequence[BaseMessage]) -> Iterator[str]:
        """Pieces of the text as they come; empty ones while nothing comes, so that whoever waits can give up.
        Closing the iterator ends the request.

        Raises:
            Fault: no text, or not all of it; nothing that came before it is to be trusted.
        """
        deadline = time.monotonic() + self._timeout_s
        pieces: queue.Queue[str | Fault | None] = queue.Queue()
        stop = threading.Event()
        threading.Thread(target=self._read, args=(list(messages), pieces, stop), daemon=True).start()
        try:
            while True:
                left = deadline - time.monotonic()
                try:
                    piece = pieces.get(timeout=max(0.0, min(left, _BEAT_S)))
                except queue.Empty:
                    if left <= _BEAT_S:
                        raise Fault("slow") from None
                    piece = ""
                if isinstance(piece, Fault):
                    raise piece
                if piece is _END:
                    return
                yield piece
        finally:
            stop.set()

    def _read(
        self, messages: list[BaseMessage], pieces: queue.Queue[str | Fault | None], stop: threading.Event
    ) -> None:
        def pause(seconds: float) -> None:
            stop.wait(seconds)  # ends early where nobody waits any more

        tries = Retrying(
            stop=stop_after_attempt(_TRIES),
            wait=wait_exponential(multiplier=_FIRST_PAUSE_S),
            retry=retry_if_exception(lambda error: isinstance(error, Fault) and error.passing),
            sleep=pause,
            reraise=True,
        )
        try:
            tries(self._receive, messages, pieces, stop)
            pieces.put(_END)
        except Fault as fault:
            pieces.put(fault)

    def _receive(
        self, messages: list[BaseMessage], pieces: queue.Queue[str | Fault | None], stop: threading.Event
    ) -> None:
        received, finished = 0, ""
        try:
            for chunk in () if stop.is_set() else self._chat.stream(messages):
                if stop.is_set():
                    return
                finished = finished or str(chunk.response_metadata.get("finish_reason") or "")
                received += len(chunk.text)
                if received > MAX_CHARS:
                    raise Fault("oversized")
                if chunk.text:
                    pieces.put(str(chunk.text))
        except Fault:
            raise
        except Exception as error:  # whatever a client library raises, a person gets the default answer
            raise _fault(error, received) from error
        if not finished:  # a connection that is closed early looks like the end
            raise Fault("cut" if received else "empty")
        if finished == "length":
            raise Fault("oversized")


def _fault(error: Any, received: int) -> Fault:
    """What to call an error of the client: by HTTP status where there is one, else by its class."""
    status = getattr(error, "status_code", None)
    if status is not None:
        known: dict[int, FaultKind] = {401: "denied", 403: "denied", 404: "missing", 429: "busy", 408: "slow"}
        wait = str(error.response.headers.get("retry-after", "0"))
        soon = wait.isdigit() and int(wait) <= _SOON_S
        return Fault(known.get(status, "failed"), passing=soon and (status == 429 or status >= 500))
    causes = list(_causes(error))
    names = {cls.__name__ for cause in causes for cls in type(cause).__mro__}
    if _Oversized.__name__ in names:
        return Fault("oversized")
    if names & {"APITimeoutError", "TimeoutException"}:
        return Fault("slow")
    if names & {"APIConnectionError", "TransportError"}:
        return Fault("cut") if received else Fault("unreachable", passing=True)
    # an error object in the middle of the stream; else nothing of what came could be read
    return Fault("failed" if "APIError" in names else "unreadable")


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


class _Oversized(Exception):
    """More bytes than any answer has."""


def _open_ai(endpoint: Endpoint) -> BaseChatModel:
    try:
        import httpx2 as httpx  # what openai is built on
        from langchain_openai import ChatOpenAI
    except ImportError as error:
        raise ModelProblem('使用对话模型要先安装：pip install -c constraints.txt -e ".[model]"') from error

    class Limited(httpx.SyncByteStream):
        """A response that ends when it is too long, or comes for too long."""

        def __init__(self, stream: Any) -> None:
            self._stream = stream
            self._deadline = time.monotonic() + endpoint.timeout_s

        def __iter__(self) -> Iterator[bytes]:
            left = _MAX_BYTES
            for data in self._stream:
                left -= len(data)
                if left < 0:
                    raise _Oversized
                if time.monotonic() > self._deadline:
                    raise httpx.ReadTimeout("answer took too long")
                yield data

        def close(self) -> None:
            self._stream.close()

    def limit(response: httpx.Response) -> None:
        response.stream = Limited(response.stream)

    def plain(request: httpx.Request) -> None:
        """Nothing about this machine, nor another account's name out of OPENAI_ORG_ID, goes with a question."""
        for name in [n for n in request.headers if n.startswith(("x-stainless-", "openai-"))]:
            if name != "x-stainless-raw-response":  # the library reads its own request again
                del request.headers[name]

    # a proxy or a redirect would take the question to a host that the page does not name
    http = httpx.Client(
        timeout=endpoint.timeout_s,
        follow_redirects=False,
        trust_env=bool(endpoint.place),
        event_hooks={"request": [plain], "response": [limit]},
    )
    return ChatOpenAI(
        model=endpoint.name,
        base_url=endpoint.base_url,
        api_key=endpoint.key if endpoint.key.get_secret_value() else "none",  # else it takes OPENAI_API_KEY
        temperature=0,
        timeout=endpoint.timeout_s,
        max_retries=0,
        stream_usage=False,
        http_client=http,
        http_socket_options=(),
        extra_body={"max_tokens": _MAX_TOKENS},  # the name that all compatible servers know
    )
