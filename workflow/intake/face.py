"""Sees a face: where it is, its mesh of points, its irises, and what is person and what background.

Four small TFLite models run by OpenCV's dnn in the sandboxed child; scripts/models.py fetches and pins them. OpenCV 5 loads
them and silently drops outputs, so the number of outputs is checked. Nothing here judges; portrait.py does.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

Array = Any  # numpy arrays; shapes are told where they matter
MODELS = ("face_detection_full_range", "face_landmark", "iris_landmark", "selfie_segmentation")
cv2.setNumThreads(1)
LONGEST = 1200  # px; larger pictures are measured on a copy of this size
SURE = 0.55
OVERLAP = 0.3
# mesh points (numbers of the face mesh; "right" is the person's right, at the left of the picture)
RIGHT_EYE, LEFT_EYE = (33, 133), (263, 362)  # outer, inner corner
NOSE, CHIN, TOP, MOUTH = 1, 152, 10, (61, 291)
LIPS_INNER, LIPS_OUTER = (13, 14), (0, 17)
SIDES = (234, 454)
OVAL = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)  # fmt: skip
CHEEKS = ((50, 101, 118, 205), (280, 330, 347, 425))
FOREHEAD = (9, 107, 336, 108, 337, 151)
PITCH_BIAS = 7.0  # degrees


class NoEngine(RuntimeError):
    """Models absent, or an OpenCV that does not run them whole."""


@dataclass
class Face:
    """Pixels of the working copy. `mesh` 468 × 3; `eyes` per eye the 71 contour and 5 iris points."""

    box: tuple[float, float, float, float]  # x, y, width, height
    score: float
    keys: Array  # six points: right eye, left eye, nose, mouth, right ear, left ear
    mesh: Array | None = None
    eyes: tuple[tuple[Array, Array], ...] = ()


@cache
def _net(folder: str, name: str) -> Any:
    path = Path(folder) / f"{name}.tflite"
    if not path.exists():
        raise NoEngine(name)
    return cv2.dnn.readNetFromTFLite(str(path))


def _run(folder: str, name: str, tensor: Array, outputs: int) -> dict[str, Array]:
    net = _net(folder, name)
    names = net.getUnconnectedOutLayersNames()
    if len(names) != outputs:
        raise NoEngine(f"{name}: {len(names)} outputs of {outputs}")
    net.setInput(np.ascontiguousarray(tensor.transpose(2, 0, 1)[None], np.float32))
    return dict(zip(names, net.forward(names), strict=True))


def faces(picture: Array, folder: str) -> list[Face]:
    """Faces of an RGB picture (height × width × 3, uint8), surest first."""
    height, width = picture.shape[:2]
    scale = 192 / max(height, width)
    small = cv2.resize(picture, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA)
    canvas = np.zeros((192, 192, 3), np.uint8)
    canvas[: small.shape[0], : small.shape[1]] = small
    out = _run(folder, "face_detection_full_range", canvas / 127.5 - 1, 2)
    scores = next(each for each in out.values() if each.shape[-1] == 1).reshape(-1)
    raw = next(each for each in out.values() if each.shape[-1] == 16).reshape(-1, 8, 2)
    sure = 1 / (1 + np.exp(-np.clip(scores, -80, 80)))
    rows, columns = np.divmod(np.arange(48 * 48), 48)
    anchors = (np.stack([columns, rows], 1) + 0.5) * 4
    keep = np.flatnonzero(sure > SURE)
    found: list[Face] = []
    for at in keep[np.argsort(-sure[keep])]:
        centre, size = raw[at, 0] + anchors[at], raw[at, 1]
        keys = (raw[at, 2:] + anchors[at]) / scale
        x, y = (centre - size / 2) / scale
        box = (float(x), float(y), float(size[0] / scale), float(size[1] / scale))
        if all(_overlap(box, other.box) < OVERLAP for other in found):
            found.append(Face(box, float(sure[at]), keys))
    return found


def _overlap(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    """Shared area over joint area."""
    wide = min(one[0] + one[2], two[0] + two[2]) - max(one[0], two[0])
    high = min(one[1] + one[3], two[1] + two[3]) - max(one[1], two[1])
    shared = max(wide, 0) * max(high, 0)
    return shared / (one[2] * one[3] + two[2] * two[3] - shared + 1e-9)


def _crop(picture: Array, centre: Array, side: float, angle: float, size: int) -> tuple[Array, Array]:
    """A turned square of the picture as 0…1 floats, and the matrix back to the picture."""
    turn = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), np.degrees(angle), size / side)
    turn[:, 2] += size / 2 - centre
    patch = cv2.warpAffine(picture, turn, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return patch / 255.0, cv2.invertAffineTransform(turn)


def add_mesh(picture: Array, face: Face, folder: str) -> None:
    """Fill `mesh` and `eyes`. A first look from the box, a second from the mesh of the first."""
    x, y, wide, high = face.box
    centre, side = np.array([x + wide / 2, y + high / 2]), max(wide, high) * 1.5
    right, left = face.keys[0], face.keys[1]
    for _ in range(2):
        angle = float(np.arctan2(left[1] - right[1], left[0] - right[0]))
        patch, back = _crop(picture, centre, side, angle, 192)
        out = _run(folder, "face_landmark", patch, 2)
        points = max(out.values(), key=np.size).reshape(468, 3)
        flat = points[:, :2] @ back[:, :2].T + back[:, 2]
        mesh = np.column_stack([flat, points[:, 2] * side / 192])
        right, left = mesh[RIGHT_EYE[0], :2], mesh[LEFT_EYE[0], :2]
        low, high_ = flat.min(0), flat.max(0)
        centre, side = (low + high_) / 2, float(max(high_ - low)) * 1.5
    face.mesh = mesh
    face.eyes = (_eye(picture, mesh, RIGHT_EYE, False, folder), _eye(picture, mesh, LEFT_EYE, True, folder))


def _eye(picture: Array, mesh: Array, corners: tuple[int, int], mirrored: bool, folder: str) -> tuple[Array, Array]:
    """Contour (71 × 2) and iris (5 × 2: centre, four sides). The model knows one eye: the other is mirrored."""
    one, two = mesh[corners[0], :2], mesh[corners[1], :2]
    start, end = (two, one) if mirrored else (one, two)
    angle = float(np.arctan2(end[1] - start[1], end[0] - start[0]))
    patch, back = _crop(picture, (one + two) / 2, float(np.hypot(*(one - two))) * 2.3, angle, 64)
    out = _run(folder, "iris_landmark", patch[:, ::-1] if mirrored else patch, 2)
    points = [each.reshape(-1, 3)[:, :2].copy() for each in sorted(out.values(), key=np.size, reverse=True)]
    for each in points:
        if mirrored:
            each[:, 0] = 63 - each[:, 0]
    contour, iris = (each @ back[:, :2].T + back[:, 2] for each in points)
    return contour, iris


def person(picture: Array, folder: str) -> Array:
    """How surely each pixel belongs to the person: height × width, 0…1."""
    small = cv2.resize(picture, (256, 256), interpolation=cv2.INTER_AREA) / 255.0
    (out,) = _run(folder, "selfie_segmentation", small, 1).values()
    mask = out.reshape(256, 256)
    return cv2.resize(mask, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_LINEAR)


def pose(mesh: Array) -> tuple[float, float, float]:
    """Yaw, pitch, roll in degrees, from the depth that the mesh itself has. Its faces look PITCH_BIAS upwards when level.

    A rigid fit of six points to a generic head (solvePnP) gave 16 to 30 degrees of pitch for one level face at several
    scales, the mesh 9 to 11: so the mesh it is.
    """
    across, down = mesh[SIDES[1]] - mesh[SIDES[0]], mesh[CHIN] - mesh[TOP]
    yaw = float(np.degrees(np.arctan2(across[2], across[0])))
    pitch = float(np.degrees(np.arctan2(down[2], down[1]))) - PITCH_BIAS
    roll = float(np.degrees(np.arctan2(across[1], across[0])))
    return yaw, pitch, roll
