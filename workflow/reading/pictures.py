"""From the bytes of a picture or a PDF to grey arrays to search: in the sandbox's child only.

A view is yielded when the one before it showed nothing: a large JPEG first at a fraction (decoding it so costs a quarter), then whole.
"""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np

from workflow.intake.findings import N_, Rule, found, size_text

MOST_BYTES = 30 * 1024**2
MOST_PIXELS = 120_000_000  # read from the header, before anything is decoded
FIRST_SIDE = 1900  # px; a first view is never smaller, where the picture is larger
LONGEST_SIDE = 8200  # px; 48 megapixels of a phone are looked at whole
MOST_PAGES = 3
PAGE_DPI = 200
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM")
# fmt: off
RULES = {
    "empty":      Rule("reject", N_("The picture is empty (0 bytes). Take it again.")),
    "filesize":   Rule("reject", N_("The picture has %(measured)s; at most %(limit)s are read. Take it again at a lower resolution.")),
    "not_picture": Rule("reject", N_("This file is no picture that can be read. Take a photo of the code, or choose a JPG, PNG or PDF file.")),
    "pixels":     Rule("reject", N_("The picture has %(measured)s pixels; at most %(limit)s are read. Take it again at a lower resolution.")),
    "no_code":    Rule("reject", N_("No code was found in the picture. Hold the paper flat and in even light, let the code fill half of the picture, and try again, or type the code printed below it.")),
    "other_code": Rule("reject", N_("The code in the picture is not one of a notice, receipt or card of this service. Choose the code of the notice.")),
}
# fmt: on


class Unreadable(Exception):
    """Carries the Finding that says why there is no picture."""


def too_large(data: bytes) -> Any:
    """The finding for no bytes or too many, else None."""
    if not data:
        return found(RULES, "empty", "0 B", "> 0 B")
    return found(RULES, "filesize", size_text(len(data)), size_text(MOST_BYTES)) if len(data) > MOST_BYTES else None


def views(data: bytes) -> Iterator[Any]:
    """Grey arrays to search: one or two of an image, up to three pages of a PDF. Raises Unreadable."""
    if data[:5] == b"%PDF-":
        yield from _pages(data)
        return
    from PIL import Image

    trouble = (OSError, ValueError, SyntaxError, EOFError, OverflowError, AttributeError, KeyError, TypeError, Image.DecompressionBombError)
    Image.MAX_IMAGE_PIXELS = None
    try:
        image: Any = Image.open(io.BytesIO(data), formats=FORMATS)
        size = image.size
        if size[0] * size[1] > MOST_PIXELS:
            raise Unreadable(found(RULES, "pixels", f"{size[0]} × {size[1]}", f"{MOST_PIXELS:,}"))
        if image.format in ("JPEG", "MPO"):
            image.draft("L", (FIRST_SIDE, FIRST_SIDE))
        first = _grey(image)
    except trouble:
        raise Unreadable(found(RULES, "not_picture")) from None
    if image.size == size:
        yield from _smaller_first(first)
        return
    yield first
    del first, image
    try:
        yield _bounded(_grey(Image.open(io.BytesIO(data), formats=FORMATS)))
    except trouble:
        return


def _smaller_first(whole: Any) -> Iterator[Any]:
    if max(whole.shape) > 2 * FIRST_SIDE:
        yield _bounded(whole, FIRST_SIDE)
    yield _bounded(whole)


def _grey(image: Any) -> Any:
    """Transparent means paper; sixteen bits become eight."""
    from PIL import Image

    if image.mode in ("RGBA", "LA", "P", "PA"):
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    if image.mode.startswith(("I", "F")):
        deep = np.asarray(image).astype(np.float32)
        return np.clip(deep / (256 if deep.max() > 255 else 1), 0, 255).astype(np.uint8)
    return np.asarray(image.convert("L"))


def _bounded(grey: Any, longest: int = LONGEST_SIDE) -> Any:
    import cv2

    scale = longest / max(grey.shape)
    return grey if scale >= 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _pages(data: bytes) -> Iterator[Any]:
    """A notice saved as PDF is a picture too: draw its first pages."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        pdf = pypdfium2.PdfDocument(data)
        for number in range(min(len(pdf), MOST_PAGES)):
            page = pdf[number]
            scale = min(PAGE_DPI / 72, 4000 / max(*page.get_size(), 1))
            yield np.asarray(page.render(scale=scale, grayscale=True).to_pil().convert("L"))
    except (pypdfium2.PdfiumError, ValueError):
        raise Unreadable(found(RULES, "not_picture")) from None
