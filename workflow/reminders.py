"""Reminders: before a permit ends, and while the thirty days after entry run. Told once each, to the employer, its agents and the holder.

A reminder's key in the outbox is written in the transaction of its messages: run twice, or by two workers at once, nobody is told twice.
Whose extension or cancellation is under way is not reminded of the end of the permit.
A day on which nothing ran is made up for: who is inside a span and was not told of it yet is told now, once, of the nearest.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from workflow import asking, clock, ledger, messages
from workflow.application import OPEN_STATES
from workflow.engine import N_
from workflow.models import Case, FilingSubject, Outbox, Permit, Residence, db, writing
from workflow.permit import PermitState
from workflow.profiles import Profile
from workflow.residence import DAYS_AFTER_ENTRY, ResidenceState
from workflow.roles import SYSTEM, Role
from workflow.services import SERVICES, Effect, service
from workflow.transaction import load

BEFORE_END = (120, 90, 60, 45, 35)  # days before the last day of a permit
AFTER_ENTRY = (15, 7, 3, 1)  # days left of the thirty within which the residence permit is applied for
LATE_FOR = 60  # days after the thirty: what was missed longer ago is not told any more
CHUNK = 200
WAITING = (ResidenceState.AWAITING_ORIGINALS, ResidenceState.ORIGINALS_NOT_ACCEPTED)

ENDS = N_("%(name)s: the work permit %(number)s ends on %(until)s, in %(days)s days. An extension is filed between %(earliest)s and %(latest)s.")
ENDS_TOO_LATE = N_("%(name)s: the work permit %(number)s ends on %(until)s, in %(days)s days. An extension had to be filed by %(latest)s. Let the permit end, or cancel it, and apply for a new one.")
ENDS_FOR_GOOD = N_("%(name)s: the work permit %(number)s ends on %(until)s, in %(days)s days. It cannot be extended.")
ENDS_HOLDER = N_("Your work permit %(number)s ends on %(until)s, in %(days)s days. Ask your employer about an extension in time.")
ENTRY = N_("%(name)s, case %(number)s: the residence permit has to be applied for by %(until)s, thirty days after entry; %(days)s days are left. Bring the originals to the window.")
ENTRY_HOLDER = N_("Apply for your residence permit by %(until)s, thirty days after your entry; %(days)s days are left. Bring your originals to the window together with your employer. Case %(number)s.")
LATE = N_("%(name)s, case %(number)s: the thirty days after entry ended on %(until)s, and the residence permit was not applied for. Go to the exit-entry authority with the person at once.")
LATE_HOLDER = N_("The thirty days after your entry ended on %(until)s. Go to the exit-entry authority at once, together with your employer; it decides what follows. Case %(number)s.")
LATE_WINDOW = N_("%(number)s, %(name)s: the thirty days after entry ended on %(until)s, and the originals have not been verified.")


def sweep(today: date | None = None) -> int:
    """Write every reminder that is due and was not written. Returns how many. A few hundred a transaction."""
    today = today or clock.today()
    return _permits(today) + _residences(today) + _late(today)


def _permits(today: date) -> int:
    within = (Permit.state == PermitState.VALID, Permit.valid_to >= today, Permit.valid_to <= today + timedelta(days=max(BEFORE_END)), ~_settled())
    told, profiles = 0, dict[int, Profile]()
    for ids in _chunks(sa.select(Permit.id).where(*within)):
        with suppress(IntegrityError), writing() as session:  # another worker is telling just these
            query = sa.select(Permit).where(Permit.id.in_(ids), *within).options(joinedload(Permit.case))
            rows = [(row, _span(BEFORE_END, (row.valid_to - today).days, (row.valid_to - row.issued_on).days)) for row in session.scalars(query)]
            for row in _fresh([(row, f"permit:{row.id}:{row.valid_to}:{days}") for row, days in rows if days]):
                if row.authority_id not in profiles:
                    profiles[row.authority_id] = asking.profile_of(row.authority_id)  # as an extension would be filed under today
                _tell_end(row, (row.valid_to - today).days, profiles[row.authority_id])
                told += 1
    return told


def _settled() -> sa.Exists:
    """An extension or a cancellation of this permit was filed and is not decided yet. A draft settles nothing; one that is withdrawn or refused, nothing any more."""
    kinds = [row.code for row in SERVICES.values() if row.effect in (Effect.EXTEND, Effect.CANCEL)]
    return sa.exists().where(FilingSubject.permit_id == Permit.id, FilingSubject.case_id == Case.id, Case.service.in_(kinds), Case.state.in_(OPEN_STATES)).correlate(Permit)


def _tell_end(row: Permit, days: int, profile: Profile) -> None:
    person, extendable = row.person, service(row.case.service).base != "short_term"
    values: dict[str, Any] = {"name": person.name, "number": person.permit_number, "until": row.valid_to.isoformat(), "days": days}
    if extendable:
        window = {"earliest": row.valid_to - timedelta(days=profile.extension_earliest), "latest": row.valid_to - timedelta(days=profile.extension_latest)}
        messages.tell_employer(row.employer_id, None, ENDS if days >= profile.extension_latest else ENDS_TOO_LATE, values | {k: v.isoformat() for k, v in window.items()})
    else:
        messages.tell_employer(row.employer_id, None, ENDS_FOR_GOOD, values)
    if person.email and extendable:
        messages.send(person.email, ENDS_HOLDER, {k: v for k, v in values.items() if k != "name"}, locale=person.locale or "en")


def _residences(today: date) -> int:
    last = today - timedelta(days=DAYS_AFTER_ENTRY)
    within = (Residence.state.in_(WAITING), Residence.entered_on >= last, Residence.entered_on <= last + timedelta(days=max(AFTER_ENTRY)))
    told = 0
    for ids in _chunks(sa.select(Residence.id).where(*within)):
        with suppress(IntegrityError), writing() as session:
            rows = [(row, _span(AFTER_ENTRY, (_last_day(row) - today).days)) for row in session.scalars(sa.select(Residence).where(Residence.id.in_(ids), *within))]
            for row in _fresh([(row, f"residence:{row.id}:{row.entered_on}:{days}") for row, days in rows if days]):
                _tell_entry(row, (_last_day(row) - today).days)
                told += 1
    return told


def _tell_entry(row: Residence, days: int) -> None:
    assert row.permit is not None  # a day of entry is kept only for who came in with a granted permit
    person = row.permit.person
    values = {"name": person.name, "number": row.case.number, "until": _last_day(row).isoformat(), "days": days}
    messages.tell_employer(row.employer_id, row.case_id, ENTRY, values)
    if person.email:
        messages.send(person.email, ENTRY_HOLDER, {k: v for k, v in values.items() if k != "name"}, locale=person.locale or "en", case_id=row.case_id)


def _late(today: date) -> int:
    """Whose thirty days have passed: told once, and written into the case file on the day after."""
    last = today - timedelta(days=DAYS_AFTER_ENTRY)
    ids = list(db.session.scalars(sa.select(Residence.id).where(Residence.state.in_(WAITING), Residence.entered_on < last, Residence.entered_on >= last - timedelta(days=LATE_FOR))))
    db.session.rollback()
    told = 0
    for residence_id in ids:
        with suppress(IntegrityError), writing():
            row = load(Residence, residence_id)
            if row.permit is not None and row.state in WAITING and list(_fresh([(row, f"residence:{row.id}:{row.entered_on}:late")])):
                due, person = _last_day(row), row.permit.person
                values = {"name": person.name, "number": row.case.number, "until": due.isoformat()}
                ledger.write(row, "late_entry", by=SYSTEM, role=Role.SYSTEM, from_version=row.version, facts={"until": due.isoformat()})
                messages.tell_employer(row.employer_id, row.case_id, LATE, values)
                messages.tell_window(row.authority_id, row.case_id, LATE_WINDOW, values)
                if person.email:
                    messages.send(person.email, LATE_HOLDER, {k: v for k, v in values.items() if k != "name"}, locale=person.locale or "en", case_id=row.case_id)
                told += 1
    return told


def _last_day(row: Residence) -> date:
    assert row.entered_on is not None
    return row.entered_on + timedelta(days=DAYS_AFTER_ENTRY)


def _span(marks: Sequence[int], left: int, whole: int | None = None) -> int | None:
    """The nearest mark already passed, of those that lie within the whole life: a permit of three months is not reminded at 120 days."""
    passed = [mark for mark in marks if left <= mark and (whole is None or mark < whole)]
    return min(passed) if passed else None


def _fresh(owed: list[tuple[Any, str]]) -> Iterator[Any]:
    """Those whose key is new; the keys are written now. A key that is there was told before."""
    keys = {f"remind:{key}": row for row, key in owed}
    known = set(db.session.scalars(sa.select(Outbox.key).where(Outbox.key.in_(keys)))) if keys else set()
    now = clock.now()
    for key, row in keys.items():
        if key not in known:
            db.session.add(Outbox(task="remind", key=key, payload={}, created_at=now, due_at=now, done_at=now))
            yield row
    db.session.flush()


def _chunks(query: sa.Select) -> Iterator[list[int]]:
    ids = list(db.session.scalars(query))
    db.session.rollback()
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
