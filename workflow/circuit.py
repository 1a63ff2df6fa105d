"""A fuse before a service outside: after some failures in a row it is not asked for a while, so that nobody waits for what will not answer.

Each process has its own: the state is a hint that saves time, never a fact.
"""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Open(ConnectionError):
    """Not asked: it failed a moment ago."""


class Circuit:
    """`failures` in a row open it for `rest` seconds; then one call is let through, and decides."""

    def __init__(self, name: str, *, failures: int = 3, rest: float = 30.0, now: Callable[[], float] = time.monotonic):
        self.name, self.failures, self.rest, self._now = name, failures, rest, now
        self._count, self._until, self._lock = 0, 0.0, threading.Lock()

    @property
    def is_open(self) -> bool:
        return self._now() < self._until

    def call(self, ask: Callable[[], T], counts: type[Exception] | tuple[type[Exception], ...]) -> T:
        """Ask, and count what fails with `counts`. Raises Open without asking while it rests."""
        with self._lock:
            if self.is_open:
                raise Open(f"{self.name} failed a moment ago; it is asked again in {self._until - self._now():.0f} s")
            if self._count >= self.failures:
                self._until = self._now() + self.rest  # the trial: others wait until it has answered
        try:
            answer = ask()
        except counts:
            with self._lock:
                self._count += 1
                if self._count >= self.failures:
                    self._until = self._now() + self.rest
            raise
        with self._lock:
            self._count, self._until = 0, 0.0
        return answer
