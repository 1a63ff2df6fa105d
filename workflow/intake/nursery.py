"""The far side of a warm start: behind the same walls as child.py, with the libraries of one kind of work loaded, it forks a child for every file.

Run by warm.py as `python -I -B nursery.py SOCKET WORKER MODELS`. It never reads a file itself: a forked child takes the job as its standard input,
gives up the socket, sets its own limits and ends (child.main). No process here can be traced by another, so a child that a hostile file has
taken over cannot reach into the next one's memory; it could end the nursery, and warm.py then starts another.
"""

import ctypes
import os
import select
import signal
import socket
import sys
import time

PR_SET_DUMPABLE, PR_SET_PDEATHSIG = 4, 1


def load(worker: str, models: str) -> None:
    """Import what the worker imports, and run its models once, so that children have them."""
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    if worker == "photo":
        import numpy as np

        from workflow.intake import opening, photo, photo_map, portrait  # noqa: F401

        if portrait.ready(models):
            from workflow.intake import face

            empty = np.zeros((256, 256, 3), np.uint8)
            face.person(empty, models)
            face.add_mesh(empty, face.Face((60, 60, 120, 120), 1.0, np.array([[100, 100], [150, 100]], float)), models)


def main() -> None:
    place, worker, models = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    load(worker, models)
    line = socket.socket(fileno=place)
    line.send(b"ready")
    running: dict[int, float] = {}
    while True:
        heard = select.select([line], [], [], 0.2 if running else None)[0]
        reap(running)
        if not heard:
            continue
        said, handed, _, _ = socket.recv_fds(line, 64, 2)
        if not said or len(handed) != 2:
            os._exit(0)
        born = os.fork()
        if born == 0:
            line.close()
            work(*handed)
        running[born] = time.monotonic() + float(said)
        for each in handed:
            os.close(each)


def reap(running: dict[int, float]) -> None:
    """Forget children that ended; end those whose time is over."""
    for child, deadline in list(running.items()):
        if os.waitpid(child, os.WNOHANG)[0]:
            del running[child]
        elif time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)


def work(job: int, answer: int) -> None:
    """In the forked child: the job becomes standard input, the answer standard output. Does not come back."""
    try:
        os.dup2(job, 0)
        os.dup2(answer, 1)
        os.close(job)
        os.close(answer)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for the rest of this process
        from workflow.intake import child

        child.main()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
