"""The last means before giving up: a symbol that was found but not read is laid flat, module by module, and sharpened on its own grid.

Paper that curls or was crumpled moves modules off the grid that three squares and a plane give. Edges between modules lie one module
apart, so the phase of the edges (as in demodulation) says how far each place has moved; that is unwrapped from a square whose place
is known. What remains is one grey value a module, and blur of lens or hand becomes a small kernel on that lattice that Wiener's
filter takes back: a few kernels are tried, each costs a millisecond. Everything that is the same in every symbol is drawn in anew.
"""

import heapq
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

STEP = 8  # dots a module in the flattened picture
ROUND = 6  # modules kept around the symbol
LEAST_SCORE, LEAST_LIKENESS = 0.3, 0.68  # correlation with, and share of, the parts that every symbol has
BLURS = (0.5, 0.65, 0.8)  # standard deviations in modules
SIGMAS = (0.35, 0.5, 0.65, 0.8, 0.95, 1.1)
SHARPER = 2.0
STREAKS = (1.2, 1.9)  # lengths in modules, in eight directions


def flattened(grey: Any, corners: Any, dimension: int) -> Iterator[Any]:
    """Pure symbols (uint8, four modules of white around) that a decoder may try, the likeliest first.

    `corners` are those of the symbol, from its upper left on, clockwise; `dimension` is a guess in modules: two steps either way are tried.
    """
    sizes = [size for size in (dimension, dimension + 4, dimension - 4, dimension + 8, dimension - 8) if 21 <= size <= 177]
    score, placed, size = max(((*settled(grey, corners, size), size) for size in sizes), key=lambda each: each[0])
    if score < LEAST_SCORE:
        return
    likeness, values = max((_laid(grey, placed, size, bent) for bent in (True, False)), key=lambda laid: laid[0])
    if likeness < LEAST_LIKENESS:
        return
    known, mask = _frame(size)
    foreshortened = _foreshortened(placed, size)
    for sharp in _sharpened(values, foreshortened):
        dark = np.where(mask, known, (sharp < _middle(sharp))[ROUND:-ROUND, ROUND:-ROUND])
        yield np.kron(np.where(np.pad(dark, 4), 0, 255).astype(np.uint8), np.ones((4, 4), np.uint8))


def settled(grey: Any, corners: Any, size: int) -> tuple[float, Any]:
    """(correlation, corners): moved until the parts that every symbol has lie where they should. First the lower right one alone,
    which three squares do not tell, then all four by small steps."""
    known, mask = _frame(size)
    rows, columns = np.nonzero(mask)
    points = np.stack([columns + 0.5, rows + 0.5, np.ones(len(rows))]) / [[size], [size], [1]]
    wanted = np.where(known[mask], -1.0, 1.0)
    wanted = (wanted - wanted.mean()) / wanted.std()
    corners = np.asarray(corners, np.float64)
    module = float(np.hypot(*(corners[1] - corners[0]))) / size
    even = grey.astype(np.float32) - cv2.blur(grey, (int(module * 12) | 1,) * 2)
    along, down = (corners[1] - corners[0]) / size, (corners[3] - corners[0]) / size

    def best(quads: Any) -> tuple[float, Any]:
        at = _projected(quads, points).astype(np.float32)
        seen = cv2.remap(even, at[:, 0], at[:, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        seen = (seen - seen.mean(1, keepdims=True)) / (seen.std(1, keepdims=True) + 1e-3)
        scores = seen @ wanted / len(wanted)
        return float(scores.max()), quads[int(scores.argmax())]

    reach = np.arange(-0.22 * size, 0.22 * size + 1, 1.5)
    shifts = (reach[:, None, None] * along + reach[None, :, None] * down).reshape(-1, 2)
    quads = np.repeat(corners[None], len(shifts) + 1, 0)
    quads[1:, 2] += shifts
    score, corners = best(quads)
    steps = np.array([[i, along * a + down * b] for i in range(4) for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1))], dtype=object)
    for stride in (0.8, 0.4, 0.4, 0.2, 0.2, 0.1):
        for _ in range(3):
            quads = np.repeat(corners[None], len(steps) + 1, 0)
            for nth, (corner, move) in enumerate(steps, 1):
                quads[nth, corner] += move * stride
            better, corners = best(quads)
            if better <= score:
                break
            score = better
    return score, corners


