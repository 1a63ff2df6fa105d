"""A cancellation on paper, taken in at the window: the sealed letter is scanned and stored, and the officer completes it. One act, one transaction.

For a notification granted before 1 December 2024 whose card was never claimed (seed 002 question 16), and for the foreigner whose employer
is wound up (domain.md 1.2). The case begins and ends here; its file, its papers and its effect are those of any other case.

The scans go to the antivirus like every file. An infected one is refused. Where it gives no answer the visitor is not sent home: the officer has the sealed
paper in hand, and on it the act rests; its scan is held and opened to nobody until the antivirus has spoken.
"""

from typing import Any

import sqlalchemy as sa

from workflow import attaching, clock, desk, files, jobs, quarantine
from workflow.application import State
from workflow.engine import N_, Refused
from workflow.fields import read
from workflow.intake.names import safe_name
from workflow.intake.uploads import MEDIA_TYPES
from workflow.ledger import write as note
from workflow.materials import MATERIALS
from workflow.models import Case, CaseMaterial, Employer, Permit, Person, db, writing
from workflow.permit import PermitState
from workflow.roles import Role
from workflow.services import service
from workflow.transaction import done_before, fingerprint, load, remember

ROW = "cancellation_paper"
MOST_FOUND = 10


def find(text: str, by: Any) -> list[Permit]:
    """The standing permits of this officer's authorities by permit number, passport number, notification number or name."""
    text = " ".join(text.split()).upper()[:60]
    if len(text) < 4:
        return []
    name = Person.surname + " " + Person.given_names
    found = sa.select(Permit).join(Person, Permit.person_id == Person.id).where(Permit.state == PermitState.VALID)
    found = found.where(sa.or_(Person.permit_number == text, Person.passport_no == text, Permit.legacy_notice_number == text, name == text))
    if by.reach_authorities is not None:
        found = found.where(Permit.authority_id.in_(by.reach_authorities))
    return list(db.session.scalars(found.order_by(Permit.valid_to).limit(MOST_FOUND)))


def take_in(permit_id: int, said: dict[str, str], scans: dict[str, tuple[str, bytes]], *, by: Any, key: str | None = None) -> Case:
    """Store the scans, open the case and complete it. `said`: ground, ended_on, note as typed; `scans`: material → (file name, bytes).

    Raises Refused with the sentence of what is missing, of a file that cannot be taken, or of the condition that does not hold.
    """
    if Role.WINDOW not in by.roles:
        raise Refused("role", N_("This step belongs to another office or person."))
    inspected = {kind: _look(kind, name, data) for kind, (name, data) in scans.items()}
    scanned = {kind: _scan(kind, data) for kind, (_, data) in scans.items()}
    body = fingerprint("paper", permit_id, said, {kind: len(data) for kind, (_, data) in scans.items()})
    with writing() as session:
        before = done_before(key, by, body)
        if before:
            return session.get_one(Case, before["case"])
        permit = load(Permit, permit_id)
        if by.reach_authorities is not None and permit.authority_id not in by.reach_authorities:
            raise Refused("reach", N_("This file belongs to another employer or another authority."))
        case = desk.open_case(ROW, session.get_one(Employer, permit.employer_id), by, permit)
        note(case, "start", by=by, role=Role.WINDOW, from_version=0, to_state=State.DRAFT, facts={"service": ROW, "permit": permit_id})
        section = service(ROW).section("cancellation")
        assert section is not None
        case.answers = {**case.answers, "cancellation": {f.code: read(f, said.get(f.code, ""))[0] for f in section.fields}}
        for kind, (name, data) in scans.items():
            stored = files.keep(data, inspected[kind].media_type)
            quarantine.note(stored, scanned[kind])
            clean = inspected[kind].clean
            shown = files.keep(clean, MEDIA_TYPES[inspected[kind].ext]) if clean else stored
            row = CaseMaterial(case_id=case.id, kind=kind, sha256=stored.sha256, shown_sha256=shown.sha256, name=safe_name(name), pages=inspected[kind].pages, attached_by_id=by.id, attached_at=clock.now())
            session.add(row)
            case.materials.append(row)
        session.flush()
        if wanting := [*case.missing, *case.faults]:
            raise Refused(f"at:{wanting[0].target}", wanting[0].msgid, **wanting[0].values)
        desk.pull(case, "complete_paper", by, {})
        remember(key, by, body, case=case.id)
        session.flush()
    jobs.wake()
    return db.session.get_one(Case, case.id)


def _look(kind: str, name: str, data: bytes) -> Any:
    if service(ROW).needed(kind) is None:
        raise Refused("material", N_("This filing does not ask for such a material."))
    inspected = attaching.inspect(MATERIALS[kind], name, data)
    if not inspected.ok:
        found = inspected.findings[0]
        raise Refused(f"at:material.{kind}", found.msgid, **found.values)
    return inspected


def _scan(kind: str, data: bytes) -> quarantine.Answer:
    answer = quarantine.scan(data)
    if answer.finding:
        raise Refused(f"at:material.{kind}", answer.finding.msgid, **answer.finding.values)
    return answer
