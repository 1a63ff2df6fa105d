"""Opens untrusted files in a process of their own, so that a bad one costs an answer and never the server.

`run` starts child.py: under bubblewrap where user namespaces allow it (no network, no files but the libraries and these
packages, read-only), always with limits on memory, CPU, files, output and wall-clock time and with an empty environment.
Whatever goes wrong over there comes back as a Finding `unreadable`; nothing is raised for the sake of a file.
"""

import contextlib
import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from io import FileIO
from pathlib import Path
from typing import Any

from workflow.intake.child import WORKERS
from workflow.intake.findings import N_, Finding, Rule, found, size_text

log = logging.getLogger(__name__)
ROOMS = Path(__file__).resolve().parents[1]  # …/workflow
CHILD = Path(__file__).with_name("child.py")
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
places = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))  # children at once in this process


@dataclass(frozen=True)
class Limits:
    """Bytes and seconds. `seconds` is wall-clock and covers starting (about 80 ms) as well."""

    memory_bytes: int = 1024**3
    cpu_seconds: int = 8
    seconds: float = 9.5
    output_bytes: int = 96 * 1024**2


@dataclass(frozen=True)
class Result:
    """`value` and `blobs` if the worker answered, otherwise `finding` says why not."""

    value: dict[str, Any] | None = None
    blobs: dict[str, bytes] = field(default_factory=dict)
    finding: Finding | None = None
    cpu_seconds: float = 0.0
    memory_bytes: int = 0
    sandbox: str = ""  # "bubblewrap" or "limits"


# fmt: off
RULES = {
    "died":    Rule("reject", N_("This file cannot be opened: reading it failed. Save or scan it again and choose the new file.")),
    "slow":    Rule("reject", N_("This file cannot be opened: reading it took longer than %(limit)s. Save it in a simpler form, or scan it again at a lower resolution.")),
    "memory":  Rule("reject", N_("This file cannot be opened: it needs more memory than the %(limit)s allowed for one file. Scan it again at a lower resolution.")),
}
# fmt: on


def run(
    worker: str, data: bytes, *, args: Mapping[str, Any] | None = None, limits: Limits = Limits(), reads: tuple[Path, ...] = ()
) -> Result:
    """Run a worker named in child.py on `data`. `args` are JSON; `reads` are further folders it may read.

    Raises KeyError for a worker that does not exist (a mistake in our code), nothing for any file.
    """
    WORKERS[worker]
    walls = walls_of(reads)
    command = [*walls, sys.executable, "-I", "-B", str(CHILD)]
    head = head_of(worker, args, limits)
    with places:
        try:
            answer, ended = _converse(command, head, data, limits)
        except OSError as trouble:  # no process, no memory, no descriptors left
            answer, ended = b"", f"not started: {trouble}"
    return judged(answer, ended, limits, f"{worker} on {len(data)} bytes", "bubblewrap" if walls else "limits")


def head_of(worker: str, args: Mapping[str, Any] | None, limits: Limits) -> bytes:
    """The first line of a job."""
    bounds = {"memory_bytes": limits.memory_bytes, "cpu_seconds": limits.cpu_seconds}
    return json.dumps({"worker": worker, "args": dict(args or {}), "limits": bounds}).encode() + b"\n"


def judged(answer: bytes, ended: str, limits: Limits, about: str, walls: str) -> Result:
    """What a child said, and how it ended, as a Result."""
    result = _read(answer, limits, walls)
    if result.finding and ended == "slow":
        result = Result(finding=unreadable("slow", limits), sandbox=walls)
    if result.finding:
        log.warning("intake child %s: %s", about, ended or answer[:200])
    return result


