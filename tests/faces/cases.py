"""The cases: each a seed, a sitter, a recipe; what must be said about it stands beside the recipe.

`SOUND` photographs must not be refused. `SPOILT` ones must be named by one of their codes: refused, or, where the recipe says so
(a machine cannot be sure), held for the officer. `halves()` deals them by seed: tuned on one, the other looked at in the end.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image

from tests.faces import drawing as draw
from tests.faces.sitters import Sitter, sitters

SKINS = (1.6, 2.0, 2.5)  # exponents of L*: from light to brown
CLOTHS = ((18, 18, 22), (245, 244, 240), (40, 60, 120), (150, 30, 50), (120, 105, 85), (20, 90, 70))


@dataclass(frozen=True)
class Case:
    """`codes` empty: must not be refused. `level` the least that must be said of a spoilt one."""

    name: str
    half: str
    sitter: str
    data: bytes
    codes: tuple[str, ...] = ()
    level: str = "reject"


def jpeg(picture: Any, quality: int = 90, **how: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality, **how)
    return out.getvalue()


def fair(rng: Any, sitter: Sitter, ground: Any = None, dress: Any = None, **change: Any) -> Any:
    """A sound photograph, a little different each time."""
    size = ((480, 640), (450, 600), (600, 800), (420, 560))[rng.integers(4)]
    said = {"size": size, "face": rng.uniform(0.47, 0.56), "x": rng.uniform(0.485, 0.515), "y": rng.uniform(0.43, 0.47), "turn": rng.uniform(-2, 2)} | change
    frame = draw.Frame(**said)
    if ground is None:
        ground = draw.wall(frame.size, rng.uniform(244, 254), int(rng.integers(1 << 30)), rng.uniform(0, 5), rng.uniform(0.3, 1.2))
    elif callable(ground):
        ground = ground(frame.size)
    return draw.pose_before(sitter, ground, frame, dress)


def brighter(picture: Any, by: float, colour: tuple[float, float, float] = (1, 1, 1)) -> Any:
    return (picture * by * np.asarray(colour)).clip(0, 255).astype(np.uint8)


def upside_exif(picture: Any, rng: Any) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return jpeg(np.rot90(picture).copy(), exif=exif)


def youth(picture: Any) -> Any:
    """Smooth skin, as at eighteen."""
    return cv2.bilateralFilter(picture, 7, 22, 4)


def wide_lens(picture: Any, by: float) -> Any:
    """An arm's length away: what is near the lens swells."""
    high, wide = picture.shape[:2]
    y, x = np.mgrid[:high, :wide].astype(np.float32)
    dx, dy = (x - wide / 2) / wide, (y - high * 0.45) / wide
    pull = 1 - by * np.exp(-(dx**2 + dy**2) / 0.09)
    return cv2.remap(picture, wide / 2 + dx * pull * wide, high * 0.45 + dy * pull * wide, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def patterned(size: tuple[int, int]) -> Any:
    ground = draw.wall(size, 240, 1)
    ground[::, (np.arange(size[0]) // 18) % 2 == 0] -= (30, 20, 45)
    return ground


def thing_behind(size: tuple[int, int], rng: Any) -> Any:
    ground = draw.wall(size, 250, 2)
    left = int(rng.choice([0.02, 0.8]) * size[0])
    ground[int(0.05 * size[1]) : int(0.35 * size[1]), left : left + int(0.18 * size[0])] = rng.integers(30, 180, 3)
    return ground


def beside(picture: Any, other: Any) -> Any:
    half = cv2.resize(other, None, fx=0.55, fy=0.55, interpolation=cv2.INTER_AREA)
    drawn = cv2.copyMakeBorder(picture, 0, 0, 0, half.shape[1], cv2.BORDER_REPLICATE)
    drawn[100 : 100 + half.shape[0], -half.shape[1] :] = half
    return cv2.resize(drawn[: drawn.shape[0], :], (480, 640), interpolation=cv2.INTER_AREA)


def framed(picture: Any, rng: Any) -> Any:
    wide = int(rng.integers(3, 14))
    return cv2.copyMakeBorder(picture, wide, wide, wide, wide, cv2.BORDER_CONSTANT, value=tuple(int(each) for each in rng.integers(0, 170, 3)))


def specks(picture: Any, rng: Any) -> Any:
    drawn = picture.copy()
    for _ in range(4):
        cv2.circle(drawn, (int(rng.uniform(0.04, 0.16) * drawn.shape[1]), int(rng.uniform(0.04, 0.4) * drawn.shape[0])), int(rng.integers(2, 5)), (35, 40, 70), -1)
    return drawn


def dragged(picture: Any, rng: Any) -> Any:
    """The camera moved."""
    length = int(0.032 * picture.shape[1]) | 1
    kernel = cv2.warpAffine(np.eye(length, dtype=np.float32)[length // 2][None].repeat(length, 0) * (np.arange(length) == length // 2)[:, None], np.float32([[1, 0, 0], [0, 1, 0]]), (length, length))
    kernel[length // 2] = 1
    return cv2.filter2D(picture, -1, kernel / kernel.sum())


def enlarged(picture: Any, small: int = 110) -> Any:
    tiny = cv2.resize(picture, (small, small * 4 // 3), interpolation=cv2.INTER_AREA)
    return cv2.resize(tiny, picture.shape[1::-1], interpolation=cv2.INTER_CUBIC)


def dated(picture: Any, said: str) -> bytes:
    exif = Image.Exif()
    exif[0x0132] = said
    return jpeg(picture, exif=exif)


def softened(picture: Any, rng: Any) -> Any:
    return cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.0065, 0.010) * picture.shape[1])


def noisy_bytes(picture: Any) -> bytes:
    big = cv2.resize(picture, (1500, 2000), interpolation=cv2.INTER_CUBIC).astype(float) + np.random.default_rng(1).normal(0, 9, (2000, 1500, 3))
    return jpeg(big.clip(0, 255).astype(np.uint8), 97)


def png(picture: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG")
    return out.getvalue()


def skin(picture: Any, rng: Any, sitter: Sitter) -> Any:
    """Of a light face a deep tone; of a face that is brown already a little deeper."""
    depth = SKINS[rng.integers(len(SKINS))]
    return draw.deeper(picture, depth)


# fmt: off
SOUND: dict[str, Callable[[Any, Sitter], Any]] = {
    "plain":                 lambda r, s: fair(r, s),
    "plain, small":          lambda r, s: fair(r, s, size=(360, 480), face=0.55),
    "quality 60":            lambda r, s: jpeg(fair(r, s), 60),
    "progressive":           lambda r, s: jpeg(fair(r, s), 88, progressive=True),
    "turned by its EXIF":    lambda r, s: upside_exif(fair(r, s), r),
    "small face":            lambda r, s: fair(r, s, face=0.435, y=0.45, size=(600, 800)),
    "a little dark":         lambda r, s: fair(r, s, dress=lambda one: brighter(one.picture, 0.8)),
    "a little bright":       lambda r, s: fair(r, s, dress=lambda one: brighter(one.picture, 1.12)),
    "warm light":            lambda r, s: fair(r, s, dress=lambda one: brighter(one.picture, 1.0, (1.04, 1.0, 0.93))),
    "young skin":            lambda r, s: youth(fair(r, s, size=(600, 800))),
    "dark skin":             lambda r, s: skin(fair(r, s), r, s),
    "dark skin, glasses":    lambda r, s: draw.glasses(skin(fair(r, s), r, s), (30, 25, 22), 0.018),
    "dark skin, beard":      lambda r, s: draw.beard(skin(fair(r, s), r, s), r, (22, 18, 17)),
    "beard":                 lambda r, s: draw.beard(fair(r, s), r, ((45, 35, 30), (120, 95, 70), (150, 148, 145))[r.integers(3)], r.uniform(0.6, 1)),
    "thin glasses":          lambda r, s: draw.glasses(fair(r, s), (120, 110, 90), 0.008),
    "thick glasses":         lambda r, s: draw.glasses(fair(r, s), (15, 15, 15), 0.028),
    "very dark skin":        lambda r, s: draw.deeper(fair(r, s), r.uniform(4.2, 4.8), (0.7, 0.75)),
    "headscarf":             lambda r, s: draw.scarf(fair(r, s, face=0.47), CLOTHS[r.integers(len(CLOTHS))], r),
    "white headscarf":       lambda r, s: draw.scarf(fair(r, s, face=0.47), CLOTHS[1], r),
    "patterned headscarf":   lambda r, s: draw.scarf(fair(r, s, face=0.47), CLOTHS[2 + r.integers(3)], r, pattern=True),
    "headscarf, dark skin":  lambda r, s: draw.scarf(skin(fair(r, s, face=0.47), r, s), CLOTHS[r.integers(len(CLOTHS))], r),
}
SPOILT: dict[str, tuple[tuple[str, ...], str, Callable[[Any, Sitter], Any]]] = {
    "grey wall":        (("background",), "reject", lambda r, s: fair(r, s, lambda size: draw.wall(size, r.uniform(140, 215), 3))),
    "coloured wall":    (("background",), "reject", lambda r, s: fair(r, s, lambda size: draw.wall(size, ((150, 190, 235), (240, 225, 190), (235, 200, 205), (190, 225, 195))[r.integers(4)], 4))),
    "patterned wall":   (("background",), "reject", lambda r, s: fair(r, s, patterned)),
    "shadow behind":    (("background",), "reject", lambda r, s: fair(r, s, lambda size: draw.shadow_behind(draw.wall(size, 249, 5), r.choice([0.3, 0.7]), r.uniform(45, 80)))),
    "thing behind":     (("background",), "reject", lambda r, s: fair(r, s, lambda size: thing_behind(size, r))),
    "leaning":          (("pose",), "reject", lambda r, s: fair(r, s, turn=r.choice([-1, 1]) * r.uniform(13, 20))),
    "turned aside":     (("pose",), "reject", lambda r, s: draw.turned(fair(r, s), r.choice([-1, 1]) * r.uniform(24, 32))),
    "small head":       (("geometry", "size"), "reject", lambda r, s: fair(r, s, face=r.uniform(0.22, 0.34))),
    "large head":       (("geometry", "faces"), "reject", lambda r, s: fair(r, s, face=r.uniform(0.78, 0.95), y=0.45)),
    "arm's length":     (("geometry",), "reject", lambda r, s: wide_lens(fair(r, s, face=0.7, y=0.45), 0.35)),
    "off to a side":    (("geometry",), "reject", lambda r, s: fair(r, s, x=r.choice([0.36, 0.64]))),
    "cut below":        (("geometry", "faces"), "reject", lambda r, s: fair(r, s, y=r.uniform(0.7, 0.76))),
    "too high":         (("geometry",), "reject", lambda r, s: fair(r, s, y=r.uniform(0.14, 0.22))),
    "out of focus":     (("sharpness",), "reject", lambda r, s: softened(fair(r, s), r)),
    "moved":            (("sharpness",), "reject", lambda r, s: dragged(fair(r, s), r)),
    "enlarged":         (("sharpness", "size"), "review", lambda r, s: enlarged(fair(r, s))),
    "under-exposed":    (("exposure",), "reject", lambda r, s: brighter(fair(r, s), r.uniform(0.08, 0.2))),
    "over-exposed":     (("exposure", "faces"), "reject", lambda r, s: brighter(fair(r, s), r.uniform(2.4, 3.2))),
    "washed out":       (("exposure",), "reject", lambda r, s: (fair(r, s) * 0.18 + 200).astype(np.uint8)),
    "lit from one side": (("illumination", "exposure"), "reject", lambda r, s: draw.side_lit(fair(r, s), r.uniform(0.6, 0.75), bool(r.integers(2)))),
    "grey picture":     (("colour",), "reject", lambda r, s: np.repeat(cv2.cvtColor(fair(r, s), cv2.COLOR_RGB2GRAY)[..., None], 3, 2)),
    "blue light":       (("colour", "background"), "review", lambda r, s: brighter(fair(r, s), 0.98, (0.62, 0.85, 1.15))),
    "quality 8":        (("compression",), "reject", lambda r, s: jpeg(fair(r, s), int(r.integers(5, 22)))),
    "too small":        (("size",), "reject", lambda r, s: fair(r, s, size=(240, 320))),
    "lying":            (("size", "pose", "faces"), "reject", lambda r, s: fair(r, s, size=(640, 480), face=0.35)),
    "framed":           (("border",), "reject", lambda r, s: framed(fair(r, s), r)),
    "specks":           (("spots", "background"), "reject", lambda r, s: specks(fair(r, s), r)),
    "two people":       (("faces",), "reject", lambda r, s: beside(fair(r, s), fair(r, s))),
    "nobody":           (("faces",), "reject", lambda r, s: brighter(np.full((640, 480, 3), 250, np.uint8), 1, (1, 0.99, 0.95))),
    "eyes shut":        (("eyes",), "reject", lambda r, s: draw.shut_eyes(fair(r, s))),
    "mouth open":       (("mouth",), "reject", lambda r, s: draw.open_mouth(fair(r, s), r.uniform(0.2, 0.26))),
    "dark glasses":     (("eyes",), "review", lambda r, s: draw.glasses(fair(r, s), (15, 15, 15), 0.02, dark=r.uniform(0.85, 0.97))),
    "glare":            (("eyes",), "review", lambda r, s: draw.glasses(fair(r, s), (60, 60, 60), 0.012, glare=r.uniform(0.75, 1))),
    "red eyes":         (("eyes",), "review", lambda r, s: draw.red_eyes(fair(r, s))),
    "old":              (("age",), "reject", lambda r, s: dated(fair(r, s), "2024:03:01 10:00:00")),
    "a PNG":            (("format",), "reject", lambda r, s: png(fair(r, s))),
    "over 1 MB":        (("filesize",), "reject", lambda r, s: noisy_bytes(fair(r, s))),
}
# fmt: on


def made(name: str, half: str, who: str, seed: int) -> Case:
    """One case. The same arguments give the same bytes."""
    rng = np.random.default_rng([seed, sum(map(ord, name)), sum(map(ord, who))])
    codes, level, recipe = SPOILT[name] if name in SPOILT else ((), "reject", SOUND[name])
    drawn = recipe(rng, sitters()[who])
    data = drawn if isinstance(drawn, bytes) else jpeg(drawn, int(rng.integers(82, 95)))
    return Case(name, half, who, data, codes, level)


SEEDS = {"tuned": 1, "unseen": 7001}


def half(which: str, every: int = 1) -> Iterator[Case]:
    """All sitters with all recipes; of the spoilt ones `every`-th sitter, dealt by seed."""
    people = list(sitters())
    for at, name in enumerate([*SOUND, *SPOILT]):
        for number, who in enumerate(people):
            if name in SOUND or (number + at + (which == "unseen")) % every == 0:
                yield made(name, which, who, SEEDS[which] + number)
