"""The deep checks of the photo, on one public-domain portrait (NASA, shipped by scikit-image) set on backgrounds and spoilt.

One face tunes nothing: these cases show that each check sees its defect and lets a fair photo pass, not how well the limits fit.
"""

import io
from datetime import date

import pytest

cv2 = pytest.importorskip("cv2", reason="the optional engine for faces is not installed")
skimage_data = pytest.importorskip("skimage.data", reason="scikit-image, a test tool, is not installed")

import numpy as np  # noqa: E402 – comes with the optional engine
from PIL import Image  # noqa: E402

from workflow.intake import face, photo, portrait  # noqa: E402
from workflow.intake.findings import verdict  # noqa: E402
from workflow.intake.photo_rules import RULES, THRESHOLDS  # noqa: E402

MODELS = str(photo.MODELS)
TODAY = date(2026, 11, 22)
if not portrait.ready(MODELS):
    pytest.skip("models are not fetched: python -m scripts.models", allow_module_level=True)


@pytest.fixture(scope="module")
def cutout():
    """The portrait and how much of each pixel is person."""
    picture = skimage_data.astronaut()
    return picture, np.clip((face.person(picture, MODELS)[..., None] - 0.3) / 0.4, 0, 1)


@pytest.fixture(scope="module")
def compose(cutout):
    """Crop of the person on a wall, 480 × 640; `about` is the middle of the head, `high` the height of the crop in px of the original."""

    def make(wall=250, about=(226, 122), high=272, size=(480, 640), turn=0.0):
        picture, share = cutout
        ground = np.broadcast_to(np.asarray(wall, float), picture.shape) if not hasattr(wall, "shape") or wall.ndim < 2 else wall
        whole = (picture * share + ground * (1 - share)).astype(np.uint8)
        edge = tuple(float(each) for each in np.broadcast_to(np.asarray(wall, float).reshape(-1, 3)[0] if np.ndim(wall) else wall, 3))
        scale = size[1] / high
        matrix = cv2.getRotationMatrix2D(about, turn, scale)
        matrix[:, 2] += (size[0] / 2 - about[0], size[1] / 2 - about[1])
        return cv2.warpAffine(whole, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=edge)

    return make


@pytest.fixture(scope="module")
def fair(compose):
    return compose()


def jpeg(picture, quality=90, **how):
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality, **how)
    return out.getvalue()


def judged(picture, **how):
    report = photo.examine_photo(jpeg(picture, **how), today=TODAY)
    for each in report.findings:
        assert "%(" not in each.sentence()
    return report


def rejected(picture, **how):
    return {each.code for each in judged(picture, **how).findings if each.level == "reject"}


def test_every_check_runs_in_the_sandbox_and_a_fair_photo_is_not_refused(fair):
    report = judged(fair)
    assert report.not_run == ()
    assert {check.run for check in photo.CHECKS} <= set(report.run)
    assert verdict(report.findings) != "reject", report.findings
    assert report.measures["faces"] == 1
    assert report.cpu_seconds < 3


def test_detection_gives_both_outputs_and_one_face(cutout):
    net = cv2.dnn.readNetFromTFLite(f"{MODELS}/face_detection_full_range.tflite")
    assert len(net.getUnconnectedOutLayersNames()) == 2
    (one,) = face.faces(cutout[0], MODELS)
    assert one.score > 0.9


def test_without_a_face_the_checks_that_need_one_are_named(fair):
    wall = np.full_like(fair, 250)
    wall[:, :, 2] = 200
    report = judged(wall)
    assert [each.code for each in report.findings if each.code == "faces"] == ["faces"]
    assert "pose" in report.not_run
    assert "pose" not in report.run


def test_without_models_nothing_is_passed_silently(fair, tmp_path):
    report = photo.examine_photo(jpeg(fair), today=TODAY, models=tmp_path)
    assert {"faces", "pose", "background", "sharpness"} <= set(report.not_run)
    assert "size" in report.run


def two_people(picture):
    half = cv2.resize(picture, (240, 320))
    return np.vstack([np.hstack([half, half]), np.full((320, 480, 3), 250, np.uint8)])


def with_border(picture):
    framed = picture.copy()
    cv2.rectangle(framed, (4, 4), (475, 635), (20, 20, 20), 3)
    return framed


def with_spots(picture):
    dirty = picture.copy()
    for at in ((40, 60), (430, 90), (60, 200), (25, 130), (455, 30)):
        cv2.circle(dirty, at, 3, (30, 30, 60), -1)
    return dirty


