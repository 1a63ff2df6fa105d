"""并联: what the moves of a work-permit case do to the residence step that travels with it, and back. Sources: domain.md 9.2; product.md Z1, Z5.

The step is there from the filing on. A work permit refused ends it with its own paper; a residence permit refused leaves the work permit granted.
Locks are taken in the order case, residence step, slot.
"""

from typing import Any

from workflow import appointments, calendars, clock, issuing, ledger, messages
from workflow.application import State
from workflow.clock import WAITING, Deadline, Running
from workflow.models import Case, Permit, Residence, db
from workflow.papers import Paper
from workflow.residence import SEEN, ResidenceState, lifecycle
from workflow.roles import SYSTEM, Role
from workflow.services import service
from workflow.transaction import load

# move of the case → move of the residence step
FOLLOWS = {"pass_preliminary": "call_in", "refuse": "refuse_together", "withdraw": "end_together", "decline": "end_together"}
NOT_GRANTED = "与本申请并联提交的工作许可申请未获准予，居留许可申请失去办理依据。 The work permit applied for in the same filing was refused, so the residence permit has no basis."


def follow(case: Case, trigger: str) -> None:
    """After a move of the case, in its transaction: the filing begins the step, the others move it on."""
    if not service(case.service).is_joint:
        return
    if trigger == "submit" and case.residence is None:
        _begin(case)
    elif trigger in FOLLOWS and case.residence is not None:
        step = load(Residence, case.residence.id)
        if lifecycle.find(FOLLOWS[trigger], step.state):
            _move(step, FOLLOWS[trigger])


def _begin(case: Case) -> None:
    step = Residence(
        case=case, joint=True, state=ResidenceState.TRAVELLING, authority_id=case.authority_id, employer_id=case.employer_id, version=1, head="", events_count=0, created_at=clock.now()
    )
    db.session.add(step)
    db.session.flush()
    ledger.write(step, "travel", by=SYSTEM, role=Role.SYSTEM, from_version=0, to_state=step.state)


def _move(step: Residence, trigger: str, **facts: Any) -> None:
    from_version, from_state = step.version, step.state
    if trigger == "refuse_together":
        step.decided_at = clock.now()  # first: the database refuses a decided step without its moment, and reading flushes
    move = lifecycle.perform(trigger, step, SYSTEM)
    if trigger in ("refuse_together", "end_together"):
        appointments.end(step, "ended")
    told: dict[str, Any] = {**police(step.case), "reason": NOT_GRANTED, "grounds": [], "together": True}
    papers = [issuing.issue(step.case, Paper(kind), **told) for kind in move.issues]
    ledger.write(
        step, trigger, by=SYSTEM, role=Role.SYSTEM, from_version=from_version, from_state=from_state, to_state=step.state,
        facts={**facts, **({"papers": [p.number for p in papers]} if papers else {})},
    )  # fmt: skip
    messages.after_move(step.case, trigger)


def police(case: Case) -> dict[str, str]:
    """Papers of the residence permit are signed by the exit-entry administration, not by the authority that decides on the work permit."""
    office = case.authority
    return {"authority_zh": office.exit_entry_name or office.name, "authority_en": office.exit_entry_name_en or office.name_en}


def join(case: Case, permit: Permit) -> bool:
    """The granted permit, and the limit still running, are carried to the step that travelled with the filing. False where none did."""
    if case.residence is None or not case.residence.joint:
        return False
    step = load(Residence, case.residence.id)
    _move(step, "join_permit", permit=permit.id)
    step.permit_id = permit.id
    return True


def carry_limit(case: Case) -> None:
    """Before the grant ends the case's limit: the rest of it is the residence step's."""
    if case.residence is not None and case.residence.joint and case.running.kind == "decision":
        step = load(Residence, case.residence.id)
        step.limit_since, step.limit_used, step.limit_extended = case.running.since, case.running.used, case.running.extended


def running(case: Case) -> Running:
    """The case's clock: at rest in acceptance while the employer has still to bring the originals."""
    waits = case.state is State.ACCEPTANCE and service(case.service).is_joint and case.residence is not None and case.residence.state not in SEEN
    return Running() if waits else case.running


def lock_case(residence_id: int) -> None:
    """Before the step itself is locked."""
    case_id = db.session.query(Residence.case_id).filter(Residence.id == residence_id, Residence.joint).scalar()
    if case_id is not None:
        load(Case, case_id)


def originals_in(step: Residence, by: Any, role: Role) -> None:
    """The originals were handed in: the limit of acceptance begins."""
    case = step.case
    if not step.joint or case.state is not State.ACCEPTANCE:
        return
    from_version = case.version
    case.running = Running("acceptance", clock.today())
    due = clock.deadline(case.running, case.profile.limits, clock.today(), calendars.is_working_day)
    case.due_on, case.changed_at = (due.due if due else None), clock.now()
    ledger.write(case, "originals_in", by=by, role=role, from_version=from_version, from_state=case.state, to_state=case.state)


def deadline_of(step: Residence) -> Deadline | None:
    """The joint limit, which runs from acceptance through both decisions. None outside a joint filing, before it and after it."""
    if not step.joint or step.decided_at is not None or step.state is ResidenceState.ENDED_WITH_FILING:
        return None
    now = Running("decision", step.limit_since, step.limit_used, step.limit_extended) if step.limit_since else step.case.running
    return clock.deadline(now, step.case.profile.limits, clock.today(), calendars.is_working_day) if now.kind in ("decision", WAITING) else None
