"""The people: portraits cut out of their backgrounds, ready to be set before a wall.

A sitter is a square around the head, about 3.4 faces wide, with how much of each pixel is person. One comes with scikit-image,
one more where `python -m scripts.portraits` has been run.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from workflow.intake import face as sight
from workflow.intake.photo import MODELS

FAULTS: dict[str, tuple[str, ...]] = {}  # of a sitter whose original is itself rightly refused: for what
BRIGHT = 215.0  # of 255: the 95th percentile of a well lit face; dim originals are brought there
PORTRAITS = Path(__file__).resolve().parents[2] / "var" / "portraits"
MODELS_AT = str(MODELS)


@dataclass(frozen=True)
class Sitter:
    """`picture` RGB uint8, `share` 0…1 with one channel, `mesh` 468 × 3 on the picture. `face` its width in px.
    `faults`: what the original itself is rightly refused for, however it is set."""

    name: str
    picture: Any
    share: Any
    mesh: Any
    eyes: Any
    faults: tuple[str, ...] = ()

    @property
    def face(self) -> float:
        return float(np.ptp(self.mesh[list(sight.SIDES), 0]))

    @property
    def middle(self) -> Any:
        """Between the irises."""
        return np.mean([iris[0] for _, iris in self.eyes], 0)


def look(picture: Any) -> Any:
    """The one face of a picture with mesh and eyes; AssertionError if there is none."""
    found = sight.faces(picture, MODELS_AT)
    assert found, "a sitter must have a face"
    sight.add_mesh(picture, found[0], MODELS_AT)
    return found[0]


def _cut(name: str, picture: Any) -> Sitter:
    """Level, a square around the head, well lit, one piece."""
    whole = look(picture)
    x, y, wide, high = whole.box
    side, centre = 3.4 * max(wide, high), (x + wide / 2, y + high / 2)
    matrix = cv2.getRotationMatrix2D(centre, sight.pose(whole.mesh)[2], 1.0)
    matrix[:, 2] += (side / 2 - centre[0], side * 0.42 - centre[1])
    size = (int(side), int(side))
    square = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.ones(picture.shape[:2], np.uint8), matrix, size, flags=cv2.INTER_NEAREST)  # beyond the original is nobody
    near = look(square)
    lit = cv2.cvtColor(square, cv2.COLOR_RGB2GRAY)[_inside(near.mesh, square.shape)]
    square = (square * max(1.0, min(2.2, BRIGHT / float(np.percentile(lit, 95))))).clip(0, 255).astype(np.uint8)
    share = np.clip((sight.person(square, MODELS_AT) - 0.5) / 0.4, 0, 1) * inside
    number, parts, stats, _ = cv2.connectedComponentsWithStats((share > 0.3).astype(np.uint8))
    largest = 1 + int(np.argmax(stats[1:number, cv2.CC_STAT_AREA]))
    share = share * cv2.dilate((parts == largest).astype(np.uint8), np.ones((5, 5), np.uint8))
    return Sitter(name, square, share[..., None], near.mesh, near.eyes, FAULTS.get(name, ()))


def _inside(mesh: Any, shape: tuple[int, ...]) -> Any:
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(mesh[list(sight.OVAL), :2].astype(np.int32)), 1)
    return mask.astype(bool)


@cache
def sitters() -> dict[str, Sitter]:
    from skimage import data

    files = {"astronaut": data.astronaut()}
    files |= {path.stem: np.asarray(Image.open(path).convert("RGB")) for path in sorted(PORTRAITS.glob("*.jpg"))}
    return {name: _cut(name, picture) for name, picture in files.items()}
