"""Reads a QR code from a picture or a PDF page: the only importer of the decoders (zxing-cpp, pyzbar).

`read` is what the doors, the window and the commands call; decoding happens in a child of the sandbox (`decode_image`), since
zbar is C and has aborted processes. A ladder of steps, cheapest first, stops at the first text that the wanted pattern
accepts: a wrong text from one engine does not end the search. What is found and not read is laid flat at the end (lattice.py).

Why this order: docs/credential.md, decode table (`python -m tests.bench.bench_decode` prints it). zxing-cpp reads nearly twice as many
photographs as pyzbar in an eighth of its time; pyzbar stands second, where the two see differently. Change it only with that table.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workflow.intake import sandbox, warm
from workflow.intake.findings import Finding, found
from workflow.reading.pictures import MOST_BYTES, RULES, Unreadable, too_large, views

__all__ = ["MOST_BYTES", "RULES", "Reading", "decode_image", "read"]
THOROUGH, BRIEF = 1.8, 0.35  # CPU seconds in the child, after which the ladder is left: for a picture that was chosen, for a frame of a camera
WITH_OTHER = 0.8  # where only a strange code was read so far: ours may lie beside it
LIMITS = sandbox.Limits(cpu_seconds=5, seconds=20)  # the first binds; the second is for a machine that is busy with other things
PLACES = 4  # where something was found and not read: how many are laid flat
# fmt: off
QUICK = (  # engine, scale, treatment
    ("zxing", 1, ""),
    ("zbar",  1, "at most 1000"),
)
SLOW = (
    ("zxing", 2, ""),
    ("zxing", 2, "sharp"),
    ("zxing", 2, "contrast"),
    ("zxing", 0.5, ""),
    ("zxing", 2, "even"),
    ("zxing", 1, "one threshold"),
)
# fmt: on
LADDER = QUICK + SLOW


@dataclass(frozen=True)
class Reading:
    """`text` is the first text that fits, None with the reason in `finding`; `by` is the step that read it
    ("zxing 2 sharp"); `seen` are up to three other texts; `ms` is the time in the child without starting it."""

    text: str | None = None
    ms: float = 0.0
    by: str = ""
    seen: tuple[str, ...] = ()
    finding: Finding | None = None


def read(data: bytes, pattern: str = r"(?s).+", *, others: bool = False, thorough: bool = True) -> Reading:
    """The text of a QR code in `data` (a picture or PDF) that fully matches `pattern`. No picture makes it raise.

    The pattern is ours, never a stranger's; it travels as text because the decision falls in the child. `others`: where nothing
    fits, the first other text is the answer. Not `thorough`: give up soon, for the next frame of a camera is on its way.
    """
    re.compile(pattern)
    refused = too_large(data)
    if refused:
        return Reading(finding=refused)
    result = warm.run("scan", data, args={"pattern": pattern, "others": others, "budget": THOROUGH if thorough else BRIEF}, limits=LIMITS)
    if result.value is None:
        return Reading(finding=result.finding)
    seen = result.value
    finding = Finding.from_dict(seen["finding"]) if seen["finding"] else None
    return Reading(seen["text"], float(seen["ms"]), str(seen["by"]), tuple(seen["seen"]), finding)


def make_ready() -> None:
    """Before the first picture, in the process that stays: import everything, once."""
    import cv2
    from PIL import Image

    from workflow.reading import lattice, squares  # noqa: F401

    cv2.setNumThreads(0)
    Image.init()
    _engines()


def decode_image(data: bytes, pattern: str, others: bool = False, budget: float = THOROUGH) -> tuple[dict[str, Any], dict[str, bytes]]:
    """In the child: open, then climb the ladder."""
    started = time.monotonic()
    search = _Search(re.compile(pattern).fullmatch, budget)
    finding = None
    try:
        search.run(data)
    except Unreadable as why:
        finding = why.args[0].as_dict()
    if search.text is None and search.seen and others:
        search.text, search.by = search.seen[0]
    seen = [text for text, _ in search.seen][:3]
    if search.text is None and finding is None:
        finding = found(RULES, "other_code" if seen else "no_code").as_dict()
    ms = round((time.monotonic() - started) * 1000, 2)
    return {"text": search.text, "by": search.by, "seen": seen, "finding": None if search.text else finding, "ms": ms}, {}


class _Search:
    """One picture's climb: what was read, what was found and not read, and until when."""

    def __init__(self, fits: Any, budget: float) -> None:
        self.began = time.process_time()
        self.fits, self.deadline, self.engines = fits, self.began + budget, _engines()
        self.text: str | None = None
        self.by = ""
        self.seen: list[tuple[str, str]] = []
        self.places: list[tuple[Any, Any, int]] = []

    def run(self, data: bytes) -> None:
        pages = []
        for grey in views(data):  # the quick steps on every page before the slow ones on any
            pages.append(grey)
            if self._climb(QUICK, grey):
                return
        for grey in pages:
            if self._climb(SLOW, grey):
                return
        self._flatten(pages)

    def _over(self) -> bool:
        return time.process_time() > (min(self.deadline, self.began + WITH_OTHER) if self.seen else self.deadline)

    def _climb(self, rungs: Any, grey: Any) -> bool:
        from workflow.reading import treatments

        for engine, scale, treatment in rungs:
            if self._over():
                return False
            copy, real = treatments.prepared(grey, scale, treatment)
            if copy is None or self.engines[engine] is None:
                continue
            for text, corners, modules in self.engines[engine](copy, one=treatment == "one threshold"):
                if text is None:
                    self.places.append((grey, [(x / real, y / real) for x, y in corners], modules))
                elif self._take(text, f"{engine} {scale:g} {treatment}".strip()):
                    return True
        return False

    def _flatten(self, pages: list[Any]) -> None:
        """What decoders found and could not read, then what squares tell; the clearest sizes first are in lattice.py."""
        from workflow.reading import lattice, squares, treatments

        tried: list[Any] = []
        for grey, corners, modules in self._all_places(pages, squares):
            if self._over() or len(tried) >= PLACES:
                return
            if any(treatments.same_place(corners, other) for other in tried):
                continue
            tried.append(corners)
            for pure in lattice.flattened(grey, corners, modules):
                for text, _, _ in self.engines["zxing"](pure, pure=True):
                    if text is not None and self._take(text, "lattice"):
                        return

    def _all_places(self, pages: list[Any], squares: Any) -> Iterator[Any]:
        yield from self.places[:PLACES]
        for grey in pages[:2]:
            if not self._over():
                yield from ((grey, corners, modules) for corners, modules in squares.symbols(grey))

    def _take(self, text: str, by: str) -> bool:
        if self.fits(text):
            self.text, self.by = text, by
            return True
        if text not in [other for other, _ in self.seen] and len(self.seen) < 3:
            self.seen.append((text[:8192], by))
        return False


