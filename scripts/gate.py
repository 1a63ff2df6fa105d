"""The gate: `make test`. Lint, types, catalogues, demonstration data, then every test, on SQLite and on PostgreSQL.

The cheap checks all run before anything stops, so one run tells everything that is wrong with the text; the tests run
when the text is sound, and pytest's own summary is the last thing said. Arguments go to pytest.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from scripts import postgres, system
from scripts.environment import ROOT, VENV
from scripts.serve import flask
from scripts.setup import main as set_up

TEXT_CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("types", ("mypy",)),
    ("lint", ("ruff", "check", ".")),
    ("catalogues", ("python", "-m", "scripts.catalogue", "check")),
)
# a person's own data and addresses must never reach a test
PERSONAL = {"DATA_DIR", "DATABASE_URL", "FILES_URL", "KEYS_DIR", "PORT", "MODE", "BASE_URL", "SECRET_KEY"}
NO_TESTS = 5  # pytest's exit code when a selection (-k) leaves none


def say(text: str) -> None:
    """A headline, at once even when the output goes to a file."""
    print(f"\n== {text}", flush=True)


def run(commands: Sequence[Sequence[str]], environ: dict[str, str] | None = None) -> tuple[bool, str]:
    """Run one check's commands until one fails: whether all passed, and what they said, with the time they took."""
    begun, said, passed = time.monotonic(), "", True
    for command in commands:
        done = subprocess.run(command, cwd=ROOT, env=environ, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said, passed = said + done.stdout, done.returncode == 0
        if not passed:
            break
    return passed, f"{said}   {'passed' if passed else 'FAILED'} in {time.monotonic() - begun:.0f} s"


def demonstration() -> tuple[bool, str]:
    """The demonstration data loads into an empty database, and loading it again changes nothing and fails nowhere."""
    with tempfile.TemporaryDirectory(prefix="seeds-") as folder:
        environ = {**impersonal(), "DATA_DIR": folder, "MODE": "demonstration"}
        return run([flask(*command) for command in (("db", "upgrade"), ("seeds", "demo"), ("seeds", "demo"))], environ)


def sound() -> bool:
    """Types, lint, catalogues, demonstration data: all of them, two at a time, whatever the first one says."""
    with ThreadPoolExecutor(2) as pool:
        checks = {name: pool.submit(run, [[str(VENV / "bin" / program), *arguments]]) for name, (program, *arguments) in TEXT_CHECKS}
        checks["demonstration data"] = pool.submit(demonstration)
        for name, check in checks.items():
            say(name)
            print(check.result()[1], flush=True)
    return all(check.result()[0] for check in checks.values())


def pass_on_postgresql(arguments: Sequence[str]) -> bool:
    """The tests for both databases, on a cluster of our own (or the one TEST_DATABASE_URL names)."""
    say("tests on PostgreSQL")
    begun = time.monotonic()
    with contextlib.ExitStack() as stack:
        environ = impersonal()
        try:
            environ["TEST_DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or stack.enter_context(postgres.cluster())
        except postgres.NoPostgres as none:
            print(none, file=sys.stderr)
            return False
        print(f"   started in {time.monotonic() - begun:.0f} s", flush=True)
        return run_pytest(["-p", "scripts.on_postgresql", *arguments], environ) in (0, NO_TESTS)


def pass_on_sqlite(arguments: Sequence[str]) -> bool:
    """Every test there is. Last, so that its summary is what a reader sees."""
    say("tests")
    environ = impersonal()
    environ.pop("TEST_DATABASE_URL", None)
    return run_pytest(arguments, environ) == 0


def impersonal() -> dict[str, str]:
    """The environment without a person's own data and addresses."""
    return {name: value for name, value in os.environ.items() if name not in PERSONAL}


def run_pytest(arguments: Sequence[str], environ: dict[str, str]) -> int:
    """pytest, two files at a time in the order of tests/conftest.py, with nothing said after its summary; its exit code."""
    command = [str(VENV / "bin" / "python"), "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode


def main(arguments: list[str]) -> int:
    """0 when everything passed."""
    if set_up(["--tests"]) != 0:
        return 1
    if missing := [names[0] for names in system.needs(with_tests=True)]:
        print(f"Still missing for the tests: {' '.join(missing)}", file=sys.stderr)
        return 1
    if not sound():
        print("\nNot sound yet; the tests were not run.", file=sys.stderr)
        return 1
    on_postgresql = pass_on_postgresql(arguments)
    on_sqlite = pass_on_sqlite(arguments)
    if on_sqlite and not on_postgresql:
        print("FAILED on PostgreSQL: its summary is above the last one.", file=sys.stderr)
    return 0 if on_postgresql and on_sqlite else 1


if __name__ == "__main__":
    if shutil.which("git") is None:
        print("note: git is not installed; tests that ask it what is committed are skipped", flush=True)
    sys.exit(main(sys.argv[1:]))
