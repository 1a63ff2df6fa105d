"""The photo of the applicant: 正面免冠照片, taken within six months, JPG, at most 1 MB, at least 354 × 472, in colour.

`CHECKS` is the list of what is looked at; each row yields Findings, some need an engine. A row that could not run, for
want of its engine or of a face, is named in `not_run`, never silently passed. Everything that decodes runs in the sandboxed child (`measure`).
Numbers and sentences stand in photo_rules.py, what needs to see a face in portrait.py.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from workflow.intake import sandbox
from workflow.intake.findings import Finding, found, size_text
from workflow.intake.photo_rules import RULES, THRESHOLDS
from workflow.intake.uploads import NAMES, sniff

MODELS = sandbox.ROOMS.parent / "var" / "models"
LIMITS = sandbox.Limits(cpu_seconds=6)
_run: Any = sandbox.run


def keep_warm() -> None:
    """From now on this process looks at photographs from a process that stays (warm.py): for the worker of the jobs, and for many files."""
    global _run
    from workflow.intake import warm

    _run = warm.run


def make_ready() -> None:
    """In the process that stays: load the libraries, and run the models once."""
    if face := _face(str(MODELS)):
        import numpy as np

        from workflow.intake import opening, photo_map  # noqa: F401 - for the children

        sight, empty = face["sight"], np.zeros((256, 256, 3), np.uint8)
        sight.person(empty, str(MODELS))
        sight.add_mesh(empty, sight.Face((60, 60, 120, 120), 1.0, np.array([[100, 100], [150, 100]], float)), str(MODELS))


@dataclass
class Photo:
    """What the checks look at, inside the child. `image` is decoded, upright, RGB; `cache` is for engines' results."""

    data: bytes
    image: Any
    stored: Any  # as decoded, with its EXIF and tables
    models: str = ""
    today: str = ""
    measures: dict[str, Any] = field(default_factory=dict)
    cache: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A row. `engine` is "" for Pillow; "face" needs OpenCV and the models, and (but for the first such row) one face."""

    code: str
    run: str  # a function of this file, or of portrait.py for the engine "face"
    engine: str = ""


@dataclass(frozen=True)
class PhotoReport:
    findings: tuple[Finding, ...]
    run: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()
    measures: dict[str, Any] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    map: bytes = field(default=b"", repr=False)  # PNG: where the background is at fault


def size(photo: Photo) -> Iterator[Finding]:
    width, height = photo.image.size
    least = THRESHOLDS["size"]
    photo.measures |= {"width": width, "height": height}
    if width < least[0] or height < least[1]:
        yield found(RULES, "size", f"{width} × {height}", f"{least[0]} × {least[1]}")


def aspect(photo: Photo) -> Iterator[Finding]:
    ratio = photo.image.height / photo.image.width
    low, most = THRESHOLDS["aspect"]
    photo.measures["aspect"] = round(ratio, 3)
    if not low <= ratio <= most:
        yield found(RULES, "size.aspect", f"{ratio:.2f}", f"{low}–{most}")


def colour(photo: Photo) -> Iterator[Finding]:
    """Grey as stored, or grey in fact: the three channels say the same."""
    from PIL import ImageChops, ImageStat  # in the child

    if photo.stored.mode == "CMYK":
        yield found(RULES, "format.mode", "CMYK", "RGB")
    small = photo.image.resize((64, 64))
    red, green, blue = small.split()
    apart = max(ImageStat.Stat(ImageChops.difference(*pair)).mean[0] for pair in ((red, green), (green, blue), (red, blue)))
    photo.measures["colour"] = round(apart, 2)
    if apart < THRESHOLDS["colour"]:
        yield found(RULES, "colour", f"{apart:.1f}", f"≥ {THRESHOLDS['colour']:.1f}")


# the luminance table of the JPEG standard (ITU-T T.81, table K.1), to which encoders scale theirs
STANDARD = (16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99)  # fmt: skip


def compression(photo: Photo) -> Iterator[Finding]:
    tables = getattr(photo.stored, "quantization", None)
    if not tables:
        return
    percent = sum(tables[0]) / sum(STANDARD) * 100
    quality = photo.measures["quality"] = round(max(1.0, 100 - percent / 2 if percent <= 100 else 5000 / percent))
    reject, warn = THRESHOLDS["quality"]
    if quality < warn:
        grave = quality < reject
        yield found(RULES, "compression" if grave else "compression.slight", quality, reject if grave else warn)


def age(photo: Photo) -> Iterator[Finding]:
    """The date the camera wrote. None is no fault: the applicant declares it."""
    exif = photo.stored.getexif()
    said = str(exif.get_ifd(0x8769).get(0x9003) or exif.get(0x0132) or "")[:10]
    try:
        taken = datetime.strptime(said, "%Y:%m:%d").date()  # noqa: DTZ007 – a camera's date has no zone
    except ValueError:
        return
    today = date.fromisoformat(photo.today)
    months = (today.year - taken.year) * 12 + today.month - taken.month - (today.day < taken.day)
    photo.measures["taken"] = taken.isoformat()
    if months >= THRESHOLDS["months"] and taken.year > 1990:
        yield found(RULES, "age", taken, f"P{THRESHOLDS['months']}M")


# fmt: off
CHECKS: tuple[Check, ...] = (
    Check("size",         "size"),
    Check("size",         "aspect"),
    Check("colour",       "colour"),
    Check("compression",  "compression"),
    Check("age",          "age"),
    Check("faces",        "faces",        "face"),
    Check("size",         "eye_distance", "face"),
    Check("pose",         "pose",         "face"),
    Check("geometry",     "geometry",     "face"),
    Check("background",   "background",   "face"),
    Check("border",       "border",       "face"),
    Check("exposure",     "exposure",     "face"),
    Check("illumination", "illumination", "face"),
    Check("colour",       "skin_colour",  "face"),
    Check("sharpness",    "sharpness",    "face"),
    Check("eyes",         "eyes",         "face"),
    Check("mouth",        "mouth",        "face"),
    Check("headcover",    "headcover",    "face"),
    Check("spots",        "spots",        "face"),
)
# fmt: on


def check_photo(data: bytes, **how: Any) -> list[Finding]:
    """Every problem of the photo at once; [] if there is none."""
    return list(examine_photo(data, **how).findings)


def examine_photo(data: bytes, *, today: date | None = None, models: Path = MODELS) -> PhotoReport:
    """The same with measures, for the officer and for the log. `today` as in Shanghai. No photo makes it raise."""
    if not data:
        return PhotoReport((found(RULES, "empty", "0 B", "> 0 B"),))
    findings = []
    kind, most = sniff(data), THRESHOLDS["bytes"]
    if len(data) > most:
        findings.append(found(RULES, "filesize", size_text(len(data)), size_text(most)))
    if kind != "jpg":
        findings.append(found(RULES, "format", NAMES.get(kind, kind.upper()) or "?", "JPG"))
        return PhotoReport(tuple(findings), ("filesize", "format"))
    day = today or datetime.now(ZoneInfo("Asia/Shanghai")).date()
    result = _run("photo", data, args={"models": str(models), "today": day.isoformat()}, limits=LIMITS, reads=(models,))
    if result.value is None:
        return PhotoReport((*findings, *([result.finding] if result.finding else [])), ("filesize", "format"))
    seen = result.value
    findings += [Finding.from_dict(each) for each in seen["findings"]]
    run = ("filesize", "format", *seen["run"])
    return PhotoReport(tuple(findings), run, tuple(seen["not_run"]), seen["measures"], result.cpu_seconds, result.blobs.get("map", b""))


def measure(data: bytes, models: str = "", today: str = "") -> tuple[dict[str, Any], dict[str, bytes]]:
    """In the child: decode once, run the rows of CHECKS."""
    from PIL import Image, ImageOps

    from workflow.intake.opening import plain_rgb

    Image.MAX_IMAGE_PIXELS = None
    try:
        image = Image.open(io.BytesIO(data), formats=["JPEG"])
        if image.width * image.height > THRESHOLDS["pixels"]:
            return _told([found(RULES, "pixels", f"{image.width} × {image.height}", f"{THRESHOLDS['pixels']:,}")]), {}
        image.load()
    except (OSError, ValueError, SyntaxError):
        return _told([found(RULES, "truncated")]), {}
    photo = Photo(data, plain_rgb(ImageOps.exif_transpose(image)).convert("RGB"), image, models, today)
    engines = {"": globals(), "face": _face(models)}
    findings: list[Finding] = []
    run, not_run = [], []
    for check in CHECKS:
        engine = engines.get(check.engine)
        if not engine or (check.engine == "face" and check.run != "faces" and not photo.cache.get("one")):
            not_run.append(check.run)
            continue
        findings += engine[check.run](photo)
        run.append(check.run)
    return _told(findings, run, not_run, photo.measures), _drawn(photo, findings)


def _drawn(photo: Photo, findings: list[Finding]) -> dict[str, bytes]:
    """The map of the background, where something was found in it."""
    if not {"background", "spots"} & {each.code for each in findings}:
        return {}
    from workflow.intake.photo_map import draw

    drawn = draw(photo)
    return {"map": drawn} if drawn else {}


def _face(models: str) -> dict[str, Any]:
    """The functions of portrait.py, none where OpenCV or the models are not installed."""
    try:
        from workflow.intake import portrait
    except ImportError:
        return {}
    return vars(portrait) if portrait.ready(models) else {}


def _told(findings: list[Finding], run: Any = (), not_run: Any = (), measures: Any = None) -> dict[str, Any]:
    told = [each.as_dict() for each in findings]
    return {"findings": told, "run": list(run), "not_run": list(not_run), "measures": measures or {}}
