"""Where a symbol lies when no decoder finds it: the three corner squares, by correlation instead of by runs of dark and light.

Blur, grain and the beat of a screen break the 1:1:3:1:1 runs long before they hide the squares. A round pattern (dark, light, dark
rings) is compared at sizes a quarter apart, so the turn of the picture does not matter; three peaks of one size in a right angle are a symbol.
"""

from itertools import combinations
from typing import Any

import cv2
import numpy as np

LONGEST = 900  # px of the picture searched
SIZES = tuple(1.7 * 1.22**nth for nth in range(9))  # px a module there
LEAST = 0.45  # correlation
MOST_PEAKS, MOST_SYMBOLS = 14, 3


def symbols(grey: Any) -> list[tuple[Any, int]]:
    """(corners, clockwise from the upper left, guessed modules a side) of what may be symbols, the likeliest first. Dark on light only."""
    scale = min(1.0, LONGEST / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    peaks = _peaks(small)
    found = []
    for three in combinations(peaks, 3):
        if max(p[3] for p in three) > 1.6 * min(p[3] for p in three):
            continue
        for nth in range(3):
            fitted = _fitted(three[nth], three[nth - 1], three[nth - 2])
            if fitted:
                found.append((sum(p[0] for p in three) - fitted[0], fitted[1] / scale, fitted[2]))
    found.sort(key=lambda each: -each[0])
    return [(corners, size) for _, corners, size in found[:MOST_SYMBOLS]]


def _peaks(small: Any) -> list[tuple[float, float, float, float]]:
    """(correlation, x, y, px a module), the clearest first, none beside a clearer one."""
    all_peaks = []
    for size in SIZES:
        pattern = _rings(size)
        if pattern.shape[0] * 3 > min(small.shape):
            break
        score = cv2.matchTemplate(small, pattern, cv2.TM_CCOEFF_NORMED)
        score[~np.isfinite(score)] = 0
        near = max(3, int(size * 5)) | 1
        tops = (score == cv2.dilate(score, np.ones((near, near), np.uint8))) & (score > LEAST)
        half = pattern.shape[0] / 2
        all_peaks += [(float(score[y, x]), x + half, y + half, size) for y, x in zip(*np.nonzero(tops), strict=True)]
    all_peaks.sort(reverse=True)
    kept: list[tuple[float, float, float, float]] = []
    for peak in all_peaks:
        if all(np.hypot(peak[1] - other[1], peak[2] - other[2]) > 5 * min(peak[3], other[3]) for other in kept):
            kept.append(peak)
        if len(kept) == MOST_PEAKS:
            break
    return kept


def _rings(size: float) -> Any:
    """The corner square as it looks on average over all turns: nine modules wide, its light surroundings included."""
    side = round(9 * size) | 1
    at = (np.arange(side * 4) + 0.5) / 4 - side / 2
    answer = np.zeros((side, side))
    for turn in np.arange(6) * np.pi / 12:
        x = (at[None, :] * np.cos(turn) + at[:, None] * np.sin(turn)) / size
        y = (at[:, None] * np.cos(turn) - at[None, :] * np.sin(turn)) / size
        away = np.maximum(np.abs(x), np.abs(y))
        light = np.where((away < 1.5) | ((away > 2.5) & (away < 3.5)), 0.0, 255.0)
        answer += cv2.resize(light, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(answer / 6, (0, 0), size * 0.4).astype(np.uint8)


def _fitted(corner: Any, one: Any, other: Any) -> tuple[float, Any, int] | None:
    """(how far from square, corners, modules) if `corner` is the upper left one of the three."""
    at, a, b = (np.array(peak[1:3]) for peak in (corner, one, other))
    if (a - at)[0] * (b - at)[1] - (a - at)[1] * (b - at)[0] < 0:  # y points down: from right to lower is clockwise, positive
        a, b = b, a
    right, down = a - at, b - at
    longer, shorter = max(np.hypot(*right), np.hypot(*down)), min(np.hypot(*right), np.hypot(*down))
    if shorter < 12 * corner[3] or longer > 1.7 * shorter:
        return None
    lean = abs(float(right @ down)) / (longer * shorter)
    if lean > 0.5:
        return None
    module = float(np.mean([p[3] for p in (corner, one, other)]))
    version = round(((longer + shorter) / 2 / module + 7 - 17) / 4)
    size = 17 + 4 * min(max(version, 1), 40)
    u, v = right / (size - 7), down / (size - 7)
    start = at - 3.5 * (u + v)
    return lean + (longer / shorter - 1), np.array([start, start + size * u, start + size * (u + v), start + size * v]), size
