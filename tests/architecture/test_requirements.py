"""What the code imports is what the house has chosen: nothing by accident of somebody's machine, nothing forgotten."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN = {"config", "kiosk", "portal", "scripts", "tests", "workflow", "wsgi", "migrations"}


def chosen(*files: str) -> set[str]:
    """The names of the direct choices, as distributions write them: lower case, hyphens."""
    rows = (line.split("#")[0].strip() for name in files for line in (ROOT / name).read_text("utf-8").splitlines())
    return {_plain(re.split(r"[\[<>=~; ]", row)[0]) for row in rows if row and not row.startswith("-")}


def imported(folders: tuple[str, ...]) -> dict[str, Path]:
    """Top-level names of other people's modules that the code under `folders` imports, each with one file that does."""
    found: dict[str, Path] = {}
    for path in (path for folder in folders for path in [*ROOT.glob(f"{folder}/**/*.py"), *ROOT.glob(f"{folder}.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            found |= {name.split(".")[0]: path.relative_to(ROOT) for name in names}
    beside = {path.stem for path in ROOT.glob("tests/**/*.py")}  # helpers that tests import by their bare name
    return {name: path for name, path in found.items() if name not in sys.stdlib_module_names | OWN | beside}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(
    ("folders", "files"),
    [
        (("wsgi", "config", "portal", "kiosk", "workflow", "migrations"), ("requirements.in", "requirements-intake.in")),
        (("tests", "scripts"), ("requirements.in", "requirements-intake.in", "requirements-bench.in", "requirements-dev.in")),
    ],
    ids=["the house", "tests and scripts"],
)
def test_every_package_the_code_imports_is_a_direct_choice(folders, files):
    choices, owners = chosen(*files), packages_distributions()
    strangers = {
        f"{name} (in {path})" for name, path in imported(folders).items() if not choices & {_plain(owner) for owner in owners.get(name, [name])}
    }
    assert not strangers, f"add to {files[-1]} and run scripts/pin.sh, or do without: {', '.join(sorted(strangers))}"
