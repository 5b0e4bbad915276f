"""The desk: a few questions answered at once, others waiting in order, more than that sent away; all counted.

Nothing of a question is kept: what is counted is how answers ended, through which door, and how long they took.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import TypeVar

import anyio
import anyio.to_thread
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from assistant.assistant import Assistant
from assistant.types import Answer

T = TypeVar("T")
_AT_ONCE, _AT_ONCE_WITH_MODEL = 4, 16  # the core keeps two cores busy; a model is mostly waited for
_MOST_WAITING = 64
RETRY_AFTER_S = 5
UNAVAILABLE = "查找条款的服务暂时用不了，请过一会儿再问；一直这样请告诉管理员。"  # why is in the log
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Busy(Exception):
    """Too many wait already; the message is Chinese."""

    def __init__(self) -> None:
        super().__init__(f"现在提问的人太多，请过{RETRY_AFTER_S}秒再试。")


class Desk:
    """Runs work of the assistant in threads, first come first served.

    Args:
        most_waiting: how many may wait; the next one is told :class:`Busy`.
    """

    def __init__(self, assistant: Assistant, most_waiting: int = _MOST_WAITING) -> None:
        self.assistant = assistant
        self._most_waiting = most_waiting
        self._places = anyio.CapacityLimiter(_AT_ONCE if assistant.model is None else _AT_ONCE_WITH_MODEL)
        self._waiting = 0
        self.registry = CollectorRegistry()
        self._answers = Counter("tiaoju_answers", "Answers given", ("door", "outcome"), registry=self.registry)
        self._seconds = Histogram(
            "tiaoju_answer_seconds", "Time of an answer", ("door",), buckets=_BUCKETS, registry=self.registry
        )
        self._notices = Counter(
            "tiaoju_model_notices", "What became of the chat model", ("kind",), registry=self.registry
        )
        self._sent_away = Counter("tiaoju_sent_away", "Requests not served", ("reason",), registry=self.registry)
        Gauge("tiaoju_waiting", "Questions that wait", registry=self.registry).set_function(lambda: self._waiting)
        sizes = Gauge("tiaoju_library", "What the library holds", ("of",), registry=self.registry)
        sizes.labels("documents").set_function(lambda: len(assistant.library.documents))
        sizes.labels("clauses").set_function(lambda: sum(1 for _ in assistant.library))

    def sent_away(self, reason: str) -> None:
        """Count a request that was not served."""
        self._sent_away.labels(reason).inc()

    def counted(self, answer: Answer, door: str, seconds: float) -> Answer:
        """Count an answer and hand it on."""
        self._answers.labels(door, answer.outcome.value).inc()
        self._seconds.labels(door).observe(seconds)
        for notice in answer.notices:
            if notice.kind.startswith("model"):
                self._notices.labels(notice.kind).inc()
        return answer

    async def run(self, work: Callable[[], T]) -> T:
        """Do one piece of work in its turn.

        Raises:
            Busy: too many wait.
        """
        async with self._turn():
            return await anyio.to_thread.run_sync(work)

    async def ask(self, make: Callable[[], Iterator[str | Answer]], door: str) -> Answer:
        """The answer at the end of a stream of the assistant.

        Raises:
            Busy: too many wait.
        """

        def work() -> Answer:
            *_, answer = make()
            assert isinstance(answer, Answer)
            return answer

        start = time.perf_counter()
        return self.counted(await self.run(work), door, time.perf_counter() - start)

    async def stream(self, make: Callable[[], Iterator[str | Answer]], door: str) -> AsyncIterator[str | Answer]:
        """A stream of the assistant; where nobody reads on, it is closed, which stops the model.

        Raises:
            Busy: too many wait.
        """
        start = time.perf_counter()
        async with self._turn():
            parts = make()
            try:
                while True:
                    part = await anyio.to_thread.run_sync(next, parts, None)
                    if part is None:
                        return
                    if isinstance(part, Answer):
                        self.counted(part, door, time.perf_counter() - start)
                    yield part
            finally:
                getattr(parts, "close", lambda: None)()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        place = object()
        try:
            self._places.acquire_on_behalf_of_nowait(place)
        except anyio.WouldBlock:
            await self._wait_for(place)
        try:
            yield
        finally:
            self._places.release_on_behalf_of(place)

    async def _wait_for(self, place: object) -> None:
        if self._waiting >= self._most_waiting:
            self.sent_away("busy")
            raise Busy
        self._waiting += 1
        try:
            await self._places.acquire_on_behalf_of(place)
        finally:
            self._waiting -= 1
