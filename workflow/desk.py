"""Every write to a case: start, keep (a draft), attach (files), mark (defects, in marking.py), act (a move).

One act = one transaction = one line in the case file. The page a person acts from says which version it showed (`seen`) and carries a key,
so a stale tab is told what happened meanwhile and a form sent twice acts once.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from workflow import asking, calendars, clock, deeds, jobs, ledger, messages, prefilling, together
from workflow.application import CORRECTING, EDITORS, State, lifecycle
from workflow.calendars import is_working_day
from workflow.employer import EmployerState
from workflow.engine import N_, Refused, within_reach
from workflow.fields import Section, read
from workflow.issuing import case_number
from workflow.models import AuthorityProfile, Case, Employer, FilingSubject, Permit, User, db, writing
from workflow.roles import Role
from workflow.services import SERVICES, service
from workflow.transaction import done_before, fingerprint, load, remember, unchanged, within

LONGEST = 2000  # characters of a reason, an opinion, grounds
__all__ = ["act", "claim", "deadline_of", "employers_deadline", "keep", "may_edit", "start"]


def start(service_code: str, *, by: User, key: str | None = None, subject: int | None = None, employer_id: int | None = None) -> Case:
    """Open a draft, filled from the permit it is about (`subject`, a permit's id). Refused unless the employer's account is confirmed and the conditions hold.

    An agent names the employer it files for (`employer_id`); without it the filing is of the handler's own employer.
    """
    if service_code not in SERVICES:
        raise Refused("service", N_("There is no such service."))
    with writing() as session:
        place = employer_id or by.employer_id
        body = fingerprint("start", service_code, *([subject] if subject else []), *([f"for {place}"] if place != by.employer_id else []))
        before = done_before(key, by, body)
        if before:
            return session.get_one(Case, before["case"])
        employer = session.get(Employer, place) if by.employer_id and place in (by.reach_employers or ()) else None
        if employer is None or Role.HANDLER not in by.roles or Role.HANDLER not in service(service_code).open_to:
            raise Refused("role", N_("This step belongs to another office or person."))
        if employer.state is not EmployerState.CONFIRMED:
            raise Refused("employer", N_("The authority has not confirmed the employer's account yet. Filing begins when it has."))
        case = open_case(service_code, employer, by, session.get(Permit, subject) if subject else None)
        ledger.write(case, "start", by=by, role=Role.HANDLER, from_version=0, to_state=State.DRAFT, facts={"service": case.service, **({"permit": subject} if subject else {})})
        remember(key, by, body, case=case.id)
        return case


def open_case(service_code: str, employer: Employer, by: User, about: Permit | None) -> Case:
    """The row of a draft, with its number, the profile in force and what it begins filled with. Call it inside the writing transaction."""
    profile = db.session.scalars(sa.select(AuthorityProfile).where(AuthorityProfile.authority_id == employer.authority_id).order_by(AuthorityProfile.version.desc()).limit(1)).one()
    row = asking.under(service_code, profile.profile)
    about = about if row.subject in asking.ABOUT_A_PERMIT else None
    if about is not None and about.employer_id != employer.id:
        raise Refused("held_here", N_("This permit is held by another employer."))
    asking.check(row, asking.ask(profile.profile, employer.id, about), by)
    case = Case(
        number=case_number(employer.authority.division), service=row.code, employer_id=employer.id, authority_id=employer.authority_id,
        profile_id=profile.id, handler_id=by.id, created_at=clock.now(), changed_at=clock.now(), answers=prefilling.answers_for(row, about),
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    if about is not None:
        db.session.add(FilingSubject(case_id=case.id, permit_id=about.id, facts=asking.facts_of(about)))
    summarise(case)
    db.session.flush()
    return case


def may_edit(case: Case, by: Any, target: str) -> bool:
    """May this person change this part now? `target` is "answers:section", "answers:section.field" or "material:kind".

    A draft is open everywhere; a case that came back only where a defect was told.
    """
    if EDITORS.get(case.state) not in by.roles or not within_reach(case, by):
        return False
    if case.state is State.DRAFT:
        return True
    return any(told.target == target or told.target.startswith(f"{target}.") or target.startswith(f"{told.target}.") for told in case.told_defects)


def _editable(case: Case, by: Any, target: str) -> None:
    if not may_edit(case, by, target):
        raise Refused("locked", N_("This part is locked: it was found in order, or the case is not with the employer now."))


def keep(case_id: int, section_code: str, typed: Mapping[str, str] | list[Mapping[str, str]], *, by: Any, seen: int | None = None) -> Case:
    """Save what was typed on one page, readable or not: a value that cannot be read is kept as typed and named beside its field.

    On a case that came back only the fields told as defects change; the rest of the page is left as filed.
    """
    with writing() as session:
        case = load(Case, case_id)
        section = service(case.service).section(section_code)
        if section is None:
            raise Refused("section", N_("This form has no such page."))
        _editable(case, by, f"answers:{section_code}")
        from_version, old = case.version, case.answers.get(section_code)
        fresh = _as_kept(case, by, section, old, typed)
        if fresh == old:
            return case
        unchanged(case, seen)
        case.answers = {**case.answers, section_code: fresh}
        summarise(case)
        if case.state in CORRECTING:
            _answered(case, f"answers:{section_code}", old, fresh)
            ledger.write(case, "correct", by=by, role=Role.HANDLER, from_version=from_version, facts={"section": section_code, "from": old, "to": fresh})
        case.changed_at = clock.now()
        session.flush()
        return case


def _as_kept(case: Case, by: Any, section: Section, old: Any, typed: Any) -> Any:
    """The page's answers after this change: everything typed in a draft; in a case that came back, only what was told, the rest as filed."""
    if not section.repeating:
        open_fields = [f for f in section.fields if may_edit(case, by, f"answers:{section.code}.{f.code}")]
        return dict(old or {}) | {f.code: read(f, str(typed.get(f.code) or ""))[0] for f in open_fields if f.code in typed}
    rows = [{f.code: read(f, str(row.get(f.code) or ""))[0] for f in section.fields} for row in typed]
    if case.state is State.DRAFT or any(told.target == f"answers:{section.code}" for told in case.told_defects):
        return [row for row in rows if any(value not in ("", None) for value in row.values())]
    kept = [dict(row) for row in old or []]
    for index, row in enumerate(kept):
        for f in section.fields:
            told_here = may_edit(case, by, f"answers:{section.code}.{index}.{f.code}") or may_edit(case, by, f"answers:{section.code}.{f.code}")
            if told_here and index < len(rows) and f.code in typed[index]:
                row[f.code] = rows[index][f.code]
    return kept


def summarise(case: Case) -> None:
    basic = case.answers.get("basic") or {}
    case.applicant = f"{basic.get('surname') or ''} {basic.get('given_names') or ''}".strip()[:200]
    case.nationality, case.passport_no = str(basic.get("nationality") or "")[:3], str(basic.get("passport_no") or "")[:20]
    case.permit_class = str((case.answers.get("class_ground") or {}).get("class") or "")[:1]


def _answered(case: Case, target: str, old: Any, fresh: Any) -> None:
    """A told defect is answered when what it is about has changed."""
    for defect in case.told_defects:
        if defect.target == target or (defect.target.startswith(f"{target}.") and _part(old, defect.target) != _part(fresh, defect.target)):
            defect.state, defect.answered_at = "answered", clock.now()


def _part(held: Any, target: str) -> Any:
    """What a target names inside its section: a field, a row, a field of a row, or that field of every row."""
    path = target.partition(":")[2].split(".")[1:]
    for step in path:
        if isinstance(held, list):
            held = (held[int(step)] if int(step) < len(held) else None) if step.isdigit() else [row.get(step) for row in held]
        else:
            held = held.get(step) if isinstance(held, dict) else None
    return held


def claim(case_id: int, *, by: Any) -> Case:
    """Take a case off the queue, so that colleagues see whose it is. Another's case is not taken from her without a word."""
    with writing() as session:
        case = load(Case, case_id)
        if not any(lever.move.role_of(by) for lever in lifecycle.open_to(case, by)):
            raise Refused("role", N_("This step belongs to another office or person."))
        if case.claimed_by_id not in (None, by.id):
            raise Refused("claimed", N_("%(who)s has taken this case already."), who=case.claimed_by.name if case.claimed_by else "")
        from_version, case.claimed_by_id = case.version, by.id
        role = next(lever.move.role_of(by) for lever in lifecycle.open_to(case, by))
        ledger.write(case, "claim", by=by, role=role, from_version=from_version)
        session.flush()
        return case


def act(case_id: int, trigger: str, *, by: Any, seen: int | None, key: str | None = None, **answers: str) -> Case:
    """Pull one lever. State, case-file line, papers, permit and messages stand or fall in one transaction.

    Raises Refused: the sentence says why, or who was faster.
    """
    body = fingerprint(case_id, trigger, answers)
    with writing() as session:
        case = load(Case, case_id)
        if done_before(key, by, body) is not None:
            return case
        unchanged(case, seen)
        pull(case, trigger, by, answers)
        remember(key, by, body, case=case.id)
        session.flush()
    jobs.wake()
    return db.session.get_one(Case, case_id)


def pull(case: Case, trigger: str, by: Any, answers: Mapping[str, str]) -> None:
    """Perform the move with everything that belongs to it. Call it inside the writing transaction, with the case loaded in it."""
    from_version, from_state = case.version, case.state
    move = lifecycle.find(trigger, case.state)
    asked = {name: (answers.get(name) or "").strip() for name in move.asks} if move else {}
    move = lifecycle.perform(trigger, case, by)
    if empty := next((name for name, text in asked.items() if not text), None):
        raise Refused(f"asks:{empty}", N_("Say why: the paper and the case file carry these words."))
    for name, text in asked.items():
        within(f"asks:{name}", text, LONGEST)
    role = move.role_of(by)
    assert role is not None
    facts = deeds.follow(case, move, by, asked)
    case.running = clock.extend(case.running) if trigger == "extend_time" else clock.turn(case.running, case.state, clock.today(), is_working_day)
    case.running = together.running(case)
    deadline = clock.deadline(case.running, case.profile.limits, clock.today(), is_working_day)
    case.due_on, case.changed_at = (deadline.due if deadline else None), clock.now()
    papers = deeds.issue(case, move, asked)
    ledger.write(
        case, trigger, by=by, role=role, from_version=from_version, from_state=from_state, to_state=case.state,
        facts={**asked, **facts, **({"papers": [p.number for p in papers]} if papers else {})},
    )  # fmt: skip
    messages.after_move(case, trigger, by)
    together.follow(case, trigger)


def deadline_of(case: Case) -> clock.Deadline | None:
    """What the pages show: the case's clock read today."""
    return clock.deadline(case.running, case.profile.limits, clock.today(), calendars.is_working_day)


def employers_deadline(case: Case) -> clock.Deadline | None:
    """The same for the employer: while the case is back, its own day counts, also where the authority's limit stands still."""
    found = deadline_of(case)
    return replace(found, paused=False) if found and case.state in CORRECTING else found
