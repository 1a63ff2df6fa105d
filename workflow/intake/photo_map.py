"""The map of the background: where it is not white, as a picture to lie over the photo. Runs in the sandboxed child.

Red and half transparent where a pixel of the background is too dark, coloured or unlike the rest, by the numbers of photo_rules.py.
"""

from typing import Any

import cv2
import numpy as np

from workflow.intake.photo_rules import THRESHOLDS

LONGEST = 640  # px
RED = (33, 35, 192)  # blue, green, red: the colour of what cannot be filed
COVER = 120  # of 255


def draw(photo: Any) -> bytes:
    """A PNG of the picture's shape, b"" where nothing of the background is at fault or no background was seen."""
    seen, limit = photo.cache, THRESHOLDS["background"]
    far = seen.get("far")
    if far is None or not far.any():
        return b""
    picture = seen["picture"].astype(np.float32)
    bright = picture @ np.array((0.299, 0.587, 0.114), np.float32)
    apart = np.linalg.norm(seen["lab"] - np.median(seen["lab"][far], 0), axis=2)
    bad = far & ((bright < limit["dark"]) | (np.ptp(picture, axis=2) > limit["tint"]) | (apart > limit["apart"]))
    if not bad.any():
        return b""
    scale = min(1.0, LONGEST / max(bad.shape))
    alpha = cv2.resize(bad.astype(np.uint8) * COVER, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    layers = [np.full_like(alpha, tone) for tone in RED]
    return bytes(cv2.imencode(".png", np.dstack([*layers, alpha]), [cv2.IMWRITE_PNG_COMPRESSION, 9])[1])
