"""Work on texts that is begun on another core before its result is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Ahead(Generic[Result]):
    """A function of a text: each text is worked on once at a time, by whoever comes first, and the last results are
    kept. Safe for several threads.

    Args:
        work: the function; what it raises reaches everybody who waits for that result, and is not kept.
        pool: where what is begun ahead is worked on.
        most: results that are kept.
        before: what ``work`` waits for, where that is made ahead as well.
    """

    def __init__(
        self, work: Callable[[str], Result], pool: Executor, most: int, before: Ahead[Any] | None = None
    ) -> None:
        self._work, self._pool, self._most = work, pool, most
        self._kept: dict[str, Result] = {}
        self._coming: dict[str, Future[Result]] = {}
        self._lock = threading.Lock()
        self._helped = (self,) if before is None else (before, self)

    def begin(self, text: str) -> None:
        """Have a result made ready."""
        with self._lock:
            if text not in self._kept and text not in self._coming:
                self._coming[text] = self._pool.submit(self._begun, text)

    def __call__(self, text: str) -> Result:
        with self._lock:
            kept = self._kept.get(text)
            if kept is not None:
                return kept
            coming = self._coming.get(text)
            own = self._taken(text) if coming is None or coming.cancel() else None
        if own is not None:  # what still waits for its turn is sooner done here
            self._do(text, own)
            return own.result()
        assert coming is not None
        while not coming.done() and any(one._help() for one in self._helped):
            pass
        return coming.result()

    def forget(self, text: str) -> None:
        """Have a text worked on anew when it is asked for again."""
        with self._lock:
            self._kept.pop(text, None)

    def _help(self) -> bool:
        """Do one thing that waits for its turn, while another is waited for; False where nothing does."""
        with self._lock:
            text = next((text for text, coming in self._coming.items() if coming.cancel()), None)
            own = None if text is None else self._taken(text)
        if text is None or own is None:
            return False
        self._do(text, own)
        return True

    def _taken(self, text: str) -> Future[Result]:
        own: Future[Result] = Future()
        own.set_running_or_notify_cancel()
        self._coming[text] = own
        return own

    def _do(self, text: str, own: Future[Result]) -> None:
        try:
            own.set_result(self._begun(text))
        except BaseException as error:  # told to whoever asks for it
            own.set_exception(error)

    def _begun(self, text: str) -> Result:
        try:
            result = self._work(text)
            with self._lock:
                self._kept[text] = result
                if len(self._kept) > self._most:
                    del self._kept[next(iter(self._kept))]
            return result
        finally:
            with self._lock:
                self._coming.pop(text, None)