def _projected(quads: Any, points: Any) -> Any:
    """Points of the unit square (3, n) in each of the quadrilaterals (m, 4, 2): (m, 2, n)."""
    unit = ((0, 0), (1, 0), (1, 1), (0, 1))
    system, right = np.zeros((len(quads), 8, 8)), np.zeros((len(quads), 8))
    for nth, (u, v) in enumerate(unit):
        x, y = quads[:, nth, 0], quads[:, nth, 1]
        system[:, 2 * nth, :3] = u, v, 1
        system[:, 2 * nth + 1, 3:6] = u, v, 1
        system[:, 2 * nth, 6], system[:, 2 * nth, 7] = -u * x, -v * x
        system[:, 2 * nth + 1, 6], system[:, 2 * nth + 1, 7] = -u * y, -v * y
        right[:, 2 * nth], right[:, 2 * nth + 1] = x, y
    solved = np.linalg.solve(system, right[..., None])[..., 0]
    matrix = np.concatenate([solved, np.ones((len(quads), 1))], 1).reshape(-1, 3, 3)
    seen = matrix @ points
    return seen[:, :2] / seen[:, 2:]


def _laid(grey: Any, corners: Any, size: int, bent: bool) -> tuple[float, Any]:
    """(likeness, one value a module with ROUND more on each side) if the symbol had `size` modules a side."""
    margin, side = ROUND * STEP, size * STEP
    goal = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32) + margin
    plane = cv2.getPerspectiveTransform(goal, np.asarray(corners, np.float32))
    whole = side + 2 * margin
    flat = cv2.warpPerspective(grey, plane, (whole, whole), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    moved_x, moved_y = _moved(flat, size) if bent else (0.0, 0.0)
    at = (np.arange(size + 2 * ROUND) + 0.5) * STEP - 0.5
    x, y = np.meshgrid(at, at)
    smooth = cv2.GaussianBlur(flat, (0, 0), STEP * 0.22)
    values = cv2.remap(smooth, (x + moved_x).astype(np.float32), (y + moved_y).astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    known, mask = _frame(size)
    likeness = 0.0
    for sharp in (values, _taken_back(values, _gauss(0.6))):
        inner = (sharp < _middle(sharp))[ROUND:-ROUND, ROUND:-ROUND]
        likeness = max(likeness, float((inner == known)[mask].mean()))
    return likeness, values


def _moved(flat: Any, size: int) -> tuple[Any, Any]:
    """How far each module lies off its place, in dots, along x and y."""
    count = size + 2 * ROUND
    picture = cv2.GaussianBlur(flat, (0, 0), 1.2).astype(np.float32)
    picture += SHARPER * (picture - cv2.GaussianBlur(picture, (0, 0), STEP * 0.7))  # edges that blur has drowned
    carrier = np.exp(2j * np.pi * (np.arange(flat.shape[0]) + 0.5) / STEP)
    answers = []
    for axis in (1, 0):
        edges = np.abs(cv2.Sobel(picture, cv2.CV_32F, int(axis == 1), int(axis == 0), ksize=3))
        edges = np.minimum(edges, np.percentile(edges, 97))
        wave = edges * (carrier[None, :] if axis == 1 else carrier[:, None])
        real, imaginary = (cv2.GaussianBlur(part.astype(np.float32), (0, 0), STEP * 2.6) for part in (wave.real, wave.imag))
        every = (np.arange((count + 1) // 2) * 2 * STEP + STEP // 2).astype(int)  # every second module: the field is smooth
        coarse = _unwrapped((real + 1j * imaginary)[np.ix_(every, every)]) * STEP / (2 * np.pi)
        where = (np.arange(count) / 2).astype(np.float32)
        answers.append(cv2.remap(coarse, *np.meshgrid(where, where), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    return answers[0], answers[1]


def _unwrapped(field: Any) -> Any:
    """The phase without jumps, grown from the upper left square outwards, over the clearest neighbours first."""
    count = field.shape[0]
    phase, clear = np.angle(field), np.abs(field)
    answer, done = np.zeros_like(phase), np.zeros(phase.shape, bool)
    start = ((ROUND + 3) // 2, (ROUND + 3) // 2)
    answer[start], done[start] = phase[start], True
    heap: list[tuple[float, int, int, float]] = []

    def reach(row: int, column: int) -> None:
        for r, c in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            if 0 <= r < count and 0 <= c < count and not done[r, c]:
                heapq.heappush(heap, (-clear[r, c], r, c, answer[row, column]))

    reach(*start)
    while heap:
        _, row, column, beside = heapq.heappop(heap)
        if not done[row, column]:
            answer[row, column] = beside + (phase[row, column] - beside + np.pi) % (2 * np.pi) - np.pi
            done[row, column] = True
            reach(row, column)
    return cv2.GaussianBlur(answer.astype(np.float32), (0, 0), 1.0)


def _middle(values: Any) -> Any:
    """Between dark and light, as they are in the neighbourhood of each module."""
    around = np.ones((11, 11), np.uint8)
    calm = cv2.GaussianBlur(values, (0, 0), 0.6)
    low, high = cv2.erode(calm, around), cv2.dilate(calm, around)
    return (cv2.blur(low, (9, 9)) + cv2.blur(high, (9, 9))) / 2 * 0.5 + cv2.GaussianBlur(values, (0, 0), 3.5) * 0.5


def _sharpened(values: Any, foreshortened: Any) -> Iterator[Any]:
    """As they are, without round blurs, without streaks. A blur of the lens has one width in the picture, so it covers more modules
    where the paper leans away."""
    yield values
    round_ones = [_taken_back(values, _gauss(each)) for each in SIGMAS]
    for sigma in BLURS:
        here = np.clip(sigma * foreshortened, SIGMAS[0], SIGMAS[-1])
        yield sum(np.clip(1 - np.abs(here - each) / (SIGMAS[1] - SIGMAS[0]), 0, 1) * one for each, one in zip(SIGMAS, round_ones, strict=True))
    for length in STREAKS:
        for turn in np.arange(8) * np.pi / 8:
            points = np.linspace(-length / 2, length / 2, 25)
            yield _taken_back(values, sum(_gauss(0.35, np.sin(turn) * p, np.cos(turn) * p) for p in points) / len(points))


def _foreshortened(corners: Any, size: int) -> Any:
    """How much smaller than in the middle a module is seen at each place."""
    at = (np.arange(size + 2 * ROUND) - ROUND + 0.5) / size
    x, y = np.meshgrid(at, at)
    points = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    seen = [_projected(corners[None], points + np.array([[dx], [dy], [0]]) / size)[0] for dx, dy in ((0, 0), (1, 0), (0, 1))]
    across, down = seen[1] - seen[0], seen[2] - seen[0]
    area = np.abs(across[0] * down[1] - across[1] * down[0]).reshape(x.shape)
    return np.sqrt(area[area.shape[0] // 2, area.shape[1] // 2] / np.maximum(area, 1e-6))


def _gauss(sigma: float, row: float = 0.0, column: float = 0.0) -> Any:
    at = np.arange(-3, 4)
    kernel = np.exp(-((at[:, None] - row) ** 2 + (at[None, :] - column) ** 2) / (2 * (sigma**2 + 0.08)))  # a module is itself a square, not a point
    return kernel / kernel.sum()


def _taken_back(values: Any, kernel: Any, noise: float = 0.004) -> Any:
    """Wiener's filter on the lattice."""
    level = cv2.GaussianBlur(values, (0, 0), 5)
    spectrum = np.fft.fft2(values - level)
    whole = np.zeros(values.shape)
    whole[:7, :7] = kernel
    transfer = np.fft.fft2(np.roll(whole, (-3, -3), (0, 1)))
    return (np.fft.ifft2(spectrum * np.conj(transfer) / (np.abs(transfer) ** 2 + noise)).real + level).astype(np.float32)


def _frame(size: int) -> tuple[Any, Any]:
    """(dark, where): the squares, timing and alignment patterns that every symbol of this size has (ISO/IEC 18004, 6.3)."""
    dark, where = np.zeros((size, size), bool), np.zeros((size, size), bool)
    where[6, :], where[:, 6] = True, True
    dark[6, ::2], dark[::2, 6] = True, True
    places = _alignments(size)
    for row in places:
        for column in places:
            if (row, column) in ((6, 6), (6, size - 7), (size - 7, 6)):
                continue
            part = np.ones((5, 5), bool)
            part[1:4, 1:4] = False
            part[2, 2] = True
            dark[row - 2 : row + 3, column - 2 : column + 3], where[row - 2 : row + 3, column - 2 : column + 3] = part, True
    square = np.zeros((9, 9), bool)
    square[1:8, 1:8] = True
    square[2:7, 2:7] = False
    square[3:6, 3:6] = True
    dark[:8, :8], where[:8, :8] = square[1:, 1:], True
    dark[:8, -8:], where[:8, -8:] = square[1:, :8], True
    dark[-8:, :8], where[-8:, :8] = square[:8, 1:], True
    return dark, where


def _alignments(size: int) -> list[int]:
    """The rows (and columns) in whose crossings alignment patterns stand."""
    version = (size - 17) // 4
    if version < 2:
        return []
    count = version // 7 + 2
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    rest = [size - 7 - step * nth for nth in range(count - 1)]
    places = [6, *sorted(rest)]
    assert all(b > a for a, b in pairwise(places))
    return places
