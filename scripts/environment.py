"""The Python environment in `.venv` and the browser's packages in `node_modules`, from pinned sets with hashes.

A stamp beside each says which pinned set it was filled from, so a second run costs milliseconds. A mark that work has
begun is laid first and taken away last: an environment that was cut off half way is made anew.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
# from node_modules → static/vendor; axe-core stays where it is, only tests read it
BROWSER_FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "zxing-wasm/dist/iife/reader/index.js": "zxing_reader.js",
    "zxing-wasm/dist/reader/zxing_reader.wasm": "zxing_reader.wasm",
}


def digest(*paths: Path) -> str:
    """SHA-256 over the bytes of `paths` and the version of this Python."""
    total = hashlib.sha256(sys.version.encode())
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def is_whole(venv: Path) -> bool:
    """True when the environment's python and pip both start and no unfinished work is marked."""
    python = venv / "bin" / "python"
    if not python.exists() or (venv / ".unfinished").exists():
        return False
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def ensure_venv(*sets: str) -> bool:
    """Fill `.venv` from the pinned `sets` ("requirements", "requirements-dev"). True when something was installed."""
    due = [name for name in sets if _stamp(name) != digest(ROOT / f"{name}.txt")]
    if not due and PYTHON.exists() and not (VENV / ".unfinished").exists():
        return False
    if not is_whole(VENV):
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        due = list(sets)
    unfinished = VENV / ".unfinished"
    unfinished.touch()
    pinned = [option for name in sets for option in ("-r", str(ROOT / f"{name}.txt"))]
    # only wheels: nothing is built here, and no package runs a script of its own while it is installed; Python compiles a module when it is first imported
    options = ["--require-hashes", "--only-binary=:all:", "--no-compile", "--disable-pip-version-check", "-qq"]
    subprocess.run([PYTHON, "-m", "pip", "install", *options, *pinned], cwd=ROOT, check=True)
    for name in due:
        (VENV / f".{name}.sha256").write_text(digest(ROOT / f"{name}.txt"))
    unfinished.unlink()
    return True


def _stamp(name: str) -> str:
    stamp = VENV / f".{name}.sha256"
    return stamp.read_text() if stamp.exists() else ""


def npm() -> list[str]:
    """The command that runs npm: the machine's own, or the one of a pinned package in an environment of its own."""
    own = shutil.which("npm")
    if own and shutil.which("node"):
        return [own]
    home = ROOT / ".venv-node"
    if not (home / "bin" / "npm").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        options = ["--require-hashes", "--only-binary=:all:", "--disable-pip-version-check", "-qq"]
        subprocess.run([home / "bin" / "python", "-m", "pip", "install", *options, "-r", ROOT / "requirements-node.txt"], check=True)
    return [str(home / "bin" / "npm")]


def ensure_browser_files() -> bool:
    """`npm ci` and copy what pages load into static/vendor. True when something was brought."""
    wanted = digest(ROOT / "package-lock.json", Path(__file__))
    stamp = NODE_MODULES / ".brought.sha256"
    there = all((VENDOR / name).exists() for name in BROWSER_FILES.values())
    if there and stamp.exists() and stamp.read_text() == wanted:
        return False
    command = npm()
    beside = {**os.environ, "PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([*command, "ci", "--ignore-scripts", "--loglevel=error"], cwd=ROOT, env=beside, check=True, stdout=subprocess.DEVNULL)
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in BROWSER_FILES.items():
        if name.endswith(".wasm"):
            shutil.copyfile(NODE_MODULES / source, VENDOR / name)
        else:
            (VENDOR / name).write_text(_without_source_map((NODE_MODULES / source).read_text("utf-8")), "utf-8")
    stamp.write_text(wanted)
    return True


def _without_source_map(text: str) -> str:
    """Drop the closing comment that names a .map file we do not serve (hashed static names would look for it)."""
    lines = text.rstrip().splitlines()
    if lines and "sourceMappingURL=" in lines[-1] and len(lines[-1]) < 200:
        lines.pop()
    return "\n".join(lines) + "\n"
