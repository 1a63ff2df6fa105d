"""What goes wrong with a photograph of a code, each at three levels (0, 1, 2), and which kinds of picture the bench makes of it.

A treatment takes (picture, chance, level, pixels a module) and gives a picture back; what happens on the paper takes no pixels.
Lengths are in modules, so that a level means the same at every size.
"""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image

Treatment = Callable[[Any, random.Random, int, float], Any]


def focus(picture: Any, _chance: random.Random, level: int, pixels: float) -> Any:
    return cv2.GaussianBlur(picture, (0, 0), pixels * (0.35, 0.5, 0.65)[level])


def motion(picture: Any, chance: random.Random, level: int, pixels: float) -> Any:
    length, turn = pixels * (0.8, 1.3, 1.8)[level], np.deg2rad(chance.uniform(0, 180))
    size = int(length * 2) // 2 * 2 + 5
    kernel = np.zeros((size * 8, size * 8), np.uint8)
    middle, step = size * 4, np.array([np.cos(turn), np.sin(turn)]) * length * 4
    cv2.line(kernel, tuple(int(v) for v in middle - step), tuple(int(v) for v in middle + step), 255, 7)
    small = cv2.resize(kernel, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32)
    return cv2.filter2D(picture, -1, small / small.sum())


def grain(picture: Any, _chance: random.Random, level: int, _pixels: float) -> Any:
    return _noise(picture, (14, 28, 45)[level])


def dark(picture: Any, _chance: random.Random, level: int, _pixels: float) -> Any:
    """Little light: few grey levels, and the sensor's grain grows with what is lacking."""
    return _noise(picture * (0.3, 0.16, 0.08)[level], (4, 5, 5)[level])


def pale(picture: Any, chance: random.Random, level: int, _pixels: float) -> Any:
    """A worn ribbon or a bleached paper: the darkest is hardly darker than the paper."""
    left = (0.4, 0.22, 0.12)[level]
    return _noise(picture * left + chance.uniform(80, 130), 2)


def glare(picture: Any, chance: random.Random, level: int, pixels: float) -> Any:
    """A lamp in the laminate, near the code or on it."""
    return _light(picture, chance, pixels, (10, 14, 18)[level], 330)


def flash(picture: Any, chance: random.Random, level: int, pixels: float) -> Any:
    """A flash fades the whole code without drowning it."""
    return _light(picture, chance, pixels, (35, 45, 60)[level], (130, 180, 215)[level])


def _light(picture: Any, chance: random.Random, pixels: float, radius: float, strength: float) -> Any:
    high, wide = picture.shape[:2]
    x, y = wide / 2 + chance.uniform(-30, 30) * pixels, high / 2 + chance.uniform(-30, 30) * pixels
    rows, columns = np.mgrid[0:high, 0:wide]
    away = ((columns - x) ** 2 + ((rows - y) * chance.uniform(0.8, 1.5)) ** 2) / (radius * pixels) ** 2
    return _clip(picture + strength * np.exp(-away)[..., None])


def shadow(picture: Any, chance: random.Random, level: int, pixels: float) -> Any:
    """The phone's own shadow: an edge through the code."""
    high, wide = picture.shape[:2]
    turn = chance.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[0:high, 0:wide]
    across = (columns - wide / 2) * np.cos(turn) + (rows - high / 2) * np.sin(turn) + chance.uniform(-15, 15) * pixels
    light = 1 / (1 + np.exp(-across / (pixels * (6, 3, 1.5)[level])))
    least = (0.45, 0.28, 0.16)[level]
    return _clip(picture * (least + (1 - least) * light)[..., None])


def negative(picture: Any, chance: random.Random, level: int, pixels: float) -> Any:
    """Dark mode: the page inverted, and not to pure black."""
    return _clip((255 - picture.astype(np.float32)) * (0.95, 0.75, 0.5)[level] + (0, 15, 30)[level])


def finger(picture: Any, chance: random.Random, level: int, pixels: float) -> Any:
    """A thumb that holds the paper reaches over an edge of the code, away from the three squares at the first two levels."""
    high, wide = picture.shape[:2]
    reach = (30, 27, 24)[level]
    turn = chance.uniform(-0.25, 0.25) + chance.choice((0, np.pi / 2, np.pi, -np.pi / 2))
    if level == 0:
        turn = np.pi / 4 + chance.uniform(-0.3, 0.3)
    tip = np.array([wide / 2 + np.cos(turn) * reach * pixels * 1.15, high / 2 + np.sin(turn) * reach * pixels * 1.15])
    end = tip + np.array([np.cos(turn), np.sin(turn)]) * pixels * 60
    out = picture.copy()
    cv2.line(out, tuple(int(v) for v in tip), tuple(int(v) for v in end), (120, 150, 205), int(pixels * (7, 9, 11)[level]), cv2.LINE_AA)
    return out


def moire(picture: Any, chance: random.Random, level: int, pixels: float) -> Any:
    """A screen photographed: its own dots beat with those of the camera."""
    high, wide = picture.shape[:2]
    rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32)
    out = picture.astype(np.float32)
    depth = (0.18, 0.32, 0.45)[level]
    for _ in range(2):
        turn, period = chance.uniform(0, np.pi), chance.uniform(1.3, 4.5) * pixels
        wave = np.sin((columns * np.cos(turn) + rows * np.sin(turn)) * 2 * np.pi / period + chance.uniform(0, 6))
        out *= (1 - depth / 2 + depth / 2 * wave)[..., None]
    period = chance.uniform(2.1, 3.4)
    for channel in range(3):
        grid = 1 + depth * 0.8 * np.sin(columns * 2 * np.pi / period + channel * 2.1)
        out[..., channel] *= grid
    return _noise(out, 4)


