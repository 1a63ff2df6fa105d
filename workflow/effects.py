"""What a grant makes of the permit, by the effect that the service's row names: new, extend, amend, cancel, reissue. In the transaction of the grant."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from workflow import asking, clock, issuing, notice, permit, together
from workflow.engine import N_, Refused
from workflow.models import Card, Case, PaperRow, Permit, Residence, db
from workflow.notice import NoticeState
from workflow.papers import ENDS_WITH_PERMIT, Paper
from workflow.permit import PermitState
from workflow.roles import SYSTEM
from workflow.services import Effect, service
from workflow.transaction import load


def settle(case: Case) -> tuple[Permit, list[Paper]]:
    """Apply the effect of the granted case. Returns the permit it leaves and the papers to issue, in the row's order."""
    row = service(case.service)
    done = EFFECTS[row.effect](case)
    if row.residence and not together.join(case, done):
        db.session.add(Residence(case_id=case.id, permit_id=done.id, authority_id=case.authority_id, employer_id=case.employer_id, created_at=clock.now()))
    kinds = [kind for kind in row.on_grant if row.effect is not Effect.AMEND or kind is not Paper.REGISTRATION_SLIP or _needs_slip(done)]
    return done, kinds


def subject_of(case: Case) -> Permit:
    """The permit that the filing is about, as it is now, locked. Refused if something else has ended it meanwhile."""
    if case.about is None:
        raise Refused("subject", N_("Choose first whose permit it is about."))
    held = load(Permit, case.about.permit_id)
    if held.state is not PermitState.VALID:
        raise Refused("cancelled", N_("The permit of this filing was cancelled or replaced meanwhile."))
    return held


def recheck(case: Case, by: Any) -> None:
    """On submission the conditions hold still: days may have passed since the filing began."""
    row = service(case.service)
    if row.preconditions:
        about = db.session.get(Permit, case.about.permit_id) if case.about else None
        asking.check(row, asking.ask(case.profile, case.employer_id, about, without=case.id), by)


def _new(case: Case) -> Permit:
    """A new permit. One that another employer holds for the person must be gone, whatever the ground; of an old notification the new one takes its place."""
    if asking.held_elsewhere(case) or asking.earlier_of(case.answers, case.employer_id).get("in_force"):
        raise Refused("in_force", N_("This permit is still in force with another employer. It is cancelled there first."))
    return issuing.grant_permit(case, subject_of(case) if case.about else None)


def _extend(case: Case) -> Permit:
    """The new period, on the same permit number; permission is unbroken, so it counts as begun."""
    before = subject_of(case)
    after = issuing.grant_permit(case, before)
    after.unbroken_from = before.unbroken_from or before.valid_from
    return after


def _amend(case: Case) -> Permit:
    """The same permit with new facts; one of the old system becomes electronic where that is asked for, or always where the question is not asked."""
    held = subject_of(case)
    reissue = (case.answers.get("basic") or {}).get("reissue")
    if held.origin == "legacy" and reissue != "no":
        return _reissue(case)
    asked = case.answers.get("application") or {}
    issuing.ensure_person(case, held.person)
    held.permit_class, held.position, held.position_en = case.permit_class or held.permit_class, asked.get("position") or held.position, asked.get("position_en") or ""
    end_papers(held, "supersede")
    db.session.flush()
    return held


def _reissue(case: Case) -> Permit:
    """An electronic permit of the same period in place of the one on the physical card, which stays with its holder."""
    before = subject_of(case) if case.about else None
    after = issuing.grant_permit(case, before, number=(case.answers.get("card") or {}).get("permit_number") or "")
    after.physical_card_number = (before.physical_card_number if before else "") or (case.answers.get("card") or {}).get("card_number") or ""
    after.claimed = True
    return after


def _cancel(case: Case) -> Permit:
    held = subject_of(case)
    permit.lifecycle.perform("cancel", held, SYSTEM)
    held.ended_on = clock.today()
    end_papers(held, "cancel")
    db.session.flush()
    return held


EFFECTS: dict[Effect, Callable[[Case], Permit]] = {Effect.NEW: _new, Effect.EXTEND: _extend, Effect.AMEND: _amend, Effect.CANCEL: _cancel, Effect.REISSUE: _reissue}


def end_papers(held: Permit, trigger: str) -> None:
    """Notifications and slips end with what they stand for: `trigger` is "supersede" or "cancel"."""
    live = sa.select(PaperRow).where(PaperRow.permit_id == held.id, PaperRow.kind.in_(ENDS_WITH_PERMIT), PaperRow.state == NoticeState.IN_FORCE)
    for paper in db.session.scalars(live):
        notice.lifecycle.perform(trigger, paper, SYSTEM)
        paper.changed_on = clock.today()


def _needs_slip(held: Permit) -> bool:
    """An electronic permit whose holder has no card yet: the old notification is gone, so something must open registration."""
    return held.origin == "portal" and db.session.scalar(sa.select(Card.id).where(Card.person_id == held.person_id)) is None
