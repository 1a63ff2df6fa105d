"""Opens an uploaded image or PDF. Runs in the sandboxed child only: `inspect` is what sandbox.run("upload", …) calls.

Header first: size in pixels and pages are known before anything is decoded. An image is then decoded to its last row and
drawn anew; a PDF is walked object by object for things that act by themselves.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from workflow.intake.findings import N_, Finding, Rule, found

Answer = tuple[dict[str, Any], dict[str, bytes]]
PREVIEW = 960  # px, longer side
OPTIMISED = 12_000_000  # pixels; an optimised JPEG needs a buffer as large as the picture
# fmt: off
RULES = {
    "undecodable": Rule("reject", N_("The file begins like %(limit)s but cannot be opened. It is damaged: save or scan it again and choose the new file.")),
    "truncated":   Rule("reject", N_("The end of the file is missing. It was probably not copied completely: choose it again, or scan it again.")),
    "pixels":      Rule("reject", N_("The picture has %(measured)s pixels; at most %(limit)s are allowed. Scan it again at a lower resolution.")),
    "animated":    Rule("reject", N_("The file holds %(measured)s pictures that play one after the other; one still picture is needed. Export a single picture.")),
    "polyglot":    Rule("reject", N_("A second file (%(measured)s) is hidden inside this one. Open it, print or export it anew, and choose the new file.")),
    "pages":       Rule("reject", N_("The PDF has %(measured)s pages; at most %(limit)s are allowed. Keep the pages that are asked for, or split it.")),
    "no_pages":    Rule("reject", N_("The PDF has no pages. Print or scan it again and choose the new file.")),
    "pdf_password":   Rule("reject", N_("The PDF opens only with a password. Print it to a new PDF without a password and choose that one.")),
    "pdf_encrypted":  Rule("reject", N_("The PDF is encrypted to restrict printing or copying. Print it to a new PDF without restrictions and choose that one.")),
    "pdf_javascript": Rule("reject", N_("The PDF contains a program (JavaScript). Print it to a new PDF, which leaves the program out, and choose that one.")),
    "pdf_launch":     Rule("reject", N_("The PDF contains an action that starts other programs. Print it to a new PDF, which leaves it out, and choose that one.")),
    "pdf_embedded":   Rule("reject", N_("The PDF carries other files inside it. Upload those separately where they are asked for, and print this one to a new PDF.")),
    "pdf_active":     Rule("reject", N_("The PDF contains an interactive part (%(measured)s). Print it to a new PDF, which makes it a plain page, and choose that one.")),
}
# fmt: on
ACTIVE = frozenset({"/SubmitForm", "/ImportData", "/GoToE", "/RichMedia", "/Rendition", "/Movie"})


def inspect(data: bytes, kind: str, max_pages: int, max_pixels: int) -> Answer:
    """Look inside. Raises what the decoders raise; the child's frame turns that into an answer."""
    hidden = polyglot(data, kind)
    if hidden:
        return _answer([found(RULES, "polyglot", hidden)])
    return inspect_pdf(data, max_pages) if kind == "pdf" else inspect_image(data, kind, max_pixels)


def polyglot(data: bytes, kind: str) -> str:
    """The kind of a second file that opens at the same bytes, or ""."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        return "ZIP"
    if kind != "pdf" and b"%PDF-" in data[:2048]:
        return "PDF"
    end = data.rfind({"jpg": b"\xff\xd9", "png": b"IEND", "pdf": b"%%EOF"}[kind])
    tail = data[end:][:4096].lower() if end >= 0 else b""
    for mark, name in ((b"<script", "HTML"), (b"<html", "HTML"), (b"<?php", "PHP"), (b"%pdf-", "PDF"), (b"rar!\x1a", "RAR")):
        if mark in tail:
            return name
    return ""


def _answer(findings: list[Finding], pages: int = 0, size: tuple[int, int] = (0, 0), **blobs: bytes) -> Answer:
    value = {"pages": pages, "width": size[0], "height": size[1], "findings": [each.as_dict() for each in findings]}
    return value, blobs


def inspect_image(data: bytes, kind: str, max_pixels: int) -> Answer:
    """JPEG or PNG, by these two decoders only."""
    from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError  # in the child, after its limits

    Image.MAX_IMAGE_PIXELS = None  # our own limit below has its own sentence
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image: Any = Image.open(io.BytesIO(data), formats=["JPEG" if kind == "jpg" else "PNG"])
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return _answer([found(RULES, "undecodable", "", kind.upper())])
    size = image.size
    if size[0] * size[1] > max_pixels:
        return _answer([found(RULES, "pixels", f"{size[0]} × {size[1]}", f"{max_pixels:,}")], 1, size)
    frames = getattr(image, "n_frames", 1)
    if kind == "png" and frames > 1:
        return _answer([found(RULES, "animated", frames, 1)], 1, size)
    try:
        image.load()
    except (OSError, ValueError, SyntaxError) as trouble:
        code = "truncated" if "truncated" in str(trouble) or "incomplete" in str(trouble).lower() else "undecodable"
        return _answer([found(RULES, code, "", kind.upper())], 1, size)
    ImageOps.exif_transpose(image, in_place=True)  # copies of 50 megapixels do not all fit the child's memory
    image = plain_rgb(image)
    small = image.reduce(max(1, max(image.size) // (2 * PREVIEW)))
    small.thumbnail((PREVIEW, PREVIEW))
    preview = _encode(small, "jpg", 80)
    return _answer([], 1, image.size, clean=_encode(image, kind), preview=preview)


def plain_rgb(image: Any) -> Any:
    """RGB (or RGBA) in sRGB colours, whatever it was: CMYK, palette, 16 bit, grey, another profile."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a broken profile: take the numbers as they are
    if image.mode.startswith("I"):  # 16-bit grey: PIL would clip it
        return image.point(lambda level: level / 256).convert("L").convert("RGB") if image.mode != "I" else image.convert("RGB")
    mode = "RGBA" if alpha else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _encode(image: Any, kind: str, quality: int = 92) -> bytes:
    """New file, pixels only. `info` is emptied: PIL would write EXIF and comments back."""
    image.info = {}
    out = io.BytesIO()
    if kind == "jpg":
        image = image if image.mode == "RGB" else image.convert("RGB")
        image.save(out, "JPEG", quality=quality, optimize=image.width * image.height < OPTIMISED)
    else:
        image.save(out, "PNG")
    return out.getvalue()


