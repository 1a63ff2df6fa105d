"""Looking again at stored files after a new version of a check: `flask intake relook`.

Only live files of drafts and of cases still open, only where an earlier version looked: a decided case keeps what its officers saw. One file is one
transaction, and a file that carries the present version is left alone, so that a run which was killed is simply started again, and two at once do no harm.

A filing that lies with the authority was let in under the rules of its day: what would now refuse its file is held for the officer instead (`review`), since
its employer could not change a part that is locked. Drafts, and the materials that a return names, are judged as they would be today.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from workflow import files, looking
from workflow.application import CORRECTING, OPEN_STATES, State
from workflow.filing import CLOSED
from workflow.intake.findings import Finding, verdict
from workflow.intake.looks import Look
from workflow.materials import MATERIALS
from workflow.models import Case, CaseFinding, CaseMaterial, StoredFile, db, writing
from workflow.transaction import load


@dataclass(frozen=True)
class Again:
    """One file looked at again. `added` and `gone` are codes of findings; `failed`: why nothing could be said (the file keeps what was found before)."""

    material: int
    case: str
    kind: str
    before: str
    version: str
    verdict: str = ""
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    failed: str = ""


def stale(kinds: tuple[str, ...] = ()) -> list[int]:
    """The files that an earlier version of their check has looked at, oldest first. `kinds` are checks (photo, passport, contract); none: all."""
    found: list[int] = []
    for material in MATERIALS.values():
        version = looking.version_of(material.code)
        if not version or (kinds and material.check not in kinds):
            continue
        open_cases = CaseMaterial.case.has(Case.state.in_((State.DRAFT, *OPEN_STATES)))
        seen = sa.select(CaseMaterial.id).where(CaseMaterial.kind == material.code, CaseMaterial.look_state == "done", CaseMaterial.look_version != version, CaseMaterial.replaced_at.is_(None))
        shut = CaseMaterial.stored.has(StoredFile.scan.in_(CLOSED))
        found += db.session.scalars(seen.where(open_cases, ~shut, CaseMaterial.sha256.is_not(None)))
    return sorted(found)


def look_again(material_ids: list[int], *, dry: bool = False) -> Iterator[Again]:
    """Look at each of these files and, unless `dry`, note what is found in place of what was."""
    for material_id in material_ids:
        row = db.session.get(CaseMaterial, material_id, options=[joinedload(CaseMaterial.stored), joinedload(CaseMaterial.case)])
        if row is None or row.sha256 is None or row.stored is None or row.look_version == looking.version_of(row.kind):
            db.session.rollback()
            continue
        number, kind, sha256, before, version, name = row.case.number, row.kind, row.sha256, row.look_version, looking.version_of(row.kind), looking.name_of(row.kind, row.stored)
        db.session.rollback()
        try:
            seen = looking.CHECKS[MATERIALS[kind].check].look(name, files.read(sha256))
        except Exception as trouble:  # one file that cannot be read costs its own answer, never the others'
            looking.log.exception("material %s could not be looked at again", material_id)
            yield Again(material_id, number, kind, before, version, failed=type(trouble).__name__)
            continue
        if told := _keep(material_id, before, version, seen, dry):
            yield told


def _keep(material_id: int, before: str, version: str, seen: Look, dry: bool) -> Again | None:
    """Note it, if nobody has done so or put another file there meanwhile. When `dry` nothing is written."""
    with writing() as session:
        row = load(CaseMaterial, material_id)
        if row.look_state != "done" or row.look_version != before or row.replaced_at is not None or row.sha256 is None:
            return None
        case = session.get_one(Case, row.case_id)
        seen = replace(seen, findings=tuple(_today(case, row, each) for each in seen.findings))
        told = Again(material_id, case.number, row.kind, before, version, verdict(seen.findings), *_change(row, version, seen))
        if not dry:
            offer = (row.look or {}).get("offer")
            looking.write(row, version, row.sha256, seen)
            if offer is not None:
                row.look = {**(row.look or {}), "offer": offer}
        return told


def _today(case: Case, row: CaseMaterial, each: Finding) -> Finding:
    asked_for = case.state is State.DRAFT or (case.state in CORRECTING and any(d.target == f"material:{row.kind}" for d in case.told_defects))
    return each if asked_for or each.level != "reject" else replace(each, level="review")


def _change(row: CaseMaterial, version: str, seen: Look) -> tuple[tuple[str, ...], tuple[str, ...]]:
    check = version.partition(" ")[0]
    old = set(db.session.scalars(sa.select(CaseFinding.code).where(CaseFinding.material_id == row.id, CaseFinding.check_version.startswith(f"{check} "))))
    new = {each.code for each in seen.findings}
    return tuple(sorted(new - old)), tuple(sorted(old - new))
