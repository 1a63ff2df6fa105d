"""What both offices of the residence step look at: the person, the proof, the days since entry, the originals, the papers."""

from typing import Any

import sqlalchemy as sa
from flask import abort
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from portal.review.levers import bar
from workflow import clock, counter, together, worth
from workflow.engine import N_
from workflow.materials import MATERIALS
from workflow.models import Case, CaseMaterial, Original, Residence, db
from workflow.papers import KINDS, Paper
from workflow.residence import DAYS_AFTER_ENTRY, lifecycle
from workflow.worth import Outcome

# outcome → tone, icon, sentence
OUTCOMES: dict[str, tuple[str, str, str]] = {
    Outcome.IN_FORCE: ("good", "shield-check", N_("Notification genuine and in force")),
    Outcome.PAST: ("turn", "history", N_("Notification genuine, past its three months")),
    Outcome.ENDED: ("stop", "ban", N_("The permit of this notification has ended")),
    Outcome.REPLACED: ("turn", "replace", N_("Replaced by a newer notification")),
    Outcome.CANCELLED: ("stop", "ban", N_("Cancelled")),
    Outcome.ON_RECORD: ("rest", "file-text", N_("A genuine paper of this case, but not the notification")),
    Outcome.ALTERED: ("stop", "shield-x", N_("Altered: the signature in the code does not hold. Do not accept this paper.")),
    Outcome.WITHDRAWN_KEY: ("stop", "shield-x", N_("The key that signed this paper was withdrawn. Ask for a new paper.")),
    Outcome.ELSEWHERE: ("turn", "question-mark", N_("Signed, but not known here. It may come from another place.")),
    Outcome.UNKNOWN: ("stop", "question-mark", N_("Nothing of this authority belongs to this code or number. Compare it with the paper, sign by sign.")),
    Outcome.UNCLEAR: ("turn", "alert-triangle", N_("It cannot be looked up at this moment. Try again in a minute; do not take it as valid.")),
}
COPIES = selectinload(Residence.originals).joinedload(Original.material).options(joinedload(CaseMaterial.stored), joinedload(CaseMaterial.shown))
TOGETHER = ("rest", "file-text", N_("Filed together with the work permit"))
PROOFS = {"together": N_("The work permit granted in the same filing"), "notice": N_("A notification within its three months"), "permit_page": N_("The work-permit page of the registered electronic card"), "": N_("No proof stands")}


def find(residence_id: int) -> Residence:
    """A residence step of the own authority with what its pages show; for everybody else it does not exist."""
    case = joinedload(Residence.case)
    loaded = (case.joinedload(Case.employer), case.joinedload(Case.profile_row), case.joinedload(Case.authority), case.selectinload(Case.papers), COPIES)
    residence = db.session.scalar(sa.select(Residence).where(Residence.id == residence_id, Residence.authority_id == current_user.authority_id).options(*loaded))
    if residence is None:
        abort(404)
    return residence


def context(residence: Residence, address: Any, shown_ref: str = "") -> dict[str, Any]:
    """Everything a page about this step says. `address(trigger)` is where a move is posted; `shown_ref` the paper that was scanned."""
    case = residence.case
    notice = next((p for p in reversed(case.papers) if p.kind is Paper.NOTIFICATION and residence.permit_id and p.permit_id == residence.permit_id), None)
    paper = next((p for p in case.papers if shown_ref and p.ref == shown_ref), notice)
    due = counter.due_after_entry(residence.entered_on)
    wanting, unseen = residence.wanting, [o for o in residence.originals if o.verdict is None]
    return {
        "residence": residence, "case": case, "person": residence.holder, "permit": residence.terms, "notice": notice, "paper": paper,
        "outcome": OUTCOMES[worth.outcome_of(paper)] if paper else TOGETHER if residence.joint else OUTCOMES[Outcome.UNKNOWN],
        "deadline": together.deadline_of(residence),
        "due": due, "days_left": (due - clock.today()).days if due else None, "days_after_entry": DAYS_AFTER_ENTRY, "wanting": wanting, "unseen": unseen,
        "moves": bar(lifecycle, residence, address, {"decline_originals": len(wanting)}), "materials": MATERIALS, "paper_kinds": KINDS,
        "line_of": counter.line_of, "today": clock.today(),
        "own_papers": [p for p in case.papers if p.kind.value.startswith(("originals_", "residence_"))],
    }  # fmt: skip


def proven(residence: Residence) -> dict[str, str]:
    """Which proof stands today, and its words."""
    proof = residence.proof
    return {"proof": proof, "proof_words": PROOFS[proof]}


def tally(residence: Residence) -> str:
    """What is still open on the list, in one sentence."""
    count = {verdict: sum(o.verdict == verdict for o in residence.originals) for verdict in ("differs", "missing", None)}
    said = [(count["differs"], N_("%(num)s differs")), (count["missing"], N_("%(num)s missing")), (count[None], N_("%(num)s not looked at"))]
    return gettext(", ").join(gettext(words) % {"num": n} for n, words in said if n)
