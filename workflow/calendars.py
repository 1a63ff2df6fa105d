"""Is a day a working day? The administrator's table first, then the packaged Chinese calendar, then Monday to Friday, said to be provisional."""

from datetime import date

import chinese_calendar
import sqlalchemy as sa
from flask import g, has_app_context

from workflow.models import CalendarDay, db


def _overrides() -> dict[date, bool]:
    """The table is small (a few rows a year) and asked for many times a page: read once per request."""
    if not has_app_context():
        return {}
    if "calendar_days" not in g:
        g.calendar_days = dict(db.session.execute(sa.select(CalendarDay.day, CalendarDay.working)).all())
    return g.calendar_days


def is_working_day(day: date) -> bool:
    override = _overrides().get(day)
    if override is not None:
        return override
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # the package knows only the years whose swapped days the State Council has announced
        return day.weekday() < 5


def is_provisional(day: date) -> bool:
    """True where no official calendar is known yet, so that a date shown may still move."""
    if day in _overrides():
        return False
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return True
    return False
