"""Papers as PDF/A-3a: facts in, bytes out. Knows no database, no request and no key; workflow/documents/sign.py certifies what comes out.

`render(kind, facts)` fills templates/papers/<kind>.html and prints it with WeasyPrint. The same facts give the same
bytes. A paper either comes out whole or not at all: a fact that is missing, an address that a template has no
business to fetch, a face that does not load, a sign that no font can draw, anything WeasyPrint would only log, each
raises. Who calls is a job that may try again; nothing decided waits for the printer.

Prepared once a process: the faces (subsets made at set-up; whole Noto where a name needs more), the style sheet and
the ornament. Pango's font map is not made for several threads, so one paper is printed at a time.
"""

import atexit
import base64
import datetime as dt
import gc
import hashlib
import logging
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .attached import Attached
from .pages import KINDS, FactMissing, page
from .strokes import Strokes, symbol, water_lines

__all__ = ["KINDS", "FactMissing", "PaperFailed", "configure", "ready", "render"]

PAPERS = Path(__file__).resolve().parents[2] / "templates" / "papers"
FACES = {
    "paper-serif-regular": ("Paper Serif", 400),
    "paper-serif-bold": ("Paper Serif", 700),
    "paper-sans-regular": ("Paper Sans", 400),
    "paper-sans-bold": ("Paper Sans", 700),
    "paper-latin-regular": ("Paper Latin", 400),
    "paper-latin-bold": ("Paper Latin", 700),
    "paper-mono-bold": ("Paper Mono", 700),
}
_SYSTEM_FONTS = Path("/usr/share/fonts")


class PaperFailed(RuntimeError):
    """The paper cannot be printed as it should be; the message says what stood in the way."""


def configure(fonts_dir: Path | None) -> None:
    """Say where the face files of set-up lie. None, or a face that is not there: the system's Noto CJK."""
    global _fonts_dir
    with _lock:
        if fonts_dir != _fonts_dir:  # another application of the same process keeps the press warm
            _fonts_dir = fonts_dir
            _put_away()


def ready() -> list[str]:
    """What is missing for printing, in words for whoever runs the machine. Empty: all is there."""
    missing = []
    try:
        from weasyprint.text.ffi import harfbuzz_subset
    except OSError as error:
        return [f"pango or one of its libraries (apt package libpango-1.0-0, libpangoft2-1.0-0): {error}"]
    if not harfbuzz_subset:
        missing.append("libharfbuzz-subset0 (without it a page takes twelve seconds)")
    if set(FACES) - _face_files(_fonts_dir).keys() and not any(_SYSTEM_FONTS.rglob("NotoSerifCJK-Regular*")):
        missing.append("the Chinese faces (run the set-up, or install fonts-noto-cjk)")
    if not any(_SYSTEM_FONTS.rglob("NotoSans-Regular*")):
        missing.append("faces for names in other scripts (fonts-noto-core)")
    return missing


def render(kind: str, facts: dict, attached: Iterable[Attached] = ()) -> bytes:
    """The paper as PDF/A-3a. `kind` is one of KINDS; `facts` is JSON-able, its keys are listed in docs/papers.md; `attached` lies in the file.

    Raises FactMissing for a fact that is not there, ValueError for an unknown kind, PaperFailed for the rest.
    """
    html = page(kind, facts)
    if "qr_url" not in facts:
        raise FactMissing("qr_url")
    with _lock:
        return _ready_press().print(html, facts["qr_url"], f"{kind} {facts['number']} {facts['ref']}", attached, facts["issued_on"])


_lock = threading.RLock()
_fonts_dir: Path | None = None
_press: "Press | None" = None


class Press:
    """Faces, style sheet and ornament, made once; `print` sets one page after another with them."""

    def __init__(self, fonts_dir: Path | None):
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        from . import styles  # noqa: F401 (takes its place in WeasyPrint)
        from .fetching import PaperFetcher
        from .finish import finish

        self.finish = finish
        self.pid = os.getpid()
        self.faces = FontConfiguration()
        self.images: dict[str, Strokes] = {"ornament:waterlines": water_lines(PAPERS / "waterlines.svg")}
        files = _face_files(fonts_dir)
        self.fetcher = PaperFetcher({f"face:{name}": path for name, path in files.items()})
        sheet = "".join(_font_face(name) for name in files) + (PAPERS / "paper.css").read_text(encoding="utf-8")
        with _strict():
            self.sheet = CSS(string=sheet, font_config=self.faces, url_fetcher=self.fetcher)

    def print(self, html: str, address: str, identifier: str, attached: Iterable[Attached] = (), day: str = "1970-01-01") -> bytes:
        """One paper: `address` goes into the symbol, `identifier` makes the file's own id, `day` dates what is attached."""
        from .wellformed import Wellformed

        self.images["symbol:qr"] = symbol(address)
        with _strict(), _undisturbed():
            document = Wellformed(html, self.fetcher)
            return document.write_pdf(
                stylesheets=[self.sheet],
                font_config=self.faces,
                cache=self.images,
                pdf_variant="pdf/a-3a",
                pdf_tags=True,
                pdf_identifier=hashlib.sha256(identifier.encode()).digest()[:16],
                attachments=[self._attachment(file, day) for file in attached],
                finisher=self.finish,
            )

    def _attachment(self, file: Attached, day: str) -> Any:
        from weasyprint import Attachment

        moment = dt.datetime.fromisoformat(f"{day}T00:00:00+08:00").astimezone(dt.UTC)
        address = f"data:{file.media_type};base64,{base64.b64encode(file.data).decode()}"  # says its media type, whatever the machine's tables know
        told = {"name": file.name, "description": file.description, "relationship": file.relation, "created": moment, "modified": moment}
        return Attachment(url=address, url_fetcher=self.fetcher, **told)


def _ready_press() -> Press:
    global _press
    if _press and _press.pid != os.getpid():
        _put_away()
    if _press is None:
        _press = Press(_fonts_dir)
    return _press


def _put_away() -> None:
    """Let go of the press; its files in the temporary folder go too, unless they are a parent process's."""
    global _press
    if _press and _press.pid != os.getpid():
        _press.faces._folder = None
    _press = None


atexit.register(_put_away)


def _face_files(fonts_dir: Path | None) -> dict[str, Path]:
    if fonts_dir is None:
        return {}
    found = {name: [fonts_dir / f"{name}.ttf", fonts_dir / f"{name}.otf"] for name in FACES}
    return {name: path for name, paths in found.items() for path in paths if path.is_file()}


def _font_face(name: str) -> str:
    family, weight = FACES[name]
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url(face:{name}) }}\n'


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Python's search for circles of objects rests: while a paper grows it finds nothing, again and again. It clears up right afterwards."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


class _strict(logging.Handler):
    """While this is in force, what WeasyPrint logs as a warning or worse raises PaperFailed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())

    def __enter__(self) -> None:
        logging.getLogger("weasyprint").addHandler(self)

    def __exit__(self, kind: type | None, error: BaseException | None, _trace: object) -> None:
        from weasyprint.urls import FatalURLFetchingError

        logging.getLogger("weasyprint").removeHandler(self)
        if isinstance(error, FatalURLFetchingError):
            raise PaperFailed(str(error)) from error
        if error is None and self.said:
            raise PaperFailed("; ".join(self.said[:3]))