def side_lit(picture):
    ramp = 1 - 0.55 / (1 + np.exp((np.arange(picture.shape[1]) - 240) / 20))[None, :, None]
    return (picture * ramp).clip(0, 255).astype(np.uint8)


DEFECTS = {
    "two people": ("faces", two_people),
    "blurred": ("sharpness", lambda picture: cv2.GaussianBlur(picture, (0, 0), 2.5)),
    "framed": ("border", with_border),
    "spotted": ("spots", with_spots),
    "lit from the side": ("illumination", side_lit),
    "far too dark": ("exposure", lambda picture: (picture * 0.2).astype(np.uint8)),
    "washed out": ("exposure", lambda picture: (picture * 0.15 + 216).astype(np.uint8)),
    "grey": ("colour", lambda picture: np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_refused_by_its_own_name(fair, defect):
    code, spoil = DEFECTS[defect]
    assert code not in rejected(fair)
    assert code in rejected(spoil(fair))


@pytest.mark.parametrize("wall", [(150, 180, 235), (200, 200, 200), (120, 120, 120), (250, 235, 190)], ids=["blue", "light grey", "grey", "yellow"])
def test_a_wall_that_is_not_white_is_refused(compose, wall):
    assert "background" in rejected(compose(wall=wall))


def test_an_uneven_wall_is_refused(compose, cutout):
    shadow = np.full(cutout[0].shape, 250.0)
    shadow[:, 290:] = 205
    assert "background" in rejected(compose(wall=shadow))


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"turn": 14.0}, "pose"),
        ({"turn": -20.0}, "pose"),
        ({"about": (262, 122)}, "geometry"),
        ({"about": (226, 215)}, "geometry"),
        ({"high": 150}, "geometry"),
        ({"high": 480}, "geometry"),
        ({"high": 480}, "size"),
    ],
    ids=["leaning", "leaning left", "off centre", "too high", "too near", "too far", "eyes too near together"],
)
def test_a_head_out_of_place_is_refused(compose, how, code):
    size = {"size": (360, 480)} if code == "size" else {}
    assert code in rejected(compose(**how, **size))


def test_strong_compression_is_named(fair):
    assert "compression" in rejected(fair, quality=15)
    assert "compression" not in rejected(fair, quality=60)


@pytest.mark.parametrize(("taken", "old"), [("2026:05:22 10:00:00", True), ("2026:05:23 10:00:00", False), ("2019:01:01 10:00:00", True), ("rubbish", False)])
def test_the_date_of_the_camera_decides_the_age(fair, taken, old):
    exif = Image.Exif()
    exif[0x0132] = taken
    assert ("age" in rejected(fair, exif=exif)) is old


def test_dark_skin_is_not_refused_for_its_colour(fair, cutout):
    """The same face in deep brown: darker by a curve and warmer, light kept."""
    mask = face.person(fair, MODELS)[..., None] > 0.5
    deep = 255 * (fair / 255.0) ** 2.2 * np.array([0.85, 0.68, 0.55])
    codes = rejected(np.where(mask, deep, fair).astype(np.uint8))
    assert not codes & {"colour", "exposure", "headcover", "faces"}


def test_every_sentence_of_the_table_belongs_to_a_check_or_to_the_first_look():
    used = "".join(open_text(module) for module in (photo, portrait))
    for key in RULES:
        stem = key.partition(".")[0]
        assert f'"{key}"' in used or f'"{stem}.{{' in used or f'f"{stem}.' in used, key
    assert set(THRESHOLDS) >= {"yaw", "background", "sharp"}


def open_text(module):
    with open(module.__file__) as source:
        return source.read()


def test_a_far_head_on_grey_is_offered_cropped_and_white(compose):
    from workflow.intake.photo_offer import better_photo

    before = compose(wall=(190, 195, 200), about=(236, 160), high=320, size=(720, 960))
    assert {"background"} <= rejected(before)
    after = better_photo(jpeg(before))
    with Image.open(io.BytesIO(after)) as offered:
        assert abs(offered.height / offered.width - 4 / 3) < 0.01
        assert not {each.code for each in judged(np.asarray(offered)).findings if each.level == "reject"} & {"background", "geometry", "size", "format"}
    with Image.open(io.BytesIO(better_photo(jpeg(before), crop=False))) as white:
        assert white.size == (720, 960)


def test_nothing_is_offered_without_a_face_or_with_too_few_pixels(compose, fair):
    from workflow.intake.photo_offer import better_photo

    assert better_photo(jpeg(np.full_like(fair, 250))) is None
    assert better_photo(jpeg(compose(high=480, size=(360, 480)))) is None
    assert better_photo(b"no picture") is None
