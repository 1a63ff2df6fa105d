"""Reads the machine-readable zone from a passport page: JPG, PNG or PDF, scan or photo, in any of four directions.

`read_passport` is for the doors and the commands; recognising (RapidOCR, optional) happens in the sandboxed child
(`read_page`), with more memory than a picture needs and in one thread. About 1.4 CPU-seconds: a job, not a page, waits for it.
Method: at most 2200 px; find text at 960; straighten; join boxes on a line; recognise only the long lines; turn the picture
until four of five check digits hold. What was read fills fields and locks none.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.intake import sandbox
from workflow.intake.findings import Finding
from workflow.intake.mrz import Mrz, parse, read
from workflow.intake.passport import check_passport, fields_of
from workflow.intake.uploads import check_upload

LIMITS = sandbox.Limits(memory_bytes=2 * 1024**3, cpu_seconds=30, seconds=60)
LARGEST, SMALLEST = 2200, 1100  # px, longer side; smaller pictures are enlarged
ENOUGH = 4  # check digits
LINES = 8  # long lines recognised in one direction
PDF_DPI = 200


@dataclass(frozen=True)
class PassportReport:
    """`mrz` None if none was read; `fields` for the form; `crop` a JPEG of the lines; `turned` degrees; `not_run` ("ocr",) without engine."""

    findings: tuple[Finding, ...] = ()
    mrz: Mrz | None = None
    fields: dict[str, str] = field(default_factory=dict)
    turned: int = 0
    crop: bytes | None = field(default=None, repr=False)
    not_run: tuple[str, ...] = ()
    cpu_seconds: float = 0.0


def read_passport(name: str, data: bytes, today: date, typed: Mapping[str, Any] | None = None, *, max_bytes: int = 20 * 1024**2) -> PassportReport:
    """Look at the file as at any upload, then read it. `typed` as in check_passport. No file makes it raise."""
    seen = check_upload(name, data, max_bytes=max_bytes, max_pages=4)
    if not seen.ok:
        return PassportReport(seen.findings, cpu_seconds=seen.cpu_seconds)
    result = sandbox.run("passport", data, args={"kind": seen.ext, "today": today.isoformat()}, limits=LIMITS)
    if result.value is None:
        return PassportReport((result.finding,) if result.finding else ())
    if not result.value["engine"]:
        return PassportReport(seen.findings, not_run=("ocr",))
    lines = result.value["lines"]
    zone = Mrz(**{**parse(lines, today).__dict__, **{each: tuple(result.value[each]) for each in ("repaired", "chosen")}}) if lines else None
    findings = (*seen.findings, *check_passport(zone, today, typed))
    return PassportReport(findings, zone, fields_of(zone) if zone else {}, int(result.value["turned"]), result.blobs.get("crop"), (), result.cpu_seconds)


def read_page(data: bytes, kind: str, today: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """In the child. Answers {engine, lines, repaired, chosen, turned} and the crop."""
    answer: dict[str, Any] = {"engine": False, "lines": [], "repaired": [], "chosen": [], "turned": 0}
    try:
        detect, recognise = _engine()
    except ImportError:
        return answer, {}
    answer["engine"], day = True, date.fromisoformat(today)
    best, crop, turns = -1, None, (0, 90, 180, 270)
    for page in _pages(data, kind):
        first = detect(page)
        for turn in _likely(first, turns):
            picture = _turned(page, turn)
            straight, boxes = _straight(picture, first if turn == 0 else detect(picture))
            rows = _long(boxes, straight.shape[1])
            zone = _zone(recognise, [straight[top:bottom, left:right] for left, top, right, bottom in rows], day)
            held = sum(zone.checks.values()) if zone else -1
            if zone and held > best:
                best, crop = held, _crop(straight, rows)
                answer.update(lines=list(zone.lines), repaired=list(zone.repaired), chosen=list(zone.chosen), turned=turn)
            if zone and held >= min(ENOUGH, len(zone.checks)):
                return answer, {"crop": crop} if crop else {}
    return answer, {"crop": crop} if crop else {}


def _zone(recognise: Any, lines: list[Any], day: date) -> Mrz | None:
    """The zone in pictures of lines. Where a digit fails they are read again narrower, with a margin, and wider: what the recogniser
    drops or takes for another in one it seldom does in all. The first reading whose digits all hold, else the one with most."""
    best: Mrz | None = None
    for picture in (_as_it_is, _narrower, _with_margin, _wider):
        zone = read(recognise([picture(line) for line in lines]), day) if lines else None
        if zone is None:
            if best is None:
                return None
            continue
        if best is None or sum(zone.checks.values()) > sum(best.checks.values()):
            best = zone
        if best.valid:
            break
    return best


def _as_it_is(line: Any) -> Any:
    return line


def _narrower(line: Any) -> Any:
    import cv2

    return cv2.resize(line, None, fx=0.8, fy=1, interpolation=cv2.INTER_AREA)


def _with_margin(line: Any) -> Any:
    import cv2

    return cv2.copyMakeBorder(line, 6, 6, 20, 20, cv2.BORDER_REPLICATE)


def _wider(line: Any) -> Any:
    import cv2

    return cv2.resize(line, None, fx=1.3, fy=1, interpolation=cv2.INTER_CUBIC)


def _engine() -> Any:
    """(boxes of a picture, texts of pictures) by RapidOCR in one thread. Raises ImportError where it is not installed."""
    from rapidocr import RapidOCR  # type: ignore[import-untyped]
    from rapidocr.ch_ppocr_rec import TextRecInput  # type: ignore[import-untyped]

    threads = {f"EngineConfig.onnxruntime.{each}_op_num_threads": 1 for each in ("intra", "inter")}
    limits = {"Det.limit_side_len": 960, "Det.limit_type": "max", "Global.log_level": "critical"}
    engine = RapidOCR(params={**threads, **limits})
    find, spell = engine._load_det_model(), engine._load_rec_model()

    def detect(picture: Any) -> Any:
        boxes = find(picture).boxes
        return [] if boxes is None else boxes

    def recognise(pictures: list[Any]) -> list[str]:
        return list(spell(TextRecInput(img=pictures, return_word_box=False)).txts or ())

    return detect, recognise


def _pages(data: bytes, kind: str) -> Any:
    """RGB pictures as arrays, between SMALLEST and LARGEST."""
    import numpy as np
    from PIL import Image, ImageOps

    if kind == "pdf":
        import pypdfium2  # type: ignore[import-untyped]

        pdf = pypdfium2.PdfDocument(data)
        pictures: Any = (page.render(scale=min(PDF_DPI / 72, LARGEST / max(*page.get_size(), 1))).to_pil() for page in pdf)
    else:
        Image.MAX_IMAGE_PIXELS = None
        image: Any = Image.open(io.BytesIO(data), formats=["JPEG" if kind == "jpg" else "PNG"])
        image.draft("RGB", (LARGEST, LARGEST))
        pictures = iter([ImageOps.exif_transpose(image)])
    for picture in pictures:
        longest = max(picture.size)
        scale = LARGEST / longest if longest > LARGEST else SMALLEST / longest if longest < SMALLEST else 1
        if scale != 1:
            picture = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))), Image.Resampling.LANCZOS)
        yield np.asarray(picture.convert("RGB"))[:, :, ::-1].copy()


def _turned(picture: Any, degrees: int) -> Any:
    import numpy as np

    return np.ascontiguousarray(np.rot90(picture, degrees // 90))


def _likely(boxes: Any, turns: tuple[int, ...]) -> tuple[int, ...]:
    """Upright directions first if long boxes lie, sideways ones first if they stand."""
    import numpy as np

    lying = sum(float(np.ptp(box[:, 0]) - np.ptp(box[:, 1])) for box in boxes)
    return (turns[0], turns[2], turns[1], turns[3]) if lying >= 0 else (turns[1], turns[3], turns[0], turns[2])


def _straight(picture: Any, boxes: Any) -> tuple[Any, list[tuple[int, int, int, int]]]:
    """The picture turned so that its long lines are level, and its boxes (left, top, right, bottom)."""
    import cv2
    import numpy as np

    if not len(boxes):
        return picture, []
    sides = np.array([box[1] - box[0] for box in boxes], float)
    widths = np.hypot(sides[:, 0], sides[:, 1])
    long = sides[widths >= 0.6 * widths.max()]
    angle = float(np.median(np.degrees(np.arctan2(long[:, 1], long[:, 0]))))
    if 0.3 < abs(angle) < 30:
        height, width = picture.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        picture = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        boxes = [box @ matrix[:, :2].T + matrix[:, 2] for box in boxes]
    flat = [(*np.min(box, 0).astype(int), *np.max(box, 0).astype(int)) for box in boxes]
    return picture, [(int(a), int(b), int(c), int(d)) for a, b, c, d in flat]


def _long(boxes: list[tuple[int, int, int, int]], width: int) -> list[tuple[int, int, int, int]]:
    """Boxes on one line joined; of the lines the long and thin ones, from top to bottom, with a margin."""
    lines: list[list[int]] = []
    for left, top, right, bottom in sorted(boxes):
        for line in lines:
            shared = min(line[3], bottom) - max(line[1], top)
            if shared > 0.5 * min(line[3] - line[1], bottom - top) and left - line[2] < 3 * (line[3] - line[1]):
                line[:] = [min(line[0], left), min(line[1], top), max(line[2], right), max(line[3], bottom)]
                break
        else:
            lines.append([left, top, right, bottom])
    longest = max((line[2] - line[0] for line in lines), default=0)
    kept = [line for line in lines if line[2] - line[0] >= 0.6 * longest and line[2] - line[0] > 10 * (line[3] - line[1])]
    rows = []
    for left, top, right, bottom in sorted(kept, key=lambda line: line[1])[-LINES:]:
        margin = max(2, round((bottom - top) * 0.12))
        rows.append((max(0, left - 2 * margin), max(0, top - margin), min(width, right + 2 * margin), bottom + margin))
    return rows


def _crop(picture: Any, rows: list[tuple[int, int, int, int]]) -> bytes:
    """The last lines as a JPEG, to be shown beside what was read."""
    import cv2

    last = rows[-3:]
    left, top = min(row[0] for row in last), min(row[1] for row in last)
    right, bottom = max(row[2] for row in last), max(row[3] for row in last)
    return bytes(cv2.imencode(".jpg", picture[top:bottom, left:right], [cv2.IMWRITE_JPEG_QUALITY, 85])[1])
