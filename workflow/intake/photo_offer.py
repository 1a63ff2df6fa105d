"""Offers a better photo, never imposes one: cropped to 3:4 with the head placed, the background made white.

The applicant sees before and after and chooses; the original is kept. Nothing is enlarged: where the crop would fall below the
least size there is no offer. Cutting out and drawing happen in the sandboxed child (`improve`).
"""

import io
from pathlib import Path
from typing import Any

from workflow.intake import sandbox
from workflow.intake.photo import LIMITS, MODELS, Photo
from workflow.intake.photo_rules import THRESHOLDS

HEAD = 0.62  # of the height of the crop, from the top of the hair to the chin
ABOVE = 0.12  # of the height of the crop, over the hair
WHITE = 252
BEST = (960, 1280)  # px, the crop is not kept larger


def better_photo(data: bytes, *, crop: bool = True, whiten: bool = True, models: Path = MODELS) -> bytes | None:
    """A JPEG within the limits of the photo, or None: no engine, not exactly one face, or too few pixels."""
    args = {"crop": crop, "whiten": whiten, "models": str(models)}
    result = sandbox.run("photo_offer", data, args=args, limits=LIMITS, reads=(models,))
    return result.blobs.get("photo")


def improve(data: bytes, crop: bool, whiten: bool, models: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """In the child."""
    from PIL import Image, ImageOps

    from workflow.intake.opening import plain_rgb

    Image.MAX_IMAGE_PIXELS = None
    stored = Image.open(io.BytesIO(data), formats=["JPEG"])
    if stored.width * stored.height > THRESHOLDS["pixels"]:
        return {}, {}
    image = plain_rgb(ImageOps.exif_transpose(stored)).convert("RGB")
    try:
        from workflow.intake import portrait
    except ImportError:
        return {}, {}
    photo = Photo(data, image, stored, models)
    if not portrait.ready(models) or not portrait.look(photo):
        return {}, {}
    drawn = _whitened(photo, image) if whiten else image
    if crop:
        drawn = _cropped(photo, drawn, whiten)
    if drawn is None:
        return {}, {}
    drawn.thumbnail(BEST, Image.Resampling.LANCZOS)
    least = THRESHOLDS["size"]
    if drawn.width < least[0] or drawn.height < least[1]:
        return {}, {}
    return {"width": drawn.width, "height": drawn.height}, {"photo": _encoded(drawn)}


def _whitened(photo: Any, image: Any) -> Any:
    """The person as photographed, all else white."""
    from PIL import Image

    share = ((photo.cache["mask"] - 0.3) / 0.4).clip(0, 1) * 255
    mask = Image.fromarray(share.astype("uint8")).resize(image.size, Image.Resampling.BILINEAR)
    return Image.composite(image, Image.new("RGB", image.size, (WHITE,) * 3), mask)


def _cropped(photo: Any, image: Any, may_add: bool) -> Any:
    """3:4 around the head. White may be added above and beside if it is white already; below the chin nothing is invented."""
    from workflow.intake.face import CHIN

    seen, scale = photo.cache, photo.cache["scale"]
    middle, chin = seen["eyes"][0] / scale, float(seen["mesh"][CHIN][1]) / scale
    rows = (seen["mask"] > 0.5)[:, int(max(seen["eyes"][0] - seen["apart"], 0)) : int(seen["eyes"][0] + seen["apart"])].any(1).nonzero()[0]
    hair = (int(rows[0]) if len(rows) else 0) / scale
    height = (chin - hair) / HEAD
    top, width = hair - ABOVE * height, 0.75 * height
    box = [round(each) for each in (middle - width / 2, top, middle + width / 2, top + height)]
    inside = box[0] >= 0 and box[1] >= 0 and box[2] <= image.width
    if box[3] > image.height or not (inside or may_add):
        return None
    whole = image.crop(box)  # PIL fills what lies outside with black
    if not inside:
        from PIL import Image

        paper = Image.new("RGB", whole.size, (WHITE,) * 3)
        cut = image.crop((max(box[0], 0), max(box[1], 0), min(box[2], image.width), box[3]))
        paper.paste(cut, (max(-box[0], 0), max(-box[1], 0)))
        whole = paper
    return whole


def _encoded(image: Any) -> bytes:
    """As good as fits into the photo's limit."""
    image.info = {}
    for quality in (92, 85, 75):
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= THRESHOLDS["bytes"]:
            break
    return out.getvalue()
