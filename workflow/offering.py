"""A better photograph, offered beside the one that came: cropped, its background made white. Nobody is made to take it; the original stays."""

from typing import Any

from workflow import attaching, files, quarantine
from workflow.engine import N_, Refused
from workflow.intake import looks
from workflow.intake.findings import verdict
from workflow.intake.photo_offer import better_photo
from workflow.models import Case, CaseMaterial, db, writing
from workflow.transaction import load

KIND = "photo"


def _photo(case: Case, material_id: int, by: Any) -> CaseMaterial:
    row = next((m for m in case.live_materials if m.id == material_id and m.kind == KIND and m.sha256), None)
    if row is None:
        raise Refused("material", N_("This file has been removed or replaced already."))
    if not attaching.may_edit(case, by, f"material:{KIND}"):
        raise Refused("locked", N_("This part is locked: it was found in order, or the case is not with the employer now."))
    if why := quarantine.closed(row):
        raise Refused("held", why)
    return row


def make(case_id: int, material_id: int, *, by: Any, crop: bool = True, whiten: bool = True) -> None:
    """Draw the offer, look at it as at any photograph, and keep both beside the file. Raises Refused where nothing can be offered."""
    row = _photo(db.session.get_one(Case, case_id), material_id, by)
    data = files.read(row.sha256 or "")
    db.session.rollback()
    better = better_photo(data, crop=crop, whiten=whiten) if crop or whiten else None
    if better is None:
        raise Refused("no_offer", N_("This photo cannot be improved by cropping or whitening: the machine does not see exactly one face, or too few pixels would be left. Take a new one."))
    seen = looks.photo("photo.jpg", better)
    told = {"findings": [f.as_dict() for f in seen.findings], "verdict": verdict(seen.findings), "measures": seen.facts["measures"], "crop": crop, "whiten": whiten}
    with writing():
        row = _photo(load(Case, case_id), material_id, by)
        row.offer_sha256 = files.keep(better, "image/jpeg").sha256
        row.look = {**(row.look or {}), "offer": told}


def take(case_id: int, material_id: int, *, by: Any, key: str | None = None) -> attaching.Attached:
    """The offered photo becomes the material, by the way of every file; the original is replaced and stays in the case file."""
    row = _photo(db.session.get_one(Case, case_id), material_id, by)
    if row.offer_sha256 is None:
        raise Refused("no_offer", N_("There is no offer for this photo any more. Ask for it again."))
    data, name = files.read(row.offer_sha256), row.name
    return attaching.attach(case_id, KIND, name, data, by=by, key=key, how="offer")


def leave(case_id: int, material_id: int, *, by: Any) -> None:
    """Keep the original: the offer is taken off the page."""
    with writing():
        row = _photo(load(Case, case_id), material_id, by)
        row.offer_sha256 = None
        row.look = {k: v for k, v in (row.look or {}).items() if k != "offer"}


