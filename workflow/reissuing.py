"""Papers whose key was revoked, and issuing them anew: the same facts, a new reference, a new signature, the next issue of the same number.

Nothing is decided again: the day of issue, the period and the three months of a notice stay what they were. The former paper is superseded by
the new one, the case file says so, and the employer and the holder are told to use the new one.

By command all at once (portal/keys_cli.py), or by the administrator for the own authority: promised in one transaction, done one by one by the
worker (`issue_promised`), each paper in a transaction of its own. A paper that is promised twice, or was replaced meanwhile, is issued once.
"""

import re
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from workflow import clock, issuing, ledger, messages, notice
from workflow.documents import claims, refs
from workflow.documents.credential import REVOKED, payload_of
from workflow.engine import N_, Refused
from workflow.models import Case, Event, Outbox, PaperRow, User, db, writing
from workflow.notice import NoticeState
from workflow.papers import OPENS_REGISTRATION
from workflow.roles import SYSTEM, Role
from workflow.transaction import load

TASK = "reissue_paper"
_NUMBER = re.compile(r"(.*-[0-9]{6})(?:-([0-9]+))?", re.ASCII)
TO_EMPLOYER = N_("%(number)s, %(name)s: the paper %(paper)s was issued anew. The former one is no longer accepted; please download the new one and hand it on.")
TO_ENTRANT = N_("%(number)s: the letter %(paper)s was issued anew, since the signature of the former one is no longer accepted. Your employer has the new one; what was granted stays as it is.")


def revoked() -> list[str]:
    """The ids of the keys that were revoked."""
    return [kid for kid, state in issuing.keyring().states.items() if state == REVOKED]


def affected(authority_id: int | None = None, *, after: int = 0, most: int | None = None) -> list[PaperRow]:
    """Papers in force whose key was revoked, oldest first: those to issue anew. Of one authority where it is named."""
    query = _affected(authority_id).where(PaperRow.id > after).options(joinedload(PaperRow.case)).order_by(PaperRow.id)
    return list(db.session.scalars(query.limit(most) if most else query))


def _affected(authority_id: int | None) -> sa.Select[tuple[PaperRow]]:
    query = sa.select(PaperRow).where(PaperRow.kid.in_(revoked()), PaperRow.state == NoticeState.IN_FORCE)
    return query.join(Case, Case.id == PaperRow.case_id).where(Case.authority_id == authority_id) if authority_id is not None else query


def progress(authority_id: int) -> dict[str, int]:
    """`left`: to issue anew; `promised`: of them, those that the worker has before it; `failing`: of those, what it tried in vain so far; `done`: issued anew."""
    mine = _affected(authority_id).subquery()
    promise = Outbox.key == sa.literal("reissue:") + sa.cast(mine.c.id, sa.String)
    counts = sa.select(sa.func.count(), sa.func.count(Outbox.id), sa.func.sum(sa.case((Outbox.failure != "", 1), else_=0))).select_from(mine.outerjoin(Outbox, promise & Outbox.done_at.is_(None)))
    left, promised, failing = db.session.execute(counts).one()
    replaced = sa.select(sa.func.count()).select_from(PaperRow).join(Case, Case.id == PaperRow.case_id)
    done = db.session.scalar(replaced.where(PaperRow.kid.in_(revoked()), PaperRow.superseded_by_id.is_not(None), Case.authority_id == authority_id)) or 0
    return {"left": left, "promised": promised, "failing": int(failing or 0), "done": done}


def journal(authority_id: int, most: int = 50) -> list[tuple[PaperRow, PaperRow, Event | None]]:
    """(former paper, new paper, line of the case file), the newest first."""
    new = aliased(PaperRow)
    query = sa.select(PaperRow, new).join(new, new.id == PaperRow.superseded_by_id).join(Case, Case.id == PaperRow.case_id)
    query = query.where(PaperRow.kid.in_(revoked()), Case.authority_id == authority_id).order_by(new.id.desc()).limit(most)
    rows = db.session.execute(query.options(joinedload(PaperRow.case))).all()
    lines = sa.select(Event).where(Event.case_id.in_([old.case_id for old, _ in rows]), Event.trigger == "issue_anew")
    said = {line.facts["former"]: line for line in db.session.scalars(lines)}
    return [(old, again, said.get(old.number)) for old, again in rows]


def promise(paper_ids: list[int] | None, *, by: Any) -> int:
    """Have papers of the own authority issued anew: those named, or all (None). Returns how many were promised now; one that is promised already is not counted."""
    if Role.ADMIN not in by.roles:
        raise Refused("role", N_("This step belongs to another office or person."))
    with writing() as session:
        wanted = [paper.id for paper in affected(by.authority_id) if paper_ids is None or paper.id in paper_ids]
        if not wanted:
            raise Refused("nothing", N_("None of these papers is to be issued anew any more."))
        session.execute(sa.delete(Outbox).where(Outbox.task == TASK, Outbox.done_at.is_not(None)))
        waiting = set(session.scalars(sa.select(Outbox.key).where(Outbox.task == TASK)))
        keys = {key: paper_id for paper_id in wanted if (key := f"reissue:{paper_id}") not in waiting}
        now = clock.now()
        session.add_all(Outbox(task=TASK, key=key, payload={"paper": paper_id, "by": by.id}, created_at=now, due_at=now) for key, paper_id in keys.items())
    return len(keys)


def issue_promised(payload: dict[str, Any]) -> None:
    """The worker's part. A paper that was replaced or cancelled meanwhile is left alone."""
    with suppress(Refused):
        reissue(payload["paper"], by=db.session.get_one(User, payload["by"]))


def reissue(paper_id: int, *, by: Any = SYSTEM) -> PaperRow:
    """Issue one paper anew; whoever calls wakes the printer. Raises Refused where its key still counts, or where it was replaced or cancelled already."""
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
        role = Role.ADMIN if Role.ADMIN in by.roles else Role.SYSTEM
        ledger.write(case, "issue_anew", by=by, role=role, from_version=case.version, from_state=case.state, to_state=case.state, facts=facts)
        _tell(case, new)
        session.flush()
        new_id = new.id
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
