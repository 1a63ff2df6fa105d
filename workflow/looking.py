"""Looking at what a stored file holds, after the act that stored it: as a job, with the answer kept at the file.

An upload is stored first and asked to be looked at (`ask`, in the same transaction); the outbox carries the work; `look_at_file` does it. A worker
that dies leaves the row open, so that it is done again; done twice it says the same once: what was found is kept under a mark over the file's
hash, the check and its version.
"""

import logging
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from workflow import clock, files
from workflow.intake.findings import Finding
from workflow.intake.looks import CHECKS, Look
from workflow.intake.uploads import MEDIA_TYPES
from workflow.materials import MATERIALS
from workflow.models import Case, CaseFinding, CaseMaterial, Outbox, StoredFile, db, writing
from workflow.transaction import fingerprint

log = logging.getLogger(__name__)
TASK = "look_at_file"
AHEAD = timedelta(hours=1)  # somebody waits for it: it goes before papers and letters
ENDINGS = {media_type: ending for ending, media_type in MEDIA_TYPES.items()}
KINDS = {"map": "image/png", "crop": "image/jpeg"}


def version_of(kind: str) -> str:
    """Check and version, as in `photo 2026-11-22`; "" for a material whose content nobody looks at."""
    name = MATERIALS[kind].check
    return f"{name} {CHECKS[name].version}" if name in CHECKS else ""


def ask(row: CaseMaterial) -> None:
    """Promise a look at this file, where its kind has a check. Call it inside the writing transaction, with the row flushed."""
    version = version_of(row.kind)
    if not version or row.sha256 is None:
        return
    row.look_state, row.look_version = "waiting", version
    now = clock.now()
    db.session.add(Outbox(task=TASK, key=key_of(row), payload={"material": row.id}, created_at=now, due_at=now - AHEAD))


def key_of(row: CaseMaterial) -> str:
    return f"look:{row.id}:{row.look_version}"[:80]


def look_at_file(payload: dict[str, Any]) -> None:
    """Do the promised look, once. What is done already, or asks for a check that is gone, is left alone."""
    row = db.session.get(CaseMaterial, payload["material"])
    if row is None or row.look_state != "waiting" or row.sha256 is None:
        db.session.rollback()
        return
    material, kind, sha256 = row.id, row.kind, row.sha256
    name = name_of(kind, db.session.get_one(StoredFile, sha256))
    db.session.rollback()
    check = CHECKS.get(MATERIALS[kind].check)
    seen = check.look(name, files.read(sha256)) if check else Look(())
    keep(material, version_of(kind), sha256, seen)
    log.info("file looked at", extra={"material": material, "cpu_seconds": round(seen.cpu_seconds, 2)})


def name_of(kind: str, stored: StoredFile) -> str:
    """What a check is told that the file is called: ours, with the ending that its content has."""
    return f"{kind}.{ENDINGS.get(stored.media_type, 'bin')}"


def keep(material_id: int, version: str, sha256: str, seen: Look) -> None:
    """Note what was found in place of what an earlier version of the check found. Noted once however often it is called."""
    with writing() as session:
        row = session.get(CaseMaterial, material_id, with_for_update={"of": CaseMaterial}, populate_existing=True)
        if row is None or row.look_state != "waiting":
            return
        write(row, version, sha256, seen)


def write(row: CaseMaterial, version: str, sha256: str, seen: Look) -> None:
    """Inside the writing transaction, with the row locked: what this version found takes the place of what an earlier one did."""
    check = version.partition(" ")[0]
    db.session.execute(sa.delete(CaseFinding).where(CaseFinding.material_id == row.id, CaseFinding.check_version.startswith(f"{check} ")))
    for each in {mark_of(sha256, version, f): f for f in seen.findings}.values():
        db.session.add(finding_row(row, each, sha256, version))
    for name, media_type in KINDS.items():
        picture = seen.pictures.get(name)
        setattr(row, f"{name}_sha256", files.keep(picture, media_type).sha256 if picture else None)
    row.look, row.look_state, row.look_version = {**seen.facts, "at": clock.now().isoformat()}, "done", version


def finding_row(row: CaseMaterial, each: Finding, sha256: str, version: str = "") -> CaseFinding:
    return CaseFinding(
        case_id=row.case_id, material_id=row.id, target=f"material:{row.kind}", code=each.code, level=each.level, msgid=each.msgid, values=each.values,
        measured=each.measured[:80], limit=each.limit[:80], check_version=version, mark=mark_of(sha256, version, each), found_at=clock.now(),
    )  # fmt: skip


def mark_of(sha256: str, version: str, each: Finding) -> str:
    return fingerprint(sha256, version, each.target, each.code, each.msgid, each.values)


def waiting(case: Case) -> list[CaseMaterial]:
    """The live files of the case that nobody has looked at yet."""
    return [m for m in case.live_materials if m.look_state == "waiting"]
