"""The last hand on a file before it is written: what WeasyPrint 70 leaves to be done for a PDF/A-3a that is small and can be read aloud.

- Each attachment is named once in /AF (it names them twice).
- Coordinates are said to a hundredth of a pixel (2.6 µm), and kernings of nothing not at all: a twentieth of the paper's weight.
- Each face loses the tables that drawing does not need, and every object's bytes are made once.
- Text of scripts whose signs stand in another order than they are said (Devanagari, Bengali …) carries its words beside its drawing (/ActualText):
  a map from glyph to letter cannot tell the order, and gives some glyphs no letter at all.

Reads WeasyPrint's own objects, whose shape is not published: the version is pinned, tests look.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import weasyprint.pdf
from weasyprint.pdf.stream import Stream

from .slimming import slim

_pydyf = weasyprint.pdf.pydyf
# a long number, and what follows it on its line: scales, colours and sizes keep every digit
_LONG = re.compile(rb"(\d+\.\d{3,})(?=[ \n])(?![^\n]* (?:cm|rg|RG|Tf)\n)")


class Spoken(Stream):  # type: ignore[misc]
    """A page that carries the words of such a text beside its drawing. Takes the place of WeasyPrint's own page, which cannot be told to."""

    @contextmanager
    def marked(self, box: Any, tag: str) -> Iterator[None]:
        words = getattr(box, "text", "")
        with super().marked(box, tag):
            if not said_otherwise(words):
                yield
                return
            self.begin_marked_content("Span", _pydyf.Dictionary({"ActualText": _pydyf.String(words)}))
            try:
                yield
            finally:
                self.end_marked_content()


weasyprint.pdf.Stream = Spoken


def finish(_document: object, pdf: Any) -> None:
    """WeasyPrint's `finisher`: `pdf` is the pydyf document, complete but not yet written."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    pages = {int(page["Contents"].split()[0]) for page in pdf.objects if isinstance(page, dict) and page.get("Type") == "/Page"}
    for number in pages:
        drawn = pdf.objects[number]
        drawn.stream = [_LONG.sub(_short, b"\n".join(map(_bytes, drawn.stream))).replace(b">0<", b"")]
    for face in [each for each in pdf.objects if isinstance(each, _pydyf.Stream) and "Length1" in each.extra]:
        slender = slim(face.stream[0])
        face.stream, face.extra["Length1"] = [slender], len(slender)
    pdf.objects[:] = [each if each.free == "f" else Settled(each) for each in pdf.objects]


class Settled(_pydyf.Object):  # type: ignore[misc, name-defined]
    """An object whose bytes are made once. pydyf makes them twice, for the file and for its identifier, and compresses twice with them."""

    data = b""
    compressible = False

    def __init__(self, whole: Any):
        super().__init__()
        self.number, self.generation, self.free = whole.number, whole.generation, whole.free
        self.data, self.compressible = _stream(whole) if isinstance(whole, _pydyf.Stream) and whole.compress else whole.data, whole.compressible


def _stream(whole: Any) -> bytes:
    """As pydyf writes it, but for the last effort of compression, which takes forty parts of a hundred more time and saves four of a thousand."""
    packed = zlib.compress(b"\n".join(map(_pydyf._to_bytes, whole.stream)), 7)
    told = _pydyf.Dictionary({**whole.extra, "Filter": "/FlateDecode", "Length": len(packed)})
    return b"\n".join((told.data, b"stream", packed, b"endstream"))


def said_otherwise(text: str) -> bool:
    """It has marks that may stand before the letter they follow. (What is written from right to left, readers turn round themselves.)"""
    kinds = {unicodedata.category(sign) for sign in text}
    return bool(kinds & {"Mc", "Mn"}) and not any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)


def _bytes(part: Any) -> bytes:
    """An operator as pydyf writes it: bytes, text, or one of its objects."""
    part = getattr(part, "data", part)
    return part if isinstance(part, bytes) else str(part).encode()


def _short(found: re.Match[bytes]) -> bytes:
    return b"%g" % round(float(found[1]), 2)
