"""Every upload passes here: extension = first bytes = decoded content, and nothing hides inside.

What can be told from the first bytes is told at once; the rest is looked at in the sandboxed child (opening.py).
The caller keeps the original by its hash; `clean` is what may be shown to others: an image drawn anew with its
orientation applied and its metadata gone. A PDF has no `clean`: it is let in as it is or refused.
"""

from dataclasses import dataclass, field

from workflow.intake import sandbox
from workflow.intake.findings import N_, Finding, Rule, found, size_text, verdict
from workflow.intake.names import extension, safe_name

__all__ = ["Inspected", "check_upload", "safe_name", "sniff"]

MOST_PIXELS = 50_000_000  # a 48-megapixel phone picture passes
MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}
NAMES = {"jpg": "JPG", "png": "PNG", "pdf": "PDF"}
# fmt: off
MAGIC = (  # offset, bytes, kind: the kinds we take, then those that people send instead
    (0, b"\xff\xd8\xff", "jpg"), (0, b"\x89PNG\r\n\x1a\n", "png"), (0, b"%PDF-", "pdf"),
    (0, b"GIF8", "gif"), (8, b"WEBP", "webp"), (4, b"ftypheic", "heic"), (4, b"ftypheix", "heic"), (4, b"ftypmif1", "heic"),
    (4, b"ftypavif", "avif"), (0, b"II*\x00", "tiff"), (0, b"MM\x00*", "tiff"), (0, b"BM", "bmp"), (0, b"8BPS", "psd"),
    (0, b"PK\x03\x04", "zip"), (0, b"\xd0\xcf\x11\xe0", "doc"), (0, b"{\\rtf", "rtf"), (0, b"Rar!", "rar"), (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"MZ", "exe"), (0, b"\x7fELF", "exe"), (0, b"<?xml", "xml"), (0, b"<svg", "svg"), (0, b"<!DOCTYPE", "html"), (0, b"<html", "html"),
)
RULES = {
    "empty":        Rule("reject", N_("The file is empty (0 bytes). It was probably not copied completely: choose it again.")),
    "filesize":     Rule("reject", N_("The file has %(measured)s; at most %(limit)s are allowed. Scan it again at a lower resolution or save it smaller.")),
    "extension":    Rule("reject", N_("Files ending in “%(measured)s” are not taken here. Save it as %(limit)s and choose the new file.")),
    "no_extension": Rule("reject", N_("The file name has no ending that tells its kind. Save it as %(limit)s and choose the new file.")),
    "mismatch":     Rule("reject", N_("The name says %(limit)s, but the file is %(measured)s inside. Changing the name does not change the file: export it as %(limit)s.")),
    "unknown_kind": Rule("reject", N_("The name says %(limit)s, but the file does not begin like one. It may be damaged: open it, save it again as %(limit)s and choose the new file.")),
}
# fmt: on


@dataclass(frozen=True)
class Inspected:
    """`ext` and `media_type` are what the file really is ("" if unknown). Sizes in pixels, of the upright first page."""

    media_type: str = ""
    ext: str = ""
    pages: int = 0
    width: int = 0
    height: int = 0
    findings: tuple[Finding, ...] = ()
    clean: bytes | None = field(default=None, repr=False)
    preview: bytes | None = field(default=None, repr=False)  # JPEG, at most 960 px
    cpu_seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return verdict(self.findings) != "reject"


def sniff(data: bytes) -> str:
    """The kind that the first bytes tell, "" for none known."""
    return next((kind for at, magic, kind in MAGIC if data[at : at + len(magic)].lower() == magic.lower()), "")


def check_upload(
    name: str, data: bytes, *, accept: tuple[str, ...] = ("jpg", "png", "pdf"), max_bytes: int = 10 * 1024**2, max_pages: int = 50
) -> Inspected:
    """Look at one upload; never raises for a bad file. Refusals from the first look end the matter before decoding."""
    ending, kind = extension(name), sniff(data)
    allowed = ", ".join(NAMES.get(each, each.upper()) for each in accept)
    findings = []
    if not data:
        return Inspected(findings=(found(RULES, "empty", "0 B", "> 0 B"),))
    if len(data) > max_bytes:
        findings.append(found(RULES, "filesize", size_text(len(data)), size_text(max_bytes)))
    if not ending:
        findings.append(found(RULES, "no_extension", "", allowed))
    elif ending not in accept:
        findings.append(found(RULES, "extension", "." + ending[:12], allowed))
    elif not kind:
        findings.append(found(RULES, "unknown_kind", data[:4].hex(" "), NAMES.get(ending, ending)))
    elif kind != ending:
        findings.append(found(RULES, "mismatch", NAMES.get(kind, kind.upper()), NAMES.get(ending, ending)))
    media_type = MEDIA_TYPES.get(kind, "")
    if findings:
        return Inspected(media_type, kind if media_type else "", findings=tuple(findings))
    return _open(data, kind, max_pages)


def _open(data: bytes, kind: str, max_pages: int) -> Inspected:
    """Have the child decode it."""
    result = sandbox.run("upload", data, args={"kind": kind, "max_pages": max_pages, "max_pixels": MOST_PIXELS})
    if result.value is None:
        return Inspected(MEDIA_TYPES[kind], kind, findings=(result.finding,) if result.finding else ())
    value = result.value
    return Inspected(
        MEDIA_TYPES[kind],
        kind,
        pages=int(value["pages"]),
        width=int(value["width"]),
        height=int(value["height"]),
        findings=tuple(Finding.from_dict(each) for each in value["findings"]),
        clean=result.blobs.get("clean"),
        preview=result.blobs.get("preview"),
        cpu_seconds=result.cpu_seconds,
    )
