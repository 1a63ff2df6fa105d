"""`flask kiosk decode`: one line a file, whatever the file; ours among several; a photograph that decoders alone give up."""

import io
import json
import struct
import zlib

import pytest
from PIL import Image

from tests.kiosk.test_check import picture_of
from tests.photographs import scenes
from workflow.reading import lattice, scanner


@pytest.fixture
def decode(app):
    def run(*files):
        done = app.test_cli_runner().invoke(args=["kiosk", "decode", *map(str, files)])
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in done.output.splitlines()]

    return run


@pytest.fixture
def folder(tmp_path):
    """Apart from the house's own files."""
    (tmp_path / "pictures").mkdir()
    return tmp_path / "pictures"


def test_a_folder_is_read_file_by_file_in_the_order_of_names(decode, folder):
    photo = scenes.photograph("tune", "turned", "easy", 0)
    (folder / "b").mkdir()
    (folder / "b" / "photo.jpg").write_bytes(photo.data)
    (folder / "a.png").write_bytes(picture_of("https://elsewhere.example/"))
    lines = decode(folder)
    assert [line["file"] for line in lines] == [str(folder / "a.png"), str(folder / "b" / "photo.jpg")]
    assert [line["text"] for line in lines] == ["https://elsewhere.example/", photo.text]
    assert all(list(line) == ["file", "text", "ms", "by"] for line in lines)
    assert all(line["by"] and line["ms"] > 0 for line in lines)


def bomb(width, height):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(b"\x00" * (width + 1)) for _ in range(height)) + rows.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_no_file_ends_the_command(decode, folder):
    whole = scenes.photograph("tune", "plain", "easy", 0).data
    bad = {
        "zero.jpg": b"", "text.jpg": b"I am a text\n", "cut.jpg": whole[: len(whole) // 3], "cut.pdf": b"%PDF-1.7\n1 0 obj", "noise.png": bytes(range(256)) * 40,
        "huge.png": bomb(60_000, 3_000), "deep.png": bomb(9_000, 9_000), "svg.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "zip.jpg": b"PK\x03\x04" + bytes(500), "spoiled.jpg": whole[:3000] + bytes(4000) + whole[7000:],
    }  # fmt: skip
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    (folder / "lost.jpg").symlink_to(folder / "nowhere")
    lines = decode(folder, folder / "missing.jpg", "/dev/zero")
    assert len(lines) == len(bad) + 3
    assert [line["file"] for line in lines if line["text"] is not None and "spoiled" not in line["file"]] == []


def test_of_several_codes_ours_is_chosen_and_a_look_alike_is_not(decode, folder):
    photo = scenes.photograph("tune", "neighbours", "medium", 0)
    (folder / "several.jpg").write_bytes(photo.data)
    like = Image.new("L", (1100, 520), 250)
    like.paste(Image.open(io.BytesIO(picture_of("https://video.example/v/watch?id=1"))).convert("L").resize((400, 400)), (40, 60))
    like.paste(Image.open(io.BytesIO(picture_of(photo.text))).convert("L").resize((480, 480)), (560, 20))
    like.save(folder / "like.png")
    assert [line["text"] for line in decode(folder)] == [photo.text, photo.text]


@pytest.mark.parametrize(("kind", "severity"), [("crumpled", "medium"), ("curled", "medium"), ("negative", "hard"), ("dark", "hard"), ("small", "hard"), ("perspective", "hard"), ("lying", "hard"), ("pale", "hard")])
def test_a_bad_photograph_is_read(decode, folder, kind, severity):
    photo = scenes.photograph("tune", kind, severity, 0)
    (folder / "photo.jpg").write_bytes(photo.data)
    assert [line["text"] for line in decode(folder)] == [photo.text]


def test_what_the_ladder_cannot_read_is_laid_flat(monkeypatch):
    photo = scenes.photograph("tune", "crumpled", "medium", 0)
    read = scanner.read(photo.data)
    assert (read.text, read.by) == (photo.text, "lattice")


def test_the_frame_of_every_size_is_that_of_the_standard():
    from qrcode.main import QRCode

    for version in (1, 2, 6, 7, 13, 14, 22, 32, 36, 40):
        code = QRCode(version=version, border=0, mask_pattern=2)
        code.add_data("x")
        code.make(fit=False)
        dark, where = lattice._frame(17 + 4 * version)
        assert all(bool(code.modules[r][c]) == dark[r, c] for r, c in zip(*where.nonzero(), strict=True)), version


def test_a_picture_without_a_code_is_given_up_soon():
    blank = io.BytesIO()
    Image.effect_noise((1600, 1200), 60).save(blank, "JPEG")
    read = scanner.read(blank.getvalue())
    assert read.text is None
    assert read.finding.code == "no_code"
    frame = scanner.read(blank.getvalue(), thorough=False)
    assert frame.ms < 5 * read.ms + 1000
