"""From a bare machine to a house that can run: `python3 -m scripts.setup [--tests]`.

Standard library only: it runs on the machine's own Python and hands over to `.venv` for what needs packages. Each step
looks first and does nothing when its work is done, so that a second run takes a second or two.
"""

import subprocess
import sys
import time
from collections.abc import Callable

from scripts import environment, system

OLDEST = (3, 11)


def step(name: str, work: Callable[[], object]) -> None:
    """Run one step and say how long it took, if it took any time worth saying."""
    begun = time.monotonic()
    work()
    taken = time.monotonic() - begun
    if taken >= 1:
        print(f"  {name}: {taken:.0f} s", flush=True)


def in_venv(*arguments: str) -> Callable[[], object]:
    """A step that runs `.venv/bin/python -m …`; its standard output is for a person to read."""
    return lambda: subprocess.run([environment.PYTHON, "-m", *arguments], cwd=environment.ROOT, check=True)


def prepare(with_tests: bool = False) -> None:
    """Everything but the database. Raises system.CannotInstall or CalledProcessError."""
    sets = ("requirements", "requirements-intake", "requirements-dev") if with_tests else ("requirements",)
    step("system packages", lambda: system.ensure(with_tests))
    step("Python environment", lambda: environment.ensure_venv(*sets))
    step("browser files", environment.ensure_browser_files)
    step("faces for the papers", in_venv("scripts.fonts"))
    step("models for photographs", models)
    step("catalogues", lambda: quietly("scripts.catalogue", "compile"))
    step("static files", lambda: quietly("scripts.static_pack"))


def models() -> None:
    """The models that see a face. The house runs without them: the photo's deep checks then say that they did not run."""
    if (environment.ROOT / "scripts" / "models.py").exists():
        done = subprocess.run([environment.PYTHON, "-m", "scripts.models"], cwd=environment.ROOT, check=False)
        if done.returncode != 0:
            print("  The models for photographs could not be brought; the deep checks of a photo will say that they did not run.", flush=True)


def quietly(*arguments: str) -> None:
    """As in_venv, at once, with its words shown only if it fails."""
    done = subprocess.run([environment.PYTHON, "-m", *arguments], cwd=environment.ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout + done.stderr, file=sys.stderr)
        raise subprocess.CalledProcessError(done.returncode, arguments)


def main(arguments: list[str]) -> int:
    """0 when the house is ready, 1 with one message that says what is in the way."""
    if sys.version_info < OLDEST:
        print(f"Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {sys.version.split()[0]}. Name another: make PYTHON=python3.12 …")
        return 1
    print("Setting up", flush=True)
    try:
        prepare("--tests" in arguments)
    except system.CannotInstall as lacking:
        print(f"\n{lacking}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        print(f"\nSet-up stopped: {' '.join(map(str, failed.cmd))} ended with {failed.returncode}. Its own words are above.", file=sys.stderr)
        return 1
    except FileNotFoundError as gone:
        print(f"\nSet-up stopped: {gone}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
