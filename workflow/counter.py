"""Every write to the residence step: find, open the counter, look at an original, note the entry, act (a move).

The same grammar as the desk: one act = one transaction = one line in the case file. Originals are seen one by one, each line with its own
memory of what it showed (`seen`), so that saving line 4 does not make line 5 stale; a move compares the whole step's version.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from workflow import clock, issuing, jobs, ledger, messages, together, worth
from workflow.card import CardState
from workflow.counter_papers import facts_for
from workflow.engine import N_, Refused, within_reach
from workflow.models import Card, Case, Original, PaperRow, Permit, Person, Residence, User, db, writing
from workflow.notice import NoticeState
from workflow.papers import Paper
from workflow.residence import AT_COUNTER, DAYS_AFTER_ENTRY, ResidenceState, Verdict, lifecycle
from workflow.roles import Role
from workflow.services import counter_checklist, service
from workflow.transaction import done_before, fingerprint, remember, unchanged, within

LONGEST_NOTE, LONGEST_REASON = 300, 2000
CASE_NUMBER, PERMIT_NUMBER = re.compile(r"[0-9]{6}-[0-9]{4}-[0-9]{1,9}", re.ASCII), re.compile(r"[0-9]{18}", re.ASCII)
DECIDED = (ResidenceState.RESIDENCE_GRANTED, ResidenceState.RESIDENCE_REFUSED, ResidenceState.ENDED_WITH_FILING)


BY_NUMBER = "number"


@dataclass(frozen=True)
class Scanned:
    """What a code or number led to. `outcome`: what the shown paper is worth (workflow/worth.py), or "number" where no paper was shown."""

    outcome: str
    case: Case | None = None
    paper: PaperRow | None = None


def find(text: str, by: Any) -> Case | None:
    """The case behind a scanned address, a typed code, a case number or a permit number; None outside this person's authority."""
    return look_up(text, by).case


def look_up(text: str, by: Any) -> Scanned:
    """Read what a scanner or a hand gave, and say what the shown paper is worth now."""
    text = text.strip()[:8192]
    case = _by_number("".join(text.split()))
    if case is not None:
        return Scanned(BY_NUMBER, case) if within_reach(case, by) else Scanned(worth.Outcome.UNKNOWN)
    shown = worth.of_text(text)
    if shown.paper is None:
        return Scanned(shown.outcome)
    return Scanned(shown.outcome, shown.paper.case, shown.paper) if within_reach(shown.paper.case, by) else Scanned(worth.Outcome.UNKNOWN)


def _by_number(number: str) -> Case | None:
    if CASE_NUMBER.fullmatch(number):
        return db.session.scalar(sa.select(Case).where(Case.number == number))
    if not PERMIT_NUMBER.fullmatch(number):
        return None
    newest = sa.select(Permit).join(Person, Permit.person_id == Person.id).where(Person.permit_number == number).order_by(Permit.id.desc()).limit(1)
    permit = db.session.scalar(newest.options(joinedload(Permit.case)))
    return permit.case if permit else None


def residence_of(case: Case) -> Residence | None:
    return db.session.scalar(sa.select(Residence).where(Residence.case_id == case.id))


def notice_of(residence: Residence) -> PaperRow | None:
    """The newest notification of the permit, whatever became of it."""
    mine = sa.select(PaperRow).where(PaperRow.permit_id == residence.permit_id, PaperRow.kind == Paper.NOTIFICATION)
    return db.session.scalar(mine.order_by(PaperRow.id.desc()).limit(1))


def proofs(residences: Sequence[Residence]) -> dict[int, str]:
    """Residence.proof of many steps, in one statement."""
    within = sa.or_(PaperRow.valid_until.is_(None), PaperRow.valid_until >= clock.today())
    notice = sa.exists().where(PaperRow.permit_id == Residence.permit_id, PaperRow.kind == Paper.NOTIFICATION, PaperRow.state == NoticeState.IN_FORCE, within)
    card = sa.exists().where(Card.person_id == Permit.person_id, Card.state == CardState.ACTIVE)
    asked = sa.select(Residence.id, notice, card, Residence.joint).outerjoin(Permit, Permit.id == Residence.permit_id).where(Residence.id.in_([r.id for r in residences]))
    stands = {row[0]: "notice" if row[1] else "permit_page" if row[2] else "together" if row[3] else "" for row in db.session.execute(asked)}
    return {r.id: stands[r.id] if r.permit and r.permit.in_force() else "" for r in residences}


