"""Circuit breaker: after several faults in a row nobody waits for the model for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Counts faults in a row; safe for several threads.

    Args:
        most: faults in a row after which the model is left alone.
        pause_s: for how long; then one question may try it, and another after each further pause.
        clock: seconds that only grow.
    """

    def __init__(self, most: int = 3, pause_s: float = 60, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._pause_s, self._clock = most, pause_s, clock
        self._faults, self._since = 0, 0.0
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Whether the model may be asked now."""
        with self._lock:
            if self._faults < self._most:
                return True
            if self._clock() - self._since < self._pause_s:
                return False
            self._since = self._clock()
            return True

    def worked(self) -> None:
        with self._lock:
            self._faults = 0

    def failed(self) -> None:
        with self._lock:
            self._faults += 1
            self._since = self._clock()
