"""The life of a notification: in force until replaced or cancelled. Its three months are a date, not a state."""

from datetime import date
from enum import StrEnum

from workflow.engine import Move, Workflow
from workflow.roles import Role as R


class NoticeState(StrEnum):
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


S = NoticeState
# fmt: off
MOVES = (
    Move("supersede", (S.IN_FORCE,), S.SUPERSEDED, by=(R.SYSTEM,)),
    Move("cancel",    (S.IN_FORCE,), S.CANCELLED,  by=(R.SYSTEM,)),
)
# fmt: on
lifecycle = Workflow(S, MOVES)

VALID_MONTHS = 3  # "本件自签发之日起 3 个月内有效": the new notification of December 2024


def valid_until(issued: date) -> date:
    """The last day of the three months, the same day of the month, or the month's last where it has no such day."""
    month = issued.month - 1 + VALID_MONTHS
    year, month = issued.year + month // 12, month % 12 + 1
    for day in range(issued.day, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError("a month without days")
