"""Whose files a handler may look at: those of the own employer and, for an agent, of each employer that has authorised it today."""

from typing import Any

import sqlalchemy as sa
from flask import abort, g
from flask_login import current_user

from workflow.models import Employer, db


def employers() -> set[int]:
    """Their ids, asked once a request; empty for everybody who is no handler."""
    if "reach" not in g:
        g.reach = set(current_user.reach_employers or ()) if current_user.is_authenticated else set()
    return g.reach  # type: ignore[no-any-return]


def within(column: Any) -> sa.ColumnElement[bool]:
    """The condition that a row belongs to one of them."""
    mine = employers()
    return column == next(iter(mine)) if len(mine) == 1 else column.in_(sorted(mine))  # type: ignore[no-any-return]


def for_others() -> bool:
    """Whether the lists have to say whose row it is."""
    return len(employers()) > 1


def chosen(text: str | None) -> Employer:
    """The employer named by an id from outside, or the own one. 404 for one out of reach."""
    if not text:
        return current_user.employer  # type: ignore[no-any-return]
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    row = db.session.get(Employer, number) if number in employers() else None
    return row or abort(404)


def clients() -> list[Employer]:
    """Those a handler may choose between: the own employer first. One alone is no choice."""
    if not for_others():
        return []
    rows = db.session.scalars(sa.select(Employer).where(Employer.id.in_(employers())).order_by(Employer.name)).all()
    return sorted(rows, key=lambda row: row.id != current_user.employer_id)
