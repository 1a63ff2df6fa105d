"""A forgotten password: a link by message, good for thirty minutes and one use. Whoever asks learns nothing, be there such an account or not.

The same row is written either way, and the letter is made later by the worker: neither words, nor status, nor time tell accounts apart.
"""

import hashlib
import uuid
from typing import Any

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from workflow import accounts, clock, jobs, ledger, messages, throttle
from workflow.engine import N_
from workflow.models import Employer, Outbox, User, db, writing
from workflow.roles import Role
from workflow.transaction import load

GOOD_FOR = 30 * 60  # seconds
TRIES, MINUTES = 3, 30  # letters to one account
RESET = N_("A new password for your account was asked for. Choose it here within 30 minutes: %(address)s If you did not ask, do nothing; your password stays.")
CHANGED = N_("The password of your account was changed by a link sent to this address. If this was not you, tell the authority's administrator or your colleagues at once.")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="reset")


def _mark(user: User) -> str:
    """Changes with the password, so a link is spent by being used."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:24]


def ask(email: str) -> None:
    """Promise the letter, if there is whom to send it to. More than TRIES within MINUTES change nothing, and nobody is told."""
    until = throttle.attempt(throttle.key_of("reset", email.strip()), TRIES + 1, MINUTES)
    user = accounts.by_email(email)
    whose = user.id if user is not None and user.active and until is None else 0
    with writing() as session:
        session.add(Outbox(task="send_reset", key=f"reset:{uuid.uuid4().hex}", payload={"user": whose}, created_at=clock.now(), due_at=clock.now()))
    jobs.wake()


def send(payload: dict[str, Any]) -> None:
    """The worker's part: the letter with the link."""
    user = db.session.get(User, payload["user"]) if payload["user"] else None
    if user is None or not user.active:
        return
    address, email, locale = f"{current_app.config['PORTAL'].base_url}/reset-password/{_signer().dumps([user.id, _mark(user)])}", user.email, user.locale
    db.session.rollback()
    with writing():
        messages.send(email, RESET, {"address": address}, locale=locale)


def whose(token: str) -> User | None:
    """The account of a link that still counts."""
    try:
        user_id, mark = _signer().loads(token, max_age=GOOD_FOR)
        user = db.session.get(User, int(user_id))
    except (BadData, ValueError, TypeError):
        return None
    return user if user is not None and user.active and _mark(user) == mark else None


def choose(token: str, password_hash: str) -> User | None:
    """Set the password, once: of two that hold the same link one wins. None where the link has ended."""
    user = whose(token)
    if user is None:
        return None
    user_id, old = user.id, user.password_hash
    with writing() as session:
        changed = sa.update(User).where(User.id == user_id, User.password_hash == old, User.active).values(password_hash=password_hash)
        if not session.execute(changed).rowcount:
            return None
        user = session.get_one(User, user_id, populate_existing=True)
        if user.employer_id is not None:
            employer = load(Employer, user.employer_id)
            ledger.write(employer, "reset_password", by=user, role=Role.HANDLER, from_version=employer.version, facts={"handler": user.id})
        messages.send(user.email, CHANGED, {}, locale=user.locale)
    for key in ("account", "reset"):
        throttle.clear(throttle.key_of(key, user.email))
    jobs.wake()
    return user


jobs.TASKS["send_reset"] = send
