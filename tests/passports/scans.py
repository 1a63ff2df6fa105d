"""The page of a holder, and what scanners, lamps and hands make of it. A scan gives (bytes, kind)."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.passports.holders import Holder

FONT = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
SANS = next((each for each in (Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")) if each.exists()), None)
DPI = 254  # a page is 125 × 88 mm


@cache
def _font(size: int, words: bool = False) -> Any:
    return ImageFont.truetype(str(SANS if words and SANS else FONT), size)


def page(holder: Holder, paper: Any = (238, 236, 228), ink: int = 25, pattern: bool = True, rng: Any = None) -> Any:
    """1250 × 880 px: a portrait's place, the visual zone, wavy safety print, two lines of OCR-B."""
    high, wide = 880, 1250
    ground = np.broadcast_to(np.asarray(paper, float), (high, wide, 3)).copy()
    if pattern:
        rows, columns = np.mgrid[:high, :wide]
        waves = np.sin(columns / 9 + 4 * np.sin(rows / 37)) + np.sin(rows / 7 + 5 * np.sin(columns / 53))
        ground -= 7 * waves[..., None] * np.array([1.0, 0.7, 0.4])
    sheet = Image.fromarray(ground.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((60, 150, 360, 560), fill=(188, 186, 190))
    for at, text in enumerate(("PASSPORT SPECIMEN", holder.visual[:40], "UTOPIAN", "12 AUG / AOUT 74", "ZENITH")):
        draw.text((420, 110 + at * 84), text, fill=(60, 60, 90), font=_font(30, words=True))
    for at, text in enumerate(holder.lines):
        draw.text((38, 715 + at * 68), text, fill=(ink, ink, ink + 4), font=_font(36))
    return np.asarray(sheet)


def jpg(picture: Any, quality: int = 85, **how: Any) -> tuple[bytes, str]:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality, **how)
    return out.getvalue(), "jpg"


def saved(picture: Any, kind: str) -> tuple[bytes, str]:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, kind.upper(), **({"resolution": DPI} if kind == "pdf" else {}))
    return out.getvalue(), kind


def noise(picture: Any, rng: Any, spread: float) -> Any:
    return (picture + rng.normal(0, spread, picture.shape)).clip(0, 255).astype(np.uint8)


def contrast(picture: Any, by: float) -> Any:
    return (picture * by + 255 * (1 - by) * 0.75).astype(np.uint8)


def skewed(picture: Any, degrees: float) -> Any:
    return np.asarray(Image.fromarray(picture).rotate(degrees, expand=True, fillcolor=(120, 120, 120), resample=Image.Resampling.BICUBIC))


def on_a_desk(picture: Any, rng: Any, lean: float) -> Any:
    """Photographed by hand: the far side shorter, turned a little, on a brown table, light falling off."""
    high, wide = picture.shape[:2]
    size = (1600, 1300)
    corners = np.float32([[180, 210], [180 + wide, 210], [180 + wide, 210 + high], [180, 210 + high]])
    corners += rng.uniform(-lean, lean, (4, 2)).astype(np.float32) * wide
    matrix = cv2.getPerspectiveTransform(np.float32([[0, 0], [wide, 0], [wide, high], [0, high]]), corners)
    part = cv2.warpPerspective(np.ones((high, wide), np.float32), matrix, size)[..., None]
    photo = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_CUBIC) * part + np.array([110, 88, 66]) * (1 - part)
    return noise(photo * np.linspace(1, 0.75, size[0])[None, :, None], rng, 4)


def glare(picture: Any, rng: Any) -> Any:
    mask = np.zeros(picture.shape[:2], np.float32)
    cv2.ellipse(mask, (int(rng.uniform(500, 900)), int(rng.uniform(250, 480))), (190, 90), 30, 0, 360, 1, -1)
    return (picture + 170 * cv2.GaussianBlur(mask, (0, 0), 30)[..., None]).clip(0, 255).astype(np.uint8)


def small(picture: Any, dpi: int) -> Any:
    return cv2.resize(picture, None, fx=dpi / DPI, fy=dpi / DPI, interpolation=cv2.INTER_AREA)


def beside_exif(picture: Any) -> tuple[bytes, str]:
    exif = Image.Exif()
    exif[0x0112] = 8
    return jpg(np.rot90(picture, 3).copy(), exif=exif)


# fmt: off
SCANS: dict[str, Callable[[Holder, Any], tuple[bytes, str]]] = {
    "JPG":                 lambda h, r: jpg(page(h)),
    "PNG":                 lambda h, r: saved(page(h), "png"),
    "PDF":                 lambda h, r: saved(page(h), "pdf"),
    "turned 90°":          lambda h, r: jpg(np.rot90(page(h)).copy()),
    "turned 180°":         lambda h, r: jpg(np.rot90(page(h), 2).copy()),
    "turned 270°":         lambda h, r: jpg(np.rot90(page(h), 3).copy()),
    "PDF turned 90°":      lambda h, r: saved(np.rot90(page(h)).copy(), "pdf"),
    "turned by its EXIF":  lambda h, r: beside_exif(page(h)),
    "askew 2–6°":          lambda h, r: jpg(skewed(page(h), r.choice([-1, 1]) * r.uniform(2, 6))),
    "low contrast":        lambda h, r: jpg(contrast(page(h), 0.35)),
    "pale ink":            lambda h, r: jpg(page(h, ink=130)),
    "noise":               lambda h, r: jpg(noise(page(h), r, 28)),
    "150 dpi":             lambda h, r: jpg(small(page(h), 150)),
    "120 dpi, quality 40": lambda h, r: jpg(small(page(h), 120), 40),
    "quality 20":          lambda h, r: jpg(page(h), 20),
    "blurred":             lambda h, r: jpg(cv2.GaussianBlur(page(h), (0, 0), 1.8)),
    "by hand":             lambda h, r: jpg(on_a_desk(page(h), r, 0.025)),
    "by hand, steep":      lambda h, r: jpg(on_a_desk(page(h), r, 0.06)),
    "pink page":           lambda h, r: jpg(page(h, paper=(240, 200, 205))),
    "green page":          lambda h, r: jpg(page(h, paper=(190, 222, 190))),
    "blue-grey page":      lambda h, r: jpg(page(h, paper=(172, 188, 205))),
    "glare above":         lambda h, r: jpg(glare(page(h), r)),
    "difficult number":    lambda h, r: jpg(page(h)),
    "by hand, upside down": lambda h, r: jpg(np.rot90(on_a_desk(page(h), r, 0.02), 2).copy()),
}
# fmt: on
