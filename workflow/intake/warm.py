"""A warm start for work that comes often: libraries and models are loaded once, behind the sandbox's walls, and every file gets a fork of that.

Only a process that looks at many files turns it on (`keep`): the worker of the jobs, and the command line. The nursery (nursery.py) costs the
memory of one loaded process as long as it lives; it is renewed after MOST files. Wherever it cannot serve, the caller starts cold as before.
"""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from workflow.intake import sandbox

NURSERY = Path(__file__).with_name("nursery.py")
MOST = 500  # files by one nursery
START_S = 20.0
_kept: dict[str, tuple[Path, ...]] = {}  # worker → folders it reads; the first holds its models
_open: dict[str, "Nursery"] = {}
_turn = threading.Lock()


class Nursery:
    """One loaded process and the line to it. Raises OSError when it does not come up."""

    def __init__(self, worker: str, reads: tuple[Path, ...]):
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.served, self.owner = 0, os.getpid()
        command = [*sandbox.walls_of(reads), sys.executable, "-I", "-B", str(NURSERY), str(theirs.fileno()), worker, str(reads[0])]
        with theirs:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={}, start_new_session=True, pass_fds=(theirs.fileno(),)
            )  # fmt: skip
        self.line.settimeout(START_S)
        if self.line.recv(16) != b"ready":
            self.end()
            raise OSError("the nursery did not come up")

    def serve(self, job: int, seconds: float) -> int:
        """Hand a job over. Returns the descriptor on which the answer comes; OSError if the nursery is gone."""
        ours, theirs = os.pipe()
        try:
            socket.send_fds(self.line, [str(seconds + 0.5).encode()], [job, theirs])
        except OSError:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        self.served += 1
        return ours

    def end(self) -> None:
        self.line.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()


def keep(worker: str, *reads: Path) -> None:
    """From now on this process looks at such files from a warm start."""
    _kept[worker] = reads


def serve(worker: str, reads: tuple[Path, ...], job: int, seconds: float) -> int | None:
    """Where the answer to this job comes from; None: start cold."""
    if _kept.get(worker) != reads or not reads:
        return None
    with _turn:
        held = _open.get(worker)
        if held is not None and (held.served >= MOST or held.process.poll() is not None or held.owner != os.getpid()):
            if held.owner == os.getpid():
                held.end()
            held = _open.pop(worker, None) and None
        try:
            if held is None:
                held = _open[worker] = Nursery(worker, reads)
            return held.serve(job, seconds)
        except OSError:
            if worker in _open:
                _open.pop(worker).end()
            sandbox.log.warning("no warm start for %s: starting cold", worker)
            return None


def close() -> None:
    """End every nursery of this process."""
    _kept.clear()
    while _open:
        _open.popitem()[1].end()
