"""Passport pages of the ICAO specimen (state UTO), drawn with Debian's OCR-B, scanned and photographed badly."""

import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from workflow.intake import passport_page
from workflow.intake.passport_page import read_passport

pytest.importorskip("rapidocr", reason="the optional engine for text is not installed")
FONT = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
if not FONT.exists():
    pytest.skip("OCR-B is not installed (Debian: fonts-ocr-b)", allow_module_level=True)

TODAY = date(2026, 11, 22)
LINES = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


def page(lines=LINES, size=(1250, 880), ink=25, paper=(238, 236, 228)):
    sheet = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((60, 160, 380, 600), fill=(190, 190, 195))
    words = ImageFont.truetype(str(FONT), 26)
    for at, text in enumerate(("UTOPIA  PASSPORT  SPECIMEN", "ERIKSSON", "ANNA MARIA", "UTOPIAN", "12 AUG 1974", "ZENITH", "15 APR 2012")):
        draw.text((430, 110 + at * 72), text, fill=(60, 60, 90), font=words)
    zone = ImageFont.truetype(str(FONT), 36)
    for at, text in enumerate(lines):
        draw.text((40, size[1] - 170 + at * 72), text, fill=(ink, ink, ink), font=zone)
    return sheet


def encoded(image, kind="JPEG", **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


SCANS = {
    "clean": lambda image: image,
    "turned a quarter": lambda image: image.rotate(90, expand=True),
    "turned the other quarter": lambda image: image.rotate(270, expand=True),
    "noisy": lambda image: Image.blend(image, Image.effect_noise(image.size, 90).convert("RGB"), 0.3),
    "far askew": lambda image: image.rotate(12, expand=True, fillcolor=(90, 90, 90)),
    "upside down": lambda image: image.rotate(180),
    "askew": lambda image: image.rotate(4, expand=True, fillcolor=(120, 120, 120), resample=Image.Resampling.BICUBIC),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(1.2)),
    "small": lambda image: image.resize((900, 634)),
    "on a desk": lambda image: desk(image),
}


def desk(image):
    ground = Image.new("RGB", (2400, 3200), (110, 90, 70))
    ground.paste(image.resize((1700, 1197)), (350, 1100))
    return ground.rotate(2, fillcolor=(110, 90, 70))


@pytest.mark.parametrize("how", SCANS)
def test_the_specimen_is_read_from_a_scan_that_is(how):
    """In this process, not in the sandbox: starting the engine for each would take most of the time."""
    answer, blobs = passport_page.read_page(encoded(SCANS[how](page()), quality=85), "jpg", TODAY.isoformat())
    assert tuple(answer["lines"]) == LINES
    assert blobs["crop"].startswith(b"\xff\xd8")


def test_a_scan_read_in_the_sandbox_fills_the_fields():
    seen = read_passport("scan.jpg", encoded(page(), quality=85), TODAY)
    assert seen.not_run == ()
    assert seen.mrz.lines == LINES
    assert seen.mrz.valid
    assert seen.fields["passport_no"] == "L898902C3"
    assert seen.crop.startswith(b"\xff\xd8")
    assert [each.code for each in seen.findings] == ["passport_expired"]


def test_the_specimen_is_read_from_a_pdf():
    seen = read_passport("scan.pdf", encoded(page(), "PDF"), TODAY)
    assert seen.mrz.lines == LINES


def test_an_identity_card_of_three_lines_is_read():
    lines = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
    card = Image.new("RGB", (1012, 638), (235, 238, 240))
    for at, text in enumerate(lines):
        ImageDraw.Draw(card).text((35, 400 + at * 66), text, fill=(20, 20, 20), font=ImageFont.truetype(str(FONT), 41))
    seen = read_passport("card.png", encoded(card, "PNG"), TODAY)
    assert (seen.mrz.kind, seen.mrz.lines) == ("TD1", lines)


def test_a_page_without_a_zone_says_so():
    seen = read_passport("scan.jpg", encoded(page(lines=("", ""))), TODAY)
    assert seen.mrz is None
    assert [each.code for each in seen.findings] == ["mrz_missing"]


def test_a_broken_file_is_refused_before_it_is_read():
    seen = read_passport("scan.jpg", encoded(page())[:3000], TODAY)
    assert [each.code for each in seen.findings] == ["truncated"]


def test_without_the_engine_reading_is_named_as_not_run(monkeypatch):
    def absent():
        raise ImportError("rapidocr")

    monkeypatch.setattr(passport_page, "_engine", absent)
    answer, _ = passport_page.read_page(encoded(page()), "jpg", TODAY.isoformat())
    assert answer["engine"] is False
