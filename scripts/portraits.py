"""Brings four portraits of public officers, for tests of the photo's checks, into var/portraits. `python -m scripts.portraits`

All are works of the United States government and so in the public domain (17 U.S.C. 105). They ship inside packages: one in
the wheel of matplotlib (its sample data), three among the test pictures of face_recognition's source package. Only these files
are taken out, each checked against its SHA-256; none is committed. Nobody is recognised: light, pose and sharpness are measured.
Together with scikit-image's astronaut (NASA) they are the faces of tests/faces. Without them those tests use the astronaut alone.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "var" / "portraits"
WHEEL = "matplotlib==3.11.2"
SOURCE = "face_recognition==1.3.0"
TESTS = "face_recognition-1.3.0/tests/test_images/"
# fmt: off
PORTRAITS = {  # name → (place inside its package, SHA-256)
    "hopper.jpg": ("matplotlib/mpl-data/sample_data/grace_hopper.jpg", "a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130"),
    "biden.jpg":  (TESTS + "biden.jpg",  "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c"),
    "obama.jpg":  (TESTS + "obama.jpg",  "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6"),
    "obama3.jpg": (TESTS + "obama3.jpg", "76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3"),
}
# fmt: on


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def missing(target: Path = TARGET) -> list[str]:
    """Names of portraits that are absent or not the pinned ones."""
    return [name for name, (_, sha) in PORTRAITS.items() if digest(target / name) != sha]


def _download(folder: Path, *what: str) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation", "--dest", str(folder), *what]
    subprocess.run(command, check=True)


def bring(folder: Path) -> dict[str, bytes]:
    """The files by their place inside the packages."""
    _download(folder, "--only-binary=:all:", WHEEL)
    _download(folder, "--no-binary=:all:", SOURCE)
    places = {place for place, _ in PORTRAITS.values()}
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        found = {place: archive.read(place) for place in places & set(archive.namelist())}
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        return found | {each.name: archive.extractfile(each).read() for each in archive if each.name in places}  # type: ignore[union-attr]


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
