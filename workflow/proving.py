"""The proof: the work-permit page of the card as a signed paper, for a bank or a landlord. One a day says the same: it is given again."""

from datetime import timedelta

import sqlalchemy as sa

from workflow import clock, jobs, ledger
from workflow.issuing import CLASSES, issue, withdrawn
from workflow.models import Card, PaperRow, Permit, db, writing
from workflow.papers import Paper
from workflow.roles import ENTRANT, Actor, Role
from workflow.showing import can_show
from workflow.transaction import load

FRESH = timedelta(hours=24)
STANDINGS = {"valid": ("有效", "Valid"), "expiring": ("有效，即将到期", "Valid, ends soon"), "upcoming": ("已准予，尚未开始", "Granted, not begun yet")}


def prove(card_id: int, *, by: Actor = ENTRANT) -> PaperRow:
    """The proof paper of today, printed. Raises Refused for a locked card or a permit that is not in force."""
    with writing() as session:
        card = load(Card, card_id)
        can_show(card)
        permit = card.permit
        assert permit is not None  # can_show refuses a card without one
        paper = _fresh(permit)
        if paper is None:
            paper = issue(permit.case, Paper.PERMIT_PROOF, permit_row=permit, **_facts(permit))
            ledger.write(card, "prove", by=by, role=Role.ENTRANT, from_version=card.version, case_id=permit.case_id, facts={"paper": paper.number})
        session.flush()
        paper_id = paper.id
    found = db.session.get_one(PaperRow, paper_id)
    return found if found.pdf_sha256 else jobs.print_now(found)


def _fresh(permit: Permit) -> PaperRow | None:
    """The last proof of this permit, if it is of today and the permit stands as it says."""
    last = db.session.scalar(sa.select(PaperRow).where(PaperRow.permit_id == permit.id, PaperRow.kind == Paper.PERMIT_PROOF).order_by(PaperRow.id.desc()).limit(1))
    if last is None or clock.now() - last.issued_at > FRESH or withdrawn(last.kid):
        return None
    now = _facts(permit)
    return last if all(last.facts.get(name) == value for name, value in now.items() if name != "queried_at") else None


def _facts(permit: Permit) -> dict[str, str]:
    """What the permit says now: an amendment may have changed what was filed."""
    standing, kind, employer = STANDINGS[permit.standing()], CLASSES.get(permit.permit_class, ("", "")), permit.employer
    return {
        "name": permit.person.name, "chinese_name": permit.person.chinese_name, "class": permit.permit_class, "class_zh": kind[0], "class_en": kind[1],
        "position": permit.position, "position_en": permit.position_en, "place_zh": permit.place, "employer_zh": employer.name, "employer_en": employer.name_en or employer.name,
        "valid_from": permit.valid_from.isoformat(), "valid_to": permit.valid_to.isoformat(), "standing_zh": standing[0], "standing_en": standing[1], "queried_at": clock.now().isoformat(),
    }  # fmt: skip
