"""The machines in the halls: enrolled with a code that is good once, known by a key, told apart in the case file, revoked in one step.

A key is thirty-two random bytes that only the machine's browser holds. Hall mode belongs to machines that hold one; in a demonstration
there is one machine that needs none (`demonstration`).
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from workflow import clock, throttle
from workflow.engine import N_, Refused
from workflow.models import Machine, Visit, db, writing
from workflow.roles import Role

CODE_FOR = timedelta(hours=1)
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SILENT = timedelta(minutes=5)  # a machine says something every minute
TOUCH = timedelta(seconds=20)
GUESSES, GUESSES_MINUTES = 30, 15
DEMONSTRATION = "演示自助机 Demonstration kiosk"
HEALTH = {"version": 20, "browser": 60, "camera": 12, "reader": 12}  # what a machine may say of itself, and how much of it is kept


def offer(name: str, *, by: Any = None) -> str:
    """A new machine, or a new code for one that is there: its old key ends. Returns the code, which nobody can read again. `by` None is the command line."""
    if by is not None and Role.ADMIN not in by.roles:
        raise Refused("role", N_("This step belongs to another office or person."))
    name, code = " ".join(name.split())[:60], "".join(secrets.choice(SIGNS) for _ in range(12))
    if not name:
        raise Refused("field:name", N_("Give the machine a name, for example that of its hall and place."))
    with writing() as session:
        machine = session.scalar(sa.select(Machine).where(Machine.name == name))
        if machine is None:
            machine = Machine(name=name, authority_id=by.authority_id if by else None, created_at=clock.now(), health={})
            session.add(machine)
        elif by is not None and machine.authority_id != by.authority_id:
            raise Refused("field:name", N_("Another authority has a machine of this name."))
        machine.code_hash, machine.code_ends_at = _hashed(code), clock.now() + CODE_FOR
        machine.key_hash = machine.enrolled_at = machine.revoked_at = machine.revoked_by_id = None
    return code


def enrol(code: str) -> tuple[Machine, str]:
    """Spend a code: (machine, its key). Raises Refused for one that is wrong, spent or late; never says which."""
    if throttle.attempt("machines:enrol", GUESSES, GUESSES_MINUTES):
        raise Refused("locked", N_("Too many codes did not fit. Enrolling rests for a while."))
    key, now = secrets.token_urlsafe(32), clock.now()
    typed = "".join(sign for sign in code.upper() if sign.isalnum())[:40]
    with writing() as session:
        machine = session.scalar(sa.select(Machine).where(Machine.code_hash == _hashed(typed)).with_for_update(of=Machine))
        if machine is None or machine.code_ends_at is None or machine.code_ends_at <= now:
            raise Refused("no_match", N_("This code does not fit, was used already or has ended. Ask the administrator for a new one."))
        machine.code_hash = machine.code_ends_at = None
        machine.key_hash, machine.enrolled_at, machine.seen_at = _hashed(key), now, now
        session.flush()
    throttle.forgive("machines:enrol")
    return machine, key


def of_key(key: str) -> Machine | None:
    """The enrolled machine that holds this key."""
    if not 20 <= len(key) <= 100:
        return None
    return db.session.scalar(sa.select(Machine).where(Machine.key_hash == _hashed(key)))


def demonstration() -> Machine:
    """The machine of a demonstration, there by itself. Never called in production."""
    machine = db.session.scalar(sa.select(Machine).where(Machine.name == DEMONSTRATION))
    if machine is None:
        with writing() as session:
            machine = session.scalar(sa.select(Machine).where(Machine.name == DEMONSTRATION))
            if machine is None:
                machine = Machine(name=DEMONSTRATION, created_at=clock.now(), enrolled_at=clock.now(), health={})
                session.add(machine)
    return machine


def seen(machine: Machine, health: dict[str, str] | None = None, read: bool = False) -> None:
    """It is alive: written down at most every twenty seconds, at once where it says something new of itself or has read a code."""
    now, key = clock.now(), machine.id
    said = None if health is None else {name: str(health[name])[:most] for name, most in HEALTH.items() if health.get(name)}
    if said in (None, machine.health) and not read and machine.seen_at is not None and now - machine.seen_at < TOUCH:
        return
    with writing() as session:
        row = session.get_one(Machine, key)
        row.seen_at = now
        if read:
            row.read_at = now
        if said is not None:
            row.health = said


def revoke(machine_id: int, *, by: Any) -> Machine:
    """Its key ends at once. A new code from `offer` under the same name brings it back."""
    if Role.ADMIN not in by.roles:
        raise Refused("role", N_("This step belongs to another office or person."))
    with writing() as session:
        machine = session.get(Machine, machine_id)
        if machine is None or machine.authority_id not in (None, by.authority_id):
            raise Refused("gone", N_("There is no such machine."))
        machine.key_hash = machine.code_hash = machine.code_ends_at = None
        machine.revoked_at, machine.revoked_by_id = clock.now(), by.id
        session.execute(sa.update(Visit).where(Visit.machine_id == machine_id, Visit.ended_at.is_(None)).values(ended_at=clock.now(), paper_id=None, card_id=None, data={}))
        session.flush()
        return machine


def standing(machine: Machine, now: datetime | None = None) -> str:
    """revoked · offered (a code waits) · late (its code ended) · silent · in_service."""
    now = now or clock.now()
    if machine.revoked_at is not None:
        return "revoked"
    if machine.enrolled_at is None:
        return "offered" if machine.code_ends_at is not None and machine.code_ends_at > now else "late"
    return "in_service" if machine.seen_at is not None and now - machine.seen_at <= SILENT else "silent"


def of_authority(authority_id: int | None) -> list[Machine]:
    """Its machines, and those that belong to no one authority."""
    wanted = sa.or_(Machine.authority_id == authority_id, Machine.authority_id.is_(None))
    return list(db.session.scalars(sa.select(Machine).where(wanted).order_by(Machine.name)))


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
