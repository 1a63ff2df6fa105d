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

from scripts import postgres, system
from scripts.environment import ROOT, VENV
from scripts.serve import flask
from scripts.setup import main as set_up

TEXT_CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lint", ("ruff", "check", ".")),
    ("types", ("mypy",)),
    ("catalogues", ("python", "-m", "scripts.catalogue", "check")),
)
# a person's own data and addresses must never reach a test
PERSONAL = {"DATA_DIR", "DATABASE_URL", "FILES_URL", "KEYS_DIR", "PORT", "MODE", "BASE_URL", "SECRET_KEY"}


def say(text: str) -> None:
    """A headline, at once even when the output goes to a file."""
    print(f"\n== {text}", flush=True)


def run(command: Sequence[str], environ: dict[str, str] | None = None) -> bool:
    """Run one check, telling its time; True when it passed."""
    begun = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environ or dict(os.environ), check=False)
    print(f"   {'passed' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - begun:.0f} s", flush=True)
    return done.returncode == 0


def text_is_sound() -> bool:
    """Lint, types, catalogues: all of them, whatever the first one says."""
    results = []
    for name, (program, *arguments) in TEXT_CHECKS:
        say(name)
        results.append(run([str(VENV / "bin" / program), *arguments]))
    return all(results)


def seeds_load() -> bool:
    """The demonstration data loads into an empty database, and loading it again changes nothing and fails nowhere."""
    say("demonstration data")
    with tempfile.TemporaryDirectory(prefix="seeds-") as folder:
        environ = {**os.environ, "DATA_DIR": folder, "MODE": "demonstration"}
        environ.pop("DATABASE_URL", None)
        return all(run(flask(*command), environ) for command in (("db", "upgrade"), ("seeds", "demo"), ("seeds", "demo")))


def tests_pass(arguments: Sequence[str]) -> bool:
    """All tests, two at a time; with TEST_DATABASE_URL set, those for both databases run on PostgreSQL as well."""
    with contextlib.ExitStack() as stack:
        environ = {name: value for name, value in os.environ.items() if name not in PERSONAL}
        if "TEST_DATABASE_URL" not in environ:
            say("PostgreSQL")
            try:
                environ["TEST_DATABASE_URL"] = stack.enter_context(postgres.cluster())
            except postgres.NoPostgres as none:
                print(none, file=sys.stderr)
                return False
        say("tests")
        return run_pytest(["-n", "2", "--dist", "loadfile", *arguments], environ)


def run_pytest(arguments: Sequence[str], environ: dict[str, str]) -> bool:
    """pytest, with nothing said after its summary."""
    return subprocess.run([str(VENV / "bin" / "python"), "-m", "pytest", *arguments], cwd=ROOT, env=environ, check=False).returncode == 0


def main(arguments: list[str]) -> int:
    """0 when everything passed."""
    if set_up(["--tests"]) != 0:
        return 1
    if missing := [names[0] for names in system.needs(with_tests=True)]:
        print(f"Still missing for the tests: {' '.join(missing)}", file=sys.stderr)
        return 1
    if not text_is_sound():
        print("\nThe text is not sound yet; the tests were not run.", file=sys.stderr)
        return 1
    if not seeds_load():
        print("\nThe demonstration data does not load; the tests were not run.", file=sys.stderr)
        return 1
    return 0 if tests_pass(arguments) else 1


if __name__ == "__main__":
    if shutil.which("git") is None:
        print("note: git is not installed; tests that ask it what is committed are skipped", flush=True)
    sys.exit(main(sys.argv[1:]))
