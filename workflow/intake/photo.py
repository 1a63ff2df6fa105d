"""The photo of the applicant: 正面免冠照片, taken within six months, JPG, at most 1 MB, at least 354 × 472, in colour.

`CHECKS` is the list of what is looked at; each row needs an engine and yields Findings. A row whose engine is not
installed is named in `not_run`, never silently passed. Everything that decodes runs in the sandboxed child (`measure`).
Source of the numbers: the Shenzhen FAQ, question 11; intake.md for the measures.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from workflow.intake import sandbox
from workflow.intake.findings import N_, Finding, Rule, found, size_text

MOST_BYTES = 1_048_576
LEAST = (354, 472)  # px, width × height, upright
ASPECT = (1.15, 1.55)  # height / width
MOST_PIXELS = 60_000_000
COLOUR = 2.0  # mean distance between two channels, 0–255; grey pictures with JPEG noise stay below
LIMITS = sandbox.Limits(cpu_seconds=6)
# fmt: off
RULES = {
    "empty":      Rule("reject", N_("The photo is empty (0 bytes). Choose the file again.")),
    "format":     Rule("reject", N_("The photo is %(measured)s; only %(limit)s is taken. Export it as JPG: changing the file name is not enough.")),
    "filesize":   Rule("reject", N_("The photo has %(measured)s; at most %(limit)s are allowed. Save it with stronger compression or fewer pixels.")),
    "pixels":     Rule("reject", N_("The photo has %(measured)s pixels; at most %(limit)s are allowed. Save it smaller.")),
    "truncated":  Rule("reject", N_("The photo is damaged: its end is missing or cannot be decoded. Export or copy it again.")),
    "size":       Rule("reject", N_("The photo is %(measured)s pixels, width × height; at least %(limit)s are needed. Take a larger one; enlarging a small one does not help.")),
    "aspect":     Rule("reject", N_("The photo is %(measured)s times as high as wide; between %(limit)s is needed. Crop it upright, three parts wide and four high.")),
    "colour":     Rule("reject", N_("The photo has no colours. A colour photo is needed.")),
    "colour_mode": Rule("reject", N_("The photo is stored in %(measured)s colours, made for printing presses; %(limit)s is needed. Export it as an ordinary JPG.")),
}
# fmt: on


@dataclass
class Photo:
    """What the checks look at, inside the child. `image` is decoded, upright, RGB; `cache` is for engines' results."""

    data: bytes
    image: Any
    mode: str  # as stored: RGB, L, CMYK
    measures: dict[str, Any] = field(default_factory=dict)
    cache: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A row: `engine` is "" for Pillow, otherwise what must be importable."""

    code: str
    run: Callable[[Photo], Iterator[Finding]]
    engine: str = ""


@dataclass(frozen=True)
class PhotoReport:
    findings: tuple[Finding, ...]
    run: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()
    measures: dict[str, Any] = field(default_factory=dict)
    cpu_seconds: float = 0.0


def size(photo: Photo) -> Iterator[Finding]:
    width, height = photo.image.size
    photo.measures |= {"width": width, "height": height}
    if width < LEAST[0] or height < LEAST[1]:
        yield found(RULES, "size", f"{width} × {height}", f"{LEAST[0]} × {LEAST[1]}")


def aspect(photo: Photo) -> Iterator[Finding]:
    ratio = photo.image.height / photo.image.width
    photo.measures["aspect"] = round(ratio, 3)
    if not ASPECT[0] <= ratio <= ASPECT[1]:
        yield found(RULES, "aspect", f"{ratio:.2f}", f"{ASPECT[0]}–{ASPECT[1]}")


def colour(photo: Photo) -> Iterator[Finding]:
    """Grey as stored, or grey in fact: the three channels say the same."""
    from PIL import ImageChops, ImageStat  # in the child

    if photo.mode == "CMYK":
        yield found(RULES, "colour_mode", "CMYK", "RGB")
    small = photo.image.resize((64, 64))
    red, green, blue = small.split()
    apart = max(ImageStat.Stat(ImageChops.difference(*pair)).mean[0] for pair in ((red, green), (green, blue), (red, blue)))
    photo.measures["colour"] = round(apart, 2)
    if apart < COLOUR:
        yield found(RULES, "colour", f"{apart:.1f}", f"≥ {COLOUR:.1f}")


CHECKS: tuple[Check, ...] = (
    Check("size", size),
    Check("aspect", aspect),
    Check("colour", colour),
)


def check_photo(data: bytes) -> list[Finding]:
    """Every problem of the photo at once; [] if there is none."""
    return list(examine_photo(data).findings)


def examine_photo(data: bytes) -> PhotoReport:
    """The same with measures, for the officer and for the log. Never raises for a bad photo."""
    from workflow.intake.uploads import NAMES, sniff

    if not data:
        return PhotoReport((found(RULES, "empty", "0 B", "> 0 B"),))
    findings = []
    kind = sniff(data)
    if len(data) > MOST_BYTES:
        findings.append(found(RULES, "filesize", size_text(len(data)), size_text(MOST_BYTES)))
    if kind != "jpg":
        findings.append(found(RULES, "format", NAMES.get(kind, kind.upper()) or "?", "JPG"))
        return PhotoReport(tuple(findings), ("filesize", "format"))
    result = sandbox.run("photo", data, limits=LIMITS)
    if result.value is None:
        return PhotoReport((*findings, *([result.finding] if result.finding else [])), ("filesize", "format"))
    seen = result.value
    findings += [Finding.from_dict(each) for each in seen["findings"]]
    run = ("filesize", "format", *seen["run"])
    return PhotoReport(tuple(findings), run, tuple(seen["not_run"]), seen["measures"], result.cpu_seconds)


def measure(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """In the child: decode once, run the rows of CHECKS."""
    from importlib.util import find_spec

    from PIL import Image, ImageOps

    from workflow.intake.opening import plain_rgb

    Image.MAX_IMAGE_PIXELS = None
    try:
        image = Image.open(io.BytesIO(data), formats=["JPEG"])
        if image.width * image.height > MOST_PIXELS:
            return _told([found(RULES, "pixels", f"{image.width} × {image.height}", f"{MOST_PIXELS:,}")]), {}
        image.load()
    except (OSError, ValueError, SyntaxError):
        return _told([found(RULES, "truncated")]), {}
    photo = Photo(data, plain_rgb(ImageOps.exif_transpose(image)), image.mode)
    findings: list[Finding] = []
    run, not_run = [], []
    for check in CHECKS:
        if check.engine and not find_spec(check.engine):
            not_run.append(check.code)
            continue
        findings += check.run(photo)
        run.append(check.code)
    return _told(findings, run, not_run, photo.measures), {}


def _told(findings: list[Finding], run: Any = (), not_run: Any = (), measures: Any = None) -> dict[str, Any]:
    told = [each.as_dict() for each in findings]
    return {"findings": told, "run": list(run), "not_run": list(not_run), "measures": measures or {}}
