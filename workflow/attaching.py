"""Files of a case: opened in a child process, stored by content, then noted in one transaction. Also written commitments in their place.

A file that cannot be opened is not attached, and every reason is told. What the file shows is looked at afterwards, as a job (workflow/looking.py);
what is found stays with the file, for handler and officer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow import clock, deeds, files, jobs, ledger, looking, paper_rules, quarantine, quotas
from workflow.application import CORRECTING, State
from workflow.desk import may_edit
from workflow.engine import N_, Refused
from workflow.intake.findings import Finding, size_text
from workflow.intake.findings import found as finding_of
from workflow.intake.names import safe_name
from workflow.intake.uploads import MEDIA_TYPES, RULES, Inspected, check_upload
from workflow.materials import MATERIALS, Material
from workflow.models import Case, CaseMaterial, db, writing
from workflow.roles import Role
from workflow.services import service
from workflow.transaction import done_before, fingerprint, load, remember

NOT_ASKED = N_("This filing does not ask for such a material.")


@dataclass(frozen=True)
class Attached:
    """`material` is None when the file was refused; `findings` tell why, or what was found beside."""

    material: CaseMaterial | None
    findings: tuple[Finding, ...]


def inspect(material: Material, name: str, data: bytes) -> Inspected:
    """What every upload goes through, outside any transaction."""
    return check_upload(name, data, accept=material.accept, max_bytes=material.max_bytes, max_pages=material.max_pages)


def attach(case_id: int, kind: str, name: str, data: bytes, *, by: Any, key: str | None = None, issued_on: date | None = None, looked_at: Inspected | None = None, how: str = "") -> Attached:
    """Attach one file under a kind of material. At the kind's limit the newest file takes the oldest one's place, which stays in the case file.

    `looked_at` is what `inspect` said of the same bytes before, where many files are attached at once. `how` the file came, if otherwise than by upload, for the case file.
    """
    case, material = db.session.get_one(Case, case_id), MATERIALS.get(kind)
    if material is None or service(case.service).needed(kind) is None:
        raise Refused("material", NOT_ASKED)
    _editable(case, by, kind)
    sha256 = files.name_of(data)
    if full := quotas.over(case, len(data), sha256):
        return Attached(None, (full,))
    inspected = looked_at or inspect(material, name, data)
    if not inspected.ok:
        return Attached(None, inspected.findings)
    scanned = quarantine.scan(data)
    if scanned.finding:
        return Attached(None, (scanned.finding,))
    body = fingerprint(case_id, kind, name, sha256)
    with writing() as session:
        case = load(Case, case_id)
        if done_before(key, by, body) is not None:
            return Attached(next((m for m in reversed(case.live_materials) if m.kind == kind), None), inspected.findings)
        _editable(case, by, kind)
        if full := quotas.over_now(case, len(data), sha256):
            return Attached(None, (full,))
        from_version = case.version
        stored = files.keep(data, inspected.media_type)
        quarantine.note(stored, scanned)
        shown = files.keep(inspected.clean, MEDIA_TYPES[inspected.ext]) if inspected.clean else stored
        preview = files.keep(inspected.preview, "image/jpeg").sha256 if inspected.preview else None
        row = CaseMaterial(
            case_id=case.id, kind=kind, sha256=stored.sha256, shown_sha256=shown.sha256, preview_sha256=preview, name=safe_name(name), pages=inspected.pages, issued_on=issued_on,
            attached_by_id=by.id, attached_at=clock.now(), round=deeds.returns(case),
        )  # fmt: skip
        _make_room(case, material)
        session.add(row)
        case.materials.append(row)
        session.flush()
        for each in inspected.findings:
            session.add(looking.finding_row(row, each, stored.sha256))
        looking.ask(row)
        _note(case, "attach", by, from_version, kind, {"sha256": stored.sha256, "name": row.name, "pages": row.pages, **({"how": how} if how else {})})
        remember(key, by, body, material=row.id)
        session.flush()
        material_id = row.id
    jobs.wake()
    return Attached(db.session.get_one(CaseMaterial, material_id), inspected.findings)


def _make_room(case: Case, material: Material) -> None:
    """A returned case gets a fresh set for the material the defect names; otherwise the oldest file beyond the limit gives way."""
    here = [m for m in case.live_materials if m.kind == material.code]
    fresh = [m for m in here if m.round == deeds.returns(case)] if case.state in CORRECTING else here
    stale = [m for m in here if m not in fresh or m.committed]
    over = len(fresh) + 1 - material.max_files
    for row in stale + (fresh[:over] if over > 0 else []):
        row.replaced_at = clock.now()


def too_big(material: Material, size: int) -> Finding | None:
    """The refusal of a file that need not even be read."""
    return finding_of(RULES, "filesize", size_text(size), size_text(material.max_bytes)) if size > material.max_bytes else None


def date_issue(case_id: int, kind: str, issued_on: date | None, *, by: Any, authentication: str | None = None, translation: str | None = None) -> Case:
    """Note the day on which a paper was issued, how it was authenticated and whether its translation is there; of all its files. None: not asked."""
    said = {"issued_on": issued_on} | {name: value[:20] for name, value in (("authentication", authentication), ("translation", translation)) if value is not None}
    if said.get("authentication", "") not in ("", *paper_rules.AUTHENTICATIONS) or said.get("translation", "") not in ("", *paper_rules.TRANSLATIONS):
        raise Refused("choice", N_("Choose one of the list."))
    with writing() as session:
        case = load(Case, case_id)
        _editable(case, by, kind)
        rows = [m for m in case.live_materials if m.kind == kind and not m.committed and any(getattr(m, name) != value for name, value in said.items())]
        if not rows:
            return case
        from_version = case.version
        for row in rows:
            for name, value in said.items():
                setattr(row, name, value)
        _note(case, "date_issue", by, from_version, kind, {**said, "issued_on": issued_on.isoformat() if issued_on else None})
        session.flush()
        return case


def commit_in_writing(case_id: int, kind: str, *, by: Any) -> Case:
    """Class A commits in writing instead of handing in the paper; anybody filing from overseas may do so for the health certificate."""
    with writing() as session:
        case = load(Case, case_id)
        material = MATERIALS.get(kind)
        if material is None or service(case.service).needed(kind) is None:
            raise Refused("material", NOT_ASKED)
        _editable(case, by, kind)
        if not may_commit(case, material):
            raise Refused("commit", N_("A written commitment is open to class A only, and for the health certificate to filings from overseas."))
        if any(m.kind == kind and m.committed for m in case.live_materials):
            return case
        from_version = case.version
        row = CaseMaterial(case_id=case.id, kind=kind, committed=True, attached_by_id=by.id, attached_at=clock.now(), round=deeds.returns(case))
        session.add(row)
        case.materials.append(row)
        _note(case, "commit", by, from_version, kind, {})
        session.flush()
        return case


def may_commit(case: Case, material: Material) -> bool:
    """Class A by commitment, unless its class rests on the paper; the health pledge where the service is filed from overseas."""
    if material.pledge and service(case.service).overseas:
        return True
    return material.commit and case.permit_class == "A"


def detach(case_id: int, material_id: int, *, by: Any) -> Case:
    """Take a file out of a draft or of a part that came back. Its bytes and its line in the case file stay."""
    with writing() as session:
        case = load(Case, case_id)
        row = next((m for m in case.live_materials if m.id == material_id), None)
        if row is None:
            raise Refused("material", N_("This file has been removed or replaced already."))
        _editable(case, by, row.kind)
        from_version, row.replaced_at = case.version, clock.now()
        _note(case, "detach", by, from_version, row.kind, {"name": row.name, "sha256": row.sha256})
        session.flush()
        return case


def _editable(case: Case, by: Any, kind: str) -> None:
    if not may_edit(case, by, f"material:{kind}"):
        raise Refused("locked", N_("This part is locked: it was found in order, or the case is not with the employer now."))


def _note(case: Case, trigger: str, by: Any, from_version: int, kind: str, facts: dict[str, Any]) -> None:
    if case.state is not State.DRAFT and trigger in ("attach", "commit", "date_issue"):
        for defect in case.told_defects:
            if defect.target == f"material:{kind}":
                defect.state, defect.answered_at = "answered", clock.now()
    case.changed_at = clock.now()
    ledger.write(case, trigger, by=by, role=Role.HANDLER, from_version=from_version, facts={"material": kind, **facts})
