"""Papers whose key was revoked, and issuing them anew: the same facts, a new reference, a new signature, the next issue of the same number.

Nothing is decided again: the day of issue, the period and the three months of a notice stay what they were. The former paper is superseded by
the new one, the case file says so, and the employer and the holder are told to use the new one.
"""

import re

import sqlalchemy as sa

from workflow import clock, issuing, jobs, ledger, messages, notice
from workflow.documents import claims, refs
from workflow.documents.credential import REVOKED, payload_of
from workflow.engine import N_, Refused
from workflow.models import Case, PaperRow, db, writing
from workflow.notice import NoticeState
from workflow.papers import OPENS_REGISTRATION
from workflow.roles import SYSTEM, Role
from workflow.transaction import load

_NUMBER = re.compile(r"(.*-[0-9]{6})(?:-([0-9]+))?", re.ASCII)
TO_EMPLOYER = N_("%(number)s, %(name)s: the paper %(paper)s was issued anew. The former one is no longer accepted; please download the new one and hand it on.")
TO_ENTRANT = N_("%(number)s: the letter %(paper)s was issued anew, since the signature of the former one is no longer accepted. Your employer has the new one; what was granted stays as it is.")


def affected() -> list[PaperRow]:
    """Papers in force whose key was revoked, oldest first: those to issue anew."""
    revoked = [kid for kid, state in issuing.keyring().states.items() if state == REVOKED]
    return list(db.session.scalars(sa.select(PaperRow).where(PaperRow.kid.in_(revoked), PaperRow.state == NoticeState.IN_FORCE).order_by(PaperRow.id)))


def reissue(paper_id: int) -> PaperRow:
    """Issue one paper anew. Raises Refused where its key still counts, or where it was replaced or cancelled already."""
    with writing() as session:
        old = load(PaperRow, paper_id)
        if not issuing.withdrawn(old.kid):
            raise Refused("key_counts", N_("The key of this paper was not revoked: the paper stands as it is."))
        if old.state is not NoticeState.IN_FORCE:
            raise Refused("ended", N_("This paper was replaced or cancelled; nothing is issued in its place."))
        case = load(Case, old.case_id)
        notice.lifecycle.perform("supersede", old, SYSTEM)
        old.changed_on = clock.today()
        session.flush()
        new = _again(old)
        old.superseded_by_id = new.id
        facts = {"papers": [new.number], "former": old.number, "key": old.kid}
        ledger.write(case, "issue_anew", by=SYSTEM, role=Role.SYSTEM, from_version=case.version, from_state=case.state, to_state=case.state, facts=facts)
        _tell(case, new)
        session.flush()
        new_id = new.id
    jobs.wake()
    return db.session.get_one(PaperRow, new_id)


def _again(old: PaperRow) -> PaperRow:
    """The same paper with the next issue's number: …-000018, then …-000018-2."""
    found = _NUMBER.fullmatch(old.number)
    number = f"{found[1]}-{int(found[2] or 1) + 1}" if found else f"{old.number}-2"
    new = PaperRow(kind=old.kind, case_id=old.case_id, permit_id=old.permit_id, ref=refs.new_ref(), number=number, issued_at=clock.now(), valid_until=old.valid_until)
    facts = old.facts | {"number": number, "ref": new.ref, "replaces": old.ref, "replaced_on": clock.today().isoformat()}
    return issuing.seal(new, facts, claims.decode(payload_of(old.token)) | {"ref": new.ref})


def _tell(case: Case, new: PaperRow) -> None:
    values = {"number": case.number, "name": case.applicant, "paper": new.number}
    messages.tell_employer(case.employer_id, case.id, TO_EMPLOYER, values)
    basic = case.answers.get("basic") or {}
    if new.kind in OPENS_REGISTRATION and basic.get("email"):
        messages.send(basic["email"], TO_ENTRANT, values, locale=basic.get("language") or "en", case_id=case.id)
