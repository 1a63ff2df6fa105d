"""Line drawings written straight into the PDF: the QR symbol and the water lines.

WeasyPrint reads an SVG path with regular expressions, one command at a time: a QR symbol took a tenth of the paper's
time. It asks two things of an image, its size and to draw itself; `Strokes` answers both with ready PDF operators.
The interface is WeasyPrint's own (`weasyprint.images.SVGImage`), unpublished: the version is pinned, tests look.
"""

import re
from pathlib import Path

from .qr import QUIET, matrix, runs, width_mm

_PX_PER_MM = 96 / 25.4


class Strokes:
    """A drawing of straight lines in a box of `size` units, one colour, one width; scaled to where it stands."""

    def __init__(self, size: tuple[float, float], lines: list[str], style: str, width: float | None = None):
        """`lines` are PDF path operators, `style` the state operators before them, `width` CSS pixels if fixed."""
        self._size = size
        self._width = width
        self._operators = "\n".join([style, *lines, "S"]).encode("ascii")

    def get_intrinsic_size(self, _resolution: float, _font_size: float) -> tuple[float | None, float | None, float]:
        ratio = self._size[0] / self._size[1]
        return self._width, self._width and self._width / ratio, ratio

    def draw(self, stream: object, width: float, height: float, _style: object) -> None:
        stream.push_state()  # type: ignore[attr-defined]
        stream.transform(a=width / self._size[0], d=height / self._size[1])  # type: ignore[attr-defined]
        stream.stream.append(self._operators)  # type: ignore[attr-defined]
        stream.pop_state()  # type: ignore[attr-defined]


def symbol(text: str) -> Strokes:
    """The QR symbol of `text`, its quiet zone around it, black, each dark run one stroke as wide as a module."""
    rows = matrix(text)
    size = len(rows) + 2 * QUIET
    lines = [f"{x} {y} m {x + length} {y} l" for x, y, length in runs(rows)]
    return Strokes((size, size), lines, "1 0 0 1 0 0.5 cm 0 0 0 RG 1 w 0 J", width_mm(rows) * _PX_PER_MM)


def water_lines(svg: Path) -> Strokes:
    """The ornament, out of its one path of M and L. A solid pale tint: printers need not mix any transparency."""
    source = svg.read_text(encoding="utf-8")
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', source)
    path = re.search(r' d="([ML0-9. -]+)"', source)
    if not box or not path:
        raise ValueError(f"{svg.name} is not the drawing that the papers know")
    points = re.findall(r"([ML])([0-9.-]+) ([0-9.-]+)", path[1])
    lines = [f"{x} {y} {'m' if command == 'M' else 'l'}" for command, x, y in points]
    return Strokes((float(box[1]), float(box[2])), lines, "0.655 0.741 0.78 RG 0.8 w")