def due_after_entry(entered_on: date | None) -> date | None:
    """The last of the 30 natural days within which the residence permit is applied for; the day of entry is not counted."""
    return entered_on + timedelta(days=DAYS_AFTER_ENTRY) if entered_on else None


def due_of(permit: Permit) -> date | None:
    """The last of the thirty days for the holder of this permit, while the residence permit is not decided; None where nothing runs."""
    row = db.session.execute(sa.select(Residence.entered_on, Residence.decided_at).where(Residence.permit_id == permit.id)).first()
    return due_after_entry(row[0]) if row is not None and row[1] is None else None


def _load(residence_id: int) -> Residence:
    """The row as it is now, locked; without its joins, which PostgreSQL would not lock."""
    query = sa.select(Residence).where(Residence.id == residence_id).options(lazyload("*")).with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(query)
    if row is None:
        raise Refused("gone", N_("This file does not exist."))
    return row


def _allowed(residence: Residence, by: Any, *roles: Role) -> Role:
    role = next((role for role in roles if role in by.roles), None)
    if role is None:
        raise Refused("role", N_("This step belongs to another office or person."))
    if not within_reach(residence, by):
        raise Refused("reach", N_("This file belongs to another employer or another authority."))
    return role


def open_counter(residence_id: int, *, by: Any) -> Residence:
    """Write the checklist: what was uploaded and has an original. Class A's commitments are excused; a health pledge is due in paper now."""
    with writing() as session:
        residence = _load(residence_id)
        role = _allowed(residence, by, Role.WINDOW)
        if residence.state not in AT_COUNTER or (residence.originals and not residence.joint):
            return residence
        from_version, case = residence.version, residence.case
        files, known = {m.kind: m for m in case.live_materials if m.sha256}, {o.kind: o for o in residence.originals}
        committed = {m.kind for m in case.live_materials if m.committed}
        for material in counter_checklist(service(case.service), set(files), committed):
            upload = files.get(material.code)
            if line := known.get(material.code):
                if upload and upload.sha256 != line.sha256:  # another file was filed since: it is compared anew
                    line.material_id, line.sha256, line.verdict, line.note = upload.id, upload.sha256, None, ""
                continue
            row = Original(residence_id=residence.id, kind=material.code, material_id=upload.id if upload else None, sha256=upload.sha256 if upload else None)
            residence.originals.append(row)
        if not session.new and not session.dirty:
            return residence
        ledger.write(residence, "open_counter", by=by, role=role, from_version=from_version, from_state=residence.state, to_state=residence.state,
                     facts={"originals": [o.kind for o in residence.originals]})  # fmt: skip
        session.flush()
        return residence


def line_of(original: Original) -> str:
    """What a page shows of one line, to be sent back as `seen`."""
    return f"{original.verdict or ''}@{original.seen_at.isoformat() if original.seen_at else ''}"


def look_at(residence_id: int, original_id: int, verdict: str, note: str = "", *, by: Any, seen: str | None = None) -> Original:
    """Note what one original was found to be. `seen` is line_of() as the page showed it; None does not compare."""
    with writing() as session:
        residence = _load(residence_id)
        role = _allowed(residence, by, Role.WINDOW)
        original = next((o for o in residence.originals if o.id == original_id), None)
        if original is None:
            raise Refused("gone", N_("This file does not exist."))
        if residence.state not in AT_COUNTER:
            raise Refused("state", N_("The originals of this file have been dealt with already."))
        if verdict not in list(Verdict):
            raise Refused("asks:verdict", N_("Choose one of: seen, differs, missing."))
        found, note = Verdict(verdict), " ".join(note.split())
        if found is not Verdict.SEEN and not note:
            raise Refused("asks:note", N_("Write what differs or is missing: the paper for the employer carries these words."))
        within("asks:note", note, LONGEST_NOTE)
        if (original.verdict, original.note) == (found, note):
            return original
        if seen is not None and seen != line_of(original):
            _taken(original)
        from_version = residence.version
        original.verdict, original.note, original.seen_by_id, original.seen_at = found, note, by.id, clock.now()
        ledger.write(residence, "original", by=by, role=role, from_version=from_version, facts={"kind": original.kind, "verdict": found.value, "note": note, "sha256": original.sha256})
        session.flush()
        return original


def _taken(original: Original) -> None:
    officer = db.session.get(User, original.seen_by_id) if original.seen_by_id else None
    raise Refused(
        "stale", N_("Meanwhile %(who)s has dealt with this original. What you typed is still here; look at the line as it is now, then go on."),
        who=officer.name if officer else "—",
    )  # fmt: skip


