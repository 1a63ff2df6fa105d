"""The deep checks of the photo: one face, frontal, on white, well lit, sharp. Runs in the sandboxed child beside face.py.

Numbers and sentences stand in photo_rules.py; the rows that call these functions in photo.CHECKS. Where skin, hair or cloth may look alike to a machine (colour of light, head cover, skin spots) the officer decides.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np

from workflow.intake import face as sight
from workflow.intake.findings import Finding, found
from workflow.intake.photo_rules import RULES, THRESHOLDS, VERSION

Array = Any


def look(photo: Any) -> bool:
    """Find face, mesh and mask once; True when exactly one face is there. Measures are told in shares of the picture."""
    seen = photo.cache
    if "one" in seen:
        return bool(seen["one"])
    full = np.asarray(photo.image.convert("RGB"))
    scale = min(1.0, sight.LONGEST / max(full.shape[:2]))
    picture = cv2.resize(full, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else full
    least = THRESHOLDS["face_least"] * picture.shape[1]
    seen["faces"] = [each for each in sight.faces(picture, photo.models) if each.box[2] > least]
    seen.update(picture=picture, scale=scale, one=len(seen["faces"]) == 1)
    photo.measures["thresholds"] = VERSION
    if not seen["one"]:
        return False
    (face,) = seen["faces"]
    sight.add_mesh(picture, face, photo.models)
    mask = sight.person(picture, photo.models)
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    right, left = (iris[0] for _, iris in face.eyes)
    seen.update(face=face, mesh=face.mesh[:, :2], mask=mask, lab=lab, grey=cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    seen.update(apart=float(np.hypot(*(right - left))), eyes=(right + left) / 2, skin=_skin(face.mesh[:, :2], picture.shape[:2]))
    return True


def _area(points: Array, size: tuple[int, int]) -> Array:
    """Boolean mask of a convex polygon."""
    mask = np.zeros(size, np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(points.astype(np.int32)), 1)
    return mask.astype(bool)


def _skin(mesh: Array, size: tuple[int, int]) -> Array:
    """The face without its edge: the oval drawn in by a tenth."""
    oval = mesh[list(sight.OVAL)]
    return _area(oval.mean(0) + (oval - oval.mean(0)) * 0.9, size)


def _patch(seen: Any, points: tuple[int, ...]) -> Array:
    return _area(seen["mesh"][list(points)], seen["grey"].shape)


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%"


def faces(photo: Any) -> Iterator[Finding]:
    look(photo)
    count = photo.measures["faces"] = len(photo.cache["faces"])
    if count != 1:
        yield found(RULES, "faces.many" if count else "faces.none", count, 1)


def eye_distance(photo: Any) -> Iterator[Finding]:
    reject, warn = THRESHOLDS["eyes_apart"]
    apart = photo.measures["eyes_apart"] = round(photo.cache["apart"] / photo.cache["scale"])
    if apart < warn:
        yield found(RULES, "size.eyes" if apart < reject else "size.eyes_low", apart, reject if apart < reject else warn)


def pose(photo: Any) -> Iterator[Finding]:
    angles = dict(zip(("yaw", "pitch", "roll"), sight.pose(photo.cache["face"].mesh), strict=True))
    photo.measures["pose"] = {name: round(angle, 1) for name, angle in angles.items()}
    for name, angle in angles.items():
        reject, review, warn = THRESHOLDS[name]
        if abs(angle) > reject:
            yield found(RULES, f"pose.{name}", f"{abs(angle):.0f}", reject)
        elif abs(angle) > warn:
            held = abs(angle) > review
            yield found(RULES, "pose.held" if held else "pose.slight", f"{abs(angle):.0f}", review if held else warn)


def geometry(photo: Any) -> Iterator[Finding]:
    seen = photo.cache
    high, wide = seen["grey"].shape
    mesh, eyes = seen["mesh"], seen["eyes"]
    rows = np.flatnonzero((seen["mask"][:, int(max(eyes[0] - seen["apart"], 0)) : int(eyes[0] + seen["apart"])] > 0.5).any(1))
    top = int(rows[0]) if len(rows) else 0
    chin = float(mesh[sight.CHIN][1])
    measured = {
        "width": float(np.ptp(mesh[list(sight.SIDES), 0])) / wide,
        "x": float(eyes[0]) / wide,
        "y": float(eyes[1]) / high,
        "head": (chin - top) / high,
    }
    names = {"width": "face_width", "x": "eyes_x", "y": "eyes_y", "head": "head_height"}
    photo.measures["geometry"] = {**{key: round(value, 3) for key, value in measured.items()}, "chin": round(chin / high, 3), "top": round(top / high, 3)}
    for key, value in measured.items():
        low, most = THRESHOLDS[names[key]]
        if not low <= value <= most:
            yield found(RULES, f"geometry.{key}", _percent(value), f"{low:.0%}–{most:.0%}")
    if chin / high > THRESHOLDS["chin_y"]:
        yield found(RULES, "geometry.chin", _percent(chin / high), f"{THRESHOLDS['chin_y']:.0%}")
    if top / high <= THRESHOLDS["top_y"]:
        yield found(RULES, "geometry.top")


def background(photo: Any) -> Iterator[Finding]:
    """Outside the person, above the chin, a little away from both edges of the mask and of the picture."""
    seen, limit = photo.cache, THRESHOLDS["background"]
    reach = max(3, round(0.06 * seen["grey"].shape[1])) | 1
    far = cv2.dilate((seen["mask"] > 0.1).astype(np.uint8), np.ones((reach, reach), np.uint8)) == 0
    far[int(seen["mesh"][sight.CHIN][1]) :] = False
    edge = max(1, round(0.01 * seen["grey"].shape[1]))
    far[:edge] = far[:, :edge] = far[:, -edge:] = False
    seen["far"] = far
    if far.mean() < 0.01:
        yield found(RULES, "background.hidden")
        return
    pixels, lab = seen["picture"][far].astype(float), seen["lab"][far]
    bright = pixels @ (0.299, 0.587, 0.114)
    apart = np.linalg.norm(lab - np.median(lab, 0), axis=1)
    median, dark, spread = float(np.median(bright)), float(np.percentile(bright, 3)), float(bright.std())
    tint, share = float(np.median(np.ptp(pixels, axis=1))), float((apart > limit["apart"]).mean())
    photo.measures["background"] = {"median": round(median), "tint": round(tint), "dark": round(dark), "spread": round(spread, 1), "share": round(share, 3)}
    if median < limit["median"]:
        yield found(RULES, "background.dark", f"{median:.0f}", limit["median"])
    if tint > limit["tint"]:
        yield found(RULES, "background.tint", f"{tint:.0f}", limit["tint"])
    if share > limit["share"] or (median >= limit["median"] and (dark < limit["dark"] or spread > limit["spread"])):
        yield found(RULES, "background.uneven", _percent(share), _percent(limit["share"]))


def border(photo: Any) -> Iterator[Finding]:
    """A line along a whole side whose colour differs from what lies just inside it."""
    seen, limit = photo.cache, THRESHOLDS["border"]
    lab = cv2.cvtColor(seen["picture"].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    sides = {"top": lab, "left": lab.transpose(1, 0, 2), "right": lab[:, ::-1].transpose(1, 0, 2)}
    found_on = []
    for name, rows in sides.items():
        outer = max(2, round(limit["outer"] * rows.shape[0]))
        strip = rows[: outer + 3]
        if name != "top":
            strip = strip[:, : round(strip.shape[1] * 0.6)]  # below, shoulders reach the edge
        steps = np.linalg.norm(strip[2:] - strip[:-2], axis=2) > limit["apart"]
        if (steps.mean(1) > limit["share"]).any():
            found_on.append(name)
    photo.measures["border"] = found_on
    if len(found_on) >= limit["sides"]:
        yield found(RULES, "border", len(found_on), 0)


def exposure(photo: Any) -> Iterator[Finding]:
    """Skin may be of any tone: before a bright wall a dark face is not refused for its brightness, and the range of its
    levels is judged against its mean. Only a face that has all but gone, or a picture dark as a whole, is refused."""
    seen, limit = photo.cache, THRESHOLDS["exposure"]
    grey = seen["grey"][seen["skin"]]
    mean, clipped, dark = float(grey.mean()) / 255, float((grey >= 250).mean()), float((grey <= 20).mean())
    spread = float(np.percentile(grey, 95) - np.percentile(grey, 5))
    photo.measures["exposure"] = {"mean": round(mean, 3), "clipped": round(clipped, 3), "dark": round(dark, 3), "range": round(spread)}
    wall = photo.measures.get("background", {}).get("median", 0)
    lit = wall >= limit["wall"]  # the camera took enough light: a dark face is then skin, or stands against the light
    if mean < limit["gone"] or (mean < limit["least"] and not lit):
        yield found(RULES, "exposure.dark", f"{mean:.2f}", limit["least"])
    elif mean < limit["dim"]:
        yield found(RULES, "exposure.dim", f"{mean:.2f}", limit["dim"])
    if mean > limit["most"]:
        yield found(RULES, "exposure.bright", f"{mean:.2f}", limit["most"])
    if clipped > limit["clipped"]:
        yield found(RULES, "exposure.clipped", _percent(clipped), _percent(limit["clipped"]))
    if dark > limit["dark"]:
        yield found(RULES, "exposure.deep" if lit and dark <= limit["lost"] else "exposure.shadow", _percent(dark), _percent(limit["dark"]))
    if spread < limit["range"] and (not lit or spread / (mean * 255) < limit["flat"]):
        yield found(RULES, "exposure.flat", f"{spread:.0f}", limit["range"])


def illumination(photo: Any) -> Iterator[Finding]:
    seen = photo.cache
    means = [max(float(seen["grey"][_patch(seen, cheek)].mean()), 1.0) for cheek in sight.CHEEKS]
    ratio = photo.measures["light"] = round(max(means) / min(means), 2)
    reject, warn = THRESHOLDS["light"]
    dark = photo.measures.get("exposure", {}).get("mean", 1.0) < THRESHOLDS["exposure"]["dark_skin"] and photo.measures.get("background", {}).get("median", 0) >= THRESHOLDS["exposure"]["wall"]
    if ratio > reject:
        yield found(RULES, "illumination.deep" if dark else "illumination", ratio, reject)
    elif ratio > warn:
        yield found(RULES, "illumination.slight", ratio, warn)


def skin_colour(photo: Any) -> Iterator[Finding]:
    seen, limit = photo.cache, THRESHOLDS["skin"]
    cheeks = seen["lab"][_patch(seen, sight.CHEEKS[0]) | _patch(seen, sight.CHEEKS[1])]
    a, b = (float(each) for each in np.median(cheeks, 0)[1:])
    photo.measures["skin"] = {"a": round(a, 1), "b": round(b, 1)}
    beyond = [max(low - value, value - most, 0) for value, (low, most) in ((a, limit["a"]), (b, limit["b"]))]
    if max(beyond) > limit["beyond"]:
        yield found(RULES, "colour.skin", f"a* {a:.0f}, b* {b:.0f}", f"a* {limit['a']}, b* {limit['b']}")


def sharpness(photo: Any) -> Iterator[Finding]:
    """What blurring once more takes away: much of a sharp picture, little of a blurred one. Strongest twentieth of edges."""
    seen = photo.cache
    low, most = seen["mesh"].min(0).astype(int).clip(0), seen["mesh"].max(0).astype(int)
    face = seen["grey"][low[1] : most[1], low[0] : most[0]].astype(np.float32)
    scale = 220 / max(face.shape[1], 1)
    face = cv2.resize(face, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)

    again = cv2.GaussianBlur(face, (0, 0), 1.5)

    def kept(*ways: tuple[int, int]) -> float:
        """The share of the strongest twentieth of edges that a further blur leaves; along the given directions."""
        before, after = (np.hypot(*(cv2.Sobel(each, cv2.CV_32F, *way) for way in ways)) if len(ways) > 1 else abs(cv2.Sobel(each, cv2.CV_32F, *ways[0])) for each in (face, again))
        strong = before >= np.percentile(before, 95)
        return float(after[strong].mean() / max(before[strong].mean(), 1e-6))

    ratio, across, down = kept((1, 0), (0, 1)), kept((1, 0)), kept((0, 1))
    photo.measures["sharp"], photo.measures["moved"] = round(ratio, 3), [round(across, 3), round(down, 3)]
    limit = THRESHOLDS["sharp"]
    if ratio > limit["reject"]:
        yield found(RULES, "sharpness", f"{ratio:.2f}", limit["reject"])
    elif max(across, down) > limit["moved"]:
        yield found(RULES, "sharpness.moved", f"{max(across, down):.2f}", limit["moved"])
    elif ratio > limit["review"]:
        yield found(RULES, "sharpness.soft", f"{ratio:.2f}", limit["review"])


def eyes(photo: Any) -> Iterator[Finding]:
    """The mesh draws open eyes on shut ones; the iris model's lids do not."""
    seen = photo.cache
    openings, contrasts = [], []
    for contour, iris in seen["face"].eyes:
        width = float(np.hypot(*(contour[0] - contour[8]))) or 1.0
        openings.append(float(np.hypot(*(contour[4] - (contour[11] + contour[12]) / 2))) / width)
        radius = max(float(np.hypot(*(iris[1] - iris[3]))) / 2, 1.0)
        around = _area(contour[:15], seen["grey"].shape)
        disc = np.zeros(seen["grey"].shape, np.uint8)
        cv2.circle(disc, (int(iris[0][0]), int(iris[0][1])), max(1, round(radius * 0.8)), 1, -1)
        inner, outer = seen["grey"][around & (disc == 1)], seen["grey"][around & (disc == 0)]
        contrasts.append(float(outer.mean() - inner.mean()) if len(inner) and len(outer) else 0.0)
    red, seen_iris = _redness(seen), sum(contrasts) / 2
    photo.measures["eyes"] = {"open": [round(each, 3) for each in openings], "contrast": [round(each) for each in contrasts], "red": round(red)}
    narrow = min(openings) < THRESHOLDS["lids_unseen"] and sum(contrasts) < 0  # no iris between lids that all but touch
    if min(openings) < THRESHOLDS["lids"] or narrow:
        yield found(RULES, "eyes", f"{min(openings):.2f}", THRESHOLDS["lids_unseen"] if narrow else THRESHOLDS["lids"])
    elif red > THRESHOLDS["eye_red"]:
        yield found(RULES, "eyes.red", f"{red:.0f}", THRESHOLDS["eye_red"])
    elif seen_iris < THRESHOLDS["eye_contrast"] or (max(openings) - min(openings)) / max(openings) > THRESHOLDS["eye_match"]:
        yield found(RULES, "eyes.unclear", f"{seen_iris:.0f}", THRESHOLDS["eye_contrast"])


