"""pyHanko turns an event loop for every signature, and a thread turns one loop at a time: whatever the caller's thread is doing, a thread of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def apart(work: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """The answer of `work`, done in a thread of its own; what it raises is raised here."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work, *given, **named).result()
