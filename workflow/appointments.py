"""Places at the window for what both permits are filed in: opened by the authority, taken, moved once and given back by the employer's handler.

book, move, miss, keep and release are deeds of the residence step's moves (workflow/counter_papers.py, workflow/together.py), in their transaction and with
the step locked; a slot is locked after it, two slots in the order of their ids. A place is booked up to the day before.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from workflow import clock
from workflow.calendars import is_working_day
from workflow.engine import N_, Refused
from workflow.models import Appointment, AppointmentSlot, Case, Residence, db, writing
from workflow.roles import Role

AHEAD = 60  # days that are shown for booking
MOST_DAYS, MOST_TIMES, MOST_PLACES = 92, 48, 50


def offered(authority_id: int) -> list[AppointmentSlot]:
    """The times with room left, from tomorrow on."""
    within = (AppointmentSlot.day > clock.today(), AppointmentSlot.day <= clock.today() + timedelta(days=AHEAD), AppointmentSlot.taken < AppointmentSlot.capacity)
    return list(db.session.scalars(sa.select(AppointmentSlot).where(AppointmentSlot.authority_id == authority_id, *within).order_by(AppointmentSlot.day, AppointmentSlot.begins)))


def of_day(authority_id: int, day: date) -> list[Appointment]:
    """Who is expected on this day, those included who came, moved away not."""
    query = sa.select(Appointment).join(Appointment.slot).where(AppointmentSlot.authority_id == authority_id, AppointmentSlot.day == day, Appointment.ended_why.in_(("", "kept", "missed")))
    step = joinedload(Appointment.residence).joinedload(Residence.case)
    return list(db.session.scalars(query.options(step.joinedload(Case.employer)).order_by(AppointmentSlot.begins, Appointment.id)).unique())


def slots_ahead(authority_id: int) -> list[AppointmentSlot]:
    """Every time from today on, for the authority's administrator."""
    return list(db.session.scalars(sa.select(AppointmentSlot).where(AppointmentSlot.authority_id == authority_id, AppointmentSlot.day >= clock.today()).order_by(AppointmentSlot.day, AppointmentSlot.begins).limit(MOST_DAYS * MOST_TIMES)))


def times(first: time, last: time, minutes: int) -> list[time]:
    """From `first`, every so many minutes, as long as one ends by `last`."""
    begin, end = first.hour * 60 + first.minute, last.hour * 60 + last.minute
    return [time(m // 60, m % 60) for m in range(begin, end - minutes + 1, minutes)]


def open_days(first: date, last: date, hours: Sequence[time], capacity: int, *, by: Any) -> int:
    """Open these times on every working day between. A time that is there already gets the new room, never less than is taken. Returns how many stand open."""
    if Role.ADMIN not in by.roles or by.authority_id is None:
        raise Refused("role", N_("This step belongs to another office or person."))
    if first <= clock.today() or last < first or (last - first).days >= MOST_DAYS:
        raise Refused("field:last_day", N_("Days from tomorrow on are opened, at most %(limit)s at once, the last not before the first."), limit=MOST_DAYS)
    if not hours or len(hours) > MOST_TIMES:
        raise Refused("field:closes", N_("Between these hours there is no time, or there are more than %(limit)s."), limit=MOST_TIMES)
    if not 1 <= capacity <= MOST_PLACES:
        raise Refused("field:capacity", N_("Between 1 and %(limit)s people at a time."), limit=MOST_PLACES)
    with writing() as session:
        days = [d for n in range((last - first).days + 1) if is_working_day(d := first + timedelta(days=n))]
        if not days:
            raise Refused("field:last_day", N_("None of these days is a working day."))
        mine = sa.select(AppointmentSlot).where(AppointmentSlot.authority_id == by.authority_id, AppointmentSlot.day.between(first, last)).order_by(AppointmentSlot.id)
        known = {(s.day, s.begins): s for s in session.scalars(mine.with_for_update(of=AppointmentSlot))}
        for day in days:
            for hour in hours:
                if slot := known.get((day, hour)):
                    slot.capacity = max(capacity, slot.taken)
                else:
                    session.add(AppointmentSlot(authority_id=by.authority_id, day=day, begins=hour, capacity=capacity, opened_by_id=by.id, opened_at=clock.now()))
        return len(days) * len(hours)


def close_day(day: date, *, by: Any) -> int:
    """Nobody else can book on this day; who has booked comes. Returns how many times were closed."""
    if Role.ADMIN not in by.roles or by.authority_id is None:
        raise Refused("role", N_("This step belongs to another office or person."))
    with writing() as session:
        open_now = sa.select(AppointmentSlot).where(AppointmentSlot.authority_id == by.authority_id, AppointmentSlot.day == day, AppointmentSlot.taken < AppointmentSlot.capacity)
        slots = list(session.scalars(open_now.order_by(AppointmentSlot.id).with_for_update(of=AppointmentSlot)))
        for slot in slots:
            slot.capacity = slot.taken
        return len(slots)


def take(residence: Residence, by: Any, asked: dict[str, str]) -> dict[str, Any]:
    """Book the chosen time; from an appointment that stands, move it."""
    before, number = residence.appointment, asked["slot"]
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    slots = _locked({wanted, before.slot_id} if before else {wanted})
    slot = slots.get(wanted)
    if slot is None or slot.authority_id != residence.authority_id or slot.day <= clock.today():
        raise Refused("asks:slot", N_("This time is not offered. Choose another."))
    if before is not None and before.slot_id == wanted:
        raise Refused("asks:slot", N_("The appointment is at this time already. Choose another."))
    if slot.room < 1:
        raise Refused("asks:slot", N_("Somebody else has taken the last place at this time. Choose another."))
    if before is not None:
        _end(before, "moved")
        slots[before.slot_id].taken -= 1
        db.session.flush()
    slot.taken += 1
    residence.appointments.append(Appointment(slot=slot, booked_by_id=by.id, booked_at=clock.now(), moved=before is not None))
    db.session.flush()
    return {}


def end(residence: Residence, why: str) -> None:
    """The standing appointment ends; its place is free again where the day lies ahead and nobody came."""
    held = residence.appointment
    if held is None:
        return
    _end(held, why)
    slot = _locked({held.slot_id})[held.slot_id]
    if why == "ended" and slot.day > clock.today():
        slot.taken -= 1


def _end(held: Appointment, why: str) -> None:
    held.ended_at, held.ended_why = clock.now(), why


def _locked(ids: set[int]) -> dict[int, AppointmentSlot]:
    query = sa.select(AppointmentSlot).where(AppointmentSlot.id.in_(ids)).order_by(AppointmentSlot.id).with_for_update(of=AppointmentSlot).execution_options(populate_existing=True)
    return {slot.id: slot for slot in db.session.scalars(query)}
