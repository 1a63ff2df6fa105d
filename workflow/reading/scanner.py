"""Reads a QR code from a picture or a PDF page: the only importer of the decoders (zxing-cpp, pyzbar).

`read` is what the doors, the window and the commands call; decoding happens in the sandboxed child (`decode_image`), since
zbar is C and has aborted processes. A ladder of steps, cheapest first, stops at the first text that the wanted pattern
accepts: a wrong text from one engine does not end the search.

Why this order (quality.md, 360 degraded photographs of a notice, correct and median): zxing-cpp alone 295 in 2.4 ms, pyzbar
alone 166 in 24 ms; zxing-cpp with a doubled and a sharpened copy 344 of the 346 that anything reads. So zxing-cpp first,
pyzbar where they see differently, a local threshold last. Change the order here only with a table from tests/bench.
"""

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workflow.intake import sandbox
from workflow.intake.findings import N_, Finding, Rule, found, size_text

MOST_BYTES = 20 * 1024**2
MOST_PIXELS = 120_000_000  # read from the header; a JPEG this large is decoded at a fraction
LONGEST_SIDE = 4000  # px; the camera of a phone gives no more detail than this
BUDGET = 2.0  # CPU seconds in the child, after which the ladder is left
QUICK = 2  # the first steps of the ladder that cost next to nothing
MOST_PAGES = 3
PAGE_DPI = 200
LIMITS = sandbox.Limits(cpu_seconds=8, seconds=10)
# fmt: off
RULES = {
    "empty":      Rule("reject", N_("The picture is empty (0 bytes). Take it again.")),
    "filesize":   Rule("reject", N_("The picture has %(measured)s; at most %(limit)s are read. Take it again at a lower resolution.")),
    "not_picture": Rule("reject", N_("This file is no picture that can be read. Take a photo of the code, or choose a JPG, PNG or PDF file.")),
    "pixels":     Rule("reject", N_("The picture has %(measured)s pixels; at most %(limit)s are read. Take it again at a lower resolution.")),
    "no_code":    Rule("reject", N_("No code was found in the picture. Hold the paper flat and in even light, let the code fill half of the picture, and try again, or type the code printed below it.")),
    "other_code": Rule("reject", N_("The code in the picture is not one of a notice, receipt or card of this service. Choose the code of the notice.")),
}
LADDER = (  # engine, scale, treatment
    ("zxing", 1, ""),
    ("zbar",  1, ""),
    ("zxing", 0.5, ""),
    ("zxing", 2, ""),
    ("zxing", 2, "sharp"),
    ("zbar",  2, "adaptive"),
)
# fmt: on


@dataclass(frozen=True)
class Reading:
    """`text` is the first text that fits, None with the reason in `finding`; `by` is the step that read it
    ("zxing 2 sharp"); `seen` are up to three other texts; `ms` is the time in the child without starting it."""

    text: str | None = None
    ms: float = 0.0
    by: str = ""
    seen: tuple[str, ...] = ()
    finding: Finding | None = None


def read(data: bytes, pattern: str = r"(?s).+") -> Reading:
    """The text of a QR code in `data` (JPEG, PNG, WebP, GIF, BMP or PDF) that fully matches `pattern`. No picture makes it raise.

    The pattern is ours, never a stranger's; it travels as text because the decision falls in the child.
    """
    re.compile(pattern)
    if not data:
        return Reading(finding=found(RULES, "empty", "0 B", "> 0 B"))
    if len(data) > MOST_BYTES:
        return Reading(finding=found(RULES, "filesize", size_text(len(data)), size_text(MOST_BYTES)))
    result = sandbox.run("scan", data, args={"pattern": pattern}, limits=LIMITS)
    if result.value is None:
        return Reading(finding=result.finding)
    seen = result.value
    finding = Finding.from_dict(seen["finding"]) if seen["finding"] else None
    return Reading(seen["text"], float(seen["ms"]), str(seen["by"]), tuple(seen["seen"]), finding)


