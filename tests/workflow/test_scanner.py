"""The scanner reads what a kiosk, a phone or a counter hands it, and answers everything else with a sentence."""

import io
import random
import struct
import zlib

import numpy as np
import pytest
import qrcode
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from workflow.reading import scanner

TEXT = "https://portal.example/v/7K3QZ9T2XAM#" + "1928374650" * 40
OURS = r"https://[^/]+/v/[0-9A-Z]{11}(#[1-9][0-9]{0,1999})?"


def symbol(text=TEXT, box=4):
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=box, border=4)
    code.add_data(text)
    return code.make_image().get_image().convert("L")


def paper(code, size=(900, 1200), at=(300, 500)):
    page = Image.new("L", size, 245)
    ImageDraw.Draw(page).text((60, 60), "NOTIFICATION SPECIMEN " * 3, fill=40)
    page.paste(code, at)
    return page


def encoded(image, kind="JPEG", **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def noisy(image, sigma):
    random.seed(7)
    return Image.blend(image, Image.effect_noise(image.size, sigma * 4), 0.25)


def tilted(image):
    width, height = image.size
    corners = (0, 0, -width * 0.12, height, width * 1.12, height, width, 0)
    return image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=200)


DEGRADED = {
    "clean": lambda image: image,
    "turned a quarter": lambda image: image.rotate(90, expand=True),
    "turned by 23 degrees": lambda image: image.rotate(23, expand=True, fillcolor=255),
    "upside down": lambda image: image.rotate(180),
    "mirrored": ImageOps.mirror,
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(1.6)),
    "noisy": lambda image: noisy(image, 60),
    "seen at an angle": tilted,
    "pale": lambda image: image.point(lambda level: 150 + level // 5),
    "dark": lambda image: ImageEnhance.Brightness(image).enhance(0.15),
    "in half shadow": lambda image: Image.composite(image, image.point(lambda level: level // 4), Image.linear_gradient("L").resize(image.size)),
    "small": lambda image: image.resize((image.width // 2, image.height // 2), Image.Resampling.BILINEAR),
    "inverted": ImageOps.invert,
}


@pytest.mark.parametrize("how", DEGRADED)
def test_a_photographed_notice_is_read_when_it_is(how):
    reading = scanner.read(encoded(DEGRADED[how](paper(symbol())), quality=80), OURS)
    assert reading.text == TEXT, (how, reading)
    assert reading.finding is None
    assert reading.by


def test_of_two_codes_the_one_of_ours_is_taken():
    page = paper(symbol(box=3), at=(40, 700))
    page.paste(symbol("https://elsewhere.example/advertisement", box=8), (540, 120))
    assert scanner.read(encoded(page), OURS).text == TEXT


def test_a_strange_code_alone_is_told_apart_from_no_code():
    strange = scanner.read(encoded(paper(symbol("https://elsewhere.example/", box=8))), OURS)
    assert strange.text is None
    assert strange.finding.code == "other_code"
    assert strange.seen == ("https://elsewhere.example/",)
    nothing = scanner.read(encoded(Image.new("L", (600, 600), 240)), OURS)
    assert nothing.text is None
    assert nothing.finding.code == "no_code"
    assert nothing.seen == ()


def test_chinese_text_comes_back_whole():
    assert scanner.read(encoded(symbol("外国人工作许可通知 样张"), "PNG")).text == "外国人工作许可通知 样张"


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP", "JPEG"])
def test_every_kind_of_picture_is_read(kind):
    assert scanner.read(encoded(paper(symbol()), kind), OURS).text == TEXT


def test_a_code_on_transparent_paper_is_read():
    ink = Image.new("RGBA", symbol().size, (0, 0, 0, 0))
    ink.putalpha(ImageOps.invert(symbol()))
    assert scanner.read(encoded(ink, "PNG"), OURS).text == TEXT


def test_a_notice_chosen_as_pdf_is_read_from_its_second_page():
    blank = Image.new("L", (900, 1200), 255)
    data = encoded(blank, "PDF", save_all=True, append_images=[paper(symbol())])
    assert scanner.read(data, OURS).text == TEXT


def test_a_large_photograph_is_read_at_reduced_size():
    page = paper(symbol(box=14), size=(4000, 5200), at=(900, 1800))
    reading = scanner.read(encoded(page, quality=70), OURS)
    assert reading.text == TEXT


def png_header(width, height):
    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + body + struct.pack(">I", zlib.crc32(b"IHDR" + body)) + b"\x00\x00\xff\xffIDAT" + b"\x00" * 40


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"hello, I am a text", "not_picture"),
        (b"\xff\xd8\xff" + bytes(range(256)) * 20, "not_picture"),
        (b"%PDF-1.7\nnothing follows", "not_picture"),
        (png_header(60_000, 60_000), "pixels"),
        (png_header(60, 60), "not_picture"),
        (b"\x00" * (scanner.MOST_BYTES + 1), "filesize"),
    ],
    ids=["0 bytes", "text", "corrupt jpeg", "corrupt pdf", "huge header", "cut png", "over the limit"],
)
def test_what_is_no_picture_has_its_own_answer(data, code):
    reading = scanner.read(data, OURS)
    assert reading.text is None
    assert reading.finding.code == code
    assert "%(" not in reading.finding.sentence()


def test_a_jpeg_cut_in_half_never_raises():
    data = encoded(paper(symbol()), quality=90)
    reading = scanner.read(data[: len(data) // 4], OURS)
    assert reading.text is None
    assert reading.finding.code == "not_picture"


def test_both_engines_are_there_and_stand_on_the_ladder():
    assert scanner._zxing()
    assert scanner._zbar()
    assert {step[0] for step in scanner.LADDER} == {"zxing", "zbar"}


@pytest.mark.parametrize("engine", ["zxing", "zbar"])
def test_each_engine_alone_reads_a_clean_code(engine):
    read = {"zxing": scanner._zxing, "zbar": scanner._zbar}[engine]()
    assert [text for text, _, _ in read(np.asarray(symbol()))] == [TEXT]


@pytest.mark.parametrize(("scale", "blur", "step"), [(0.7, 0.6, "zxing 2"), (0.9, 1.0, "zxing 2 sharp")])
def test_a_bad_print_is_read_by_a_later_step(scale, blur, step):
    page = paper(symbol(box=2))
    page = page.resize((round(900 * scale), round(1200 * scale)), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(blur))
    reading = scanner.read(encoded(page, "PNG"), OURS)
    assert (reading.text, reading.by) == (TEXT, step)
