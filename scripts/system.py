"""Debian's part of the set-up: which packages, which of them are missing, and one message when they cannot be had.

Standard library only, because this runs before there is an environment. apt is called only when something is missing,
so a second run makes no call at all. Nothing here is installed from anywhere but the machine's own distribution.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

# Each entry is a need; its alternatives are names the same thing has on other releases (Ubuntu 24.04's t64 names).
RUN_PACKAGES = (
    ("libpango-1.0-0",),
    ("libpangoft2-1.0-0",),
    ("libharfbuzz-subset0",),  # without it one page takes WeasyPrint 12 s; Debian's pango does not bring it
    ("libzbar0", "libzbar0t64"),
    ("fonts-noto-cjk",),
    ("fonts-noto-core",),
    ("fonts-noto-mono",),
    ("bubblewrap",),
)
BROWSER = "chromium-headless-shell"  # the same browser without windows, bubbles and a viewer of its own: lighter to fetch and to run
TEST_PACKAGES = (
    (BROWSER,),
    ("postgresql",),
    ("poppler-utils",),
    ("default-jre-headless",),  # veraPDF judges the papers (scripts/pdfa.py)
    ("softhsm2",),  # a PKCS#11 token of software: papers are certified by a device in the tests too
)
COMMANDS = {BROWSER: BROWSER, "default-jre-headless": "java"}
# Debian would start a cluster of its own with the package; the gate starts and stops its own instead.
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")


class CannotInstall(Exception):
    """Something is missing and this person or machine cannot install it; the message names all of it."""


def dpkg_installed(names: Iterable[str]) -> set[str]:
    """Which of `names` dpkg has fully installed; empty where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        return set()
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\\n", *names],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    rows = (line.split() for line in answer.stdout.splitlines())
    return {row[0] for row in rows if len(row) == 2 and row[1] == "installed"}


def venv_is_missing() -> bool:
    """True where Debian has split `ensurepip` off into python3-venv and that is not installed."""
    return subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True, check=False).returncode != 0


def missing(
    packages: Iterable[tuple[str, ...]], installed: Callable[[Iterable[str]], set[str]] = dpkg_installed
) -> list[tuple[str, ...]]:
    """The needs no alternative of which is installed."""
    packages = list(packages)
    there = installed(name for names in packages for name in names)
    return [names for names in packages if not there.intersection(names)]


def needs(with_tests: bool) -> list[tuple[str, ...]]:
    """What this machine lacks. A browser or Java that came another way counts as present."""
    wanted = list(RUN_PACKAGES)
    if venv_is_missing():
        wanted.insert(0, ("python3-venv",))
    if with_tests:
        wanted += TEST_PACKAGES
    lacking = missing(wanted)
    return [names for names in lacking if not ((command := COMMANDS.get(names[0])) and shutil.which(command))]


def _as_root() -> list[str] | None:
    """The prefix that makes a command run as root; None when there is no way to."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    ask = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    return ask if subprocess.run([*ask, "true"], check=False, capture_output=not sys.stdin.isatty()).returncode == 0 else None


def _available(names: tuple[str, ...]) -> str:
    """The first alternative that this release really has (a name others merely provide does not count)."""
    for name in names:
        shown = subprocess.run(["apt-cache", "show", "--no-all-versions", name], capture_output=True, check=False)
        if shown.returncode == 0 and shown.stdout:
            return name
    return names[0]


def ensure(with_tests: bool = False) -> bool:
    """Install what is missing. True when apt was called. Raises CannotInstall with everything that is missing."""
    lacking = needs(with_tests)
    if not lacking:
        return False
    wanted = " ".join(names[0] for names in lacking)
    if shutil.which("apt-get") is None:
        raise CannotInstall(f"Missing system packages (Debian's names): {wanted}\nThere is no apt here: install them another way.")
    root = _as_root()
    if root is None:
        raise CannotInstall(f"Missing system packages: {wanted}\nInstall them as root:  apt-get install --no-install-recommends {wanted}")
    if ("postgresql",) in lacking:
        _no_main_cluster(root)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*root, "apt-get", "update", "-q"], env=quiet, check=False, stdout=subprocess.DEVNULL)
    names = [_available(names) for names in lacking]
    print("    apt-get install", *names, flush=True)
    command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
    done = subprocess.run(command, env=quiet, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise CannotInstall(f"Missing system packages: {wanted}\napt-get said:\n{(done.stdout + done.stderr)[-1500:]}")
    return True


def _no_main_cluster(root: list[str]) -> None:
    """Say `create_main_cluster = false` before postgresql is installed, unless somebody has said something already."""
    if NO_MAIN_CLUSTER.exists():
        return
    subprocess.run([*root, "mkdir", "-p", str(NO_MAIN_CLUSTER.parent)], check=True)
    subprocess.run([*root, "tee", str(NO_MAIN_CLUSTER)], input=b"create_main_cluster = false\n", stdout=subprocess.DEVNULL, check=True)