def decode_image(data: bytes, pattern: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """In the child: open, then climb the ladder."""
    from PIL import Image

    Image.preinit()
    fits = re.compile(pattern).fullmatch
    engines = {"zxing": _zxing(), "zbar": _zbar()}
    start, worked = time.monotonic(), time.process_time()
    answer: dict[str, Any] = {"text": None, "by": "", "seen": [], "finding": None, "ms": 0.0}
    try:
        pages = list(_pictures(data))
        copies: list[dict[tuple[float, str], Any]] = [{} for _ in pages]
        for rungs in (LADDER[:QUICK], LADDER[QUICK:]):  # the quick steps on every page before the slow ones on any
            for picture, kept in zip(pages, copies, strict=True):
                if answer["text"] is None:
                    _climb(rungs, picture, kept, engines, fits, worked + BUDGET, answer)
        if answer["text"] is None:
            answer["finding"] = found(RULES, "other_code" if answer["seen"] else "no_code").as_dict()
    except Unreadable as why:
        answer["finding"] = why.args[0].as_dict()
    answer["ms"] = round((time.monotonic() - start) * 1000, 2)
    return answer, {}


class Unreadable(Exception):
    """Carries the Finding that says why there is no picture."""


def _climb(rungs: Any, picture: Any, copies: Any, engines: Any, fits: Any, deadline: float, answer: dict[str, Any]) -> None:
    """Try the steps on one grey picture until a text fits. Prepared copies are kept: several steps share them."""
    for engine, scale, treatment in rungs:
        if time.process_time() > deadline:
            return
        if engines[engine] is None:
            continue
        key = (scale, treatment)
        if key not in copies:
            copies[key] = _prepared(picture, scale, treatment)
        if copies[key] is None:
            continue
        for text in engines[engine](copies[key]):
            if fits(text):
                answer.update(text=text, by=f"{engine} {scale:g} {treatment}".strip())
                return
            if text not in answer["seen"] and len(answer["seen"]) < 3:
                answer["seen"].append(text[:300])


def _prepared(picture: Any, scale: float, treatment: str) -> Any:
    """A copy for one step, None where it would only cost time: large pictures are not doubled, small ones not halved."""
    from PIL import Image, ImageChops, ImageFilter  # in the child, after its limits

    longest = max(picture.size)
    if (scale > 1 and longest > 2400) or (scale < 1 and longest < 1400):
        return None if not treatment else _prepared(picture, 1, treatment)
    copy = picture
    if scale != 1:
        size = tuple(max(1, round(side * scale)) for side in picture.size)
        copy = picture.resize(size, Image.Resampling.BICUBIC)
    if treatment == "sharp":
        return copy.filter(ImageFilter.UnsharpMask(radius=3, percent=250, threshold=0))
    if treatment == "adaptive":  # darker than its neighbourhood by 7 grey levels
        around = copy.filter(ImageFilter.BoxBlur(max(copy.size) / 40))
        return ImageChops.subtract(copy, around, 1, 135).point(lambda level: 255 if level > 128 else 0)
    return copy


def _pictures(data: bytes) -> Iterator[Any]:
    """Grey pictures to search: one of an image, up to three pages of a PDF."""
    if data[:5] == b"%PDF-":
        yield from _pages(data)
        return
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    try:
        image: Any = Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "GIF", "BMP"])
        if image.width * image.height > MOST_PIXELS:
            raise Unreadable(found(RULES, "pixels", f"{image.width} × {image.height}", f"{MOST_PIXELS:,}"))
        if image.format in ("JPEG", "MPO"):
            image.draft("L", (LONGEST_SIDE // 2, LONGEST_SIDE // 2))
        elif image.mode in ("RGBA", "LA", "P", "PA"):  # transparent means paper
            image = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        grey = image.convert("L")
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Unreadable(found(RULES, "not_picture")) from None
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    yield grey


def _pages(data: bytes) -> Iterator[Any]:
    """A notice saved as PDF is a picture too: draw its first pages."""
    try:
        import pypdfium2  # type: ignore[import-untyped]
    except ImportError:
        raise Unreadable(found(RULES, "not_picture")) from None
    try:
        pdf = pypdfium2.PdfDocument(data)
        for number in range(min(len(pdf), MOST_PAGES)):
            page = pdf[number]
            scale = min(PAGE_DPI / 72, LONGEST_SIDE / max(*page.get_size(), 1))
            yield page.render(scale=scale).to_pil().convert("L")
    except pypdfium2.PdfiumError:
        raise Unreadable(found(RULES, "not_picture")) from None


def _zxing() -> Any:
    """Texts of the QR codes of a grey picture, or None where the engine is absent."""
    try:
        import zxingcpp
    except ImportError:
        return None
    formats: Any = zxingcpp.BarcodeFormat.QRCode
    return lambda picture: [each.text for each in zxingcpp.read_barcodes(picture, formats=formats, text_mode=zxingcpp.TextMode.Plain)]


def _zbar() -> Any:
    """The same by zbar. pyzbar asks ldconfig and a compiler where the library is: in the sandbox it is named instead."""
    import ctypes.util

    ask, ctypes.util.find_library = ctypes.util.find_library, lambda name: f"lib{name}.so.0"
    try:
        from pyzbar import pyzbar
    except (ImportError, OSError):
        return None
    finally:
        ctypes.util.find_library = ask
    kinds = [pyzbar.ZBarSymbol.QRCODE]
    return lambda picture: [each.data.decode("utf-8", "replace") for each in pyzbar.decode(picture, symbols=kinds)]
