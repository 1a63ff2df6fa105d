"""Acts upon accounts: registering an employer, confirming it, handlers and staff, the second factor. Desk for people instead of cases.

Passwords arrive hashed (the door hashes them); who may do what is asked of the employer's table and of roles, here and not at the door.
"""

import hmac
import unicodedata
from datetime import datetime

import pyotp
import sqlalchemy as sa

from workflow import clock
from workflow.models import User, db, writing

STEP = 30  # seconds, RFC 6238


def spend_code(user_id: int, secret: str, code: str, at: datetime | None = None) -> bool:
    """Whether this is the account's code now (or one step before or after), and not used before. A right code is spent by asking."""
    typed = "".join(c for c in unicodedata.normalize("NFKC", code) if not c.isspace())
    if not (len(typed) == 6 and typed.isascii() and typed.isdigit()):
        return False
    now, totp = int((at or clock.now()).timestamp()) // STEP, pyotp.TOTP(secret)
    fitting = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(totp.at(step * STEP), typed)]
    if not fitting:
        return False
    with writing() as session:
        spent = session.execute(sa.update(User).where(User.id == user_id, User.totp_last_step < fitting[0]).values(totp_last_step=fitting[0]))
    return bool(spent.rowcount)


def by_email(address: str) -> User | None:
    return db.session.scalar(sa.select(User).where(User.email == address.strip().lower()))
