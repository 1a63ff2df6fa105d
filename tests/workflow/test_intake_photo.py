"""The photo's certain checks: format, weight, size after turning, shape, colour."""

import io
import random

import pytest
from PIL import Image

from workflow.intake import photo
from workflow.intake.photo import check_photo, examine_photo


def portrait(size=(480, 640), mode="RGB"):
    """No face: what is asked here is whether the file fits. Coloured gradients."""
    half = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (half, half.point(lambda level: 255 - level), half.rotate(180))).convert(mode)


def encoded(image, kind="JPEG", **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def certain(data):
    """Codes of the basic checks; the deep ones have tests of their own."""
    basic = photo.RULES.keys() | {"unreadable"}
    return sorted(each.code for each in check_photo(data) if each.code in basic)


def turned(size):
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(portrait(size), exif=exif)


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (encoded(portrait()), []),
        (encoded(portrait((354, 472))), []),
        (encoded(portrait((353, 472))), ["size"]),
        (encoded(portrait((354, 471))), ["size"]),
        (encoded(portrait((300, 400))), ["size"]),
        (turned((640, 480)), []),
        (turned((480, 640)), ["size"]),
        (encoded(portrait((640, 480))), ["size"]),
        (encoded(portrait((400, 630))), ["size"]),
        (encoded(portrait((480, 640), "L")), ["colour"]),
        (encoded(portrait((480, 640), "L").convert("RGB"), quality=60), ["colour"]),
        (encoded(portrait((480, 640), "CMYK")), ["format"]),
        (encoded(portrait(), progressive=True), []),
        (encoded(portrait(), "PNG"), ["format"]),
        (b"%PDF-1.7 ...", ["format"]),
        (b"just words", ["format"]),
        (b"", ["empty"]),
        (encoded(portrait())[:2000], ["truncated"]),
        (b"\xff\xd8\xff\xe0" + bytes(900), ["truncated"]),
        (encoded(portrait((300, 300), "L")), ["colour", "size", "size"]),
    ],
)
def test_each_certain_rule_has_its_own_finding(data, codes):
    assert certain(data) == codes


def test_one_megabyte_is_allowed_and_one_byte_more_is_not():
    data = encoded(portrait())
    full = data + bytes(photo.THRESHOLDS["bytes"] - len(data))
    assert "filesize" not in certain(full)
    (finding,) = [each for each in check_photo(full + b"\0") if each.code == "filesize"]
    assert finding.limit == "1 MB"
    assert finding.level == "reject"


def test_a_weight_and_a_format_problem_are_told_together():
    random.seed(1)
    noise = Image.effect_noise((900, 1200), 90).convert("RGB")
    assert certain(encoded(noise, "PNG")) == ["filesize", "format"]


def test_the_measured_size_is_said():
    (finding,) = [each for each in check_photo(encoded(portrait((300, 400)))) if each.code == "size"]
    assert (finding.measured, finding.limit) == ("300 × 400", "354 × 472")
    assert "300 × 400" in finding.sentence()


def test_the_report_says_which_checks_ran_and_which_did_not(monkeypatch):
    report = examine_photo(encoded(portrait()))
    assert {"filesize", "format", "size", "aspect", "colour"} <= set(report.run)
    assert not set(report.run) & set(report.not_run)
    assert report.measures["width"] == 480


def test_a_check_without_its_engine_is_named_not_passed(monkeypatch):
    monkeypatch.setattr(photo, "_face", lambda models: {})
    monkeypatch.setattr(photo, "CHECKS", (photo.Check("size", "size"), photo.Check("pose", "pose", "face")))
    value, _ = photo.measure(encoded(portrait()))
    assert value["not_run"] == ["pose"]
    assert value["run"] == ["size"]
