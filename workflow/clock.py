"""Statutory and promised limits in working days. Pure: it asks `is_working_day(date)`, which workflow/calendars.py supplies.

The day of an event is not counted (domain.md 2.2). The limit of a decision runs through examination and decision, stands still while
the case is back with the employer, and may be extended once by 10 days with reasons (Administrative License Law, art. 42, 45).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from workflow.application import State as S

BEIJING = ZoneInfo("Asia/Shanghai")
EXTENSION_DAYS = 10
CORRECTION = "correction"
WAITING = "waiting"  # the employer corrects while a limit of ours stands still; as long as CORRECTION

# Which limit runs in which state. A limit named on two states runs on through both.
LIMIT_IN = {
    S.PRELIMINARY_REVIEW: "preliminary",
    S.ACCEPTANCE: "acceptance",
    S.EXAMINATION: "decision",
    S.DECISION: "decision",
    S.RETURNED: CORRECTION,
    S.IN_CORRECTION: CORRECTION,
    S.SENT_BACK: WAITING,
}
PAUSES = {S.SENT_BACK: "decision"}  # while here, the limit stands still and goes on afterwards


@dataclass(frozen=True, slots=True)
class Limit:
    """Working days: what the authority promises, and what the law allows."""

    promised: int
    statutory: int


@dataclass(frozen=True, slots=True)
class Running:
    """A limit that runs: which, since when, working days used up before a pause, days added by extension."""

    kind: str | None = None
    since: date | None = None
    used: int = 0
    extended: int = 0
    held: int = 0  # days of the paused limit already used, kept while another one runs


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a person reads: the promised day first, working days left (negative: past), the statutory day, and whether it stands still."""

    due: date | None
    days_left: int
    statutory: date | None
    paused: bool = False
    ours: bool = True

    @property
    def over(self) -> bool:
        return self.due is not None and self.days_left < 0

    @property
    def near(self) -> bool:
        return self.due is not None and 0 <= self.days_left <= 2


Working = Callable[[date], bool]


def now() -> datetime:
    """The one clock of the house. Tests put another in its place."""
    return datetime.now(UTC)


def today() -> date:
    """Statutory dates are Beijing's."""
    return now().astimezone(BEIJING).date()


def add_working_days(start: date, days: int, working: Working) -> date:
    """The last day of a limit of `days` working days that begins on the day after `start`."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if working(day):
            days -= 1
    return day


def working_days_between(start: date, end: date, working: Working) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
    if end < start:
        return -working_days_between(end, start, working)
    return sum(1 for n in range(1, (end - start).days + 1) if working(start + timedelta(days=n)))


def turn(running: Running, state: S, on: date, working: Working) -> Running:
    """The clock after a move to `state` on the day `on`."""
    kind = LIMIT_IN.get(state)
    if kind == running.kind:
        return running
    if state in PAUSES and running.kind == PAUSES[state]:
        spent = running.used + working_days_between(running.since or on, on, working)
        return Running(kind, on, 0, running.extended, held=spent)
    if kind in PAUSES.values() and running.kind == WAITING:
        return Running(kind, on, running.held, running.extended)
    if kind is None:
        return Running(extended=running.extended)
    return Running(kind, on, held=0, extended=running.extended if running.kind == "decision" else 0)


def extend(running: Running) -> Running:
    return replace(running, extended=running.extended + EXTENSION_DAYS)


def deadline(running: Running, limits: dict[str, Limit], on: date, working: Working) -> Deadline | None:
    """Read the clock on the day `on`. None when nothing runs."""
    if running.kind is None or running.since is None:
        return None
    limit = limits[CORRECTION if running.kind == WAITING else running.kind]
    added = running.extended if running.kind == "decision" else 0
    due = add_working_days(running.since, max(limit.promised + added - running.used, 0), working)
    statutory = add_working_days(running.since, max(limit.statutory + added - running.used, 0), working)
    return Deadline(due, working_days_between(on, due, working), statutory, paused=running.kind == WAITING, ours=running.kind not in (CORRECTION, WAITING))