def mixed(picture: Any, chance: random.Random, level: int, pixels: float) -> Any:
    """Two or three at once, each a level milder, as in life."""
    for treatment in chance.sample((focus, motion, grain, dark, pale, flash, shadow, moire), 2 if level < 2 else 3):
        picture = treatment(picture, chance, max(0, level - 1), pixels)
    return picture


def curl(page: Any, chance: random.Random, level: int) -> Any:
    """Paper that was rolled: it bends away from the camera along one direction."""
    high, wide = page.shape[:2]
    rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32)
    bend, phase = (14, 28, 42)[level], chance.uniform(-0.6, 0.6)
    x = (columns - wide / 2) / (wide / 2)
    y = (rows - high / 2) / (high / 2)
    away = bend * np.cos((x if chance.random() < 0.5 else y) * 2.2 + phase)
    return cv2.remap(page, columns + away * 0.6, rows + away * 1.2, cv2.INTER_LINEAR, borderValue=(250, 250, 250))


def crumple(page: Any, chance: random.Random, level: int) -> Any:
    """Folded twice and flattened: gentle waves, and creases that catch the light."""
    high, wide = page.shape[:2]
    noise = np.random.default_rng(chance.randrange(2**31))
    waves = [cv2.resize(noise.uniform(-1, 1, (7, 6)).astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC) * (4, 7, 10)[level] for _ in range(2)]
    rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32)
    out = cv2.remap(page, columns + waves[0], rows + waves[1], cv2.INTER_LINEAR, borderValue=(250, 250, 250))
    light = cv2.resize(noise.uniform(-1, 1, (9, 8)).astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)
    out = _clip(out * (1 + light * (0.08, 0.14, 0.2)[level])[..., None])
    crease = int(high / 2 + chance.uniform(-0.15, 0.15) * high)
    cv2.line(out, (0, crease), (wide, crease + chance.randint(-60, 60)), (225, 225, 225), (3, 6, 9)[level])
    return out


def neighbours(page: Any, chance: random.Random, level: int) -> Any:
    """Other people's codes beside ours, at the last level larger than ours."""
    from tests.photographs.scenes import symbol

    for text, x, y in (("https://elsewhere.example/app", 0.02, 0.03), ("WIFI:T:WPA;S:hall;P:specimen;;", 0.68, 0.04), ("https://elsewhere.example/questionnaire?n=1", 0.66, 0.76))[: level + 1]:
        code = cv2.cvtColor(symbol(text, (7, 9, 10)[level]), cv2.COLOR_GRAY2BGR)
        top, left = int(page.shape[0] * y), int(page.shape[1] * x)
        code = code[: page.shape[0] - top, : page.shape[1] - left]
        page[top : top + code.shape[0], left : left + code.shape[1]] = code
    return page


def jpeg(picture: Any, quality: int) -> bytes:
    return _encoded(picture, quality)


def huge(picture: Any, quality: int) -> bytes:
    """48 megapixels, most of them table."""
    canvas = np.full((6048, 8064, 3), 140, np.uint8)
    side = picture.shape[:2]
    top, left = (6048 - side[0] * 2) // 2, (8064 - side[1] * 2) // 2
    large = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    canvas[top : top + large.shape[0], left : left + large.shape[1]] = large
    return _encoded(canvas, quality)


def lying(picture: Any, quality: int) -> bytes:
    """Stored on its side, with the note (EXIF orientation 6) that it is to be turned."""
    image = Image.fromarray(cv2.cvtColor(np.rot90(picture).copy(), cv2.COLOR_BGR2RGB))
    exif, out = image.getexif(), io.BytesIO()
    exif[0x0112] = 6
    image.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def _encoded(picture: Any, quality: int) -> bytes:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def _noise(picture: Any, sigma: float) -> Any:
    return _clip(picture + np.random.normal(0, sigma, picture.shape))


def _clip(picture: Any) -> Any:
    return np.clip(picture, 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Kind:
    """How one kind of picture is made. Three values are for the three severities; empty means the usual."""

    in_camera: tuple[Treatment, ...] = ()
    on_paper: Callable[[Any, random.Random, int], Any] | None = None
    pixels: tuple[tuple[float, float], ...] = ()
    tilt: tuple[float, ...] = ()
    turn: tuple[float, float] | None = None
    quality: tuple[int, ...] = ()
    saved: Callable[[Any, int], bytes] = jpeg


# fmt: off
KINDS = {
    "plain":       Kind(),
    "turned":      Kind(turn=(0, 360)),
    "perspective": Kind(tilt=(0.15, 0.28, 0.42), turn=(0, 360)),
    "focus":       Kind((focus,)),
    "motion":      Kind((motion,)),
    "dark":        Kind((dark,)),
    "grain":       Kind((grain,)),
    "glare":       Kind((glare,)),
    "flash":       Kind((flash,)),
    "shadow":      Kind((shadow,)),
    "pale":        Kind((pale,)),
    "jpeg":        Kind(quality=(30, 16, 8)),
    "small":       Kind(pixels=((2.4, 3.0), (1.9, 2.3), (1.5, 1.85))),
    "curled":      Kind(on_paper=curl),
    "crumpled":    Kind(on_paper=crumple),
    "negative":    Kind((negative,)),
    "finger":      Kind((finger,)),
    "moire":       Kind((moire,)),
    "neighbours":  Kind(on_paper=neighbours),
    "huge":        Kind(saved=huge),
    "lying":       Kind(saved=lying),
    "mixed":       Kind((mixed,)),
}
# fmt: on
