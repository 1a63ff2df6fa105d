"""The sandbox for work that comes often: the frames of a camera, a folder of photographs.

As sandbox.run, with the same walls and limits, but the process that imports the libraries stays (80 ms and more a start) and forks
a child for each file. The file goes from here to that child in a descriptor of its own: what stays has never seen a byte of it.
A child that is slow or lies takes the process that stays with it; the next file starts a new one.
"""

import atexit
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from workflow.intake import sandbox
from workflow.intake.child import WORKERS
from workflow.intake.sandbox import Limits, Result

_idle: dict[str, list["_Kept"]] = {}
_lock = threading.Lock()
_starter = ThreadPoolExecutor(1, "sandbox")  # bubblewrap's --die-with-parent means the thread that started it: this one stays
KEPT = 2  # processes of a worker that stay when nobody needs them
STARTING = 20.0  # seconds that a new one may take on a busy machine before it hands over the first answer


class Gone(Exception):
    """The process that stays has ended."""


def _start(command: list[str], desk: int) -> Any:
    return subprocess.Popen(command, stdin=desk, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={}, start_new_session=True)


class _Kept:
    def __init__(self, worker: str, reads: tuple[Path, ...]) -> None:
        walls = sandbox.walls_of(reads)
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.walls, self.desk, self.fresh = "bubblewrap" if walls else "limits", here, True
        command = [*walls, sys.executable, "-I", "-B", str(sandbox.CHILD), worker]
        with there:
            self.process: Any = _starter.submit(_start, command, there.fileno()).result()

    def work(self, head: bytes, data: bytes, limits: Limits) -> tuple[bytes, str]:
        """What the child said, and "" or how it ended badly. Raises Gone if there was nobody to do it."""
        ours, theirs = os.pipe()
        try:
            with sandbox.job_of(head, data) as job:
                try:
                    socket.send_fds(self.desk, [b"j"], [job.fileno(), theirs])
                except OSError:
                    raise Gone from None
                finally:
                    os.close(theirs)
            answer, ended = sandbox.listen(ours, limits, STARTING if self.fresh else 0)
        finally:
            os.close(ours)
        self.fresh = False
        if ended:
            return answer, ended
        self.desk.settimeout(2)
        try:
            told = self.desk.recv(2)
        except OSError:
            told = b""
        if len(told) != 2:
            raise Gone
        code = int.from_bytes(told, "big", signed=True)
        return answer, "slow" if code == -signal.SIGXCPU else "" if answer else f"ended with {code}"

    def end(self) -> None:
        self.desk.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def run(worker: str, data: bytes, *, args: Mapping[str, Any] | None = None, limits: Limits = Limits(), reads: tuple[Path, ...] = ()) -> Result:
    """As sandbox.run: KeyError for a worker that does not exist, nothing for any file. A worker always reads the same folders."""
    WORKERS[worker]
    head, about = sandbox.head_of(worker, args, limits), f"{worker} on {len(data)} bytes"
    with sandbox.places:
        answer, ended, walls = b"", "not started", ""
        for kept in _take(worker, reads):
            try:
                answer, ended = kept.work(head, data, limits)
            except Gone:  # ended while it waited, or this file's child ended it: a new one decides
                kept.end()
                continue
            except OSError as trouble:
                kept.end()
                ended = f"not started: {trouble}"
                break
            walls = kept.walls
            _give_back(worker, kept, bad=ended in ("slow", "said too much"))
            break
    return sandbox.judged(answer, ended, limits, about, walls)


def _take(worker: str, reads: tuple[Path, ...]) -> Any:
    """One that waits, if any, then a new one: two tries, no more."""
    with _lock:
        waiting = _idle.get(worker, [])
        kept = waiting.pop() if waiting else None
    if kept is not None:
        yield kept
    with contextlib.suppress(OSError):
        yield _Kept(worker, reads)


def _give_back(worker: str, kept: _Kept, bad: bool) -> None:
    with _lock:
        if not bad and len(_idle.setdefault(worker, [])) < KEPT:
            _idle[worker].append(kept)
            return
    kept.end()


@atexit.register
def close() -> None:
    """End those that wait."""
    with _lock:
        waiting = [kept for row in _idle.values() for kept in row]
        _idle.clear()
    for kept in waiting:
        kept.end()


def _forget() -> None:
    """After a fork: they are the parent's, and so is the thread."""
    global _starter, _lock
    _idle.clear()
    _lock, _starter = threading.Lock(), ThreadPoolExecutor(1, "sandbox")


os.register_at_fork(after_in_child=_forget)
