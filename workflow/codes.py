"""One-time codes: sent to the contacts on file, or handed out by a window officer who has seen the passport.

Six digits, ten minutes, five tries, one use. Kept as an HMAC under the house's secret, so that a copied database opens nothing.
Everything here runs inside the caller's `writing()`.
"""

import hmac
import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from workflow import clock, messages
from workflow.engine import N_, Refused
from workflow.models import OneTimeCode, Person, db

MINUTES = 10
WINDOW_MINUTES = 30
TRIES = 5
PAUSE = timedelta(seconds=60)  # between two codes
MOST_AN_HOUR = 5


def addresses(person: Person) -> list[str]:
    """Where a code can go: the contacts that the case holds for the entrant."""
    return [address for address in (person.mobile, person.email) if address]


def send(subject: str, person: Person, *, locale: str, case_id: int | None) -> None:
    """Make a code and send it to every contact on file. Raises Refused when the last one is too fresh or there were too many."""
    now = clock.now()
    recent = db.session.scalars(sa.select(OneTimeCode.created_at).where(OneTimeCode.subject == subject, OneTimeCode.by_window.is_(False), OneTimeCode.created_at > now - timedelta(hours=1))).all()
    if recent and max(recent) > now - PAUSE:
        raise Refused("too_soon", N_("A code was sent a moment ago. Wait one minute before you ask for another."))
    if len(recent) >= MOST_AN_HOUR:
        raise Refused("too_many", N_("Five codes were sent within an hour. Try again later, or ask for a code at the window."))
    code = _new(subject, MINUTES)
    for address in addresses(person):
        messages.send(address, messages.CODE, {"code": code}, locale=locale, case_id=case_id)


def hand_out(subject: str, by: Any) -> str:
    """A code for the officer to read out, once."""
    return _new(subject, WINDOW_MINUTES, by_window=True, issued_by_id=by.id)


def spend(subject: str, typed: str) -> bool:
    """Whether this is a code of the subject that still counts. A right one is used up, a wrong one counts against every open one."""
    now, said = clock.now(), "".join(sign for sign in typed if sign.isascii() and sign.isdigit())
    wanted = _sealed(subject, said)
    live = db.session.scalars(
        sa.select(OneTimeCode).where(OneTimeCode.subject == subject, OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > now, OneTimeCode.failures < TRIES).with_for_update()
    ).all()
    right = [row for row in live if hmac.compare_digest(row.code_hash, wanted)]
    for row in right:
        row.used_at = now
    if not right:
        for row in live:
            row.failures += 1
    return bool(right)


def _new(subject: str, minutes: int, **more: Any) -> str:
    """Codes sent earlier end with a new one; a window code and a sent one may stand side by side."""
    now, code = clock.now(), f"{secrets.randbelow(10**6):06d}"
    by_window = bool(more.get("by_window"))
    db.session.execute(sa.update(OneTimeCode).where(OneTimeCode.subject == subject, OneTimeCode.by_window.is_(by_window), OneTimeCode.expires_at > now).values(expires_at=now))
    db.session.add(OneTimeCode(subject=subject, code_hash=_sealed(subject, code), created_at=now, expires_at=now + timedelta(minutes=minutes), **more))
    db.session.flush()
    return code


def _sealed(subject: str, code: str) -> str:
    return hmac.new(str(current_app.config["SECRET_KEY"]).encode(), f"{subject}:{code}".encode(), "sha256").hexdigest()