_made: dict[str, Any] = {}


def _engines() -> dict[str, Any]:
    if not _made:
        _made.update(zxing=_zxing(), zbar=_zbar())
    return _made


def _zxing() -> Any:
    """(text, corners, modules) of the QR codes of a grey array; text is None where one was found and not read. None where the engine is absent."""
    try:
        import zxingcpp
    except ImportError:
        return None
    formats: Any = zxingcpp.BarcodeFormat.QRCode

    def texts(grey: Any, one: bool = False, pure: bool = False) -> Iterator[Any]:
        binarizer = zxingcpp.Binarizer.GlobalHistogram if one else zxingcpp.Binarizer.LocalAverage
        for each in zxingcpp.read_barcodes(grey, formats=formats, text_mode=zxingcpp.TextMode.Plain, binarizer=binarizer, is_pure=pure, return_errors=not pure):
            extra: Any = each.extra or {}
            at, version = each.position, str(extra.get("Version", ""))
            corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
            if each.valid:
                yield each.text, corners, 0
            elif version.isdigit():
                yield None, corners, 17 + 4 * int(version)

    return texts


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

    def texts(grey: Any, one: bool = False, pure: bool = False) -> Iterator[Any]:
        for each in pyzbar.decode(grey, symbols=kinds):
            yield each.data.decode("utf-8", "replace"), [], 0

    return texts
