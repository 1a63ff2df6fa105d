"""Copies of a grey picture that a decoder may read where it could not read the picture itself: in the sandbox's child only."""

from typing import Any

import cv2
import numpy as np

DOUBLED = 1800  # px; larger ones are made this large before they are doubled
HALVED = 1400  # px; smaller ones are not halved


def prepared(grey: Any, scale: float, treatment: str) -> tuple[Any, float]:
    """(copy, its scale) for one step; (None, 1) where the step would only cost time."""
    longest = max(grey.shape)
    if treatment == "at most 1000":
        return _scaled(grey, min(1.0, 1000 / longest))
    if scale < 1:
        return _scaled(grey, scale) if longest >= HALVED else (None, 1.0)
    if scale > 1 and longest > 2 * DOUBLED:
        return None, 1.0
    copy, real = _scaled(grey, min(1.0, DOUBLED / longest) * scale) if scale > 1 or treatment else (grey, 1.0)
    return TREATMENTS[treatment](copy), real


def same_place(one: Any, other: Any) -> bool:
    """Whether two sets of corners mean the same symbol: within a tenth of its side."""
    a, b = np.asarray(one, np.float64), np.asarray(other, np.float64)
    return bool(np.abs(a - b).max() < 0.03 * np.hypot(*(a[1] - a[0])))


def _scaled(grey: Any, scale: float) -> tuple[Any, float]:
    if scale == 1:
        return grey, 1.0
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how), scale


def _sharp(grey: Any) -> Any:
    return cv2.addWeighted(grey, 3.5, cv2.GaussianBlur(grey, (0, 0), 3), -2.5, 0)


def _contrast(grey: Any) -> Any:
    """Each neighbourhood stretched to its own range: for flash and darkness."""
    return cv2.createCLAHE(4, (8, 8)).apply(grey)


def _even(grey: Any) -> Any:
    """Divided by the paper's own brightness: for shadows."""
    side = max(3, max(grey.shape) // 60)
    paper = cv2.blur(cv2.dilate(grey, np.ones((side, side), np.uint8)), (side, side))
    return cv2.divide(grey, paper, scale=255)


TREATMENTS: dict[str, Any] = {"": lambda grey: grey, "one threshold": lambda grey: grey, "sharp": _sharp, "contrast": _contrast, "even": _even}
