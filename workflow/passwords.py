"""Passwords: argon2id, and the same work done for a name that does not exist, so that time tells nothing."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def verify_password(kept: str | None, password: str) -> bool:
    """True if it matches. For an unknown account pass None: the work is done all the same."""
    try:
        return _hasher.verify(kept or _NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
