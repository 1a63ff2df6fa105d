"""A PostgreSQL of our own for the time of a test run: a temporary cluster, an unprivileged user, a port of its own.

It listens on 127.0.0.1 only, asks a password made for this run, and is stopped by its own process id, whatever happens.
Durability is switched off: these rows live for minutes. As a command it prints the address and stays until it is ended:
`python -m scripts.postgres`.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "120", "shared_buffers": "64MB"}


class NoPostgres(Exception):
    """There is no PostgreSQL here, or it would not start; the message says which."""


def programs() -> Path:
    """The folder of initdb and pg_ctl of the newest PostgreSQL installed."""
    if own := shutil.which("initdb"):
        return Path(own).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not versions:
        raise NoPostgres("PostgreSQL is not installed (Debian's package: postgresql).")
    return versions[-1].parent


def _as_unprivileged() -> tuple[list[str], int | None]:
    """How to run a command as somebody who is not root, and whose user id the folder must have."""
    if os.geteuid() != 0:
        return [], None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return ["runuser", "-u", name, "--"], pwd.getpwnam(name).pw_uid
    raise NoPostgres("PostgreSQL refuses to run as root and there is no user postgres or nobody.")


def free_port() -> int:
    """A port of the loopback that nobody used a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster, yield its address (postgresql+psycopg://…/postgres, a superuser of this cluster), stop it."""
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    prefix, owner = _as_unprivileged()
    if owner is not None:
        os.chown(home, owner, -1)
    data, log, password = home / "data", home / "log", secrets.token_urlsafe(24)
    port, folder = free_port(), programs()
    options = " ".join(f"-c {name}={value}" for name, value in {**QUICK, "listen_addresses": "127.0.0.1", "unix_socket_directories": home}.items())

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run([*prefix, str(folder / program), *arguments], cwd=home, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode != 0:
            said = log.read_text(errors="replace") if log.exists() else ""
            raise NoPostgres(f"{program} ended with {done.returncode}: {(done.stderr + said)[-800:]}")

    try:
        secret = home / "password"
        secret.touch(0o600)
        secret.write_text(password)
        if owner is not None:
            os.chown(secret, owner, -1)
        run("initdb", "-D", str(data), "-U", "tests", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync")
        run("pg_ctl", "-D", str(data), "-l", str(log), "-w", "-t", "60", "-o", f"-p {port} {options}", "start")
        yield f"postgresql+psycopg://tests:{password}@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            subprocess.run([*prefix, str(folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"], cwd=home, capture_output=True, check=False)
        shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    """Print the address and wait for SIGTERM or Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with cluster() as address:
            print(address, flush=True)
            signal.pause()
    except NoPostgres as none:
        print(none, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