def set_entry(residence_id: int, entered_on: date | None, *, by: Any) -> Residence:
    """Note the day of entry, from the stamp in the passport. The holder may say it before an officer has seen the stamp, and not after."""
    with writing() as session:
        residence = _load(residence_id)
        role = _allowed(residence, by, Role.WINDOW, Role.EXIT_ENTRY, Role.ENTRANT)
        if residence.state in DECIDED or residence.joint or (role is Role.ENTRANT and residence.entered_on is not None):  # who files both together is here already: no limit runs from an entry
            raise Refused("state", N_("This cannot be done at the present stage of the file."))
        if entered_on is None:
            raise Refused("asks:entered_on", N_("Write the day of entry as in the passport's stamp, for example 2026-11-30."))
        if entered_on > clock.today():
            raise Refused("asks:entered_on", N_("The day of entry %(measured)s lies in the future. Look at the stamp again."), measured=entered_on.isoformat())
        notice = notice_of(residence)
        issued = notice.issued_at.astimezone(clock.BEIJING).date() if notice else residence.permit.issued_on if residence.permit else entered_on
        if entered_on < issued:
            raise Refused("asks:entered_on", N_("The day of entry %(measured)s lies before the notification was issued on %(limit)s. Take the latest stamp, of the entry with the Z visa."), measured=entered_on.isoformat(), limit=issued.isoformat())  # fmt: skip
        if residence.entered_on == entered_on:
            return residence
        from_version, old = residence.version, residence.entered_on
        residence.entered_on = entered_on
        ledger.write(residence, "entry", by=by, role=role, from_version=from_version, facts={"from": old.isoformat() if old else None, "to": entered_on.isoformat()})
        session.flush()
        return residence


def act(residence_id: int, trigger: str, *, by: Any, seen: int | None, key: str | None = None, **answers: str) -> Residence:
    """Pull one lever of the residence step. State, case-file line, paper and message stand or fall in one transaction."""
    body = fingerprint("residence", residence_id, trigger, answers)
    with writing() as session:
        together.lock_case(residence_id)
        residence = _load(residence_id)
        if done_before(key, by, body) is not None:
            return residence
        unchanged(residence, seen)
        from_version, from_state = residence.version, residence.state
        row = lifecycle.find(trigger, residence.state)
        asked = {name: (answers.get(name) or "").strip() for name in row.asks} if row else {}
        move = lifecycle.perform(trigger, residence, by)
        if empty := next((name for name, text in asked.items() if not text), None):
            raise Refused(f"asks:{empty}", N_("This is needed: the paper and the case file carry it."))
        for name, text in asked.items():
            within(f"asks:{name}", text, LONGEST_REASON)
        role = move.role_of(by)
        assert role is not None
        facts = facts_for(trigger, residence, by, asked)
        papers = [issuing.issue(residence.case, Paper(kind), permit_row=residence.permit, **facts) for kind in move.issues]
        ledger.write(
            residence, trigger, by=by, role=role, from_version=from_version, from_state=from_state, to_state=residence.state,
            facts={**asked, **_told(residence, trigger), "papers": [p.number for p in papers]},
        )  # fmt: skip
        if trigger == "verify_originals":
            together.originals_in(residence, by, role)
        messages.after_move(residence.case, trigger, **_when(residence))
        remember(key, by, body, residence=residence.id)
        session.flush()
    jobs.wake()
    return db.session.get_one(Residence, residence_id)


def _when(residence: Residence) -> dict[str, str]:
    """Day, time and place of the standing appointment, for the messages that name them."""
    held, profile = residence.appointment, residence.case.profile if residence.joint else None
    if held is None or profile is None:
        return {}
    return {"day": held.slot.day.isoformat(), "time": held.slot.hour, "window_zh": profile.window_zh, "window_en": profile.window_en}


def _told(residence: Residence, trigger: str) -> dict[str, Any]:
    if trigger in ("book", "move_appointment"):
        return _when(residence)
    if trigger == "decline_originals":
        return {"wanting": [{"kind": o.kind, "verdict": o.verdict, "note": o.note} for o in residence.wanting]}
    return {"proof": residence.proof, **_late(residence)} if trigger in ("verify_originals", "grant_residence") else {}


def _late(residence: Residence) -> dict[str, int]:
    """How many days after the thirty the person came, where it was late."""
    due = due_after_entry(residence.entered_on)
    return {"days_late": (clock.today() - due).days} if due is not None and clock.today() > due else {}
