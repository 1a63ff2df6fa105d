"""Photographs of a notice that nobody took: drawn pages before a drawn camera, made worse step by step, always the same from a seed.

`photograph(half, kind, severity, number)` gives one; `every(half)` gives them all. The halves differ in people, texts, angles and
in all that chance decides: the ladder of workflow/reading/scanner.py was tuned on "tune" alone, "unseen" only judges it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from tests.photographs import wear
from workflow.documents import qr

SEVERITIES = ("easy", "medium", "hard")
HALVES = {"tune": 20261101, "unseen": 77003}
MODULE = 8  # dots of the drawn page a module
PLAIN = {"easy": (5.0, 8.0), "medium": (3.4, 5.5), "hard": (2.6, 4.0)}  # pixels a module, where the kind says nothing else
HOST = "https://portal.example"


@dataclass(frozen=True)
class Photograph:
    """`data` is the file, `text` what its code says."""

    name: str
    kind: str
    severity: str
    text: str
    data: bytes


def every(half: str, number: int = 3, kinds: tuple[str, ...] = ()) -> Iterator[Photograph]:
    """All kinds at all severities, `number` pictures of each."""
    for kind in kinds or tuple(wear.KINDS):
        for severity in SEVERITIES:
            for nth in range(number):
                yield photograph(half, kind, severity, nth)


def photograph(half: str, kind: str, severity: str, nth: int) -> Photograph:
    """One picture, the same for the same arguments."""
    seed = f"{HALVES[half]} {kind} {severity} {nth}"
    chance, level = random.Random(seed), SEVERITIES.index(severity)
    text = address(chance)
    page = letter(text, chance.randrange(4))
    how = wear.KINDS[kind]
    pixels = chance.uniform(*(how.pixels[level] if how.pixels else PLAIN[severity]))
    side = chance.randint(750, 1500)
    page = how.on_paper(page, chance, level) if how.on_paper else page
    tilt = how.tilt[level] if how.tilt else (0.02, 0.06, 0.12)[level]
    angle = chance.uniform(*how.turn) if how.turn else chance.uniform(-8, 8)
    scene = taken(page, chance, pixels, (side, round(side * 1.33)), angle, tilt)
    np.random.seed(chance.randrange(2**31))
    for treatment in how.in_camera:
        scene = treatment(scene, chance, level, pixels)
    quality = how.quality[level] if how.quality else (88, 80, 70)[level]
    return Photograph(f"{half}-{kind}-{severity}-{nth}", kind, severity, text, how.saved(scene, quality))


def address(chance: random.Random) -> str:
    """As long as that of a signed permit; the digits are those of chance, for no key is needed to be read."""
    signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    ref = "".join(chance.choice(signs) for _ in range(11))
    return f"{HOST}/v/{ref}#" + str(chance.randrange(1, 10)) + "".join(chance.choice("0123456789") for _ in range(chance.randint(540, 620)))


def letter(text: str, place: int) -> Any:
    """A piece of paper with print around the code, grey, MODULE dots a module; the code's middle is the paper's middle.
    `place` moves the print about. Lines of Latin and Chinese-like blocks, a rule, a stamp: what a finder may stumble over."""
    code = symbol(text)
    size = code.shape[0]
    sheet = np.full((size * 5 // 2, size * 2), 250, np.uint8)
    top, left = (sheet.shape[0] - size) // 2, (sheet.shape[1] - size) // 2
    _print(sheet, place)
    margin = MODULE * 2
    sheet[top - margin : top + size + margin, left - margin : left + size + margin] = 250
    sheet[top : top + size, left : left + size] = code
    colour = cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR)
    stamp = (left + size + margin + 90, top - 130)
    cv2.circle(colour, stamp, 80, (60, 60, 200), 7)
    return colour


@cache
def symbol(text: str, module: int = MODULE) -> Any:
    """The code with its quiet zone, as the paper's own module draws it."""
    rows = np.array(qr.matrix(text), np.uint8)
    dark = np.pad(rows, qr.QUIET)
    return np.kron(np.where(dark == 1, 25, 250).astype(np.uint8), np.ones((module, module), np.uint8))


def _print(sheet: Any, place: int) -> None:
    height, width = sheet.shape
    for row in range(40 + place * 9, height - 30, 46):
        cv2.putText(sheet, "NOTIFICATION OF PERMIT FOR WORK SPECIMEN 440300-TZ-2026 " * 3, (30 + place * 11, row), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 60, 2, cv2.LINE_AA)
    cv2.rectangle(sheet, (12, 12), (width - 12, height - 12), 90, 3)


def taken(page: Any, chance: random.Random, pixels: float, frame: tuple[int, int], angle: float, tilt: float) -> Any:
    """The page seen by a camera: turned, leaned back, on a table, somewhere near the middle."""
    height, width = page.shape[:2]
    scale, (wide, high) = pixels / MODULE, frame
    middle = np.array([wide, high]) / 2 + np.array([chance.uniform(-0.1, 0.1) * wide, chance.uniform(-0.1, 0.1) * high])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = np.deg2rad(angle)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    seen = (corners - [width / 2, height / 2]) * scale @ spin.T
    lean = np.deg2rad(chance.uniform(0, 360))
    depth = 1 + tilt * (seen @ [np.cos(lean), np.sin(lean)]) / (pixels * 69 / 2)
    seen = seen / np.clip(depth, 0.2, 5)[:, None] + middle
    if scale < 0.9:  # what the lens would blend, before it is sampled
        page = cv2.GaussianBlur(page, (0, 0), 0.42 / scale)
    table = tuple(chance.randint(60, 190) for _ in range(3))
    matrix = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    return cv2.warpPerspective(page, matrix, frame, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=table)