def inspect_pdf(data: bytes, max_pages: int) -> Answer:
    """Every object is looked at, wherever it hangs: a viewer may reach what the page tree does not show."""
    import pikepdf  # in the child, after its limits

    if b"%%EOF" not in data[-2048:]:
        return _answer([found(RULES, "truncated")])
    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        return _answer([found(RULES, "pdf_password")])
    except pikepdf.PdfError:
        return _answer([found(RULES, "undecodable", "", "PDF")])
    codes: dict[str, Finding] = {}
    if pdf.is_encrypted:
        codes["pdf_encrypted"] = found(RULES, "pdf_encrypted")
    for thing in pdf.objects:
        for code, what in _acts(thing, pikepdf):
            codes.setdefault(code, found(RULES, code, what))
    pages = len(pdf.pages)
    if not pages:
        codes["no_pages"] = found(RULES, "no_pages", 0, "≥ 1")
    elif pages > max_pages:
        codes["pages"] = found(RULES, "pages", pages, max_pages)
    if codes:
        return _answer(list(codes.values()), pages)
    preview, size = _first_page(data)
    return _answer([], pages, size, **({"preview": preview} if preview else {}))


def _acts(thing: Any, pikepdf: Any) -> Iterator[tuple[str, str]]:
    """Yield (code, what) for everything in one object that acts by itself or carries files, however deep it lies."""
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, pikepdf.Array):
            inner = list(part)
        elif isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            keys = {key: part[key] for key in part}
            yield from _named(keys, {str(keys[key]) for key in ("/S", "/Type", "/Subtype") if isinstance(keys.get(key), pikepdf.Name)})
            inner = list(keys.values())
        else:
            continue
        waiting += [each for each in inner if not getattr(each, "is_indirect", False)]  # an indirect object is visited by itself


def _named(keys: dict[str, Any], kind: set[str]) -> Iterator[tuple[str, str]]:
    """What one dictionary is, by its kinds and keys."""
    if "/JavaScript" in kind or "/JS" in keys or "/JavaScript" in keys:
        yield "pdf_javascript", "JavaScript"
    if "/Launch" in kind:
        yield "pdf_launch", "Launch"
    if kind & {"/EmbeddedFile", "/FileAttachment"} or keys.keys() & {"/EF", "/EmbeddedFiles", "/Collection"}:
        yield "pdf_embedded", "EmbeddedFile"
    if "/XFA" in keys:
        yield "pdf_active", "XFA"
    for each in sorted(kind & ACTIVE):
        yield "pdf_active", each[1:]


def _first_page(data: bytes) -> tuple[bytes | None, tuple[int, int]]:
    """The first page as a small JPEG and its size in px at 96 dpi; nothing where pypdfium2 is absent."""
    try:
        import pypdfium2  # type: ignore[import-untyped]
    except ImportError:
        return None, (0, 0)
    page = pypdfium2.PdfDocument(data)[0]
    width, height = page.get_size()
    scale = min(PREVIEW / max(width, height, 1), 4)
    picture = page.render(scale=scale).to_pil().convert("RGB")
    return _encode(picture, "jpg", 80), (round(width * 96 / 72), round(height * 96 / 72))
