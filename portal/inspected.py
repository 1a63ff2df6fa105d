"""What the page shows of a file that was looked at: findings in order, the same numbers drawn on the picture, the passport's lines. For both sides of the counter."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext

from portal.fragments import sentence
from workflow import clock, passport_answers, quarantine
from workflow.engine import N_, Said
from workflow.intake.findings import LEVELS, SAID, Finding
from workflow.models import Case, CaseMaterial

WIDE = 354  # the drawing's width; its height follows the picture
STEP = 36  # between two numbers at one place
# fmt: off
PASSED = {  # a check that ran and found nothing, in words; by its function in workflow/intake/photo.py
    "format": N_("Format"), "filesize": N_("File size"), "size": N_("Pixels"), "colour": N_("Colour"), "compression": N_("Compression"), "faces": N_("One face"),
    "pose": N_("Pose"), "geometry": N_("Position of the head"), "background": N_("Background"), "border": N_("No border"), "exposure": N_("Exposure"),
    "illumination": N_("Even light"), "sharpness": N_("Sharpness"), "eyes": N_("Eyes open"), "mouth": N_("Mouth closed"), "headcover": N_("Bareheaded"), "spots": N_("No spots"), "age": N_("Date taken"),
}
DIGITS = {"number": N_("Number"), "birth": N_("Date of birth"), "expiry": N_("Date of expiry"), "personal": N_("Personal number"), "composite": N_("Whole line")}
# fmt: on


def words(finding: Any) -> str:
    """A finding's sentence, whether fresh or from its row."""
    return sentence(finding.msgid, {k: Said(v) if k in SAID else v for k, v in finding.values.items()})


def revived(raw: dict[str, Any]) -> Finding:
    """A finding that was kept as JSON."""
    return Finding.from_dict(raw)


def shown(findings: Iterable[Any]) -> list[dict[str, Any]]:
    """Findings for the component of that name, gravest first; what is wrong stands apart from the way out."""
    rows = []
    for each in sorted(findings, key=lambda f: LEVELS.index(f.level)):
        title, rest = _halves(words(each))
        rows.append({"level": each.level, "code": each.code, "title": title, "words": rest, "value": each.measured, "limit": each.limit})
    return rows


def _halves(text: str) -> tuple[str, str]:
    for stop in ("。", ". "):
        head, found, rest = text.partition(stop)
        if found and rest:
            return head + stop.strip(), rest
    return text, ""


def of_file(case: Case, row: CaseMaterial, address: Callable[[str], str]) -> dict[str, Any]:
    """`address` gives the place of a picture of this file by its name: preview, map, crop."""
    look = row.look or {}
    found = shown(f for f in case.findings if f.material_id == row.id)
    kind, closed = row.look_version.partition(" ")[0], quarantine.closed(row)
    seen = {
        "row": row, "state": row.look_state, "kind": kind, "findings": found, "late": _late(row),
        "closed": gettext(closed) if closed else "",
        **{which: address(which) if getattr(row, f"{which}_sha256") and not closed else "" for which in ("preview", "map", "crop")},
    }  # fmt: skip
    if kind == "photo" and row.look_state == "done":
        at_fault = {f["code"] for f in found}
        seen |= {"drawing": None if closed else drawing(look.get("measures") or {}, found), "passed": [gettext(PASSED[name]) for name in look.get("run", ()) if name in PASSED and name not in at_fault]}
        seen["fixable"] = bool(at_fault & {"geometry", "background", "size", "filesize", "border"}) and (look.get("measures") or {}).get("faces") == 1
    if kind == "passport" and row.look_state == "done":
        checks = look.get("checks") or {}
        seen |= {"mrz": look.get("mrz") or [], "held": sum(map(bool, checks.values())), "checks": [(gettext(DIGITS[name]), good) for name, good in checks.items() if name in DIGITS]}
        seen["differences"] = shown(passport_answers.differences(case)) if passport_answers.reading(case) is row else []
    return seen


def _late(row: CaseMaterial) -> bool:
    return row.look_state == "waiting" and (clock.now() - row.attached_at).total_seconds() > 60


def drawing(measures: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Lines and numbers for the picture, in its own coordinates; None where no face was measured."""
    at = measures.get("geometry")
    if not at or not measures.get("width"):
        return None
    high = WIDE * measures["height"] / measures["width"]
    x, y, half = at["x"] * WIDE, at["y"] * high, at["width"] * WIDE / 2
    apart, top, chin = measures["eyes_apart"] / measures["width"] * WIDE, at["top"] * high, at["chin"] * high
    places = {
        "geometry": (max(x - half - 34, 18), (top + chin) / 2), "pose": (min(x + half + 26, WIDE - 18), y), "eyes": (x - apart / 2, y - 22), "size": (x + apart / 2, y - 22),
        "background": (WIDE - 22, 24), "spots": (WIDE - 22, 24), "border": (22, 24), "mouth": (x + apart / 2, (y + 2 * chin) / 3), "headcover": (x, (top + y) / 2 - 10),
        "exposure": (x - apart / 2, (y + chin) / 2), "illumination": (x + apart / 2, (y + chin) / 2), "colour": (x - apart / 2, (y + chin) / 2), "sharpness": (x, chin - 16),
    }  # fmt: skip
    marks, used = [], dict.fromkeys(places.values(), 0)
    for number, each in enumerate(found, 1):
        if place := places.get(each["code"]):
            marks.append({"x": round(place[0]), "y": round(min(place[1] + STEP * used[place], high - 18)), "n": number, "grave": each["level"] == "reject"})
            used[place] += 1
    return {
        "w": WIDE, "h": round(high), "roll": measures.get("pose", {}).get("roll", 0), "x": round(x), "y": round(y), "eye_from": round(x - apart * 0.95), "eye_to": round(x + apart * 0.95),
        "left": round(x - half), "right": round(x + half), "top": round(top), "chin": round(chin), "arrow": max(round(x - half - 34), 18), "marks": marks,
    }  # fmt: skip
