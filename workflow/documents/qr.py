"""QR symbols, level M, drawn as one stroked path.

`qrcode` spends four fifths of its time trying the eight masks; any mask is valid, so one is fixed. The digits of the
token go in as a numeric segment of their own (3.3 bits a digit), the rest as bytes: the segments are said explicitly.
A path of horizontal runs, stroked one module wide, is read by zbar from 72 dpi on; squares of their own are not.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode
from qrcode.util import BIT_LIMIT_TABLE, MODE_8BIT_BYTE, MODE_NUMBER, QRData, length_in_bits

LEAST = 35.0  # millimetres
MODULE = 2 * 25.4 / 100  # millimetres; zbar needs whole dots there, at 1.9 a module it reads nothing
QUIET = 4  # modules of white that the standard asks for on every side
MASK = 2  # vertical stripes of three

_LONG_DIGITS = re.compile(r"([0-9]{12,})", re.ASCII)


def matrix(text: str) -> list[list[bool]]:
    """The modules, row by row, True is dark, without the quiet zone. Raises DataOverflowError past version 40."""
    parts = [(MODE_NUMBER if _LONG_DIGITS.fullmatch(part) else MODE_8BIT_BYTE, part.encode()) for part in _LONG_DIGITS.split(text) if part]
    code = QRCode(_version(parts), error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    for mode, data in parts:
        code.add_data(QRData(data, mode=mode, check_data=False))
    code.make(fit=False)
    return [[bool(module) for module in row] for row in code.modules]


def _version(parts: list[tuple[int, bytes]]) -> int:
    """The smallest version that holds them. The library would lay all bits down twice to count them."""
    for version in range(1, 41):
        if sum(4 + length_in_bits(mode, version) + _bits(mode, len(data)) for mode, data in parts) <= BIT_LIMIT_TABLE[ERROR_CORRECT_M][version]:
            return version
    raise DataOverflowError


def _bits(mode: int, signs: int) -> int:
    return signs // 3 * 10 + (0, 4, 7)[signs % 3] if mode == MODE_NUMBER else signs * 8


def svg_path(text: str) -> str:
    """The `d` of the path: dark runs as lines through the middle of their row, in modules, quiet zone included."""
    return _path(matrix(text))


def svg(text: str, title: str) -> Markup:
    """An SVG element, its quiet zone around it, `title` said by screen readers.

    The symbol measures 35 mm or more: a module is never smaller than two dots of a page scanned at 100 dpi.
    """
    rows = matrix(text)
    size = len(rows) + 2 * QUIET
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" role="img" width="{width:.3f}mm"'
        ' height="{width:.3f}mm" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        '<title>{title}</title><path fill="none" stroke="#000" stroke-width="1" d="{path}"/></svg>'
    ).format(title=title, width=width_mm(rows), size=size, path=_path(rows))


def width_mm(rows: list[list[bool]]) -> float:
    """How wide a symbol is printed, quiet zone included, in millimetres."""
    return max(LEAST, MODULE * len(rows)) * (len(rows) + 2 * QUIET) / len(rows)


def runs(rows: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """(x, y, length) of every horizontal run of dark modules, the quiet zone counted in."""
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield start + QUIET, y + QUIET, x - start
                start = None


def _path(rows: list[list[bool]]) -> str:
    return "".join(f"M{x} {y}.5h{length}" for x, y, length in runs(rows))
