"""Opens a contract and hands its text, page by page, to contract_reading.py: the PDF's own text, or, for a scan, what RapidOCR reads.

`read_contract` is for jobs and commands. The text layer is quick and always read; recognising (`ocr`) costs up to twelve CPU-seconds and
1.5 GB a page, so at most five pages, and only as a job. Both happen in the sandboxed child (`texts`). Recognising that does not come to
an end says nothing against the file: it is then named as not run.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.intake import sandbox
from workflow.intake.contract_reading import THIN, Reading, check_reading, read_texts
from workflow.intake.findings import Finding
from workflow.intake.uploads import check_upload

TEXT = sandbox.Limits()
OCR = sandbox.Limits(memory_bytes=2 * 1024**3, cpu_seconds=75, seconds=80)
MOST_PAGES = 5  # recognised: the first four and the last, on which contracts are signed
MOST_LETTERS = 20_000  # a page
LONGEST = 1600  # px of a page that is recognised


@dataclass(frozen=True)
class ContractReport:
    """`not_run` ("ocr",) for a scan that was not recognised: not asked for, or no engine."""

    findings: tuple[Finding, ...] = ()
    reading: Reading = field(default_factory=Reading)
    not_run: tuple[str, ...] = ()
    cpu_seconds: float = 0.0


def read_contract(name: str, data: bytes, answers: Mapping[str, Any] | None = None, *, ocr: bool = False, most_months: int | None = None, max_bytes: int = 20 * 1024**2, max_pages: int = 60) -> ContractReport:
    """Look at the file as at any upload, then read it and compare with `answers`. No file makes it raise."""
    seen = check_upload(name, data, max_bytes=max_bytes, max_pages=max_pages)
    if not seen.ok:
        return ContractReport(seen.findings, cpu_seconds=seen.cpu_seconds)
    result = sandbox.run("contract", data, args={"kind": seen.ext, "ocr": False}, limits=TEXT)
    if ocr and result.value is not None and read_texts(result.value["texts"]).thin:
        more = sandbox.run("contract", data, args={"kind": seen.ext, "ocr": True}, limits=OCR)
        result = more if more.value is not None else result
    if result.value is None:
        return ContractReport((result.finding,) if result.finding else ())
    reading = read_texts(result.value["texts"])
    findings = (*seen.findings, *check_reading(reading, answers or {}, most_months=most_months))
    return ContractReport(findings, reading, () if result.value["recognised"] or not reading.thin else ("ocr",), result.cpu_seconds)


def texts(data: bytes, kind: str, ocr: bool) -> tuple[dict[str, Any], dict[str, bytes]]:
    """In the child. {texts: one a page, recognised: whether by OCR}."""
    written: list[str] = []
    if kind == "pdf":
        import pypdfium2  # type: ignore[import-untyped]

        pdf = pypdfium2.PdfDocument(data)
        written = [page.get_textpage().get_text_range()[:MOST_LETTERS] for page in pdf]
        if sum(map(len, written)) >= THIN * len(written):
            return {"texts": written, "recognised": False}, {}
    if not ocr:
        return {"texts": written or [""], "recognised": False}, {}
    try:
        from rapidocr import RapidOCR  # type: ignore[import-untyped]
    except ImportError:
        return {"texts": written or [""], "recognised": False}, {}
    threads = {f"EngineConfig.onnxruntime.{each}_op_num_threads": 1 for each in ("intra", "inter")}
    engine = RapidOCR(params={**threads, "Global.log_level": "critical"})
    read = [""] * max(1, len(written))
    for at, picture in zip(recognised(len(read)), _pictures(data, kind), strict=False):
        read[at] = "\n".join(getattr(engine(picture, use_cls=False), "txts", None) or ())[:MOST_LETTERS]
    return {"texts": read, "recognised": True}, {}


def recognised(pages: int) -> list[int]:
    """Which pages, from 0."""
    return [*range(min(pages, MOST_PAGES - 1)), *([pages - 1] if pages >= MOST_PAGES else [])]


def _pictures(data: bytes, kind: str) -> Any:
    """The first pages as arrays."""
    import numpy as np
    from PIL import Image, ImageOps

    if kind == "pdf":
        import pypdfium2

        pdf = pypdfium2.PdfDocument(data)
        pictures: Any = (page.render(scale=LONGEST / max(*page.get_size(), 1)).to_pil() for page in [pdf[at] for at in recognised(len(pdf))])
    else:
        Image.MAX_IMAGE_PIXELS = None
        image: Any = Image.open(io.BytesIO(data), formats=["JPEG" if kind == "jpg" else "PNG"])
        image.draft("RGB", (LONGEST, LONGEST))
        pictures = iter([ImageOps.exif_transpose(image)])
    for picture in pictures:
        picture = picture.convert("RGB")
        picture.thumbnail((LONGEST, LONGEST))
        yield np.asarray(picture)[:, :, ::-1].copy()
