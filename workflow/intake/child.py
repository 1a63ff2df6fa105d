"""The far side of the sandbox: reads one job from standard input, does it, writes one answer, ends.

Run by sandbox.py as `python -I -B child.py`, and by warm.py with the name of a worker behind: then it makes that one ready and
forks a fresh child for each job, so that no file meets what another left; nothing else calls it. Only workers named here can be run. Order matters:
limits first, then the worker's own imports, then the untrusted bytes.

In:  one JSON line {worker, args, limits}, then the bytes.
Out: one JSON line {value, blobs: {name: length}, cpu, rss} or {error}, then the blobs one after the other.
"""

import json
import os
import resource
import socket
import sys
from importlib import import_module

WORKERS = {
    "upload": ("workflow.intake.opening", "inspect"),
    "photo": ("workflow.intake.photo", "measure"),
    "photo_offer": ("workflow.intake.photo_offer", "improve"),
    "passport": ("workflow.intake.passport_page", "read_page"),
    "contract": ("workflow.intake.contract_pages", "texts"),
    "scan": ("workflow.reading.scanner", "decode_image"),
}


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound this process. A file written grows to 0 bytes: pipes are not files, so the answer still passes."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))  # apart: SIGXCPU tells it from a kill


def wait_for_jobs(worker: str) -> None:
    """Import the worker once, then for each job that comes as two descriptors (job, answer): fork, let the child do it, tell how it ended."""
    module = import_module(WORKERS[worker][0])
    getattr(module, "make_ready", lambda: None)()
    desk = socket.socket(fileno=os.dup(0))
    while True:
        _, fds, _, _ = socket.recv_fds(desk, 1, 2)
        if len(fds) != 2:
            return
        pid = os.fork()
        if pid == 0:
            desk.close()
            for place, fd in enumerate(fds):
                os.dup2(fd, place)
                os.close(fd)
            main()
        for fd in fds:
            os.close(fd)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        desk.send(code.to_bytes(2, "big", signed=True))


def main() -> None:
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # C libraries print to 1: keep their chatter out of the answer
    job = json.loads(sys.stdin.buffer.readline())
    limit(job["limits"]["memory_bytes"], job["limits"]["cpu_seconds"])
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    blobs: dict[str, bytes] = {}
    try:
        module, name = WORKERS[job["worker"]]
        work = getattr(import_module(module), name)
        value, blobs = work(sys.stdin.buffer.read(), **job["args"])
        head = {"value": value, "blobs": {name: len(blob) for name, blob in blobs.items()}}
    except MemoryError:
        head = {"error": "memory"}
    except Exception as trouble:  # whatever a hostile file makes a decoder raise is an answer
        head = {"error": type(trouble).__name__, "detail": str(trouble)[:300]}
    used = resource.getrusage(resource.RUSAGE_SELF)
    head |= {"cpu": used.ru_utime + used.ru_stime, "rss": used.ru_maxrss * 1024}
    answer.write(json.dumps(head).encode() + b"\n")
    if "value" in head:
        for blob in blobs.values():
            answer.write(blob)
    answer.flush()
    os._exit(0)  # no destructors of libraries that have just held hostile data


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
        wait_for_jobs(sys.argv[1])
    else:
        main()