def _redness(seen: Any) -> float:
    """Levels by which red stands over the other colours in the pupils, of the eye where it is more, less that of the skin."""
    worst = 0.0
    for _, iris in seen["face"].eyes:
        radius = max(float(np.hypot(*(iris[1] - iris[3]))) / 2, 1.0)
        disc = np.zeros(seen["grey"].shape, np.uint8)
        cv2.circle(disc, (round(float(iris[0][0])), round(float(iris[0][1]))), max(1, round(radius * 0.5)), 1, -1)
        pupil = seen["picture"][disc == 1].astype(float)
        if len(pupil):
            worst = max(worst, float(np.median(pupil[:, 0] - pupil[:, 1:].max(1))))
    return worst


def mouth(photo: Any) -> Iterator[Finding]:
    seen = photo.cache
    upper, lower = (seen["mesh"][at] for at in sight.LIPS_INNER)
    gap = float(np.hypot(*(upper - lower))) / seen["apart"]
    lift = float((upper[1] + lower[1]) / 2 - seen["mesh"][list(sight.MOUTH), 1].mean()) / seen["apart"]
    photo.measures["mouth"] = {"gap": round(gap, 3), "lift": round(lift, 3)}
    if gap > THRESHOLDS["mouth"]:
        yield found(RULES, "mouth", f"{gap:.2f}", THRESHOLDS["mouth"])
    elif gap > THRESHOLDS["mouth_held"]:
        yield found(RULES, "mouth.held", f"{gap:.2f}", THRESHOLDS["mouth_held"])
    elif gap > THRESHOLDS["smile"] or lift > THRESHOLDS["smile"] * 2:
        yield found(RULES, "mouth.smile", f"{gap:.2f}", THRESHOLDS["smile"])


