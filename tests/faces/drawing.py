"""Sets a sitter before a wall and draws on the picture what people wear, and what spoils a photograph.

Everything takes and gives an RGB picture (height × width × 3, uint8); drawing follows the mesh of the face, found anew.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from tests.faces.sitters import Sitter, look
from workflow.intake import face as sight

Array = Any
JAW = (234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454)
UPPER_LIP, EYE_RINGS = (0, 37, 39, 40, 185, 61, 267, 269, 270, 409, 291), ((33, 160, 159, 158, 133, 153, 145, 144), (263, 387, 386, 385, 362, 380, 374, 373))
LIPS = (61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91)


@dataclass(frozen=True)
class Frame:
    """How the picture is taken. Shares of the picture; `turn` degrees."""

    size: tuple[int, int] = (480, 640)
    face: float = 0.52
    x: float = 0.5
    y: float = 0.43
    turn: float = 0.0


def wall(size: tuple[int, int], colour: Any, seed: int, slope: float = 0.0, grain: float = 1.0) -> Array:
    """A wall: one colour, light falling off from left to right by `slope` levels, grain of the sensor."""
    rng = np.random.default_rng(seed)
    base = np.broadcast_to(np.asarray(colour, float), (size[1], size[0], 3)) - np.linspace(0, slope, size[0])[None, :, None]
    return base + rng.normal(0, grain, (size[1], size[0], 1))


def pose_before(sitter: Sitter, ground: Array, frame: Frame, dress: Any = None) -> Array:
    """The sitter before `ground`; `dress(picture, share)` may change the person first."""
    picture = sitter.picture if dress is None else dress(sitter)
    scale = frame.face * frame.size[0] / sitter.face
    matrix = cv2.getRotationMatrix2D(tuple(map(float, sitter.middle)), frame.turn, scale)
    matrix[:, 2] += np.array([frame.x * frame.size[0], frame.y * frame.size[1]]) - sitter.middle
    way = cv2.INTER_AREA if scale < 0.7 else cv2.INTER_CUBIC
    if scale < 0.7:  # warpAffine does not average: shrink first
        step = scale / 0.9
        picture, share = (cv2.resize(each, None, fx=step, fy=step, interpolation=cv2.INTER_AREA) for each in (picture, sitter.share))
        matrix[:, :2] /= step
        way = cv2.INTER_CUBIC
    else:
        share = sitter.share
    body = cv2.warpAffine(picture, matrix, frame.size, flags=way, borderMode=cv2.BORDER_REPLICATE).astype(float)
    part = cv2.warpAffine(share.reshape(share.shape[:2]), matrix, frame.size, flags=cv2.INTER_LINEAR)[..., None].clip(0, 1)
    return (body * part + ground * (1 - part)).clip(0, 255).astype(np.uint8)


def _soft(points: Array, shape: tuple[int, ...], blur: float = 1.0) -> Array:
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(points).astype(np.int32)], 255)
    return cv2.GaussianBlur(mask, (0, 0), blur)[..., None] / 255.0


def _mesh(picture: Array) -> Array:
    return look(picture).mesh[:, :2]


def _grown(points: Array, by: float) -> Array:
    return points.mean(0) + (points - points.mean(0)) * by


def deeper(picture: Array, depth: float, tint: tuple[float, float] = (0.85, 0.85)) -> Array:
    """Skin of a deeper tone, by a curve of L* (and a*, b* times `tint`), where the colour is skin's; light and shape stay."""
    ycc = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb).astype(float)
    skin = ((ycc[..., 1] > 132) & (ycc[..., 1] < 180) & (ycc[..., 2] > 75) & (ycc[..., 2] < 132)).astype(np.uint8)
    near = _soft(_grown(_mesh(picture)[list(sight.OVAL)], 1.5), picture.shape, 6)
    part = cv2.GaussianBlur(cv2.morphologyEx(skin, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)) * 255, (0, 0), 2)[..., None] / 255 * near
    lab = cv2.cvtColor((picture / 255.0).astype(np.float32), cv2.COLOR_RGB2LAB)
    lab[..., 0] = 100 * (lab[..., 0] / 100) ** depth
    lab[..., 1:] *= tint
    deep = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB).clip(0, 1) * 255
    return (deep * part + picture * (1 - part)).astype(np.uint8)


