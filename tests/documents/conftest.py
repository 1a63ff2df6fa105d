"""The faces of set-up where they are, the system's otherwise; nothing here needs the application."""

import subprocess
from pathlib import Path

import pytest

from workflow.documents import render

FACES = Path(__file__).resolve().parents[2] / "static" / "fonts"


@pytest.fixture(scope="session", autouse=True)
def faces():
    render.configure(FACES if FACES.is_dir() else None)


@pytest.fixture
def picture(tmp_path):
    """A PDF's first page as a grey Pillow picture, `dpi` dots per inch."""
    from PIL import Image

    def draw(pdf: bytes, dpi: int) -> "Image.Image":
        (tmp_path / "paper.pdf").write_bytes(pdf)
        command = ["pdftoppm", "-r", str(dpi), "-gray", "-png", "-singlefile", "paper.pdf", f"page{dpi}"]
        done = subprocess.run(command, cwd=tmp_path, check=True, timeout=60, capture_output=True, text=True)
        assert done.stderr == "", f"a reader stumbles: {done.stderr[:300]}"
        with Image.open(tmp_path / f"page{dpi}.png") as page:
            return page.copy()

    return draw


@pytest.fixture
def text(tmp_path):
    """What pdftotext reads out of a PDF, in the order of reading, all white space removed."""

    def read(pdf: bytes) -> str:
        (tmp_path / "paper.pdf").write_bytes(pdf)
        command = ["pdftotext", "-raw", "paper.pdf", "-"]
        said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60).stdout.decode()
        return "".join(said.split())

    return read