def headcover(photo: Any) -> Iterator[Finding]:
    seen = photo.cache
    cheeks = seen["lab"][_patch(seen, sight.CHEEKS[0]) | _patch(seen, sight.CHEEKS[1])]
    apart = float(np.linalg.norm(np.median(seen["lab"][_patch(seen, sight.FOREHEAD)], 0) - np.median(cheeks, 0)))
    photo.measures["forehead"] = round(apart, 1)
    if apart > THRESHOLDS["forehead"]:
        yield found(RULES, "headcover", f"{apart:.0f}", f"{THRESHOLDS['forehead']:.0f}")


def spots(photo: Any) -> Iterator[Finding]:
    """Small islands that a median filter removes. On skin they may be moles: the officer decides."""
    seen, limit = photo.cache, THRESHOLDS["spots"]
    size = max(7, round(0.03 * seen["grey"].shape[1])) | 1
    apart = cv2.absdiff(seen["grey"], cv2.medianBlur(seen["grey"], size)) > limit["apart"]
    cheeks = _patch(seen, sight.CHEEKS[0]) | _patch(seen, sight.CHEEKS[1]) | _patch(seen, sight.FOREHEAD)
    counts = {}
    for name, where in (("background", seen.get("far", np.zeros_like(apart))), ("skin", cheeks)):
        number, _, stats, _ = cv2.connectedComponentsWithStats((apart & where).astype(np.uint8))
        sizes = stats[1:number, cv2.CC_STAT_AREA]
        counts[name] = int(((sizes >= 6) & (sizes <= size * size)).sum())
    photo.measures["spots"] = counts
    if counts["background"]:
        yield found(RULES, "spots" if counts["background"] >= limit["background"] else "spots.few", counts["background"], 0)
    if counts["skin"]:
        yield found(RULES, "spots.skin" if counts["skin"] >= limit["skin"] else "spots.one", counts["skin"], 0)


def ready(folder: str) -> bool:
    """Whether models and a fitting OpenCV are here."""
    try:
        sight.faces(np.zeros((64, 64, 3), np.uint8), folder)
    except (sight.NoEngine, cv2.error, StopIteration):
        return False
    return True