@cache
def _bubblewrap() -> str | None:
    """Where bwrap is, if it really works here: inside containers it often exists and is refused."""
    tool = shutil.which("bwrap")
    if not tool:
        return None
    trial = [*_walls(tool, ()), sys.executable, "-I", "-B", "-c", "print('in')"]
    try:
        done = subprocess.run(trial, capture_output=True, timeout=10, env={}, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return tool if done.stdout.strip() == b"in" else None


def _walls(tool: str, reads: tuple[Path, ...]) -> list[str]:
    """/sbin and a /tmp are there for libraries that look others up; the rest of the disk does not exist."""
    walls = [tool, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    own = [str(ROOMS / "__init__.py"), str(ROOMS / "intake"), str(ROOMS / "reading")]
    walls += ["--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp"]  # noqa: S108 – an empty one of the child's own, and first: a later binding may lie inside /tmp
    for place in dict.fromkeys([*SYSTEM, sys.base_prefix, sys.prefix, *own, *map(str, reads)]):
        walls += ["--ro-bind-try", place, place]
    return walls


def walls_of(reads: tuple[Path, ...] = ()) -> list[str]:
    """The start of the command: bubblewrap with its walls, or nothing."""
    tool = _bubblewrap()
    return _walls(tool, reads) if tool else []


def job_of(head: bytes, data: bytes) -> FileIO:
    """An anonymous file with the job, read from its start."""
    job = FileIO(os.memfd_create("job"), "w+")
    job.write(head)
    view = memoryview(data)
    while view:
        view = view[job.write(view) or 0 :]
    job.seek(0)
    return job


def _converse(command: list[str], head: bytes, data: bytes, limits: Limits) -> tuple[bytes, str]:
    """Start, feed, listen. Returns what was said, and "" or how it ended badly. The job goes in as an
    anonymous file: a child that does not read cannot block us, and nothing touches the disk."""
    with job_of(head, data) as job:
        child = subprocess.Popen(
            command, stdin=job, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, start_new_session=True
        )
    assert child.stdout is not None
    try:
        answer, ended = listen(child.stdout.fileno(), limits)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.stdout.close()
        code = child.wait()
    if not ended and code in (-signal.SIGXCPU, 128 + signal.SIGXCPU):
        ended = "slow"
    return answer, ended or ("" if answer else f"ended with {code}")


def listen(pipe: int, limits: Limits, starting: float = 0) -> tuple[bytes, str]:
    """Read until the child closes its end, says too much, or the time (and `starting` seconds more) is over."""
    deadline = time.monotonic() + limits.seconds + starting
    chunks: list[bytes] = []
    size = 0
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([pipe], [], [], left)[0]:
            break
        chunk = os.read(pipe, 1 << 20)
        if not chunk:
            return b"".join(chunks), ""
        chunks.append(chunk)
        size += len(chunk)
        if size > limits.output_bytes:
            return b"", "said too much"
    return b"", "slow"


def _read(answer: bytes, limits: Limits, sandbox: str) -> Result:
    """Judge the answer as untrusted too: a taken-over child may have written it."""
    line, _, rest = answer.partition(b"\n")
    try:
        head = json.loads(line)
        cpu, rss = float(head["cpu"]), int(head["rss"])
        if head.get("error") == "memory":
            return Result(finding=unreadable("memory", limits), cpu_seconds=cpu, memory_bytes=rss, sandbox=sandbox)
        value, blobs, at = head["value"], {}, 0
        if not isinstance(value, dict):
            raise TypeError("value")
        for name, length in head["blobs"].items():
            if not 0 <= length <= len(rest) - at:
                raise ValueError("blob")
            blobs[str(name)] = rest[at : at + length]
            at += length
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Result(finding=unreadable("died", limits), sandbox=sandbox)
    return Result(value, blobs, None, cpu, rss, sandbox)


def unreadable(how: str, limits: Limits) -> Finding:
    limit = {"slow": f"{limits.seconds:g} s", "memory": size_text(limits.memory_bytes), "died": ""}[how]
    finding = found(RULES, how, limit=limit)
    return Finding("unreadable", finding.level, "", finding.msgid, finding.values, how, limit)