def scarf(picture: Array, colour: Any, rng: Any, pattern: bool = False) -> Array:
    """A cloth around the face: hair, ears and neck covered, the whole face free from brow-line to chin."""
    mesh = _mesh(picture)
    oval, width = mesh[list(sight.OVAL)], np.ptp(mesh[:, 0])
    middle = oval.mean(0)
    outer = middle + (oval - middle) * np.array([1.55, 1.5])
    outer[:, 1] = np.where(outer[:, 1] < middle[1], np.maximum(outer[:, 1], 0.02 * picture.shape[0]), outer[:, 1])
    drape = np.array([[outer[:, 0].min(), middle[1]], [outer[:, 0].max(), middle[1]], [middle[0] + 1.15 * width, picture.shape[0]], [middle[0] - 1.15 * width, picture.shape[0]]])
    cloth = np.maximum(_soft(cv2.convexHull(outer.astype(np.float32)).reshape(-1, 2), picture.shape, 2), _soft(drape, picture.shape, 2))
    face = _soft(_grown(oval, 1.02), picture.shape, 2)
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]]
    folds = 10 * np.sin((columns + 0.6 * rows) / (width / 9)) + rng.normal(0, 2, rows.shape)
    dye = np.asarray(colour, float) + folds[..., None] * (0.5 if min(colour) > 200 else 1)
    if pattern:
        dye = dye + 45 * ((columns // 14 + rows // 14) % 2)[..., None]
    part = cloth * (1 - face)
    return (dye.clip(0, 255) * part + picture * (1 - part)).clip(0, 255).astype(np.uint8)


def beard(picture: Array, rng: Any, colour: Any = (45, 35, 30), full: float = 1.0) -> Array:
    """Strokes over jaw, chin and upper lip; lips stay free."""
    mesh, drawn = _mesh(picture), picture.copy()
    jaw = mesh[list(JAW)]
    lips, width = mesh[list(LIPS)], np.ptp(mesh[:, 0])
    low = np.zeros(picture.shape[:2], np.uint8)
    inner = np.vstack([jaw[3:-3], mesh[[425, 2, 205]]])
    cv2.fillPoly(low, [inner.astype(np.int32)], 1)
    cv2.fillPoly(low, [_grown(lips, 1.1).astype(np.int32)], 0)
    places = np.argwhere(low > 0)
    for at in places[rng.integers(0, len(places), int(len(places) * 0.35 * full))]:
        end = at[::-1] + rng.normal(0, 0.02, 2) * width + (0, 0.02 * width)
        shade = np.asarray(colour) + rng.normal(0, 12)
        cv2.line(drawn, tuple(int(each) for each in at[::-1]), tuple(int(each) for each in end), tuple(float(each) for each in shade.clip(0, 255)), 1, cv2.LINE_AA)
    return drawn


def glasses(picture: Array, colour: Any, thick: float = 0.02, dark: float = 0.0, glare: float = 0.0) -> Array:
    """Frames round both eyes; `dark` 0…1 tints the lenses, `glare` 0…1 covers them with reflected light."""
    mesh, drawn = _mesh(picture), picture.astype(float)
    width, centres = np.ptp(mesh[:, 0]), [mesh[list(ring)].mean(0) for ring in EYE_RINGS]
    frame = picture.copy()
    pen = max(1, round(thick * width))
    for centre in centres:
        middle, axes = tuple(int(each) for each in np.add(centre, (0, 0.02 * width))), (round(0.17 * width), round(0.135 * width))
        lens = np.zeros(picture.shape[:2], np.uint8)
        cv2.ellipse(lens, middle, axes, 0, 0, 360, 255, -1)
        part = cv2.GaussianBlur(lens, (0, 0), 1)[..., None] / 255.0
        drawn = drawn * (1 - dark * part) + 20 * dark * part
        if glare:
            shine = np.zeros(picture.shape[:2], np.uint8)
            cv2.ellipse(shine, (middle[0] + 3, middle[1] - 3), (round(axes[0] * (0.35 + 0.6 * glare)), round(axes[1] * (0.3 + 0.6 * glare))), 20, 0, 360, 255, -1)
            light = cv2.GaussianBlur(shine, (0, 0), 2)[..., None] / 255.0
            drawn = drawn * (1 - 0.95 * light) + 252 * 0.95 * light
    frame = drawn.clip(0, 255).astype(np.uint8)
    for centre in centres:
        middle = tuple(int(each) for each in np.add(centre, (0, 0.02 * width)))
        cv2.ellipse(frame, middle, (round(0.17 * width), round(0.135 * width)), 0, 0, 360, colour, pen, cv2.LINE_AA)
    one, two = centres
    cv2.line(frame, (int(one[0] + 0.17 * width), int(one[1])), (int(two[0] - 0.17 * width), int(two[1])), colour, pen, cv2.LINE_AA)
    return frame


def red_eyes(picture: Array) -> Array:
    """Flash thrown back by the retina: both pupils a bright red."""
    seen, drawn = look(picture), picture.astype(float)
    for _, iris in seen.eyes:
        radius = max(2, round(float(np.hypot(*(iris[1] - iris[3]))) * 0.33))
        disc = np.zeros(picture.shape[:2], np.uint8)
        cv2.circle(disc, tuple(round(each) for each in iris[0]), radius, 255, -1)
        part = cv2.GaussianBlur(disc, (0, 0), 1)[..., None] / 255.0
        drawn = drawn * (1 - part) + np.array([215, 30, 35]) * part
    return drawn.astype(np.uint8)


def shut_eyes(picture: Array) -> Array:
    """Lids drawn over the eyes in the colour of the skin above them, with a lash line."""
    mesh, drawn = _mesh(picture), picture.astype(float)
    width = np.ptp(mesh[:, 0])
    for ring, above in zip(EYE_RINGS, (223, 443), strict=True):
        points = mesh[list(ring)]
        x, y = (int(each) for each in mesh[above])
        tone = picture[max(y - 2, 0) : y + 3, max(x - 2, 0) : x + 3].reshape(-1, 3).mean(0)
        part = _soft(_grown(points, 1.25), picture.shape, 0.012 * width)
        drawn = drawn * (1 - part) + tone * part
    drawn = drawn.clip(0, 255).astype(np.uint8)
    for ring in EYE_RINGS:
        points = mesh[list(ring)]
        low = np.array([points[0], points[7], points[6], points[5], points[4]])
        cv2.polylines(drawn, [low.astype(np.int32)], False, (50, 35, 30), max(1, round(0.012 * width)), cv2.LINE_AA)
    return drawn


def open_mouth(picture: Array, wide: float = 0.16) -> Array:
    """The jaw let down: all below the lips moves by `wide` of the face's width, the gap is dark."""
    mesh = _mesh(picture)
    width, drop = np.ptp(mesh[:, 0]), round(wide * np.ptp(mesh[:, 0]))
    line = int((mesh[13][1] + mesh[14][1]) / 2)
    moved = picture.copy()
    left, right = int(mesh[61][0] - 0.25 * width), int(mesh[291][0] + 0.25 * width)
    bend = np.clip(1 - np.abs(np.arange(picture.shape[1]) - mesh[13][0]) / (0.75 * (right - left)), 0, 1)
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    shift = drop * np.broadcast_to(bend, rows.shape) * np.clip(1 - (rows - mesh[152][1]) / (0.6 * width), 0, 1)
    source = np.where(rows > line, np.maximum(rows - shift, line), rows).astype(np.float32)
    moved = cv2.remap(picture, columns, source, cv2.INTER_LINEAR)
    hole = np.array([mesh[78], (mesh[13][0], line - 1), mesh[308], (mesh[14][0], line + drop)])
    oval = cv2.ellipse2Poly((int(hole[:, 0].mean()), int(line + drop / 2)), (max(2, int(0.42 * (mesh[308][0] - mesh[78][0]))), max(2, drop // 2)), 0, 0, 360, 10)
    part = _soft(np.asarray(oval, float), picture.shape, 1.5)
    return (np.array([45, 18, 20]) * part + moved * (1 - part)).astype(np.uint8)


def turned(picture: Array, yaw: float, pitch: float = 0.0) -> Array:
    """The head seen from the side: every pixel moved as the mesh's nearest points move when turned in space (degrees)."""
    seen = look(picture)
    mesh = seen.mesh
    middle = mesh[[234, 454, 152, 10]].mean(0)
    about, up = np.radians(yaw), np.radians(pitch)
    side = np.array([[np.cos(about), 0, np.sin(about)], [0, 1, 0], [-np.sin(about), 0, np.cos(about)]])
    nod = np.array([[1, 0, 0], [0, np.cos(up), -np.sin(up)], [0, np.sin(up), np.cos(up)]])
    gone = ((mesh - middle) @ side.T @ nod.T + middle)[:, :2] - mesh[:, :2]
    width, step = np.ptp(mesh[:, 0]), 8
    rows, columns = np.mgrid[0 : picture.shape[0] : step, 0 : picture.shape[1] : step]
    grid = np.column_stack([columns.ravel(), rows.ravel()]).astype(float)
    apart = ((grid[:, None] - (mesh[:, :2] + gone)[None]) ** 2).sum(2)
    weight = np.exp(-apart / (2 * (0.05 * width) ** 2)) + 1e-12 / (1 + apart)
    moved = (weight @ gone) / weight.sum(1, keepdims=True)
    fade = np.clip(1.6 - np.sqrt(apart.min(1)) / (0.5 * width), 0, 1)[:, None]
    field = cv2.resize((moved * fade).reshape(*rows.shape, 2).astype(np.float32), picture.shape[1::-1])
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    return cv2.remap(picture, x - field[..., 0], y - field[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def side_lit(picture: Array, strength: float, left: bool) -> Array:
    """One half of the picture in the dark."""
    middle = look(picture).mesh[1][0]
    ramp = 1 - strength / (1 + np.exp((np.arange(picture.shape[1]) - middle) / (0.05 * picture.shape[1]) * (1 if left else -1)))
    return (picture * ramp[None, :, None]).clip(0, 255).astype(np.uint8)


def shadow_behind(ground: Array, x: float, depth: float, soft: float = 12.0) -> Array:
    """The shadow of a head on the wall, thrown to one side."""
    high, wide = ground.shape[:2]
    mask = np.zeros((high, wide), np.float32)
    cv2.ellipse(mask, (int(x * wide), int(0.5 * high)), (int(0.30 * wide), int(0.38 * high)), 0, 0, 360, 1.0, -1)
    return ground - depth * cv2.GaussianBlur(mask, (0, 0), soft)[..., None]
