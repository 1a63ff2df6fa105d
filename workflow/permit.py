"""The life of a permit: valid until cancelled or replaced. Lapsing at its last day is a date, not a move, and leaves no proof."""

from datetime import date
from enum import StrEnum

from workflow.engine import Move, Workflow
from workflow.roles import Role as R


class PermitState(StrEnum):
    VALID = "valid"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


S = PermitState
# fmt: off
MOVES = (
    Move("supersede", (S.VALID,), S.SUPERSEDED, by=(R.SYSTEM,)),
    Move("cancel",    (S.VALID,), S.CANCELLED,  by=(R.SYSTEM,)),
)
# fmt: on
lifecycle = Workflow(S, MOVES)


def standing(state: PermitState, valid_from: date, valid_to: date, today: date) -> str:
    """What a permit is worth today: cancelled, superseded, lapsed, upcoming, expiring (90 days or less) or valid."""
    if state is not S.VALID:
        return state.value
    if today > valid_to:
        return "lapsed"
    if today < valid_from:
        return "upcoming"
    return "expiring" if (valid_to - today).days <= 90 else "valid"


def in_force(state: PermitState, valid_to: date, today: date) -> bool:
    """Granted, neither cancelled nor replaced, and not past its last day. It may begin in the future: the visa comes before the work."""
    return state is S.VALID and today <= valid_to


def number(sequence: int, year: int) -> str:
    """Our own 18-digit permit number: 899 + year + 10-digit sequence + check digit (Luhn, mod 10). The real pattern is not published."""
    body = f"899{year:04d}{sequence:010d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


def number_is_well_formed(text: str) -> bool:
    return len(text) == 18 and text.isascii() and text.isdigit() and number(int(text[7:17]), int(text[3:7])) == text
