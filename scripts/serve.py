"""Serve: migrate, load the demonstration once, then gunicorn with the job consumer beside it, as one.

Both are children of this process and end with it, by Ctrl-C, SIGTERM or its death. A consumer that crashes is started
again, a few times; a server that ends, or a consumer that cannot stay up, ends everything, since half a house that
looks whole helps nobody.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from scripts.environment import ROOT, VENV

GRACE_S = 15  # longer than gunicorn's own graceful_timeout
CRASHES, WITHIN_S = 5, 60.0  # so many crashes of the consumer in so short a time are no accident
PR_SET_PDEATHSIG = 1
UP_S = 30.0


class Supervisor:
    """Keeps the server and the consumer running until told to stop."""

    def __init__(self, server: list[str], consumer: list[str], environ: dict[str, str]) -> None:
        self.commands = {"server": server, "consumer": consumer}
        self.environ = environ
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.crashes: list[float] = []
        self.told_to_stop = False

    def start(self, name: str) -> None:
        """Start one of the two in a session of its own, so that Ctrl-C reaches it through us only."""
        self.running[name] = subprocess.Popen(
            self.commands[name], cwd=ROOT, env=self.environ, start_new_session=True, preexec_fn=_die_with_parent
        )  # fmt: skip

    def stop(self, *_signal: int | FrameType | None) -> None:
        """Ask the loop to end; also the signal handler."""
        self.told_to_stop = True

    def run(self, announce: Callable[[subprocess.Popen[bytes]], object] = lambda _server: None) -> int:
        """Start both, call `announce` with the server's process, block until it is over; the exit code."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        for name in self.commands:
            self.start(name)
        announce(self.running["server"])
        code = self._watch()
        self._end_both()
        return code

    def _watch(self) -> int:
        while not self.told_to_stop:
            time.sleep(0.2)
            if (code := self.running["server"].poll()) is not None:
                print(f"The server ended by itself with {code}.", file=sys.stderr)
                return code or 1
            if self.running["consumer"].poll() is not None and not self.told_to_stop and not self._again():
                return 1
        return 0

    def _again(self) -> bool:
        """Start the crashed consumer again; False when it has crashed too often."""
        now = time.monotonic()
        self.crashes = [then for then in self.crashes if now - then < WITHIN_S] + [now]
        code = self.running["consumer"].returncode
        if len(self.crashes) >= CRASHES:
            print(f"The job consumer ended {CRASHES} times within {WITHIN_S:.0f} s, the last time with {code}. Stopping.", file=sys.stderr)
            return False
        print(f"The job consumer ended with {code}; starting it again.", file=sys.stderr)
        time.sleep(min(2.0 ** len(self.crashes) / 2, 5))
        if not self.told_to_stop:
            self.start("consumer")
        return True

    def _end_both(self) -> None:
        for child in self.running.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        until = time.monotonic() + GRACE_S
        for child in self.running.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _die_with_parent() -> None:
    """In the child: ask Linux for SIGTERM should this process be killed without a chance to say so."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def port_is_free(port: int) -> bool:
    """True when nothing listens on 127.0.0.1:`port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until_up(port: int, seconds: float, alive: subprocess.Popen[bytes]) -> bool:
    """Wait until something answers on `port`, at most `seconds`, and no longer than `alive` lives."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and alive.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def flask(*arguments: str) -> list[str]:
    """The command line of one of the application's own commands."""
    return [str(VENV / "bin" / "flask"), "--app", "wsgi", *arguments]


def make_ready(environ: dict[str, str]) -> None:
    """Bring the database up to date and, in demonstration mode, fill it once and say who can sign in."""
    subprocess.run(flask("db", "upgrade"), cwd=ROOT, env=environ, check=True)
    if environ["MODE"] == "demonstration":
        subprocess.run(flask("seeds", "demo"), cwd=ROOT, env=environ, check=True)
        subprocess.run(flask("accounts", "demo"), cwd=ROOT, env=environ, check=True)


def main() -> int:
    """`python -m scripts.serve`, with PORT, DATA_DIR and MODE from the environment."""
    environ = dict(os.environ)
    port = int(environ.setdefault("PORT", "8000"))
    environ["DATA_DIR"] = str(Path(environ.get("DATA_DIR") or ROOT / "var").resolve())
    environ.setdefault("MODE", "demonstration")
    if not port_is_free(port):
        print(f"Port {port} is taken. Another one:  PORT={port + 1} make run", file=sys.stderr)
        return 1
    try:
        make_ready(environ)
    except subprocess.CalledProcessError as failed:
        print(f"`flask {' '.join(failed.cmd[3:])}` ended with {failed.returncode}; its own words are above.", file=sys.stderr)
        return 1
    supervisor = Supervisor([str(VENV / "bin" / "gunicorn"), "wsgi:app"], flask("jobs", "work"), environ)

    def announce(server: subprocess.Popen[bytes]) -> None:
        if wait_until_up(port, UP_S, server):
            print(f"\nhttp://127.0.0.1:{port}   (data in {environ['DATA_DIR']}; Ctrl-C ends it)\n", flush=True)

    return supervisor.run(announce)


if __name__ == "__main__":
    sys.exit(main())
